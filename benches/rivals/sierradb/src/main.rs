//! SierraDB, with the settings of its documentation. A case is a stream and the key of its partition;
//! nothing is checked when it is appended. It has no order over partitions: they are read one by one.

use std::path::Path;
use std::process::ExitCode;

use kanzlei_bench_harness::Outcome;
use kanzlei_bench_harness::commit::Commit;
use kanzlei_bench_harness::rival::{self, Rival, Synced};
use sierradb::bucket::segment::CommittedEvents;
use sierradb::database::{Database, DatabaseBuilder, ExpectedVersion, NewEvent, Transaction};
use sierradb::id::{uuid_to_partition_hash, uuid_v7_with_partition_hash};
use sierradb::{IterDirection, StreamId};
use smallvec::SmallVec;
use uuid::Uuid;

const BUCKETS: u16 = 4;
const PARTITIONS: u16 = 32;

struct Sierradb(Database);

impl Rival for Sierradb {
    const NAME: &'static str = "SierraDB 0.3.1";
    const SYNC: &'static str = "fdatasync by its clock, every 5 to 50 ms";
    const DURABLE: bool = true;

    type Item = Transaction;

    async fn open(folder: &Path, _: Synced) -> Outcome<Self> {
        let database = DatabaseBuilder::new()
            .total_buckets(BUCKETS)
            .bucket_ids_from_range(0..BUCKETS)
            .open(folder)?;
        Ok(Self(database))
    }

    fn item(commit: Commit) -> Outcome<Transaction> {
        let first = commit.events.first().ok_or("a commit without events")?;
        let key = Uuid::from_bytes(first.stream);
        let hash = uuid_to_partition_hash(key);
        let events = commit.events.into_iter().map(|event| {
            Ok(NewEvent {
                event_id: uuid_v7_with_partition_hash(hash),
                stream_id: stream(event.stream)?,
                stream_version: ExpectedVersion::Any,
                event_name: format!("kind-{:04x}", event.kind),
                timestamp: u64::try_from(event.occurred)? * 1_000,
                payload: event.data(),
                metadata: Vec::new(),
            })
        });
        let events = events.collect::<Outcome<SmallVec<_>>>()?;
        Ok(Transaction::new(key, hash % PARTITIONS, events)?)
    }

    async fn append(&self, transaction: Transaction) -> Outcome {
        self.0.append_events(transaction).await?;
        Ok(())
    }

    async fn replay(&self, each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        for partition in 0..PARTITIONS {
            let from = self.0.read_partition(partition, 0, IterDirection::Forward);
            let mut events = from.await?;
            while let Some(found) = events.next().await? {
                tell(&found, each);
            }
        }
        Ok(())
    }

    async fn load(&self, of: [u8; 16], each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        let partition = uuid_to_partition_hash(Uuid::from_bytes(of)) % PARTITIONS;
        let forward = IterDirection::Forward;
        let mut events = self
            .0
            .read_stream(partition, stream(of)?, 0, forward)
            .await?;
        while let Some(found) = events.next().await? {
            tell(&found, each);
        }
        Ok(())
    }

    async fn close(self) -> Outcome {
        self.0.shutdown().await;
        Ok(())
    }
}

fn stream(id: [u8; 16]) -> Outcome<StreamId> {
    Ok(StreamId::new(format!("{:032x}", u128::from_be_bytes(id)))?)
}

fn tell(found: &CommittedEvents, each: &mut (dyn FnMut(&[u8]) + Send)) {
    match found {
        CommittedEvents::Single(event) => each(&event.payload),
        CommittedEvents::Transaction { events, .. } => {
            events.iter().for_each(|event| each(&event.payload));
        }
    }
}

fn main() -> ExitCode {
    rival::main::<Sierradb>()
}
