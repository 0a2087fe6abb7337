//! What was written: what readers see of it, and where its cases end.

use std::sync::{Mutex, PoisonError};

use kanzlei_core::CaseId;
use kanzlei_core::ports::{AppendError, StoreError, TreeHead, Watermark};
use quick_cache::sync::Cache;

use super::figures::Counters;
use super::layout::Layout;
use super::open::Opened;
use super::read;
use super::round::Round;
use crate::admission::Tip;

/// Tips in memory, some 80 bytes each; those of all cases would be too many.
const TIPS_MAX: usize = 64 * 1024;

/// The log, as far as it is written.
pub(super) struct Written {
    pub(super) layout: Layout,
    pub(super) watermark: Watermark,
    pub(super) counters: Counters,
    /// Where cases end; what is behind the last round that was settled is in no case older than it.
    tips: Cache<CaseId, Tip>,
    head: Mutex<TreeHead>,
}

impl Written {
    pub(super) fn new(layout: Layout, opened: &Opened) -> Self {
        Self {
            layout,
            watermark: Watermark::at(opened.head.position),
            counters: Counters::default(),
            tips: Cache::new(TIPS_MAX),
            head: Mutex::new(opened.head),
        }
    }

    pub(super) fn head(&self) -> TreeHead {
        *self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets look-ups and readers find a round that was written.
    pub(super) fn publish(&self, round: &Round, head: TreeHead) {
        for (case, tip) in &round.moved {
            self.tips.insert(*case, *tip);
        }
        *self.head.lock().unwrap_or_else(PoisonError::into_inner) = head;
        self.watermark.advance(head.position);
    }

    /// Where a case ends.
    pub(super) fn tip(&self, case: CaseId) -> Result<Tip, AppendError> {
        self.tips.get_or_insert_with(&case, || {
            read::tip(&self.layout.places, case).map_err(|error| match error {
                StoreError::Damaged { .. } => AppendError::Damaged { case },
                error => unreadable(&error),
            })
        })
    }
}

/// Something can't be read: this append fails, the others go on. Whether the command was answered
/// before is what can't be read, so that it is not known whether it was stored.
pub(super) fn unreadable(error: &StoreError) -> AppendError {
    AppendError::Unknown(error.to_string())
}
