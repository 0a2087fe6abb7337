//! evento on fjall. A case is an aggregate; its version is checked, which evento can't be kept from.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use evento::cursor::Args;
use evento::metadata::Metadata;
use evento::{Event, EventFilter, Executor, Fjall, TenantFilter};
use kanzlei_bench_harness::Outcome;
use kanzlei_bench_harness::commit::Commit;
use kanzlei_bench_harness::rival::{self, Rival, Synced};
use ulid::Ulid;

const TYPE: &str = "kanzlei/Case";
/// Events of a page of the log.
const PAGE: u16 = 1_000;

struct Evento(Fjall);

impl Rival for Evento {
    const NAME: &'static str = "evento 2.0.0-alpha.38 on fjall";
    const SYNC: &'static str = "fsync a commit, its default SyncAll";
    const DURABLE: bool = true;
    const FILLERS: usize = 1;

    type Item = Vec<Event>;

    async fn open(folder: &Path, synced: Synced) -> Outcome<Self> {
        let mode = match synced {
            Synced::Each => fjall::PersistMode::SyncAll,
            Synced::Later => fjall::PersistMode::Buffer,
        };
        Ok(Self(Fjall::open(folder)?.persist_mode(mode)))
    }

    fn item(commit: Commit) -> Outcome<Vec<Event>> {
        let events = commit.events.into_iter().map(|event| {
            Ok(Event {
                id: Ulid::generate(),
                aggregate_id: case(event.stream),
                aggregate_type: TYPE.to_owned(),
                version: u16::try_from(event.version)?,
                name: format!("kind-{:04x}", event.kind),
                data: event.data(),
                metadata: Metadata::default(),
                ..Event::default()
            })
        });
        events.collect()
    }

    async fn append(&self, events: Vec<Event>) -> Outcome {
        Ok(self.0.write(events).await?)
    }

    async fn replay(&self, each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        self.read(None, each).await
    }

    async fn load(&self, of: [u8; 16], each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        let filter = EventFilter::by_id_raw(TYPE, case(of));
        self.read(Some(Arc::from([filter])), each).await
    }

    async fn close(self) -> Outcome {
        Ok(self.0.database().persist(fjall::PersistMode::SyncAll)?)
    }
}

impl Evento {
    async fn read(
        &self,
        which: Option<Arc<[EventFilter]>>,
        each: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Outcome {
        let mut after = None;
        loop {
            let page = Args::forward(PAGE, after);
            let which = which.clone();
            let read = self.0.read(which, None, TenantFilter::All, page, None);
            let read = read.await?;
            read.edges.iter().for_each(|edge| each(&edge.node.data));
            if !read.page_info.has_next_page {
                return Ok(());
            }
            after = read.page_info.end_cursor;
        }
    }
}

fn case(id: [u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(id))
}

fn main() -> ExitCode {
    rival::main::<Evento>()
}
