//! Which addresses are trusted to be whose they say.

use std::net::Ipv4Addr;

use openidconnect::url::Host;
use reqwest::Url;

/// Whether nobody on the way can read or change what goes there: `https`, or this machine.
pub(super) fn is_trustworthy(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => is_here(url),
        _ => false,
    }
}

/// Where an address is, as far as it says itself; the farthest first. A name of an internal network says
/// nothing, and is trusted to be whose its certificate says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Abroad,
    /// In the network around this machine.
    Around,
    Here,
}

/// Whether an issuer may name this address as one of its own. One from abroad would otherwise have this
/// server ask, or send people to, what only this machine or its network can reach.
pub(super) fn may_name(issuer: &Url, url: &Url) -> bool {
    let safe = url.scheme() == "https" || (issuer.scheme() == "http" && is_trustworthy(url));
    safe && place(url) <= place(issuer)
}

/// Whether it is on this machine.
pub(super) fn is_here(url: &Url) -> bool {
    place(url) == Place::Here
}

fn place(url: &Url) -> Place {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            if name == "localhost" || name.ends_with(".localhost") {
                Place::Here
            } else {
                Place::Abroad
            }
        }
        Some(Host::Ipv4(address)) => place_v4(address),
        Some(Host::Ipv6(address)) => match address.to_ipv4_mapped() {
            Some(address) => place_v4(address),
            None if address.is_loopback() || address.is_unspecified() => Place::Here,
            None if address.is_unique_local() || address.is_unicast_link_local() => Place::Around,
            None => Place::Abroad,
        },
        None => Place::Abroad,
    }
}

fn place_v4(address: Ipv4Addr) -> Place {
    let [first, second, ..] = address.octets();
    // What providers share out among their customers (RFC 6598).
    let shared = first == 100 && second & 0xc0 == 64;
    if address.is_loopback() || first == 0 {
        Place::Here
    } else if address.is_private() || address.is_link_local() || shared {
        Place::Around
    } else {
        Place::Abroad
    }
}

/// Whether it has neither query nor fragment nor somebody's name.
pub(super) fn is_bare(url: &Url) -> bool {
    url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETWORK: [&str; 7] = [
        "https://10.0.0.7/keys",
        "https://172.16.9.9/keys",
        "https://192.168.1.1/keys",
        "https://169.254.169.254/keys",
        "https://100.64.0.1/keys",
        "https://[fd00::1]/keys",
        "https://[::ffff:10.0.0.7]/keys",
    ];
    const MACHINE: [&str; 7] = [
        "https://localhost/keys",
        "https://Issuer.LOCALHOST./keys",
        "https://127.0.0.1/keys",
        "https://2130706433/keys",
        "https://0.0.0.0/keys",
        "https://[::1]/keys",
        "https://[::ffff:127.0.0.1]/keys",
    ];
    const WORLD: [&str; 3] = [
        "https://keys.example.ch/keys",
        "https://198.51.100.7/keys",
        "https://[2001:db8::1]/keys",
    ];

    fn named(issuer: &str, addresses: &[&str]) -> Vec<bool> {
        let url = |text: &str| Url::parse(text).unwrap();
        let may = |address: &&str| may_name(&url(issuer), &url(address));
        addresses.iter().map(may).collect()
    }

    #[test]
    fn an_issuer_names_nothing_that_is_nearer_than_itself() {
        for (issuer, network, machine) in [
            ("https://login.example.ch", false, false),
            ("https://198.51.100.7", false, false),
            ("https://10.1.1.1", true, false),
            ("https://localhost", true, true),
            ("http://127.0.0.1:8080", true, true),
        ] {
            assert_eq!(named(issuer, &WORLD), [true; 3], "{issuer}");
            assert_eq!(named(issuer, &NETWORK), [network; 7], "{issuer}");
            assert_eq!(named(issuer, &MACHINE), [machine; 7], "{issuer}");
        }
    }

    #[test]
    fn only_an_issuer_without_https_on_this_machine_names_others_without() {
        let plain = ["http://127.0.0.1/keys", "http://[::1]:9/keys"];
        assert_eq!(named("http://localhost:8080", &plain), [true; 2]);
        assert_eq!(named("https://localhost", &plain), [false; 2]);
        assert_eq!(named("https://login.example.ch", &plain), [false; 2]);
        let others = ["http://login.example.ch/keys", "ftp://127.0.0.1/keys"];
        assert_eq!(named("http://localhost:8080", &others), [false; 2]);
    }
}
