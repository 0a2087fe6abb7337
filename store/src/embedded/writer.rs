//! What writes: a round as one group, with one sync, and then the witness. After an error of the disk nobody
//! can say what is on it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::Frontier;

use super::group::Group;
use super::options::{Faults, Moment, SyncPolicy};
use super::round::Round;
use super::segments::bytes::{COMMIT_HEAD, GROUP_HEADER};
use super::witness::Witness;
use super::written::Written;

/// How long the witness may be unsynced: what a power loss may take from it.
const WITNESS_EVERY: Duration = Duration::from_secs(1);
/// How long a caller's own thread may be kept by a group: as long as by reading from that disk.
const QUICK: Duration = Duration::from_millis(1);

/// What is done by one at a time.
pub(super) struct Writer {
    sync: SyncPolicy,
    faults: Arc<dyn Faults>,
    /// The tree over all that was written.
    tree: Frontier,
    witness: Witness,
    witness_synced: Instant,
    /// When all was synced that had been written, and what was written since, if anything.
    synced: Instant,
    unsynced: Option<TreeHead>,
    /// How long the last group took.
    took: Duration,
    /// The bytes that the segment has left.
    left: u64,
}

/// How long the thread sleeps when nothing comes.
pub(super) fn patience(sync: SyncPolicy) -> Duration {
    match sync {
        SyncPolicy::EachGroup => WITNESS_EVERY,
        SyncPolicy::Buffered { every } => every.clamp(Duration::from_millis(1), WITNESS_EVERY),
    }
}

impl Writer {
    pub(super) fn new(
        sync: SyncPolicy,
        faults: Arc<dyn Faults>,
        tree: Frontier,
        witness: Witness,
    ) -> Self {
        Self {
            sync,
            faults,
            tree,
            witness,
            witness_synced: Instant::now(),
            synced: Instant::now(),
            unsynced: None,
            took: QUICK,
            left: 0,
        }
    }

    /// Writes the commits of a round as a group, and lets look-ups and readers find them.
    pub(super) fn write(&mut self, written: &Written, round: &Round) -> Result<(), Arc<str>> {
        if !round.staged.is_empty() {
            let group = Group::behind(&mut self.tree, &round.staged);
            let head = group.tree;
            let sync = self.sync == SyncPolicy::EachGroup;
            self.moment(Moment::BeforeWrite)?;
            let begun = Instant::now();
            written.layout.write(&group, sync).map_err(text)?;
            self.took = begun.elapsed();
            self.left = written.layout.left();
            written.counters.group(&round.staged, self.took);
            self.moment(Moment::BeforePublish)?;
            self.unsynced = Some(head);
            if sync {
                self.synced = Instant::now();
            }
            written.publish(round, head);
        }
        Ok(())
    }

    /// Whether a group of so many bytes takes no longer than its write and its sync, and these are quick.
    pub(super) fn is_quick(&self, bytes: usize) -> bool {
        self.took <= QUICK && (GROUP_HEADER + COMMIT_HEAD + bytes) as u64 <= self.left
    }

    /// How long the last group took.
    pub(super) const fn took(&self) -> Duration {
        self.took
    }

    fn moment(&self, moment: Moment) -> Result<(), Arc<str>> {
        self.faults.at(moment).map_err(text)
    }

    /// Lets the witness know how far the log is synced, and never further.
    pub(super) fn testify(&mut self, written: &Written, has_time: bool) -> Result<(), Arc<str>> {
        if let SyncPolicy::Buffered { every } = self.sync {
            if !has_time || self.unsynced.is_none() || self.synced.elapsed() < every {
                return Ok(());
            }
            written.layout.sync().map_err(text)?;
            self.synced = Instant::now();
        }
        if let Some(head) = self.unsynced.take() {
            self.witness.write(head).map_err(text)?;
        }
        if has_time && self.witness_synced.elapsed() >= WITNESS_EVERY {
            self.witness.sync().map_err(text)?;
            self.witness_synced = Instant::now();
        }
        Ok(())
    }

    /// Syncs what is not synced yet, when there is time for it, or for the last time.
    pub(super) fn idle(&mut self, written: &Written, last: bool) -> Result<(), Arc<str>> {
        if last && let Some(head) = self.unsynced.take() {
            written.layout.sync().map_err(text)?;
            self.witness.write(head).map_err(text)?;
        }
        self.testify(written, true)?;
        if last {
            self.witness.sync().map_err(text)?;
        }
        Ok(())
    }
}

fn text(error: impl std::fmt::Display) -> Arc<str> {
    error.to_string().into()
}
