//! kimberlite's storage behind the group writer, as it takes one batch after the other. All cases are one
//! of its streams: a stream is a folder with a sync of its own, and cases are too many and too small
//! for that. So it isn't asked for a case.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;

use bytes::Bytes;
use kanzlei_bench_harness::Outcome;
use kanzlei_bench_harness::commit::Commit;
use kanzlei_bench_harness::group::{Group, Sink};
use kanzlei_bench_harness::rival::{self, Rival, Synced};
use kimberlite_crypto::ChainHash;
use kimberlite_storage::Storage;
use kimberlite_types::{Offset, StreamId};

/// The stream of all cases.
fn stream() -> StreamId {
    StreamId::new(1)
}

struct Log {
    storage: Storage,
    next: Offset,
    last: Option<ChainHash>,
    synced: Synced,
}

impl Sink for Log {
    type Item = Commit;

    fn write(&mut self, _: u64, group: &[Commit]) -> Outcome {
        let events = group.iter().flat_map(|commit| &commit.events);
        let events = events.map(|event| Bytes::from(event.data())).collect();
        let sync = self.synced == Synced::Each;
        let appended = self
            .storage
            .append_batch(stream(), events, self.next, self.last, sync)?;
        self.next = appended.0;
        self.last = Some(appended.1);
        Ok(())
    }
}

struct Kimberlite {
    group: Group<Log>,
    reader: Mutex<Storage>,
}

impl Rival for Kimberlite {
    const NAME: &'static str = "kimberlite-storage 0.9.1 behind the group writer";
    const SYNC: &'static str = "fsync a batch";
    const DURABLE: bool = true;
    const BY_CASE: bool = false;

    type Item = Commit;

    async fn open(folder: &Path, synced: Synced) -> Outcome<Self> {
        let mut storage = Storage::new(folder);
        let last = storage.latest_chain_hash(stream())?;
        let count = match last {
            None => 0,
            Some(_) => storage.load_or_rebuild_index(stream())?.len(),
        };
        let log = Log {
            storage,
            next: Offset::new(u64::try_from(count)?),
            last,
            synced,
        };
        Ok(Self {
            group: Group::start(log, 1),
            reader: Mutex::new(Storage::new(folder)),
        })
    }

    fn item(commit: Commit) -> Outcome<Commit> {
        Ok(commit)
    }

    async fn append(&self, commit: Commit) -> Outcome {
        let size = commit.size;
        self.group.append(commit, size).await?;
        Ok(())
    }

    async fn replay(&self, each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        let mut reader = self.reader.lock().map_err(|_| "a reader panicked")?;
        // In one go: each read verifies the chain from its beginning.
        let events = reader.read_from(stream(), Offset::new(0), u64::MAX)?;
        events.iter().for_each(|event| each(event));
        Ok(())
    }

    async fn close(self) -> Outcome {
        self.group.end()?.storage.flush_indexes()?;
        Ok(())
    }
}

fn main() -> ExitCode {
    rival::main::<Kimberlite>()
}
