//! How far a log can be read, and a way to wait until it goes on.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::ids::Position;

/// The position up to which a log can be read. It never goes back.
///
/// A wake-up carries no data and may be lost: who waits also looks by itself now and then.
#[derive(Debug, Default)]
pub struct Watermark(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    position: Position,
    waiting: Vec<Waker>,
}

impl Watermark {
    /// A watermark at this position.
    pub fn at(position: Position) -> Self {
        Self(Mutex::new(State {
            position,
            waiting: Vec::new(),
        }))
    }

    /// The position up to which the log can be read now.
    pub fn now(&self) -> Position {
        self.state().position
    }

    /// Moves the watermark on and wakes who waits; a lower position changes nothing.
    pub fn advance(&self, to: Position) {
        let waiting = {
            let mut state = self.state();
            if to <= state.position {
                return;
            }
            state.position = to;
            std::mem::take(&mut state.waiting)
        };
        wake_all(waiting);
    }

    /// Wakes who waits, so that they see that the store has closed.
    pub fn wake(&self) {
        let waiting = std::mem::take(&mut self.state().waiting);
        wake_all(waiting);
    }

    /// Moves the watermark on and wakes nobody: what a lost notification looks like.
    pub fn advance_silently(&self, to: Position) {
        let mut state = self.state();
        state.position = state.position.max(to);
    }

    /// Waits until the log can be read past a position.
    pub const fn past(&self, position: Position) -> Past<'_> {
        Past {
            watermark: self,
            position,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes all; one whose waker panics keeps the others from nothing, and whoever wakes them from going on.
pub fn wake_all(waiting: Vec<Waker>) {
    for waker in waiting {
        let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
    }
}

/// Waits until a log can be read past a position; gives how far.
#[derive(Debug)]
pub struct Past<'a> {
    watermark: &'a Watermark,
    position: Position,
}

impl Future for Past<'_> {
    type Output = Position;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Position> {
        let mut state = self.watermark.state();
        if state.position > self.position {
            return Poll::Ready(state.position);
        }
        let waker = context.waker();
        if !state.waiting.iter().any(|known| known.will_wake(waker)) {
            state.waiting.push(waker.clone());
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    struct Panics;

    impl Wake for Panics {
        #[allow(clippy::panic)]
        fn wake(self: Arc<Self>) {
            panic!("a waker of somebody else's");
        }
    }

    #[derive(Default)]
    struct Counts(AtomicUsize);

    impl Wake for Counts {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_waker_that_panics_keeps_nobody_from_going_on() {
        let watermark = Watermark::default();
        let counts = Arc::new(Counts::default());
        let wait = || {
            for waker in [
                Waker::from(Arc::new(Panics)),
                Waker::from(Arc::clone(&counts)),
            ] {
                let mut past = watermark.past(watermark.now());
                let polled = Pin::new(&mut past).poll(&mut Context::from_waker(&waker));
                assert!(polled.is_pending());
            }
        };
        wait();
        watermark.advance(Position(1));
        wait();
        watermark.wake();
        assert_eq!(counts.0.load(Ordering::Relaxed), 2);
    }
}
