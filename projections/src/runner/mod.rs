//! The runner: keeps each view current on a thread of its own.
//!
//! Catching up and keeping current are one loop over what lies between a view's cursor and the
//! log's watermark. A page's rows and the checkpoint behind them are written in one batch, so each
//! commit is taken in exactly once, whenever the process dies. A view that has stopped holds up
//! nobody but those who ask it.

mod line;
mod opening;
mod sharing;
mod status;
mod tail;
pub(crate) mod worker;
mod writing;

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use futures::channel::oneshot;
use kanzlei_core::ports::{EventStore, ViewSnapshot, ViewStore, ViewStoreError};
use kanzlei_core::{PersonId, Position};

use self::line::{Ask, Line, Order};
use self::sharing::Sharing;
use self::worker::{Amendment, Plain, Worker};
use crate::directory::{self, Directory};
use crate::involvement::Involvement;
use crate::projection::Projection;

pub use self::status::{Failure, RunnerError, ViewError, ViewStatus};

/// How often a thread looks by itself: wake-ups may be lost.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How long a view that is up to date lets commits gather: a batch for each few of them would cost
/// more than the commits themselves. Nobody waits for it: who asks for a position hurries the view.
const LINGER: Duration = Duration::from_millis(50);

/// Bytes of the log that are taken in with one batch: large enough that the batch costs little,
/// small enough for memory.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// Fewer commits aren't worth a second thread.
const SHARED_MIN: usize = 512;

/// A view's revision in the store is the projection's, and below it the generation, which a rebuild
/// counts on so that the old view can serve meanwhile.
const GENERATION_BITS: u32 = 8;

/// The largest revision of a projection.
pub const REVISION_MAX: u32 = u32::MAX >> GENERATION_BITS;

/// What a runner is to do; made by [`Runner::builder`].
pub struct RunnerBuilder {
    log: Arc<dyn EventStore>,
    views: Arc<dyn ViewStore>,
    workers: Vec<Arc<dyn Worker>>,
    directory: Option<Arc<Directory>>,
    page_bytes: usize,
    sharing: Sharing,
}

impl RunnerBuilder {
    /// Keeps this projection's view current too.
    #[must_use]
    pub fn project(mut self, projection: Arc<dyn Projection>) -> Self {
        self.workers.push(Arc::new(Plain::new(projection)));
        self
    }

    /// Keeps all views of this crate current, but for the directory.
    #[must_use]
    pub fn standard(self) -> Self {
        crate::standard().into_iter().fold(self, Self::project)
    }

    /// Keeps the directory current too.
    #[must_use]
    pub fn directory(mut self, directory: Directory) -> Self {
        let directory = Arc::new(directory);
        self.workers.push(directory.clone());
        self.directory = Some(directory);
        self
    }

    /// Takes in so many bytes of the log with one batch, but always a whole commit.
    #[must_use]
    pub fn page_bytes(mut self, bytes: usize) -> Self {
        self.page_bytes = bytes;
        self
    }

    /// Shares the cases of a page of at least so many commits, behind which there are more, among so many threads, where
    /// a view is [by case](Projection::by_case), and writes the rows of such a page while the next one is applied; on one
    /// thread neither. Views that are behind at the same time have the threads together. Unless this says otherwise,
    /// pages of at least 512 are shared, among as many threads as the machine has cores.
    #[must_use]
    pub fn share_pages(mut self, commits_min: usize, threads: usize) -> Self {
        self.sharing = Sharing::of(commits_min, threads);
        self
    }

    /// Starts a thread for each view.
    ///
    /// # Errors
    /// If two projections have one name, a revision is too large, or no thread can be had.
    pub fn start(self) -> Result<Runner, RunnerError> {
        let mut lines: Vec<Arc<Line>> = Vec::new();
        for worker in self.workers {
            let (name, revision) = (worker.name(), worker.revision());
            if lines.iter().any(|line| line.name() == name) {
                return Err(RunnerError::Twice(name));
            }
            if revision > REVISION_MAX {
                return Err(RunnerError::Revision { name, revision });
            }
            let (log, views) = (self.log.clone(), self.views.clone());
            lines.push(Arc::new(Line::new(
                log,
                views,
                worker,
                self.page_bytes,
                self.sharing.clone(),
            )));
        }
        let runner = Runner {
            views: self.views,
            lines: lines.into(),
            directory: self.directory,
            threads: Mutex::default(),
        };
        for line in &*runner.lines {
            let name = line.name();
            let line = line.clone();
            let thread = thread::Builder::new().name(format!("view {name}"));
            let thread = thread.spawn(move || line.run());
            let thread = thread.map_err(|error| RunnerError::Thread {
                name,
                why: error.to_string(),
            })?;
            runner.threads().push(thread);
        }
        Ok(runner)
    }
}

/// Keeps views current. When it is dropped its threads end, each after the page that it is at.
///
/// ```
/// use std::sync::Arc;
///
/// use futures::executor::block_on;
/// use kanzlei_core::Position;
/// use kanzlei_projections::Runner;
/// use kanzlei_store::{MemoryEventStore, MemoryViewStore, SystemClock};
///
/// let log = Arc::new(MemoryEventStore::new(Arc::new(SystemClock)));
/// let runner = Runner::builder(log, Arc::new(MemoryViewStore::new())).standard().start()?;
/// block_on(runner.caught_up("worklist", Position::START))?;
/// assert!(runner.status().iter().all(|view| view.failure.is_none()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Runner {
    views: Arc<dyn ViewStore>,
    lines: Arc<[Arc<Line>]>,
    directory: Option<Arc<Directory>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Runner {
    /// A runner over this log that keeps its views there.
    pub fn builder(log: Arc<dyn EventStore>, views: Arc<dyn ViewStore>) -> RunnerBuilder {
        RunnerBuilder {
            log,
            views,
            workers: Vec::new(),
            directory: None,
            page_bytes: PAGE_BYTES,
            sharing: Sharing::of(
                SHARED_MIN,
                thread::available_parallelism().map_or(1, usize::from),
            ),
        }
    }

    /// How each view is.
    pub fn status(&self) -> Vec<ViewStatus> {
        self.lines.iter().map(|line| line.status()).collect()
    }

    /// Has a view that has stopped go on where it stopped. A view that goes on is left alone. Blocks: it asks the view
    /// store for a sync.
    ///
    /// # Errors
    /// If there is no such view, or the view store takes nothing any more, so that it would stop again.
    pub fn retry(&self, view: &str) -> Result<(), ViewError> {
        find(&self.lines, view)?.retry()
    }

    /// Rebuilds a view from the log beside the one that serves, and swaps them when it has caught
    /// up. The old one serves meanwhile as it is: who waits for a later position waits until then.
    ///
    /// # Errors
    /// If there is no such view.
    pub fn rebuild(&self, view: &str) -> Result<(), ViewError> {
        find(&self.lines, view).map(|line| line.rebuild())
    }

    /// Waits until queries on a view see all commits up to `position`.
    ///
    /// # Errors
    /// If there is no such view, or it doesn't go on.
    pub async fn caught_up(&self, view: &str, position: Position) -> Result<(), ViewError> {
        find(&self.lines, view)?.caught_up(position).await
    }

    /// Takes a case out of a person's list, in which they are this party no more: the list is sealed
    /// anew under a new slot, and the old one is destroyed. Destroy the party's own slot first, or a
    /// rebuild finds the case again.
    ///
    /// # Errors
    /// If there is no directory or it doesn't go on; then ask again.
    pub async fn forget(
        &self,
        person: PersonId,
        involvement: Involvement,
    ) -> Result<(), ViewError> {
        let (answer, answered) = oneshot::channel();
        let amendment = Amendment::Forget {
            person,
            involvement,
        };
        let ask = Order::Amend(Ask { amendment, answer });
        find(&self.lines, directory::NAME)?.order(ask);
        answered.await.unwrap_or(Err(ViewError::Closed))
    }

    /// A door to the views, for queries.
    pub fn reader(&self) -> ViewReader {
        ViewReader {
            views: self.views.clone(),
            lines: self.lines.clone(),
            directory: self.directory.clone(),
        }
    }

    /// Ends all threads and waits for them.
    pub fn stop(&self) {
        for line in &*self.lines {
            line.order(Order::Stop);
        }
        for thread in std::mem::take(&mut *self.threads()) {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }

    fn threads(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.stop();
    }
}

fn find<'a>(lines: &'a [Arc<Line>], view: &str) -> Result<&'a Arc<Line>, ViewError> {
    let found = lines.iter().find(|line| line.name() == view);
    found.ok_or_else(|| ViewError::Unknown(view.to_owned()))
}

/// Reads the views that serve, and none that has stopped. Cheap to clone.
#[derive(Clone)]
pub struct ViewReader {
    views: Arc<dyn ViewStore>,
    lines: Arc<[Arc<Line>]>,
    directory: Option<Arc<Directory>>,
}

/// Why a view can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It has stopped, or there is none of this name.
    #[error(transparent)]
    View(#[from] ViewError),
    /// It is being built for the first time, or anew with rows that older ones aren't like.
    #[error("the view “{0}” is being built; ask again later")]
    Building(String),
    /// The views can't be read.
    #[error(transparent)]
    Store(#[from] ViewStoreError),
}

impl ViewReader {
    /// One moment of a view that serves, if its rows are those of this revision of the projection
    /// or of an earlier one since `oldest`.
    ///
    /// # Errors
    /// If it has stopped, isn't built yet, or the views can't be read.
    pub fn open(&self, view: &str, oldest: u32) -> Result<Box<dyn ViewSnapshot>, ReadError> {
        let line = find(&self.lines, view)?;
        line.fault()?;
        let building = || ReadError::Building(view.to_owned());
        let mut serving = self.views.serving(view)?.ok_or_else(building)?;
        loop {
            let revision = serving >> GENERATION_BITS;
            // A newer one is there if whoever runs this went back to an older release.
            if !(oldest..=line.worker.revision()).contains(&revision) {
                return Err(building());
            }
            let snapshot = self.views.snapshot(line.view(serving))?;
            // Between the two reads the view could have been swapped, and the old one discarded.
            let still = self.views.serving(view)?.ok_or_else(building)?;
            if still == serving {
                return Ok(snapshot);
            }
            serving = still;
        }
    }

    /// Waits until queries on a view see all commits up to `position`.
    ///
    /// # Errors
    /// If there is no such view, or it doesn't go on.
    pub async fn caught_up(&self, view: &str, position: Position) -> Result<(), ViewError> {
        find(&self.lines, view)?.caught_up(position).await
    }

    pub(crate) fn directory(&self) -> Option<&Directory> {
        self.directory.as_deref()
    }
}
