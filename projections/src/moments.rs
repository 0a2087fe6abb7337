//! Moments: how far the log had come at a moment, for "as of".
//!
//! ```text
//! s second      the last commit recorded in this second
//! ```

use std::ops::Bound;

use kanzlei_core::ports::{ViewSnapshot, ViewStoreError};
use kanzlei_core::{Position, Timestamp};

use crate::error::ProjectionError;
use crate::key::Key;
use crate::projection::{Interest, PartInLog, Projection};
use crate::views::{Views, decode};

/// The view's name.
pub const NAME: &str = "moments";
const REVISION: u32 = 1;
/// The oldest revision whose rows are like these.
pub(crate) const OLDEST: u32 = 1;

const SECOND: u8 = b's';
const MICROS: i64 = 1_000_000;

/// Projects the [moments](self).
#[derive(Debug, Clone, Copy, Default)]
pub struct Moments;

impl Projection for Moments {
    fn name(&self) -> &'static str {
        NAME
    }

    fn revision(&self) -> u32 {
        REVISION
    }

    fn interest(&self) -> Interest {
        Interest::everywhere()
    }

    fn apply(&self, part: &PartInLog<'_>, views: &mut Views<'_>) -> Result<(), ProjectionError> {
        // The first part stands for the commit.
        if part.part.index > 0 {
            return Ok(());
        }
        let second = key(part.stamp.recorded);
        views.write(second.as_slice(), &part.stamp.position)
    }
}

fn key(moment: Timestamp) -> Key {
    Key::of(SECOND).i64(moment.micros().div_euclid(MICROS))
}

/// The last commit recorded up to the second of this moment.
pub(crate) fn position_at(
    snapshot: &dyn ViewSnapshot,
    moment: Timestamp,
) -> Result<Option<Position>, ProjectionError> {
    let (first, last) = (Key::of(SECOND), key(moment));
    let between = (
        Bound::Included(first.as_slice()),
        Bound::Included(last.as_slice()),
    );
    let rows: Result<_, ViewStoreError> = snapshot.range(between, true, 1);
    let row = rows?.pop();
    row.map(|row| decode(&row.key, &row.value)).transpose()
}
