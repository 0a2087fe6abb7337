//! Where everything stands: what the index doesn't know yet is in the tail.

use std::sync::Arc;

use kanzlei_core::ports::StoreError;
use kanzlei_core::{CaseId, CommandId, Position, Version};

use super::index::Index;
use super::index::tail::Tail;
use super::lent::Lent;
use super::segments::{Place, Segments};

/// The segments, what finds something in them, and the memory it is read into.
pub(super) struct Places {
    pub(super) segments: Arc<Segments>,
    pub(super) index: Arc<Index>,
    pub(super) tail: Arc<Tail>,
    pub(super) lent: Lent,
}

impl Places {
    /// Where the commit of a command stands.
    pub(super) fn command(&self, command: CommandId) -> Result<Option<Place>, StoreError> {
        // The tail first: what leaves it is in the index already.
        match self.tail.command(command) {
            Some(place) => Ok(Some(place)),
            None => self.index.command(command),
        }
    }

    /// The commits of a case, in order, from the one in which this version is, or would be.
    pub(super) fn case(
        &self,
        case: CaseId,
        from: Version,
    ) -> Result<Vec<(Version, Place)>, StoreError> {
        let (recent, whole) = self.tail.case(case, from);
        if whole
            || recent
                .first()
                .is_some_and(|(first, _)| *first == Version(1))
        {
            return Ok(recent);
        }
        let mut found = self.index.case(case, from)?;
        // A segment may have come into the index after the tail was looked at.
        found.retain(|(first, _)| recent.first().is_none_or(|(recent, _)| first < recent));
        found.extend(recent);
        Ok(found)
    }

    /// A group at or before the one in which this position is, and not far from it.
    pub(super) fn group_before(&self, position: Position) -> Result<Place, StoreError> {
        let found = match self.tail.group_before(position) {
            Some(place) => Some(place),
            None => self.index.group_before(position)?,
        };
        let segment = self.segments.of(position);
        Ok(found
            .filter(|place| place.segment == segment)
            .unwrap_or(Place::first(segment)))
    }
}
