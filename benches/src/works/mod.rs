//! What is measured.

pub mod append;
pub mod material;
pub mod read;

use std::path::Path;

use crate::mix::Shift;

/// How much is done.
#[derive(Debug, Clone)]
pub struct Size {
    /// Repeats of each measurement.
    pub repeats: usize,
    /// Cases of 20 events.
    pub long_cases: usize,
    /// How many callers do how much.
    pub shifts: Vec<Shift>,
}

impl Size {
    /// What is published.
    pub fn full() -> Self {
        Self {
            repeats: 5,
            long_cases: 4_000,
            shifts: shifts(100, 32, 16),
        }
    }

    /// Enough to see that it works.
    pub fn quick() -> Self {
        Self {
            repeats: 3,
            long_cases: 500,
            shifts: shifts(25, 8, 4),
        }
    }

    /// The older cases that the largest shift needs.
    pub fn old_cases(&self) -> usize {
        let needed = self.shifts.iter().map(|shift| shift.old_cases());
        needed.max().unwrap_or_default()
    }
}

fn shifts(alone: usize, of_64: usize, of_256: usize) -> Vec<Shift> {
    [(1, alone), (64, of_64), (256, of_256)]
        .map(|(callers, turns)| Shift { callers, turns })
        .into()
}

/// Where the stores of a run are, and how much is done.
#[derive(Debug)]
pub struct Bench<'a> {
    /// A directory on a real disk.
    pub directory: &'a Path,
    /// How much is done.
    pub size: Size,
}
