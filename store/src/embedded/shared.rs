//! Callers and the writer: it takes the round that was gathered while it wrote the one before, as one group with
//! one sync.
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
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use kanzlei_core::ports::{Prepared, StoreError};

use super::layout::Layout;
use super::line::{Joined, Line, Next, Seen, panicked};
use super::open::Opened;
use super::options::Options;
use super::read;
use super::round::{Failed, Round, Seat};
use super::witness::Witness;
use super::writer::Writer;
use super::written::{Written, unreadable};

/// What callers and the writer's thread share.
pub(super) struct Shared {
    pub(super) line: Line,
    pub(super) written: Written,
}

impl Shared {
    pub(super) fn new(layout: Layout, opened: Opened, options: Options, witness: Witness) -> Self {
        let written = Written::new(layout, &opened);
        let writer = Writer::new(options.sync, options.faults, opened.tree, witness);
        let closed = opened
            .damage
            .map(|damage| Arc::from(format!("{damage}; `repair` saves the rest")));
        let (end, recorded) = (opened.head.position, opened.recorded);
        Self {
            line: Line::behind(end, recorded, writer, options.clock, closed),
            written,
        }
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
        let watermark = self.written.watermark.now();
        let answered = read::answered(&self.written.layout.places, commit.command(), watermark);
        let answered = answered.map_err(|error| unreadable(&error));
        let mut tips = Vec::new();
        if matches!(answered, Ok(None)) {
            let parts = commit.record.parts().iter().map(|part| part.case);
            let cases = parts.chain(commit.guards.iter().map(|guard| guard.case));
            tips.extend(cases.map(|case| (case, self.written.tip(case))));
        }
        Seen {
            settled,
            waits: None,
            answered,
            tips,
        }
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
                    self.rest(&mut writer, false);
                    Some(writer)
                }
                Some(Next::Closed(mut writer)) => {
                    self.rest(&mut writer, true);
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
            durable: self.written.head().position,
            begun,
        };
        let outcome = if let Some(cause) = self.closed() {
            self.written.watermark.wake();
            Err(failed(cause, false))
        } else {
            let written = self.turn(|| {
                writer.write(&self.written, round)?;
                self.line.settle(round);
                Ok(())
            });
            written.map_err(|cause| failed(&cause, true))
        };
        let written = outcome.is_ok();
        round.ending.tell(outcome);
        if written {
            self.turn(|| writer.testify(&self.written, has_time))
                .unwrap_or_default();
        }
    }

    /// Syncs what isn't synced yet, while there is time for it or for the last time.
    fn rest(&self, writer: &mut Writer, last: bool) {
        if self.closed().is_none() {
            self.turn(|| writer.idle(&self.written, last))
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
            self.written.watermark.wake();
        }
        outcome
    }
}
