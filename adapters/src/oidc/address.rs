//! Which addresses are trusted to be whose they say.

use std::net::IpAddr;

use reqwest::Url;

/// Whether nobody on the way can read or change what goes there: `https`, or this machine.
pub(super) fn is_trustworthy(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => is_here(url),
        _ => false,
    }
}

/// Whether it is on this machine.
pub(super) fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Whether it has neither query nor fragment nor somebody's name.
pub(super) fn is_bare(url: &Url) -> bool {
    url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}
