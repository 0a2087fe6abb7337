//! A log that is shorter than its witness has seen it, and a witness that can't be believed.

use std::fs;

use kanzlei_core::Position;
use kanzlei_core::ports::{EventStore, StoreError};
use kanzlei_store::{BackupError, LogElsewhere, Repair, WitnessFound};

use crate::oracle::expected;
use crate::{Log, interleaved, looked, mended, open, same_as_before, segment};

/// A log that has lost its last commits without a trace.
fn shrunk(log: &Log, from: usize) -> tempfile::TempDir {
    let copy = log.copy();
    let path = segment(copy.path(), 1);
    let mut bytes = fs::read(&path).unwrap();
    let group = log.places(&bytes)[from].clone().unwrap().start - crate::GROUP_HEADER;
    assert!(bytes[group..].starts_with(b"KZLGROUP"));
    bytes[group..].fill(0);
    fs::write(path, bytes).unwrap();
    copy
}

#[test]
fn a_log_that_lost_its_end_gets_it_back_from_a_backup_or_is_accepted_as_it_is() {
    let log = Log::of(interleaved(3, 12, 5), 1);
    let backup = log.back_up();
    let copy = shrunk(&log, 10);
    let error = open(copy.path()).unwrap_err();
    assert!(matches!(error, StoreError::LogShrank { .. }), "{error}");
    let (found, _) = mended(copy.path(), Some(backup.path()));
    assert_eq!((found.filled, found.loses()), (2, false));
    same_as_before(copy.path(), &log, "with a backup");

    let copy = shrunk(&log, 10);
    let hit = [10, 11].into();
    let expected = expected(&log.commits, &hit);
    let (found, kept) = mended(copy.path(), None);
    expected.said(&found, "without");
    expected.is(copy.path(), &kept, &log, "without");
    assert!(looked(copy.path(), None).unwrap().is_sound());
    // Only the witness is another one: the log isn't copied.
    assert!(kept.join("witness").exists() && !kept.join("segments").exists());
}

#[test]
fn a_witness_that_cannot_be_read_is_made_anew() {
    let log = Log::small();
    fs::write(log.path().join("witness"), [1; 900]).unwrap();
    open(log.path()).unwrap_err();
    let (found, _) = mended(log.path(), None);
    assert_eq!(
        (found.witness, found.loses()),
        (WitnessFound::Damaged, false)
    );
    same_as_before(log.path(), &log, "repaired");
}

#[test]
fn without_a_witness_nothing_is_missing() {
    let log = Log::small();
    fs::remove_file(log.path().join("witness")).unwrap();
    assert!(looked(log.path(), None).unwrap().is_sound());
    assert!(!log.path().join("witness").exists());
}

#[test]
fn a_log_that_leads_to_another_root_than_was_written_down_is_accepted_only_knowingly() {
    let log = Log::small();
    let other = Log::of(interleaved(4, 14, 5), 4);
    fs::copy(other.path().join("witness"), log.path().join("witness")).unwrap();
    let (found, _) = mended(log.path(), None);
    assert_eq!(found.disputed, Some(Position(14)));
    assert_eq!(
        found.changed,
        Some(Position(13)),
        "the last group but one agrees"
    );
    assert!(found.loses() && found.damage.is_empty());
    same_as_before(log.path(), &log, "accepted");
}

#[test]
fn a_log_of_which_nothing_can_be_read_is_left_as_it_is() {
    let log = Log::small();
    let backup = log.back_up();
    let path = segment(log.path(), 1);
    let length = fs::metadata(&path).unwrap().len();
    fs::write(&path, vec![0; usize::try_from(length).unwrap()]).unwrap();
    let repair = Repair::look(log.path(), None, &|_, _| {}).unwrap();
    assert_eq!(repair.found().commits, 0);
    let error = repair.mend().unwrap_err();
    let said = matches!(&error, BackupError::Store(StoreError::Unavailable(why)) if why.contains("restore"));
    assert!(said, "{error}");
    // The witness shows that it is the backup of this log.
    mended(log.path(), Some(backup.path()));
    same_as_before(log.path(), &log, "all of it from the backup");
    let store = open(log.path()).unwrap();
    assert_eq!(store.watermark().now(), Position(14));
}

#[test]
fn a_witness_that_is_behind_sees_the_whole_log_as_soon_as_that_is_open() {
    let (log, shorter) = (
        Log::of(interleaved(3, 12, 5), 1),
        Log::of(interleaved(3, 6, 5), 1),
    );
    let copy = log.copy();
    fs::copy(shorter.path().join("witness"), copy.path().join("witness")).unwrap();
    let seen = || LogElsewhere::open(copy.path()).unwrap().head();
    assert_eq!(seen().position, Position(6));
    let store = open(copy.path()).unwrap();
    assert_eq!(Some(seen()), store.tree().unwrap());
    assert_eq!(seen().position, Position(12));
}
