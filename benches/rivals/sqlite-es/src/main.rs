//! cqrs-es on SQLite, by its event repository, which is where its events go. Its own pool has
//! synchronous NORMAL, so this one is given a pool with FULL. A payload is JSON, so an event's bytes are
//! base64 in it. It has no order over aggregates: all are read by their sequence.

use std::path::Path;
use std::process::ExitCode;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::{PersistedEventRepository, SerializedEvent};
use cqrs_es::{Aggregate, DomainEvent};
use kanzlei_bench_harness::Outcome;
use kanzlei_bench_harness::commit::Commit;
use kanzlei_bench_harness::rival::{self, Rival, Synced};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlite_es::SqliteEventRepository;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Pool, Sqlite};

/// Connections of its own pool.
const CONNECTIONS: u32 = 10;

/// The table of its migrations.
const TABLE: &str = "
    create table if not exists events (
        aggregate_type text not null,
        aggregate_id text not null,
        sequence integer check (sequence >= 0) not null,
        event_type text not null,
        event_version text not null,
        payload text not null,
        metadata text not null,
        primary key (aggregate_type, aggregate_id, sequence)
    ) strict";

#[derive(Default, Serialize, Deserialize)]
struct Case;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Happened {
    bytes: String,
}

impl DomainEvent for Happened {
    fn event_type(&self) -> String {
        "happened".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

/// A case of the framework's own is never asked to decide here.
impl Aggregate for Case {
    const TYPE: &'static str = "case";
    type Command = ();
    type Event = Happened;
    type Error = std::convert::Infallible;
    type Services = ();

    async fn handle(
        &mut self,
        (): (),
        (): &(),
        _: &EventSink<Self>,
    ) -> Result<(), std::convert::Infallible> {
        Ok(())
    }

    fn apply(&mut self, _: Happened) {}
}

struct SqliteEs {
    pool: Pool<Sqlite>,
    events: SqliteEventRepository,
}

impl Rival for SqliteEs {
    const NAME: &'static str = "cqrs-es 0.5.0 on SQLite";
    const SYNC: &'static str = "synchronous FULL, not its default";
    const DURABLE: bool = true;
    const FILLERS: usize = 1;

    type Item = Vec<SerializedEvent>;

    async fn open(folder: &Path, synced: Synced) -> Outcome<Self> {
        let synchronous = match synced {
            Synced::Each => SqliteSynchronous::Full,
            Synced::Later => SqliteSynchronous::Off,
        };
        let options = SqliteConnectOptions::new()
            .filename(folder.join("events.sqlite"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous);
        let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS);
        let pool = pool.connect_with(options).await?;
        sqlx::query(TABLE).execute(&pool).await?;
        let events = SqliteEventRepository::new(pool.clone());
        Ok(Self { pool, events })
    }

    fn item(commit: Commit) -> Outcome<Vec<SerializedEvent>> {
        let events = commit.events.into_iter().map(|event| {
            Ok(SerializedEvent::new(
                case(event.stream),
                usize::try_from(event.version)?,
                Case::TYPE.to_owned(),
                format!("kind-{:04x}", event.kind),
                event.schema.to_string(),
                json!({"bytes": BASE64_STANDARD.encode(event.data())}),
                json!({}),
            ))
        });
        events.collect()
    }

    async fn append(&self, events: Vec<SerializedEvent>) -> Outcome {
        Ok(self.events.persist::<Case>(&events, None).await?)
    }

    async fn replay(&self, each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        let mut events = self.events.stream_all_events::<Case>().await?;
        while let Some(event) = events.next::<Case>(&[]).await {
            each(event?.payload.bytes.as_bytes());
        }
        Ok(())
    }

    async fn load(&self, of: [u8; 16], each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        for event in self.events.get_events::<Case>(&case(of)).await? {
            let bytes = event.payload.get("bytes").and_then(|bytes| bytes.as_str());
            each(bytes.ok_or("an event without bytes")?.as_bytes());
        }
        Ok(())
    }

    async fn close(self) -> Outcome {
        self.pool.close().await;
        Ok(())
    }
}

fn case(id: [u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(id))
}

fn main() -> ExitCode {
    rival::main::<SqliteEs>()
}
