//! A clock that a test moves.

use std::sync::atomic::{AtomicI64, Ordering};

use kanzlei_core::Timestamp;
use kanzlei_core::ports::Clock;

use super::commits::BEGINNING;

/// A clock that stands still until it is moved, forwards or back.
#[derive(Debug)]
pub struct MovableClock(AtomicI64);

impl Default for MovableClock {
    fn default() -> Self {
        Self(AtomicI64::new(BEGINNING.micros()))
    }
}

impl MovableClock {
    /// Moves the clock by so many microseconds; back, if negative.
    pub fn move_by(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}
