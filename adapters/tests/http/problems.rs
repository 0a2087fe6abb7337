//! Every way in which a request can be wrong is answered with problem details, and never with 5xx.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;

use crate::hall::{Hall, certificate, text};

fn post(path: &str, kind: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(format!("/api{path}"))
        .header("x-test-as", "anna")
        .header("content-type", kind)
        .body(body.into())
        .unwrap()
}

#[tokio::test]
async fn a_body_that_is_no_json_or_too_deep_or_too_large_is_told_apart() {
    let hall = Hall::new();
    let json = "application/json";
    for broken in ["", "{", "{]", "nul", "\u{0}"] {
        let answer = hall.send(post("/cases", json, broken.to_owned())).await;
        answer.problem(400, "json-broken");
    }
    let own = "/cases/01890a5d-ac96-774b-bcce-b302099a8057/own";
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    hall.send(post(own, json, deep))
        .await
        .problem(400, "json-broken");
    let huge = format!("{{\"service\":\"{}\"}}", "x".repeat(300_000));
    let problem = hall
        .send(post("/cases", json, huge.clone()))
        .await
        .problem(413, "body-too-large");
    assert_eq!(problem["arguments"]["limit"], "262144");
    let streamed = huge
        .into_bytes()
        .chunks(1_000)
        .map(|part| Ok::<_, std::io::Error>(part.to_vec()))
        .collect::<Vec<_>>();
    let streamed = Body::from_stream(futures::stream::iter(streamed));
    hall.send(post("/cases", json, streamed))
        .await
        .problem(413, "body-too-large");
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let answer = hall.send(post("/cases", kind, "{}")).await;
        answer.problem(415, "media-type");
    }
    let broken = futures::stream::iter([Err::<Vec<u8>, _>(std::io::Error::other("gone"))]);
    let answer = hall
        .send(post("/cases", json, Body::from_stream(broken)))
        .await;
    answer.problem(400, "body-unreadable");
}

#[tokio::test]
async fn a_field_that_is_unknown_missing_or_wrong_is_named() {
    let hall = Hall::new();
    for (body, code, field) in [
        (
            json!({"service": "x", "form": {}, "extra": 1}),
            "field-unknown",
            "extra",
        ),
        (json!({"form": {}}), "field-required", "service"),
        (
            json!({"service": "No Code: Anna", "form": {}}),
            "body-invalid",
            "service",
        ),
        (
            json!({"service": "x", "form": {"copies": "Anna: Muster"}}),
            "body-invalid",
            "form.copies",
        ),
        (
            json!({"service": "x", "form": {"municipality": 1024}}),
            "body-invalid",
            "form.municipality",
        ),
        (
            json!({"service": "x", "form": {"day": {"date": "Anna"}}}),
            "body-invalid",
            "form.day",
        ),
        (
            json!({"service": "x", "form": {}, "applicant": {"nam": "Anna"}}),
            "field-unknown",
            "applicant.nam",
        ),
    ] {
        let problem = hall
            .post("anna", "/cases", body.clone())
            .await
            .problem(422, code);
        let found = problem["field"]
            .as_str()
            .unwrap_or_else(|| panic!("{problem}"));
        assert!(found.starts_with(field), "{body}: {problem}");
        assert!(!problem.to_string().contains("Anna"), "{problem}");
    }
    for (query, code, field) in [
        ("nonsense=1", "field-unknown", "nonsense"),
        ("limit=x", "query-invalid", "limit"),
        ("limit=-1", "query-invalid", "limit"),
        ("limit=1001", "limit-invalid", "limit"),
        ("limit=0", "limit-invalid", "limit"),
        ("limit=1&limit=2", "field-twice", "limit"),
        ("status=finished", "query-invalid", "status"),
        ("service=Anna%20Muster", "query-invalid", "service"),
    ] {
        let problem = hall
            .get("luzern", &format!("/cases?{query}"))
            .await
            .problem(400, code);
        assert_eq!(problem["field"], field, "{query}: {problem}");
        assert!(!problem.to_string().contains("Anna"), "{problem}");
    }
}

#[tokio::test]
async fn a_form_that_can_t_be_taken_says_all_that_is_wrong_with_each_field() {
    let hall = Hall::new();
    let mut form = certificate();
    form["form"] = json!({"copies": {"integer": 1_000_000}, "colour": {"text": "Anna Muster"}});
    let problem = hall
        .post("anna", "/cases", form)
        .await
        .problem(422, "form-invalid");
    let problems = problem["problems"].as_array().unwrap();
    let mut found: Vec<_> = problems
        .iter()
        .map(|one| (text(&one["field"]), text(&one["code"])))
        .collect();
    found.sort_unstable();
    let expected = [
        ("colour", "field-unknown"),
        ("copies", "field-range"),
        ("municipality", "field-required"),
    ];
    assert_eq!(found, expected);
    let range = problems
        .iter()
        .find(|one| one["field"] == "copies")
        .unwrap();
    assert!(range["arguments"]["max"].is_string(), "{range}");
    assert!(!problem.to_string().contains("Anna"), "{problem}");
}

#[tokio::test]
async fn what_is_nowhere_or_not_for_this_method_says_so() {
    let hall = Hall::new();
    for nowhere in ["/nothing", "/cases/x/y/z", ""] {
        hall.get("anna", nowhere).await.problem(404, "not-found");
    }
    let receipt = hall.certificate().await;
    let task = format!("/cases/{}/tasks/x/claim", text(&receipt["case"]));
    hall.post("luzern", &task, json!(null))
        .await
        .problem(404, "not-found");
    let answer = hall.ask(Method::DELETE, "anna", "/cases", &[], None).await;
    let allow = answer.header("allow").to_owned();
    assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
    answer.problem(405, "method-not-allowed");
}

#[tokio::test]
async fn a_kind_of_problem_is_where_its_type_leads() {
    let hall = Hall::new();
    let problem = hall
        .get("anna", "/cases/x")
        .await
        .problem(404, "case-not-found");
    let path = text(&problem["type"]).strip_prefix("/api").unwrap();
    let kind = hall.get("", path).await.expect(200).json();
    assert_eq!(kind["title"], problem["title"]);
    assert_eq!(kind["status"], 404);
    hall.get("", "/problems/Not%20A%20Code")
        .await
        .problem(404, "not-found");
}

#[tokio::test]
async fn a_request_s_id_is_kept_if_it_is_sane_and_made_otherwise() {
    let hall = Hall::new();
    let ask = async |id: &str| {
        let headers = [("x-request-id", id)];
        let answer = hall
            .ask(Method::GET, "anna", "/cases/x", &headers, None)
            .await;
        text(&answer.problem(404, "case-not-found")["request_id"]).to_owned()
    };
    assert_eq!(ask("a-1_B.2").await, "a-1_B.2");
    let longest = "a".repeat(64);
    assert_eq!(ask(&longest).await, longest);
    let longer = "a".repeat(65);
    for insane in ["", "a b", "<script>", "ü", &longer] {
        let made = ask(insane).await;
        assert_eq!(made.len(), 32, "{made}");
        assert_ne!(made, ask(insane).await);
    }
}
