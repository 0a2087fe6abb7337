//! `SQLite`: one events table, unique on stream and version, one synced transaction a group.

use std::fs;
use std::path::{Path, PathBuf};

use kanzlei_bench_harness::commit::{Commit, Event};
use kanzlei_bench_harness::group::Sink;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Params, Row};

use crate::Outcome;

const FILE: &str = "events.sqlite";

const PRAGMAS: &str = "
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma cache_size = -262144;
    pragma mmap_size = 1073741824;";

const TABLE: &str = "
    create table events (
        position integer primary key,
        stream blob not null,
        version integer not null,
        kind integer not null,
        schema integer not null,
        occurred integer not null,
        body blob not null,
        rest blob not null,
        unique (stream, version)
    );";

/// An event as a row has it.
#[derive(Debug, Clone, Copy)]
pub struct Stored<'a> {
    /// Its number in the case.
    pub version: u32,
    /// The kind's number.
    pub kind: u16,
    /// When it happened.
    pub occurred: i64,
    /// Its own bytes.
    pub body: &'a [u8],
    /// What else the record has to it.
    pub rest: &'a [u8],
}

/// An `SQLite` database.
pub struct Sqlite {
    connection: Connection,
    file: PathBuf,
}

impl Sqlite {
    /// Makes a database.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn create(folder: &Path) -> Outcome<Self> {
        let made = Self::open(folder)?;
        made.connection.execute_batch(TABLE)?;
        Ok(made)
    }

    fn open(folder: &Path) -> Outcome<Self> {
        fs::create_dir_all(folder)?;
        let file = folder.join(FILE);
        let connection = Connection::open(&file)?;
        connection.execute_batch(PRAGMAS)?;
        Ok(Self { connection, file })
    }

    /// Another one with the same rows.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn copied(&self, folder: &Path) -> Outcome<Self> {
        self.bytes()?;
        fs::create_dir_all(folder)?;
        fs::copy(&self.file, folder.join(FILE))?;
        Self::open(folder)
    }

    /// The bytes of the file, with all that was written in it.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn bytes(&self) -> Outcome<u64> {
        self.connection
            .query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
        Ok(fs::metadata(&self.file)?.len())
    }

    /// How many events there are.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn count(&self) -> Outcome<usize> {
        let last = "select coalesce(max(position), 0) from events";
        let last: i64 = self.connection.query_row(last, [], |row| row.get(0))?;
        Ok(usize::try_from(last)?)
    }

    /// Gives every event in the order of the log.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn replay(&self, each: impl FnMut(Stored<'_>) -> Outcome) -> Outcome {
        self.each("order by position", [], each)
    }

    /// Gives every event of a kind, in the order of the log. There is no index on kinds: the table
    /// is passed through, as our log is.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn of_kind(&self, kind: u16, each: impl FnMut(Stored<'_>) -> Outcome) -> Outcome {
        self.each("where kind = ?1 order by position", [kind], each)
    }

    /// Gives the events of a case, in their order.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn case(&self, case: [u8; 16], each: impl FnMut(Stored<'_>) -> Outcome) -> Outcome {
        self.each("where stream = ?1 order by version", [case], each)
    }

    fn each(
        &self,
        which: &str,
        of: impl Params,
        mut each: impl FnMut(Stored<'_>) -> Outcome,
    ) -> Outcome {
        let columns = "select version, kind, occurred, body, rest from events";
        let mut select = self
            .connection
            .prepare_cached(&format!("{columns} {which}"))?;
        let mut rows = select.query(of)?;
        while let Some(row) = rows.next()? {
            each(stored(row)?)?;
        }
        Ok(())
    }

    fn insert(&mut self, group: &[Commit]) -> Outcome {
        let transaction = self.connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "insert into events (stream, version, kind, schema, occurred, body, rest)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for event in group.iter().flat_map(|commit| &commit.events) {
                insert.execute(values(event))?;
            }
        }
        Ok(transaction.commit()?)
    }
}

fn values(event: &Event) -> impl Params + '_ {
    let Event {
        stream,
        version,
        kind,
        schema,
        occurred,
        body,
        rest,
    } = event;
    (stream, version, kind, schema, occurred, body, rest)
}

fn stored<'a>(row: &'a Row<'_>) -> Outcome<Stored<'a>> {
    let blob = |index| match row.get_ref(index)? {
        ValueRef::Blob(bytes) => Ok(bytes),
        _ => Err(rusqlite::Error::InvalidQuery),
    };
    Ok(Stored {
        version: row.get(0)?,
        kind: row.get(1)?,
        occurred: row.get(2)?,
        body: blob(3)?,
        rest: blob(4)?,
    })
}

impl Sink for Sqlite {
    type Item = Commit;

    fn write(&mut self, _: u64, group: &[Commit]) -> Outcome {
        self.insert(group)
    }

    fn fill(&mut self, first: u64, group: &[Commit]) -> Outcome {
        self.connection.execute_batch("pragma synchronous = off")?;
        self.write(first, group)?;
        Ok(self.connection.execute_batch("pragma synchronous = full")?)
    }
}

/// An `SQLite` database that commits and syncs each commit by itself, as it does without a group
/// writer. Callers take turns by the queue, which is quicker than by its lock.
pub struct CommitEach(pub Sqlite);

impl Sink for CommitEach {
    type Item = Commit;

    fn write(&mut self, _: u64, group: &[Commit]) -> Outcome {
        let mut each = group.iter().map(std::slice::from_ref);
        each.try_for_each(|commit| self.0.insert(commit))
    }
}
