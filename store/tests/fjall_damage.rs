//! What the embedded store says of a log that the disk has damaged.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::executor::block_on;
use kanzlei_core::ports::{AppendError, EventStore, Prepared, Read, StoreError};
use kanzlei_core::record::{Page, Stamp};
use kanzlei_core::testing::ManualClock;
use kanzlei_core::{Position, Version};
use kanzlei_store::conformance::commits::BEGINNING;
use kanzlei_store::conformance::commits::Commits;
use kanzlei_store::{FjallEventStore, Options, SyncPolicy};
use tempfile::TempDir;

const EACH: SyncPolicy = SyncPolicy::EachGroup;

fn open(directory: &Path, sync: SyncPolicy) -> Result<FjallEventStore, StoreError> {
    let clock = Arc::new(ManualClock::at(BEGINNING));
    FjallEventStore::open(directory, Options::new(sync, clock))
}

/// A closed store with so many commits, each a group of its own and of two cases.
fn store_of(count: usize, sync: SyncPolicy, seed: u64) -> (TempDir, Vec<Prepared>) {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), sync).unwrap();
    let mut commits = Commits::seeded(seed);
    let mut written = Vec::new();
    for _ in 0..count {
        let cases = commits.cases(2);
        let commit = commits.commit(&cases, 300);
        block_on(store.append(&commit)).unwrap();
        written.push(commit);
    }
    store.close().unwrap();
    (directory, written)
}

/// The journal, and where what was written to it ends.
fn journal(directory: &Path) -> (PathBuf, Vec<u8>, usize) {
    let files = fs::read_dir(directory.join("log")).unwrap();
    let mut journals = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "jnl"));
    let path = journals.next().expect("a journal");
    assert!(journals.next().is_none());
    let bytes = fs::read(&path).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    (path, bytes, end)
}

/// Changes a journal, given where its last record begins, and where it ends.
type HarmJournal = dyn Fn(&mut Vec<u8>, usize, usize);
/// Changes a journal, given where its sixth record begins.
type HarmSixth = dyn Fn(&mut [u8], usize);
/// Changes rows behind the store's back.
type HarmRows = dyn Fn(&fjall::Keyspace);

fn find(bytes: &[u8], what: &[u8]) -> usize {
    let mut places = bytes.windows(what.len());
    places.position(|place| place == what).expect("a record")
}

#[test]
fn a_log_that_lost_its_end_is_noticed_by_the_witness_alone() {
    let last = |bytes: &[u8], commits: &[Prepared]| find(bytes, commits[9].record.bytes());
    let harms: [(&str, u64, &HarmJournal); 3] = [
        ("cut off inside the last group", 9, &|bytes, _, end| {
            bytes.truncate(end - 10);
        }),
        ("zeros inside the last group", 9, &|bytes, last, end| {
            bytes[last..end].fill(0);
        }),
        ("a flipped bit in it", 9, &|bytes, last, _| {
            bytes[last + 30] ^= 4;
        }),
    ];
    for (what, left, harm) in harms {
        let (directory, commits) = store_of(10, EACH, 1);
        let (path, mut bytes, end) = journal(directory.path());
        let last = last(&bytes, &commits);
        harm(&mut bytes, last, end);
        fs::write(&path, &bytes).unwrap();
        let error = open(directory.path(), EACH).expect_err(what);
        let shrank = StoreError::LogShrank {
            checkpoint: Position(10),
            head: Position(left),
        };
        assert_eq!(error, shrank, "{what}");
        let kept = fs::read_dir(directory.path().join("log")).unwrap();
        let kept = kept.filter(|file| {
            let name = file.as_ref().unwrap().file_name();
            name.to_string_lossy().contains(".torn-at-")
        });
        assert_eq!(kept.count(), 1, "{what}: what was cut is kept");
        fs::remove_file(directory.path().join("witness")).unwrap();
        let store = open(directory.path(), EACH).unwrap();
        assert_eq!(store.watermark().now(), Position(left), "{what}");
        block_on(store.append(&commits[usize::try_from(left).unwrap()])).unwrap();
    }
}

#[test]
fn a_journal_damaged_before_its_end_is_named_with_the_place_and_left_as_it_is() {
    let harms: [&HarmSixth; 4] = [
        &|bytes, sixth| bytes[sixth + 30] ^= 4,
        &|bytes, sixth| bytes[sixth - 40..sixth + 600].fill(0),
        // Of the sixth batch: its tag, and the length of its first value.
        &|bytes, sixth| bytes[start_before(bytes, sixth)] = 0,
        &|bytes, sixth| {
            let start = start_before(bytes, sixth);
            bytes[start + 13 + 17] ^= 1;
        },
    ];
    for harm in harms {
        let (directory, commits) = store_of(10, EACH, 2);
        let (path, mut bytes, _) = journal(directory.path());
        let sixth = find(&bytes, commits[5].record.bytes());
        let start = start_before(&bytes, sixth);
        harm(&mut bytes, sixth);
        fs::write(&path, &bytes).unwrap();
        for _ in 0..2 {
            let said = open(directory.path(), EACH).unwrap_err().to_string();
            assert!(said.contains("restore a backup"), "{said}");
            assert!(said.contains(&format!("{} is damaged at byte {start}", path.display())));
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
    }
}

/// Where the batch begins in which this is: behind the end of the one before.
fn start_before(bytes: &[u8], at: usize) -> usize {
    let ends = bytes[..at].windows(4).rposition(|four| four == b"FJL\x03");
    ends.unwrap() + 4
}

#[test]
fn a_witness_may_be_behind_the_log_and_not_of_another_log() {
    let (directory, commits) = store_of(
        1_100,
        SyncPolicy::Buffered {
            every: Duration::ZERO,
        },
        3,
    );
    let witness = directory.path().join("witness");
    let others = |count| {
        let (other, _) = store_of(count, EACH, 3);
        fs::read(other.path().join("witness")).unwrap()
    };
    for count in [1, 2, 30] {
        fs::write(&witness, others(count)).unwrap();
        drop(open(directory.path(), EACH).unwrap());
    }
    let (foreign, _) = store_of(30, EACH, 4);
    fs::copy(foreign.path().join("witness"), &witness).unwrap();
    let store = open(directory.path(), EACH).unwrap();
    assert_eq!(
        block_on(store.log(Position(0), usize::MAX)).unwrap().len(),
        1_100
    );
    let answer = block_on(store.append(&commits[0]));
    let closed = matches!(&answer, Err(AppendError::Closed(why)) if why.contains("witness"));
    assert!(closed, "{answer:?}");
    drop(store);
    fs::write(&witness, [1; 900]).unwrap();
    let said = open(directory.path(), EACH).unwrap_err().to_string();
    assert!(said.contains("`witness` is damaged"), "{said}");
}

/// Changes a closed store behind its back.
fn tamper(directory: &Path, keyspace: &str, change: impl FnOnce(&fjall::Keyspace)) {
    let db = fjall::Database::builder(directory.join("log"))
        .open()
        .unwrap();
    let keyspace = db.keyspace(keyspace, fjall::KeyspaceCreateOptions::default);
    change(&keyspace.unwrap());
    db.persist(fjall::PersistMode::SyncAll).unwrap();
}

fn positions(page: &Page) -> Vec<u64> {
    let stamps = page.commits().map(|commit| commit.stamp.position.0);
    stamps.collect()
}

fn key(position: u64) -> [u8; 8] {
    position.to_be_bytes()
}

#[test]
fn a_damaged_commit_is_named_and_the_rest_stays_readable() {
    let harms: [(&str, &HarmRows); 4] = [
        ("a flipped bit", &|log| {
            let mut row = log.get(key(3)).unwrap().unwrap().to_vec();
            row[200] ^= 1;
            log.insert(key(3), row).unwrap();
        }),
        ("removed", &|log| log.remove(key(3)).unwrap()),
        ("another one in its place", &|log| {
            let row = log.get(key(4)).unwrap().unwrap();
            log.insert(key(3), row).unwrap();
        }),
        ("another one with its stamp", &|log| {
            let third = log.get(key(3)).unwrap().unwrap();
            let fourth = log.get(key(4)).unwrap().unwrap();
            let row = [&third[..Stamp::LENGTH], &fourth[Stamp::LENGTH..]].concat();
            log.insert(key(3), row).unwrap();
        }),
    ];
    for (what, harm) in harms {
        let (directory, commits) = store_of(5, EACH, 5);
        tamper(directory.path(), "log", harm);
        let store = open(directory.path(), EACH).unwrap();
        let answer = block_on(store.append(&commits[0]));
        let AppendError::Closed(why) = answer.unwrap_err() else {
            panic!("{what}: damage and not closed");
        };
        if what != "another one with its stamp" {
            assert!(why.contains("position 3 "), "{what}: {why}");
            let page = block_on(store.log(Position(0), usize::MAX)).unwrap();
            assert_eq!(
                (positions(&page), page.more()),
                (vec![1, 2], true),
                "{what}"
            );
            for answer in [
                block_on(store.log(page.through(), usize::MAX)).map(Some),
                block_on(store.at(Position(3))),
            ] {
                let error = answer.expect_err(what);
                let named =
                    matches!(error, StoreError::Damaged { position, .. } if position.0 == 3);
                assert!(named, "{what}: {error}");
            }
        }
        let page = block_on(store.log(Position(3), usize::MAX)).unwrap();
        assert_eq!(
            (positions(&page), page.more()),
            (vec![4, 5], false),
            "{what}"
        );
        let part = commits[2].record.parts()[1];
        let page = block_on(store.case(part.case, Version(0), usize::MAX, Read::Any)).unwrap();
        assert_eq!(
            positions(&page),
            [3],
            "{what}: the case index has its own copy"
        );
    }
}

#[test]
fn damage_far_behind_the_end_closes_nothing() {
    let sync = SyncPolicy::Buffered {
        every: Duration::from_secs(1),
    };
    let (directory, _) = store_of(1_030, sync, 6);
    tamper(directory.path(), "log", |log| log.remove(key(2)).unwrap());
    let store = open(directory.path(), EACH).unwrap();
    let mut commits = Commits::seeded(7);
    let case = commits.case();
    let commit = commits.commit(&[case], 10);
    assert_eq!(
        block_on(store.append(&commit)).unwrap().position,
        Position(1_031)
    );
    let error = block_on(store.log(Position(1), usize::MAX)).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { position, .. } if position.0 == 2));
}

#[test]
fn an_index_that_lost_its_end_is_noticed() {
    let lost = |keyspace: &'static str, key: Vec<u8>| {
        let (directory, commits) = store_of(4, EACH, 8);
        tamper(directory.path(), keyspace, |rows| rows.remove(key).unwrap());
        let store = open(directory.path(), EACH).unwrap();
        let closed = block_on(store.append(&commits[3])).unwrap_err();
        assert!(
            matches!(closed, AppendError::Closed(_)),
            "{keyspace}: {closed}"
        );
        let page = block_on(store.log(Position(0), usize::MAX)).unwrap();
        assert_eq!(page.len(), 4);
    };
    let (_, commits) = store_of(4, EACH, 8);
    let case = commits[3].record.parts()[1].case;
    lost(
        "cases",
        [case.as_bytes(), &1_u32.to_be_bytes()[..]].concat(),
    );
    lost(
        "index",
        [&[3], &commits[3].command().as_bytes()[..]].concat(),
    );
    lost("index", vec![1]);
}

#[test]
fn what_fjall_believes_without_looking_is_looked_at_and_named() {
    let (directory, _) = store_of(3, EACH, 9);
    let keyspaces = directory.path().join("log/keyspaces");
    // In the first it keeps what the others are called, so that this one has been changed.
    for file in ["1/v0", "1/current", "0/current"] {
        let path = keyspaces.join(file);
        let whole = fs::read(&path).unwrap();
        for at in (0..whole.len()).step_by(7) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&path, bytes).unwrap();
            let said = open(directory.path(), EACH).unwrap_err().to_string();
            let keyspace = path.parent().unwrap().display().to_string();
            assert!(said.contains(&keyspace), "{file}, byte {at}: {said}");
        }
        fs::write(&path, whole).unwrap();
    }
    let current = keyspaces.join("0/current");
    let whole = fs::read(&current).unwrap();
    fs::remove_file(&current).unwrap();
    let said = open(directory.path(), EACH).unwrap_err().to_string();
    assert!(said.contains(&current.display().to_string()), "{said}");
    fs::write(&current, whole).unwrap();
    drop(open(directory.path(), EACH).unwrap());
}
