//! Signing in to the portal: as anybody in the demonstration, and only there.

use std::fs;

use serde_json::Value;

use crate::hand::{copy, done, run};
use crate::running::{Browser, Running, header, status};

/// What hints call everybody whom one can be.
const EVERYBODY: [&str; 9] = [
    "resident-1",
    "clerk-luzern",
    "clerk-emmen",
    "clerk-kriens",
    "steward-luzern",
    "clerk-building",
    "overseer",
    "steward-canton",
    "operator",
];
const SIGN_OUT: &str = "action=\"/sign-out\"";

#[test]
fn one_can_be_anybody_and_stays_it_through_a_restart_until_one_signs_out() {
    let store = copy();
    let portal = Running::start(store.path(), &["portal", "--port", "0"]);
    let mut browsers = Vec::new();
    for who in EVERYBODY {
        let mut browser = Browser::default();
        let page = browser.open(&portal, &format!("/sign-in?login_hint={who}"));
        assert_eq!(status(&page), 200, "{who}: {page}");
        assert!(page.contains(SIGN_OUT), "{who}: {page}");
        browsers.push(browser);
    }
    let port = portal.port().to_owned();
    portal.signal("-INT");
    assert_eq!(portal.ended().code(), Some(0));
    let portal = Running::start(store.path(), &["portal", "--port", &port]);
    for mut browser in browsers {
        assert!(browser.open(&portal, "/").contains(SIGN_OUT));
        let copy = browser.clone();
        let page = browser.go(&portal, "POST", "/sign-out", "");
        assert!(!page.contains(SIGN_OUT), "{page}");
        for mut gone in [browser, copy] {
            assert!(!gone.open(&portal, "/").contains(SIGN_OUT));
        }
    }
}

#[test]
fn without_a_hint_one_chooses_who_one_is_and_how_surely() {
    let store = copy();
    let portal = Running::start(store.path(), &["portal", "--port", "0"]);
    let mut browser = Browser::default();
    let page = browser.open(&portal, "/sign-in?assurance=substantial&lang=en");
    for who in EVERYBODY {
        assert!(
            page.contains(&format!("name=\"person\" value=\"{who}\"")),
            "{who}: {page}"
        );
    }
    // The form that the page has, sent with a choice.
    let hidden = page
        .split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|input| {
            let (name, rest) = input.split_once("\" value=\"").unwrap();
            let value = rest.split('"').next().unwrap().replace("&#38;", "&");
            let value = value.bytes().map(|byte| format!("%{byte:02x}"));
            let value = value.collect::<Vec<_>>().concat();
            format!("{name}={value}")
        });
    let hidden = hidden.collect::<Vec<_>>().join("&");
    let back = |choice: &str| format!("{hidden}&{choice}");
    let nobody =
        Browser::clone(&browser).go(&portal, "POST", "/issuer/authorize", &back("person="));
    assert!(!nobody.contains(SIGN_OUT), "{nobody}");
    let choice = back("person=overseer&assurance=low");
    let page = browser.go(&portal, "POST", "/issuer/authorize", &choice);
    assert!(page.contains(SIGN_OUT), "{page}");
}

#[test]
fn whoever_the_portal_has_not_sent_gets_nothing_of_the_issuer() {
    let store = copy();
    let portal = Running::start(store.path(), &["portal", "--port", "0"]);
    let begun = portal.get("/sign-in");
    let asked = header(&begun, "location").unwrap().to_owned();
    let asked = asked.split_once("/issuer").unwrap().1;
    let changed = |from: &str, to: &str| {
        assert!(asked.contains(from), "{asked}");
        portal.get(&format!("/issuer{}", asked.replace(from, to)))
    };
    for (from, to) in [
        ("sign-in%2Fcallback", "elsewhere"),
        (
            "redirect_uri=http%3A%2F%2F",
            "redirect_uri=https%3A%2F%2Fevil.ch%2F",
        ),
        ("client_id=portal", "client_id=other"),
    ] {
        let answer = changed(from, to);
        assert_eq!(status(&answer), 400, "{to}: {answer}");
        assert_eq!(header(&answer, "location"), None);
    }
    for (from, to, said) in [
        ("S256", "plain", "invalid_request"),
        ("code_challenge=", "code_challenge=x", "invalid_request"),
        (
            "response_type=code",
            "response_type=token",
            "unsupported_response_type",
        ),
        ("scope=openid", "scope=email", "invalid_scope"),
        ("scope=openid", "prompt=none&scope=openid", "login_required"),
    ] {
        let answer = changed(from, to);
        let place = header(&answer, "location").unwrap();
        assert!(
            place.contains(&format!("/sign-in/callback?error={said}&state=")),
            "{place}"
        );
    }
    let callback = portal.get("/sign-in/callback?code=x&state=y");
    assert_eq!(status(&callback), 400);
    assert!(callback.contains("<h1>"), "in words: {callback}");
}

#[test]
fn a_page_from_elsewhere_that_calls_this_machine_by_its_own_name_gets_nothing() {
    let store = copy();
    let portal = Running::start(store.path(), &["portal", "--port", "0"]);
    let evil = [("host", "evil.example.ch")];
    let answer = portal.send("GET", "/issuer/keys", &evil, "");
    assert_eq!(status(&answer), 307);
    let own = format!("http://{}/issuer/keys", portal.address);
    assert_eq!(header(&answer, "location"), Some(own.as_str()));
    let body = "grant_type=client_credentials&person=operator";
    assert_eq!(
        status(&portal.send("POST", "/issuer/token", &evil, body)),
        421
    );
    // A form of another site is nobody's here.
    let cross = [("sec-fetch-site", "cross-site")];
    assert_eq!(
        status(&portal.send("POST", "/sign-out", &cross, "a=b")),
        403
    );
}

#[test]
fn a_program_gets_a_token_that_the_interface_takes() {
    let store = copy();
    let portal = Running::start(store.path(), &["portal", "--port", "0"]);
    let token = |body: &str| {
        let answer = portal.send("POST", "/issuer/token", &[], body);
        let (_, json) = answer.split_once("\r\n\r\n").unwrap();
        (
            status(&answer),
            serde_json::from_str::<Value>(json).unwrap(),
        )
    };
    let (code, given) = token("grant_type=client_credentials&person=clerk-luzern&assurance=low");
    assert_eq!(
        (code, &given["token_type"]),
        (200, &Value::from("Bearer")),
        "{given}"
    );
    let bearer = format!("Bearer {}", given["access_token"].as_str().unwrap());
    let cases = |bearer: &str| portal.send("GET", "/api/cases", &[("authorization", bearer)], "");
    let known = cases(&bearer);
    assert_eq!(status(&known), 200, "{known}");
    assert_eq!(status(&cases(&format!("{bearer}x"))), 401);
    assert_eq!(status(&portal.get("/api/cases")), 401);
    for wrong in [
        "grant_type=client_credentials&person=somebody",
        "grant_type=client_credentials&person=operator&assurance=sure",
        "grant_type=password&person=operator",
        "grant_type=authorization_code&client_id=portal&code=x",
    ] {
        assert_eq!(token(wrong).0, 400, "{wrong}");
    }
}

#[test]
fn where_people_may_exist_nobody_signs_in_without_being_asked_who_they_are() {
    let store = copy();
    let ways: [&[&str]; 2] = [
        &[
            "portal",
            "--address",
            "0.0.0.0",
            "--public-url",
            "https://portal.example.ch",
        ],
        &[
            "portal",
            "--port",
            "0",
            "--public-url",
            "https://portal.example.ch",
        ],
    ];
    for arguments in ways {
        let open = run(store.path(), arguments);
        assert_eq!(open.code, 2, "{open:?}");
        assert!(open.err.contains("this machine alone"), "{open:?}");
        assert!(open.err.contains("--sign-in"), "{open:?}");
    }
    // A store that somebody else has made, even if the demonstration has added to it.
    fs::remove_file(store.path().join("demonstration.toml")).unwrap();
    done(store.path(), &["demo", "--more", "1"]);
    for arguments in [&["portal", "--port", "0"][..], &[]] {
        let real = run(store.path(), arguments);
        assert_eq!(real.code, 2, "{real:?}");
        assert!(real.err.contains("--sign-in"), "{real:?}");
    }
    let settings = store.path().join("sign-in.toml");
    let path = settings.to_str().unwrap();
    fs::write(&settings, "[[issuer]]\nname = 7\n").unwrap();
    let wrong = run(store.path(), &["portal", "--sign-in", path]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert!(wrong.err.contains("line 2, column 8"), "{wrong:?}");
    // With an issuer of its own there is none of the demonstration's.
    fs::write(&settings, super::portal::SETTINGS).unwrap();
    let portal = Running::start(store.path(), &["portal", "--port", "0", "--sign-in", path]);
    assert_eq!(status(&portal.get("/issuer/keys")), 404);
    let answer = portal.get("/sign-in");
    assert_eq!(status(&answer), 503, "{answer}");
    assert!(answer.contains("<h1>"), "in words: {answer}");
}
