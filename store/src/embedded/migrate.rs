//! Moving a log of layout 1, which was a fjall database, into segments.
//!
//! ```text
//! log/  keyspace log    position   → stamp [16] ‖ record
//!       keyspace index  0          → layout number u32
//!                       1          → the tree: commits u64 ‖ root [32]
//! ```
//!
//! Everything else in it could be computed again. The segments are made beside it, under another name, so
//! that the old log is there until the new one is whole: a crash begins again or ends what was done.

use std::fmt::Display;
use std::fs;
use std::io;
use std::path::Path;

use fjall::{Database, Keyspace, KeyspaceCreateOptions, Readable};
use kanzlei_core::Position;
use kanzlei_core::ports::{StoreError, TreeHead};
use kanzlei_core::record::{Hash, Record, RecordRef, Stamp};

use super::birth::clear_unborn;
use super::damage::is_damage;
use super::group::Staged;
use super::inspect::inspect;
use super::layout::{INDEX, SEGMENTS};
use super::making::Making;
use super::options::{Options, Work};
use super::why::{failed_at, why};
use super::witness::{self, Witness};
use crate::disk::{make_folder, sync_folder};

const LAYOUT: u32 = 1;
/// Where the database was in the store's directory.
const DATABASE: &str = "log";
/// Where the new log is made.
const MOVING: &str = "moving";
/// Progress is told after so many commits.
const TOLD_EVERY: u64 = 1_024;

/// Moves the log of an older layout, if there is one.
pub(super) fn moved(directory: &Path, options: &Options) -> Result<(), StoreError> {
    let io = failed_at(directory);
    let (old, moving) = (directory.join(DATABASE), directory.join(MOVING));
    if moving.is_dir() {
        fs::remove_dir_all(&moving).map_err(io)?;
    }
    clear_unborn(&old).map_err(io)?;
    if !old.is_dir() {
        return Ok(());
    }
    if !directory.join(SEGMENTS).is_dir() {
        let head = copied(&old, &moving, options)?;
        let seen = witness::read(directory).map_err(io)?.size();
        if head.size < seen {
            let why = format!("{seen} commits were there, and it has {}", head.size);
            return Err(refused(&old.display(), &why));
        }
        take_over(directory, &moving, head).map_err(io)?;
    }
    // A process that was killed may have come to the rename, and no further.
    sync_folder(directory)
        .and_then(|()| fs::remove_dir_all(&old))
        .and_then(|()| sync_folder(directory))
        .map_err(io)
}

/// The witness first: it may have seen less than there is, and where groups ended that are none now.
fn take_over(directory: &Path, moving: &Path, head: TreeHead) -> io::Result<()> {
    let (mut witness, _) = Witness::open(directory)?;
    if head.size > 0 {
        witness.write(head)?;
        witness.sync()?;
    }
    let index = directory.join(INDEX);
    if index.is_dir() {
        fs::remove_dir_all(&index)?;
    }
    fs::rename(moving.join(INDEX), index)?;
    fs::rename(moving.join(SEGMENTS), directory.join(SEGMENTS))?;
    sync_folder(directory)?;
    fs::remove_dir_all(moving)
}

/// Copies all commits into segments, checks that they lead to the old log's root, and reads them once more.
fn copied(old: &Path, moving: &Path, options: &Options) -> Result<TreeHead, StoreError> {
    let log = Old::open(old)?;
    let said = log.tree()?;
    let size = said.map(|(size, _)| size);
    make_folder(moving).map_err(failed_at(moving))?;
    let mut making = Making::begin(moving)?;
    for row in log.rows() {
        let expected = making.next();
        let Staged { stamp, record } = log.commit(&row?, expected)?;
        making.push(stamp, record)?;
        let at = expected.0;
        if at.is_multiple_of(TOLD_EVERY) || size == Some(at) {
            options.progress.told(Work::Moving, at, size.unwrap_or(at));
        }
    }
    let count = making.next().0 - 1;
    if let Some(size) = size.filter(|size| *size != count) {
        let why = format!("it has {count} commits and its tree says {size}");
        return Err(log.refused(&why));
    }
    match making.finish(said.map(|(_, root)| root)) {
        Err(StoreError::Damaged { why, .. }) => Err(log.refused(&why)),
        head => head,
    }
}

/// The database of layout 1.
struct Old {
    db: Database,
    log: Keyspace,
    index: Keyspace,
    place: String,
}

type Row = (fjall::Slice, fjall::Slice);

impl Old {
    fn open(folder: &Path) -> Result<Self, StoreError> {
        let place = folder.display().to_string();
        if let Some(damage) = inspect(folder).map_err(failed_at(folder))? {
            return Err(StoreError::Unavailable(format!(
                "{damage}: keep a copy of the folder and restore a backup"
            )));
        }
        let open = || -> Result<_, fjall::Error> {
            let db = Database::builder(folder)
                .worker_threads(super::index::WORKERS)
                .open()?;
            let log = db.keyspace("log", KeyspaceCreateOptions::default)?;
            let index = db.keyspace("index", KeyspaceCreateOptions::default)?;
            Ok((db, log, index))
        };
        match open() {
            Ok((db, log, index)) => Ok(Self {
                db,
                log,
                index,
                place,
            }),
            Err(error) if !is_damage(&error) => {
                Err(StoreError::Unavailable(format!("{place}: {error}")))
            }
            Err(error) => Err(StoreError::Unavailable(format!(
                "the database {place} is damaged ({error}): keep a copy of it and restore a backup"
            ))),
        }
    }

    /// Size and root as they were written, if they were.
    fn tree(&self) -> Result<Option<(u64, Hash)>, StoreError> {
        let get = |key: [u8; 1]| {
            let row = self.db.snapshot().get(&self.index, key);
            row.map_err(|error| self.failed(&error))
        };
        if let Some(layout) = get([0])? {
            let found = <[u8; 4]>::try_from(&*layout).map_or(u32::MAX, u32::from_le_bytes);
            if found != LAYOUT {
                return Err(StoreError::Newer {
                    found,
                    known: super::segments::bytes::LAYOUT,
                });
            }
        }
        let row = get([1])?;
        Ok(row.as_deref().and_then(|row| {
            let (size, root) = row.split_first_chunk()?;
            let root = <[u8; 32]>::try_from(root).ok()?;
            let size = u64::from_le_bytes(*size);
            Some((size, Hash::from_bytes(root))).filter(|_| size > 0)
        }))
    }

    fn rows(&self) -> impl Iterator<Item = Result<Row, StoreError>> {
        let rows = self.db.snapshot().iter(&self.log);
        rows.map(|row| row.into_inner().map_err(|error| self.failed(&error)))
    }

    /// The commit in a row, which must be the one of this position.
    fn commit(&self, (key, value): &Row, expected: Position) -> Result<Staged, StoreError> {
        let wrong = |why: &str| self.refused(&format!("the commit of position {expected} {why}"));
        if **key != expected.0.to_be_bytes() {
            return Err(wrong("is missing"));
        }
        let stamped = Stamp::split(value).filter(|(stamp, _)| stamp.position == expected);
        let (stamp, bytes) = stamped.ok_or_else(|| wrong("has another one's stamp"))?;
        let whole = RecordRef::parse(bytes).is_ok_and(|record| record.is_whole());
        let record = Record::from_bytes(bytes.into()).ok().filter(|_| whole);
        let record = record.ok_or_else(|| wrong("is damaged"))?;
        Ok(Staged { stamp, record })
    }

    fn failed(&self, error: &fjall::Error) -> StoreError {
        self.refused(&why(error))
    }

    fn refused(&self, why: &str) -> StoreError {
        refused(&self.place, why)
    }
}

fn refused(place: &dyn Display, why: &str) -> StoreError {
    StoreError::Unavailable(format!(
        "the log {place} can't be moved to this release's layout, and was left as it is: {why}; keep a \
         copy of it and restore a backup"
    ))
}
