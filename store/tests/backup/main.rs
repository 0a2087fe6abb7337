//! Backups: what comes back, what is seen of damage, and what stays of them when a run fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod damage;
mod damaged_vault;
#[path = "../sealed/disk.rs"]
mod disk;
mod elsewhere;
mod late;
mod lost;
mod revived;
mod steps;
mod taken;
mod vault;
mod wrong;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::ports::{EventStore, Prepared};
use kanzlei_core::testing::ManualClock;
use kanzlei_core::{Position, Timestamp};
use kanzlei_store::conformance::commits::{Commits, Tail, tails};
use kanzlei_store::{
    BackedUp, Backup, BackupError, BackupFolder, FjallEventStore, Log, Options, SoundDisk, Source,
    SyncPolicy, Target,
};

const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

/// A store that grows by valid commits, and a place for its backup.
struct Ground {
    directory: tempfile::TempDir,
    clock: Arc<ManualClock>,
    store: FjallEventStore,
    writer: Writer,
}

/// Makes commits of a few cases, the same ones each time.
struct Writer {
    commits: Commits,
    cases: Vec<Tail>,
    written: usize,
}

impl Writer {
    fn seeded(seed: u64) -> Self {
        let mut commits = Commits::seeded(seed);
        let cases = commits.cases(3);
        Self {
            commits,
            cases,
            written: 0,
        }
    }

    /// Every third commit is over two cases.
    fn next(&mut self) -> Prepared {
        let on = if self.written.is_multiple_of(3) {
            0..2
        } else {
            2..3
        };
        self.written += 1;
        let commit = self.commits.commit(&self.cases[on.clone()], 40);
        self.cases[on].clone_from_slice(&tails(&commit));
        commit
    }
}

fn open(directory: &Path, clock: Arc<ManualClock>) -> FjallEventStore {
    FjallEventStore::open(directory, Options::new(SyncPolicy::EachGroup, clock)).unwrap()
}

/// The log alone.
fn source(store: &dyn EventStore) -> Source<'_> {
    Source {
        log: Log::Here(store),
        documents: None,
        vault: None,
        destroyed: None,
    }
}

/// The log alone.
fn target(log: &Path, until: Option<Position>) -> Target<'_> {
    Target {
        log,
        documents: None,
        destroyed: None,
        vault: None,
        until,
    }
}

fn grow(store: &dyn EventStore, writer: &mut Writer, count: usize) {
    for _ in 0..count {
        block_on(store.append(&writer.next())).unwrap();
    }
}

impl Ground {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        Self {
            store: open(&directory.path().join("log"), clock.clone()),
            directory,
            clock,
            writer: Writer::seeded(5),
        }
    }

    /// With so many commits, backed up.
    fn backed_up(commits: usize) -> Self {
        let mut ground = Self::new();
        ground.grow(commits);
        ground.add().unwrap();
        ground
    }

    /// Each commit is recorded a second after the one before.
    fn grow(&mut self, count: usize) {
        for _ in 0..count {
            self.clock.move_by(1_000_000);
            grow(&self.store, &mut self.writer, 1);
        }
    }

    fn backup(&self) -> PathBuf {
        self.directory.path().join("backup")
    }

    fn add(&self) -> Result<BackedUp, BackupError> {
        BackupFolder::open(self.backup(), Arc::new(SoundDisk))?
            .add(&source(&self.store), &|_, _| {})
    }

    fn check(&self) -> Result<u64, BackupError> {
        let checked = Backup::open(self.backup())?.check(&|_, _| {})?;
        Ok(checked.commits)
    }

    /// A store restored from the backup, and where it is.
    fn restored(&self, name: &str, until: Option<Position>) -> FjallEventStore {
        let to = self.directory.path().join(name);
        let backup = Backup::open(self.backup()).unwrap();
        backup.restore(&target(&to, until), &|_, _| {}).unwrap();
        open(&to, self.clock.clone())
    }
}

/// All that a store has up to a position, each commit's stamp and record.
fn log(store: &dyn EventStore, until: Position) -> Vec<Vec<u8>> {
    let (mut commits, mut after) = (Vec::new(), Position::START);
    while after < until {
        let page = block_on(store.log(after, 1_000)).unwrap();
        for commit in page.commits().filter(|one| one.stamp.position <= until) {
            commits.push([&commit.stamp.to_bytes(), commit.record.as_bytes()].concat());
        }
        after = page.through();
    }
    commits
}

/// The files of commits in a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "commits"))
        .collect();
    files.sort();
    files
}
