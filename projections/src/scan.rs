//! Reading several runs of rows as one, in the order of what follows their prefixes.

use std::collections::VecDeque;
use std::ops::Bound;

use kanzlei_core::ports::{Row, ViewSnapshot, ViewStoreError};

use crate::error::ProjectionError;
use crate::key::{Key, end_of};

/// Rows that are read at once from one lane, at most.
const CHUNK: usize = 128;
/// Rows that are read at once where all are read.
const ROWS: usize = 1_024;

/// Several lanes (prefixes) merged: gives the rows, with what follows the prefix for a key, in order,
/// each place once.
pub(crate) struct Scan<'s> {
    snapshot: &'s dyn ViewSnapshot,
    lanes: Vec<Lane>,
    backwards: bool,
}

struct Lane {
    prefix: Vec<u8>,
    /// The bound that is still to be read from: a whole key.
    from: Bound<Vec<u8>>,
    held: VecDeque<Row>,
    /// How many rows are read next. It grows, so that a short page reads no long lane.
    chunk: usize,
    exhausted: bool,
}

impl<'s> Scan<'s> {
    /// The places of these lanes beyond `after`, of which so many are `wanted` at first.
    pub fn new(
        snapshot: &'s dyn ViewSnapshot,
        lanes: impl IntoIterator<Item = Key>,
        after: Option<&[u8]>,
        backwards: bool,
        wanted: usize,
    ) -> Self {
        let lane = |prefix: Key| {
            let prefix = prefix.into_vec();
            let from = match after {
                Some(place) => Bound::Excluded([prefix.as_slice(), place].concat()),
                None if backwards => end_of(&prefix),
                None => Bound::Included(prefix.clone()),
            };
            Lane {
                prefix,
                from,
                held: VecDeque::new(),
                chunk: wanted.clamp(1, CHUNK),
                exhausted: false,
            }
        };
        Self {
            snapshot,
            lanes: lanes.into_iter().map(lane).collect(),
            backwards,
        }
    }

    /// The next row; its key is its place.
    pub fn next(&mut self) -> Result<Option<Row>, ViewStoreError> {
        for lane in &mut self.lanes {
            lane.fill_if_empty(self.snapshot, self.backwards)?;
        }
        let places = self.lanes.iter().filter_map(|lane| lane.held.front());
        let places = places.map(|row| row.key.as_slice());
        let best = if self.backwards {
            places.max()
        } else {
            places.min()
        };
        let Some(place) = best.map(<[u8]>::to_vec) else {
            return Ok(None);
        };
        // A case can stand in several lanes: it is given once.
        let mut found = None;
        for lane in &mut self.lanes {
            if lane.held.front().is_some_and(|row| row.key == place) {
                found = lane.held.pop_front();
            }
        }
        Ok(found)
    }
}

impl Lane {
    fn fill_if_empty(
        &mut self,
        snapshot: &dyn ViewSnapshot,
        backwards: bool,
    ) -> Result<(), ViewStoreError> {
        if self.held.is_empty() && !self.exhausted {
            self.fill(snapshot, backwards)?;
        }
        Ok(())
    }

    fn fill(&mut self, snapshot: &dyn ViewSnapshot, backwards: bool) -> Result<(), ViewStoreError> {
        let end = end_of(&self.prefix);
        let from = self.from.as_ref().map(Vec::as_slice);
        let between = if backwards {
            (Bound::Included(self.prefix.as_slice()), from)
        } else {
            (from, end.as_ref().map(Vec::as_slice))
        };
        let rows = snapshot.range(between, backwards, self.chunk)?;
        self.exhausted = rows.len() < self.chunk;
        self.chunk = (self.chunk * 2).min(CHUNK);
        if let Some(last) = rows.last() {
            self.from = Bound::Excluded(last.key.clone());
        }
        let placed = rows.into_iter().map(|mut row| {
            row.key.drain(..self.prefix.len().min(row.key.len()));
            row
        });
        self.held.extend(placed);
        Ok(())
    }
}

/// Gives all rows with a prefix, in order.
pub(crate) fn rows(
    snapshot: &dyn ViewSnapshot,
    prefix: &Key,
    mut each: impl FnMut(Row) -> Result<(), ProjectionError>,
) -> Result<(), ProjectionError> {
    let end = end_of(prefix.as_slice());
    let mut from = Bound::Included(prefix.as_slice().to_vec());
    loop {
        let between = (
            from.as_ref().map(Vec::as_slice),
            end.as_ref().map(Vec::as_slice),
        );
        let rows = snapshot.range(between, false, ROWS)?;
        let done = rows.len() < ROWS;
        for row in rows {
            from = Bound::Excluded(row.key.clone());
            each(row)?;
        }
        if done {
            return Ok(());
        }
    }
}
