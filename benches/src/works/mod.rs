//! What is measured.

pub mod alone;
pub mod append;
pub mod compare;
pub mod contenders;
pub mod engine;
pub mod field;
pub mod material;
pub mod names;
pub mod read;
pub mod rivals;

use std::path::Path;

use crate::mix::Shift;

/// How much is done.
#[derive(Debug, Clone)]
pub struct Size {
    /// Repeats of each measurement.
    pub repeats: usize,
    /// Events that are there before a measurement: so many stretches of so many.
    pub stretches: usize,
    /// Events of a stretch.
    pub stretch_events: usize,
    /// Cases that are open at a time.
    pub open_cases: usize,
    /// Cases that are loaded in one repeat.
    pub loads: usize,
    /// How many callers do how much.
    pub shifts: Vec<Shift>,
}

impl Size {
    /// What is published.
    pub fn full() -> Self {
        Self {
            repeats: 5,
            stretches: 1,
            stretch_events: 1_000_000,
            open_cases: 20_000,
            loads: 4_000,
            shifts: shifts(200, 96, 32),
        }
    }

    /// The same with ten times as much there before.
    pub fn large() -> Self {
        Self {
            stretches: 10,
            ..Self::full()
        }
    }

    /// Enough to see that it works.
    pub fn quick() -> Self {
        Self {
            repeats: 3,
            stretches: 2,
            stretch_events: 100_000,
            open_cases: 4_000,
            loads: 1_000,
            shifts: shifts(25, 8, 4),
        }
    }

    /// All events that are there before a measurement, about.
    pub const fn resident_events(&self) -> usize {
        self.stretches * self.stretch_events
    }

    /// The open cases that the largest shift needs.
    pub fn open_cases_needed(&self) -> usize {
        let needed = self.shifts.iter().map(|shift| shift.open_cases());
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
