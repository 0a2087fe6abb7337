//! What stands where in the segments that the index doesn't know yet: in memory, made anew from them when
//! the store opens.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use kanzlei_core::{CaseId, CommandId, Position, Version};

use super::super::segments::Place;

/// A group whose place is noted is followed by others for so many bytes: what is read and passed over to
/// find a position.
const NOTED_EVERY: u32 = 16 * 1024;

/// What stands where in one segment. Places are bytes in it.
#[derive(Default)]
pub(in super::super) struct SegmentTail {
    pub(in super::super) number: u32,
    pub(super) commands: HashMap<CommandId, u32>,
    /// The first version of each commit that a case has in it.
    pub(super) cases: HashMap<CaseId, Vec<(Version, u32)>>,
    /// Some groups, by their first position.
    pub(super) groups: Vec<(Position, u32)>,
}

impl SegmentTail {
    pub(in super::super) fn of(number: u32) -> Self {
        Self {
            number,
            ..Self::default()
        }
    }

    /// An empty one, with room for as much as the one before came to hold: what grows is moved while it
    /// is locked.
    fn after(before: &Self, number: u32) -> Self {
        Self {
            number,
            commands: HashMap::with_capacity(before.commands.len()),
            cases: HashMap::with_capacity(before.cases.len()),
            groups: Vec::with_capacity(before.groups.len()),
        }
    }

    /// Notes where a group begins.
    pub(in super::super) fn group(&mut self, first: Position, place: Place) {
        let last = self.groups.last();
        if last.is_none_or(|(_, at)| place.at - at >= NOTED_EVERY) {
            self.groups.push((first, place.at));
        }
    }

    /// Notes where a commit stands, and whose versions begin in it.
    pub(in super::super) fn commit(
        &mut self,
        command: CommandId,
        parts: impl Iterator<Item = (CaseId, Version)>,
        place: Place,
    ) {
        self.commands.insert(command, place.at);
        for (case, first) in parts {
            self.cases.entry(case).or_default().push((first, place.at));
        }
    }

    fn place(&self, at: u32) -> Place {
        Place {
            segment: self.number,
            at,
        }
    }

    /// The last noted group that doesn't begin after a position.
    fn group_before(&self, position: Position) -> Option<Place> {
        let after = self.groups.partition_point(|(first, _)| *first <= position);
        let (_, at) = self.groups.get(after.checked_sub(1)?)?;
        Some(self.place(*at))
    }
}

/// The segments of which the index knows nothing: those that wait for it, and the one that is being filled.
#[derive(Default)]
pub(in super::super) struct Tail {
    full: RwLock<Vec<Arc<SegmentTail>>>,
    open: RwLock<SegmentTail>,
}

impl Tail {
    /// These, of which the last is being filled.
    pub(in super::super) fn of(mut segments: Vec<SegmentTail>) -> Self {
        let open = segments.pop().unwrap_or_default();
        let full = segments.into_iter().map(Arc::new).collect();
        Self {
            full: RwLock::new(full),
            open: RwLock::new(open),
        }
    }

    /// A new segment is begun; the one before is full.
    pub(in super::super) fn begin(&self, number: u32) {
        let mut full = self.full.write().unwrap_or_else(PoisonError::into_inner);
        let mut open = self.open();
        let next = SegmentTail::after(&open, number);
        let before = std::mem::replace(&mut *open, next);
        drop(open);
        if before.number > 0 {
            full.push(Arc::new(before));
        }
    }

    /// The segment that is being filled.
    pub(in super::super) fn open(&self) -> RwLockWriteGuard<'_, SegmentTail> {
        self.open.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that wait for the index, the oldest first.
    pub(in super::super) fn full(&self) -> Vec<Arc<SegmentTail>> {
        self.waiting().clone()
    }

    /// The index knows this one now.
    pub(in super::super) fn settled(&self, number: u32) {
        let mut full = self.full.write().unwrap_or_else(PoisonError::into_inner);
        full.retain(|segment| segment.number != number);
    }

    fn waiting(&self) -> RwLockReadGuard<'_, Vec<Arc<SegmentTail>>> {
        self.full.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks each segment, the newest first, until one has an answer.
    fn ask<T>(&self, ask: impl Fn(&SegmentTail) -> Option<T>) -> Option<T> {
        // Both are held, so that a segment is in one of them.
        let full = self.waiting();
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let segments = std::iter::once(&*open).chain(full.iter().rev().map(Arc::as_ref));
        segments.into_iter().find_map(ask)
    }

    /// Where a command's commit stands.
    pub(in super::super) fn command(&self, command: CommandId) -> Option<Place> {
        self.ask(|segment| Some(segment.place(*segment.commands.get(&command)?)))
    }

    /// The last noted group that doesn't begin after a position.
    pub(in super::super) fn group_before(&self, position: Position) -> Option<Place> {
        self.ask(|segment| segment.group_before(position))
    }

    /// The commits of a case, in order; `true` once there is one that begins at or before this version.
    pub(in super::super) fn case(
        &self,
        case: CaseId,
        from: Version,
    ) -> (Vec<(Version, Place)>, bool) {
        let mut found = Vec::new();
        let full = self.waiting();
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        for segment in std::iter::once(&*open).chain(full.iter().rev().map(Arc::as_ref)) {
            let entries = segment
                .cases
                .get(&case)
                .map(Vec::as_slice)
                .unwrap_or_default();
            for (first, at) in entries.iter().rev() {
                found.push((*first, segment.place(*at)));
                if *first <= from {
                    found.reverse();
                    return (found, true);
                }
            }
        }
        found.reverse();
        (found, false)
    }
}
