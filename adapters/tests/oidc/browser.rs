//! The code flow: from the portal to the issuer and back, and everything that could go wrong there.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{Request, Response};
use kanzlei_adapters::http::{NotSignedIn, Unattended, Viewer};
use kanzlei_adapters::oidc::{SignInChoice, SignInFailed};
use reqwest::Url;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::issuer::{CLIENT, Hall, Issuer, PORTAL};

pub const SESSION: &str = "kanzlei-9-session";

/// A browser: what it keeps between requests.
#[derive(Default, Clone)]
pub struct Browser(pub HashMap<String, String>);

impl Browser {
    pub async fn send(&mut self, hall: &Hall, method: &str, path: &str) -> Response<Body> {
        let request = Request::builder().method(method).uri(path);
        let request = request
            .header(COOKIE, self.cookies())
            .body(Body::empty())
            .unwrap();
        let routes = hall.sign_ins.browser.as_ref().unwrap().routes();
        let answer = routes.oneshot(request).await.unwrap();
        for line in answer.headers().get_all(SET_COOKIE) {
            let (pair, rest) = line.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0;") {
                self.0.remove(name);
            } else {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    fn cookies(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    pub async fn who(&self, hall: &Hall) -> Result<Option<Viewer>, NotSignedIn> {
        let request = Request::builder().header(COOKIE, self.cookies());
        hall.viewer(&request.body(()).unwrap().into_parts().0).await
    }

    /// To the issuer: what it is asked.
    pub async fn begin(&mut self, hall: &Hall, path: &str) -> HashMap<String, String> {
        let answer = self.send(hall, "GET", path).await;
        assert_eq!(answer.status(), 303);
        let place = Url::parse(&location(&answer)).unwrap();
        place.query_pairs().into_owned().collect()
    }

    /// Back from it, with this code.
    pub async fn back(&mut self, hall: &Hall, state: &str, code: &str) -> Response<Body> {
        let path = format!("/sign-in/callback?state={state}&code={code}");
        self.send(hall, "GET", &path).await
    }

    async fn sign_in(&mut self, hall: &Hall, issuer: &Issuer) {
        let asked = self.begin(hall, "/sign-in").await;
        let code = issuer.grant(&asked, claims(hall, issuer, &asked));
        let answer = self.back(hall, &asked["state"], &code).await;
        assert_eq!(
            (answer.status().as_u16(), location(&answer)),
            (303, "/".to_owned())
        );
    }
}

fn location(answer: &Response<Body>) -> String {
    answer.headers()[LOCATION].to_str().unwrap().to_owned()
}

pub fn claims(hall: &Hall, issuer: &Issuer, asked: &HashMap<String, String>) -> Value {
    let mut claims = issuer.claims(hall.now());
    claims["aud"] = json!(CLIENT);
    claims["nonce"] = json!(asked["nonce"]);
    claims
}

fn refused(answer: &Response<Body>) -> NotSignedIn {
    assert!(answer.status().is_client_error() || answer.status().is_server_error());
    answer.extensions().get::<SignInFailed>().unwrap().0.clone()
}

#[tokio::test]
async fn somebody_signs_in_and_comes_back_to_where_they_were() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let mut browser = Browser::default();
    assert!(browser.who(&hall).await.unwrap().is_none());
    let asked = browser
        .begin(
            &hall,
            "/sign-in?return=/cases%3Fopen%3D1&login_hint=anna&lang=fr",
        )
        .await;
    assert_eq!(asked["client_id"], CLIENT);
    assert_eq!(asked["scope"], "openid profile");
    assert_eq!(asked["redirect_uri"], format!("{PORTAL}/sign-in/callback"));
    assert_eq!(
        (asked["login_hint"].as_str(), asked["ui_locales"].as_str()),
        ("anna", "fr")
    );
    assert!(asked["state"].len() >= 20 && asked["nonce"].len() >= 20);
    // Not signed in before the issuer has said who it is.
    assert!(browser.who(&hall).await.unwrap().is_none());

    let code = issuer.grant(&asked, claims(&hall, &issuer, &asked));
    let answer = browser.back(&hall, &asked["state"], &code).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(location(&answer), "/cases?open=1");
    let session = answer.headers().get_all(SET_COOKIE).iter();
    let session = session
        .map(|line| line.to_str().unwrap())
        .find(|line| line.starts_with(SESSION));
    let session = session.unwrap();
    assert!(session.ends_with("; HttpOnly; SameSite=Lax") && session.contains("; Path=/;"));
    // What was for the way alone is gone.
    assert_eq!(browser.0.len(), 1);
    let anna = browser.who(&hall).await.unwrap().unwrap();
    assert_eq!(anna.name, "Anna Muster");
    // The same person as with a token.
    let token = issuer.sign(&issuer.claims(hall.now()));
    assert!(hall.who(&token).await.unwrap().actor == anna.actor);
}

#[tokio::test]
async fn what_nobody_in_this_browser_has_begun_is_refused() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let mut evil = Browser::default();
    let asked = evil.begin(&hall, "/sign-in").await;
    let code = issuer.grant(&asked, claims(&hall, &issuer, &asked));
    // Their link, in somebody else's browser: with no sign-in begun there, and with another one.
    let mut victim = Browser::default();
    let answer = victim.back(&hall, &asked["state"], &code).await;
    assert!(matches!(refused(&answer), NotSignedIn::Forged(_)));
    let own = victim.begin(&hall, "/sign-in").await;
    for state in [asked["state"].as_str(), "", "x"] {
        let answer = victim.back(&hall, state, &code).await;
        assert!(matches!(refused(&answer), NotSignedIn::Forged(_)));
    }
    // A state of which only the beginning is right, which finds the victim's own cookie.
    let mut copy = victim.clone();
    let good = issuer.grant(&own, claims(&hall, &issuer, &own));
    let longer = format!("{}x", own["state"]);
    let answer = copy.back(&hall, &longer, &good).await;
    assert!(matches!(refused(&answer), NotSignedIn::Forged(_)));
    // Their code with the victim's own state: it was asked for with another verifier.
    let answer = victim.back(&hall, &own["state"], &code).await;
    assert!(matches!(refused(&answer), NotSignedIn::Forged(_)));
    assert!(victim.who(&hall).await.unwrap().is_none());
}

#[tokio::test]
async fn a_code_is_worth_something_once() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let mut browser = Browser::default();
    let asked = browser.begin(&hall, "/sign-in").await;
    let code = issuer.grant(&asked, claims(&hall, &issuer, &asked));
    let mut copy = browser.clone();
    browser.back(&hall, &asked["state"], &code).await;
    // Who loads the page again has nothing begun; who kept the cookies has no code.
    assert!(matches!(
        refused(&browser.back(&hall, &asked["state"], &code).await),
        NotSignedIn::Forged(_)
    ));
    assert!(matches!(
        refused(&copy.back(&hall, &asked["state"], &code).await),
        NotSignedIn::Forged(_)
    ));
    assert!(browser.who(&hall).await.unwrap().is_some());
    assert!(copy.who(&hall).await.unwrap().is_none());
}

#[tokio::test]
async fn a_token_for_another_question_client_or_time_signs_nobody_in() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    for (claim, wrong, expired) in [
        ("nonce", json!("x"), false),
        ("nonce", Value::Null, false),
        ("aud", json!("kanzlei"), false),
        ("azp", json!("other"), false),
        ("exp", json!(hall.now() - 61), true),
    ] {
        let mut browser = Browser::default();
        let asked = browser.begin(&hall, "/sign-in").await;
        let mut claims = claims(&hall, &issuer, &asked);
        claims[claim] = wrong;
        let code = issuer.grant(&asked, claims);
        let why = refused(&browser.back(&hall, &asked["state"], &code).await);
        assert_eq!(why == NotSignedIn::Expired, expired, "{claim}: {why}");
        assert!(browser.who(&hall).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn an_answer_of_another_issuer_is_refused_and_one_who_changed_their_mind_comes_back() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let mut browser = Browser::default();
    let asked = browser.begin(&hall, "/sign-in?return=/services").await;
    let state = &asked["state"];
    let mixed = format!("/sign-in/callback?state={state}&code=x&iss=https://evil.example.ch");
    assert!(matches!(
        refused(&browser.send(&hall, "GET", &mixed).await),
        NotSignedIn::Forged(_)
    ));
    let asked = browser.begin(&hall, "/sign-in?return=/services").await;
    let state = &asked["state"];
    let denied = format!("/sign-in/callback?state={state}&error=access_denied");
    assert_eq!(
        location(&browser.send(&hall, "GET", &denied).await),
        "/services"
    );
    assert!(browser.who(&hall).await.unwrap().is_none());
}

#[tokio::test]
async fn nobody_is_led_away_from_the_portal() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    for evil in [
        "//evil.ch",
        "https://evil.ch",
        "/%5Cevil.ch",
        "%2F%2Fevil.ch",
        "/%09/evil.ch",
    ] {
        let mut browser = Browser::default();
        let asked = browser
            .begin(&hall, &format!("/sign-in?return={evil}"))
            .await;
        let code = issuer.grant(&asked, claims(&hall, &issuer, &asked));
        let answer = browser.back(&hall, &asked["state"], &code).await;
        assert_eq!(location(&answer), "/", "{evil}");
    }
}

#[tokio::test]
async fn signing_in_gives_a_new_session_whatever_the_browser_had() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let mut browser = Browser::default();
    // Put there by somebody who knows it.
    browser.0.insert(SESSION.to_owned(), "0".repeat(64));
    browser.sign_in(&hall, &issuer).await;
    let first = browser.clone();
    assert_ne!(first.0[SESSION], "0".repeat(64));
    browser.sign_in(&hall, &issuer).await;
    assert_ne!(first.0[SESSION], browser.0[SESSION]);
    // The old one is over.
    assert_eq!(first.who(&hall).await.unwrap_err(), NotSignedIn::Revoked);
    assert!(browser.who(&hall).await.unwrap().is_some());
}

#[tokio::test]
async fn signing_out_ends_it_here_at_the_issuer_and_wherever_else_it_was_used() {
    let issuer = Issuer::start().await;
    let mut hall = Hall::trusting(&issuer).await;
    let (mut browser, mut phone) = (Browser::default(), Browser::default());
    browser.sign_in(&hall, &issuer).await;
    phone.sign_in(&hall, &issuer).await;
    let token = issuer.sign(&issuer.claims(hall.now()));
    hall.who(&token).await.unwrap();
    let copy = browser.clone();
    // Nobody is signed out by a link.
    assert_eq!(browser.send(&hall, "GET", "/sign-out").await.status(), 405);
    assert!(browser.who(&hall).await.unwrap().is_some());

    let answer = browser.send(&hall, "POST", "/sign-out").await;
    let place = Url::parse(&location(&answer)).unwrap();
    assert_eq!(place.path(), "/end");
    let said: HashMap<String, String> = place.query_pairs().into_owned().collect();
    assert_eq!(said["post_logout_redirect_uri"], format!("{PORTAL}/"));
    assert!(!said["id_token_hint"].is_empty());
    assert!(browser.who(&hall).await.unwrap().is_none());
    for restarted in [false, true] {
        if restarted {
            hall.again().await;
        }
        // They are all of one session at the issuer.
        assert_eq!(copy.who(&hall).await.unwrap_err(), NotSignedIn::Revoked);
        assert_eq!(phone.who(&hall).await.unwrap_err(), NotSignedIn::Revoked);
        assert_eq!(hall.who(&token).await.unwrap_err(), NotSignedIn::Revoked);
    }
    // Without a session it leads to the start.
    assert_eq!(
        location(&Browser::default().send(&hall, "POST", "/sign-out").await),
        "/"
    );
}

#[tokio::test]
async fn a_sign_out_that_can_not_be_kept_is_said_and_tried_again() {
    let issuer = Issuer::start().await;
    let (mut hall, shelf) = crate::shelf::keeping(&issuer).await;
    let mut browser = Browser::default();
    browser.sign_in(&hall, &issuer).await;
    let token = issuer.sign(&issuer.claims(hall.now()));
    shelf.fails.store(1, Ordering::SeqCst);
    let answer = browser.send(&hall, "POST", "/sign-out").await;
    assert_eq!(refused(&answer), NotSignedIn::Unavailable);
    let answer = browser.send(&hall, "POST", "/sign-out").await;
    assert!(location(&answer).contains("/end?"), "{}", location(&answer));
    hall.again().await;
    assert_eq!(hall.who(&token).await.unwrap_err(), NotSignedIn::Revoked);
}

#[tokio::test]
async fn a_page_elsewhere_can_not_sign_anybody_out() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let mut browser = Browser::default();
    browser.sign_in(&hall, &issuer).await;
    let request = Request::builder().method("POST").uri("/sign-out");
    let request = request
        .header(COOKIE, browser.cookies())
        .header("sec-fetch-site", "cross-site");
    let routes = hall.sign_ins.browser.as_ref().unwrap().routes();
    let answer = routes
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(answer.status(), 403);
    assert!(browser.who(&hall).await.unwrap().is_some());
}

#[tokio::test]
async fn a_restart_keeps_people_signed_in_until_they_are_away_for_an_hour_or_ten_have_passed() {
    let issuer = Issuer::start().await;
    let mut hall = Hall::trusting(&issuer).await;
    let mut browser = Browser::default();
    browser.sign_in(&hall, &issuer).await;
    let away = browser.clone();
    hall.again().await;
    // Each request within the hour keeps it, for ten hours.
    for _ in 0..11 {
        assert!(browser.who(&hall).await.unwrap().is_some());
        hall.wait(54 * 60);
    }
    hall.wait(7 * 60);
    assert_eq!(browser.who(&hall).await.unwrap_err(), NotSignedIn::Expired);

    let mut other = Browser::default();
    other.sign_in(&hall, &issuer).await;
    hall.wait(60 * 60);
    assert_eq!(other.who(&hall).await.unwrap_err(), NotSignedIn::Expired);
    assert_eq!(away.who(&hall).await.unwrap_err(), NotSignedIn::Expired);
}

#[tokio::test]
async fn what_a_page_that_was_left_open_asks_by_itself_keeps_nobody_signed_in() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let mut browser = Browser::default();
    browser.sign_in(&hall, &issuer).await;
    let by_itself = async || {
        let request = Request::builder().header(COOKIE, browser.cookies());
        let request = request.extension(Unattended).body(()).unwrap();
        hall.viewer(&request.into_parts().0).await
    };
    for _ in 0..2 {
        assert!(by_itself().await.unwrap().is_some());
        hall.wait(29 * 60);
    }
    assert!(by_itself().await.unwrap().is_some());
    hall.wait(2 * 60);
    assert_eq!(by_itself().await.unwrap_err(), NotSignedIn::Expired);
}

#[tokio::test]
async fn a_cookie_that_was_never_given_or_stands_twice_is_not_as_good_as_none() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let with = |value: &str| Browser(HashMap::from([(SESSION.to_owned(), value.to_owned())]));
    for wrong in ["", "x", "0000", "<script>"] {
        let why = with(wrong).who(&hall).await.unwrap_err();
        assert!(matches!(why, NotSignedIn::Forged(_)), "{wrong}: {why}");
    }
    assert_eq!(
        with(&"0".repeat(64)).who(&hall).await.unwrap_err(),
        NotSignedIn::Expired
    );
    let mut browser = Browser::default();
    browser.sign_in(&hall, &issuer).await;
    let twice = format!("{}; {SESSION}={}", browser.cookies(), "0".repeat(64));
    let request = Request::builder().header(COOKIE, twice).body(()).unwrap();
    let why = hall.viewer(&request.into_parts().0).await.unwrap_err();
    assert!(matches!(why, NotSignedIn::Forged(_)), "{why}");
}

#[tokio::test]
async fn a_bad_token_with_a_good_cookie_is_a_bad_token() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let mut browser = Browser::default();
    browser.sign_in(&hall, &issuer).await;
    let request = Request::builder().header(COOKIE, browser.cookies());
    let request = request
        .header("authorization", "Bearer x")
        .body(())
        .unwrap();
    assert!(hall.viewer(&request.into_parts().0).await.is_err());
}

#[tokio::test]
async fn who_wants_to_sign_in_more_strongly_is_asked_for_what_is_strong_enough() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let mut browser = Browser::default();
    let asked = browser.begin(&hall, "/sign-in?assurance=substantial").await;
    assert_eq!(asked["acr_values"], "two three");
    let asked = browser.begin(&hall, "/sign-in?assurance=x").await;
    assert!(!asked.contains_key("acr_values"));
    assert_eq!(
        browser
            .send(&hall, "GET", "/sign-in?issuer=other")
            .await
            .status(),
        404
    );
    browser.begin(&hall, "/sign-in?issuer=test").await;
}

/// What an issuer's token says by which it ends a session, with these on top.
pub fn over(hall: &Hall, issuer: &Issuer, more: &Value) -> Value {
    let mut claims = json!({
        "iss": issuer.address, "aud": CLIENT, "iat": hall.now(), "exp": hall.now() + 60,
        "jti": "over", "sid": "session-1",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    for (name, value) in more.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

/// What the portal answers to that token.
pub async fn tell(hall: &Hall, issuer: &Issuer, claims: &Value) -> u16 {
    let request = Request::builder().method("POST").uri("/sign-in/ended");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let body = Body::from(format!("logout_token={}", issuer.sign(claims)));
    let routes = hall.sign_ins.browser.as_ref().unwrap().routes();
    let answer = routes.oneshot(request.body(body).unwrap()).await.unwrap();
    answer.status().as_u16()
}

#[tokio::test]
async fn an_issuer_ends_sessions_behind_the_browsers_back() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let mut browser = Browser::default();
    browser.sign_in(&hall, &issuer).await;
    let token = |more: Value| over(&hall, &issuer, &more);
    let tell = async |claims: &Value| tell(&hall, &issuer, claims).await;
    for wrong in [
        token(json!({"events": {}})),
        token(json!({"events": null})),
        token(json!({"nonce": "x"})),
        token(json!({"aud": "kanzlei"})),
        token(json!({"sid": null})),
        token(json!({"exp": hall.now() - 61})),
    ] {
        assert_eq!(tell(&wrong).await, 400, "{wrong}");
    }
    assert!(browser.who(&hall).await.unwrap().is_some());
    assert_eq!(tell(&token(json!({"sid": "another"}))).await, 200);
    assert!(browser.who(&hall).await.unwrap().is_some());
    assert_eq!(tell(&token(json!({}))).await, 200);
    assert_eq!(browser.who(&hall).await.unwrap_err(), NotSignedIn::Revoked);

    // By the person, where the issuer has no sessions; they may sign in again.
    let mut again = Browser::default();
    let asked = again.begin(&hall, "/sign-in").await;
    let mut other = claims(&hall, &issuer, &asked);
    other["sid"] = json!("session-2");
    let code = issuer.grant(&asked, other);
    again.back(&hall, &asked["state"], &code).await;
    assert!(again.who(&hall).await.unwrap().is_some());
    assert_eq!(tell(&token(json!({"sid": null, "sub": "anna"}))).await, 200);
    assert_eq!(again.who(&hall).await.unwrap_err(), NotSignedIn::Revoked);
}

#[tokio::test]
async fn an_issuer_ends_by_its_own_subject_what_the_settings_know_by_another_claim() {
    let issuer = Issuer::start().await;
    let settings = crate::issuer::settings(&issuer);
    let settings = settings.replace("[issuer.claims]", "[issuer.claims]\nsubject = \"staff.no\"");
    let hall = Hall::with(settings).await;
    let (mut anna, mut beat) = (Browser::default(), Browser::default());
    for (browser, sub, number) in [(&mut anna, "anna", "beat"), (&mut beat, "beat", "7")] {
        let asked = browser.begin(&hall, "/sign-in").await;
        let mut claims = claims(&hall, &issuer, &asked);
        claims["sub"] = json!(sub);
        claims["sid"] = json!(sub);
        claims["staff"] = json!({ "no": number });
        let code = issuer.grant(&asked, claims);
        browser.back(&hall, &asked["state"], &code).await;
        assert!(browser.who(&hall).await.unwrap().is_some());
    }
    let ended = over(&hall, &issuer, &json!({"sid": null, "sub": "beat"}));
    assert_eq!(tell(&hall, &issuer, &ended).await, 200);
    assert_eq!(beat.who(&hall).await.unwrap_err(), NotSignedIn::Revoked);
    // Somebody whose number is another's subject is another.
    assert!(anna.who(&hall).await.unwrap().is_some());
    // Here they are known by their number, wherever in the claims it is.
    let until = kanzlei_core::Timestamp::from_micros((hall.now() + 600) * 1_000_000);
    let revocations = &hall.sign_ins.revocations;
    let number = kanzlei_adapters::oidc::Revoked::Subject("beat");
    let revoked = revocations.revoke(&issuer.address, number, until).await;
    revoked.unwrap();
    assert_eq!(anna.who(&hall).await.unwrap_err(), NotSignedIn::Revoked);
}

#[tokio::test]
async fn where_there_are_several_issuers_one_is_chosen() {
    let (first, second) = (Issuer::start().await, Issuer::start().await);
    let labels = "labels = { de = \"Mit zwei Schritten\" }\n";
    let other = crate::issuer::settings(&second).replace("\"test\"", "\"other\"");
    let both = format!("{}{other}{labels}", crate::issuer::settings(&first));
    let hall = Hall::with(both).await;
    let mut browser = Browser::default();
    let answer = browser
        .send(&hall, "GET", "/sign-in?return=/a%26b&lang=de")
        .await;
    assert_eq!(answer.status(), 300);
    let SignInChoice(ways) = answer.extensions().get().unwrap();
    let addresses: Vec<&str> = ways.iter().map(|way| way.address.as_str()).collect();
    assert_eq!(
        addresses,
        [
            "/sign-in?issuer=test&return=/a%26b&lang=de",
            "/sign-in?issuer=other&return=/a%26b&lang=de"
        ]
    );
    assert!(ways[0].labels.is_none() && ways[1].labels.is_some());
    let asked = browser.begin(&hall, addresses[1]).await;
    let code = second.grant(&asked, claims(&hall, &second, &asked));
    let answer = browser.back(&hall, &asked["state"], &code).await;
    assert_eq!(location(&answer), "/a&b");
    assert!(browser.who(&hall).await.unwrap().is_some());
    // What one issuer says of somebody isn't taken for the other's.
    let asked = browser.begin(&hall, addresses[0]).await;
    let code = first.grant(&asked, claims(&hall, &second, &asked));
    let why = refused(&browser.back(&hall, &asked["state"], &code).await);
    assert!(matches!(why, NotSignedIn::Forged(_)), "{why}");
}

#[tokio::test]
async fn what_can_not_be_read_is_refused_in_words() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let mut browser = Browser::default();
    for path in [
        "/sign-in?return=/a&return=/b",
        "/sign-in/callback?state=a&state=b",
        "/sign-in?%FF=%FF",
    ] {
        let answer = browser.send(&hall, "GET", path).await;
        if answer.status() != 303 {
            assert!(matches!(refused(&answer), NotSignedIn::Forged(_)), "{path}");
        }
    }
}

#[tokio::test]
async fn an_issuer_that_is_down_is_said_and_two_tabs_do_not_disturb_each_other() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let mut browser = Browser::default();
    issuer
        .answers
        .store(false, std::sync::atomic::Ordering::SeqCst);
    let answer = browser.send(&hall, "GET", "/sign-in").await;
    assert_eq!(answer.status(), 503);
    assert_eq!(refused(&answer), NotSignedIn::Unavailable);
    issuer
        .answers
        .store(true, std::sync::atomic::Ordering::SeqCst);
    hall.wait(3);
    let first = browser.begin(&hall, "/sign-in?return=/a").await;
    let second = browser.begin(&hall, "/sign-in?return=/b").await;
    for (asked, path) in [(first, "/a"), (second, "/b")] {
        let code = issuer.grant(&asked, claims(&hall, &issuer, &asked));
        assert_eq!(
            location(&browser.back(&hall, &asked["state"], &code).await),
            path
        );
    }
}
