//! What fjall does that a view store must not do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{TryRecvError, channel};
use std::time::Duration;

use kanzlei_core::Position;
use kanzlei_core::ports::{Checkpoint, RowChange, ViewId, ViewStore};
use kanzlei_core::record::Hash;
use kanzlei_store::FjallViewStore;

const VIEW: ViewId = ViewId {
    name: "inbox",
    revision: 1,
};
const ALL: (Bound<&[u8]>, Bound<&[u8]>) = (Bound::Unbounded, Bound::Unbounded);

/// Writes so many rows, each with the batch's number, and the batch as the checkpoint.
fn write(views: &FjallViewStore, batch: u64, rows: u8) {
    let rows: Vec<_> = (0..rows)
        .map(|key| RowChange {
            key: vec![key],
            value: Some(batch.to_le_bytes().to_vec()),
        })
        .collect();
    let checkpoint = Checkpoint {
        position: Position(batch),
        content: Hash::of(&[&batch.to_le_bytes()]),
    };
    views.write(VIEW, &rows, checkpoint).unwrap();
}

#[test]
fn the_rows_of_a_view_and_its_checkpoint_are_seen_together() {
    const BATCHES: u64 = 400;
    let directory = tempfile::tempdir().unwrap();
    let views = FjallViewStore::open(directory.path()).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for batch in 1..=BATCHES {
                write(&views, batch, 20);
            }
            done.store(true, Ordering::SeqCst);
        });
        while !done.load(Ordering::SeqCst) {
            let at = views.snapshot(VIEW).unwrap();
            let checkpoint = at.checkpoint().unwrap().position.0;
            let rows = at.range(ALL, false, usize::MAX).unwrap();
            let whole = if checkpoint == 0 { 0 } else { 20 };
            assert_eq!(rows.len(), whole);
            assert!(rows.iter().all(|row| row.value == checkpoint.to_le_bytes()));
        }
    });
}

#[test]
fn a_crash_takes_the_rows_of_a_view_and_its_checkpoint_together() {
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("views").join("0.jnl");
    let end = || {
        let bytes = std::fs::read(&journal).unwrap();
        bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1
    };
    let views = FjallViewStore::open(directory.path()).unwrap();
    let mut ends = Vec::new();
    for batch in 1..=2 {
        write(&views, batch, 6);
        ends.push(end());
    }
    drop(views);
    let whole = std::fs::read(&journal).unwrap();
    // A killed process leaves a beginning of what it wrote.
    for cut in (ends[0]..ends[1]).step_by(13) {
        std::fs::write(&journal, &whole[..cut]).unwrap();
        let views = FjallViewStore::open(directory.path()).unwrap();
        let at = views.snapshot(VIEW).unwrap();
        assert_eq!(
            at.checkpoint().unwrap().position,
            Position(1),
            "cut at {cut}"
        );
        let rows = at.range(ALL, false, usize::MAX).unwrap();
        assert_eq!(rows.len(), 6);
        let first = |value: &Vec<u8>| *value == 1_u64.to_le_bytes();
        assert!(rows.iter().all(|row| first(&row.value)), "cut at {cut}");
    }
}

#[test]
fn views_that_are_damaged_wherever_it_is_are_thrown_away_and_never_keep_the_store_from_opening() {
    let directory = tempfile::tempdir().unwrap();
    let views = FjallViewStore::open(directory.path()).unwrap();
    write(&views, 1, 6);
    views.serve(VIEW).unwrap();
    // What stood in the journal stands in tables then.
    views.compact(&|_, _| {}).unwrap();
    drop(views);
    let tables = Path::new("views/keyspaces/1/tables");
    let names = std::fs::read_dir(directory.path().join(tables)).unwrap();
    let names: Vec<_> = names.map(|table| table.unwrap().file_name()).collect();
    assert!(!names.is_empty());
    let mut lost = 0;
    for name in names {
        let table = tables.join(name);
        let whole = std::fs::read(directory.path().join(&table)).unwrap();
        for (at, cut) in (0..whole.len())
            .step_by(37)
            .flat_map(|at| [(at, false), (at, true)])
        {
            let harmed = tempfile::tempdir().unwrap();
            copy(directory.path(), harmed.path());
            let mut bytes = whole.clone();
            if cut {
                bytes.truncate(at);
            } else {
                bytes[at] ^= 4;
            }
            std::fs::write(harmed.path().join(&table), bytes).unwrap();
            let views = FjallViewStore::open(harmed.path()).unwrap();
            match views.serving(VIEW.name).unwrap() {
                None => lost += 1,
                found => assert_eq!(found, Some(VIEW.revision), "at {at}"),
            }
        }
    }
    assert!(lost > 0);
}

#[test]
fn views_of_which_a_crash_left_any_part_when_they_were_thrown_away_are_made_anew() {
    let directory = tempfile::tempdir().unwrap();
    let views = FjallViewStore::open(directory.path()).unwrap();
    write(&views, 1, 6);
    views.serve(VIEW).unwrap();
    views.compact(&|_, _| {}).unwrap();
    write(&views, 2, 6);
    drop(views);
    let mut parts = parts(directory.path(), Path::new("views"));
    assert!(parts.len() > 10);
    // Folders are listed in any order, and each goes once it is empty.
    for order in 0..2 {
        match order {
            0 => parts.sort(),
            _ => parts.reverse(),
        }
        for gone in (0..=parts.len()).step_by(3) {
            let harmed = tempfile::tempdir().unwrap();
            copy(directory.path(), harmed.path());
            std::fs::remove_file(harmed.path().join("views/version")).unwrap();
            for part in &parts[..gone] {
                let _ = std::fs::remove_file(harmed.path().join(part));
            }
            let views = FjallViewStore::open(harmed.path()).unwrap();
            let serving = views.serving(VIEW.name).unwrap();
            assert_eq!(serving, None, "order {order}, {gone} gone");
        }
    }
}

#[test]
fn views_whose_last_two_openings_ended_the_program_are_made_anew() {
    let directory = tempfile::tempdir().unwrap();
    let serving = || {
        let views = FjallViewStore::open(directory.path()).unwrap();
        views.serving(VIEW.name).unwrap()
    };
    let views = FjallViewStore::open(directory.path()).unwrap();
    views.serve(VIEW).unwrap();
    drop(views);
    assert_eq!(serving(), Some(1));
    let mark = directory.path().join("views.opening");
    std::fs::write(&mark, ".").unwrap();
    assert_eq!(serving(), Some(1), "one may have been killed");
    std::fs::write(&mark, "..").unwrap();
    assert_eq!(serving(), None);
    let views = FjallViewStore::open(directory.path()).unwrap();
    views.serve(VIEW).unwrap();
    drop(views);
    assert_eq!(
        serving(),
        Some(1),
        "an opening that was over leaves no mark"
    );
}

/// All files in a folder of a directory.
fn parts(directory: &Path, folder: &Path) -> Vec<PathBuf> {
    let names = std::fs::read_dir(directory.join(folder)).unwrap();
    let of = |name: std::io::Result<std::fs::DirEntry>| {
        let path = folder.join(name.unwrap().file_name());
        if directory.join(&path).is_dir() {
            return parts(directory, &path);
        }
        vec![path]
    };
    names.flat_map(of).collect()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, to).unwrap();
        }
    }
}

/// Where the batches of a journal begin.
fn batches(journal: &[u8]) -> Vec<usize> {
    let ends = journal.windows(4).enumerate();
    let ends = ends.filter(|(_, bytes)| bytes == b"FJL\x03");
    std::iter::once(0)
        .chain(ends.map(|(at, _)| at + 4))
        .collect()
}

/// fjall checks a batch's rows and not its number, by which it passes over what it takes for old.
#[test]
fn a_damaged_number_of_a_batch_makes_views_anew_and_never_wrong() {
    for (batch, number) in [(4, 0_u64), (3, 1 << 40), (4, 1 << 63)] {
        let directory = tempfile::tempdir().unwrap();
        let views = FjallViewStore::open(directory.path()).unwrap();
        for batch in 1..=4 {
            write(&views, batch, 3);
        }
        views.sync().unwrap();
        drop(views);
        let journal = directory.path().join("views").join("0.jnl");
        let mut bytes = std::fs::read(&journal).unwrap();
        let begins = batches(&bytes);
        // The store's own come before, the last begins what was never written.
        let at = begins[begins.len() - 2 - (4 - batch)];
        bytes[at + 5..at + 13].copy_from_slice(&number.to_le_bytes());
        std::fs::write(&journal, bytes).unwrap();
        let views = FjallViewStore::open(directory.path()).unwrap();
        let checkpoint = views.snapshot(VIEW).unwrap().checkpoint().unwrap();
        assert_eq!(
            checkpoint.position,
            Position::START,
            "batch {batch}, {number}"
        );
        write(&views, 1, 3);
    }
}

/// A batch is torn because the disk is full, and so what was torn can't be kept.
#[cfg(target_os = "linux")]
#[test]
fn what_is_torn_is_cut_off_on_a_full_disk_too() {
    let directory = tempfile::tempdir().unwrap();
    let views = FjallViewStore::open(directory.path()).unwrap();
    write(&views, 1, 3);
    write(&views, 2, 3);
    views.sync().unwrap();
    drop(views);
    let journal = directory.path().join("views").join("0.jnl");
    let mut bytes = std::fs::read(&journal).unwrap();
    let begins = batches(&bytes);
    let at = begins[begins.len() - 2];
    bytes[at + 40..].fill(0);
    std::fs::write(&journal, bytes).unwrap();
    let kept = journal.with_added_extension(format!("torn-at-{at}"));
    std::os::unix::fs::symlink("/dev/full", &kept).unwrap();
    let views = FjallViewStore::open(directory.path()).unwrap();
    let checkpoint = views.snapshot(VIEW).unwrap().checkpoint().unwrap();
    assert_eq!(checkpoint.position, Position(1));
    assert!(kept.symlink_metadata().is_err());
}

/// Bytes that can't be compressed, so that merging them takes a while.
fn noise(mut noise: u64, length: usize) -> Vec<u8> {
    let mut next = || {
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        noise.to_le_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

/// fjall's only thread waits for the merge then, and must not be asked with each of them for what it can't do.
#[test]
fn a_view_goes_on_after_thousands_of_batches_while_it_was_merged() {
    const LARGE: usize = 1024 * 1024;
    const MERGED: u64 = 200;
    let directory = tempfile::tempdir().unwrap();
    let views = Arc::new(FjallViewStore::open(directory.path()).unwrap());
    let noise = Arc::new(noise(1, LARGE));
    let put = move |views: &FjallViewStore, batch: u64, length| {
        let row = RowChange {
            key: batch.to_be_bytes().to_vec(),
            value: noise.get(..length).map(<[u8]>::to_vec),
        };
        let checkpoint = Checkpoint {
            position: Position(batch),
            ..Checkpoint::default()
        };
        views.write(VIEW, &[row], checkpoint).unwrap();
    };
    for batch in 1..=MERGED {
        put(&views, batch, LARGE);
    }
    let (begun, merging) = channel();
    let (done, over) = channel();
    let merged = Arc::clone(&views);
    std::thread::spawn(move || {
        let compacted = merged.compact(&|_, _| begun.send(()).unwrap_or_default());
        done.send(compacted.is_ok())
    });
    merging.recv().unwrap();
    // All the while, and some time longer.
    let writing = Arc::clone(&views);
    let (wrote, written) = channel();
    let patience = Duration::from_mins(1);
    std::thread::spawn(move || {
        let (mut batch, mut left) = (MERGED, 100);
        while left > 0 {
            batch += 1;
            put(
                &writing,
                batch,
                if batch < MERGED + 20 { LARGE } else { 10 },
            );
            left -= u32::from(over.try_recv() != Err(TryRecvError::Empty));
        }
        wrote.send(batch)
    });
    let last = written.recv_timeout(patience).expect("the merge hangs");
    let (done, over) = channel();
    let merged = Arc::clone(&views);
    std::thread::spawn(move || done.send(merged.compact(&|_, _| {}).is_ok()));
    assert!(over.recv_timeout(patience).expect("the next merge hangs"));
    let checkpoint = views.snapshot(VIEW).unwrap().checkpoint().unwrap();
    assert_eq!(checkpoint.position, Position(last));
}

/// fjall's own waiting for its thread doesn't end once that has failed: here while a merge keeps it from its work, so
/// that memtables gather.
#[test]
fn a_view_whose_tables_cannot_be_written_says_so_and_does_not_wait_for_ever() {
    const LARGE: usize = 1024 * 1024;
    let directory = tempfile::tempdir().unwrap();
    let views = Arc::new(FjallViewStore::open(directory.path()).unwrap());
    let noise = Arc::new(noise(1, LARGE));
    let put = move |views: &FjallViewStore, batch: u64| {
        let row = RowChange {
            key: batch.to_be_bytes().to_vec(),
            value: Some(noise.to_vec()),
        };
        views.write(VIEW, &[row], Checkpoint::default())
    };
    for batch in 0..200 {
        put(&views, batch).unwrap();
    }
    let (begun, merging) = channel();
    let merged = Arc::clone(&views);
    std::thread::spawn(move || merged.compact(&|_, _| begun.send(()).unwrap_or_default()));
    merging.recv().unwrap();
    let (done, failed) = channel();
    std::thread::spawn(move || {
        let refused = (200..600).any(|batch| put(&views, batch).is_err());
        done.send(refused)
    });
    std::thread::sleep(Duration::from_millis(100));
    let keyspaces = std::fs::read_dir(directory.path().join("views/keyspaces")).unwrap();
    for keyspace in keyspaces.map(|entry| entry.unwrap().path()) {
        let tables = keyspace.join("tables");
        std::fs::rename(&tables, keyspace.join("gone")).unwrap();
        std::fs::write(tables, "no folder").unwrap();
    }
    let refused = failed.recv_timeout(Duration::from_mins(1));
    assert!(refused.expect("writing hangs"));
}
