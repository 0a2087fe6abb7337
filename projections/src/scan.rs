//! Reading several runs of rows as one, in the order of what follows their prefixes.

use std::collections::VecDeque;
use std::ops::Bound;

use kanzlei_core::ports::{Row, ViewSnapshot, ViewStoreError};

use crate::key::{Key, end_of};
use crate::projection::ProjectionError;

/// Rows that are read at once from one lane.
const CHUNK: usize = 128;
/// Rows that are read at once where all are read.
const ROWS: usize = 1_024;

/// Several lanes (prefixes) merged: gives what follows the prefix, in order, each place once.
pub(crate) struct Scan<'s> {
    snapshot: &'s dyn ViewSnapshot,
    lanes: Vec<Lane>,
    backwards: bool,
}

struct Lane {
    prefix: Vec<u8>,
    /// The bound that is still to be read from: a whole key.
    from: Bound<Vec<u8>>,
    held: VecDeque<Vec<u8>>,
    exhausted: bool,
}

impl<'s> Scan<'s> {
    /// The places of these lanes beyond `after`.
    pub fn new(
        snapshot: &'s dyn ViewSnapshot,
        lanes: impl IntoIterator<Item = Key>,
        after: Option<&[u8]>,
        backwards: bool,
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
                exhausted: false,
            }
        };
        Self {
            snapshot,
            lanes: lanes.into_iter().map(lane).collect(),
            backwards,
        }
    }

    /// The next place.
    pub fn next(&mut self) -> Result<Option<Vec<u8>>, ViewStoreError> {
        let mut best: Option<Vec<u8>> = None;
        for lane in &mut self.lanes {
            let Some(first) = lane.peek(self.snapshot, self.backwards)? else {
                continue;
            };
            let better = match &best {
                None => true,
                Some(best) if self.backwards => first > best,
                Some(best) => first < best,
            };
            if better {
                best = Some(first.clone());
            }
        }
        // A case can stand in several lanes: it is given once.
        for lane in &mut self.lanes {
            if best.is_some() && lane.held.front() == best.as_ref() {
                lane.held.pop_front();
            }
        }
        Ok(best)
    }
}

impl Lane {
    fn peek(
        &mut self,
        snapshot: &dyn ViewSnapshot,
        backwards: bool,
    ) -> Result<Option<&Vec<u8>>, ViewStoreError> {
        if self.held.is_empty() && !self.exhausted {
            self.fill(snapshot, backwards)?;
        }
        Ok(self.held.front())
    }

    fn fill(&mut self, snapshot: &dyn ViewSnapshot, backwards: bool) -> Result<(), ViewStoreError> {
        let end = end_of(&self.prefix);
        let from = self.from.as_ref().map(Vec::as_slice);
        let between = if backwards {
            (Bound::Included(self.prefix.as_slice()), from)
        } else {
            (from, end.as_ref().map(Vec::as_slice))
        };
        let rows = snapshot.range(between, backwards, CHUNK)?;
        self.exhausted = rows.len() < CHUNK;
        if let Some(last) = rows.last() {
            self.from = Bound::Excluded(last.key.clone());
        }
        let place = |key: &[u8]| key.get(self.prefix.len()..).map(<[u8]>::to_vec);
        self.held
            .extend(rows.iter().filter_map(|row| place(&row.key)));
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
