//! Whatever is sent to whichever operation, the answer is one that the description has, and never
//! that something is broken.

use std::fmt::Write;

use axum::body::Body;
use axum::http::Request;
use kanzlei_adapters::http::{Options, Rate};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::hall::{Answer, Hall, certificate, text};

/// What a request is made of; which of it an operation has, and in what order, the numbers say.
#[derive(Debug, Clone)]
struct Garbage {
    operation: usize,
    who: &'static str,
    names: Vec<String>,
    query: Vec<(usize, String)>,
    headers: Vec<(&'static str, String)>,
    body: Option<(&'static str, String)>,
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("1".to_owned()),
        Just("certificate-of-residence".to_owned()),
        Just("CASE".to_owned()),
        Just("2026-02-30".to_owned()),
        (0_u64..=u64::MAX).prop_map(|number| number.to_string()),
        "-?[0-9]{1,30}",
        "[a-z-]{1,70}",
        any::<String>(),
    ]
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        let member = prop_oneof![
            Just("service"),
            Just("form"),
            Just("text"),
            Just("reason"),
            Just("case"),
            Just("task"),
            Just("tasks"),
            Just("to"),
            Just("kind"),
            Just("digest"),
            Just("x"),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((member, inner), 0..6).prop_map(|members| {
                let members = members.into_iter();
                Value::Object(
                    members
                        .map(|(name, value)| (name.to_owned(), value))
                        .collect(),
                )
            }),
        ]
    })
}

fn garbage() -> impl Strategy<Value = Garbage> {
    let who = prop_oneof![
        Just("anna"),
        Just("luzern"),
        Just("canton"),
        Just("operator"),
        Just(""),
        Just("revoked"),
    ];
    let header = prop_oneof![
        Just("if-match"),
        Just("if-none-match"),
        Just("idempotency-key"),
        Just("kanzlei-position"),
        Just("last-event-id"),
        Just("accept-language"),
        Just("x-request-id"),
        Just("range"),
        Just("accept"),
    ];
    let kind = prop_oneof![
        4 => Just("application/json"),
        1 => Just("application/toml"),
        1 => Just("multipart/form-data; boundary=edge"),
        1 => Just("text/plain"),
    ];
    let body = prop_oneof![
        4 => json_value().prop_map(|value| value.to_string()),
        1 => any::<String>(),
    ];
    (
        any::<usize>(),
        who,
        prop::collection::vec(word(), 4),
        prop::collection::vec((any::<usize>(), word()), 0..4),
        prop::collection::vec((header, "[ -~]{0,40}"), 0..3),
        prop::option::of((kind, body)),
    )
        .prop_map(|(operation, who, names, query, headers, body)| Garbage {
            operation,
            who,
            names,
            query,
            headers,
            body,
        })
}

/// The operations that end, with their methods and paths.
fn operations(description: &Value) -> Vec<(String, String, Value)> {
    let paths = description["paths"].as_object().unwrap();
    let mut all = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            if !text(&operation["operationId"]).ends_with("-events") {
                all.push((method.to_uppercase(), path.clone(), operation.clone()));
            }
        }
    }
    all
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02X}").unwrap();
        encoded
    })
}

fn request(garbage: &Garbage, of: &(String, String, Value), case: &str) -> Request<Body> {
    let (method, path, operation) = of;
    let mut names = garbage.names.iter().cycle();
    let mut filled = String::from("/api");
    for (at, piece) in path.split(['{', '}']).enumerate() {
        if at % 2 == 0 {
            filled.push_str(piece);
        } else {
            let name = names.next().unwrap();
            let name = if name == "CASE" { case } else { name };
            filled.push_str(&encoded(if name.is_empty() { "x" } else { name }));
        }
    }
    let parameters = operation["parameters"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let known: Vec<&Value> = parameters
        .iter()
        .filter(|one| one["in"] == "query")
        .collect();
    for (index, (at, value)) in garbage.query.iter().enumerate() {
        let name = match at.checked_rem(known.len()) {
            Some(at) => text(&known[at]["name"]).to_owned(),
            None => "unknown".to_owned(),
        };
        let glue = if index == 0 { '?' } else { '&' };
        write!(filled, "{glue}{name}={}", encoded(value)).unwrap();
    }
    let mut request = Request::builder().method(method.as_str()).uri(filled);
    if !garbage.who.is_empty() {
        request = request.header("x-test-as", garbage.who);
    }
    for (name, value) in &garbage.headers {
        request = request.header(*name, value);
    }
    let body = match &garbage.body {
        Some((kind, body)) => {
            request = request.header("content-type", *kind);
            Body::from(body.clone())
        }
        None => Body::empty(),
    };
    request.body(body).unwrap()
}

fn check(answer: &Answer, (method, path, operation): &(String, String, Value)) {
    let what = format!("{method} {path}: {} {}", answer.status, answer.text);
    assert!(answer.status.as_u16() < 500, "{what}");
    let described = &operation["responses"][answer.status.as_str()];
    assert!(described.is_object(), "not described: {what}");
    if answer.status.is_client_error() {
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{what}"
        );
        let problem = answer.json();
        for member in ["type", "title", "detail", "code", "request_id"] {
            assert!(problem[member].is_string(), "{what}");
        }
    }
}

#[test]
fn garbage_is_answered_as_described_and_breaks_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let mut options = Options::default();
    options.limits.reads = Rate::per_minute(1_000_000);
    options.limits.writes = Rate::per_minute(1_000_000);
    let hall = Hall::with(options);
    let (description, case) = runtime.block_on(async {
        let description = hall.get("", "/openapi.json").await.expect(200).json();
        let receipt = hall.post("anna", "/cases", certificate()).await;
        let case = text(&receipt.expect(201).json()["case"]).to_owned();
        (description, case)
    });
    let operations = operations(&description);
    proptest!(ProptestConfig::with_cases(2_000), |(garbage in garbage())| {
        let of = &operations[garbage.operation % operations.len()];
        let answer = runtime.block_on(hall.send(request(&garbage, of, &case)));
        check(&answer, of);
    });
    // Nothing of it has hurt anybody.
    runtime.block_on(async {
        hall.get("anna", &format!("/cases/{case}"))
            .await
            .expect(200);
        let receipt = hall.post("anna", "/cases", certificate()).await;
        assert_ne!(receipt.expect(201).json()["case"], json!(case));
    });
}
