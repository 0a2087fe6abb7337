//! A thread for what must not keep the writer: making segments ready, and letting the index know those
//! that are full.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use kanzlei_core::ports::StoreError;

use super::index::Index;
use super::index::tail::Tail;
use super::segments::{Segments, spare};

/// Segments that wait because the index is damaged, which is made anew when the store opens: so long their
/// rows have room in memory.
const WAITING_MAX: usize = 8;
/// Jobs that wait. A writer that is faster than the index waits for it, and what isn't in it stays within
/// some segments.
const JOBS: usize = 2;

enum Job {
    Prepare(u32),
    Settle(u32),
}

/// The thread, as the writer sees it.
pub(super) struct Keeper {
    jobs: Option<SyncSender<Job>>,
    ready: Receiver<io::Result<()>>,
    failed: Arc<OnceLock<String>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    pub(super) fn start(
        folder: PathBuf,
        segments: Arc<Segments>,
        index: Arc<Index>,
        tail: Arc<Tail>,
    ) -> io::Result<Self> {
        let (jobs, todo) = sync_channel(JOBS);
        let (told, ready) = channel();
        let failed = Arc::new(OnceLock::new());
        let work = Work {
            folder,
            segments,
            index,
            tail,
            told,
            failed: Arc::clone(&failed),
        };
        let thread = std::thread::Builder::new()
            .name("kanzlei-keeper".into())
            .spawn(move || todo.into_iter().for_each(|job| work.done(&job)))?;
        Ok(Self {
            jobs: Some(jobs),
            ready,
            failed,
            thread: Some(thread),
        })
    }

    /// Has a segment made ready.
    pub(super) fn prepare(&self, number: u32) -> io::Result<()> {
        self.give(Job::Prepare(number))
    }

    /// Waits until the segment is ready that was asked for.
    pub(super) fn prepared(&self) -> io::Result<()> {
        self.ready.recv().unwrap_or_else(|_| Err(self.gone()))
    }

    /// Has the index know a segment that is full.
    pub(super) fn settle(&self, number: u32) -> io::Result<()> {
        self.give(Job::Settle(number))
    }

    fn give(&self, job: Job) -> io::Result<()> {
        if let Some(failed) = self.failed.get() {
            return Err(io::Error::other(failed.clone()));
        }
        let given = self.jobs.as_ref().map(|jobs| jobs.send(job));
        given.and_then(Result::ok).ok_or_else(|| self.gone())
    }

    fn gone(&self) -> io::Error {
        let why = self.failed.get().cloned();
        io::Error::other(why.unwrap_or_else(|| "the keeper's thread has ended".into()))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic was told by whoever waited for it.
            let _ = thread.join();
        }
    }
}

struct Work {
    folder: PathBuf,
    segments: Arc<Segments>,
    index: Arc<Index>,
    tail: Arc<Tail>,
    told: Sender<io::Result<()>>,
    failed: Arc<OnceLock<String>>,
}

impl Work {
    fn done(&self, job: &Job) {
        match *job {
            Job::Prepare(number) => {
                let path = self.segments.path(number);
                let made = spare::make(&self.folder, &path, spare::capacity(number));
                self.segments.forget(number);
                // Nobody waits for it any more if the store is closed.
                let _ = self.told.send(made);
            }
            Job::Settle(number) => {
                let waits = || self.tail.full().len() <= WAITING_MAX;
                match self.settle(number) {
                    Err(StoreError::Damaged { .. }) if waits() => {}
                    Err(error) => {
                        let why = format!("the index can't be written: {error}");
                        let _ = self.failed.set(why);
                    }
                    Ok(()) => {}
                }
            }
        }
    }

    fn settle(&self, number: u32) -> Result<(), StoreError> {
        for segment in self.tail.full() {
            if segment.number <= number {
                self.index.add(&segment, &self.segments)?;
                self.tail.settled(segment.number);
            }
        }
        Ok(())
    }
}
