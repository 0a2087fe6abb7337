//! What a projection writes into: a view's rows as one page finds them, and what it changes.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use kanzlei_core::ports::{Row, RowChange, ViewSnapshot};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::key::end_of;
use crate::projection::ProjectionError;

/// The rows of one view while a page is applied: what is written is seen at once by who reads here,
/// and by everybody else when the whole page is written, together with its checkpoint.
pub struct Views<'s> {
    snapshot: &'s dyn ViewSnapshot,
    rows: HashMap<Vec<u8>, Held>,
}

/// A row that was read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    /// What stands in the store, if that was read.
    stored: Stored,
    now: Option<Vec<u8>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Stored {
    NotRead,
    Read(Option<Vec<u8>>),
}

impl<'s> Views<'s> {
    /// A view as it stands in a snapshot.
    pub fn over(snapshot: &'s dyn ViewSnapshot) -> Self {
        Self {
            snapshot,
            rows: HashMap::new(),
        }
    }

    /// The row with this key.
    ///
    /// # Errors
    /// If the views can't be read.
    pub fn get(&mut self, key: &[u8]) -> Result<Option<&[u8]>, ProjectionError> {
        if !self.rows.contains_key(key) {
            let stored = self.snapshot.get(key)?;
            let held = Held {
                stored: Stored::Read(stored.clone()),
                now: stored,
            };
            self.rows.insert(key.to_vec(), held);
        }
        Ok(self.rows.get(key).and_then(|held| held.now.as_deref()))
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
        let value = postcard::to_stdvec(value);
        self.put(
            key,
            value.map_err(|error| ProjectionError::Own(error.to_string()))?,
        );
        Ok(())
    }

    /// Removes a row.
    pub fn remove(&mut self, key: &[u8]) {
        self.set(key, None);
    }

    /// Adds to a figure; one that becomes 0 has no row.
    ///
    /// # Errors
    /// If the views can't be read or the row is no figure.
    pub fn count(&mut self, key: &[u8], by: i128) -> Result<(), ProjectionError> {
        let figure: i128 = self.read(key)?.unwrap_or(0);
        match figure.saturating_add(by) {
            0 => self.remove(key),
            figure => self.write(key, &figure)?,
        }
        Ok(())
    }

    /// The rows whose keys begin with `prefix`, in order; at most `limit`.
    ///
    /// # Errors
    /// If the views can't be read.
    pub fn with_prefix(&self, prefix: &[u8], limit: usize) -> Result<Vec<Row>, ProjectionError> {
        let end = end_of(prefix);
        let between = (Bound::Included(prefix), end.as_ref().map(Vec::as_slice));
        // Few ask for ranges, and a page touches few rows: a map in order would cost every read.
        let own = self.rows.iter().filter(|(key, _)| key.starts_with(prefix));
        // Each row that was touched here hides at most one of the store's.
        let more = limit.saturating_add(own.clone().count());
        let stored = self.snapshot.range(between, false, more)?;
        let mut rows: BTreeMap<Vec<u8>, Vec<u8>> =
            stored.into_iter().map(|row| (row.key, row.value)).collect();
        for (key, held) in own {
            match &held.now {
                Some(value) => rows.insert(key.clone(), value.clone()),
                None => rows.remove(key),
            };
        }
        let rows = rows.into_iter().take(limit);
        Ok(rows.map(|(key, value)| Row { key, value }).collect())
    }

    /// What was changed, in the order of the keys.
    pub(crate) fn into_changes(self) -> Vec<RowChange> {
        let changed = self
            .rows
            .into_iter()
            .filter(|(_, held)| match &held.stored {
                Stored::NotRead => true,
                Stored::Read(stored) => *stored != held.now,
            });
        let mut rows: Vec<RowChange> = changed
            .map(|(key, held)| RowChange {
                key,
                value: held.now,
            })
            .collect();
        rows.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        rows
    }

    fn set(&mut self, key: &[u8], value: Option<Vec<u8>>) {
        if let Some(held) = self.rows.get_mut(key) {
            held.now = value;
            return;
        }
        let held = Held {
            stored: Stored::NotRead,
            now: value,
        };
        self.rows.insert(key.to_vec(), held);
    }
}

impl std::fmt::Debug for Views<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Views({} rows touched)", self.rows.len())
    }
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
        let seen = |limit| {
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
        let changes = views.into_changes();
        let only = RowChange {
            key: vec![1, 2],
            value: None,
        };
        assert_eq!(changes, [only]);
    }

    #[test]
    fn a_row_with_surplus_bytes_is_damaged() {
        let error = decode::<u8>(&[0xab], &[1, 2]).unwrap_err();
        assert!(error.to_string().contains("row ab "), "{error}");
    }
}
