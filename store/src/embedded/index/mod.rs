//! What stands where in the segments that are full: a fjall database that can be deleted, and is made anew
//! from them.
//!
//! ```text
//! index/   a fjall database of three keyspaces
//!   groups     position             → segment u32 ‖ byte u32: a group that begins with it, one every 16 KiB
//!   commands   command [16]         → segment u32 ‖ byte u32 of its commit
//!   cases      case [16]            → segment u32 ‖ the one before in which the case has commits u32, 0 if none
//!                                     ‖ for each commit in it: first version u32 ‖ byte u32
//!              case [16] ‖ segment  → the same of a segment before
//!              0 [1]                → how many segments it knows u32 ‖ commits in them u64 ‖ root of the tree [32]
//! ```
//!
//! A full segment's rows are loaded sorted, past the journal, those of its cases last: what it knows is said with
//! them, at once. Before that the others are rows too many of a segment that is read again. Ids begin with the time,
//! so that a look-up passes over the tables whose keys are older or newer; beside keys of another kind each table
//! would span all of them. What is asked for of a case are its last commits or all of them, and each row is found
//! by its key: a range would look into every table.

pub(super) mod tail;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use fjall::compaction::Leveled;
use fjall::config::{BlockSizePolicy, CompressionPolicy, PinningPolicy};
use fjall::{
    CompressionType, Database, Keyspace, KeyspaceCreateOptions, PersistMode, Readable, Slice,
};
use kanzlei_core::ports::StoreError;
use kanzlei_core::record::Frontier;
use kanzlei_core::{CaseId, CommandId, Position, Version};

use self::tail::SegmentTail;
use super::birth;
use super::compact;
use super::damage::is_damage;
use super::inspect::inspect;
use super::segments::{Place, Segments};
use super::why::{failed_at, why};

/// Among the cases. An index with other rows has no such keyspace, and is made anew.
const KNOWN: [u8; 1] = [0];
/// Nothing but this database's own bookkeeping goes through memory.
const MEMTABLE_BYTES: u64 = 4 * 1024 * 1024;
/// Tables that wait before they are merged, a segment's each: a look-up asks each, and each merge writes again
/// what the ones before have written.
const TABLES_MAX: u8 = 12;
/// Of a table that is merged. It is synced as a whole, and the longest appends wait for that.
const TABLE_BYTES: u64 = 16 * 1024 * 1024;

/// Threads that flush and compact. With several, fjall lets one of them wait for flushes by sending
/// the same message to itself in a loop, which costs a core as long as another compacts.
pub(super) const WORKERS: usize = 1;

/// The index of the segments that are full.
pub(super) struct Index {
    db: Database,
    groups: Keyspace,
    commands: Keyspace,
    cases: Keyspace,
    /// Held by whoever writes, lest one says again what it knew before.
    writing: Mutex<()>,
}

impl Index {
    /// Opens the index in this folder, or makes an empty one; whatever isn't sound there is thrown
    /// away.
    pub(super) fn open(folder: &Path, cache_bytes: u64) -> Result<Self, StoreError> {
        let io = failed_at(folder);
        let _opening = birth::Opening::of_derived(folder).map_err(io)?;
        if !folder.is_dir() || inspect(folder).map_err(io)?.is_some() {
            return Self::anew(folder, cache_bytes);
        }
        match Self::opened(folder, cache_bytes) {
            Err(error) if is_damage(&error) => Self::anew(folder, cache_bytes),
            Err(error) => {
                let place = folder.display();
                let why = format!(
                    "the index {place}: {}; the log doesn't need it: it can be deleted",
                    why(&error)
                );
                Err(StoreError::Unavailable(why))
            }
            Ok(index) => {
                birth::sync_names(folder).map_err(io)?;
                Ok(index)
            }
        }
    }

    /// An empty one in the place of what was there.
    pub(super) fn anew(folder: &Path, cache_bytes: u64) -> Result<Self, StoreError> {
        let io = failed_at(folder);
        if folder.is_dir() {
            birth::throw_away(folder).map_err(io)?;
        }
        let index = Self::opened(folder, cache_bytes).map_err(|error| unavailable(&error))?;
        birth::sync_names(folder).map_err(io)?;
        index.knows_nothing().map_err(|error| unavailable(&error))?;
        Ok(index)
    }

    /// Says so, lest it is taken for one that was being made.
    fn knows_nothing(&self) -> Result<(), fjall::Error> {
        let mut batch = self.db.batch().durability(Some(PersistMode::SyncAll));
        let tree = tree_row(&Frontier::default());
        batch.insert(&self.cases, KNOWN, [&[0; 4][..], &tree].concat());
        batch.commit()
    }

    fn opened(folder: &Path, cache_bytes: u64) -> Result<Self, fjall::Error> {
        let db = Database::builder(folder)
            .cache_size(cache_bytes)
            .worker_threads(WORKERS)
            .open()?;
        let merging = Leveled::default()
            .with_l0_threshold(TABLES_MAX)
            .with_table_target_size(TABLE_BYTES);
        let merging = Arc::new(merging);
        // fjall keeps these with the keyspace when it is made and ignores them ever after.
        let keyspace = |name| {
            db.keyspace(name, || {
                KeyspaceCreateOptions::default()
                    .data_block_compression_policy(CompressionPolicy::all(CompressionType::Lz4))
                    .data_block_size_policy(BlockSizePolicy::all(4 * 1024))
                    .index_block_pinning_policy(PinningPolicy::all(true))
                    .filter_block_pinning_policy(PinningPolicy::all(true))
                    .max_memtable_size(MEMTABLE_BYTES)
                    .compaction_strategy(merging.clone())
            })
        };
        Ok(Self {
            groups: keyspace("groups")?,
            commands: keyspace("commands")?,
            cases: keyspace("cases")?,
            db,
            writing: Mutex::default(),
        })
    }

    /// How many segments it knows, and the tree after them.
    pub(super) fn known(&self) -> Result<(u32, [u8; 40]), StoreError> {
        let row = get(&self.cases, &KNOWN)?;
        let known = row.as_deref().and_then(|row| {
            let (known, tree) = row.split_first_chunk()?;
            Some((u32::from_le_bytes(*known), tree.try_into().ok()?))
        });
        known.ok_or_else(|| lost("it doesn't say what it knows"))
    }

    /// Takes in a segment that is full, whose number is the next one.
    pub(super) fn add(&self, tail: &SegmentTail, segments: &Segments) -> Result<(), StoreError> {
        let known = [
            &tail.number.to_le_bytes()[..],
            &tree_row(&segments.tree_before(tail.number + 1)?),
        ];
        let place = |at: u32| [tail.number.to_le_bytes(), at.to_le_bytes()].concat();
        let mut commands: Vec<_> = tail.commands.iter().collect();
        commands.sort_unstable();
        let mut cases: Vec<_> = tail.cases.iter().collect();
        cases.sort_unstable_by_key(|(case, _)| **case);
        let before = cases.iter().map(|(case, _)| self.newest(**case));
        let before = before.collect::<Result<Vec<_>, _>>()?;
        let load = || -> Result<(), fjall::Error> {
            let _writing = self.writing();
            let mut rows = self.groups.start_ingestion()?;
            for (first, at) in &tail.groups {
                rows.write(first.0.to_be_bytes(), place(*at))?;
            }
            rows.finish()?;
            let mut rows = self.commands.start_ingestion()?;
            for (command, at) in commands {
                rows.write(command.as_bytes(), place(*at))?;
            }
            rows.finish()?;
            let mut rows = self.cases.start_ingestion()?;
            rows.write(KNOWN, known.concat())?;
            for ((case, commits), before) in cases.into_iter().zip(before) {
                let row = CaseRow {
                    segment: tail.number,
                    before: before.as_ref().map_or(0, |(segment, _)| *segment),
                };
                rows.write(case.as_bytes(), row.with(commits))?;
                if let Some((segment, row)) = before {
                    rows.write(older_key(*case, segment), row)?;
                }
            }
            rows.finish()
        };
        load().map_err(|error| unavailable(&error))
    }

    /// Merges its tables whole, while it is read and written.
    pub(super) fn compact(&self, told: &dyn Fn(u64, u64)) -> Result<(), StoreError> {
        let mark = || -> Result<Keyspace, fjall::Error> {
            let _writing = self.writing();
            if let Some(known) = self.cases.get(KNOWN)? {
                let mut batch = self.db.batch().durability(Some(PersistMode::Buffer));
                batch.insert(&self.cases, KNOWN, known);
                batch.commit()?;
            }
            Ok(self.cases.clone())
        };
        let all = [&self.groups, &self.commands, &self.cases].map(Keyspace::clone);
        compact::merge(&self.db, &all, mark, told).map_err(|error| unavailable(&error))
    }

    fn writing(&self) -> std::sync::MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a command's commit stands.
    pub(super) fn command(&self, command: CommandId) -> Result<Option<Place>, StoreError> {
        let row = get(&self.commands, command.as_bytes())?;
        Ok(row.as_deref().and_then(place))
    }

    /// The last noted group that doesn't begin after a position.
    pub(super) fn group_before(&self, position: Position) -> Result<Option<Place>, StoreError> {
        let to = position.0.to_be_bytes();
        let row = self.db.snapshot().range(&self.groups, ..=to).next_back();
        let row = row.map(fjall::Guard::value).transpose();
        Ok(row
            .map_err(|error| damaged(&error))?
            .as_deref()
            .and_then(place))
    }

    /// The commits of a case, in order, from the one in which this version is, or would be.
    pub(super) fn case(
        &self,
        case: CaseId,
        from: Version,
    ) -> Result<Vec<(Version, Place)>, StoreError> {
        let mut found = Vec::new();
        let mut next = get(&self.cases, case.as_bytes())?;
        while let Some(row) = next {
            let (row, entries) = CaseRow::parse(&row).ok_or_else(|| cut_off(case))?;
            let segment = row.segment;
            for (first, at) in entries.rev() {
                found.push((first, Place { segment, at }));
                if first <= from {
                    found.reverse();
                    return Ok(found);
                }
            }
            if row.before == 0 {
                break;
            }
            next = get(&self.cases, &older_key(case, row.before))?;
            if next.is_none() {
                return Err(cut_off(case));
            }
        }
        found.reverse();
        Ok(found)
    }

    /// The row of a case's last commits, and the segment in which they are.
    fn newest(&self, case: CaseId) -> Result<Option<(u32, Slice)>, StoreError> {
        let Some(row) = get(&self.cases, case.as_bytes())? else {
            return Ok(None);
        };
        let (said, _) = CaseRow::parse(&row).ok_or_else(|| cut_off(case))?;
        Ok(Some((said.segment, row)))
    }
}

fn get(rows: &Keyspace, key: &[u8]) -> Result<Option<Slice>, StoreError> {
    rows.get(key).map_err(|error| damaged(&error))
}

/// A tree as it stands beside the number of segments.
pub(super) fn tree_row(tree: &Frontier) -> [u8; 40] {
    let mut row = [0; 40];
    let bytes = tree
        .size()
        .to_le_bytes()
        .into_iter()
        .chain(*tree.root().as_bytes());
    row.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    row
}

/// What a case's row begins with.
struct CaseRow {
    /// The segment in which the commits are.
    segment: u32,
    /// The one before in which it has commits; 0 if it begins here.
    before: u32,
}

impl CaseRow {
    fn with(&self, commits: &[(Version, u32)]) -> Vec<u8> {
        let commits = commits.iter().flat_map(|(first, at)| [first.0, *at]);
        let numbers = [self.segment, self.before].into_iter().chain(commits);
        numbers.flat_map(u32::to_le_bytes).collect()
    }

    /// The row, and the first version and the byte of each commit; `None` if it isn't one. The row before
    /// is of an earlier segment, so that no row leads back to itself.
    fn parse(row: &[u8]) -> Option<(Self, impl DoubleEndedIterator<Item = (Version, u32)>)> {
        let (segments, entries) = row.split_first_chunk()?;
        let (segment, before) = two(*segments);
        let (entries, rest) = entries.as_chunks();
        let entry = |entry: &[u8; 8]| {
            let (first, at) = two(*entry);
            (Version(first), at)
        };
        let sound = rest.is_empty() && before < segment;
        sound.then(|| (Self { segment, before }, entries.iter().map(entry)))
    }
}

fn place(row: &[u8]) -> Option<Place> {
    let (segment, at) = two(row.try_into().ok()?);
    Some(Place { segment, at })
}

/// Two numbers that stand side by side.
fn two(bytes: [u8; 8]) -> (u32, u32) {
    match bytes.as_chunks::<4>().0 {
        [first, second] => (u32::from_le_bytes(*first), u32::from_le_bytes(*second)),
        _ => (0, 0),
    }
}

/// The key of a case's commits in a segment that isn't its last.
fn older_key(case: CaseId, segment: u32) -> Vec<u8> {
    [&case.as_bytes()[..], &segment.to_be_bytes()].concat()
}

fn unavailable(error: &fjall::Error) -> StoreError {
    StoreError::Unavailable(format!("the index: {}", why(error)))
}

fn cut_off(case: CaseId) -> StoreError {
    lost(&format!("a row of case {case} is missing or cut off"))
}

fn damaged(error: &fjall::Error) -> StoreError {
    match error {
        fjall::Error::Io(_) | fjall::Error::Storage(fjall::LsmError::Io(_)) => unavailable(error),
        _ => lost(&error.to_string()),
    }
}

/// The log has all of it: the index can be made anew.
fn lost(why: &str) -> StoreError {
    StoreError::Damaged {
        position: Position::default(),
        why: format!(
            "the index can't be read: {why}; delete the folder `index`, and it is made anew"
        ),
    }
}
