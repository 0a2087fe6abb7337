//! Names of files, made safe: they come from strangers and end up on the disks of officials.

use super::media::MediaType;

/// The longest name, in bytes: what file systems take.
const BYTES_MAX: usize = 255;
/// The longest ending that is taken for one, in bytes.
const ENDING_MAX: usize = 16;
/// What a document without a name is called.
const UNNAMED: &str = "document";
/// Names that Windows gives to devices, whatever the ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// A name without folders, control and directional characters, and what no file system takes, with
/// an ending that is its type's.
///
/// Directional characters make `exe.pdf` out of `fdp.exe` on the screen.
pub(super) fn clean(given: &str, kind: &MediaType) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible = last.chars().filter(|letter| !is_hidden(*letter));
    let name: String = visible
        .map(|letter| if is_reserved(letter) { '_' } else { letter })
        .collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = name.trim_matches(['.', ' ']);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let known = |ending: &str| {
        let is = |known: &String| known.eq_ignore_ascii_case(ending);
        kind.extensions.iter().any(is)
    };
    // Another ending stays visible, so that what somebody sees tells what they got.
    let (stem, ending) = if known(ending) && ending.len() <= ENDING_MAX {
        (stem, ending)
    } else {
        (name, kind.extensions.first().map_or("bin", String::as_str))
    };
    let stem = stem.trim_matches(['.', ' ']);
    let stem = if stem.is_empty() { UNNAMED } else { stem };
    let guard = if is_device(stem) { "_" } else { "" };
    let room = BYTES_MAX.saturating_sub(ending.len() + 1 + guard.len());
    let stem = stem
        .get(..stem.floor_char_boundary(room))
        .unwrap_or(UNNAMED);
    format!("{guard}{}.{ending}", stem.trim_end_matches(['.', ' ']))
}

/// What isn't seen, or makes others seen elsewhere.
fn is_hidden(letter: char) -> bool {
    let directional = matches!(letter,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}');
    directional || (letter.is_control() && !letter.is_whitespace())
}

fn is_reserved(letter: char) -> bool {
    matches!(letter, '<' | '>' | ':' | '"' | '|' | '?' | '*')
}

fn is_device(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().trim_end();
    let first = first.to_ascii_lowercase();
    let bare = first.trim_end_matches(|digit: char| digit.is_ascii_digit());
    DEVICES.contains(&bare) && first.len() <= bare.len() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clean(given: &str, endings: &[&str]) -> String {
        super::clean(given, &MediaType::new("a/b", endings))
    }

    const PDF: &[&str] = &["pdf"];
    const JPEG: &[&str] = &["jpg", "jpeg"];

    #[test]
    fn a_name_is_what_one_sees_and_no_path() {
        for (given, cleaned) in [
            ("Mietvertrag.pdf", "Mietvertrag.pdf"),
            ("Scan.PDF", "Scan.PDF"),
            ("C:\\Users\\anna\\Vertrag 1.pdf", "Vertrag 1.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("vertrag.exe", "vertrag.exe.pdf"),
            ("ver\u{202e}fdp.exe", "verfdp.exe.pdf"),
            ("a\u{0}b\r\nc\t.pdf", "ab c.pdf"),
            ("wer? <was>:.pdf", "wer_ _was__.pdf"),
            ("", "document.pdf"),
            (" .. ", "document.pdf"),
            (".pdf", "pdf.pdf"),
            ("CON.pdf", "_CON.pdf"),
            ("com1.x.pdf", "_com1.x.pdf"),
            ("Comic.pdf", "Comic.pdf"),
            ("Grüezi 😀.pdf", "Grüezi 😀.pdf"),
        ] {
            assert_eq!(clean(given, PDF), cleaned, "{given:?}");
        }
        assert_eq!(clean("photo.JPEG", JPEG), "photo.JPEG");
        assert_eq!(clean("photo", JPEG), "photo.jpg");
    }

    proptest! {
        #[test]
        fn whatever_is_given_a_name_is_short_safe_and_stays_as_it_is(given in "\\PC{0,300}|.{0,300}") {
            let name = clean(&given, PDF);
            prop_assert!(name.len() <= BYTES_MAX);
            prop_assert!(!name.starts_with('.') && name.to_ascii_lowercase().ends_with(".pdf"));
            prop_assert!(!name.contains(['/', '\\']) && !name.chars().any(char::is_control));
            prop_assert_eq!(clean(&name, PDF), name);
        }
    }
}
