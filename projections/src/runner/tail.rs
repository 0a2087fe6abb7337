//! The thread of one view: one loop over what the log has beyond the view, for catching up and for
//! keeping current.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::thread::{self, Thread};

use futures::executor::block_on;
use kanzlei_core::Position;
use kanzlei_core::ports::{
    Checkpoint, StoreError, VaultError, ViewId, ViewSnapshot, ViewStoreError,
};
use kanzlei_core::record::Page;

use super::line::{Ask, Condition, Line, Order};
use super::sharing::Behind;
use super::status::{Failure, ViewError};
use super::worker::{Amendment, Stuck};
use super::writing::Writing;
use super::{LINGER, LOOK_AGAIN};
use crate::error::ProjectionError;
use crate::views::Views;

/// The view that the thread writes, and how far it has read.
pub(super) struct Target {
    pub view: ViewId,
    pub cursor: Position,
    pub checkpoint: Checkpoint,
    /// The rows of what was read last, if they aren't written yet.
    pub writing: Option<Writing>,
    /// There while it is behind.
    pub behind: Option<Behind>,
    /// Whether no other view of this name is there any more.
    pub alone: bool,
}

/// What keeps the thread from going on.
pub(super) enum Trouble {
    /// It goes away by itself: look again.
    Wait(String),
    /// Somebody must see to it.
    Fail(Failure),
}

enum Progress {
    Applied,
    UpToDate,
}

impl Line {
    /// Keeps the view current until it is told to stop.
    pub fn run(&self) {
        let _ = self.thread.set(thread::current());
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut target = None;
        let mut asks = Vec::new();
        loop {
            // Taken out first: the loop would hold the lock.
            let orders = std::mem::take(&mut self.state().orders);
            for order in orders {
                match order {
                    Order::Stop => return self.close(),
                    Order::Retry if self.has_failed() => {
                        self.state().building = false;
                        self.enter(Condition::Running);
                        target = None;
                    }
                    Order::Retry => {}
                    Order::Rebuild => {
                        self.enter(Condition::Running);
                        // Its rows may still be being written, to the view that is begun anew.
                        target = None;
                        match self.begin_anew() {
                            Ok(fresh) => target = Some(fresh),
                            Err(trouble) => self.meet(trouble),
                        }
                    }
                    Order::Amend(ask) => asks.push(ask),
                }
            }
            if self.has_failed() {
                self.refuse(&mut asks);
                thread::park();
                continue;
            }
            let step = catch_unwind(AssertUnwindSafe(|| self.step(&mut target, &mut asks)));
            match step {
                Ok(Ok(Progress::Applied)) => self.enter(Condition::Running),
                Ok(Ok(Progress::UpToDate)) => {
                    self.enter(Condition::Running);
                    self.wait(target.as_ref(), &waker);
                }
                Ok(Err(trouble)) => {
                    if matches!(trouble, Trouble::Fail(_)) {
                        target = None;
                    }
                    self.meet(trouble);
                    self.refuse(&mut asks);
                }
                Err(_) => {
                    target = None;
                    // What it said may be personal.
                    self.meet(Trouble::Fail(self.failure(
                        "the projection panicked, or the log or vault that it reads",
                    )));
                }
            }
        }
    }

    fn meet(&self, trouble: Trouble) {
        match trouble {
            Trouble::Wait(why) => {
                self.enter(Condition::Waiting(why));
                if self.state().orders.is_empty() {
                    thread::park_timeout(LOOK_AGAIN);
                }
            }
            Trouble::Fail(failure) => {
                self.state().fault = Some(failure.clone());
                self.enter(Condition::Failed(failure));
            }
        }
    }

    fn refuse(&self, asks: &mut Vec<Ask>) {
        let Err(why) = self.going_on() else {
            return;
        };
        for ask in asks.drain(..) {
            // Who asked may have gone.
            let _ = ask.answer.send(Err(why.clone()));
        }
    }

    pub(super) fn failure(&self, why: &str) -> Failure {
        Failure {
            position: self.state().position,
            event: None,
            why: why.to_owned(),
        }
    }

    /// Waits until there is more in the log, or an order, or it is time to look again. What comes
    /// soon after is taken in with it, unless somebody waits for the view and hurries it.
    fn wait(&self, target: Option<&Target>, waker: &Waker) {
        if self.state().orders.is_empty() {
            thread::park_timeout(LINGER);
        }
        let cursor = target.map_or(Position::START, |target| target.cursor);
        let mut past = pin!(self.log.watermark().past(cursor));
        let more = past.as_mut().poll(&mut Context::from_waker(waker));
        if more.is_pending() && self.state().orders.is_empty() {
            thread::park_timeout(LOOK_AGAIN);
        }
    }

    /// One page, or what is to be done when there is no more.
    fn step(&self, target: &mut Option<Target>, asks: &mut Vec<Ask>) -> Result<Progress, Trouble> {
        let target = match target {
            Some(target) => target,
            None => target.insert(self.open()?),
        };
        let page = self.page(target.cursor)?;
        if page.is_empty() {
            self.written(target)?;
            if page.through() > target.cursor {
                target.cursor = page.through();
                self.moved(target);
            }
        } else {
            self.apply(target, &page)?;
        }
        if page.more() {
            return Ok(Progress::Applied);
        }
        target.behind = None;
        if self.state().serving != Some(target.view.revision) {
            self.swap(target)?;
        }
        self.clear_beside(target)?;
        while let Some(ask) = asks.pop() {
            let done = self.amend(target, ask.amendment);
            let failed = match &done {
                Ok(()) => Ok(()),
                Err(Trouble::Wait(why)) => Err(ViewError::Waiting {
                    view: self.name(),
                    why: why.clone(),
                }),
                Err(Trouble::Fail(failure)) => Err(self.stopped(failure.clone())),
            };
            // Who asked may have gone.
            let _ = ask.answer.send(failed);
            done?;
        }
        Ok(Progress::UpToDate)
    }

    fn page(&self, after: Position) -> Result<Page, Trouble> {
        block_on(self.log.log(after, self.page_bytes)).map_err(|error| self.unread(error))
    }

    pub(super) fn unread(&self, error: StoreError) -> Trouble {
        match error {
            StoreError::Unavailable(why) => Trouble::Wait(why),
            StoreError::Damaged { position, .. } => Trouble::Fail(Failure {
                position,
                ..self.failure(&error.to_string())
            }),
            StoreError::LogShrank { .. } => {
                Trouble::Fail(self.failure(&format!("{error}; rebuild the view")))
            }
            error => Trouble::Fail(self.failure(&error.to_string())),
        }
    }

    pub(super) fn unwritten(&self, error: &ViewStoreError) -> Trouble {
        Trouble::Fail(self.failure(&error.to_string()))
    }

    pub(super) fn stuck(&self, stuck: Stuck) -> Trouble {
        let failure = match (stuck.at, stuck.error) {
            (_, ProjectionError::Vault(VaultError::Unreachable(why))) => {
                return Trouble::Wait(format!("the vault can't be reached: {why}"));
            }
            (Some((position, case, version)), error) => Failure {
                position,
                event: version.map(|version| (case, version)),
                why: error.to_string(),
            },
            (None, error) => self.failure(&error.to_string()),
        };
        Trouble::Fail(failure)
    }

    /// Applies a page; its rows and the checkpoint behind them are written in one batch. Of a large page
    /// that is done while the next one is applied.
    fn apply(&self, target: &mut Target, page: &Page) -> Result<(), Trouble> {
        let snapshot = self.snapshot(target.view)?;
        let snapshot = match &target.writing {
            Some(writing) => writing.ahead_of(snapshot),
            None => snapshot,
        };
        let mut views = Views::over(&*snapshot);
        if page.more() {
            target.behind.get_or_insert_with(|| self.sharing.behind());
        }
        let threads = self.sharing.threads(page);
        let applied = self.worker.apply(page, &mut views, threads);
        let rows = applied.and_then(|()| Ok(views.into_changes()?));
        self.written(target)?;
        let rows = rows.map_err(|stuck| self.stuck(stuck))?;
        if let Some(last) = page.commits().next_back() {
            target.checkpoint = Checkpoint {
                position: last.stamp.position,
                content: last.record.hashes().content,
            };
        }
        target.cursor = page.through();
        if threads > 1 {
            let writing = Writing::begin(&self.views, target.view, rows, target.checkpoint);
            target.writing = Some(writing.map_err(|error| self.unwritten(&error))?);
        } else {
            let written = self.views.write(target.view, &rows, target.checkpoint);
            written.map_err(|error| self.unwritten(&error))?;
            self.moved(target);
        }
        Ok(())
    }

    /// Waits until the rows of what was read last are written.
    fn written(&self, target: &mut Target) -> Result<(), Trouble> {
        if let Some(writing) = target.writing.take() {
            writing.end().map_err(|error| self.unwritten(&error))?;
            self.moved(target);
        }
        Ok(())
    }

    fn write(&self, target: &Target, views: Views<'_>) -> Result<(), Trouble> {
        let changes = views.into_changes();
        let changes = changes.map_err(|error| self.stuck(error.into()))?;
        let written = self.views.write(target.view, &changes, target.checkpoint);
        written.map_err(|error| self.unwritten(&error))
    }

    pub(super) fn moved(&self, target: &Target) {
        let serves = {
            let mut state = self.state();
            state.position = target.cursor;
            state.serving == Some(target.view.revision)
        };
        if serves {
            self.applied.advance(target.cursor);
        }
    }

    /// Makes a change that no event says, and then what it asks for outside.
    fn amend(&self, target: &Target, amendment: Amendment) -> Result<(), Trouble> {
        let snapshot = self.snapshot(target.view)?;
        let mut views = Views::over(&*snapshot);
        let amended = self.worker.amend(amendment, &mut views);
        amended.map_err(|error| self.stuck(error.into()))?;
        self.write(target, views)?;
        self.settle(target)
    }

    pub(super) fn settle(&self, target: &Target) -> Result<(), Trouble> {
        let snapshot = self.snapshot(target.view)?;
        let mut views = Views::over(&*snapshot);
        let owes = self.worker.owes(&mut views);
        if !owes.map_err(|error| self.stuck(error.into()))? {
            return Ok(());
        }
        // What is done outside can't be undone: a power loss must not bring the rows back that were
        // there before.
        let synced = self.views.sync();
        synced.map_err(|error| self.unwritten(&error))?;
        let settled = self.worker.settle(&mut views);
        settled.map_err(|error| self.stuck(error.into()))?;
        self.write(target, views)
    }

    pub(super) fn snapshot(&self, view: ViewId) -> Result<Box<dyn ViewSnapshot>, Trouble> {
        let snapshot = self.views.snapshot(view);
        snapshot.map_err(|error| self.unwritten(&error))
    }
}

/// Wakes a thread that is parked.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
