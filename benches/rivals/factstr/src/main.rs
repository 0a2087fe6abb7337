//! factstr on SQLite, behind the group writer: its own append blocks and syncs by itself. A payload is
//! JSON, so an event's bytes are base64 in it. It finds a case only by comparing the payloads of all
//! events, so it isn't asked for one.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use factstr::{EventQuery, EventStore, NewEvent};
use factstr_sqlite::SqliteStore;
use kanzlei_bench_harness::Outcome;
use kanzlei_bench_harness::commit::Commit;
use kanzlei_bench_harness::group::{Group, Sink};
use kanzlei_bench_harness::rival::{self, Rival, Synced};
use serde_json::json;

struct Log(Arc<SqliteStore>);

impl Sink for Log {
    type Item = (Vec<NewEvent>, usize);

    fn write(&mut self, _: u64, group: &[Self::Item]) -> Outcome {
        let events = group.iter().flat_map(|(events, _)| events.iter().cloned());
        self.0.append(events.collect())?;
        Ok(())
    }
}

struct Factstr {
    store: Arc<SqliteStore>,
    group: Group<Log>,
}

impl Rival for Factstr {
    const NAME: &'static str = "factstr-sqlite 0.5.2 behind the group writer";
    const SYNC: &'static str = "SQLite, synchronous FULL";
    const DURABLE: bool = true;
    const BY_CASE: bool = false;

    type Item = (Vec<NewEvent>, usize);

    async fn open(folder: &Path, _: Synced) -> Outcome<Self> {
        let store = Arc::new(SqliteStore::open(folder.join("events.sqlite"))?);
        let group = Group::start(Log(Arc::clone(&store)), 1);
        Ok(Self { store, group })
    }

    fn item(commit: Commit) -> Outcome<Self::Item> {
        let events = commit.events.into_iter().map(|event| {
            let case = format!("{:032x}", u128::from_be_bytes(event.stream));
            let bytes = BASE64_STANDARD.encode(event.data());
            let payload = json!({"case": case, "version": event.version, "bytes": bytes});
            NewEvent::new(format!("kind-{:04x}", event.kind), payload)
        });
        Ok((events.collect(), commit.size))
    }

    async fn append(&self, item: Self::Item) -> Outcome {
        let size = item.1;
        self.group.append(item, size).await?;
        Ok(())
    }

    async fn replay(&self, each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        let found = self.store.query(&EventQuery::all())?;
        for record in &found.event_records {
            let bytes = record.payload.get("bytes").and_then(|bytes| bytes.as_str());
            each(bytes.ok_or("an event without bytes")?.as_bytes());
        }
        Ok(())
    }

    async fn close(self) -> Outcome {
        drop(self.group.end()?);
        Ok(())
    }
}

fn main() -> ExitCode {
    rival::main::<Factstr>()
}
