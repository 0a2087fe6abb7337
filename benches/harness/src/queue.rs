//! A queue from many callers, who wait without a thread, to one thread that takes all there is.
//!
//! A channel bounds messages; this bounds their bytes too, because a record may be a thousand
//! times the usual size.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Requests in the queue, and so in a group: some four times as many as callers ever gained from.
pub(crate) const QUEUE_REQUESTS_MAX: usize = 1_024;
/// Bytes in the queue, and so in a group. A request that is larger goes alone.
pub(crate) const QUEUE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What the taker finds.
pub(crate) enum Taken<T> {
    /// All that was there.
    Some(Vec<T>),
    /// Nothing came in time.
    Nothing,
    /// Nothing, and nothing will come.
    Closed,
}

struct State<T> {
    items: VecDeque<T>,
    bytes: usize,
    /// Callers for whom there was no room.
    waiting: Vec<Waker>,
    taker_sleeps: bool,
    closed: bool,
}

/// The queue.
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    filled: Condvar,
}

impl<T> Queue<T> {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                items: VecDeque::new(),
                bytes: 0,
                waiting: Vec::new(),
                taker_sleeps: false,
                closed: false,
            }),
            filled: Condvar::new(),
        }
    }

    /// Puts an item of this size into the queue; waits as long as there is no room.
    pub(crate) async fn push(&self, item: T, size: usize) {
        let mut item = Some(item);
        poll_fn(|context| self.poll_push(context, &mut item, size)).await;
    }

    fn poll_push(&self, context: &Context<'_>, item: &mut Option<T>, size: usize) -> Poll<()> {
        let mut state = self.state();
        let count = state.items.len();
        let room = count < QUEUE_REQUESTS_MAX && state.bytes + size <= QUEUE_BYTES_MAX;
        if count > 0 && !room {
            let waker = context.waker();
            if !state.waiting.iter().any(|known| known.will_wake(waker)) {
                state.waiting.push(waker.clone());
            }
            return Poll::Pending;
        }
        state.items.extend(item.take());
        state.bytes += size;
        if std::mem::take(&mut state.taker_sleeps) {
            drop(state);
            self.filled.notify_one();
        }
        Poll::Ready(())
    }

    /// Takes all there is; waits so long for something to come.
    pub(crate) fn take(&self, patience: Duration) -> Taken<T> {
        let mut state = self.state();
        if state.items.is_empty() && !state.closed {
            state.taker_sleeps = true;
            let nothing = |state: &mut State<T>| state.items.is_empty() && !state.closed;
            state = self
                .filled
                .wait_timeout_while(state, patience, nothing)
                .map_or_else(|poisoned| poisoned.into_inner().0, |(state, _)| state);
            state.taker_sleeps = false;
        }
        if state.items.is_empty() {
            return if state.closed {
                Taken::Closed
            } else {
                Taken::Nothing
            };
        }
        let items = std::mem::take(&mut state.items);
        state.bytes = 0;
        // All of them: one that was woken may have been dropped meanwhile, and then its place
        // would be nobody's.
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
        Taken::Some(items.into())
    }

    /// Ends the queue; what is in it can still be taken.
    pub(crate) fn close(&self) {
        self.state().closed = true;
        self.filled.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
