//! Text in a drawing: how wide it is about, and where it breaks.

/// Letters are so wide at most in the mean, as a share of their size; measured over the labels of all
/// ready-made services in Helvetica and Arial, with a little to spare.
const WIDTH: f64 = 0.54;

/// How wide a text is about, in the unit of its size.
pub fn width(text: &str, size: f64) -> f64 {
    let letter = |letter: char| match letter {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | '’' | '\u{202f}' => 0.28,
        'f' | 't' | 'r' | ' ' | '\u{a0}' | '(' | ')' | '-' | '·' => 0.34,
        'm' | 'w' | 'M' | 'W' => 0.86,
        letter if letter.is_uppercase() => 0.70,
        _ => WIDTH,
    };
    text.chars().map(letter).sum::<f64>() * size
}

/// A text in so many lines at most; what doesn't fit is cut, with a sign that it was.
pub fn wrap(text: &str, size: f64, room: f64, lines_max: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut words = text.split_whitespace().peekable();
    let mut line = String::new();
    while let Some(word) = words.peek() {
        let longer = if line.is_empty() {
            (*word).to_owned()
        } else {
            format!("{line} {word}")
        };
        if line.is_empty() || width(&longer, size) <= room {
            line = longer;
            words.next();
            continue;
        }
        if lines.len() + 1 == lines_max {
            break;
        }
        lines.push(std::mem::take(&mut line));
    }
    let all = words.next().is_none();
    lines.push(line);
    for (at, line) in lines.iter_mut().enumerate() {
        let more = !all && at + 1 == lines_max;
        if more || width(line, size) > room {
            cut(line, size, room);
        }
    }
    lines
}

/// Takes letters away until there is room, and shows that some are missing.
fn cut(line: &mut String, size: f64, room: f64) {
    while width(line, size) + width("…", size) > room && line.pop().is_some() {}
    while line.ends_with([' ', ',', '(']) {
        line.pop();
    }
    line.push('…');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_label_breaks_between_words_and_shows_where_it_is_cut() {
        let label = "Wohnung zuordnen (EGID, EWID)";
        assert_eq!(wrap(label, 16.0, 400.0, 2), [label]);
        assert_eq!(
            wrap(label, 16.0, 160.0, 2),
            ["Wohnung zuordnen", "(EGID, EWID)"]
        );
        assert_eq!(wrap(label, 16.0, 100.0, 2), ["Wohnung", "zuordnen…"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_its_room(text in "[a-zA-Z ,()-]{0,80}", room in 40.0_f64..400.0) {
            let lines = wrap(&text, 16.0, room, 2);
            prop_assert!((1..=2).contains(&lines.len()));
            for line in lines {
                prop_assert!(width(&line, 16.0) <= room, "{}", line);
            }
        }

        #[test]
        fn what_fits_is_shown_whole(text in "[a-z]{1,9}( [a-z]{1,9}){0,5}") {
            let lines = wrap(&text, 16.0, 10_000.0, 2);
            prop_assert_eq!(lines, [text]);
        }
    }
}
