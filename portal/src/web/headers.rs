//! Cookies that are no secret, and addresses within addresses.

use std::fmt::Write as _;

use axum::http::{HeaderMap, HeaderValue, header};

/// The value of a cookie that was sent.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let sent = headers.get_all(header::COOKIE).iter();
    sent.filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// A `Set-Cookie` for something that is no secret.
pub(super) fn set_cookie(headers: &mut HeaderMap, name: &str, value: &str, seconds: u32) {
    let line = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax");
    if let Ok(line) = HeaderValue::from_str(&line) {
        headers.append(header::SET_COOKIE, line);
    }
}

/// A text as it stands in the query of an address.
pub(super) fn encoded(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            said.push(char::from(byte));
        } else {
            let _ = write!(said, "%{byte:02X}");
        }
    }
    said
}

/// Bytes as they stand in addresses.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut said = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(said, "{byte:02x}");
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("language=x; lang=fr"),
        );
        headers.append(header::COOKIE, HeaderValue::from_static("seen=7"));
        assert_eq!(cookie(&headers, "lang"), Some("fr"));
        assert_eq!(cookie(&headers, "seen"), Some("7"));
        assert_eq!(cookie(&headers, "lan"), None);
    }

    #[test]
    fn an_address_within_an_address_can_not_break_out() {
        assert_eq!(encoded("/a?b=c&d=ü"), "/a%3Fb%3Dc%26d%3D%C3%BC");
    }
}
