//! tephra: a log of segments with a group writer of its own. An event is an event of tephra's, its
//! case a tag; nothing is checked when it is appended.

use std::path::Path;
use std::process::ExitCode;

use kanzlei_bench_harness::Outcome;
use kanzlei_bench_harness::commit::Commit;
use kanzlei_bench_harness::rival::{self, Rival, Synced};
use tephra::{
    Event, EventType, Position, Query, QueryItem, SegmentConfig, SegmentSet, Tag, Tags,
    WriteCoordinator, WriteHandle, WriterConfig,
};

/// The segments of its own documentation.
const SEGMENT_BYTES: usize = 256 * 1024 * 1024;

struct Tephra {
    coordinator: WriteCoordinator,
    handle: WriteHandle,
}

impl Rival for Tephra {
    const NAME: &'static str = "tephra 0.4.1";
    const SYNC: &'static str = "fdatasync a group";
    const DURABLE: bool = true;

    type Item = Vec<Event>;

    async fn open(folder: &Path, _: Synced) -> Outcome<Self> {
        let segments = SegmentSet::open(folder, SegmentConfig::new(SEGMENT_BYTES))?;
        let (coordinator, handle) = WriteCoordinator::start(segments, WriterConfig::default())?;
        Ok(Self {
            coordinator,
            handle,
        })
    }

    fn item(commit: Commit) -> Outcome<Vec<Event>> {
        let events = commit.events.into_iter().map(|event| {
            let kind = EventType::new(format!("kind-{:04x}", event.kind))?;
            Ok(Event::new(&kind, &case(event.stream)?, &event.data())?)
        });
        events.collect()
    }

    async fn append(&self, events: Vec<Event>) -> Outcome {
        self.handle.append_async(events, None).await?;
        Ok(())
    }

    async fn replay(&self, each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        self.read(&Query::All, each)
    }

    async fn load(&self, of: [u8; 16], each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        self.read(&Query::item(QueryItem::with_tags(case(of)?)), each)
    }

    async fn close(self) -> Outcome {
        drop(self.handle);
        self.coordinator.shutdown();
        Ok(())
    }
}

impl Tephra {
    fn read(&self, query: &Query, each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        let mut reads = self.handle.read(query, Position::ZERO, None);
        while let Some(found) = reads.next() {
            each(found?.event.data());
        }
        Ok(())
    }
}

fn case(id: [u8; 16]) -> Outcome<Tags> {
    let tag = Tag::new(format!("case:{:032x}", u128::from_be_bytes(id)))?;
    Ok(Tags::new([tag])?)
}

fn main() -> ExitCode {
    rival::main::<Tephra>()
}
