//! What was probably meant by a word that isn't known.

use crate::domain::code::Code;
use crate::domain::spelling::distance;

/// The known word from which so few letters differ that it was probably meant.
pub(super) fn nearest<'k>(given: &str, known: &[&'k str]) -> Option<&'k str> {
    if given.len() > Code::BYTES_MAX {
        return None;
    }
    let near = known
        .iter()
        .map(|word| (distance(given, word), *word))
        .min()?;
    (near.0 <= near.1.len().div_ceil(3)).then_some(near.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_understood_and_another_word_is_not() {
        let known = ["name", "labels", "valid-from", "valid-until", "max-length"];
        let cases = [
            ("nmae", Some("name")),
            ("label", Some("labels")),
            ("valid-form", Some("valid-from")),
            ("max_length", Some("max-length")),
            ("Name", Some("name")),
            ("competence", None),
            ("", None),
        ];
        for (given, wanted) in cases {
            assert_eq!(nearest(given, &known), wanted, "{given}");
        }
        assert_eq!(nearest("x", &[]), None);
    }
}
