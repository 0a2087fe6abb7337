//! Which language somebody reads, and what a longer one would look like.

use kanzlei::Language;

/// The language with this code; a region after it, as in `fr-CH`, doesn't matter.
pub fn named(code: &str) -> Option<Language> {
    let code = code.trim();
    let code = code.split('-').next().unwrap_or(code);
    Language::ALL
        .into_iter()
        .find(|one| one.code().eq_ignore_ascii_case(code))
}

/// The language that a browser's `Accept-Language` wants most of those that there are, and German
/// if it wants none of them.
pub fn preferred(accept: &str) -> Language {
    let mut best = (Language::De, 0.0);
    for wanted in accept.split(',').take(32) {
        let mut parts = wanted.split(';');
        let language = parts.next().and_then(named);
        let weight = parts
            .find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok())
            .unwrap_or(1.0);
        // Of two that are wanted as much the first counts.
        if let Some(language) = language.filter(|_| weight > best.1) {
            best = (language, weight);
        }
    }
    best.0
}

/// A text made 40 percent longer, as translations can be, in brackets that show where it is cut.
pub fn stretched(text: &str) -> String {
    let more = text.chars().count() * 2 / 5;
    let more: String = "wörtlich länger ".chars().cycle().take(more).collect();
    format!("[{text} {more}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_wanted_most_is_spoken() {
        let wanted = [
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7", Language::Fr),
            ("rm, it;q=0.5, en;q=0.4", Language::It),
            ("en;q=0.4, de-CH;q=0.6", Language::De),
            ("ja, zh", Language::De),
            ("", Language::De),
            ("en;q=nonsense", Language::En),
            ("fr;q=0, *", Language::De),
        ];
        for (accept, language) in wanted {
            assert_eq!(preferred(accept), language, "{accept}");
        }
    }

    #[test]
    fn a_stretched_text_is_two_fifths_longer() {
        let text = "Meine Gesuche";
        let longer = stretched(text).chars().count();
        assert!(longer * 10 >= text.chars().count() * 14);
    }
}
