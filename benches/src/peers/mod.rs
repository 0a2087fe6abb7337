//! The same work on peers, in this process.

mod bare;
mod log;
mod sqlite;

use kanzlei_bench_harness::commit::{Commit, Event};
use kanzlei_core::record::{EventRef, RecordRef};

pub use bare::BareFjall;
pub use log::BareLog;
pub use sqlite::{CommitEach, Sqlite, Stored};

/// A record as its events. The head goes with the first, so that not a byte more is written than
/// the record has.
pub fn as_events(record: &RecordRef<'_>) -> Commit {
    /// What stands before the parts, and the header of one.
    const HEAD: usize = 16 + 60 + 72;
    let bytes = record.as_bytes();
    let mut events: Vec<Event> = record
        .parts()
        .flat_map(|part| {
            part.events().map(move |event| Event {
                stream: *part.case.as_bytes(),
                version: event.version.0,
                kind: event.kind,
                schema: event.schema,
                occurred: event.occurred.micros(),
                body: event.body.to_vec(),
                rest: values(&event),
            })
        })
        .collect();
    if let Some(first) = events.first_mut() {
        let head = bytes.get(..HEAD).unwrap_or(bytes);
        first.rest.extend_from_slice(head);
    }
    let size = bytes.len();
    Commit { events, size }
}

/// An event's sealed values with their commitments.
fn values(event: &EventRef<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for value in event.values() {
        bytes.extend_from_slice(&value.slot.0.to_le_bytes());
        bytes.extend_from_slice(value.commitment.as_bytes());
        bytes.extend_from_slice(value.sealed);
    }
    bytes
}
