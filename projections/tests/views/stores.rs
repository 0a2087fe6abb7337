//! View stores for tests: one that dies after some writes, one that shows all it holds.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use kanzlei_core::ports::{
    Checkpoint, Row, RowChange, ViewId, ViewSnapshot, ViewStore, ViewStoreError,
};
use kanzlei_store::MemoryViewStore;

/// A view store that can be killed, and searched.
#[derive(Clone)]
pub struct TestViews {
    inner: MemoryViewStore,
    /// Writes that still succeed; below zero nothing is written any more.
    left: Arc<AtomicI64>,
    seen: Arc<Mutex<BTreeSet<ViewId>>>,
    /// The view whose writes wait for a discard, and how many there were.
    waits: Arc<Mutex<(Option<&'static str>, u64)>>,
    discarded: Arc<Condvar>,
}

/// So long a write waits for a discard that may not come.
const PATIENCE: Duration = Duration::from_millis(500);

impl TestViews {
    pub fn new() -> Self {
        Self {
            inner: MemoryViewStore::new(),
            left: Arc::new(AtomicI64::new(i64::MAX)),
            seen: Arc::default(),
            waits: Arc::default(),
            discarded: Arc::default(),
        }
    }

    pub fn die_after(&self, writes: i64) {
        self.left.store(writes, Ordering::SeqCst);
    }

    /// What is written next to this view comes after a discard, if there is one soon.
    pub fn write_after_a_discard(&self, view: &'static str) {
        self.waits.lock().unwrap().0 = Some(view);
    }

    /// Whether something wasn't written since.
    pub fn died(&self) -> bool {
        self.left.load(Ordering::SeqCst) < 0
    }

    pub fn live(&self) {
        self.die_after(i64::MAX);
    }

    fn alive(&self) -> Result<(), ViewStoreError> {
        if self.left.fetch_sub(1, Ordering::SeqCst) > 0 {
            Ok(())
        } else {
            Err(ViewStoreError::Unavailable("killed".to_owned()))
        }
    }

    fn wait_for_a_discard(&self, view: ViewId) {
        let mut waits = self.waits.lock().unwrap();
        if waits.0 == Some(view.name) {
            waits.0 = None;
            let before = waits.1;
            let none = |waits: &mut (_, u64)| waits.1 == before;
            let waited = self.discarded.wait_timeout_while(waits, PATIENCE, none);
            drop(waited.unwrap());
        }
    }

    /// All rows of all views.
    pub fn rows(&self) -> Vec<(ViewId, Row)> {
        let mut all = Vec::new();
        for view in self.seen.lock().unwrap().iter() {
            let snapshot = self.inner.snapshot(*view).unwrap();
            let rows = snapshot.range((Bound::Unbounded, Bound::Unbounded), false, usize::MAX);
            all.extend(rows.unwrap().into_iter().map(|row| (*view, row)));
        }
        all
    }

    /// The views that hold one of these texts.
    pub fn holding(&self, texts: &[&str]) -> BTreeSet<&'static str> {
        let holds = |bytes: &[u8], text: &str| {
            bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes())
        };
        let rows = self.rows();
        let found = rows.iter().filter(|(_, row)| {
            texts
                .iter()
                .any(|text| holds(&row.key, text) || holds(&row.value, text))
        });
        found.map(|(view, _)| view.name).collect()
    }
}

impl ViewStore for TestViews {
    fn serving(&self, name: &str) -> Result<Option<u32>, ViewStoreError> {
        self.inner.serving(name)
    }

    fn snapshot(&self, view: ViewId) -> Result<Box<dyn ViewSnapshot>, ViewStoreError> {
        self.inner.snapshot(view)
    }

    fn write(
        &self,
        view: ViewId,
        rows: &[RowChange],
        checkpoint: Checkpoint,
    ) -> Result<(), ViewStoreError> {
        self.alive()?;
        self.wait_for_a_discard(view);
        self.seen.lock().unwrap().insert(view);
        self.inner.write(view, rows, checkpoint)
    }

    fn revisions(&self, name: &str) -> Result<Vec<u32>, ViewStoreError> {
        self.inner.revisions(name)
    }

    fn serve(&self, view: ViewId) -> Result<(), ViewStoreError> {
        self.alive()?;
        self.inner.serve(view)
    }

    fn sync(&self) -> Result<(), ViewStoreError> {
        self.alive()?;
        self.inner.sync()
    }

    fn discard(&self, view: ViewId) -> Result<(), ViewStoreError> {
        self.alive()?;
        self.inner.discard(view)?;
        self.waits.lock().unwrap().1 += 1;
        self.discarded.notify_all();
        Ok(())
    }
}
