//! A view store in memory: for tests, examples and trying out. It ends with the process.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kanzlei_core::ports::{
    Checkpoint, Row, RowChange, ViewId, ViewSnapshot, ViewStore, ViewStoreError,
};

/// A view store in memory. A clone is another handle on the same views.
#[derive(Debug, Clone, Default)]
pub struct MemoryViewStore(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Copied on write only while a snapshot of it is alive.
    views: HashMap<ViewId, Arc<View>>,
    serving: HashMap<String, u32>,
}

#[derive(Debug, Clone, Default)]
struct View {
    rows: BTreeMap<Vec<u8>, Vec<u8>>,
    checkpoint: Checkpoint,
}

impl MemoryViewStore {
    /// No views yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ViewStore for MemoryViewStore {
    fn serving(&self, name: &str) -> Result<Option<u32>, ViewStoreError> {
        Ok(self.state().serving.get(name).copied())
    }

    fn snapshot(&self, view: ViewId) -> Result<Box<dyn ViewSnapshot>, ViewStoreError> {
        let view = self.state().views.get(&view).cloned().unwrap_or_default();
        Ok(Box::new(Snapshot(view)))
    }

    fn write(
        &self,
        view: ViewId,
        rows: &[RowChange],
        checkpoint: Checkpoint,
    ) -> Result<(), ViewStoreError> {
        let mut state = self.state();
        let view = Arc::make_mut(state.views.entry(view).or_default());
        for row in rows {
            match &row.value {
                Some(value) => view.rows.insert(row.key.clone(), value.clone()),
                None => view.rows.remove(&row.key),
            };
        }
        view.checkpoint = checkpoint;
        Ok(())
    }

    fn serve(&self, view: ViewId) -> Result<(), ViewStoreError> {
        self.state()
            .serving
            .insert(view.name.to_owned(), view.revision);
        Ok(())
    }

    fn sync(&self) -> Result<(), ViewStoreError> {
        Ok(())
    }

    fn revisions(&self, name: &str) -> Result<Vec<u32>, ViewStoreError> {
        let state = self.state();
        let views = state.views.keys().filter(|view| view.name == name);
        let mut revisions: Vec<u32> = views.map(|view| view.revision).collect();
        revisions.sort_unstable();
        Ok(revisions)
    }

    fn discard(&self, view: ViewId) -> Result<(), ViewStoreError> {
        self.state().views.remove(&view);
        Ok(())
    }
}

struct Snapshot(Arc<View>);

impl ViewSnapshot for Snapshot {
    fn checkpoint(&self) -> Result<Checkpoint, ViewStoreError> {
        Ok(self.0.checkpoint)
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ViewStoreError> {
        Ok(self.0.rows.get(key).cloned())
    }

    fn range(
        &self,
        between: (Bound<&[u8]>, Bound<&[u8]>),
        backwards: bool,
        limit: usize,
    ) -> Result<Vec<Row>, ViewStoreError> {
        if is_empty(between) {
            return Ok(Vec::new());
        }
        let rows = self.0.rows.range::<[u8], _>(between);
        let row = |(key, value): (&Vec<u8>, &Vec<u8>)| Row {
            key: key.clone(),
            value: value.clone(),
        };
        Ok(if backwards {
            rows.rev().map(row).take(limit).collect()
        } else {
            rows.map(row).take(limit).collect()
        })
    }
}

/// Whether no key lies between these bounds; a `BTreeMap` panics on some of them.
fn is_empty(between: (Bound<&[u8]>, Bound<&[u8]>)) -> bool {
    use Bound::{Excluded, Included, Unbounded};
    match between {
        (Unbounded, _) | (_, Unbounded) => false,
        (Included(from), Included(to)) => from > to,
        (Included(from) | Excluded(from), Included(to) | Excluded(to)) => from >= to,
    }
}
