//! What a projection writes into: a view's rows as one page finds them, and what it changes.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use kanzlei_core::ports::{Row, RowChange, ViewSnapshot};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::ProjectionError;
use crate::key::end_of;

/// The rows of one view while a page is applied: what is written is seen at once by who reads here,
/// and by everybody else when the whole page is written, together with its checkpoint.
pub struct Views<'s> {
    snapshot: &'s dyn ViewSnapshot,
    rows: HashMap<Vec<u8>, Held>,
    /// What is to be added to figures, which aren't read before that is needed.
    figures: HashMap<Vec<u8>, i128>,
    /// What others have changed beside it, each in the order of the keys.
    shares: Vec<Vec<RowChange>>,
    /// Where rows are made that are written: in one of their own they would be moved as they grow.
    buffer: Vec<u8>,
}

/// What one of several threads has changed.
pub(crate) struct Share {
    rows: Vec<RowChange>,
    figures: HashMap<Vec<u8>, i128>,
}

/// What stands in a row; nothing where there is none.
type Value = Option<Vec<u8>>;

/// A row that was read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    /// What stands in the store, if that was read.
    stored: Option<Value>,
    /// What is written in its place, if anything is.
    written: Option<Value>,
}

impl Held {
    fn now(&self) -> Option<&[u8]> {
        let now = self.written.as_ref().or(self.stored.as_ref());
        now.and_then(Option::as_deref)
    }
}

impl<'s> Views<'s> {
    /// A view as it stands in a snapshot.
    pub fn over(snapshot: &'s dyn ViewSnapshot) -> Self {
        Self {
            snapshot,
            rows: HashMap::new(),
            figures: HashMap::new(),
            shares: Vec::new(),
            buffer: Vec::new(),
        }
    }

    /// The row with this key.
    ///
    /// # Errors
    /// If the views can't be read.
    pub fn get(&mut self, key: &[u8]) -> Result<Option<&[u8]>, ProjectionError> {
        self.settle(key)?;
        if !self.rows.contains_key(key) {
            let stored = self.snapshot.get(key)?;
            let held = Held {
                stored: Some(stored),
                written: None,
            };
            self.rows.insert(key.to_vec(), held);
        }
        Ok(self.rows.get(key).and_then(Held::now))
    }

    /// The row with this key, as a `T`.
    ///
    /// # Errors
    /// If the views can't be read or the row isn't exactly a `T`.
    pub fn read<T: DeserializeOwned>(&mut self, key: &[u8]) -> Result<Option<T>, ProjectionError> {
        self.get(key)?.map(|row| decode(key, row)).transpose()
    }

    /// Writes a row.
    pub fn put(&mut self, key: &[u8], value: Vec<u8>) {
        self.set(key, Some(value));
    }

    /// Writes a `T` as a row.
    ///
    /// # Errors
    /// If it can't be serialised, above all because it holds a personal value that isn't sealed.
    pub fn write<T: Serialize>(&mut self, key: &[u8], value: &T) -> Result<(), ProjectionError> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let made = postcard::to_extend(value, buffer);
        self.buffer = made.map_err(|error| ProjectionError::Own(error.to_string()))?;
        self.put(key, self.buffer.clone());
        Ok(())
    }

    /// Removes a row.
    pub fn remove(&mut self, key: &[u8]) {
        self.set(key, None);
    }

    /// Adds to a figure, an `i128`; one that becomes 0 has no row. The row is read once, however
    /// often a page adds to it.
    pub fn count(&mut self, key: &[u8], by: i128) {
        match self.figures.get_mut(key) {
            Some(figure) => *figure = figure.saturating_add(by),
            None => {
                self.figures.insert(key.to_vec(), by);
            }
        }
    }

    /// The rows whose keys begin with `prefix`, in order; at most `limit`.
    ///
    /// # Errors
    /// If the views can't be read.
    pub fn with_prefix(
        &mut self,
        prefix: &[u8],
        limit: usize,
    ) -> Result<Vec<Row>, ProjectionError> {
        let figures = self.figures.keys();
        let figures: Vec<_> = figures
            .filter(|key| key.starts_with(prefix))
            .cloned()
            .collect();
        figures.iter().try_for_each(|key| self.settle(key))?;
        let end = end_of(prefix);
        let between = (Bound::Included(prefix), end.as_ref().map(Vec::as_slice));
        // Few ask for ranges, and a page touches few rows: a map in order would cost every read.
        let own = self.rows.iter().filter(|(key, _)| key.starts_with(prefix));
        // Each row that was touched here hides at most one of the store's.
        let more = limit.saturating_add(own.clone().count());
        let stored = self.snapshot.range(between, false, more)?;
        let own = own.map(|(key, held)| (key.as_slice(), held.now()));
        Ok(laid_over(stored, own).take(limit).collect())
    }

    /// The same view for another thread, as it stands in the store.
    pub(crate) fn beside(&self) -> Self {
        Self::over(self.snapshot)
    }

    /// Takes in what another thread has changed.
    pub(crate) fn join(&mut self, share: Share) {
        self.shares.push(share.rows);
        for (key, by) in share.figures {
            self.count(&key, by);
        }
    }

    /// What was changed, for who joins it with the rest.
    pub(crate) fn into_share(self) -> Share {
        let changed = self.rows.into_iter().filter_map(|(key, held)| {
            let value = held.written?;
            (held.stored.as_ref() != Some(&value)).then_some(RowChange { key, value })
        });
        let mut rows: Vec<RowChange> = changed.collect();
        rows.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        Share {
            rows,
            figures: self.figures,
        }
    }

    /// What was changed, in the order of the keys.
    pub(crate) fn into_changes(mut self) -> Result<Vec<RowChange>, ProjectionError> {
        for (key, by) in std::mem::take(&mut self.figures) {
            if by != 0 {
                self.add(&key, by)?;
            }
        }
        let shares = std::mem::take(&mut self.shares);
        let mut rows = self.into_share().rows;
        if shares.is_empty() {
            return Ok(rows);
        }
        rows.extend(shares.into_iter().flatten());
        // Of what is sorted in pieces this merges the pieces.
        rows.sort_by(|one, other| one.key.cmp(&other.key));
        let same = rows.windows(2).find(|rows| match rows {
            [one, other] => one.key == other.key,
            _ => false,
        });
        match same.and_then(<[_]>::first) {
            None => Ok(rows),
            Some(row) => Err(ProjectionError::Own(format!(
                "two cases write the row {} of a view that is said to be by case",
                hex(&row.key)
            ))),
        }
    }

    /// Adds what is to be added to a figure, lest who looks at its row sees another.
    fn settle(&mut self, key: &[u8]) -> Result<(), ProjectionError> {
        match self.figures.remove(key) {
            Some(by) => self.add(key, by),
            None => Ok(()),
        }
    }

    fn add(&mut self, key: &[u8], by: i128) -> Result<(), ProjectionError> {
        let figure: i128 = self.read(key)?.unwrap_or(0);
        match figure.saturating_add(by) {
            0 => self.remove(key),
            figure => self.write(key, &figure)?,
        }
        Ok(())
    }

    fn set(&mut self, key: &[u8], value: Value) {
        self.figures.remove(key);
        if let Some(held) = self.rows.get_mut(key) {
            held.written = Some(value);
            return;
        }
        let held = Held {
            stored: None,
            written: Some(value),
        };
        self.rows.insert(key.to_vec(), held);
    }
}

impl std::fmt::Debug for Views<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let touched = self.rows.len() + self.figures.len();
        write!(f, "Views({touched} rows touched)")
    }
}

/// The rows of a store with those of somebody else in their place, in the order of the keys.
pub(crate) fn laid_over<'a>(
    stored: Vec<Row>,
    own: impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)>,
) -> impl DoubleEndedIterator<Item = Row> {
    let stored = stored.into_iter().map(|row| (row.key, row.value));
    let mut rows: BTreeMap<Vec<u8>, Vec<u8>> = stored.collect();
    for (key, value) in own {
        match value {
            Some(value) => rows.insert(key.to_vec(), value.to_vec()),
            None => rows.remove(key),
        };
    }
    rows.into_iter().map(|(key, value)| Row { key, value })
}

/// Reads a row.
pub(crate) fn decode<T: DeserializeOwned>(key: &[u8], row: &[u8]) -> Result<T, ProjectionError> {
    match postcard::take_from_bytes(row) {
        Ok((value, [])) => Ok(value),
        _ => Err(ProjectionError::Row { key: hex(key) }),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('?');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

#[cfg(test)]
mod tests {
    use kanzlei_core::ports::{Checkpoint, ViewId, ViewStore};
    use kanzlei_store::MemoryViewStore;

    use super::*;

    const VIEW: ViewId = ViewId {
        name: "test",
        revision: 1,
    };

    fn store() -> MemoryViewStore {
        let store = MemoryViewStore::new();
        let row = |key: u8| RowChange {
            key: vec![1, key],
            value: Some(vec![key]),
        };
        let rows = [row(1), row(2), row(3), row(4)];
        store.write(VIEW, &rows, Checkpoint::default()).unwrap();
        store
    }

    #[test]
    fn own_writes_are_seen_among_the_rows_of_the_store() {
        let snapshot = store().snapshot(VIEW).unwrap();
        let mut views = Views::over(&*snapshot);
        views.remove(&[1, 1]);
        views.put(&[1, 3], vec![30]);
        views.put(&[1, 0], vec![0]);
        views.put(&[2, 0], vec![9]);
        let mut seen = |limit| {
            let rows = views.with_prefix(&[1], limit).unwrap();
            rows.iter().map(|row| row.value[0]).collect::<Vec<_>>()
        };
        assert_eq!(seen(10), [0, 2, 30, 4]);
        assert_eq!(seen(3), [0, 2, 30]);
        assert_eq!(seen(0), [0_u8; 0]);
        views.remove(&[1, 2]);
        let rows = views.with_prefix(&[1], 3).unwrap();
        assert_eq!(rows.len(), 3, "removed rows take no other's place");
    }

    #[test]
    fn what_ends_as_it_began_is_no_change() {
        let snapshot = store().snapshot(VIEW).unwrap();
        let mut views = Views::over(&*snapshot);
        assert_eq!(views.get(&[1, 1]).unwrap(), Some(&[1][..]));
        views.put(&[1, 1], vec![7]);
        assert_eq!(views.get(&[1, 1]).unwrap(), Some(&[7][..]));
        views.put(&[1, 1], vec![1]);
        assert_eq!(views.get(&[1, 9]).unwrap(), None);
        views.put(&[1, 9], vec![1]);
        views.remove(&[1, 9]);
        views.remove(&[1, 2]);
        let changes = views.into_changes().unwrap();
        let only = RowChange {
            key: vec![1, 2],
            value: None,
        };
        assert_eq!(changes, [only]);
    }

    #[test]
    fn a_figure_is_read_once_and_whoever_looks_at_it_sees_the_sum() {
        let snapshot = store().snapshot(VIEW).unwrap();
        let mut views = Views::over(&*snapshot);
        // As figures the store's rows are -1, 1, -2 and 2.
        views.count(&[1, 2], 5);
        views.count(&[1, 2], 5);
        assert_eq!(views.read::<i128>(&[1, 2]).unwrap(), Some(11));
        views.count(&[1, 2], -11);
        let left = views.with_prefix(&[1], 9).unwrap();
        assert_eq!(
            left.iter().map(|row| row.key[1]).collect::<Vec<_>>(),
            [1, 3, 4]
        );
        views.count(&[1, 4], 1);
        views.remove(&[1, 4]);
        views.count(&[1, 4], 3);
        views.count(&[1, 1], 4);
        views.count(&[1, 1], -4);
        views.count(&[1, 7], 1);
        let changes = views.into_changes().unwrap();
        let changes: Vec<_> = changes
            .iter()
            .map(|row| {
                (
                    row.key[1],
                    row.value.as_deref().map(|row| decode(&row[..0], row)),
                )
            })
            .map(|(key, figure)| (key, figure.transpose().unwrap()))
            .collect();
        assert_eq!(changes, [(2, None), (4, Some(3_i128)), (7, Some(1))]);
    }

    #[test]
    fn a_row_with_surplus_bytes_is_damaged() {
        let error = decode::<u8>(&[0xab], &[1, 2]).unwrap_err();
        assert!(error.to_string().contains("row ab "), "{error}");
    }
}
