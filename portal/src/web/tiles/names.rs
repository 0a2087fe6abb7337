//! Short names: as few letters as tell a municipality from all others.

/// Fewer letters don't look like a name.
const LETTERS_MIN: usize = 4;
/// A name so short is seen whole: to take a letter or two away would save nothing.
const WHOLE_MAX: usize = 6;

/// How many bytes of each name are seen: a beginning that no other name has, at least four letters of
/// it, and the whole name where that is short anyway. What tells names apart in the whole country, as
/// “ (LU)” does, isn't seen where the beginning is enough.
pub fn short_names(names: &[&str]) -> Vec<usize> {
    let alone = |short: &str, name: &str| {
        let others = names.iter().filter(|other| **other != name);
        !others.into_iter().any(|other| other.starts_with(short))
    };
    let short = |name: &&str| {
        let stem = name.rsplit_once(" (").map_or(*name, |(stem, _)| stem);
        let whole = stem.chars().count() <= WHOLE_MAX && alone(stem, name);
        if whole {
            return stem.len();
        }
        let ends = name
            .char_indices()
            .map(|(at, letter)| at + letter.len_utf8());
        let mut enough = ends.skip(LETTERS_MIN - 1);
        let found = enough.find(|end| {
            let short = name.get(..*end).unwrap_or(name);
            // A name doesn't end with a hyphen or blank.
            short.ends_with(char::is_alphabetic) && alone(short, name)
        });
        found.unwrap_or(name.len())
    };
    names.iter().map(short).collect()
}

/// What sorts a name as German dictionaries do: ä as a.
pub(super) fn in_alphabet(name: &str) -> String {
    let plain = |letter: char| match letter {
        'ä' | 'à' | 'â' => 'a',
        'é' | 'è' | 'ê' => 'e',
        'ö' | 'ô' => 'o',
        'ü' | 'û' => 'u',
        other => other,
    };
    name.to_lowercase().chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen<'a>(names: &[&'a str]) -> Vec<&'a str> {
        let lengths = short_names(names);
        names
            .iter()
            .zip(lengths)
            .map(|(name, end)| &name[..end])
            .collect()
    }

    #[test]
    fn a_name_is_cut_where_no_other_begins_so() {
        let names = [
            "Escholzmatt-Marbach",
            "Eschenbach (LU)",
            "Emmen",
            "Hasle (LU)",
            "Flühli",
        ];
        assert_eq!(seen(&names), ["Escho", "Esche", "Emmen", "Hasle", "Flühli"]);
        let nested = ["Luzern", "Luzern-Land", "Rickenbach (LU)"];
        assert_eq!(seen(&nested), ["Luzern", "Luzern-L", "Rick"]);
    }

    proptest! {
        #[test]
        fn no_two_different_names_are_seen_alike(names in proptest::collection::btree_set("[A-Ca-cü-]{1,9}", 0..12)) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let mut seen = seen(&names);
            seen.sort_unstable();
            let before = seen.len();
            seen.dedup();
            prop_assert_eq!(seen.len(), before);
        }
    }
}
