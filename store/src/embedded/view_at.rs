//! Reading one moment of a view.

use std::ops::Bound;

use fjall::{Guard, Keyspace, Readable, Slice, Snapshot};
use kanzlei_core::Position;
use kanzlei_core::ports::{Checkpoint, Row, ViewSnapshot, ViewStoreError};
use kanzlei_core::record::Hash;

use super::why::why;

/// The layout number in `meta`, and the checkpoint in a view.
pub(super) const FIRST: [u8; 1] = [0];
/// What stands before a name in `meta`, and before a row's key in a view.
const NAMED: u8 = 1;
/// Behind all that begins with [`NAMED`].
const END: [u8; 1] = [2];

/// One moment of a view, if it was ever written.
pub(super) struct ViewAt {
    pub(super) keyspace: Option<Keyspace>,
    pub(super) snapshot: Snapshot,
}

impl ViewAt {
    fn value(&self, key: &[u8]) -> Result<Option<Slice>, ViewStoreError> {
        let Some(keyspace) = &self.keyspace else {
            return Ok(None);
        };
        let value = self.snapshot.get(keyspace, key);
        value.map_err(|error| unavailable(&error))
    }
}

impl ViewSnapshot for ViewAt {
    fn checkpoint(&self) -> Result<Checkpoint, ViewStoreError> {
        let Some(bytes) = self.value(&FIRST)? else {
            return Ok(Checkpoint::default());
        };
        bytes
            .split_first_chunk::<8>()
            .and_then(|(position, content)| {
                Some(Checkpoint {
                    position: Position(u64::from_le_bytes(*position)),
                    content: Hash::from_bytes(content.try_into().ok()?),
                })
            })
            .ok_or_else(|| ViewStoreError::Unavailable("a view's checkpoint is damaged".into()))
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ViewStoreError> {
        Ok(self.value(&prefixed(key))?.map(|value| value.to_vec()))
    }

    fn range(
        &self,
        (from, to): (Bound<&[u8]>, Bound<&[u8]>),
        backwards: bool,
        limit: usize,
    ) -> Result<Vec<Row>, ViewStoreError> {
        let Some(keyspace) = &self.keyspace else {
            return Ok(Vec::new());
        };
        let from = match from {
            Bound::Unbounded => Bound::Included(vec![NAMED]),
            other => other.map(prefixed),
        };
        let to = match to {
            Bound::Unbounded => Bound::Excluded(END.to_vec()),
            other => other.map(prefixed),
        };
        if !ordered(&from, &to) {
            return Ok(Vec::new());
        }
        let mut rows = self.snapshot.range(keyspace, (from, to));
        let next = || {
            if backwards {
                rows.next_back()
            } else {
                rows.next()
            }
        };
        std::iter::from_fn(next).take(limit).map(row).collect()
    }
}

/// Whether there can be anything between these; fjall doesn't promise to bear it if not.
fn ordered(from: &Bound<Vec<u8>>, to: &Bound<Vec<u8>>) -> bool {
    match (from, to) {
        (Bound::Included(from), Bound::Included(to)) => from <= to,
        (
            Bound::Included(from) | Bound::Excluded(from),
            Bound::Included(to) | Bound::Excluded(to),
        ) => from < to,
        (Bound::Unbounded, _) | (_, Bound::Unbounded) => true,
    }
}

fn row(row: Guard) -> Result<Row, ViewStoreError> {
    let (key, value) = row.into_inner().map_err(|error| unavailable(&error))?;
    Ok(Row {
        key: key.get(1..).unwrap_or_default().to_vec(),
        value: value.to_vec(),
    })
}

fn unavailable(error: &fjall::Error) -> ViewStoreError {
    ViewStoreError::Unavailable(why(error))
}

pub(super) fn prefixed(key: &[u8]) -> Vec<u8> {
    let mut prefixed = Vec::with_capacity(key.len() + 1);
    prefixed.push(NAMED);
    prefixed.extend_from_slice(key);
    prefixed
}
