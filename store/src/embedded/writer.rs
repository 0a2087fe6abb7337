//! The writer: takes the round that was gathered while it wrote the one before, as one group with one sync.
//!
//! ```text
//! callers: look up ─► join the round ─┐                       ┌─► answers
//! writer:             the round before └► group, synced ─► watermark
//! ```
//!
//! Each caller that wrote by itself would wait for its own sync. What can be done meanwhile is done by the
//! callers, each for itself: looking up and checking. And nobody is answered before the sync, not even with
//! a refusal: it may rest on a commit of the same round. After an error of the disk nobody can say what is
//! on it, so that the writer stops for good.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use kanzlei_core::CaseId;
use kanzlei_core::ports::{AppendError, Prepared, StoreError, TreeHead, Watermark};
use quick_cache::sync::Cache;

use super::figures::Counters;
use super::layout::{Group, Layout};
use super::line::{Joined, Line, Next, Seen, panicked};
use super::open::Opened;
use super::options::{Faults, Moment, Options, SyncPolicy};
use super::read;
use super::round::{Failed, Round, Seat};
use super::segments::bytes::{COMMIT_HEAD, GROUP_HEADER};
use super::witness::Witness;
use crate::admission::Tip;

/// Tips in memory, some 80 bytes each; those of all cases would be too many.
const TIPS_MAX: usize = 64 * 1024;
/// How long the witness may be unsynced: what a power loss may take from it.
const WITNESS_EVERY: Duration = Duration::from_secs(1);
/// How long a caller's own thread may be kept by a group: as long as by reading from that disk.
const QUICK: Duration = Duration::from_millis(1);

/// What the writer shares with the callers.
pub(super) struct Shared {
    pub(super) line: Line,
    pub(super) layout: Layout,
    pub(super) watermark: Watermark,
    pub(super) counters: Counters,
    /// Where cases end; what is behind the last round that was settled is in no case older than it.
    tips: Cache<CaseId, Tip>,
    head: Mutex<TreeHead>,
}

impl Shared {
    pub(super) fn new(layout: Layout, opened: Opened, options: Options, witness: Witness) -> Self {
        let Options {
            sync,
            clock,
            faults,
            ..
        } = options;
        let closed = opened
            .damage
            .map(|damage| Arc::from(format!("{damage}; `repair` saves the rest")));
        let position = opened.end.position;
        let writer = Writer {
            sync,
            faults,
            witness,
            witness_synced: Instant::now(),
            synced: Instant::now(),
            unsynced: None,
            took: QUICK,
            left: 0,
        };
        Self {
            line: Line::behind(opened.end, writer, clock, closed),
            layout,
            watermark: Watermark::at(position),
            counters: Counters::default(),
            tips: Cache::new(TIPS_MAX),
            head: Mutex::new(opened.head),
        }
    }

    pub(super) fn head(&self) -> TreeHead {
        *self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn closed(&self) -> Option<&Arc<str>> {
        self.line.closed.get()
    }

    /// Takes a place for a commit in the round that is being gathered. What was looked up stays in `seen`
    /// as long as there is no room.
    pub(super) fn poll_join(
        &self,
        commit: &Prepared,
        seen: &mut Option<Seen>,
        context: &Context<'_>,
    ) -> Poll<Seat> {
        loop {
            let known = seen.get_or_insert_with(|| self.look_up(commit));
            match ready!(self.line.poll_join(commit, known, context)) {
                // The second time all of it is in memory.
                Joined::Stale => *seen = None,
                Joined::Waits(seat) => return Poll::Ready(seat),
                Joined::Leads(seat, mut writer, round) => {
                    self.write(&mut writer, &round, false);
                    self.line.give_back(writer);
                    return Poll::Ready(seat);
                }
            }
        }
    }

    /// Looks up what a commit rests on.
    fn look_up(&self, commit: &Prepared) -> Seen {
        // Before all else: of the rounds after it, nothing must have been seen.
        let settled = self.line.settled();
        let watermark = self.watermark.now();
        let answered = read::answered(&self.layout, commit.command(), watermark);
        let answered = answered.map_err(|error| unreadable(&error));
        let mut tips = Vec::new();
        if matches!(answered, Ok(None)) {
            let parts = commit.record.parts().iter().map(|part| part.case);
            let cases = parts.chain(commit.guards.iter().map(|guard| guard.case));
            tips.extend(cases.map(|case| (case, self.tip(case))));
        }
        Seen {
            settled,
            answered,
            tips,
        }
    }

    fn tip(&self, case: CaseId) -> Result<Tip, AppendError> {
        self.tips.get_or_insert_with(&case, || {
            read::tip(&self.layout, case).map_err(|error| match error {
                StoreError::Damaged { .. } => AppendError::Damaged { case },
                error => unreadable(&error),
            })
        })
    }

    /// Writes until the line is closed and empty; then syncs all.
    pub(super) fn run(&self, patience: Duration) -> Result<(), StoreError> {
        let mut writer = None;
        loop {
            writer = match self.line.next(writer, patience) {
                Some(Next::Round(mut writer, round)) => {
                    self.write(&mut writer, &round, true);
                    Some(writer)
                }
                Some(Next::Nothing(mut writer)) => {
                    self.turn(|| writer.idle(self, false)).unwrap_or_default();
                    Some(writer)
                }
                Some(Next::Closed(mut writer)) => {
                    self.turn(|| writer.idle(self, true)).unwrap_or_default();
                    break;
                }
                None => None,
            }
        }
        match self.closed() {
            Some(cause) => Err(StoreError::Closed(Arc::clone(cause))),
            None => Ok(()),
        }
    }

    /// Writes a round, and tells all who are in it; if there is time for it, syncs besides what is to be
    /// synced now and then.
    fn write(&self, writer: &mut Writer, round: &Round, has_time: bool) {
        let failed = |cause: &Arc<str>, begun| Failed {
            cause: Arc::clone(cause),
            durable: self.head().position,
            begun,
        };
        let outcome = if let Some(cause) = self.closed() {
            self.watermark.wake();
            Err(failed(cause, false))
        } else {
            let written = self.turn(|| writer.write(self, round));
            written.map_err(|cause| failed(&cause, true))
        };
        let written = outcome.is_ok();
        round.ending.tell(outcome);
        if written {
            self.turn(|| writer.testify(self, has_time))
                .unwrap_or_default();
        }
    }

    /// Does one thing; whatever goes wrong in it, be it a panic, closes the store for good, before
    /// anybody is told.
    fn turn(&self, act: impl FnOnce() -> Result<(), Arc<str>>) -> Result<(), Arc<str>> {
        let outcome = catch_unwind(AssertUnwindSafe(act));
        let outcome = outcome.unwrap_or_else(|panic| Err(panicked(&*panic)));
        if let Err(cause) = &outcome {
            // The first cause is the one to act on.
            let _ = self.line.closed.set(Arc::clone(cause));
            self.watermark.wake();
        }
        outcome
    }
}

/// What is done by one at a time.
pub(super) struct Writer {
    sync: SyncPolicy,
    faults: Arc<dyn Faults>,
    witness: Witness,
    witness_synced: Instant,
    /// When all was synced that had been written, and what was written since, if anything.
    synced: Instant,
    unsynced: Option<TreeHead>,
    /// How long the last group took.
    took: Duration,
    /// The bytes that the segment has left.
    left: u64,
}

/// How long the thread sleeps when nothing comes.
pub(super) fn patience(sync: SyncPolicy) -> Duration {
    match sync {
        SyncPolicy::EachGroup => WITNESS_EVERY,
        SyncPolicy::Buffered { every } => every.clamp(Duration::from_millis(1), WITNESS_EVERY),
    }
}

impl Writer {
    /// Writes the commits of a round as a group, and lets look-ups and readers find them.
    fn write(&mut self, shared: &Shared, round: &Round) -> Result<(), Arc<str>> {
        if let Some(last) = round.staged.last() {
            let head = TreeHead {
                size: round.after.size(),
                position: last.stamp.position,
                root: round.after.root(),
            };
            let group = Group {
                commits: &round.staged,
                before: &round.before,
                tree: head,
            };
            let sync = self.sync == SyncPolicy::EachGroup;
            self.moment(Moment::BeforeWrite)?;
            let begun = Instant::now();
            shared.layout.write(&group, sync).map_err(text)?;
            self.took = begun.elapsed();
            self.left = shared.layout.left();
            shared.counters.group(&round.staged, self.took);
            self.moment(Moment::BeforePublish)?;
            self.unsynced = Some(head);
            if sync {
                self.synced = Instant::now();
            }
            for (case, tip) in &round.moved {
                shared.tips.insert(*case, *tip);
            }
            *shared.head.lock().unwrap_or_else(PoisonError::into_inner) = head;
            shared.watermark.advance(head.position);
        }
        shared.line.settle(round);
        Ok(())
    }

    /// Whether a group of so many bytes takes no longer than its write and its sync, and these are quick.
    pub(super) fn is_quick(&self, bytes: usize) -> bool {
        self.took <= QUICK && (GROUP_HEADER + COMMIT_HEAD + bytes) as u64 <= self.left
    }

    /// How long the last group took.
    pub(super) const fn took(&self) -> Duration {
        self.took
    }

    fn moment(&self, moment: Moment) -> Result<(), Arc<str>> {
        self.faults.at(moment).map_err(text)
    }

    /// Lets the witness know how far the log is synced, and never further.
    fn testify(&mut self, shared: &Shared, has_time: bool) -> Result<(), Arc<str>> {
        if let SyncPolicy::Buffered { every } = self.sync {
            if !has_time || self.unsynced.is_none() || self.synced.elapsed() < every {
                return Ok(());
            }
            shared.layout.sync().map_err(text)?;
            self.synced = Instant::now();
        }
        if let Some(head) = self.unsynced.take() {
            self.witness.write(head).map_err(text)?;
        }
        if has_time && self.witness_synced.elapsed() >= WITNESS_EVERY {
            self.witness.sync().map_err(text)?;
            self.witness_synced = Instant::now();
        }
        Ok(())
    }

    /// Syncs what is not synced yet, when there is time for it, or for the last time.
    fn idle(&mut self, shared: &Shared, last: bool) -> Result<(), Arc<str>> {
        if shared.closed().is_some() {
            return Ok(());
        }
        if last && let Some(head) = self.unsynced.take() {
            shared.layout.sync().map_err(text)?;
            self.witness.write(head).map_err(text)?;
        }
        self.testify(shared, true)?;
        if last {
            self.witness.sync().map_err(text)?;
        }
        Ok(())
    }
}

/// Something can't be read: this append fails, the others go on. Whether the command was answered
/// before is what can't be read, so that it is not known whether it was stored.
fn unreadable(error: &StoreError) -> AppendError {
    AppendError::Unknown(error.to_string())
}

fn text(error: impl std::fmt::Display) -> Arc<str> {
    error.to_string().into()
}
