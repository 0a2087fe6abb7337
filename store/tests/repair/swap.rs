//! Wherever a repair is broken off, there is a log that opens, and nothing of the damaged one is gone.

use std::fs;
use std::path::Path;

use crate::{Log, bytes, copy_folder, looked, mended, open, same_as_before, segment};

/// A damaged log, and a folder with the same one repaired.
fn both(log: &Log) -> (tempfile::TempDir, tempfile::TempDir) {
    let damaged = log.copy();
    let path = segment(damaged.path(), 1);
    let mut bytes = fs::read(&path).unwrap();
    // A group's header: nothing is lost.
    bytes[4_096 + 20] ^= 1;
    fs::write(path, bytes).unwrap();
    let repaired = tempfile::tempdir().unwrap();
    copy_folder(damaged.path(), repaired.path());
    mended(repaired.path(), None);
    (damaged, repaired)
}

/// What is done once the repaired log is whole, step by step.
const STEPS: [(&str, &str); 7] = [
    ("witness", "repaired/witness"),
    ("repaired/new/witness", "witness"),
    ("index", "repaired/index"),
    ("repaired/new/index", "index"),
    ("segments", "repaired/segments"),
    ("repaired/new/segments", "segments"),
    ("repaired/new", ""),
];

/// As a crash after so many steps leaves it.
fn broken_off(damaged: &Path, repaired: &Path, steps: usize) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    copy_folder(damaged, place.path());
    for part in ["index", "segments"] {
        let to = place.path().join("repaired/new").join(part);
        copy_folder(&repaired.join(part), &to);
    }
    let witness = place.path().join("repaired/new/witness");
    fs::copy(repaired.join("witness"), witness).unwrap();
    for (from, to) in &STEPS[..steps] {
        let from = place.path().join(from);
        if to.is_empty() {
            fs::remove_dir_all(from).unwrap();
        } else {
            fs::rename(from, place.path().join(to)).unwrap();
        }
    }
    place
}

#[test]
fn a_crash_between_any_two_steps_is_gone_on_with_by_whoever_comes_next() {
    let log = Log::small();
    let (damaged, repaired) = both(&log);
    for steps in 0..=STEPS.len() {
        let what = format!("after {steps} steps");
        let place = broken_off(damaged.path(), repaired.path(), steps);
        same_as_before(place.path(), &log, &what);
        assert_eq!(
            bytes(&place.path().join("damaged-1")),
            bytes(damaged.path()),
            "{what}"
        );
        assert!(!place.path().join("repaired").exists(), "{what}");
        let place = broken_off(damaged.path(), repaired.path(), steps);
        let found = looked(place.path(), None).unwrap();
        assert!(found.is_sound(), "{what}: {found:?}");
        same_as_before(place.path(), &log, &what);
    }
}

#[test]
fn what_was_being_made_when_the_crash_came_is_no_log_and_is_made_anew() {
    let log = Log::small();
    let (damaged, repaired) = both(&log);
    let half = damaged.path().join("repairing/new");
    copy_folder(&repaired.path().join("segments"), &half.join("segments"));
    fs::write(damaged.path().join("repairing/new/witness"), [1; 900]).unwrap();
    let before = bytes(damaged.path());
    let store = open(damaged.path()).unwrap();
    drop(store);
    assert_eq!(bytes(damaged.path()), before, "the old log opens");
    mended(damaged.path(), None);
    assert!(!damaged.path().join("repairing").exists());
    same_as_before(damaged.path(), &log, "made anew");
}

#[test]
fn every_repair_keeps_what_was_damaged_in_a_folder_of_its_own() {
    let log = Log::small();
    let (_, repaired) = both(&log);
    let path = segment(repaired.path(), 1);
    let mut bytes = fs::read(&path).unwrap();
    bytes[4_096 + 21] ^= 1;
    fs::write(&path, bytes).unwrap();
    let (_, kept) = mended(repaired.path(), None);
    assert!(kept.ends_with("damaged-2"), "{}", kept.display());
    assert!(repaired.path().join("damaged-1").is_dir());
    same_as_before(repaired.path(), &log, "twice");
}
