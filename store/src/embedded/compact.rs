//! Merges the tables of a database whole, so that what was overwritten or deleted gives its bytes back.
//!
//! ```text
//! rows in memory ─► tables      so that they are merged too, and journals can go
//! a mark ─► a table             only then fjall takes what nobody reads any more for dead
//! each keyspace: all tables ─► one run
//! a mark ─► a table             only then it removes the files of the tables of before
//! ```
//!
//! A new version of a keyspace counts from the moment at which its file `current` names it: a crash before leaves
//! the tables of before, one after it the merged ones, and fjall clears away the others when it opens.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use fjall::{Database, Keyspace, PersistMode};

use super::journal::journals;
use crate::disk::entries;

/// A journal that has less is left to fill up.
const WORTH: u64 = 8 * 1024 * 1024;
/// fjall begins another journal after 64 MB, and looks how long one is when a table is made.
const PIECES_MAX: usize = 10;
const PIECE: u64 = 8 * 1024 * 1024;
/// How often is looked whether a keyspace's memory has become a table.
const LOOK: Duration = Duration::from_millis(5);

/// What compacting gave back of a part of a store, in bytes on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Compacted {
    /// Such as `index`, or the name of a view with its revision before it.
    pub part: String,
    /// What it had before.
    pub before: u64,
    /// What it has now.
    pub after: u64,
}

impl Compacted {
    pub(super) fn of(part: &str, before: u64, after: u64) -> Self {
        let part = part.to_owned();
        Self {
            part,
            before,
            after,
        }
    }
}

/// Merges each of these keyspaces. A mark is a row that is written again as it is, to a keyspace that it returns.
pub(super) fn merge(
    db: &Database,
    keyspaces: &[Keyspace],
    mark: impl Fn() -> Result<Keyspace, fjall::Error>,
    told: &dyn Fn(u64, u64),
) -> Result<(), fjall::Error> {
    for keyspace in keyspaces {
        flush(db, keyspace)?;
    }
    flush(db, &mark()?)?;
    let of = keyspaces.iter().map(Keyspace::disk_space).sum();
    let mut done = 0;
    told(done, of);
    for keyspace in keyspaces {
        let bytes = keyspace.disk_space();
        if bytes > 0 {
            keyspace.major_compact()?;
        }
        done = of.min(done + bytes);
        told(done, of);
    }
    flush(db, &mark()?)?;
    told(of, of);
    Ok(())
}

/// Has fjall begin another journal, so that this one goes once all that is in it is in tables: nothing but its length
/// makes it do that. So it is filled up with what is deleted again, under a key of a keyspace.
pub(super) fn renew_journal(
    db: &Database,
    folder: &Path,
    keyspace: &Keyspace,
    key: &[u8],
) -> Result<(), fjall::Error> {
    let before = journals(folder)?;
    let mut longest = 0;
    for path in &before {
        longest = longest.max(fs::metadata(path).map_or(0, |metadata| allocated(&metadata)));
    }
    if longest < WORTH {
        return Ok(());
    }
    let mut noise: u64 = 0x9e37_79b9_7f4a_7c15;
    for _ in 0..PIECES_MAX {
        let piece = (0..PIECE / 8).flat_map(|_| {
            // What can be compressed doesn't fill it. (xorshift)
            noise ^= noise << 13;
            noise ^= noise >> 7;
            noise ^= noise << 17;
            noise.to_le_bytes()
        });
        keyspace.insert(key, piece.collect::<Vec<_>>())?;
        flush(db, keyspace)?;
        if journals(folder)? != before {
            break;
        }
    }
    keyspace.remove(key)
}

/// Makes a table of what a keyspace has in memory.
fn flush(db: &Database, keyspace: &Keyspace) -> Result<(), fjall::Error> {
    keyspace.rotate_memtable()?;
    settled(db, keyspace, 0)
}

/// Waits until no more than so many memtables wait to become tables. fjall's own waiting doesn't end if the thread that
/// writes them failed; this says that it did.
pub(super) fn settled(db: &Database, keyspace: &Keyspace, most: usize) -> Result<(), fjall::Error> {
    while keyspace.sealed_memtable_count() > most && db.keyspace_exists(keyspace.name()) {
        db.persist(PersistMode::Buffer)?;
        std::thread::sleep(LOOK);
    }
    Ok(())
}

/// What a folder takes of the disk; files that go meanwhile take nothing.
pub(super) fn bytes_in(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder)? {
            match fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_dir() => folders.push(path),
                Ok(metadata) => bytes += allocated(&metadata),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(bytes)
}

/// A journal is made long and filled later: what was never written takes nothing.
#[cfg(unix)]
fn allocated(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::blocks(metadata) * 512
}

#[cfg(not(unix))]
fn allocated(metadata: &fs::Metadata) -> u64 {
    metadata.len()
}
