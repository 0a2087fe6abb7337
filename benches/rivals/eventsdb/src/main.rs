//! eventsdb on SQLite. It sets synchronous to NORMAL and lets nobody change it, so what it has
//! answered may be lost with the machine's power. An event is JSON, so its bytes are base64 in it.

use std::path::Path;
use std::process::ExitCode;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use eventsdb::sqlite::SqliteEventLog;
use eventsdb::{EventLog, EventStore, Filter, Position};
use kanzlei_bench_harness::Outcome;
use kanzlei_bench_harness::commit::Commit;
use kanzlei_bench_harness::rival::{self, Rival, Synced};
use serde_json::{Map, Value, json};

/// Events of a page of the log.
const PAGE: usize = 1_000;

struct Eventsdb(SqliteEventLog);

impl Rival for Eventsdb {
    const NAME: &'static str = "eventsdb 0.6.1 on SQLite";
    const SYNC: &'static str = "synchronous NORMAL, not on disk when it answers";
    const DURABLE: bool = false;

    /// The case, and its events.
    type Item = (String, Vec<Map<String, Value>>);

    async fn open(folder: &Path, _: Synced) -> Outcome<Self> {
        Ok(Self(
            SqliteEventLog::open(folder.join("events.sqlite")).await?,
        ))
    }

    fn item(commit: Commit) -> Outcome<Self::Item> {
        let first = commit.events.first().ok_or("a commit without events")?;
        let case = case(first.stream);
        let events = commit.events.into_iter().map(|event| {
            let mut object = Map::new();
            let bytes = BASE64_STANDARD.encode(event.data());
            object.insert("kind".into(), json!(format!("kind-{:04x}", event.kind)));
            object.insert("data".into(), json!({"bytes": bytes}));
            object
        });
        Ok((case, events.collect()))
    }

    async fn append(&self, (case, events): Self::Item) -> Outcome {
        self.0.stream_handle(&case).append_many(events).await?;
        Ok(())
    }

    async fn replay(&self, each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        let (mut from, all) = (Position::BEGINNING, Filter::all());
        loop {
            let page = self.0.read_all(from, &all, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            from = last.position;
            for recorded in page {
                tell(&recorded.into_inner(), each)?;
            }
        }
    }

    async fn load(&self, of: [u8; 16], each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        let events = self.0.stream_handle(&case(of)).read(0, usize::MAX).await?;
        for event in events {
            tell(&event.into_inner(), each)?;
        }
        Ok(())
    }

    async fn close(self) -> Outcome {
        Ok(self.0.close().await?)
    }
}

fn case(id: [u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(id))
}

fn tell(event: &Map<String, Value>, each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
    let bytes = event.get("data").and_then(|data| data.get("bytes"));
    let bytes = bytes.and_then(Value::as_str);
    each(bytes.ok_or("an event without bytes")?.as_bytes());
    Ok(())
}

fn main() -> ExitCode {
    rival::main::<Eventsdb>()
}
