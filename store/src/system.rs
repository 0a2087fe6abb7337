//! Time and chance as the machine has them.

use std::time::{SystemTime, UNIX_EPOCH};

use kanzlei_core::Timestamp;
use kanzlei_core::ports::{Clock, Entropy, EntropyError};

/// The machine's clock. It may go back.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let micros = SystemTime::now().duration_since(UNIX_EPOCH).map_or_else(
            |before| {
                i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros)
            },
            |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        );
        Timestamp::from_micros(micros)
    }
}

/// The operating system's random bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(bytes).map_err(|error| EntropyError(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_bytes_differ_and_the_clock_is_past_the_year_of_its_making() {
        let (mut first, mut second) = ([0; 32], [0; 32]);
        SystemEntropy.fill(&mut first).unwrap();
        SystemEntropy.fill(&mut second).unwrap();
        assert_ne!(first, second);
        assert!(SystemClock.now() > "2026-01-01T00:00:00Z".parse().unwrap());
    }
}
