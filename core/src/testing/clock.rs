//! A clock that one moves.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::ports::Clock;
use crate::time::Timestamp;

/// Stands still until it is moved, forwards or back.
///
/// ```
/// use kanzlei_core::ports::Clock;
/// use kanzlei_core::testing::ManualClock;
///
/// let clock = ManualClock::at("2026-01-05T09:30:00Z".parse()?);
/// clock.move_by(90_000_000);
/// assert_eq!(clock.now().to_string(), "2026-01-05T09:31:30Z");
/// # Ok::<(), kanzlei_core::TimeError>(())
/// ```
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows this moment.
    pub const fn at(moment: Timestamp) -> Self {
        Self(AtomicI64::new(moment.micros()))
    }

    /// Lets it show this moment.
    pub fn set(&self, moment: Timestamp) {
        self.0.store(moment.micros(), Ordering::SeqCst);
    }

    /// Moves it by so many microseconds; back, if negative.
    pub fn move_by(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    /// Moves it by so many days.
    pub fn move_by_days(&self, days: i64) {
        self.move_by(days * 86_400_000_000);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}
