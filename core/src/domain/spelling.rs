//! When two spellings count as one, and how far apart others are.

/// What is left of a name when case and accents don't count. The two spellings of an umlaut become
/// one letter, so a few different names (Neuenkirch, Neunkirch) do too: the caller is shown both.
pub(super) fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        let letter = match letter {
            'à' | 'á' | 'â' | 'ä' => 'a',
            'è' | 'é' | 'ê' | 'ë' => 'e',
            'ì' | 'í' | 'î' | 'ï' => 'i',
            'ò' | 'ó' | 'ô' | 'ö' => 'o',
            'ù' | 'ú' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            // Combining marks: a name typed on a Mac may come as u and a diaeresis.
            '\u{300}'..='\u{36f}' => continue,
            'e' if folded.ends_with(['a', 'o', 'u']) => continue,
            other => other,
        };
        folded.push(letter);
    }
    folded
}

/// How many letters must be added, removed, changed or swapped with their neighbour (restricted
/// Damerau–Levenshtein distance, by three rows of its table).
pub(super) fn distance(from: &str, to: &str) -> usize {
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
    fn umlauts_and_accents_are_one_letter_however_they_are_typed() {
        for spelling in ["Zügeln", "ZÜGELN", "zuegeln", "zugeln", "zu\u{308}geln"] {
            assert_eq!(fold(spelling), "zugeln", "{spelling}");
        }
        assert_eq!(fold("École à Reçu"), "ecole a recu");
    }

    #[test]
    fn a_distance_counts_slips() {
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
