//! What was probably meant by a word that isn't known.

use crate::domain::code::Code;

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

/// How many letters must be added, removed, changed or swapped with their neighbour (restricted
/// Damerau–Levenshtein distance, by three rows of its table).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    let mut two_above = Vec::new();
    let mut previous = None;
    for (index, letter) in from.chars().enumerate() {
        let mut row = vec![index + 1];
        for (column, wanted) in to.iter().enumerate() {
            let at = |row: &[usize], column: usize| row.get(column).map_or(usize::MAX / 2, |n| *n);
            let changed = at(&above, column) + usize::from(letter != *wanted);
            let added = at(&row, column) + 1;
            let removed = at(&above, column + 1) + 1;
            let is_swap = previous == Some(*wanted)
                && column.checked_sub(1).and_then(|left| to.get(left)) == Some(&letter);
            let swapped = match column.checked_sub(1) {
                Some(left) if is_swap => at(&two_above, left) + 1,
                _ => usize::MAX,
            };
            row.push(changed.min(added).min(removed).min(swapped));
        }
        two_above = std::mem::replace(&mut above, row);
        previous = Some(letter);
    }
    above.last().copied().unwrap_or(0)
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
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
