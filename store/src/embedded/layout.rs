//! Layout 1: whole commits in `log`, shares of cases in `cases`, all that is small in `index`.
//!
//! Nothing outside this file and [`keys`] knows a keyspace: another layout, such as a segment file
//! with fjall as its index, replaces these two.

use std::path::Path;

use fjall::config::{BlockSizePolicy, CompressionPolicy, PinningPolicy};
use fjall::{
    CompressionType, Database, Iter, Keyspace, KeyspaceCreateOptions, LsmError, PersistMode,
    Readable, Slice, Snapshot,
};
use kanzlei_core::ports::{StoreError, TreeHead};
use kanzlei_core::record::{Frontier, Hash, Record, Stamp};
use kanzlei_core::{CaseId, CommandId, Position, Version};

use super::inspect::{inspect, says_damaged};
use super::{birth, keys};

/// The number of this layout.
pub(super) const LAYOUT: u32 = 1;
/// How often the tree's peaks are kept: opening hashes at most so many commits.
pub(super) const PEAKS_EVERY: u64 = 1_024;
/// Memtables are small, because opening replays what they hold at 5 to 8 ms a megabyte; and not
/// smaller, because flushing takes from the callers' cores.
const MEMTABLE_BYTES: u64 = 16 * 1024 * 1024;
/// `index` is flushed as often as the others, or its little would keep their journals alive.
const INDEX_MEMTABLE_BYTES: u64 = 4 * 1024 * 1024;
/// The least that fjall takes.
const JOURNAL_BYTES: u64 = 64 * 1024 * 1024;

/// Threads that flush and compact. With several, fjall lets one of them wait for flushes by sending
/// the same message to itself in a loop, which costs a core as long as another compacts.
pub(super) const WORKERS: usize = 1;

/// A commit that was admitted and is to be written.
pub(super) struct Staged {
    /// Its place and time.
    pub(super) stamp: Stamp,
    /// Its bytes.
    pub(super) record: Record,
    /// The share of each part; empty if there is one part, which is the record itself.
    pub(super) shares: Vec<Vec<u8>>,
}

/// What is written at once.
pub(super) struct Group<'a> {
    /// The commits, in order.
    pub(super) commits: &'a [Staged],
    /// The tree after them.
    pub(super) tree: TreeHead,
    /// The tree at each multiple of [`PEAKS_EVERY`] that it passed.
    pub(super) peaks: &'a [Frontier],
}

/// The database of an event store.
#[derive(Clone)]
pub(super) struct Layout {
    db: Database,
    log: Keyspace,
    cases: Keyspace,
    index: Keyspace,
}

impl Layout {
    /// Opens or makes the database in this directory.
    pub(super) fn open(directory: &Path, cache_bytes: u64) -> Result<Self, StoreError> {
        let io = |error: std::io::Error| {
            StoreError::Unavailable(format!("{}: {error}", directory.display()))
        };
        birth::clear_unborn(directory).map_err(io)?;
        if let Some(damage) = inspect(directory).map_err(io)? {
            return Err(StoreError::Unavailable(format!(
                "{damage}: keep a copy of the folder and restore a backup"
            )));
        }
        let db = Database::builder(directory)
            .cache_size(cache_bytes)
            .max_journaling_size(JOURNAL_BYTES)
            .worker_threads(WORKERS)
            .open()
            .map_err(|error| unopened(&error, directory))?;
        let keyspace = |name, block_bytes, memtable_bytes| {
            let made = keyspace(&db, name, block_bytes, memtable_bytes);
            made.map_err(|error| unopened(&error, directory))
        };
        let index = keyspace("index", 4 * 1024, INDEX_MEMTABLE_BYTES)?;
        let known = known_layout(&db, &index)?;
        let layout = Self {
            log: keyspace("log", 16 * 1024, MEMTABLE_BYTES)?,
            cases: keyspace("cases", 8 * 1024, MEMTABLE_BYTES)?,
            index,
            db: db.clone(),
        };
        birth::sync_names(directory).map_err(io)?;
        if !known {
            layout.name_layout()?;
        }
        Ok(layout)
    }

    /// Writes the layout number into a new database.
    fn name_layout(&self) -> Result<(), StoreError> {
        let mut batch = self.db.batch().durability(Some(PersistMode::SyncAll));
        batch.insert(&self.index, keys::LAYOUT, LAYOUT.to_le_bytes());
        batch.commit().map_err(|error| unavailable(&error))
    }

    /// The present state. Reads go through it alone: outside a snapshot fjall shows batches of
    /// which only some rows have arrived.
    pub(super) fn view(&self) -> View {
        View {
            snapshot: self.db.snapshot(),
            layout: self.clone(),
        }
    }

    /// Writes a group in one batch, as durable as `mode` says before anybody can see it; gives the
    /// number of rows.
    pub(super) fn write(&self, group: &Group<'_>, mode: PersistMode) -> Result<usize, StoreError> {
        let mut batch = self.db.batch().durability(Some(mode));
        let mut stamped = Vec::new();
        for commit in group.commits {
            let (stamp, bytes) = (commit.stamp.to_bytes(), commit.record.bytes());
            let mut row = |bytes: &[u8]| {
                stamped.clear();
                stamped.extend_from_slice(&stamp);
                stamped.extend_from_slice(bytes);
                Slice::from(stamped.as_slice())
            };
            let whole = row(bytes);
            for (index, part) in commit.record.parts().iter().enumerate() {
                let key = keys::share(part.case, part.expected.next());
                let share = commit.shares.get(index);
                let share = share.map_or_else(|| whole.clone(), |share| row(share));
                batch.insert(&self.cases, key, share);
            }
            batch.insert(&self.log, keys::log(commit.stamp.position), whole);
            let command = keys::command(commit.record.head().command);
            let position = commit.stamp.position.0.to_le_bytes();
            batch.insert(&self.index, command, position);
        }
        let mut tree = group.tree.size.to_le_bytes().to_vec();
        tree.extend_from_slice(group.tree.root.as_bytes());
        batch.insert(&self.index, keys::TREE, tree);
        for tree in group.peaks {
            let peaks: Vec<u8> = tree
                .peaks()
                .iter()
                .flat_map(Hash::as_bytes)
                .copied()
                .collect();
            batch.insert(&self.index, keys::peaks(tree.size()), peaks);
        }
        let rows = batch.len();
        batch.commit().map_err(|error| unavailable(&error))?;
        Ok(rows)
    }

    /// Syncs all that was written.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        let synced = self.db.persist(PersistMode::SyncData);
        synced.map_err(|error| unavailable(&error))
    }
}

fn keyspace(
    db: &Database,
    name: &str,
    block_bytes: u32,
    memtable_bytes: u64,
) -> Result<Keyspace, fjall::Error> {
    // fjall keeps these with the keyspace when it is made and ignores them ever after: a change
    // needs a new layout number. Keys that only grow move down the levels without being rewritten,
    // so that compression must be on at the first.
    let options = || {
        KeyspaceCreateOptions::default()
            .data_block_compression_policy(CompressionPolicy::all(CompressionType::Lz4))
            .data_block_size_policy(BlockSizePolicy::all(block_bytes))
            .index_block_pinning_policy(PinningPolicy::all(true))
            .filter_block_pinning_policy(PinningPolicy::all(true))
            .max_memtable_size(memtable_bytes)
            .manual_journal_persist(false)
    };
    db.keyspace(name, options)
}

/// Checks the layout number; whether there is one.
fn known_layout(db: &Database, index: &Keyspace) -> Result<bool, StoreError> {
    let found = db.snapshot().get(index, keys::LAYOUT);
    let Some(bytes) = found.map_err(|error| unavailable(&error))? else {
        return Ok(false);
    };
    let found = <[u8; 4]>::try_from(&*bytes).map_or(u32::MAX, u32::from_le_bytes);
    if found == LAYOUT {
        return Ok(true);
    }
    Err(StoreError::Newer {
        found,
        known: LAYOUT,
    })
}

/// One moment of the database.
pub(super) struct View {
    snapshot: Snapshot,
    layout: Layout,
}

impl View {
    /// The last position in the log; 0 if there is none.
    pub(super) fn last(&self) -> Result<Position, StoreError> {
        let Some(row) = self.snapshot.last_key_value(&self.layout.log) else {
            return Ok(Position::default());
        };
        let key = row.key().map_err(|error| unavailable(&error))?;
        keys::position(&key).ok_or_else(|| StoreError::Unavailable(BAD_KEY.into()))
    }

    /// A commit with its stamp.
    pub(super) fn commit(&self, position: Position) -> Result<Option<Slice>, StoreError> {
        self.snapshot
            .get(&self.layout.log, keys::log(position))
            .map_err(|error| damaged(&error, position))
    }

    /// Commits with their stamps, after one position and up to another.
    pub(super) fn commits(&self, after: Position, last: Position) -> Rows {
        let between = keys::log(Position(after.0.saturating_add(1)))..=keys::log(last);
        Rows(self.snapshot.range(&self.layout.log, between))
    }

    /// The share of a case whose first version is this.
    pub(super) fn has_share(&self, case: CaseId, first: Version) -> Result<bool, StoreError> {
        self.snapshot
            .contains_key(&self.layout.cases, keys::share(case, first))
            .map_err(|error| damaged(&error, Position::default()))
    }

    /// The shares of a case whose first version lies between these, in order.
    pub(super) fn shares(&self, case: CaseId, from: Version, to: Version) -> Rows {
        let between = keys::share(case, from)..=keys::share(case, to);
        Rows(self.snapshot.range(&self.layout.cases, between))
    }

    /// Where the commit of a command stands.
    pub(super) fn command(&self, command: CommandId) -> Result<Option<Position>, StoreError> {
        let found = self.index(&keys::command(command))?;
        Ok(found
            .and_then(|bytes| <[u8; 8]>::try_from(&*bytes).ok())
            .map(|bytes| Position(u64::from_le_bytes(bytes))))
    }

    /// Size and root of the tree; `None` before the first commit.
    pub(super) fn tree(&self) -> Result<Option<(u64, Hash)>, StoreError> {
        let found = self.index(&keys::TREE)?;
        Ok(found.and_then(|bytes| {
            let (size, root) = bytes.split_first_chunk::<8>()?;
            let root = <[u8; 32]>::try_from(root).ok()?;
            Some((u64::from_le_bytes(*size), Hash::from_bytes(root)))
        }))
    }

    /// The largest tree of less than this size whose peaks were kept.
    pub(super) fn tree_below(&self, size: u64) -> Result<Frontier, StoreError> {
        let before = keys::peaks(0)..keys::peaks(size);
        let Some(row) = self.snapshot.range(&self.layout.index, before).next_back() else {
            return Ok(Frontier::default());
        };
        let (key, value) = row.into_inner().map_err(|error| unavailable(&error))?;
        let (peaks, rest) = value.as_chunks::<32>();
        let peaks = peaks.iter().copied().map(Hash::from_bytes).collect();
        keys::peaks_size(&key)
            .filter(|_| rest.is_empty())
            .and_then(|size| Frontier::from_peaks(size, peaks))
            .ok_or_else(|| StoreError::Unavailable("the peaks of the tree are damaged".into()))
    }

    fn index(&self, key: &[u8]) -> Result<Option<Slice>, StoreError> {
        let found = self.snapshot.get(&self.layout.index, key);
        found.map_err(|error| damaged(&error, Position::default()))
    }
}

/// Rows in order, from either end: a row can be damaged and the next one whole.
pub(super) struct Rows(Iter);

impl Iterator for Rows {
    type Item = Result<(Slice, Slice), fjall::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(fjall::Guard::into_inner)
    }
}

impl DoubleEndedIterator for Rows {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(fjall::Guard::into_inner)
    }
}

const BAD_KEY: &str = "the log has a key that is no position";

/// The disk failed.
pub(super) fn unavailable(error: &fjall::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// A commit can't be read: the disk failed, or what it gave is damaged.
pub(super) fn damaged(error: &fjall::Error, position: Position) -> StoreError {
    match error {
        fjall::Error::Io(_) | fjall::Error::Storage(LsmError::Io(_)) => unavailable(error),
        _ => StoreError::Damaged {
            position,
            why: format!("its block can't be read: {error}"),
        },
    }
}

fn unopened(error: &fjall::Error, directory: &Path) -> StoreError {
    let place = directory.display();
    match error {
        fjall::Error::Locked => StoreError::Locked(place.to_string()),
        fjall::Error::Io(io) | fjall::Error::Storage(LsmError::Io(io)) if !says_damaged(io) => {
            StoreError::Unavailable(format!("{place}: {io}"))
        }
        _ => StoreError::Unavailable(format!(
            "the database {place} is damaged ({error}): keep a copy of it and restore a backup"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::commits::Commits;
    use fjall::AbstractTree;

    #[test]
    fn three_keyspaces_and_what_only_grows_is_compressed_from_the_first_level_on() {
        const COMMITS: u64 = 500;
        let directory = tempfile::tempdir().unwrap();
        let layout = Layout::open(directory.path(), 1024 * 1024).unwrap();
        let mut commits = Commits::seeded(1);
        let mut tree = Frontier::default();
        let mut raw = 0;
        for position in 1..=COMMITS {
            let case = commits.case();
            // The body repeats eight bytes, so that any compression makes little of it.
            let record = commits.commit(&[case], 2_000).record;
            raw += record.bytes().len() as u64;
            tree.push(Hash::ZERO);
            let stamp = Stamp {
                position: Position(position),
                recorded: kanzlei_core::Timestamp::from_micros(0),
            };
            let staged = Staged {
                stamp,
                record,
                shares: Vec::new(),
            };
            let group = Group {
                commits: &[staged],
                tree: TreeHead {
                    size: position,
                    position: Position(position),
                    root: tree.root(),
                },
                peaks: &[],
            };
            layout.write(&group, PersistMode::Buffer).unwrap();
        }
        let mut names: Vec<String> = layout
            .db
            .list_keyspace_names()
            .iter()
            .map(ToString::to_string)
            .collect();
        names.sort();
        assert_eq!(names, ["cases", "index", "log"]);
        for keyspace in [&layout.log, &layout.cases] {
            keyspace.rotate_memtable_and_wait().unwrap();
            assert_eq!(keyspace.tree.len(fjall::SeqNo::MAX, None).unwrap(), 500);
            let disk = keyspace.disk_space();
            assert!(disk > 0 && disk * 3 < raw, "{disk} of {raw} bytes");
        }
    }
}
