//! What is around every endpoint: limits, compression, panics, spans.

use std::cell::RefCell;
use std::fmt::Write;
use std::sync::Arc;

use axum::http::Method;
use futures::future::join_all;
use kanzlei::store::{
    MemoryEventStore, MemoryKeyVault, MemoryViewStore, SystemClock, SystemEntropy,
};
use kanzlei_adapters::http::{Options, Rate};
use kanzlei_core::ports::Clock;
use kanzlei_core::testing::ManualClock;
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::hall::{Hall, certificate, text};

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_again_and_others_are_not() {
    let mut options = Options::default();
    options.limits.reads = Rate {
        per_minute: 1,
        burst: 2,
    };
    let hall = Hall::with(options);
    let first = hall.get("anna", "/me").await.expect(200);
    assert_eq!(first.header("ratelimit-policy"), "\"reads\";q=2;w=120");
    assert!(first.header("ratelimit").starts_with("\"reads\";r=1;"));
    hall.get("anna", "/me").await.expect(200);
    let late = hall.get("anna", "/me").await;
    let wait: u64 = late.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert!(late.header("ratelimit").starts_with("\"reads\";r=0;"));
    let problem = late.problem(429, "too-often");
    assert_eq!(problem["arguments"]["seconds"], wait.to_string());
    hall.get("beat", "/me").await.expect(200);
    hall.post("anna", "/cases", crate::hall::certificate())
        .await
        .expect(201);
    // Trying one forged sign-in after the other is counted by where they come from.
    for _ in 0..2 {
        hall.get("forged", "/me")
            .await
            .problem(401, "sign-in-invalid");
    }
    hall.get("forged", "/me").await.problem(429, "too-often");
}

#[tokio::test]
async fn more_requests_than_can_be_worked_on_are_sent_away() {
    let mut options = Options::default();
    options.limits.concurrent_requests = 0;
    let hall = Hall::with(options);
    let answers = join_all([hall.get("anna", "/me"), hall.get("", "/limits")]).await;
    for answer in answers {
        assert_eq!(answer.header("retry-after"), "1");
        answer.problem(503, "too-busy");
    }
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up_and_its_sender_told_what_to_do() {
    let mut options = Options::default();
    options.limits.request_time = std::time::Duration::ZERO;
    let hall = Hall::with(options);
    let answer = hall.get("slow", "/me").await;
    assert_eq!(answer.header("retry-after"), "5");
    let problem = answer.problem(503, "took-too-long");
    assert!(text(&problem["detail"]).contains("Idempotency-Key"));
}

#[tokio::test]
async fn a_panic_is_told_to_nobody() {
    let hall = Hall::new();
    let problem = hall.get("panic", "/me").await.problem(500, "internal");
    assert!(!problem.to_string().contains("a secret of the program"));
    hall.get("anna", "/me").await.expect(200);
}

#[tokio::test]
async fn answers_are_packed_for_who_asks_for_it_and_streams_are_not() {
    let hall = Hall::new();
    let receipt = hall.certificate().await;
    let packed = [("accept-encoding", "gzip")];
    let answer = hall
        .ask(Method::GET, "", "/openapi.json", &packed, None)
        .await;
    assert_eq!(answer.expect(200).header("content-encoding"), "gzip");
    let events = format!("/cases/{}/events?after=0", text(&receipt["case"]));
    let mut stream = hall.stream("anna", &events, &packed).await.ok().unwrap();
    assert_eq!(stream.until("happened").await.id, "1");
}

#[tokio::test]
async fn limits_are_told_to_everybody() {
    let hall = Hall::new();
    let limits = hall.get("", "/limits").await.expect(200).json();
    for (name, limit) in limits.as_object().unwrap() {
        let said = limit.as_u64().is_some_and(|limit| limit > 0)
            || limit.as_array().is_some_and(|list| !list.is_empty())
            || limit["burst"].is_u64();
        assert!(said, "{name}: {limit}");
    }
}

#[tokio::test]
async fn an_installation_is_ready_when_store_vault_and_views_answer() {
    let hall = Hall::new();
    hall.kanzlei.up_to_date().await.unwrap();
    let ready = hall.http.ready().await;
    assert!(ready.ready && ready.store && ready.vault, "{ready:?}");
    hall.kanzlei.runner().stop();
    assert!(hall.http.ready().await.store);
}

#[tokio::test]
async fn an_installation_whose_store_has_closed_can_be_read_and_is_not_ready() {
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let store = MemoryEventStore::new(clock.clone());
    let hall = Hall::opened(Options::default(), |opening| {
        let opening = opening.store(store).views(MemoryViewStore::new());
        opening.vault(MemoryKeyVault::new(Arc::new(SystemEntropy)).unwrap())
    });
    assert!(hall.http.ready().await.ready);
    // A clock that has gone back for an hour is one of the reasons; a disk that failed is another.
    clock.move_by(-3_600_000_000);
    let refused = hall.post("anna", "/cases", certificate()).await;
    let said = refused.problem(503, "store-closed");
    assert!(
        said.to_string()
            .contains("until this program is started anew"),
        "{said}"
    );
    let ready = hall.http.ready().await;
    assert!(
        ready.store && !ready.store_takes_commits && !ready.ready,
        "{ready:?}"
    );
    let advice = ready.advice.unwrap_or_default();
    assert!(advice.contains("start the program anew"), "{ready:?}");
    hall.get("anna", "/me/cases").await.expect(200);
}

thread_local! {
    /// What spans and events say on this thread, where somebody listens.
    static HEARD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps what spans and events say. It is there for all tests of this process: a subscriber of one
/// thread may be passed over by what another thread has asked for first.
struct Listener;

impl Visit for Listener {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        HEARD.with_borrow_mut(|heard| {
            if let Some(heard) = heard {
                writeln!(heard, "{field} = {value:?}").unwrap();
            }
        });
    }
}

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Listener);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Listener);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Listener);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn spans_name_routes_and_statuses_and_never_a_person_a_case_or_a_query() {
    tracing::subscriber::set_global_default(Listener).unwrap();
    HEARD.set(Some(String::new()));
    let hall = Hall::new();
    let receipt = hall.certificate().await;
    let case = text(&receipt["case"]);
    let path = format!("/cases/{case}");
    hall.get("anna", &format!("{path}?secret=query")).await;
    hall.post(
        "anna",
        &format!("{path}/messages"),
        json!({"text": "a secret text"}),
    )
    .await;
    hall.post("anna", &format!("{path}/messages"), json!({"text": 1}))
        .await;
    hall.get("forged", "/nothing/secret-path").await;
    hall.get("panic", "/me").await;
    let said = HEARD.take().unwrap();
    for expected in [
        "route = \"/api/cases/{case}/messages\"",
        "status = 201",
        "status = 500",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    let reference = text(&receipt["reference"]);
    for secret in ["secret", "Anna", "anna", case, reference] {
        assert!(!said.contains(secret), "{secret}\n{said}");
    }
}
