//! What fjall leaves undone when a database or a keyspace is made: a crash in the middle keeps it from
//! opening ever after, and a power loss takes keyspaces whose folders' names were never synced,
//! while the journal goes on speaking of their numbers, which then are another keyspace's.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::disk::{entries, sync_folder, sync_name};

/// Where fjall's keyspaces are.
pub(super) const KEYSPACES: &str = "keyspaces";
/// The one in which fjall itself keeps what the others are called.
const META: &str = "0";
/// Where a keyspace's tables are.
pub(super) const TABLES: &str = "tables";
/// What fjall writes last when it makes a database, and needs to open one.
const VERSION: &str = "version";
/// Openings in a row that may be broken off before a database is made anew.
const BEGUN_MAX: usize = 2;
/// Bytes of a journal that are read at once.
const PIECE: usize = 64 * 1024;

/// Clears away what a crash left of a database that was being made.
pub(super) fn clear_unborn(database: &Path) -> io::Result<()> {
    if database.is_dir() && is_unborn(database)? {
        fs::remove_dir_all(database)?;
    }
    Ok(())
}

/// The opening of a database that can be made anew. Over some of what a crash leaves fjall ends the program, which
/// nobody can catch: a mark beside the database has a byte for each opening in a row that wasn't over.
pub(super) struct Opening(PathBuf);

impl Opening {
    /// Begins it; throws away what a crash left of a database that was being made or thrown away, and one of which so
    /// many openings were never over: one may have been killed.
    pub(super) fn of_derived(database: &Path) -> io::Result<Self> {
        let mark = database.with_added_extension("opening");
        let mut begun = match fs::read(&mark) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            begun => begun?,
        };
        let is_whole = || -> io::Result<bool> {
            let may_open = begun.len() < BEGUN_MAX;
            Ok(may_open && database.join(VERSION).try_exists()? && !is_unborn(database)?)
        };
        if database.is_dir() && !is_whole()? {
            throw_away(database)?;
            begun.clear();
        }
        begun.push(b'.');
        // A disk without room for it may have a database that opens.
        let _ = fs::write(&mark, begun);
        Ok(Self(mark))
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // Where it stays, the database is made anew once more.
            let _ = fs::remove_file(&self.0);
        }
    }
}

/// Throws away a database that can be made anew. Its version goes first, and durably: what a crash leaves of the
/// rest is never opened, whatever it lacks.
pub(super) fn throw_away(database: &Path) -> io::Result<()> {
    match fs::remove_file(database.join(VERSION)) {
        Ok(()) => sync_folder(database)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    fs::remove_dir_all(database)
}

/// Makes the names of a database and of its keyspaces durable. Nothing may be written to a keyspace
/// before that.
pub(super) fn sync_names(database: &Path) -> io::Result<()> {
    sync_folder(&database.join(KEYSPACES))?;
    sync_folder(database)?;
    sync_name(database)
}

/// Whether nothing was ever stored in it: there is no table, and no journal that says something.
/// What merely lost a file is no such thing.
fn is_unborn(database: &Path) -> io::Result<bool> {
    for keyspace in entries(&database.join(KEYSPACES))? {
        let tables = entries(&keyspace.join(TABLES))?;
        if !keyspace.ends_with(META) && !tables.is_empty() {
            return Ok(false);
        }
    }
    for path in entries(database)? {
        if path.extension().is_some_and(|end| end == "jnl") && !is_blank(&path)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a file is all zeros. One that isn't says so with its first byte, unless it is damaged.
fn is_blank(path: &Path) -> io::Result<bool> {
    let (mut file, mut piece) = (File::open(path)?, vec![0; PIECE]);
    loop {
        let count = file.read(&mut piece)?;
        let bytes = piece.get(..count).unwrap_or_default();
        if bytes.is_empty() || bytes.iter().any(|byte| *byte != 0) {
            return Ok(bytes.is_empty());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What fjall makes, in this order, before anything can be stored.
    const STEPS: [&str; 7] = [
        "lock",
        "keyspaces/",
        "0.jnl",
        "version",
        "keyspaces/0/tables/",
        "keyspaces/0/tables/0",
        "keyspaces/1/tables/",
    ];

    fn make(database: &Path, step: &str) {
        if step.ends_with('/') {
            fs::create_dir_all(database.join(step)).unwrap();
        } else {
            let bytes: &[u8] = if step == "0.jnl" { &[0; 4_096] } else { b"FJL" };
            fs::write(database.join(step), bytes).unwrap();
        }
    }

    #[test]
    fn a_database_that_was_being_made_is_cleared_away_wherever_the_crash_came() {
        for steps in 0..=STEPS.len() {
            let directory = tempfile::tempdir().unwrap();
            let database = directory.path().join("log");
            fs::create_dir(&database).unwrap();
            for step in &STEPS[..steps] {
                make(&database, step);
            }
            clear_unborn(&database).unwrap();
            assert!(!database.exists(), "after {steps} steps");
            clear_unborn(&database).unwrap();
        }
    }

    #[test]
    fn what_holds_something_stays_whatever_it_lost() {
        type Store = fn(&Path);
        let stored: [Store; 2] = [
            |database| {
                let mut journal = vec![0; 70_000];
                journal[69_000] = 1;
                fs::write(database.join("0.jnl"), journal).unwrap();
            },
            |database| fs::write(database.join("keyspaces/1/tables/4"), b"LSM").unwrap(),
        ];
        for store in stored {
            let directory = tempfile::tempdir().unwrap();
            for step in STEPS {
                make(directory.path(), step);
            }
            store(directory.path());
            fs::remove_file(directory.path().join("version")).unwrap();
            clear_unborn(directory.path()).unwrap();
            assert!(directory.path().join("lock").exists());
        }
    }
}
