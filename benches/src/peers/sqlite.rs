//! `SQLite`: one events table, unique on stream and version, one synced transaction a group.

use std::path::Path;

use kanzlei_core::record::{EventRef, RecordRef};
use rusqlite::{Connection, params};

use super::Sink;
use crate::Outcome;

/// A commit as rows of the events table. Made by the caller, outside what is timed.
#[derive(Debug, Clone)]
pub struct Rows {
    events: Vec<Row>,
    /// All bytes of it.
    pub size: usize,
}

#[derive(Debug, Clone)]
struct Row {
    stream: [u8; 16],
    version: u32,
    kind: u16,
    occurred: i64,
    data: Vec<u8>,
}

impl Rows {
    /// Splits a record into its events. The head goes with the first, so that not a byte more is
    /// written than the record has.
    pub fn of(record: &RecordRef<'_>) -> Self {
        let head: usize = 16 + 60 + 72;
        let mut events: Vec<Row> = record
            .parts()
            .flat_map(|part| {
                part.events().map(move |event| Row {
                    stream: *part.case.as_bytes(),
                    version: event.version.0,
                    kind: event.kind,
                    occurred: event.occurred.micros(),
                    data: data(&event),
                })
            })
            .collect();
        if let Some(first) = events.first_mut() {
            let bytes = record.as_bytes();
            first
                .data
                .extend_from_slice(bytes.get(..head).unwrap_or(bytes));
        }
        let size = record.as_bytes().len();
        Self { events, size }
    }
}

/// An event's own bytes: its body, and its values with their commitments.
fn data(event: &EventRef<'_>) -> Vec<u8> {
    let mut data = event.body.to_vec();
    for value in event.values() {
        data.extend_from_slice(&value.slot.0.to_le_bytes());
        data.extend_from_slice(value.commitment.as_bytes());
        data.extend_from_slice(value.sealed);
    }
    data
}

/// An `SQLite` database.
pub struct Sqlite(Connection);

impl Sqlite {
    /// Makes a database.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn create(directory: &Path) -> Outcome<Self> {
        std::fs::create_dir_all(directory)?;
        let connection = Connection::open(directory.join("events.sqlite"))?;
        connection.execute_batch(
            "pragma journal_mode = wal;
             pragma synchronous = full;
             pragma cache_size = -262144;
             pragma mmap_size = 1073741824;
             create table events (
                 position integer primary key,
                 stream blob not null,
                 version integer not null,
                 kind integer not null,
                 occurred integer not null,
                 data blob not null,
                 unique (stream, version)
             );",
        )?;
        Ok(Self(connection))
    }
}

impl Sink for Sqlite {
    type Item = Rows;

    fn write(&mut self, _: u64, group: &[Rows]) -> Outcome {
        let transaction = self.0.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "insert into events (stream, version, kind, occurred, data)
                 values (?1, ?2, ?3, ?4, ?5)",
            )?;
            for row in group.iter().flat_map(|commit| &commit.events) {
                insert.execute(params![
                    row.stream,
                    row.version,
                    row.kind,
                    row.occurred,
                    row.data
                ])?;
            }
        }
        Ok(transaction.commit()?)
    }
}
