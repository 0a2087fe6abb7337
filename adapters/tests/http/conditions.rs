//! Versions, keys and positions: nobody overwrites unseen, nothing happens twice.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use kanzlei::Position;
use kanzlei_adapters::http::Options;
use serde_json::json;

use crate::hall::{Hall, certificate, text};

#[tokio::test]
async fn a_case_that_is_known_already_is_not_sent_again() {
    let hall = Hall::new();
    let receipt = hall.certificate().await;
    let path = format!("/cases/{}", text(&receipt["case"]));
    let tag = format!("\"{}\"", receipt["version"]);
    for known in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"1\", {tag}"),
        "*".to_owned(),
    ] {
        let headers = [("if-none-match", known.as_str())];
        let same = hall.ask(Method::GET, "anna", &path, &headers, None).await;
        assert_eq!(same.expect(304).header("etag"), tag, "{known}");
        // Who may not see it learns nothing by it.
        let stranger = hall.ask(Method::GET, "beat", &path, &headers, None).await;
        stranger.problem(404, "case-not-found");
    }
    for other in ["\"1\"", "\"x\"", "\"+9\""] {
        let headers = [("if-none-match", other)];
        hall.ask(Method::GET, "anna", &path, &headers, None)
            .await
            .expect(200);
    }
    let headers = [("if-none-match", "nonsense")];
    let wrong = hall.ask(Method::GET, "anna", &path, &headers, None).await;
    wrong.problem(400, "condition-invalid");
}

/// The tag is the same for all who may see the case, and what they see isn't.
#[tokio::test]
async fn no_browser_keeps_what_one_may_see_for_whoever_signs_in_there_next() {
    let hall = Hall::new();
    let receipt = hall.certificate().await;
    let path = format!("/cases/{}", text(&receipt["case"]));
    let mut seen = Vec::new();
    for who in ["anna", "luzern", "canton"] {
        let answer = hall.get(who, &path).await.expect(200);
        assert_eq!(answer.header("cache-control"), "private, no-store", "{who}");
        seen.push((answer.header("etag").to_owned(), answer.text));
    }
    assert_eq!(seen[0].0, seen[2].0);
    assert_ne!(seen[0].1, seen[2].1);
    let list = hall.get("anna", "/me/cases").await.expect(200);
    assert_eq!(list.header("cache-control"), "private, no-store");
}

#[tokio::test]
async fn a_command_for_a_version_that_is_over_is_refused_with_the_one_there_is() {
    let hall = Hall::new();
    let receipt = hall.certificate().await;
    let path = format!("/cases/{}/messages", text(&receipt["case"]));
    let version = receipt["version"].as_u64().unwrap();
    let write = async |tag: &str| {
        let body = Some(json!({"text": "Grüezi"}));
        hall.ask(Method::POST, "anna", &path, &[("if-match", tag)], body)
            .await
    };
    for wrong in [
        "\"1\"",
        "W/\"1\"",
        "\"x\"",
        &format!("W/\"{version}\""),
        "\"1\", \"2\"",
    ] {
        let answer = write(wrong).await;
        assert_eq!(answer.header("etag"), format!("\"{version}\""), "{wrong}");
        let problem = answer.problem(412, "version-conflict");
        assert_eq!(problem["arguments"]["actual"], version.to_string());
    }
    write(&format!("\"{version}\"")).await.expect(200);
    write(&format!("\"{}\", \"1\"", version + 1))
        .await
        .expect(200);
    write("*").await.expect(200);
    write("nonsense").await.problem(400, "condition-invalid");
}

#[tokio::test]
async fn the_same_key_gets_the_same_receipt_and_is_everybody_s_own() {
    let hall = Hall::new();
    let submit = async |who: &str, key: &str, body| {
        hall.ask(
            Method::POST,
            who,
            "/cases",
            &[("idempotency-key", key)],
            Some(body),
        )
        .await
    };
    let first = submit("anna", "move 2026 ü", certificate())
        .await
        .expect(201)
        .json();
    let again = submit("anna", "move 2026 ü", certificate())
        .await
        .expect(201)
        .json();
    assert_eq!(first, again);
    let other_key = submit("anna", "move 2027", certificate())
        .await
        .expect(201)
        .json();
    assert_ne!(first["case"], other_key["case"]);
    let other_person = submit("beat", "move 2026 ü", certificate())
        .await
        .expect(201)
        .json();
    assert_ne!(first["case"], other_person["case"]);
    let mut changed = certificate();
    changed["form"]["copies"] = json!({"integer": 2});
    submit("anna", "move 2026 ü", changed)
        .await
        .problem(422, "command-id-used");
    submit("anna", "", certificate())
        .await
        .problem(400, "idempotency-key-invalid");
    let longest = "k".repeat(255);
    submit("anna", &longest, certificate()).await.expect(201);
    let longer = "k".repeat(256);
    submit("anna", &longer, certificate())
        .await
        .problem(400, "idempotency-key-invalid");
}

#[tokio::test]
async fn the_same_key_claims_many_tasks_once() {
    let hall = Hall::new();
    let receipt = hall.certificate().await;
    let body = json!({"tasks": [{"case": receipt["case"], "task": 1}]});
    let claim = async || {
        let key = [("idempotency-key", "morning")];
        let body = Some(body.clone());
        let answer = hall.ask(Method::POST, "luzern", "/inbox/claims", &key, body);
        answer.await.expect(200).json()
    };
    let first = claim().await;
    assert!(first["results"][0]["receipt"].is_object(), "{first}");
    assert_eq!(first, claim().await);
}

#[tokio::test]
async fn a_read_is_as_new_as_the_position_that_it_names() {
    let hall = Hall::new();
    let answer = hall.post("anna", "/cases", certificate()).await.expect(201);
    let position = answer.header("kanzlei-position").to_owned();
    let read = async |token: &str| {
        let get = Request::get("/api/me/cases").header("x-test-as", "anna");
        let get = get.header("kanzlei-position", token);
        hall.send(get.body(Body::empty()).unwrap()).await
    };
    read(&position).await.expect(200);
    for wrong in ["", "7", &position.to_uppercase(), &format!("{position}0")] {
        read(wrong).await.problem(400, "position-invalid");
    }
    let elsewhere = Hall::new().get("", "/position").await;
    let elsewhere = elsewhere.header("kanzlei-position");
    read(elsewhere).await.problem(400, "position-invalid");
}

#[tokio::test]
async fn a_place_that_this_process_can_not_read_yet_is_waited_for_and_not_for_ever() {
    let mut options = Options::default();
    options.limits.read_wait = Duration::ZERO;
    let hall = Hall::with(options);
    let end = hall.kanzlei.engine().ports().store.watermark().now();
    // Another process has written it.
    let later = hall.kanzlei.position_token(Position(end.0 + 1));
    let read = async |token: &str| {
        let headers = [("kanzlei-position", token)];
        hall.ask(Method::GET, "anna", "/me", &headers, None).await
    };
    let answer = read(&later).await;
    assert_eq!(answer.header("retry-after"), "1");
    answer.problem(503, "position-not-reached");
    hall.certificate().await;
    read(&later).await.expect(200);
}
