//! What every event store must pass: the laws of
//! [`EventStore`], one function each.

mod append;
mod callers;
mod model;
mod reading;
mod reopening;
mod time;
mod tree;

use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::Position;
use kanzlei_core::ports::{Appended, EventStore, Prepared, TreeHead};
use kanzlei_core::record::Stamp;

pub use append::{
    a_command_sent_again_is_a_duplicate_before_it_is_a_conflict,
    a_commit_over_several_cases_is_stored_whole_or_not_at_all, a_conflict_names_the_actual_version,
    a_guard_holds_or_conflicts, a_wrong_chain_is_damage_and_not_a_conflict,
    an_append_answers_with_position_time_and_versions, the_largest_record_is_taken,
};
pub use callers::{
    a_dropped_append_is_stored_whole_or_not_at_all,
    a_subscriber_misses_nothing_and_sees_nothing_twice, callers_on_one_case_lose_nothing,
    of_two_first_openings_one_wins, two_handles_see_one_log, who_waits_is_woken,
};
pub use model::a_random_history_agrees_with_a_model;
pub use reading::{
    a_case_is_read_after_any_of_its_versions, a_log_shorter_than_a_checkpoint_says_so,
    a_page_is_limited_in_bytes_and_splits_no_commit, a_page_stays_as_it_is,
    the_log_is_in_the_order_of_its_positions, the_shares_of_all_cases_join_to_the_commit,
};
pub use reopening::{a_reopened_log_is_the_same, a_write_error_closes_the_store};
pub use time::{
    a_clock_minutes_behind_closes_the_store, a_clock_that_goes_back_a_little_changes_nothing,
};
pub use tree::the_tree_is_that_of_rfc_9162;

use kanzlei_core::testing::ManualClock;

use super::Subject;
use super::commits::{BEGINNING, Commits};

/// A page's limit in bytes where the limit doesn't matter.
const PAGE: usize = 64 * 1024;

/// A log that is open, and what a test needs beside it.
struct Bench<S> {
    subject: S,
    store: Arc<dyn EventStore>,
    clock: Arc<ManualClock>,
    commits: Commits,
}

impl<S: Subject> Bench<S> {
    fn new(seed: u64) -> Self {
        let clock = Arc::new(ManualClock::at(BEGINNING));
        let subject = S::create(clock.clone());
        let store = subject.open();
        Self {
            subject,
            store,
            clock,
            commits: Commits::seeded(seed),
        }
    }

    /// Closes the log and opens it again.
    fn reopen(self) -> Self {
        drop(self.store);
        let store = self.subject.open();
        Self { store, ..self }
    }

    /// Appends what must succeed.
    fn append(&self, commit: &Prepared) -> Appended {
        block_on(self.store.append(commit)).expect("an append that should succeed")
    }

    /// The whole log.
    fn log(&self) -> Vec<(Stamp, Vec<u8>)> {
        read_log(&*self.store, Position::START, PAGE)
    }

    fn tree(&self) -> Option<TreeHead> {
        self.store.tree().expect("the tree")
    }
}

/// Everything after a position up to the watermark, in pages of `limit` bytes.
fn read_log(store: &dyn EventStore, after: Position, limit: usize) -> Vec<(Stamp, Vec<u8>)> {
    let (mut cursor, mut found) = (after, Vec::new());
    loop {
        let page = block_on(store.log(cursor, limit)).expect("a page of the log");
        let commits = page.commits();
        found.extend(commits.map(|commit| (commit.stamp, commit.record.as_bytes().to_vec())));
        assert!(page.through() >= cursor, "reading goes back");
        if !page.more() {
            return found;
        }
        assert!(page.through() > cursor, "reading doesn't go on");
        cursor = page.through();
    }
}

/// The stamp that an answer speaks of.
const fn stamp(answer: &Appended) -> Stamp {
    Stamp {
        position: answer.position,
        recorded: answer.recorded,
    }
}
