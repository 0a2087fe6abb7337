//! A page's rows while they are written beside the page that follows.

use std::ops::Bound;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use kanzlei_core::ports::{
    Checkpoint, Row, RowChange, ViewId, ViewSnapshot, ViewStore, ViewStoreError,
};

use crate::views::laid_over;

/// Rows that are being written. Nobody goes on writing the view before that has ended: it is waited for
/// when this is dropped, too.
pub(super) struct Writing {
    rows: Arc<[RowChange]>,
    thread: Option<JoinHandle<Result<(), ViewStoreError>>>,
}

impl Writing {
    /// Begins to write rows, which are in the order of their keys, and the checkpoint behind them.
    pub(super) fn begin(
        views: &Arc<dyn ViewStore>,
        view: ViewId,
        rows: Vec<RowChange>,
        checkpoint: Checkpoint,
    ) -> Result<Self, ViewStoreError> {
        let rows: Arc<[RowChange]> = rows.into();
        let (to, these) = (Arc::clone(views), Arc::clone(&rows));
        let thread = thread::Builder::new().spawn(move || to.write(view, &these, checkpoint));
        if thread.is_err() {
            // More threads can't be had.
            views.write(view, &rows, checkpoint)?;
        }
        let thread = thread.ok();
        Ok(Self { rows, thread })
    }

    /// The view as it is once all is written, from how it was at any moment since this began.
    pub(super) fn ahead_of(&self, snapshot: Box<dyn ViewSnapshot>) -> Box<dyn ViewSnapshot> {
        let rows = Arc::clone(&self.rows);
        Box::new(Ahead { snapshot, rows })
    }

    /// Waits until all is written.
    pub(super) fn end(mut self) -> Result<(), ViewStoreError> {
        match self.thread.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(written) => written.unwrap_or_else(|panic| resume_unwind(panic)),
        }
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            // Whoever goes on looks what is there.
            let _ = thread.join();
        }
    }
}

struct Ahead {
    snapshot: Box<dyn ViewSnapshot>,
    rows: Arc<[RowChange]>,
}

impl ViewSnapshot for Ahead {
    fn checkpoint(&self) -> Result<Checkpoint, ViewStoreError> {
        self.snapshot.checkpoint()
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ViewStoreError> {
        let found = self
            .rows
            .binary_search_by(|row| row.key.as_slice().cmp(key));
        match found.ok().and_then(|at| self.rows.get(at)) {
            Some(row) => Ok(row.value.clone()),
            None => self.snapshot.get(key),
        }
    }

    fn range(
        &self,
        between: (Bound<&[u8]>, Bound<&[u8]>),
        backwards: bool,
        limit: usize,
    ) -> Result<Vec<Row>, ViewStoreError> {
        let before = |row: &RowChange| match between.0 {
            Bound::Included(from) => row.key.as_slice() < from,
            Bound::Excluded(from) => row.key.as_slice() <= from,
            Bound::Unbounded => false,
        };
        let within = |row: &&RowChange| match between.1 {
            Bound::Included(to) => row.key.as_slice() <= to,
            Bound::Excluded(to) => row.key.as_slice() < to,
            Bound::Unbounded => true,
        };
        let from = self.rows.partition_point(before);
        let own = self.rows.iter().skip(from).take_while(within);
        // Each of these hides at most one of the store's.
        let more = limit.saturating_add(own.clone().count());
        let stored = self.snapshot.range(between, backwards, more)?;
        let own = own.map(|row| (row.key.as_slice(), row.value.as_deref()));
        let rows = laid_over(stored, own);
        Ok(if backwards {
            rows.rev().take(limit).collect()
        } else {
            rows.take(limit).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::sync::{Mutex, PoisonError};

    use kanzlei_store::MemoryViewStore;
    use proptest::prelude::*;

    use super::*;

    const VIEW: ViewId = ViewId {
        name: "test",
        revision: 1,
    };

    fn changes() -> impl Strategy<Value = Vec<RowChange>> {
        let value = prop::option::of(prop::collection::vec(any::<u8>(), 0..3));
        prop::collection::btree_map(key(), value, 0..12).prop_map(|rows| {
            let change = |(key, value)| RowChange { key, value };
            rows.into_iter().map(change).collect()
        })
    }

    fn key() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(0_u8..3, 0..4)
    }

    fn bound() -> impl Strategy<Value = Bound<Vec<u8>>> {
        prop_oneof![
            key().prop_map(Bound::Included),
            key().prop_map(Bound::Excluded),
            Just(Bound::Unbounded),
        ]
    }

    /// What is read before the rows are there, and half-way, is what is read once they are.
    fn is_ahead(
        before: &[RowChange],
        rows: &[RowChange],
        between: &(Bound<Vec<u8>>, Bound<Vec<u8>>),
        limit: usize,
    ) {
        let store = MemoryViewStore::new();
        store.write(VIEW, before, Checkpoint::default()).unwrap();
        let snapshot = store.snapshot(VIEW).unwrap();
        let store: Arc<dyn ViewStore> = Arc::new(store);
        let begun = Writing::begin(&store, VIEW, rows.to_vec(), Checkpoint::default());
        let writing = begun.unwrap();
        let ahead = writing.ahead_of(snapshot);
        let later = writing.ahead_of(store.snapshot(VIEW).unwrap());
        writing.end().unwrap();
        let after = store.snapshot(VIEW).unwrap();
        let from_to = || {
            (
                between.0.as_ref().map(Vec::as_slice),
                between.1.as_ref().map(Vec::as_slice),
            )
        };
        for seen in [ahead, later] {
            for row in before.iter().chain(rows) {
                assert_eq!(seen.get(&row.key).unwrap(), after.get(&row.key).unwrap());
            }
            for backwards in [false, true] {
                let expected = after.range(from_to(), backwards, limit).unwrap();
                assert_eq!(seen.range(from_to(), backwards, limit).unwrap(), expected);
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_being_written_is_seen_as_if_it_was_there(
            before in changes(),
            rows in changes(),
            from in bound(),
            to in bound(),
            limit in 0_usize..9,
        ) {
            is_ahead(&before, &rows, &(from, to), limit);
        }
    }

    /// Writes once it is let go on.
    struct Slow {
        go_on: Mutex<Receiver<()>>,
        written: Sender<()>,
    }

    impl ViewStore for Slow {
        fn serving(&self, _: &str) -> Result<Option<u32>, ViewStoreError> {
            unreachable!()
        }

        fn snapshot(&self, _: ViewId) -> Result<Box<dyn ViewSnapshot>, ViewStoreError> {
            unreachable!()
        }

        fn write(&self, _: ViewId, _: &[RowChange], _: Checkpoint) -> Result<(), ViewStoreError> {
            let go_on = self.go_on.lock().unwrap_or_else(PoisonError::into_inner);
            let full = ViewStoreError::Unavailable("the disk is full".into());
            go_on.recv().map_err(|_| full)?;
            self.written.send(()).unwrap();
            Ok(())
        }

        fn serve(&self, _: ViewId) -> Result<(), ViewStoreError> {
            unreachable!()
        }

        fn sync(&self) -> Result<(), ViewStoreError> {
            unreachable!()
        }

        fn revisions(&self, _: &str) -> Result<Vec<u32>, ViewStoreError> {
            unreachable!()
        }

        fn discard(&self, _: ViewId) -> Result<(), ViewStoreError> {
            unreachable!()
        }
    }

    fn slow() -> (Arc<dyn ViewStore>, Sender<()>, Receiver<()>) {
        let (allow, go_on) = channel();
        let (written, told) = channel();
        let go_on = Mutex::new(go_on);
        (Arc::new(Slow { go_on, written }), allow, told)
    }

    #[test]
    fn whoever_drops_it_waits_for_what_is_being_written() {
        let (store, allow, told) = slow();
        let writing = Writing::begin(&store, VIEW, Vec::new(), Checkpoint::default()).unwrap();
        let helper = std::thread::spawn(move || allow.send(()));
        drop(writing);
        assert_eq!(told.try_recv(), Ok(()), "nothing was written yet");
        helper.join().unwrap().unwrap();
    }

    #[test]
    fn who_waits_for_the_end_is_told_what_went_wrong() {
        let (store, allow, _told) = slow();
        let writing = Writing::begin(&store, VIEW, Vec::new(), Checkpoint::default()).unwrap();
        drop(allow);
        let error = writing.end().unwrap_err();
        assert!(error.to_string().contains("the disk is full"), "{error}");
    }
}
