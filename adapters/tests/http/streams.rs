//! Event streams: resumable, disclosed piece by piece, and over as soon as they must be.

use std::time::Duration;

use futures::future::join_all;
use kanzlei::core::ports::Read;
use kanzlei::core::record::Acting;
use kanzlei::{CaseId, Version};
use kanzlei_adapters::http::{Options, Rate};
use serde_json::{Value, json};

use crate::hall::{EMMEN, Hall, certificate, text};

fn patient() -> Options {
    let mut options = Options::default();
    options.limits.reads = Rate::per_minute(1_000_000);
    options.limits.writes = Rate::per_minute(1_000_000);
    options
}

fn with_heartbeat(every: Duration) -> Hall {
    let mut options = patient();
    options.limits.heartbeat = every;
    Hall::with(options)
}

fn path(receipt: &Value) -> String {
    format!("/cases/{}", text(&receipt["case"]))
}

async fn write(hall: &Hall, who: &str, path: &str, internal: bool) -> u64 {
    let body = json!({"internal": internal, "text": format!("From {who}.")});
    let answer = hall.post(who, &format!("{path}/messages"), body).await;
    answer.expect(200).json()["version"].as_u64().unwrap()
}

#[tokio::test]
async fn a_stream_tells_what_happens_and_goes_on_where_it_was_left() {
    let hall = Hall::with(patient());
    let receipt = hall.certificate().await;
    let path = path(&receipt);
    let events = format!("{path}/events");
    let version = receipt["version"].as_u64().unwrap();
    let mut all = hall
        .stream("anna", &format!("{events}?after=0"), &[])
        .await
        .ok()
        .unwrap();
    let line = hall.get("anna", &format!("{path}/timeline")).await.json();
    for entry in line["items"].as_array().unwrap() {
        let event = all.until("happened").await;
        assert_eq!(event.data, *entry);
        assert_eq!(event.id, entry["version"].to_string());
    }
    let mut new = hall.stream("anna", &events, &[]).await.ok().unwrap();
    let mut last = version;
    for _ in 0..3 {
        last = write(&hall, "luzern", &path, false).await;
        for stream in [&mut all, &mut new] {
            let event = stream.until("happened").await;
            assert_eq!(event.id, last.to_string());
            assert_eq!(event.data["text"]["shown"], "From luzern.");
        }
    }
    let seen = (version + 1).to_string();
    let headers = [("last-event-id", seen.as_str())];
    let mut back = hall
        .stream("anna", &format!("{events}?after=0"), &headers)
        .await
        .ok()
        .unwrap();
    for expected in version + 2..=last {
        assert_eq!(back.until("happened").await.id, expected.to_string());
    }
    let wrong = [("last-event-id", "x")];
    let refused = hall.stream("anna", &events, &wrong).await.err().unwrap();
    refused.problem(400, "event-id-invalid");
}

#[tokio::test]
async fn each_viewer_of_a_stream_learns_what_their_standing_may_see() {
    let hall = Hall::with(patient());
    let receipt = hall.certificate().await;
    let path = path(&receipt);
    let events = format!("{path}/events");
    let mut anna = hall.stream("anna", &events, &[]).await.ok().unwrap();
    let mut luzern = hall.stream("luzern", &events, &[]).await.ok().unwrap();
    let mut canton = hall.stream("canton", &events, &[]).await.ok().unwrap();
    let version = write(&hall, "luzern", &path, true).await.to_string();
    let to_anna = anna.next().await.unwrap();
    assert_eq!((to_anna.name.as_str(), &to_anna.id), ("version", &version));
    assert!(!to_anna.data.to_string().contains("luzern"));
    let to_luzern = luzern.until("happened").await;
    assert_eq!(to_luzern.data["text"]["shown"], "From luzern.");
    let to_canton = canton.until("happened").await;
    assert_eq!(to_canton.data["event"], "MessageSent");
    assert!(!to_canton.data.to_string().contains("luzern"));
    for stranger in ["beat", "emmen"] {
        let hidden = hall.stream(stranger, &events, &[]).await.err().unwrap();
        hidden.problem(404, "case-not-found");
    }
}

#[tokio::test]
async fn a_stream_ends_with_the_sign_in() {
    let hall = with_heartbeat(Duration::from_millis(5));
    let receipt = hall.certificate().await;
    let events = format!("{}/events", path(&receipt));
    for (who, path) in [("anna", events.as_str()), ("luzern", "/inbox/events")] {
        let mut stream = hall.stream(who, path, &[]).await.ok().unwrap();
        hall.sign_out(who);
        let end = stream_end(&mut stream).await;
        assert_eq!(end["code"], "sign-in-revoked");
        assert!(stream.next().await.is_none());
    }
}

async fn stream_end(stream: &mut crate::hall::Stream) -> Value {
    loop {
        let event = stream.next().await.expect("an end that says why");
        if event.name == "end" {
            return event.data;
        }
    }
}

#[tokio::test]
async fn a_stream_ends_with_the_standing() {
    let hall = Hall::with(patient());
    let receipt = hall.certificate().await;
    let path = path(&receipt);
    let events = format!("{path}/events");
    let act = async |who: &str, what: &str, body: Value| {
        hall.post(who, &format!("{path}/{what}"), body)
            .await
            .expect(200);
    };
    let mut luzern = hall.stream("luzern", &events, &[]).await.ok().unwrap();
    act(
        "luzern",
        "handover",
        json!({"to": EMMEN.0, "reason": "She lives there."}),
    )
    .await;
    act("emmen", "handover/accept", json!(null)).await;
    act(
        "luzern",
        "messages",
        json!({"internal": true, "text": "Thank you."}),
    )
    .await;
    let end = format!("{path}/involvements/1061");
    let headers = [];
    let ended = hall
        .ask(axum::http::Method::DELETE, "emmen", &end, &headers, None)
        .await;
    ended.expect(200);
    assert_eq!(stream_end(&mut luzern).await["code"], "case-not-found");
    write(&hall, "emmen", &path, false).await;
    assert!(luzern.next().await.is_none());
}

#[tokio::test]
async fn a_stream_ends_with_the_erasure_of_who_reads_it() {
    let hall = Hall::with(patient());
    let receipt = hall.certificate().await;
    let path = path(&receipt);
    let mut anna = hall
        .stream("anna", &format!("{path}/events"), &[])
        .await
        .ok()
        .unwrap();
    let ports = hall.kanzlei.engine().ports();
    let case: CaseId = text(&receipt["case"]).parse().unwrap();
    let page = ports
        .store
        .case(case, Version::NONE, 1, Read::Fresh)
        .await
        .unwrap();
    let commit = page.commits().next().unwrap();
    let Acting::Party(slot) = commit.record.head().acting else {
        panic!("Anna handed it in");
    };
    ports.vault.destroy(&[slot]).await.unwrap();
    write(&hall, "luzern", &path, false).await;
    let end = stream_end(&mut anna).await;
    assert_eq!(end["code"], "case-not-found");
    assert!(!end.to_string().contains("luzern"));
}

#[tokio::test]
async fn an_inbox_tells_its_counts_and_which_cases_changed() {
    let hall = Hall::with(patient());
    let mut luzern = hall
        .stream("luzern", "/inbox/events", &[])
        .await
        .ok()
        .unwrap();
    let mut emmen = hall
        .stream("emmen", "/inbox/events", &[])
        .await
        .ok()
        .unwrap();
    assert_eq!(luzern.until("counts").await.data["all"], 0);
    assert_eq!(emmen.until("counts").await.data["all"], 0);
    let receipt = hall.certificate().await;
    let changed = luzern.until("changed").await;
    assert_eq!(changed.data["case"], receipt["case"]);
    assert_eq!(changed.data["tasks"][0]["state"], "open");
    let counts = luzern.until("counts").await;
    assert_eq!(counts.data["open"], 1);

    let path = path(&receipt);
    hall.post("luzern", &format!("{path}/tasks/1/claim"), json!(null))
        .await
        .expect(200);
    assert_eq!(
        luzern.until("changed").await.data["tasks"][0]["state"],
        "claimed"
    );
    assert_eq!(luzern.until("counts").await.data["mine"], 1);

    // Whoever comes back gets what they missed, as it is by then.
    let headers = [("last-event-id", counts.id.as_str())];
    let mut back = hall
        .stream("luzern", "/inbox/events", &headers)
        .await
        .ok()
        .unwrap();
    assert_eq!(back.until("changed").await.data["case"], receipt["case"]);
    let headers = [("last-event-id", "1")];
    let mut late = hall
        .stream("luzern", "/inbox/events", &headers)
        .await
        .ok()
        .unwrap();
    late.until("refresh").await;

    // Emmen heard of none of it until it is asked to take the case.
    let body = json!({"to": EMMEN.0, "reason": "She lives there."});
    hall.post("luzern", &format!("{path}/handover"), body)
        .await
        .expect(200);
    let first = emmen.next().await.unwrap();
    assert_eq!(first.name, "changed", "{first:?}");
    assert_eq!(first.data["case"], receipt["case"]);
    let body = json!({"reason": "She doesn't."});
    hall.post("emmen", &format!("{path}/handover/refuse"), body)
        .await
        .expect(200);
    let gone = emmen.until("refresh").await;
    assert!(!gone.data.to_string().contains(text(&receipt["case"])));
}

#[tokio::test]
async fn who_comes_back_to_an_inbox_misses_nothing_of_what_its_follower_has_yet_to_read() {
    let hall = Hall::with(patient());
    let open = async |last: &str| {
        let headers = [("last-event-id", last)];
        let stream = hall.stream("luzern", "/inbox/events", &headers).await;
        stream.ok().unwrap()
    };
    let mut first = open("0").await;
    hall.certificate().await;
    first.until("changed").await;
    let mut last = first.until("counts").await.id;
    // The log is followed in steps: what is written now is read a moment after the stream has begun.
    for _ in 0..5 {
        let receipt = hall.certificate().await;
        let mut back = open(&last).await;
        let changed = back.until("changed");
        let changed = tokio::time::timeout(Duration::from_secs(5), changed).await;
        let changed = changed.expect("the case that was opened before the stream");
        assert_eq!(changed.data["case"], receipt["case"]);
        last = changed.id;
        assert_eq!(back.until("counts").await.id, last);
    }
}

#[tokio::test]
async fn a_thousand_streams_that_nobody_reads_cost_one_answer_each_and_miss_nothing() {
    let hall = Hall::with(patient());
    let receipt = hall.certificate().await;
    let path = path(&receipt);
    let events = format!("{path}/events");
    let open = (0..1_000).map(|number| {
        let (hall, events) = (&hall, &events);
        async move {
            let stream = hall.stream(&format!("luzern#{number}"), events, &[]).await;
            stream.ok().unwrap()
        }
    });
    let mut streams = join_all(open).await;
    assert!(hall.http.metrics().contains("kanzlei_streams 1000"));
    let mut versions = Vec::new();
    for _ in 0..20 {
        versions.push(write(&hall, "luzern", &path, false).await.to_string());
    }
    for stream in &mut streams {
        for version in &versions {
            assert_eq!(stream.until("happened").await.id, *version);
        }
    }
    drop(streams);
    assert!(hall.http.metrics().contains("kanzlei_streams 0"));
}

#[tokio::test]
async fn there_is_a_place_for_so_many_streams_and_so_many_of_one_person() {
    let mut options = patient();
    options.limits.streams = 3;
    options.limits.streams_per_person = 2;
    let hall = Hall::with(options);
    let open = async |who: &str| hall.stream(who, "/inbox/events", &[]).await;
    let first = open("luzern").await.ok().unwrap();
    let _second = open("luzern").await.ok().unwrap();
    let third = open("luzern").await.err().unwrap();
    assert_eq!(third.header("retry-after"), "5");
    third.problem(429, "streams-of-yours");
    let _other = open("emmen").await.ok().unwrap();
    let full = open("canton").await.err().unwrap();
    assert_eq!(full.header("retry-after"), "30");
    full.problem(503, "streams-full");
    drop(first);
    open("luzern").await.ok().unwrap();
}

#[tokio::test]
async fn streams_end_when_the_portal_goes_down_and_the_installation_can_be_closed() {
    let hall = Hall::with(patient());
    let receipt = hall.certificate().await;
    let events = format!("{}/events", path(&receipt));
    let mut anna = hall.stream("anna", &events, &[]).await.ok().unwrap();
    let mut luzern = hall
        .stream("luzern", "/inbox/events", &[])
        .await
        .ok()
        .unwrap();
    hall.http.end_streams();
    for stream in [&mut anna, &mut luzern] {
        assert_eq!(stream_end(stream).await["code"], "going-down");
        assert!(stream.next().await.is_none());
    }
    hall.post("anna", "/cases", certificate()).await.expect(201);
}
