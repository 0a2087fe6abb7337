//! Forms in the making: a person's own, on whichever device.

use axum::http::Method;
use serde_json::json;

use crate::hall::{Hall, certificate, text};

fn filled(copies: &str) -> serde_json::Value {
    json!({
        "service": "certificate-of-residence",
        "edition": 1,
        "language": "de",
        "fields": {"copies": copies},
        "step": 1,
    })
}

#[tokio::test]
async fn a_draft_is_continued_elsewhere_and_neither_device_overwrites_the_other() {
    let hall = Hall::new();
    let begun = hall
        .post("anna", "/me/drafts", filled("1"))
        .await
        .expect(201);
    let seen = begun.header("etag").to_owned();
    let draft = begun.json();
    let path = format!("/me/drafts/{}", text(&draft["draft"]));
    let save = async |tag: Option<&str>, copies| {
        let headers: Vec<_> = tag.into_iter().map(|tag| ("if-match", tag)).collect();
        let body = Some(filled(copies));
        hall.ask(Method::PUT, "anna", &path, &headers, body).await
    };
    save(None, "2").await.problem(428, "revision-needed");
    let saved = save(Some(&seen), "2").await.expect(200);
    let now = saved.header("etag").to_owned();
    let late = save(Some(&seen), "3").await;
    assert_eq!(late.header("etag"), now);
    late.problem(412, "draft-conflict");
    let found = hall.get("anna", &path).await.expect(200).json();
    assert_eq!(found["content"]["fields"]["copies"], "2");
    assert_eq!(found["expires_soon"], false);
    let all = hall.get("anna", "/me/drafts").await.expect(200).json();
    assert_eq!(all["items"][0]["draft"], draft["draft"]);
    // One of several that were seen is enough, wherever in the list.
    let either = |one: &str, other: &str| format!("{one}, {other}");
    let saved = save(Some(&either(&seen, &now)), "4").await.expect(200);
    let later = saved.header("etag").to_owned();
    save(Some(&either(&now, &seen)), "5")
        .await
        .problem(412, "draft-conflict");
    save(Some(&either(&later, &seen)), "6").await.expect(200);
}

#[tokio::test]
async fn somebody_else_s_draft_is_like_one_that_doesn_t_exist() {
    let hall = Hall::new();
    let draft = hall
        .post("anna", "/me/drafts", filled("1"))
        .await
        .expect(201)
        .json();
    let path = format!("/me/drafts/{}", text(&draft["draft"]));
    let never = format!("/me/drafts/{}", "0".repeat(32));
    for (who, path) in [
        ("beat", &path),
        ("anna", &never),
        ("anna", &"/me/drafts/x".to_owned()),
    ] {
        hall.get(who, path).await.problem(404, "draft-not-found");
        let discard = hall.ask(Method::DELETE, who, path, &[], None).await;
        discard.problem(404, "draft-not-found");
        let headers = [("if-match", "\"1\"")];
        let save = hall
            .ask(Method::PUT, who, path, &headers, Some(filled("9")))
            .await;
        save.problem(404, "draft-not-found");
    }
    let all = hall.get("beat", "/me/drafts").await.expect(200).json();
    assert!(all["items"].as_array().unwrap().is_empty());
    hall.ask(Method::DELETE, "anna", &path, &[], None)
        .await
        .expect(204);
    hall.get("anna", &path)
        .await
        .problem(404, "draft-not-found");
}

#[tokio::test]
async fn a_draft_handed_in_twice_makes_one_case_and_is_gone() {
    let hall = Hall::new();
    let draft = hall
        .post("anna", "/me/drafts", filled("1"))
        .await
        .expect(201)
        .json();
    let path = format!("/me/drafts/{}/submit", text(&draft["draft"]));
    let first = hall
        .post("anna", &path, certificate())
        .await
        .expect(201)
        .json();
    let again = hall
        .post("anna", &path, certificate())
        .await
        .expect(201)
        .json();
    assert_eq!(first, again);
    let mut changed = certificate();
    changed["form"]["copies"] = json!({"integer": 2});
    let problem = hall
        .post("anna", &path, changed)
        .await
        .problem(409, "draft-handed-in");
    assert_eq!(problem["arguments"]["case"], first["case"]);
    let all = hall.get("anna", "/me/drafts").await.expect(200).json();
    assert!(all["items"].as_array().unwrap().is_empty());
}
