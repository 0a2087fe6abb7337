//! The portal as a process: it says where it is, answers, and ends when it is asked to.

use std::process::Stdio;

use crate::hand::{command, copy, done, run};
use crate::running::{Browser, Running, interrupt};

/// Settings that trust somebody who doesn't answer.
pub const SETTINGS: &str = "[[issuer]]\nname = \"a\"\nissuer = \"https://127.0.0.1:9\"\n\
    audiences = [\"kanzlei\"]\nalgorithms = [\"ES256\"]\n\
    [issuer.browser]\nclient_id = \"portal\"\n";

#[test]
fn it_answers_until_it_is_interrupted_and_leaves_a_whole_store() {
    for signal in ["-INT", "-TERM"] {
        let store = copy();
        let portal = Running::start(store.path(), &["portal", "--port", "0"]);
        let health = portal.get("/healthz");
        assert!(health.starts_with("HTTP/1.1 200 OK\r\n"), "{health}");
        assert!(health.ends_with("\r\n\r\nok\n"), "{health}");
        portal.signal(signal);
        assert_eq!(portal.ended().code(), Some(0), "{signal}");
        done(store.path(), &["verify"]);
    }
}

#[test]
fn it_is_ready_once_its_views_are() {
    let store = copy();
    let portal = Running::start(store.path(), &["portal", "--port", "0"]);
    let mut ready = portal.get("/readyz");
    while ready.starts_with("HTTP/1.1 503") {
        ready = portal.get("/readyz");
    }
    assert!(ready.starts_with("HTTP/1.1 200 OK\r\n"), "{ready}");
    let said = concat!(
        r#"{"ready":true,"store":true,"store_takes_commits":true,"vault":true,"#,
        r#""views_not_served":[]}"#
    );
    assert!(ready.ends_with(said), "{ready}");
}

#[test]
fn every_answer_carries_what_keeps_a_browser_from_harm() {
    let store = copy();
    let portal = Running::start(store.path(), &["portal", "--port", "0"]);
    for path in ["/", "/healthz", "/no-such-page"] {
        let answer = portal.get(path);
        assert!(
            answer.contains("\r\nx-content-type-options: nosniff\r\n"),
            "{answer}"
        );
        assert!(answer.contains("frame-ancestors 'none'"), "{answer}");
        assert!(answer.contains("script-src 'self';"), "{answer}");
        assert!(!answer.contains("unsafe-"), "{answer}");
        assert!(answer.contains("\r\nreferrer-policy: "), "{answer}");
        assert!(answer.contains("\r\nx-request-id: "), "{answer}");
        // Over plain HTTP browsers would ignore it, and it would be a lie.
        assert!(!answer.contains("strict-transport-security"), "{answer}");
    }
    drop(portal);
    let settings = store.path().join("sign-in.toml");
    std::fs::write(&settings, SETTINGS).unwrap();
    let arguments = [
        "portal",
        "--port",
        "0",
        "--public-url",
        "https://portal.example.ch",
        "--sign-in",
        settings.to_str().unwrap(),
    ];
    let portal = Running::start(store.path(), &arguments);
    let answer = portal.get("/");
    assert!(answer.contains("\r\nstrict-transport-security: max-age="));
    // Where a sign-out ends is no other site to a browser.
    assert!(
        answer.contains("form-action 'self' https://127.0.0.1:9;"),
        "{answer}"
    );
}

#[test]
fn without_a_command_it_is_the_demonstration_and_then_the_portal() {
    let store = copy();
    let portal = Running::start(store.path(), &[]);
    assert!(portal.get("/healthz").starts_with("HTTP/1.1 200"));
    // The usual port is taken now, perhaps by this one: another finds a free one.
    let other = copy();
    let beside = Running::start(other.path(), &[]);
    assert_ne!(portal.address, beside.address);
    assert!(beside.get("/healthz").starts_with("HTTP/1.1 200"));
    portal.signal("-INT");
    assert_eq!(portal.ended().code(), Some(0));
}

#[test]
fn from_nothing_it_fills_a_store_goes_on_after_an_interruption_and_serves() {
    let store = tempfile::tempdir().unwrap();
    let store = store.path();
    let mut filling = command(store, &[])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The handler is set before the store is made, so that the signal meets it.
    while !store.join("log/witness").exists() {
        std::thread::yield_now();
    }
    interrupt(&filling);
    assert_eq!(filling.wait().unwrap().code(), Some(130));
    let mark = || std::fs::read_to_string(store.join("demonstration.toml")).unwrap();
    assert!(mark().contains("whole = false"));

    let portal = Running::start(store, &[]);
    assert!(mark().contains("whole = true"));
    let mut anna = Browser::default();
    let page = anna.open(&portal, "/sign-in?login_hint=resident-1&return=/cases");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    portal.signal("-INT");
    assert_eq!(portal.ended().code(), Some(0));
    let cases = done(store, &["cases", "--json"]).json();
    assert_eq!(cases.as_array().unwrap().len(), 3_000);
}

#[test]
fn an_address_that_others_reach_needs_its_name_and_a_taken_port_is_said() {
    let store = copy();
    let settings = store.path().join("sign-in.toml");
    std::fs::write(&settings, SETTINGS).unwrap();
    let settings = settings.to_str().unwrap();
    let arguments = [
        "portal",
        "--address",
        "0.0.0.0",
        "--port",
        "0",
        "--sign-in",
        settings,
    ];
    let open = run(store.path(), &arguments);
    assert_eq!(open.code, 2, "{open:?}");
    assert!(open.err.contains("--public-url"), "{open:?}");
    for wrong in [
        "http://portal.example.ch",
        "https://a.ch/path",
        "portal.example.ch",
        "ftp://a.ch",
    ] {
        let ran = run(store.path(), &["portal", "--public-url", wrong]);
        assert_eq!(ran.code, 2, "{wrong}: {ran:?}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ran = run(store.path(), &["portal", "--port", &port]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("--port"), "{ran:?}");
}

#[test]
fn a_store_that_was_there_is_never_marked_as_the_demonstrations() {
    let store = copy();
    let mark = store.path().join("demonstration.toml");
    let marked = std::fs::read_to_string(&mark).unwrap();
    assert!(marked.contains("seed = 1\nwhole = true\n"), "{marked}");
    std::fs::remove_file(&mark).unwrap();
    done(store.path(), &["demo", "--more", "1"]);
    assert!(!mark.exists());
}
