//! How a form is divided into pages.

use kanzlei::Service;
use kanzlei::core::domain::{Competence, Field};

/// So many fields fit one page.
const FIELDS_MAX: usize = 6;

/// The fields of each page of a service's form. A short form is one page. In a long one the question
/// that decides who is responsible comes first and alone: its answer may end the matter.
pub fn steps(service: &Service) -> Vec<Vec<&Field>> {
    if service.fields.len() <= FIELDS_MAX {
        return vec![service.fields.iter().collect()];
    }
    let decides = |field: &&Field| {
        std::iter::once(&service.competence)
            .chain(&service.involved)
            .any(|one| matches!(one, Competence::MunicipalityOf(code) if *code == field.code))
    };
    let (first, rest): (Vec<&Field>, Vec<&Field>) = service.fields.iter().partition(decides);
    // As even as it gets: a last page with one field looks like a mistake.
    let pages = rest.len().div_ceil(FIELDS_MAX).max(1);
    let each = rest.len().div_ceil(pages).max(1);
    let mut steps = Vec::with_capacity(pages + 1);
    if !first.is_empty() {
        steps.push(first);
    }
    steps.extend(rest.chunks(each).map(<[&Field]>::to_vec));
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(service: &Service) -> Vec<Vec<&str>> {
        let steps = steps(service);
        let page = |step: Vec<&'_ Field>| step.len();
        let sizes: Vec<usize> = steps.into_iter().map(page).collect();
        let mut fields = Vec::new();
        for (step, size) in super::steps(service).into_iter().zip(sizes) {
            assert_eq!(step.len(), size);
            let codes = service.fields.iter().filter(|one| step.contains(one));
            fields.push(codes.map(|field| field.code.as_str()).collect());
        }
        fields
    }

    #[test]
    fn a_short_form_is_one_page() {
        let service = kanzlei::services::certificate_of_residence().unwrap();
        assert_eq!(codes(&service), [["municipality", "purpose", "copies"]]);
    }

    #[test]
    fn in_a_long_form_the_municipalities_come_first_and_alone() {
        let service = kanzlei::services::move_of_residence().unwrap();
        let steps = codes(&service);
        assert_eq!(steps[0], ["from-municipality", "to-municipality"]);
        assert_eq!(steps.len(), 2);
        let service = kanzlei::services::dog_registration().unwrap();
        let sizes: Vec<usize> = codes(&service).iter().map(Vec::len).collect();
        assert_eq!(sizes, [1, 4, 3]);
    }
}
