//! batpak. Its receipt comes before the sync, so a caller waits for its durable watermark, which
//! blocks: each caller has a thread. A case is an entity. A commit of one event is appended, which
//! batpak groups with others; one of more is a batch, which it syncs by itself.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use batpak::coordinate::{Coordinate, Region};
use batpak::event::EventKind;
use batpak::id::IdempotencyKey;
use batpak::store::{
    AppendOptions, BatchAppendItem, CausationRef, DurabilityGate, Store, StoreConfig, WatermarkKind,
};
use kanzlei_bench_harness::Outcome;
use kanzlei_bench_harness::commit::{Commit, Event};
use kanzlei_bench_harness::rival::{self, Rival, Synced};
use serde::Serialize;

/// Appends to a sync.
const GROUP: u32 = 2_048;
/// Longer than any sync takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// Entries of a page of the log.
const PAGE: usize = 1_000;

struct Batpak {
    store: Arc<Store>,
    synced: Synced,
}

/// An event's bytes, as `MessagePack` has bytes.
struct Payload(Vec<u8>);

impl Serialize for Payload {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(&self.0)
    }
}

impl Rival for Batpak {
    const NAME: &'static str = "batpak 0.10.0";
    const SYNC: &'static str = "its durable watermark awaited";
    const DURABLE: bool = true;
    const FILLERS: usize = 1;

    type Item = Item;

    async fn open(folder: &Path, synced: Synced) -> Outcome<Self> {
        let config = StoreConfig::new(folder);
        let config = match synced {
            Synced::Each => config
                .with_sync_every_n_events(1)
                .with_group_commit_max_batch(GROUP),
            Synced::Later => config,
        };
        let store = Arc::new(Store::open(config)?);
        Ok(Self { store, synced })
    }

    fn item(commit: Commit) -> Outcome<Item> {
        let mut items: Vec<_> = commit
            .events
            .into_iter()
            .map(One::of)
            .collect::<Outcome<_>>()?;
        if items.len() == 1 {
            return Ok(Item::One(items.remove(0)));
        }
        let batch = items
            .into_iter()
            .map(One::in_batch)
            .collect::<Outcome<_>>()?;
        Ok(Item::Batch(batch))
    }

    async fn append(&self, item: Item) -> Outcome {
        let store = Arc::clone(&self.store);
        let gate = (self.synced == Synced::Each)
            .then(|| DurabilityGate::new(WatermarkKind::Durable, PATIENCE));
        let gated = move |options: AppendOptions| match gate {
            Some(gate) => options.with_gate(gate),
            None => options,
        };
        let append = move || -> Outcome {
            match item {
                Item::One(one) => {
                    let options = gated(one.options);
                    let receipt =
                        store.append_with_options(&one.place, one.kind, &one.payload, options);
                    drop(receipt?);
                }
                Item::Batch(batch) => {
                    drop(store.append_batch_with_options(batch, gated(AppendOptions::new()))?);
                }
            }
            Ok(())
        };
        tokio::task::spawn_blocking(append).await?
    }

    async fn replay(&self, each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        let mut after = None;
        loop {
            let page = self.store.query_entries_after(&Region::all(), after, PAGE);
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = Some(last.global_sequence());
            for entry in &page {
                each(&self.store.read_raw(entry.event_id())?.event.payload);
            }
        }
    }

    async fn load(&self, of: [u8; 16], each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        for entry in self.store.by_entity(&case(of)) {
            each(&self.store.read_raw(entry.event_id())?.event.payload);
        }
        Ok(())
    }

    async fn close(self) -> Outcome {
        let store = Arc::into_inner(self.store).ok_or("it is in use")?;
        store.close()?;
        Ok(())
    }
}

/// A commit in batpak's terms.
enum Item {
    One(One),
    Batch(Vec<BatchAppendItem>),
}

/// An event in batpak's terms.
struct One {
    place: Coordinate,
    kind: EventKind,
    payload: Payload,
    options: AppendOptions,
}

impl One {
    fn of(event: Event) -> Outcome<Self> {
        let key = u128::from_be_bytes(event.stream) ^ u128::from(event.version);
        Ok(Self {
            place: Coordinate::new(case(event.stream), "kanzlei")?,
            // Twelve bits are a kind's: those of the mix have no more.
            kind: EventKind::custom(1, event.kind & 0xfff),
            payload: Payload(event.data()),
            options: AppendOptions::new().with_idempotency(IdempotencyKey::from(key)),
        })
    }

    fn in_batch(self) -> Outcome<BatchAppendItem> {
        let none = CausationRef::None;
        let item = BatchAppendItem::new(self.place, self.kind, &self.payload, self.options, none);
        Ok(item?)
    }
}

fn case(id: [u8; 16]) -> String {
    format!("case:{:032x}", u128::from_be_bytes(id))
}

fn main() -> ExitCode {
    rival::main::<Batpak>()
}
