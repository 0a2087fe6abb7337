//! In which language texts are wanted.

use axum::http::{HeaderMap, header};
use kanzlei::Language;

/// Ranges of an `Accept-Language` that are looked at.
const RANGES_MAX: usize = 16;

/// The language that is asked for, else the one that the reader prefers of those that there are,
/// else German.
pub(super) fn wanted(asked: Option<Language>, headers: &HeaderMap) -> Language {
    asked.or_else(|| preferred(headers)).unwrap_or(Language::De)
}

fn preferred(headers: &HeaderMap) -> Option<Language> {
    let list = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let ranges = list.split(',').take(RANGES_MAX).filter_map(range);
    // Of two that are liked equally the first counts, as everywhere in practice.
    ranges
        .fold(None, |best: Option<(Language, u16)>, next| match best {
            Some(best) if best.1 >= next.1 => Some(best),
            _ => Some(next),
        })
        .map(|(language, _)| language)
}

/// A language and how much it is liked, in thousandths (RFC 9110, section 12.4.2).
fn range(text: &str) -> Option<(Language, u16)> {
    let (tag, quality) = match text.split_once(';') {
        Some((tag, quality)) => (tag, quality.trim().strip_prefix("q=")?.parse().ok()?),
        None => (text, 1.0_f32),
    };
    let primary = tag.trim().split('-').next()?.to_ascii_lowercase();
    let language = Language::ALL
        .into_iter()
        .find(|language| language.code() == primary)?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // From 0 to 1,000.
    let liked = (quality.clamp(0.0, 1.0) * 1_000.0) as u16;
    (liked > 0).then_some((language, liked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_s_preference_counts_and_german_stands_in() {
        for (accepted, language) in [
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", Language::Fr),
            ("rm, it-CH;q=0.8, de-CH;q=0.9", Language::De),
            ("rm, it-CH;q=0.9, de;q=0.9", Language::It),
            ("en;q=0, fr;q=0.1", Language::Fr),
            ("es, *", Language::De),
            ("fr;q=x", Language::De),
            ("", Language::De),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
            assert_eq!(wanted(None, &headers), language, "{accepted}");
            assert_eq!(wanted(Some(Language::En), &headers), Language::En);
        }
    }
}
