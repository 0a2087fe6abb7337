//! Bare fjall as the log itself: commits by position and again by case, positions by command, in one
//! synced batch a group, and nothing else.

use std::path::Path;

use fjall::config::{BlockSizePolicy, CompressionPolicy, PinningPolicy};
use fjall::{
    CompressionType, Database, Keyspace, KeyspaceCreateOptions, PersistMode, Readable, Slice,
};
use kanzlei_bench_harness::group::Sink;
use kanzlei_core::record::{Record, Stamp};
use kanzlei_core::{CaseId, Position, Timestamp};

use crate::Outcome;

/// fjall with a keyspace for each of these, compressed, and with caches as our store's.
pub struct BareFjall {
    db: Database,
    log: Keyspace,
    cases: Keyspace,
    index: Keyspace,
}

impl BareFjall {
    /// Makes a database.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn create(directory: &Path) -> Outcome<Self> {
        let db = Database::builder(directory)
            .cache_size(64 * 1024 * 1024)
            .max_journaling_size(64 * 1024 * 1024)
            .worker_threads(1)
            .open()?;
        let keyspace = |name, block_bytes, memtable_bytes| {
            db.keyspace(name, || {
                KeyspaceCreateOptions::default()
                    .data_block_compression_policy(CompressionPolicy::all(CompressionType::Lz4))
                    .data_block_size_policy(BlockSizePolicy::all(block_bytes))
                    .index_block_pinning_policy(PinningPolicy::all(true))
                    .filter_block_pinning_policy(PinningPolicy::all(true))
                    .max_memtable_size(memtable_bytes)
            })
        };
        Ok(Self {
            log: keyspace("log", 16 * 1024, 16 * 1024 * 1024)?,
            cases: keyspace("cases", 8 * 1024, 16 * 1024 * 1024)?,
            index: keyspace("index", 4 * 1024, 4 * 1024 * 1024)?,
            db,
        })
    }

    /// Writes a group, as durable as `mode` says.
    fn write_as(&self, mode: PersistMode, first: u64, group: &[Record]) -> Outcome {
        let mut batch = self.db.batch().durability(Some(mode));
        let mut row = Vec::new();
        for (position, record) in (first..).zip(group) {
            let stamp = Stamp {
                position: Position(position),
                recorded: Timestamp::from_micros(0),
            };
            row.clear();
            row.extend_from_slice(&stamp.to_bytes());
            row.extend_from_slice(record.bytes());
            let row = Slice::from(row.as_slice());
            for part in record.parts() {
                let mut key = [0; 20];
                let version = part.expected.next().0.to_be_bytes();
                key.iter_mut()
                    .zip(part.case.as_bytes().iter().copied().chain(version))
                    .for_each(|(to, from)| *to = from);
                batch.insert(&self.cases, key, row.clone());
            }
            batch.insert(&self.log, position.to_be_bytes(), row);
            let command = *record.head().command.as_bytes();
            batch.insert(&self.index, command, position.to_le_bytes());
        }
        Ok(batch.commit()?)
    }

    /// Reads the rows of a case; gives the bytes that there were.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn scan(&self, case: CaseId) -> Outcome<usize> {
        let snapshot = self.db.snapshot();
        let mut bytes = 0;
        for row in snapshot.prefix(&self.cases, case.as_bytes()) {
            bytes += std::hint::black_box(row.value()?).len();
        }
        Ok(bytes)
    }
}

impl Sink for BareFjall {
    type Item = Record;

    fn write(&mut self, first: u64, group: &[Record]) -> Outcome {
        self.write_as(PersistMode::SyncData, first, group)
    }

    fn fill(&mut self, first: u64, group: &[Record]) -> Outcome {
        self.write_as(PersistMode::Buffer, first, group)
    }
}
