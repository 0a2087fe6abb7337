//! The writer: one thread that turns all that waits into one group and one sync.
//!
//! ```text
//! take all ─► admit each against disk and round ─► tree ─► group, synced ─► watermark ─► answers
//! ```
//!
//! Each caller that wrote by itself would wait for its own sync. And nobody is answered before the sync, not even with a refusal: it may rest on a commit of the same
//! round. After an error of the disk nobody can say what is on it, so that the writer stops for
//! good.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use futures::channel::oneshot;
use kanzlei_core::ports::{AppendError, Appended, Prepared, StoreError, TreeHead, Watermark};
use kanzlei_core::record::{Frontier, leaf_hash};
use kanzlei_core::{CaseId, Position, Timestamp};
use quick_cache::sync::Cache;

use super::figures::Counters;
use super::layout::{Group, Layout, Staged};
use super::open::{End, Opened};
use super::options::{Moment, Options, SyncPolicy};
use super::queue::{Queue, Taken};
use super::round::Round;
use super::witness::Witness;
use crate::admission::{self, Tip};

/// Tips in memory, some 80 bytes each; those of all cases would be too many.
const TIPS_MAX: usize = 64 * 1024;
/// How long the witness may be unsynced: what a power loss may take from it.
const WITNESS_EVERY: Duration = Duration::from_secs(1);

/// A commit that waits to be written.
pub(super) struct Request {
    pub(super) commit: Prepared,
    pub(super) answer: oneshot::Sender<Answer>,
}

type Answer = Result<Appended, AppendError>;

/// What the writer shares with the callers.
pub(super) struct Shared {
    pub(super) queue: Queue<Request>,
    pub(super) layout: Layout,
    pub(super) watermark: Watermark,
    pub(super) closed: OnceLock<Arc<str>>,
    pub(super) counters: Counters,
    head: Mutex<TreeHead>,
}

impl Shared {
    pub(super) fn new(layout: Layout, opened: &Opened) -> Self {
        let damage = opened.damage.as_ref();
        let closed = damage.map(|damage| Arc::from(format!("{damage}; `repair` saves the rest")));
        Self {
            queue: Queue::new(),
            layout,
            watermark: Watermark::at(opened.end.position),
            closed: closed.map_or_else(OnceLock::new, OnceLock::from),
            counters: Counters::default(),
            head: Mutex::new(opened.head),
        }
    }

    pub(super) fn head(&self) -> TreeHead {
        *self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The writer's own state.
pub(super) struct Writer {
    shared: Arc<Shared>,
    options: Options,
    tree: Frontier,
    last: Option<Timestamp>,
    tips: Arc<Cache<CaseId, Tip>>,
    witness: Witness,
    witness_synced: Instant,
    /// When all was synced that had been written, and what was written since, if anything.
    synced: Instant,
    unsynced: Option<TreeHead>,
}

impl Writer {
    pub(super) fn new(shared: Arc<Shared>, options: Options, end: End, witness: Witness) -> Self {
        Self {
            shared,
            options,
            tree: end.tree,
            last: end.recorded,
            tips: Arc::new(Cache::new(TIPS_MAX)),
            witness,
            witness_synced: Instant::now(),
            synced: Instant::now(),
            unsynced: None,
        }
    }

    /// Writes until the queue is closed and empty; then syncs all.
    pub(super) fn run(mut self) -> Result<(), StoreError> {
        let shared = Arc::clone(&self.shared);
        loop {
            match shared.queue.take(self.patience()) {
                Taken::Some(requests) => self.turn(|writer| writer.round(requests)),
                Taken::Nothing => self.turn(|writer| writer.idle(false)),
                Taken::Closed => break,
            }
        }
        self.turn(|writer| writer.idle(true));
        match shared.closed.get() {
            Some(cause) => Err(StoreError::Closed(Arc::clone(cause))),
            None => Ok(()),
        }
    }

    fn patience(&self) -> Duration {
        match self.options.sync {
            SyncPolicy::EachGroup => WITNESS_EVERY,
            SyncPolicy::Buffered { every } => every.clamp(Duration::from_millis(1), WITNESS_EVERY),
        }
    }

    /// Does one thing; whatever goes wrong in it, be it a panic, stops the writer for good.
    fn turn(&mut self, act: impl FnOnce(&mut Self) -> Result<(), Arc<str>>) {
        let outcome = catch_unwind(AssertUnwindSafe(|| act(self)));
        let cause = match outcome {
            Ok(Ok(())) => return,
            Ok(Err(cause)) => cause,
            Err(panic) => panicked(&*panic),
        };
        // The first cause is the one to act on.
        let _ = self.shared.closed.set(cause);
        self.shared.watermark.wake();
    }

    fn round(&mut self, requests: Vec<Request>) -> Result<(), Arc<str>> {
        if let Some(cause) = self.shared.closed.get() {
            for request in requests {
                let closed = AppendError::Closed(Arc::clone(cause));
                let _ = request.answer.send(Err(closed));
            }
            return Ok(());
        }
        let recorded = admission::recorded(self.last, self.options.clock.now());
        let tips = Arc::clone(&self.tips);
        let shared = Arc::clone(&self.shared);
        let mut round = Round::new(&shared.layout, &tips, self.tree.size());
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            let answer = match &recorded {
                Ok(recorded) => round.take(request.commit, *recorded),
                Err(cause) => Err(AppendError::Closed(Arc::clone(cause))),
            };
            answers.push((request.answer, answer));
        }
        let outcome = recorded.and_then(|recorded| self.write(&round.staged, recorded));
        if let Err(cause) = &outcome {
            let durable = Position(self.tree.size());
            for (_, answer) in &mut answers {
                uncertain(answer, cause, durable);
            }
        } else {
            for (case, tip) in round.moved {
                self.tips.insert(case, tip);
            }
        }
        let stopped = outcome.is_err().then(|| outcome.clone());
        if let Some(Err(cause)) = stopped {
            // Before the answers, so that who gets one finds the store closed.
            let _ = self.shared.closed.set(cause);
        }
        for (caller, answer) in answers {
            // Who has dropped the future doesn't want to know.
            let _ = caller.send(answer);
        }
        outcome?;
        self.testify()
    }

    /// Writes the commits as a group, and lets readers see them.
    fn write(&mut self, staged: &[Staged], recorded: Timestamp) -> Result<(), Arc<str>> {
        let Some(last) = staged.last() else {
            return Ok(());
        };
        let mut tree = self.tree.clone();
        for commit in staged {
            tree.push(leaf_hash(commit.stamp, commit.record.content_hash()));
        }
        let head = TreeHead {
            size: tree.size(),
            position: last.stamp.position,
            root: tree.root(),
        };
        let group = Group {
            commits: staged,
            before: &self.tree,
            tree: head,
        };
        let sync = self.options.sync == SyncPolicy::EachGroup;
        self.moment(Moment::BeforeWrite)?;
        let begun = Instant::now();
        self.shared.layout.write(&group, sync).map_err(text)?;
        self.shared.counters.group(staged, begun.elapsed());
        self.moment(Moment::BeforePublish)?;
        self.tree = tree;
        self.last = Some(recorded);
        self.unsynced = Some(head);
        if sync {
            self.synced = Instant::now();
        }
        self.publish(head);
        Ok(())
    }

    fn publish(&self, head: TreeHead) {
        let shared = &self.shared;
        *shared.head.lock().unwrap_or_else(PoisonError::into_inner) = head;
        shared.watermark.advance(head.position);
    }

    fn moment(&self, moment: Moment) -> Result<(), Arc<str>> {
        let outcome = self.options.faults.at(moment);
        outcome.map_err(|error| error.to_string().into())
    }

    /// Lets the witness know how far the log is synced, and never further.
    fn testify(&mut self) -> Result<(), Arc<str>> {
        if let SyncPolicy::Buffered { every } = self.options.sync {
            if self.unsynced.is_none() || self.synced.elapsed() < every {
                return Ok(());
            }
            self.shared.layout.sync().map_err(text)?;
            self.synced = Instant::now();
        }
        if let Some(head) = self.unsynced.take() {
            self.witness.write(head).map_err(text)?;
        }
        if self.witness_synced.elapsed() >= WITNESS_EVERY {
            self.witness.sync().map_err(text)?;
            self.witness_synced = Instant::now();
        }
        Ok(())
    }

    /// Syncs what is not synced yet, when there is time for it, or for the last time.
    fn idle(&mut self, last: bool) -> Result<(), Arc<str>> {
        if self.shared.closed.get().is_some() {
            return Ok(());
        }
        if last && let Some(head) = self.unsynced.take() {
            self.shared.layout.sync().map_err(text)?;
            self.witness.write(head).map_err(text)?;
        }
        self.testify()?;
        if last {
            self.witness.sync().map_err(text)?;
        }
        Ok(())
    }
}

/// After a failed write: what was staged may be on disk or not; what was refused is not.
fn uncertain(answer: &mut Answer, cause: &Arc<str>, durable: Position) {
    let staged = match answer {
        Ok(appended) => Some(appended.position),
        Err(AppendError::Duplicate(first)) => Some(first.position),
        Err(_) => None,
    };
    *answer = match staged {
        Some(position) if position <= durable => return,
        Some(_) => Err(AppendError::Unknown(cause.to_string())),
        None => Err(AppendError::Closed(Arc::clone(cause))),
    };
}

fn text(error: impl std::fmt::Display) -> Arc<str> {
    error.to_string().into()
}

fn panicked(panic: &(dyn Any + Send)) -> Arc<str> {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    format!("the writer panicked: {}", said.unwrap_or("no reason given")).into()
}
