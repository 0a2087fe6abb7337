//! All stores of a run, each with the same that is there before a measurement.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::executor::block_on;
use futures::stream::{self, StreamExt};
use kanzlei_bench_harness::commit::Writing;
use kanzlei_bench_harness::group::{Group, Sink};
use kanzlei_core::ports::{EventStore, Prepared};
use kanzlei_store::{FjallEventStore, SyncPolicy};

use super::Bench;
use super::alone::{self, open};
use super::contenders::{Contender, Engine, Grouped, Limit, Store};
use super::engine::{UNSYNCED, Works};
use super::material::Filled;
use super::names::{
    ALONE, BARE_GROUP, BARE_WRITE, ENGINE, FJALL, OURS, SHORTER, SQLITE, SQLITE_EACH,
};
use super::rivals::Rivals;
use crate::Outcome;
use crate::peers::{BareFjall, CommitEach, Sqlite, as_events};

/// The stores while they are filled.
pub struct Field {
    folder: PathBuf,
    bare: BareFjall,
    sqlite: Sqlite,
    shorter: Option<FjallEventStore>,
    records: Writing,
    feed: Option<Writing>,
    next: u64,
}

impl Field {
    /// Makes them, empty; for rivals only the file that they are filled from.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn made(bench: &Bench<'_>, rivals: bool) -> Outcome<Self> {
        let folder = bench.directory.to_owned();
        let shorter = (bench.size.stretches > 1)
            .then(|| open(&folder.join("shorter"), UNSYNCED))
            .transpose()?;
        let feed = rivals.then(|| Writing::begin(&feed(&folder))).transpose()?;
        Ok(Self {
            bare: BareFjall::create(&folder.join("bare"))?,
            sqlite: Sqlite::create(&folder.join("sqlite"))?,
            shorter,
            records: Writing::begin(&records(&folder))?,
            feed,
            next: 1,
            folder,
        })
    }

    /// Opens them to be measured. Ours is filled only now, in a process of its own.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn ready(self, bench: &Bench<'_>, rivals: Rivals) -> Outcome<Ready> {
        self.records.end()?;
        self.feed.map(Writing::end).transpose()?;
        self.shorter.map(FjallEventStore::close).transpose()?;
        let ours = self.folder.join("ours");
        let filled = alone::fill(&records(&self.folder), &ours)?;
        let resting_bytes = alone::at_rest(&ours)?;
        let after_a_kill = alone::killed(&records(&self.folder), &self.folder.join("killed"))?;
        std::fs::remove_dir_all(self.folder.join("killed"))?;
        let longest_bare_ms =
            alone::longest_bare(&records(&self.folder), filled.appended, &self.folder)?;
        let shorter = (bench.size.stretches > 1)
            .then(|| open(&self.folder.join("shorter"), SyncPolicy::EachGroup))
            .transpose()?;
        let sqlite_each = self.sqlite.copied(&self.folder.join("sqlite-each"))?;
        Ok(Ready {
            filled,
            resting_bytes,
            longest_bare_ms,
            after_a_kill,
            sqlite_bytes: self.sqlite.bytes()?,
            ours: Arc::new(open(&ours, SyncPolicy::EachGroup)?),
            shorter: shorter.map(Arc::new),
            bare: Arc::new(Group::start(self.bare, self.next)),
            sqlite: Arc::new(Group::start(self.sqlite, self.next)),
            sqlite_each: Arc::new(Group::start(CommitEach(sqlite_each), self.next)),
            works: Works::founded(bench).await?,
            rivals: rivals.filled(&feed(&self.folder)),
            folder: self.folder,
        })
    }
}

/// The records of what is there before, for our own store.
fn records(folder: &Path) -> PathBuf {
    folder.join("records")
}

/// The same as events, for rivals.
fn feed(folder: &Path) -> PathBuf {
    folder.join("events")
}

impl Filled for Field {
    fn take(&mut self, commits: &[Prepared], last: bool) -> Outcome {
        let records: Vec<_> = commits.iter().map(|commit| commit.record.clone()).collect();
        let events: Vec<_> = records
            .iter()
            .map(|record| as_events(&record.read()))
            .collect();
        self.bare.fill(self.next, &records)?;
        self.sqlite.fill(self.next, &events)?;
        self.next += u64::try_from(commits.len())?;
        for record in &records {
            self.records.add_bytes(record.bytes())?;
        }
        if let Some(feed) = &mut self.feed {
            events.iter().try_for_each(|commit| feed.add(commit))?;
        }
        if let Some(shorter) = self.shorter.as_ref().filter(|_| last) {
            block_on(async {
                let mut appends = stream::iter(commits)
                    .map(|commit| shorter.append(commit))
                    .buffered(256);
                while let Some(appended) = appends.next().await {
                    appended?;
                }
                Outcome::Ok(())
            })?;
        }
        Ok(())
    }
}

/// The stores, to be measured.
pub struct Ready {
    /// What came of filling ours.
    pub filled: alone::Filled,
    /// The memory of a process that has ours open.
    pub resting_bytes: Option<u64>,
    /// The longest of as many bare writes.
    pub longest_bare_ms: f64,
    /// How long ours took to open after its process was killed, in milliseconds, and how many bytes its index
    /// didn't know.
    pub after_a_kill: (f64, u64),
    /// `SQLite`'s file with the same events.
    pub sqlite_bytes: u64,
    /// Ours.
    pub ours: Arc<FjallEventStore>,
    shorter: Option<Arc<FjallEventStore>>,
    bare: Arc<Group<BareFjall>>,
    sqlite: Arc<Group<Sqlite>>,
    sqlite_each: Arc<Group<CommitEach>>,
    works: Works,
    /// Those from the registry.
    pub rivals: Rivals,
    folder: PathBuf,
}

impl Ready {
    /// Where all of them are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All who append.
    pub fn contenders(&self) -> Vec<Box<dyn Contender>> {
        let events = |commit: &Prepared| Ok(as_events(&commit.record.read()));
        let ours = |name, store: &Arc<FjallEventStore>| -> Box<dyn Contender> {
            let store = Arc::clone(store);
            Box::new(Store { name, store })
        };
        let limit = |name, grouped| -> Box<dyn Contender> {
            let file = self.folder.join("limit");
            Box::new(Limit {
                name,
                file,
                grouped,
            })
        };
        let engine = |name, views: Option<PathBuf>| -> Box<dyn Contender> {
            let works = self.works.clone();
            Box::new(Engine { name, works, views })
        };
        let mut all = vec![ours(OURS, &self.ours)];
        all.extend(self.shorter.iter().map(|store| ours(SHORTER, store)));
        all.extend([limit(BARE_WRITE, false), limit(BARE_GROUP, true)]);
        all.push(Box::new(Grouped {
            name: FJALL,
            group: Arc::clone(&self.bare),
            item: |commit| Ok(commit.record.clone()),
            callers_min: 1,
        }));
        all.push(Box::new(Grouped {
            name: SQLITE,
            group: Arc::clone(&self.sqlite),
            item: events,
            callers_min: 1,
        }));
        all.push(Box::new(Grouped {
            name: SQLITE_EACH,
            group: Arc::clone(&self.sqlite_each),
            item: events,
            callers_min: 2,
        }));
        all.push(engine(ALONE, None));
        all.push(engine(ENGINE, Some(self.folder.join("views"))));
        all.extend(self.rivals.contenders(&self.folder));
        all
    }

    /// Ends the group writers: the peers with all that was written, to be read.
    ///
    /// # Errors
    /// If one had failed.
    pub fn peers(self) -> Outcome<Peers> {
        let bare = Arc::into_inner(self.bare).ok_or("bare fjall is in use")?;
        let sqlite = Arc::into_inner(self.sqlite).ok_or("SQLite is in use")?;
        Ok(Peers {
            bare: bare.end()?,
            sqlite: sqlite.end()?,
            rivals: self.rivals,
        })
    }
}

/// The peers, to be read.
pub struct Peers {
    /// Bare fjall.
    pub bare: BareFjall,
    /// `SQLite`.
    pub sqlite: Sqlite,
    /// Those from the registry.
    pub rivals: Rivals,
}
