//! UmaDB's core, by its own group writer's thread, as its server runs it. An event is an event of
//! UmaDB's, its case a tag; nothing is checked when it is appended.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread::JoinHandle;

use kanzlei_bench_harness::Outcome;
use kanzlei_bench_harness::commit::Commit;
use kanzlei_bench_harness::rival::{self, Rival, Synced};
use tokio::sync::{mpsc, oneshot, watch};
use umadb_core::db::UmaDb;
use umadb_core::writer_thread_blocking::writer_thread_blocking;
use umadb_core::writer_thread_request::WriterThreadRequest;
use umadb_dcb::{DcbEvent, DcbEventStoreSync, DcbQuery, DcbQueryItem};

/// Events of a group, as its server has it.
const GROUP_EVENTS_MAX: usize = 2_000;
/// Requests that wait.
const QUEUE: usize = 10_000;
/// Events of a page of the log.
const PAGE: u32 = 1_000;

struct Umadb {
    db: UmaDb,
    requests: mpsc::Sender<WriterThreadRequest>,
    writer: JoinHandle<()>,
    _head: watch::Receiver<Option<u64>>,
}

impl Rival for Umadb {
    const NAME: &'static str = "UmaDB core 0.7.8";
    const SYNC: &'static str = "two fdatasyncs a group";
    const DURABLE: bool = true;

    type Item = Vec<DcbEvent>;

    async fn open(folder: &Path, _: Synced) -> Outcome<Self> {
        let db = UmaDb::new(folder)?;
        let (requests, taken) = mpsc::channel(QUEUE);
        let (told, head) = watch::channel(None);
        let mvcc = Arc::clone(&db.mvcc);
        let writer =
            std::thread::spawn(move || writer_thread_blocking(mvcc, taken, told, GROUP_EVENTS_MAX));
        Ok(Self {
            db,
            requests,
            writer,
            _head: head,
        })
    }

    fn item(commit: Commit) -> Outcome<Vec<DcbEvent>> {
        let events = commit.events.into_iter().map(|event| {
            DcbEvent::new()
                .event_type(format!("kind-{:04x}", event.kind))
                .tags([case(event.stream)])
                .data(event.data())
        });
        Ok(events.collect())
    }

    async fn append(&self, events: Vec<DcbEvent>) -> Outcome {
        let (response_tx, response) = oneshot::channel();
        let request = WriterThreadRequest::Append {
            events,
            condition: None,
            tracking_info: None,
            response_tx,
            cancel: None,
        };
        let stopped = |_| "its writer has stopped";
        self.requests.send(request).await.map_err(stopped)?;
        response.await??;
        Ok(())
    }

    async fn replay(&self, each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        let mut next = None;
        loop {
            let (events, _) = self.db.read_with_head(None, next, false, Some(PAGE))?;
            let Some(last) = events.last() else {
                return Ok(());
            };
            next = Some(last.position + 1);
            events.iter().for_each(|found| each(&found.event.data));
        }
    }

    async fn load(&self, of: [u8; 16], each: &mut (dyn FnMut(&[u8]) + Send)) -> Outcome {
        let item = DcbQueryItem {
            types: Vec::new(),
            tags: vec![case(of)],
        };
        let query = DcbQuery { items: vec![item] };
        let (events, _) = self.db.read_with_head(Some(query), None, false, None)?;
        events.iter().for_each(|found| each(&found.event.data));
        Ok(())
    }

    async fn close(self) -> Outcome {
        let stopped = |_| "its writer has stopped";
        let shutdown = WriterThreadRequest::Shutdown;
        self.requests.send(shutdown).await.map_err(stopped)?;
        Ok(self.writer.join().map_err(|_| "its writer panicked")?)
    }
}

fn case(id: [u8; 16]) -> String {
    format!("case:{:032x}", u128::from_be_bytes(id))
}

fn main() -> ExitCode {
    rival::main::<Umadb>()
}
