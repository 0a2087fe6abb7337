//! One view, as others see it: what may be asked of it while its thread keeps it current.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Poll;
use std::thread::Thread;

use futures::channel::oneshot;
use kanzlei_core::Position;
use kanzlei_core::ports::{EventStore, ViewId, ViewStore, Watermark};

use super::GENERATION_BITS;
use super::sharing::Sharing;
use super::status::{Failure, ViewError, ViewStatus};
use super::worker::{Amendment, Worker};

/// One view: what others may ask of it, and what its thread needs.
pub(super) struct Line {
    pub log: Arc<dyn EventStore>,
    pub views: Arc<dyn ViewStore>,
    pub worker: Arc<dyn Worker>,
    pub page_bytes: usize,
    pub sharing: Sharing,
    /// How far the view that serves has read.
    pub applied: Watermark,
    state: Mutex<State>,
    pub thread: OnceLock<Thread>,
}

#[derive(Default)]
pub(super) struct State {
    pub position: Position,
    pub serving: Option<u32>,
    pub building: bool,
    pub condition: Condition,
    /// Why the view that serves can't be trusted.
    pub fault: Option<Failure>,
    pub orders: VecDeque<Order>,
}

#[derive(Default, Clone)]
pub(super) enum Condition {
    #[default]
    Running,
    Waiting(String),
    Failed(Failure),
    Closed,
}

pub(super) enum Order {
    Stop,
    Retry,
    Rebuild,
    Amend(Ask),
}

pub(super) struct Ask {
    pub amendment: Amendment,
    pub answer: oneshot::Sender<Result<(), ViewError>>,
}

impl Line {
    pub fn new(
        log: Arc<dyn EventStore>,
        views: Arc<dyn ViewStore>,
        worker: Arc<dyn Worker>,
        page_bytes: usize,
        sharing: Sharing,
    ) -> Self {
        Self {
            log,
            views,
            worker,
            page_bytes,
            sharing,
            applied: Watermark::default(),
            state: Mutex::default(),
            thread: OnceLock::new(),
        }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn name(&self) -> &'static str {
        self.worker.name()
    }

    /// The view of this projection with this revision and generation.
    pub fn view(&self, revision: u32) -> ViewId {
        ViewId {
            name: self.name(),
            revision,
        }
    }

    pub fn status(&self) -> ViewStatus {
        let state = self.state();
        let waiting = match &state.condition {
            Condition::Waiting(why) => Some(why.clone()),
            _ => None,
        };
        ViewStatus {
            name: self.name(),
            revision: self.worker.revision(),
            serving: state.serving.map(|revision| revision >> GENERATION_BITS),
            generation: state
                .serving
                .map(|revision| revision & ((1 << GENERATION_BITS) - 1)),
            building: state.building,
            position: state.position,
            watermark: self.log.watermark().now(),
            stopped: matches!(state.condition, Condition::Failed(_)),
            waiting,
            failure: state.fault.clone(),
        }
    }

    /// Whoever waits for what is ordered of a view that has ended is told at once.
    pub fn order(&self, order: Order) {
        {
            let mut state = self.state();
            if matches!(state.condition, Condition::Closed) {
                return;
            }
            // From now on, and not from when the thread comes to it: who looks must not miss it.
            state.building |= matches!(order, Order::Rebuild);
            state.orders.push_back(order);
        }
        self.hurry();
    }

    /// Has the view go on, if it has stopped and its store still takes something.
    pub fn retry(&self) -> Result<(), ViewError> {
        if self.has_failed() {
            let taken = self.views.sync();
            taken.map_err(|error| self.stopped(self.failure(&error.to_string())))?;
        }
        self.order(Order::Retry);
        Ok(())
    }

    /// Has the view rebuilt. It counts as going on from now, so that a failure seen after this is
    /// one of the rebuild.
    pub fn rebuild(&self) {
        self.enter(Condition::Running);
        self.order(Order::Rebuild);
    }

    /// Takes no orders any more, and lets go of those that were given.
    pub fn close(&self) {
        self.enter(Condition::Closed);
        // Whoever is told so may look here at once.
        let orders = std::mem::take(&mut self.state().orders);
        drop(orders);
    }

    /// Has the thread look now; wake-ups of the log may be lost.
    pub fn hurry(&self) {
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }

    /// Why the view that serves can't be read, if so.
    pub fn fault(&self) -> Result<(), ViewError> {
        match self.state().fault.clone() {
            None => Ok(()),
            Some(failure) => Err(self.stopped(failure)),
        }
    }

    pub fn stopped(&self, failure: Failure) -> ViewError {
        ViewError::Stopped {
            view: self.name(),
            failure,
        }
    }

    /// Waits until the view that serves has read up to `position`, or doesn't go on.
    pub async fn caught_up(&self, position: Position) -> Result<(), ViewError> {
        let Some(before) = position.0.checked_sub(1) else {
            return Ok(());
        };
        let mut past = pin!(self.applied.past(Position(before)));
        let mut hurried = false;
        std::future::poll_fn(|context| {
            // Before a waker is left that nobody would come for.
            if self.applied.now() < position {
                self.going_on()?;
            }
            if past.as_mut().poll(context).is_ready() {
                return Poll::Ready(Ok(()));
            }
            if !std::mem::replace(&mut hurried, true) {
                self.hurry();
            }
            // After the waker was left: whoever changes this wakes who waits.
            self.going_on()?;
            Poll::Pending
        })
        .await
    }

    /// Why the view doesn't go on, if so.
    pub fn going_on(&self) -> Result<(), ViewError> {
        match self.state().condition.clone() {
            Condition::Running => Ok(()),
            Condition::Waiting(why) => Err(ViewError::Waiting {
                view: self.name(),
                why,
            }),
            Condition::Failed(failure) => Err(self.stopped(failure)),
            Condition::Closed => Err(ViewError::Closed),
        }
    }

    pub fn has_failed(&self) -> bool {
        matches!(self.state().condition, Condition::Failed(_))
    }

    pub fn enter(&self, condition: Condition) {
        let quiet = matches!(condition, Condition::Running);
        {
            let mut state = self.state();
            // For good.
            if !matches!(state.condition, Condition::Closed) {
                state.condition = condition;
            }
        }
        if !quiet {
            self.applied.wake();
        }
    }
}
