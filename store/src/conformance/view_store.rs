//! What every view store must pass: the laws of
//! [`ViewStore`], one function each.

use std::collections::BTreeMap;
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use kanzlei_core::Position;
use kanzlei_core::ports::{Checkpoint, Row, RowChange, ViewId, ViewSnapshot, ViewStore};
use kanzlei_core::record::Hash;

use super::{Random, SetOnDrop, ViewSubject, not_promised};

const INBOX: ViewId = ViewId {
    name: "inbox",
    revision: 1,
};
const EVERYTHING: (Bound<&[u8]>, Bound<&[u8]>) = (Unbounded, Unbounded);

fn put(key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> RowChange {
    RowChange {
        key: key.as_ref().to_vec(),
        value: Some(value.as_ref().to_vec()),
    }
}

fn remove(key: impl AsRef<[u8]>) -> RowChange {
    RowChange {
        key: key.as_ref().to_vec(),
        value: None,
    }
}

fn checkpoint(position: u64) -> Checkpoint {
    Checkpoint {
        position: Position(position),
        content: Hash::of(&[&position.to_le_bytes()]),
    }
}

/// All rows and the checkpoint of a view at one moment.
fn whole(snapshot: &dyn ViewSnapshot) -> (Vec<Row>, Checkpoint) {
    let rows = snapshot.range(EVERYTHING, false, usize::MAX).unwrap();
    (rows, snapshot.checkpoint().unwrap())
}

fn now(store: &dyn ViewStore, view: ViewId) -> (Vec<Row>, Checkpoint) {
    whole(&*store.snapshot(view).unwrap())
}

/// A view that was never written has no rows, and begins before the first commit.
pub fn a_view_that_was_never_written_is_empty<S: ViewSubject>() {
    let subject = S::create();
    let store = subject.open();
    assert_eq!(now(&*store, INBOX), (Vec::new(), Checkpoint::default()));
    let snapshot = store.snapshot(INBOX).unwrap();
    assert_eq!(snapshot.get(b"key"), Ok(None));
    assert_eq!(store.serving(INBOX.name), Ok(None));
}

/// Rows are put, replaced and removed with the checkpoint behind them; a checkpoint may come alone.
pub fn rows_and_checkpoint_are_written_together<S: ViewSubject>() {
    let subject = S::create();
    let store = subject.open();
    let first = [put("a", "1"), put("b", ""), put("c", "3")];
    store.write(INBOX, &first, checkpoint(1)).unwrap();
    let second = [put("a", "one"), remove("c"), remove("never there")];
    store.write(INBOX, &second, checkpoint(5)).unwrap();
    let snapshot = store.snapshot(INBOX).unwrap();
    assert_eq!(snapshot.get(b"a"), Ok(Some(b"one".to_vec())));
    assert_eq!(snapshot.get(b"b"), Ok(Some(Vec::new())));
    assert_eq!(snapshot.get(b"c"), Ok(None));
    let (rows, reached) = whole(&*snapshot);
    assert_eq!((rows.len(), reached), (2, checkpoint(5)));
    store.write(INBOX, &[], checkpoint(9)).unwrap();
    assert_eq!(now(&*store, INBOX), (rows, checkpoint(9)));
}

/// A snapshot shows what was there when it was taken, whatever is written or discarded since.
pub fn a_snapshot_does_not_change<S: ViewSubject>() {
    let subject = S::create();
    let store = subject.open();
    let empty = store.snapshot(INBOX).unwrap();
    store.write(INBOX, &[put("a", "1")], checkpoint(1)).unwrap();
    let one = store.snapshot(INBOX).unwrap();
    let before = whole(&*one);
    let later = [put("a", "2"), put("b", "2")];
    store.write(INBOX, &later, checkpoint(2)).unwrap();
    assert_eq!(whole(&*one), before);
    assert_eq!(one.get(b"b"), Ok(None));
    store.discard(INBOX).unwrap();
    assert_eq!(whole(&*one), before);
    assert_eq!(whole(&*empty), (Vec::new(), Checkpoint::default()));
}

/// Views whose names and revisions could run into each other's keys stay apart.
pub fn views_do_not_see_each_other<S: ViewSubject>() {
    let subject = S::create();
    let store = subject.open();
    let names = ["a", "ab", "a\0", "", "b"];
    let views: Vec<ViewId> = names
        .iter()
        .flat_map(|name| [0, 1, 256, u32::MAX].map(|revision| ViewId { name, revision }))
        .collect();
    let keys: [&[u8]; 6] = [
        b"b",
        b"\0",
        b"\0\0\0\x01b",
        b"\xff",
        b"\xff\xff\xff\xff",
        b"a",
    ];
    for (view, number) in views.iter().zip(1_u64..) {
        let rows = keys.map(|key| put(key, number.to_le_bytes()));
        store.write(*view, &rows, checkpoint(number)).unwrap();
    }
    store.discard(views[0]).unwrap();
    for (view, number) in views.iter().zip(1_u64..).skip(1) {
        let (rows, reached) = now(&*store, *view);
        assert_eq!(reached, checkpoint(number), "{view:?}");
        assert_eq!(rows.len(), keys.len(), "{view:?}");
        let value = number.to_le_bytes();
        assert!(rows.iter().all(|row| row.value == value), "{view:?}");
        let snapshot = store.snapshot(*view).unwrap();
        let backwards = snapshot.range(EVERYTHING, true, usize::MAX).unwrap();
        assert!(rows.iter().rev().eq(&backwards), "{view:?}");
    }
}

/// Queries read the revision that was named last, for each projection by itself.
pub fn the_serving_revision_is_the_one_last_named<S: ViewSubject>() {
    let subject = S::create();
    let store = subject.open();
    let second = ViewId {
        revision: 2,
        ..INBOX
    };
    store.serve(INBOX).unwrap();
    store.serve(second).unwrap();
    assert_eq!(store.serving(INBOX.name), Ok(Some(2)));
    assert_eq!(store.serving("inb"), Ok(None));
    store.discard(INBOX).unwrap();
    assert_eq!(store.serving(INBOX.name), Ok(Some(2)));
}

/// A discarded view is as one that was never written, and can be written again.
pub fn a_discarded_view_is_empty<S: ViewSubject>() {
    let subject = S::create();
    let store = subject.open();
    store.discard(INBOX).unwrap();
    let rows: Vec<RowChange> = (0..2_000_u32).map(|n| put(n.to_be_bytes(), "x")).collect();
    store.write(INBOX, &rows, checkpoint(7)).unwrap();
    let other = ViewId {
        revision: INBOX.revision + 7,
        ..INBOX
    };
    store.write(other, &[put("a", "1")], checkpoint(1)).unwrap();
    let both = vec![INBOX.revision, other.revision];
    assert_eq!(store.revisions(INBOX.name), Ok(both));
    assert_eq!(store.revisions("inb"), Ok(Vec::new()));
    store.discard(INBOX).unwrap();
    assert_eq!(store.revisions(INBOX.name), Ok(vec![other.revision]));
    assert_eq!(now(&*store, INBOX), (Vec::new(), Checkpoint::default()));
    store.write(INBOX, &[put("a", "1")], checkpoint(1)).unwrap();
    assert_eq!(now(&*store, INBOX).0.len(), 1);
}

/// Who reads while a batch is written sees all of it or nothing.
pub fn a_reader_sees_whole_batches_only<S: ViewSubject>() {
    let subject = S::create();
    let store = subject.open();
    let done = AtomicBool::new(false);
    let batch = |number: u64| -> Vec<RowChange> {
        let keys = 0..30_u8;
        keys.map(|key| put([key], number.to_le_bytes())).collect()
    };
    store.write(INBOX, &batch(1), checkpoint(1)).unwrap();
    thread::scope(|scope| {
        let end = SetOnDrop(&done);
        let reader = scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                let (rows, reached) = now(&*store, INBOX);
                let number = reached.position.0;
                assert_eq!(reached, checkpoint(number));
                assert_eq!(rows.len(), 30);
                let mut values = rows.iter().map(|row| &row.value);
                assert!(values.all(|value| value == &number.to_le_bytes()));
            }
        });
        for number in 2..300 {
            store
                .write(INBOX, &batch(number), checkpoint(number))
                .unwrap();
        }
        drop(end);
        reader.join().unwrap();
    });
}

/// Opened again, views have their rows, checkpoints and serving revisions, and none that were
/// discarded.
pub fn reopened_views_are_the_same<S: ViewSubject>() {
    if !S::reopens() {
        return not_promised("its views outlive it");
    }
    let subject = S::create();
    let store = subject.open();
    let gone = ViewId {
        revision: 0,
        ..INBOX
    };
    store.write(gone, &[put("a", "0")], checkpoint(3)).unwrap();
    store.discard(gone).unwrap();
    let rows = [put("a", "1"), put("b", "2")];
    store.write(INBOX, &rows, checkpoint(4)).unwrap();
    store.serve(INBOX).unwrap();
    store.sync().unwrap();
    let before = now(&*store, INBOX);
    drop(store);
    let store = subject.open();
    assert_eq!(now(&*store, INBOX), before);
    assert_eq!(now(&*store, gone), (Vec::new(), Checkpoint::default()));
    assert_eq!(store.serving(INBOX.name), Ok(Some(INBOX.revision)));
}

/// Whatever the order in which they were written.
pub fn revisions_come_in_their_order<S: ViewSubject>() {
    let subject = S::create();
    let store = subject.open();
    for revision in [300, 2, 1_000, 0, 256] {
        let view = ViewId { revision, ..INBOX };
        store.write(view, &[put("a", "1")], checkpoint(1)).unwrap();
    }
    let inbox = vec![0, 2, 256, 300, 1_000];
    assert_eq!(store.revisions(INBOX.name), Ok(inbox));
}

/// Random batches and random ranges, forwards and backwards, against a sorted list that is filtered
/// from end to end.
pub fn rows_are_those_of_a_sorted_map<S: ViewSubject>() {
    let subject = S::create();
    let store = subject.open();
    let mut random = Random::seeded(80);
    let mut model: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    for round in 1..60 {
        let mut batch: BTreeMap<Vec<u8>, RowChange> = BTreeMap::new();
        for _ in 0..random.below(12) {
            let key = key(&mut random);
            let change = if random.below(3) == 0 {
                model.remove(&key);
                remove(&key)
            } else {
                let value = random.bytes::<5>();
                model.insert(key.clone(), value.to_vec());
                put(&key, value)
            };
            batch.insert(key, change);
        }
        let batch: Vec<RowChange> = batch.into_values().collect();
        store.write(INBOX, &batch, checkpoint(round)).unwrap();
        let snapshot = store.snapshot(INBOX).unwrap();
        for _ in 0..20 {
            check_range(&*snapshot, &model, &mut random);
        }
        let key = key(&mut random);
        assert_eq!(snapshot.get(&key).unwrap().as_ref(), model.get(&key));
    }
}

/// A key of one to three bytes out of few, so that keys meet and are prefixes of each other.
fn key(random: &mut Random) -> Vec<u8> {
    let bytes = [0, 1, 0x7f, 0xff];
    (0..=random.below(3)).map(|_| random.pick(&bytes)).collect()
}

fn check_range(
    snapshot: &dyn ViewSnapshot,
    model: &BTreeMap<Vec<u8>, Vec<u8>>,
    random: &mut Random,
) {
    let (from, to) = (key(random), key(random));
    let bound = |kind: u64, key| match kind {
        0 => Unbounded,
        1 => Included(key),
        _ => Excluded(key),
    };
    let lower = bound(random.below(3), from.as_slice());
    let upper = bound(random.below(3), to.as_slice());
    let limit = random.pick(&[0, 1, 3, usize::MAX]);
    let backwards = random.below(2) == 0;
    let mut expected: Vec<Row> = model
        .iter()
        .filter(|(key, _)| match lower {
            Included(from) => key.as_slice() >= from,
            Excluded(from) => key.as_slice() > from,
            Unbounded => true,
        })
        .filter(|(key, _)| match upper {
            Included(to) => key.as_slice() <= to,
            Excluded(to) => key.as_slice() < to,
            Unbounded => true,
        })
        .map(|(key, value)| Row {
            key: key.clone(),
            value: value.clone(),
        })
        .collect();
    if backwards {
        expected.reverse();
    }
    expected.truncate(limit);
    let found = snapshot.range((lower, upper), backwards, limit).unwrap();
    assert_eq!(
        found, expected,
        "{lower:?} to {upper:?}, backwards: {backwards}"
    );
}
