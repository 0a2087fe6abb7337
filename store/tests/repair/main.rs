//! Repairing a damaged log: what comes back, what is said of the rest, and what stays of the damaged one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod backup;
mod damaged_backup;
mod hits;
mod oracle;
mod segments;
mod swap;
mod witness;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::executor::block_on;
use futures::future::join_all;
use kanzlei_core::Position;
use kanzlei_core::ports::{EventStore, Prepared, StoreError};
use kanzlei_core::record::Hash;
use kanzlei_core::testing::ManualClock;
use kanzlei_store::conformance::commits::{BEGINNING, Commits, Tail, tails};
use kanzlei_store::{
    BackupError, BackupFolder, FjallEventStore, LogRepair, Options, Repair, SoundDisk, Source,
    SyncPolicy,
};
use tempfile::TempDir;

const SEGMENT_HEADER: usize = 4_096;
const GROUP_HEADER: usize = 64;
/// The checksum and the stamp in front of each record.
const BEFORE_RECORD: usize = 4 + 16;

/// A closed store that is sound, and what is in it.
struct Log {
    folder: TempDir,
    commits: Vec<Prepared>,
    /// Stamp and record of each.
    stamped: Vec<Vec<u8>>,
    root: Hash,
}

fn open(directory: &Path) -> Result<FjallEventStore, StoreError> {
    let clock = Arc::new(ManualClock::at(BEGINNING));
    FjallEventStore::open(directory, Options::new(SyncPolicy::EachGroup, clock))
}

/// Commits over five cases that go on in turn; every third is over two of them.
fn interleaved(seed: u64, count: usize, body: usize) -> Vec<Prepared> {
    let mut commits = Commits::seeded(seed);
    let mut cases = commits.cases(5);
    let mut made = Vec::new();
    for number in 0..count {
        let mut on: Vec<Tail> = vec![cases[number * 3 % 5]];
        if number % 3 == 2 {
            on.push(cases[(number * 3 + 2) % 5]);
        }
        let commit = commits.commit(&on, body);
        for tail in tails(&commit) {
            *cases
                .iter_mut()
                .find(|case| case.case == tail.case)
                .unwrap() = tail;
        }
        made.push(commit);
    }
    made
}

impl Log {
    /// A store with these commits, handed in so many at a time.
    fn of(commits: Vec<Prepared>, at_once: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path()).unwrap();
        for some in commits.chunks(at_once) {
            for done in block_on(join_all(some.iter().map(|commit| store.append(commit)))) {
                done.unwrap();
            }
        }
        let (stamped, root) = (all(&store), store.tree().unwrap().unwrap().root);
        store.close().unwrap();
        Self {
            folder,
            commits,
            stamped,
            root,
        }
    }

    /// One segment, groups of several commits.
    fn small() -> Self {
        Self::of(interleaved(1, 14, 5), 4)
    }

    /// Three segments.
    fn large() -> Self {
        let log = Self::of(interleaved(2, 100, 40_000), 3);
        assert!(segment(log.path(), 3).exists());
        log
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A copy that may be damaged.
    fn copy(&self) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        copy_folder(self.path(), copy.path());
        copy
    }

    /// A backup up to where the log is now.
    fn back_up(&self) -> TempDir {
        back_up(self.path())
    }

    /// Where each commit stands in a segment, from its checksum on.
    fn places(&self, bytes: &[u8]) -> Vec<Option<std::ops::Range<usize>>> {
        let place = |commit: &Prepared| {
            let record = &commit.record.bytes()[..];
            let at = memchr::memmem::find(bytes, record)?;
            Some(at - BEFORE_RECORD..at + record.len())
        };
        self.commits.iter().map(place).collect()
    }
}

fn back_up(store: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    add_to(folder.path(), store);
    folder
}

/// Adds what is new in a log to a backup.
fn add_to(backup: &Path, store: &Path) {
    let store = open(store).unwrap();
    let source = Source {
        log: kanzlei_store::Log::Here(&store),
        documents: None,
        vault: None,
        destroyed: None,
    };
    let backup = BackupFolder::open(backup, Arc::new(SoundDisk)).unwrap();
    backup.add(&source, &|_, _| {}).unwrap();
}

/// Stamp and record of all commits.
fn all(store: &FjallEventStore) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut after = Position::START;
    while after < store.watermark().now() {
        let page = block_on(store.log(after, 1 << 20)).unwrap();
        found.extend(
            page.commits()
                .map(|commit| [&commit.stamp.to_bytes(), commit.record.as_bytes()].concat()),
        );
        after = page.through();
    }
    found
}

fn segment(directory: &Path, number: u32) -> PathBuf {
    directory.join(format!("segments/{number:08}.seg"))
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (from, name) = entry
            .map(|entry| (entry.path(), entry.file_name()))
            .unwrap();
        if from.is_dir() {
            copy_folder(&from, &to.join(name));
        } else {
            fs::copy(&from, to.join(name)).unwrap();
        }
    }
}

/// All files of a log but its index and lock, and their bytes.
fn bytes(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let segments = fs::read_dir(directory.join("segments"))
        .into_iter()
        .flatten();
    let paths = segments.map(|entry| entry.unwrap().path());
    for path in paths.chain([directory.join("witness")]) {
        let name = path.strip_prefix(directory).unwrap().to_owned();
        files.extend(fs::read(&path).ok().map(|bytes| (name, bytes)));
    }
    files.sort();
    files
}

fn looked(directory: &Path, backup: Option<&Path>) -> Result<LogRepair, BackupError> {
    let repair = Repair::look(directory, backup, &|_, _| {})?;
    Ok(repair.found().clone())
}

/// Repairs, and checks that nothing of the damaged log is gone; gives where it is kept.
fn mended(directory: &Path, backup: Option<&Path>) -> (LogRepair, PathBuf) {
    let before = bytes(directory);
    let repair = Repair::look(directory, backup, &|_, _| {}).unwrap();
    assert_eq!(bytes(directory), before, "looking changes nothing");
    let found = repair.found().clone();
    let kept = repair.mend().unwrap();
    for (name, bytes) in before {
        let there = fs::read(kept.join(&name)).or_else(|_| fs::read(directory.join(&name)));
        assert_eq!(there.unwrap(), bytes, "{} is kept", name.display());
    }
    (found, kept)
}

/// The repaired log is the one that it was.
fn same_as_before(directory: &Path, log: &Log, what: &str) {
    let store = open(directory).unwrap();
    assert_eq!(store.closed(), None, "{what}");
    assert_eq!(store.tree().unwrap().unwrap().root, log.root, "{what}");
    assert!(all(&store) == log.stamped, "{what}");
    drop(store);
    let again = looked(directory, None).unwrap();
    assert!(again.is_sound(), "{what}: {again:?}");
}
