//! Figures of what a store has written: atomics that are added to once a commit or group.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::group::Staged;

/// Upper bounds of the time from append to answer, in microseconds: around a sync of a disk, which
/// takes from some tens of microseconds to some tens of milliseconds.
const LATENCY_MICROS: [u64; 14] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 5_000_000,
];
/// Upper bounds of the commits of a group; the last is as many as a round holds.
const GROUP_COMMITS: [u64; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];

/// How often a figure fell between which bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    /// The upper bounds, each taking in what is equal to it.
    pub bounds: Vec<u64>,
    /// How often it was between the bound before and this one; once more at the end for what was
    /// above all of them.
    pub counts: Vec<u64>,
    /// All of them together.
    pub sum: u64,
}

impl Histogram {
    /// How often there was a figure.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// What a store has written since it was opened, and how long that took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendFigures {
    /// Commits.
    pub commits: u64,
    /// Groups of them: one write each, and one sync if each is synced.
    pub groups: u64,
    /// Events.
    pub events: u64,
    /// Bytes of the commits' records.
    pub bytes: u64,
    /// Microseconds in which groups were written and synced.
    pub write_micros: u64,
    /// Microseconds from append to answer, of appends that were taken in.
    pub latency_micros: Histogram,
    /// Commits of each group.
    pub group_commits: Histogram,
}

/// The counters. Each is right by itself; a snapshot of several may fall between two commits.
#[derive(Default)]
pub(super) struct Counters {
    commits: AtomicU64,
    groups: AtomicU64,
    events: AtomicU64,
    bytes: AtomicU64,
    write_micros: AtomicU64,
    latency_micros: Buckets<{ LATENCY_MICROS.len() }>,
    group_commits: Buckets<{ GROUP_COMMITS.len() }>,
}

impl Counters {
    /// A group was written in this time.
    pub(super) fn group(&self, staged: &[Staged], took: Duration) {
        let commits = count(staged.len());
        let parts = staged.iter().flat_map(|commit| commit.record.parts());
        let events = parts.map(|part| u64::from(part.last.0.saturating_sub(part.expected.0)));
        let bytes = staged
            .iter()
            .map(|commit| count(commit.record.bytes().len()));
        add(&self.commits, commits);
        add(&self.groups, 1);
        add(&self.events, events.sum());
        add(&self.bytes, bytes.sum());
        add(&self.write_micros, micros(took));
        self.group_commits.note(&GROUP_COMMITS, commits);
    }

    /// An append was answered after this time.
    pub(super) fn answered(&self, after: Duration) {
        self.latency_micros.note(&LATENCY_MICROS, micros(after));
    }

    pub(super) fn snapshot(&self) -> AppendFigures {
        AppendFigures {
            commits: get(&self.commits),
            groups: get(&self.groups),
            events: get(&self.events),
            bytes: get(&self.bytes),
            write_micros: get(&self.write_micros),
            latency_micros: self.latency_micros.snapshot(&LATENCY_MICROS),
            group_commits: self.group_commits.snapshot(&GROUP_COMMITS),
        }
    }
}

struct Buckets<const N: usize> {
    counts: [AtomicU64; N],
    above: AtomicU64,
    sum: AtomicU64,
}

impl<const N: usize> Default for Buckets<N> {
    fn default() -> Self {
        Self {
            counts: std::array::from_fn(|_| AtomicU64::new(0)),
            above: AtomicU64::new(0),
            sum: AtomicU64::new(0),
        }
    }
}

impl<const N: usize> Buckets<N> {
    fn note(&self, bounds: &[u64; N], figure: u64) {
        let at = bounds.partition_point(|bound| *bound < figure);
        add(self.counts.get(at).unwrap_or(&self.above), 1);
        add(&self.sum, figure);
    }

    fn snapshot(&self, bounds: &[u64; N]) -> Histogram {
        let counts = self.counts.iter().chain([&self.above]);
        Histogram {
            bounds: bounds.to_vec(),
            counts: counts.map(get).collect(),
            sum: get(&self.sum),
        }
    }
}

fn add(to: &AtomicU64, figure: u64) {
    to.fetch_add(figure, Ordering::Relaxed);
}

fn get(from: &AtomicU64) -> u64 {
    from.load(Ordering::Relaxed)
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}

fn micros(of: Duration) -> u64 {
    u64::try_from(of.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_falls_below_the_bound_that_it_reaches_and_above_all_if_it_reaches_none() {
        let buckets = Buckets::<3>::default();
        let bounds = [1, 10, 100];
        for figure in [0, 1, 2, 10, 11, 100, 101, 1_000] {
            buckets.note(&bounds, figure);
        }
        let histogram = buckets.snapshot(&bounds);
        assert_eq!(histogram.counts, [2, 2, 2, 2]);
        assert_eq!((histogram.count(), histogram.sum), (8, 1_225));
    }
}
