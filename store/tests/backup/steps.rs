//! A run that fails or dies at any step leaves what was backed up before, and the next one completes it.

use std::cell::Cell;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use kanzlei_core::ports::EventStore;
use kanzlei_store::{BackedUp, BackupError, BackupFolder};

use crate::disk::Steps;
use crate::{Ground, files, log, source};

fn add(ground: &Ground, steps: &Steps) -> Result<BackedUp, BackupError> {
    let folder = BackupFolder::open(ground.backup(), Arc::new(steps.clone()))?;
    folder.add(&source(&ground.store), &|_, _| {})
}

fn unfinished(folder: &Path) -> bool {
    folder.join("commits.new").exists()
}

/// Lets a second run fail after each number of steps; gives how many there are.
fn fails_after_each_step(
    steps: impl Fn(i64) -> Steps,
    look: impl Fn(&Ground, &BackupError),
) -> i64 {
    for taken in 0.. {
        let mut ground = Ground::backed_up(4);
        ground.grow(3);
        let steps = steps(taken);
        match add(&ground, &steps) {
            Ok(_) => {
                assert!(!steps.ran_out());
                return taken;
            }
            Err(error) => look(&ground, &error),
        }
        // The first file is there, and the second one wholly or not at all.
        let there = ground.check().unwrap();
        assert_eq!(
            there,
            if files(&ground.backup()).len() == 1 {
                4
            } else {
                7
            }
        );
        let added = ground.add().unwrap();
        assert_eq!(
            (added.added, added.commits),
            (7 - there, 7),
            "after {taken} steps"
        );
        assert!(!unfinished(&ground.backup()));
        let end = ground.store.watermark().now();
        let restored = ground.restored("restored", None);
        assert_eq!(log(&restored, end), log(&ground.store, end));
    }
    0
}

#[test]
fn a_run_that_dies_after_any_step_leaves_a_backup_that_the_next_one_completes() {
    let left = Cell::new(false);
    let steps = |taken| Steps::left(taken, ErrorKind::Other);
    let taken = fails_after_each_step(steps, |ground, _| {
        left.set(left.get() || unfinished(&ground.backup()));
    });
    assert!(taken >= 6, "there are {taken} steps");
    assert!(left.get(), "none of them left a file behind");
}

#[test]
fn a_full_disk_is_named_and_what_was_written_of_the_file_is_taken_away() {
    let full = |taken| Steps::left(taken, ErrorKind::StorageFull).but_one();
    fails_after_each_step(full, |ground, error| {
        assert!(matches!(error, BackupError::Full { .. }), "{error}");
        assert!(!unfinished(&ground.backup()));
    });
}

#[test]
fn a_disk_that_fails_is_named_with_the_file() {
    let broken = |taken| Steps::left(taken, ErrorKind::Other).but_one();
    fails_after_each_step(broken, |ground, error| {
        let backup = ground.backup().display().to_string();
        assert!(error.to_string().starts_with(&backup), "{error}");
    });
}

#[test]
fn a_restore_that_was_broken_off_is_no_store_and_begins_anew() {
    let ground = Ground::backed_up(4);
    let beside = ground.directory.path().join("restored.restoring");
    fs::create_dir_all(beside.join("log/keyspaces/0")).unwrap();
    fs::write(beside.join("log/0.jnl"), [1; 9_000]).unwrap();
    fs::write(beside.join("witness"), [1; 600]).unwrap();
    let restored = ground.restored("restored", None);
    assert_eq!(restored.tree(), ground.store.tree());
    assert!(!beside.exists());
}
