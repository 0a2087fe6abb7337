//! The embedded view store: derived, so that it may lose its end, but never half a batch.
//!
//! ```text
//! meta                    0                  → layout number (u32 LE)
//!                         1 ‖ name           → the revision that queries read (u32 LE)
//!                         2                  → 1 while a keyspace is being made
//!                         3                  → nothing that counts, while a journal is renewed
//! REVISION.NAME, a view   0                  → checkpoint: position (u64 LE) ‖ content hash
//!                         1 ‖ a row's key    → the row
//! ```
//!
//! It is a database of its own, because a batch of the log's would wait for its sync. Rows and
//! checkpoint lie in one keyspace and go in one batch, so that a crash takes both or neither;
//! nothing is synced but the choice of the serving revision, since what is lost is read again from
//! the log. A power loss while a keyspace is made may take its folder and leave its number, which
//! fjall then gives to another one, with its rows: so the making is marked, and where it wasn't
//! ended all views are made anew.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError, RwLock};

use fjall::config::{BlockSizePolicy, CompressionPolicy, PinningPolicy};
use fjall::{CompressionType, Database, Keyspace, KeyspaceCreateOptions, PersistMode, Readable};
use kanzlei_core::ports::{Checkpoint, RowChange, ViewId, ViewSnapshot, ViewStore, ViewStoreError};

use super::birth;
use super::compact::{self, Compacted, bytes_in};
use super::damage::is_damage;
use super::index::WORKERS;
use super::inspect::inspect;
use super::view_at::{FIRST, ViewAt, prefixed};
use super::why::why;
use crate::lock::{DirectoryLock, LockError};

/// The number of this layout.
const LAYOUT: u32 = 1;
const META: &str = "meta";
/// Where the database is in the directory.
const DATABASE: &str = "views";
/// In `meta`: a keyspace is being made.
const MAKING: [u8; 1] = [2];
/// In `meta`: what fills a journal up, while one is renewed.
const FILLING: [u8; 1] = [3];
/// Small, because opening replays what memtables hold.
const MEMTABLE_BYTES: u64 = 8 * 1024 * 1024;
/// What a row takes in one besides key and value, and some more, so that it is full for us before it is for fjall.
const ROW_BYTES: usize = 96;
const JOURNAL_BYTES: u64 = 64 * 1024 * 1024;
/// With fjall's 32 MiB the filters of a few million rows push each other out.
const CACHE_BYTES: u64 = 128 * 1024 * 1024;
/// Memtables of a view that wait to become tables when there is one more. fjall lets no more than three wait.
const SEALED_MAX: usize = 2;
/// The longest key of a row in bytes: fjall's limit, less the byte before it.
const KEY_MAX: usize = 65_534;

/// A view store in a directory of this machine, on fjall. The directory is open once.
///
/// ```
/// use kanzlei_core::ports::{ViewId, ViewStore};
/// use kanzlei_store::FjallViewStore;
///
/// # let directory = tempfile::tempdir()?;
/// let views = FjallViewStore::open(directory.path())?;
/// views.serve(ViewId { name: "inbox", revision: 3 })?;
/// assert_eq!(views.serving("inbox")?, Some(3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FjallViewStore {
    db: Database,
    meta: Keyspace,
    database: PathBuf,
    open: RwLock<HashMap<ViewId, Keyspace>>,
    /// About how many bytes each view's memtable holds.
    held: Mutex<HashMap<ViewId, u64>>,
    /// What went wrong first.
    failed: OnceLock<String>,
    _lock: DirectoryLock,
}

impl FjallViewStore {
    /// Opens the views in this directory; makes it if there is none.
    ///
    /// # Errors
    /// - [`ViewStoreError::Locked`] if they are open, here or in another process.
    /// - [`ViewStoreError::Newer`] if a newer release wrote them.
    /// - [`ViewStoreError::Unavailable`] if the disk fails. Views that are damaged are thrown away.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self, ViewStoreError> {
        let directory = directory.as_ref();
        let place = directory.display();
        let io = failed_at(directory);
        let lock = DirectoryLock::take(directory).map_err(|error| match error {
            LockError::Taken => ViewStoreError::Locked(place.to_string()),
            LockError::Io(error) => io(error),
        })?;
        let database = directory.join(DATABASE);
        let _opening = birth::Opening::of_derived(&database).map_err(io)?;
        let mut opened = match inspect(&database).map_err(io)? {
            None => Some(open(&database)),
            Some(_) => None,
        };
        let sound = match &opened {
            Some(Ok((db, meta))) => match all_numbers(db, meta).and(number(db, meta, &MAKING)) {
                Ok(making) => making != Some(1),
                Err(error) => !is_damage(&error),
            },
            Some(Err(error)) => !is_damage(error),
            None => false,
        };
        if !sound {
            drop(opened.take());
            birth::throw_away(&database).map_err(io)?;
        }
        let opened = opened.unwrap_or_else(|| open(&database));
        let (db, meta) = opened.map_err(|error| match error {
            fjall::Error::Locked => ViewStoreError::Locked(place.to_string()),
            error => ViewStoreError::Unavailable(format!("{place}: {}", why(&error))),
        })?;
        let store = Self {
            db,
            meta,
            database,
            open: RwLock::default(),
            held: Mutex::default(),
            failed: OnceLock::new(),
            _lock: lock,
        };
        store.sync_names()?;
        store.known_layout()?;
        Ok(store)
    }

    /// Throws away the views in this directory, in which nobody may have them open; broken off, what is left is thrown
    /// away when they are opened.
    ///
    /// # Errors
    /// If something can't be removed.
    pub fn remove(directory: impl AsRef<Path>) -> io::Result<()> {
        let directory = directory.as_ref();
        let database = directory.join(DATABASE);
        if database.is_dir() {
            birth::throw_away(&database)?;
        }
        match std::fs::remove_dir_all(directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            outcome => outcome,
        }
    }

    fn sync_names(&self) -> Result<(), ViewStoreError> {
        birth::sync_names(&self.database).map_err(failed_at(&self.database))
    }

    /// After the first error fjall says no more than that there was one.
    fn failed(&self, error: &fjall::Error) -> ViewStoreError {
        let first = self.failed.get_or_init(|| why(error));
        ViewStoreError::Unavailable(match error {
            fjall::Error::Poisoned => format!("they were closed after an error: {first}"),
            _ => why(error),
        })
    }

    fn known_layout(&self) -> Result<(), ViewStoreError> {
        match self.number(&FIRST)? {
            Some(LAYOUT) => Ok(()),
            Some(found) => Err(ViewStoreError::Newer {
                found,
                known: LAYOUT,
            }),
            None => self.write_number(FIRST.to_vec(), LAYOUT),
        }
    }

    fn number(&self, key: &[u8]) -> Result<Option<u32>, ViewStoreError> {
        number(&self.db, &self.meta, key).map_err(|error| self.failed(&error))
    }

    fn write_number(&self, key: Vec<u8>, number: u32) -> Result<(), ViewStoreError> {
        // Synced, and with it all rows before it: what is served is there after a power loss.
        let mut batch = self.db.batch().durability(Some(PersistMode::SyncAll));
        batch.insert(&self.meta, key, number.to_le_bytes());
        batch.commit().map_err(|error| self.failed(&error))
    }

    /// Merges what each view has, lets a long journal go, and returns what that gave back: rows that were overwritten
    /// or deleted stay on the disk until then. The views are read and written meanwhile, as far as their memory goes:
    /// who writes more than that while one is merged waits for it. Who has a snapshot keeps what it reads. It needs as
    /// much room again until it is done, and 70 MB for a journal, and blocks; broken off, it leaves the views as they
    /// were. `told` is told how many bytes are merged, and how many there are.
    ///
    /// # Errors
    /// [`ViewStoreError::Unavailable`] if the disk fails.
    pub fn compact(&self, told: &dyn Fn(u64, u64)) -> Result<Vec<Compacted>, ViewStoreError> {
        let keyspaces = self.all()?;
        let before = self.sizes(&keyspaces)?;
        let mark = || {
            let mut batch = self.db.batch().durability(Some(PersistMode::Buffer));
            batch.insert(&self.meta, FIRST, LAYOUT.to_le_bytes());
            batch.commit().map(|()| self.meta.clone())
        };
        let renewed = compact::renew_journal(&self.db, &self.database, &self.meta, &FILLING);
        let merged = renewed.and_then(|()| compact::merge(&self.db, &keyspaces, mark, told));
        merged.map_err(|error| self.failed(&error))?;
        let after = self.sizes(&keyspaces)?;
        let parts = before.iter().zip(&after);
        let parts = parts.map(|((part, before), (_, after))| Compacted::of(part, *before, *after));
        Ok(parts.collect())
    }

    /// All that was made and not deleted, by name.
    fn all(&self) -> Result<Vec<Keyspace>, ViewStoreError> {
        // None is made or deleted meanwhile, or asking for one that has just gone would make it anew.
        let _open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        let mut names = self.db.list_keyspace_names();
        names.sort_unstable();
        let all = names.iter().map(|name| self.db.keyspace(name, options));
        all.collect::<Result<_, _>>()
            .map_err(|error| self.failed(&error))
    }

    /// What each of them takes of the disk, and what the rest does.
    fn sizes(&self, keyspaces: &[Keyspace]) -> Result<Vec<(String, u64)>, ViewStoreError> {
        let io = failed_at(&self.database);
        let of =
            |keyspace: &Keyspace| Ok((keyspace.name().to_string(), bytes_in(keyspace.path())?));
        let mut sizes = keyspaces
            .iter()
            .map(of)
            .collect::<Result<Vec<_>, _>>()
            .map_err(io)?;
        let all = bytes_in(&self.database).map_err(io)?;
        let named: u64 = sizes.iter().map(|(_, bytes)| bytes).sum();
        sizes.push(("journals".to_owned(), all.saturating_sub(named)));
        Ok(sizes)
    }

    /// Has a table made of a memtable that is full. If fjall finds that it is, it asks its own thread with each batch; that
    /// thread may be waiting for a merge, and after a thousand batches for a place in its own queue, for ever.
    fn hold(&self, view: ViewId, keyspace: &Keyspace, bytes: u64) -> Result<(), fjall::Error> {
        {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            let held = held.entry(view).or_default();
            *held += bytes;
            if *held < MEMTABLE_BYTES {
                return Ok(());
            }
            *held = 0;
        }
        compact::settled(&self.db, keyspace, SEALED_MAX)?;
        keyspace.rotate_memtable().map(drop)
    }

    /// The view's keyspace, if it was ever written.
    fn existing(&self, view: ViewId) -> Result<Option<Keyspace>, ViewStoreError> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(keyspace) = open.get(&view) {
            return Ok(Some(keyspace.clone()));
        }
        drop(open);
        // Under the lock: nobody makes it anew who only reads, while it is thrown away.
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if !self.db.keyspace_exists(&keyspace_name(view)) {
            return Ok(None);
        }
        self.opened(&mut open, view).map(Some)
    }

    /// The view's keyspace, made if there is none.
    fn keyspace(&self, view: ViewId) -> Result<Keyspace, ViewStoreError> {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        self.opened(&mut open, view)
    }

    fn opened(
        &self,
        open: &mut HashMap<ViewId, Keyspace>,
        view: ViewId,
    ) -> Result<Keyspace, ViewStoreError> {
        if let Some(keyspace) = open.get(&view) {
            return Ok(keyspace.clone());
        }
        let name = keyspace_name(view);
        let new = !self.db.keyspace_exists(&name);
        if new {
            self.write_number(MAKING.to_vec(), 1)?;
        }
        let keyspace = self.db.keyspace(&name, options);
        let keyspace = keyspace.map_err(|error| self.failed(&error))?;
        if new {
            self.sync_names()?;
            self.write_number(MAKING.to_vec(), 0)?;
        } else {
            // Its memtable has what a journal gave back, and may be nearly full.
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.insert(view, MEMTABLE_BYTES);
        }
        open.insert(view, keyspace.clone());
        Ok(keyspace)
    }
}

impl std::fmt::Debug for FjallViewStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FjallViewStore").finish_non_exhaustive()
    }
}

/// The disk failed at this place.
fn failed_at(place: &Path) -> impl Fn(io::Error) -> ViewStoreError + Copy {
    move |error| ViewStoreError::Unavailable(format!("{}: {error}", place.display()))
}

fn open(database: &Path) -> Result<(Database, Keyspace), fjall::Error> {
    let db = Database::builder(database)
        .cache_size(CACHE_BYTES)
        .max_journaling_size(JOURNAL_BYTES)
        .worker_threads(WORKERS)
        .open()?;
    let meta = db.keyspace(META, options)?;
    Ok((db, meta))
}

/// Reads all that isn't a view's, so that damage is found before anything is built on it.
fn all_numbers(db: &Database, meta: &Keyspace) -> Result<(), fjall::Error> {
    let mut rows = db.snapshot().iter(meta);
    rows.try_for_each(|row| row.value().map(drop))
}

fn number(db: &Database, meta: &Keyspace, key: &[u8]) -> Result<Option<u32>, fjall::Error> {
    let found = db.snapshot().get(meta, key)?;
    Ok(found.map(|bytes| <[u8; 4]>::try_from(&*bytes).map_or(u32::MAX, u32::from_le_bytes)))
}

fn keyspace_name(view: ViewId) -> String {
    format!("{}.{}", view.revision, view.name)
}

/// What a keyspace is made with, and keeps: a change needs a new layout number.
fn options() -> KeyspaceCreateOptions {
    KeyspaceCreateOptions::default()
        .data_block_compression_policy(CompressionPolicy::all(CompressionType::Lz4))
        .data_block_size_policy(BlockSizePolicy::all(4 * 1024))
        .index_block_pinning_policy(PinningPolicy::all(true))
        .filter_block_pinning_policy(PinningPolicy::all(true))
        .max_memtable_size(MEMTABLE_BYTES)
        .manual_journal_persist(false)
}

impl ViewStore for FjallViewStore {
    fn serving(&self, name: &str) -> Result<Option<u32>, ViewStoreError> {
        self.number(&prefixed(name.as_bytes()))
    }

    fn snapshot(&self, view: ViewId) -> Result<Box<dyn ViewSnapshot>, ViewStoreError> {
        Ok(Box::new(ViewAt {
            keyspace: self.existing(view)?,
            snapshot: self.db.snapshot(),
        }))
    }

    fn write(
        &self,
        view: ViewId,
        rows: &[RowChange],
        checkpoint: Checkpoint,
    ) -> Result<(), ViewStoreError> {
        if let Some(row) = rows.iter().find(|row| row.key.len() > KEY_MAX) {
            let length = row.key.len();
            return Err(ViewStoreError::Unavailable(format!(
                "a row's key has {length} bytes, and {KEY_MAX} are allowed"
            )));
        }
        // In one batch fjall doesn't say which of two changes of a row comes last.
        let rows: BTreeMap<&[u8], Option<&[u8]>> = rows
            .iter()
            .map(|row| (row.key.as_slice(), row.value.as_deref()))
            .collect();
        let keyspace = self.keyspace(view)?;
        let mut batch = self.db.batch().durability(Some(PersistMode::Buffer));
        let mut bytes = 2 * ROW_BYTES;
        for (key, value) in rows {
            bytes += ROW_BYTES + key.len() + value.map_or(0, <[u8]>::len);
            match value {
                Some(value) => batch.insert(&keyspace, prefixed(key), value),
                None => batch.remove(&keyspace, prefixed(key)),
            }
        }
        let mut at = checkpoint.position.0.to_le_bytes().to_vec();
        at.extend_from_slice(checkpoint.content.as_bytes());
        batch.insert(&keyspace, FIRST, at);
        let written = batch.commit();
        let written = written.and_then(|()| self.hold(view, &keyspace, bytes as u64));
        written.map_err(|error| self.failed(&error))
    }

    fn serve(&self, view: ViewId) -> Result<(), ViewStoreError> {
        self.write_number(prefixed(view.name.as_bytes()), view.revision)
    }

    fn sync(&self) -> Result<(), ViewStoreError> {
        let synced = self.db.persist(PersistMode::SyncData);
        synced.map_err(|error| self.failed(&error))
    }

    fn revisions(&self, name: &str) -> Result<Vec<u32>, ViewStoreError> {
        let names = self.db.list_keyspace_names();
        let of = |keyspace: &str| {
            let (revision, of) = keyspace.split_once('.')?;
            revision.parse().ok().filter(|_| of == name)
        };
        let mut revisions: Vec<u32> = names.iter().filter_map(|keyspace| of(keyspace)).collect();
        revisions.sort_unstable();
        Ok(revisions)
    }

    fn discard(&self, view: ViewId) -> Result<(), ViewStoreError> {
        let Some(keyspace) = self.existing(view)? else {
            return Ok(());
        };
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.remove(&view);
        // Never `clear`, after which journals were seen to grow without end.
        let deleted = self.db.delete_keyspace(keyspace);
        deleted.map_err(|error| self.failed(&error))
    }
}
