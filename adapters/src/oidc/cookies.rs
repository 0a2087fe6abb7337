//! The cookies of a sign-in in a browser.

use std::fmt::Write;

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use reqwest::Url;

use crate::http::NotSignedIn;

/// How cookies are called and sent.
pub(super) struct Cookies {
    /// Over https nobody but this host can set a cookie of these names. On this machine alone
    /// there is no https, and hosts share their cookies over ports: the port keeps two portals apart.
    prefix: String,
    secure: bool,
}

impl Cookies {
    /// Those of a portal that is reached there.
    pub(super) fn of(public_url: &Url) -> Self {
        let secure = public_url.scheme() == "https";
        let prefix = if secure {
            "__Host-kanzlei".to_owned()
        } else {
            format!(
                "kanzlei-{}",
                public_url.port_or_known_default().unwrap_or(80)
            )
        };
        Self { prefix, secure }
    }

    /// The cookie of somebody who is signed in.
    pub(super) fn session(&self) -> String {
        format!("{}-session", self.prefix)
    }

    /// The cookie of somebody who is about to sign in, one for each tab.
    pub(super) fn pending(&self, state: &str) -> String {
        let short: String = state
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(12)
            .collect();
        format!("{}-sign-in-{short}", self.prefix)
    }

    /// A header that sets a cookie for so many seconds; 0 takes it away.
    pub(super) fn set(&self, name: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        let line =
            format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&line).ok()
    }
}

/// A cookie's value. Two of a name are nobody's: one of them was put there by somebody else.
pub(super) fn sent<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, NotSignedIn> {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs
        .filter(|(one, _)| *one == name)
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(NotSignedIn::Forged("there are several cookies of it")),
        (value, None) => Ok(value),
    }
}

/// Bytes as a cookie or an address takes them.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // A string takes everything that is written to it.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The bytes again.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .bytes()
        .map(|byte| Some(u8::try_from(char::from(byte).to_digit(16)?).unwrap_or_default()))
        .collect();
    let digits = digits?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty()
        .then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(line: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(line))])
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name_and_never_among_two() {
        let one = headers("a-b=1; a=2; b=3");
        assert_eq!(sent(&one, "a"), Ok(Some("2")));
        assert_eq!(sent(&one, "c"), Ok(None));
        assert!(sent(&headers("a=1; a=1"), "a").is_err());
    }

    #[test]
    fn what_a_cookie_carries_comes_back() {
        assert_eq!(unhex(&hex(&[0, 9, 255, 16])), Some(vec![0, 9, 255, 16]));
        for wrong in ["0", "0g", "ü"] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn over_https_a_cookie_belongs_to_the_host_alone() {
        let there = Cookies::of(&Url::parse("https://portal.example.ch").unwrap());
        let line = there.set(&there.session(), "x", 9).unwrap();
        assert_eq!(
            line,
            "__Host-kanzlei-session=x; Path=/; Max-Age=9; HttpOnly; SameSite=Lax; Secure"
        );
        let here = Cookies::of(&Url::parse("http://127.0.0.1:8080").unwrap());
        let line = here.set(&here.session(), "x", 9).unwrap();
        assert_eq!(
            line,
            "kanzlei-8080-session=x; Path=/; Max-Age=9; HttpOnly; SameSite=Lax"
        );
    }
}
