//! Sign-outs, what an issuer says of them, and what comes after; and an issuer that is known for long.

use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::http::Request;
use kanzlei_adapters::http::NotSignedIn;
use serde_json::json;
use tower::ServiceExt;

use crate::browser::{Browser, SESSION, claims, over, tell};
use crate::issuer::{Hall, Issuer};

const DAY: i64 = 86_400;

/// Signs in with a token of this number and the time that the issuer's clock shows, in the session that the issuer
/// has kept.
async fn sign_in(browser: &mut Browser, hall: &Hall, issuer: &Issuer, number: u8, ahead: i64) {
    let asked = browser.begin(hall, "/sign-in").await;
    let mut claims = claims(hall, issuer, &asked);
    claims["jti"] = json!(format!("token-{number}"));
    claims["iat"] = json!(hall.now() + ahead);
    let code = issuer.grant(&asked, claims);
    let answer = browser.back(hall, &asked["state"], &code).await;
    assert_eq!(answer.status(), 303, "token-{number}");
}

/// A token for the interface, of the same session.
fn token(hall: &Hall, issuer: &Issuer, number: u8) -> String {
    let mut claims = issuer.claims(hall.now());
    claims["jti"] = json!(format!("token-{number}"));
    issuer.sign(&claims)
}

#[tokio::test]
async fn who_signs_out_may_sign_in_again_though_their_issuer_kept_the_session() {
    let issuer = Issuer::start().await;
    let mut hall = Hall::trusting(&issuer).await;
    let (mut here, mut phone) = (Browser::default(), Browser::default());
    sign_in(&mut here, &hall, &issuer, 1, 0).await;
    sign_in(&mut phone, &hall, &issuer, 2, 0).await;
    let early = token(&hall, &issuer, 3);
    let copy = here.clone();
    hall.wait(60);
    here.send(&hall, "POST", "/sign-out").await;
    hall.wait(1);
    let mut again = Browser::default();
    sign_in(&mut again, &hall, &issuer, 4, 0).await;
    assert_ne!(again.0[SESSION], copy.0[SESSION]);
    let late = token(&hall, &issuer, 5);
    let check = async |hall: &Hall| {
        for old in [&copy, &phone] {
            assert_eq!(old.who(hall).await.unwrap_err(), NotSignedIn::Revoked);
        }
        assert_eq!(hall.who(&early).await.unwrap_err(), NotSignedIn::Revoked);
        assert!(again.who(hall).await.unwrap().is_some());
        hall.who(&late).await.unwrap();
    };
    check(&hall).await;
    hall.again().await;
    check(&hall).await;
    // The second sign-out counts as the first did.
    again.send(&hall, "POST", "/sign-out").await;
    assert_eq!(hall.who(&late).await.unwrap_err(), NotSignedIn::Revoked);
}

#[tokio::test]
async fn a_session_that_its_issuer_ended_is_over_and_one_of_the_same_name_later_is_not() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    // By a clock that is ahead, what was given and the end of it lie in times to come.
    for (number, ahead) in [(1, 0), (2, 30)] {
        let mut browser = Browser::default();
        sign_in(&mut browser, &hall, &issuer, number, ahead).await;
        assert!(browser.who(&hall).await.unwrap().is_some());
        let ended = over(&hall, &issuer, &json!({"iat": hall.now() + ahead}));
        assert_eq!(tell(&hall, &issuer, &ended).await, 200);
        assert_eq!(browser.who(&hall).await.unwrap_err(), NotSignedIn::Revoked);
        hall.wait(31);
        assert_eq!(browser.who(&hall).await.unwrap_err(), NotSignedIn::Revoked);
    }
    let mut later = Browser::default();
    sign_in(&mut later, &hall, &issuer, 3, 0).await;
    assert!(later.who(&hall).await.unwrap().is_some());
}

#[tokio::test]
async fn what_was_taken_back_twice_is_over_for_as_long_as_either_says() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let mut claims = issuer.claims(hall.now());
    claims["exp"] = json!(hall.now() + 86_400);
    let token = issuer.sign(&claims);
    for hours in [24, 1] {
        let until = hall.now() + hours * 3_600;
        let until = kanzlei_core::Timestamp::from_micros(until * 1_000_000);
        let session = kanzlei_adapters::oidc::Revoked::Session("session-1");
        let revocations = &hall.sign_ins.revocations;
        let revoked = revocations.revoke(&issuer.address, session, until);
        revoked.await.unwrap();
    }
    hall.wait(2 * 3_600);
    assert_eq!(hall.who(&token).await.unwrap_err(), NotSignedIn::Revoked);
}

#[tokio::test]
async fn where_an_issuer_is_spoken_to_is_asked_anew_and_known_for_a_day_while_it_is_down() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let asked = || issuer.asked.load(Ordering::SeqCst);
    let begins = async || {
        let answer = Browser::default().send(&hall, "GET", "/sign-in").await;
        answer.status().as_u16()
    };
    for (wait, times) in [(0, 1), (60, 1), (DAY / 2, 2), (DAY + 60, 3), (30 * DAY, 4)] {
        hall.wait(wait);
        assert_eq!((begins().await, asked()), (303, times), "after {wait}");
    }
    issuer.answers.store(false, Ordering::SeqCst);
    hall.wait(DAY - 60);
    assert_eq!(begins().await, 303);
    hall.wait(120);
    assert_eq!(begins().await, 503);
    issuer.answers.store(true, Ordering::SeqCst);
    hall.wait(61);
    assert_eq!((begins().await, asked()), (303, 5));
}

#[tokio::test]
async fn an_issuer_that_says_more_than_a_token_ends_nothing() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let token = issuer.sign(&over(&hall, &issuer, &json!({})));
    for (more, status) in [(15_000, 200), (33_000, 400)] {
        let request = Request::post("/sign-in/ended");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let body = format!("more={}&logout_token={token}", "x".repeat(more));
        let routes = hall.sign_ins.browser.as_ref().unwrap().back_channel();
        let answer = routes.oneshot(request.body(Body::from(body)).unwrap());
        assert_eq!(answer.await.unwrap().status().as_u16(), status, "{more}");
    }
}
