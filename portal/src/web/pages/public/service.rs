//! One service: may I, and what do I need?

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kanzlei::Service;
use kanzlei::core::domain::Competence;
use kanzlei::core::record::Assurance;

use crate::web::form::steps;
use crate::web::offer::{Offer, is_municipal};
use crate::web::page::{Frame, May, Pages};
use crate::web::trouble::Trouble;
use crate::web::visit::{Side, Visit};
use crate::web::words::{Label, Words};

pub(super) fn pages() -> Pages {
    Pages::new().get("/services/{service}", May::Everybody, show)
}

#[derive(Template)]
#[template(path = "public/service.html")]
struct Page {
    frame: Frame,
    address: String,
    form: String,
    municipal: bool,
    municipality: Option<(u32, String)>,
    municipalities: Vec<(u32, String)>,
    absent: Option<String>,
    may_begin: bool,
    asked: Vec<Label>,
    papers: Vec<(Label, bool)>,
    pages: i64,
    decides: String,
    summary: Option<Label>,
    needs: Option<Label>,
    cost: Option<Label>,
    days: Option<i64>,
    stronger: Option<String>,
    involved: Vec<String>,
}

async fn show(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let offer = Offer::of(&visit);
    let edition = offer.service(&name).ok_or(Trouble::NotFound)?;
    let service = edition.service.as_ref();
    let municipality = offer.municipality(&visit);
    let absent = municipality
        .as_ref()
        .filter(|(id, _)| is_municipal(service) && !offer.takes_part(service, *id))
        .map(|(_, name)| name.clone());
    let query = municipality
        .as_ref()
        .map(|(id, _)| format!("?municipality={id}"));
    let words = visit.words;
    let about = service.about.as_ref();
    let needed = service.assurance.submit;
    let frame = visit
        .frame(service.labels.get(words.language()))
        .back("/", "service-back");
    visit.show(&Page {
        address: format!("/services/{name}"),
        form: format!("/services/{name}/form{}", query.unwrap_or_default()),
        municipal: is_municipal(service),
        may_begin: matches!(visit.side, Side::Nobody | Side::Resident),
        asked: service
            .fields
            .iter()
            .map(|field| words.label(&field.labels))
            .collect(),
        papers: service
            .documents
            .iter()
            .map(|paper| (words.label(&paper.labels), paper.required))
            .collect(),
        pages: i64::try_from(steps(service).len()).unwrap_or(1),
        decides: decides(&visit, &offer, service, municipality.as_ref()),
        involved: involved(&offer, service),
        summary: about.map(|about| words.label(&about.summary)),
        needs: about.and_then(|about| Some(words.label(about.needs.as_ref()?))),
        cost: about.and_then(|about| Some(words.label(about.cost.as_ref()?))),
        days: about.and_then(|about| about.duration_days.map(i64::from)),
        stronger: level(words, needed),
        municipalities: offer.municipalities(),
        frame,
        municipality,
        absent,
    })
}

/// How surely one must sign in, in words; nothing if any sign-in will do.
fn level(words: Words, needed: Assurance) -> Option<String> {
    let key = match needed {
        Assurance::NONE => return None,
        Assurance::LOW => "needs-low",
        Assurance::SUBSTANTIAL => "needs-substantial",
        _ => "needs-high",
    };
    Some(words.t(key))
}

/// Who decides, in words.
fn decides(
    visit: &Visit,
    offer: &Offer,
    service: &Service,
    municipality: Option<&(u32, String)>,
) -> String {
    let words = visit.words;
    match &service.competence {
        Competence::Fixed(authority) => offer.name(*authority),
        Competence::MunicipalityOf(code) => {
            let field = service.field(code.as_str());
            let label = field.map_or("", |field| field.labels.get(words.language()));
            match municipality {
                Some((_, name)) => words.t2(
                    "service-decides-chosen",
                    ("municipality", name.as_str()),
                    ("field", label),
                ),
                None => words.t1("service-decides-municipality", "field", label),
            }
        }
    }
}

/// The offices that are always told.
fn involved(offer: &Offer, service: &Service) -> Vec<String> {
    let all = service.involved.iter();
    all.filter_map(|one| match one {
        Competence::Fixed(authority) => Some(offer.name(*authority)),
        Competence::MunicipalityOf(_) => None,
    })
    .collect()
}
