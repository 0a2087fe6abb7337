//! Bearer tokens: every way in which one can be wrong, and what becomes of keys.

use std::sync::atomic::Ordering;

use axum::http::Request;
use axum::http::header::AUTHORIZATION;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use kanzlei_adapters::http::NotSignedIn;
use kanzlei_adapters::oidc::Revoked;
use kanzlei_core::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::issuer::{Hall, Issuer, key};

const DAY: i64 = 86_400;

fn forged(token: &str, why: &NotSignedIn, of: &str) {
    assert!(
        matches!(why, NotSignedIn::Forged(_)),
        "{of}: {why}: {token}"
    );
    // Nothing of what was sent is said again.
    assert!(!why.to_string().contains("anna"), "{why}");
}

#[tokio::test]
async fn a_token_that_says_something_wrong_is_forged() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let now = hall.now();
    for (claim, wrong) in [
        ("aud", json!("another")),
        ("aud", json!(["another", "kanzlei2"])),
        ("aud", Value::Null),
        ("iss", json!("https://another.example.ch")),
        ("iss", json!(format!("{}/", issuer.address))),
        ("iss", Value::Null),
        ("iss", json!(7)),
        ("exp", Value::Null),
        ("exp", json!("tomorrow")),
        ("nbf", json!(now + 61)),
        ("nbf", json!("now")),
        ("iat", json!(now + DAY)),
    ] {
        let mut claims = issuer.claims(now);
        claims[claim] = wrong.clone();
        let token = issuer.sign(&claims);
        let why = hall.who(&token).await.unwrap_err();
        forged(&token, &why, &format!("{claim} {wrong}"));
    }
    let mut claims = issuer.claims(now);
    claims["aud"] = json!(["another", "kanzlei"]);
    hall.who(&issuer.sign(&claims)).await.unwrap();
}

#[tokio::test]
async fn a_token_ends_with_its_time_and_begins_with_it_give_or_take_a_minute() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let mut claims = issuer.claims(hall.now());
    claims["nbf"] = json!(hall.now() + 59);
    let token = issuer.sign(&claims);
    hall.who(&token).await.unwrap();
    hall.wait(659);
    hall.who(&token).await.unwrap();
    hall.wait(1);
    assert_eq!(hall.who(&token).await.unwrap_err(), NotSignedIn::Expired);
}

#[tokio::test]
async fn a_token_that_is_signed_wrongly_is_forged() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let claims = issuer.claims(hall.now());
    let good = issuer.sign(&claims);
    let parts: Vec<&str> = good.split('.').collect();
    let other = issuer.sign(&json!({"iss": issuer.address, "sub": "beat"}));
    let other: Vec<&str> = other.split('.').collect();
    let public = Jwk::from_encoding_key(&key(1), Algorithm::EdDSA).unwrap();
    let public = json!(public)["x"].as_str().unwrap().to_owned();
    let header = |change: fn(&mut Header)| {
        let mut header = issuer.header();
        change(&mut header);
        header
    };
    let signed = |header: &Header, key: &EncodingKey| encode(header, &claims, key).unwrap();
    let none = "eyJhbGciOiJub25lIn0";
    let wrong = [
        ("another's key", signed(&issuer.header(), &key(2))),
        ("no algorithm", format!("{none}.{}.", parts[1])),
        (
            "no algorithm, signed",
            format!("{none}.{}.{}", parts[1], parts[2]),
        ),
        (
            "a secret that everybody knows",
            signed(
                &header(|header| header.alg = Algorithm::HS256),
                &EncodingKey::from_base64_secret(&format!("{}=", public.replace(['-', '_'], "A")))
                    .unwrap(),
            ),
        ),
        (
            "an unknown key",
            signed(&header(|header| header.kid = Some("x".to_owned())), &key(1)),
        ),
        ("another payload", [parts[0], other[1], parts[2]].join(".")),
        ("no signature", [parts[0], parts[1], ""].join(".")),
        ("half a token", [parts[0], parts[1]].join(".")),
        ("more than a token", format!("{good}.x")),
        (
            "another kind",
            signed(
                &header(|header| header.typ = Some("logout+jwt".into())),
                &key(1),
            ),
        ),
        (
            "something that must be understood",
            signed(
                &header(|header| header.crit = Some(vec!["b64".into()])),
                &key(1),
            ),
        ),
        ("too long", format!("{good}{}", "A".repeat(20_000))),
        ("no token", "x".to_owned()),
    ];
    for (of, token) in wrong {
        let why = hall.who(&token).await.unwrap_err();
        forged(&token, &why, of);
    }
    // All that was wrong was the token.
    hall.who(&good).await.unwrap();
    // Without the key's name it is the only one.
    hall.who(&signed(&header(|header| header.kid = None), &key(1)))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_header_that_is_no_bearer_token_or_stands_twice_is_forged() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let token = issuer.sign(&issuer.claims(hall.now()));
    let request = |values: &[String]| {
        let request = values.iter().fold(Request::builder(), |request, value| {
            request.header(AUTHORIZATION, value)
        });
        request.body(()).unwrap().into_parts().0
    };
    let good = format!("bearer {token}");
    assert!(
        hall.viewer(&request(std::slice::from_ref(&good)))
            .await
            .unwrap()
            .is_some()
    );
    assert!(hall.viewer(&request(&[])).await.unwrap().is_none());
    for wrong in [
        vec![good.clone(), good],
        vec![token.clone()],
        vec!["Basic YW5uYTphbm5h".to_owned()],
        vec!["Bearer".to_owned()],
        vec!["Bearer ".to_owned()],
        vec![format!("Bearer {token}, Bearer {token}")],
    ] {
        let why = hall.viewer(&request(&wrong)).await.unwrap_err();
        forged("", &why, "header");
    }
}

#[tokio::test]
async fn where_it_matters_to_whom_a_token_was_given_others_tokens_are_forged() {
    let issuer = Issuer::start().await;
    let settings = crate::issuer::settings(&issuer);
    let parties = "authorized_parties = [\"gate\"]\n[issuer.claims]";
    let hall = Hall::with(settings.replace("[issuer.claims]", parties)).await;
    for (party, good) in [
        (json!("gate"), true),
        (json!("other"), false),
        (Value::Null, false),
    ] {
        let mut claims = issuer.claims(hall.now());
        claims["azp"] = party.clone();
        assert_eq!(
            hall.who(&issuer.sign(&claims)).await.is_ok(),
            good,
            "{party}"
        );
    }
}

#[tokio::test]
async fn a_new_key_is_fetched_once_a_minute_at_most_and_an_old_one_is_good_no_more() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let old = issuer.sign(&issuer.claims(hall.now()));
    hall.who(&old).await.unwrap();
    issuer.rotate(2, &[2]);
    let new = issuer.sign(&issuer.claims(hall.now()));
    // It was asked a moment ago: whoever makes up keys doesn't make us ask for each.
    let why = hall.who(&new).await.unwrap_err();
    forged(&new, &why, "too early");
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1);
    hall.wait(61);
    hall.who(&new).await.unwrap();
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 2);
    let why = hall.who(&old).await.unwrap_err();
    forged(&old, &why, "a key that was taken back");
}

#[tokio::test]
async fn many_at_once_ask_once() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    let tokens: Vec<String> = (0..50)
        .map(|number| {
            let mut claims = issuer.claims(hall.now());
            claims["jti"] = json!(number);
            issuer.sign(&claims)
        })
        .collect();
    let all = futures::future::join_all(tokens.iter().map(|token| hall.who(token))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn while_the_issuer_is_down_known_keys_hold_for_a_day_and_no_longer() {
    let issuer = Issuer::start().await;
    let hall = Hall::trusting(&issuer).await;
    issuer.answers.store(false, Ordering::SeqCst);
    let token = || issuer.sign(&issuer.claims(hall.now()));
    assert_eq!(
        hall.who(&token()).await.unwrap_err(),
        NotSignedIn::Unavailable
    );
    issuer.answers.store(true, Ordering::SeqCst);
    hall.wait(3);
    hall.who(&token()).await.unwrap();
    issuer.answers.store(false, Ordering::SeqCst);
    hall.wait(DAY - 60);
    hall.who(&token()).await.unwrap();
    hall.wait(120);
    assert_eq!(
        hall.who(&token()).await.unwrap_err(),
        NotSignedIn::Unavailable
    );
    issuer.answers.store(true, Ordering::SeqCst);
    hall.wait(61);
    hall.who(&token()).await.unwrap();
}

#[tokio::test]
async fn what_was_taken_back_is_over_through_a_restart() {
    let issuer = Issuer::start().await;
    let mut hall = Hall::trusting(&issuer).await;
    let sign = |hall: &Hall, token: &str, session: &str, subject: &str| {
        let mut claims = issuer.claims(hall.now());
        claims["jti"] = json!(token);
        claims["sid"] = json!(session);
        claims["sub"] = json!(subject);
        issuer.sign(&claims)
    };
    let tokens = [
        sign(&hall, "1", "a", "anna"),
        sign(&hall, "2", "b", "anna"),
        sign(&hall, "3", "c", "beat"),
        sign(&hall, "4", "c", "beat"),
    ];
    for token in &tokens {
        hall.who(token).await.unwrap();
    }
    let until = Timestamp::from_micros((hall.now() + DAY) * 1_000_000);
    let revoke = [Revoked::Token("1"), Revoked::Session("c")];
    for what in revoke {
        hall.sign_ins
            .revocations
            .revoke(&issuer.address, what, until)
            .await
            .unwrap();
    }
    // Another issuer's token of the same name is another one.
    let other = "https://another.example.ch";
    hall.sign_ins
        .revocations
        .revoke(other, Revoked::Token("2"), until)
        .await
        .unwrap();
    for restarted in [false, true] {
        if restarted {
            hall.again().await;
        }
        for (token, good) in tokens.iter().zip([false, true, false, false]) {
            let who = hall.who(token).await;
            assert_eq!(who.is_ok(), good, "{restarted}");
            if let Err(why) = who {
                assert_eq!(why, NotSignedIn::Revoked);
            }
        }
    }
    // All of somebody's so far; what they are given after it holds.
    let subject = Revoked::Subject("anna");
    hall.sign_ins
        .revocations
        .revoke(&issuer.address, subject, until)
        .await
        .unwrap();
    assert_eq!(
        hall.who(&tokens[1]).await.unwrap_err(),
        NotSignedIn::Revoked
    );
    hall.wait(2);
    hall.who(&sign(&hall, "5", "d", "anna")).await.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nothing_that_is_sent_makes_it_panic_or_lets_anybody_in(
        text in "\\PC{0,80}", place in 0_usize..400, byte in 0x21_u8..0x7f,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let issuer = Issuer::start().await;
            let hall = Hall::trusting(&issuer).await;
            let good = issuer.sign(&issuer.claims(hall.now()));
            let mut bytes = good.clone().into_bytes();
            let place = place % bytes.len();
            bytes[place] = byte;
            let changed = String::from_utf8(bytes).unwrap();
            if changed != good && place + 1 < good.len() {
                assert!(hall.who(&changed).await.is_err(), "{changed}");
            }
            if let Ok(request) = Request::builder().header(AUTHORIZATION, text.as_str()).body(()) {
                assert!(hall.viewer(&request.into_parts().0).await.is_err());
            }
        });
    }
}
