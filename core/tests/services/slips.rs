//! Service files changed at random: they are read, or every mistake has a place in them.

use proptest::prelude::*;
use proptest::sample::Index;

use super::{inputs, service};

/// What a slip of the pen or a bad editor does to a file.
#[derive(Clone, Debug)]
enum Slip {
    Remove(Index, usize),
    Insert(Index, String),
    MoveLine(Index, Index),
}

fn slips() -> impl Strategy<Value = Vec<Slip>> {
    let pieces = [
        "\"", "'", "[", "]", "{", "}", "=", ".", ",", "\n", "#", "ä", "\u{feff}", "\\", "[[",
    ];
    let words = [
        "code",
        "type",
        "0",
        "-1",
        "true",
        "2026-13-01",
        "\"text\"",
        "= ",
        "fields",
        "\u{0}",
    ];
    let piece = proptest::sample::select([pieces.as_slice(), words.as_slice()].concat());
    let slip = prop_oneof![
        (any::<Index>(), 1_usize..40).prop_map(|(at, length)| Slip::Remove(at, length)),
        (any::<Index>(), piece).prop_map(|(at, piece)| Slip::Insert(at, piece.to_owned())),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Slip::MoveLine(from, to)),
    ];
    proptest::collection::vec(slip, 1..6)
}

fn slip(text: &str, slip: &Slip) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let mut lines: Vec<&str> = text.split('\n').collect();
    match slip {
        Slip::Remove(at, length) => {
            let at = at.index(letters.len() + 1);
            letters.drain(at..(at + length).min(letters.len()));
        }
        Slip::Insert(at, piece) => {
            let at = at.index(letters.len() + 1);
            letters.splice(at..at, piece.chars());
        }
        Slip::MoveLine(from, to) => {
            let line = lines.remove(from.index(lines.len()));
            lines.insert(to.index(lines.len() + 1), line);
            return lines.join("\n");
        }
    }
    letters.into_iter().collect()
}

proptest! {
    #[test]
    fn a_changed_file_is_read_or_its_mistakes_have_a_place(seed in any::<Index>(), slips in slips()) {
        let seeds: Vec<Vec<u8>> = inputs::of("service").collect();
        let mut text = String::from_utf8(seed.get(&seeds).clone()).unwrap();
        for one in &slips {
            text = slip(&text, one);
        }
        service::check(text.as_bytes());
    }
}
