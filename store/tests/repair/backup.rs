//! Which backups are taken, and what is refused.

use std::fs;

use futures::executor::block_on;
use kanzlei_core::Position;
use kanzlei_core::ports::EventStore;
use kanzlei_store::BackupError;
use kanzlei_store::conformance::commits::Commits;

use crate::{Log, back_up, copy_folder, interleaved, looked, open, segment};

#[test]
fn a_backup_of_another_log_is_refused() {
    let (log, other) = (Log::small(), Log::of(interleaved(5, 14, 5), 4));
    let backup = other.back_up();
    let error = looked(log.path(), Some(backup.path())).unwrap_err();
    assert!(matches!(error, BackupError::AnotherLog { .. }), "{error}");
    // Also where nothing of the log is left to compare with but its witness.
    fs::remove_dir_all(log.path().join("segments")).unwrap();
    let error = looked(log.path(), Some(backup.path())).unwrap_err();
    assert!(matches!(error, BackupError::AnotherLog { .. }), "{error}");
    // Without that nobody knows.
    fs::remove_file(log.path().join("witness")).unwrap();
    let error = looked(log.path(), Some(backup.path())).unwrap_err();
    assert!(matches!(error, BackupError::NothingLeft { .. }), "{error}");
}

#[test]
fn a_backup_of_a_log_that_went_on_otherwise_from_the_same_beginning_is_refused() {
    let log = Log::small();
    let other = log.copy();
    let mut commits = Commits::seeded(6);
    let mut append = |store: &std::path::Path| {
        let store = open(store).unwrap();
        for _ in 0..3 {
            let case = commits.case();
            block_on(store.append(&commits.commit(&[case], 5))).unwrap();
        }
    };
    append(other.path());
    append(log.path());
    let backup = back_up(other.path());
    let error = looked(log.path(), Some(backup.path())).unwrap_err();
    let OtherAt(position) = OtherAt::of(error);
    assert_eq!(position, Position(15));
    // What is missing there isn't taken from it either: the roots that are left say otherwise.
    let path = segment(log.path(), 1);
    let bytes = fs::read(&path).unwrap();
    let groups: Vec<usize> = memchr::memmem::find_iter(&bytes, b"KZLGROUP").collect();
    let mut harmed = bytes.clone();
    for group in &groups[groups.len() - 3..] {
        harmed[group + 64 + 40] ^= 1;
    }
    fs::write(&path, harmed).unwrap();
    let OtherAt(position) = OtherAt::of(looked(log.path(), Some(backup.path())).unwrap_err());
    assert_eq!(position, Position(17));
}

struct OtherAt(Position);

impl OtherAt {
    fn of(error: BackupError) -> Self {
        match error {
            BackupError::OtherCommit { position, .. } => Self(position),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_backup_that_does_not_reach_so_far_gives_what_it_has() {
    let log = Log::of(interleaved(7, 8, 5), 1);
    let backup = log.back_up();
    let longer = tempfile::tempdir().unwrap();
    copy_folder(log.path(), longer.path());
    let commits = interleaved(7, 12, 5);
    let store = open(longer.path()).unwrap();
    for commit in &commits[8..] {
        block_on(store.append(commit)).unwrap();
    }
    drop(store);
    let path = segment(longer.path(), 1);
    let mut bytes = fs::read(&path).unwrap();
    for commit in [&commits[4], &commits[10]] {
        let at = memchr::memmem::find(&bytes, commit.record.bytes()).unwrap();
        bytes[at + 30] ^= 1;
    }
    fs::write(&path, bytes).unwrap();
    let found = looked(longer.path(), Some(backup.path())).unwrap();
    assert_eq!((found.filled, found.changed), (1, Some(Position(11))));
}

#[test]
fn a_store_that_is_open_is_not_repaired() {
    let log = Log::small();
    let _store = open(log.path()).unwrap();
    let error = looked(log.path(), None).unwrap_err();
    assert!(matches!(error, BackupError::Locked(_)), "{error}");
    let nowhere = log.path().join("nowhere");
    looked(&nowhere, None).unwrap_err();
    assert!(!nowhere.exists());
}
