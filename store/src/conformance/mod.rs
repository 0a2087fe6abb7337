//! The conformance kit: what every event store, view store and key vault must pass.
//!
//! For an event store implement [`Subject`] and write [`event_store_conformance!`] in a test
//! module: each check becomes a test of its own. A store says by [`Promises`] what it doesn't
//! promise; everything else is law. For a view store implement [`ViewSubject`] and write
//! [`view_store_conformance!`], for a key vault [`VaultSubject`] and [`key_vault_conformance!`].
//!
//! ```
//! use std::sync::Arc;
//!
//! use kanzlei_core::ports::{Clock, EventStore};
//! use kanzlei_store::MemoryEventStore;
//! use kanzlei_store::conformance::{Promises, Subject};
//!
//! struct Memory(MemoryEventStore);
//!
//! impl Subject for Memory {
//!     fn create(clock: Arc<dyn Clock>) -> Self {
//!         Self(MemoryEventStore::new(clock))
//!     }
//!
//!     fn promises() -> Promises {
//!         Promises { reopens: false, closes_on_write_error: false, ..Promises::ALL }
//!     }
//!
//!     fn open(&self) -> Arc<dyn EventStore> {
//!         Arc::new(self.0.clone())
//!     }
//! }
//!
//! mod tests {
//!     use super::*;
//!
//!     kanzlei_store::event_store_conformance!(Memory);
//! }
//! ```
//!
//! [`event_store_conformance!`]: crate::event_store_conformance
//! [`view_store_conformance!`]: crate::view_store_conformance
//! [`key_vault_conformance!`]: crate::key_vault_conformance
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a check fails by panicking, as tests do"
)]

pub mod commits;
pub mod event_store;
pub mod key_vault;
mod random;
pub mod view_store;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Clock, EventStore, KeyVault, ViewStore};

pub use random::Random;

/// One log of the kind under test, which the kit opens, closes and opens again.
pub trait Subject: Sized + Send + Sync {
    /// An empty log, stamped by this clock if the store stamps by a clock that it is given.
    fn create(clock: Arc<dyn Clock>) -> Self;

    /// What stores of this kind promise.
    fn promises() -> Promises;

    /// Opens the log. It is called again only after every handle was dropped.
    fn open(&self) -> Arc<dyn EventStore>;

    /// Another handle on the log while it is open, as a second process would have if there can be
    /// one.
    fn second_handle(&self, first: &Arc<dyn EventStore>) -> Arc<dyn EventStore> {
        Arc::clone(first)
    }

    /// Makes the next write to disk fail. Called only where
    /// [`closes_on_write_error`](Promises::closes_on_write_error) is promised.
    fn fail_next_write(&self) {}
}

/// What a store promises beyond the laws of the port. A check whose promise isn't given passes
/// after saying so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a promise by itself, and all combinations make sense"
)]
pub struct Promises {
    /// Positions are 1, 2, 3 and so on.
    pub dense_positions: bool,
    /// What was acknowledged is there when the log is opened again.
    pub reopens: bool,
    /// After a failed write nothing is taken any more until the log is opened again.
    pub closes_on_write_error: bool,
    /// Recorded times never decrease, and a clock minutes behind the last commit closes the store.
    pub recorded_never_decreases: bool,
    /// A right version on a wrong chain is answered as damage.
    pub keeps_tips: bool,
    /// The log's tree is built with each commit.
    pub builds_tree: bool,
    /// Who waits at the watermark has been woken when the append is answered.
    pub wakes: bool,
}

impl Promises {
    /// Everything an embedded store promises.
    pub const ALL: Self = Self {
        dense_positions: true,
        reopens: true,
        closes_on_write_error: true,
        recorded_never_decreases: true,
        keeps_tips: true,
        builds_tree: true,
        wakes: true,
    };
}

/// One set of views of the kind under test.
pub trait ViewSubject: Sized + Send + Sync {
    /// No views yet.
    fn create() -> Self;

    /// Whether views are still there when they are opened again.
    fn reopens() -> bool;

    /// Opens the views. It is called again only after every handle was dropped.
    fn open(&self) -> Arc<dyn ViewStore>;
}

/// Ends what runs beside a check, also when the check fails: else its thread would never end.
struct SetOnDrop<'a>(&'a AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// One vault of the kind under test.
pub trait VaultSubject: Sized + Send + Sync {
    /// An empty vault.
    fn create() -> Self;

    /// Whether keys are still there when the vault is opened again.
    fn reopens() -> bool;

    /// Opens the vault. It is called again only after every handle was dropped, and only where
    /// the vault [`reopens`](Self::reopens).
    fn open(&self) -> Arc<dyn KeyVault>;

    /// Makes the open vault unreachable; `false` if vaults of this kind can't be.
    fn cut_off(&self) -> bool {
        false
    }

    /// Loses the key of a slot, as where a vault from before it was minted was put back; `false` if that can't be. No
    /// handle is open.
    fn lose(&self, _slot: KeySlot) -> bool {
        false
    }

    /// Damages what is kept of a slot; `false` if that can't be. No handle is open.
    fn damage(&self, _slot: KeySlot) -> bool {
        false
    }
}

/// Says that a check says nothing about this store.
fn not_promised(what: &str) {
    eprintln!("SKIPPED: this store doesn't promise that {what}");
}

/// Every check of the kit for event stores, each as a test of its own; takes a type that
/// implements [`Subject`](crate::conformance::Subject).
#[macro_export]
macro_rules! event_store_conformance {
    ($subject:ty) => {
        $crate::conformance_tests! {
            event_store, $subject:
            an_append_answers_with_position_time_and_versions
            a_commit_over_several_cases_is_stored_whole_or_not_at_all
            a_conflict_names_the_actual_version
            a_command_sent_again_is_a_duplicate_before_it_is_a_conflict
            a_guard_holds_or_conflicts
            a_wrong_chain_is_damage_and_not_a_conflict
            the_largest_record_is_taken
            of_two_first_openings_one_wins
            a_dropped_append_is_stored_whole_or_not_at_all
            the_log_is_in_the_order_of_its_positions
            a_page_is_limited_in_bytes_and_splits_no_commit
            a_page_stays_as_it_is
            a_case_is_read_after_any_of_its_versions
            the_shares_of_all_cases_join_to_the_commit
            a_log_shorter_than_a_checkpoint_says_so
            a_subscriber_misses_nothing_and_sees_nothing_twice
            who_waits_is_woken
            callers_on_one_case_lose_nothing
            two_handles_see_one_log
            a_clock_that_goes_back_a_little_changes_nothing
            a_clock_minutes_behind_closes_the_store
            a_reopened_log_is_the_same
            a_write_error_closes_the_store
            the_tree_is_that_of_rfc_9162
            a_random_history_agrees_with_a_model
        }
    };
}

/// Every check of the kit for view stores, each as a test of its own; takes a type that implements
/// [`ViewSubject`](crate::conformance::ViewSubject).
#[macro_export]
macro_rules! view_store_conformance {
    ($subject:ty) => {
        $crate::conformance_tests! {
            view_store, $subject:
            a_view_that_was_never_written_is_empty
            rows_and_checkpoint_are_written_together
            a_snapshot_does_not_change
            views_do_not_see_each_other
            the_serving_revision_is_the_one_last_named
            a_discarded_view_is_empty
            a_reader_sees_whole_batches_only
            reopened_views_are_the_same
            revisions_come_in_their_order
            rows_are_those_of_a_sorted_map
        }
    };
}

/// Every check of the kit for key vaults, each as a test of its own; takes a type that implements
/// [`VaultSubject`](crate::conformance::VaultSubject).
#[macro_export]
macro_rules! key_vault_conformance {
    ($subject:ty) => {
        $crate::conformance_tests! {
            key_vault, $subject:
            minted_slots_are_new_and_have_keys_of_their_own
            a_minted_key_outlives_the_process
            no_slot_is_minted_twice
            a_destroyed_key_is_gone_and_the_others_are_not
            destroying_twice_changes_nothing
            a_destroyed_key_stays_destroyed
            destroying_what_was_never_minted_changes_nothing
            destroyed_unknown_and_unreachable_are_three_answers
            a_lost_key_is_neither_destroyed_nor_unknown
            a_damaged_key_keeps_no_other_from_being_fetched
            a_fetch_answers_every_slot_that_it_was_asked_for
            a_token_depends_on_vault_purpose_and_text_only
            threads_that_mint_at_once_get_different_slots
            no_fetch_brings_a_destroyed_key_back
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! conformance_tests {
    ($kit:ident, $subject:ty: $($check:ident)*) => {
        $(
            #[test]
            fn $check() {
                $crate::conformance::$kit::$check::<$subject>();
            }
        )*
    };
}
