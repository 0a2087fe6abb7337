//! A vault in a file of its own, beside the log and never in it: a database keeps deleted bytes
//! for long, and a key that was destroyed must be gone.
//!
//! Layout 1; numbers are little-endian, slots are numbered from 1:
//!
//! ```text
//!   0    magic "KNZVAULT"
//!   8    u32 layout number = 1         magic and number stand here in every layout to come
//!  12    u32 how the installation's key wraps: 1 key file, 2 passphrase by Argon2id
//!  16    u32 memory in KiB | u32 passes | u32 lanes | [16] salt        zero for a key file
//!  44    [40] the data key, wrapped by the installation's key or by what was stretched from it
//!  84    [32] check: HMAC-SHA-256 over bytes 0..84
//! 116    zeros
//! 508    u32 crc32c of bytes 0..508
//! 512    slot 1, 2, 3 …, 64 bytes each; how many there are is the file's length
//!
//! slot   u8 state: 1 alive, 2 destroyed, 3 lost | 3 zeros
//!        [40] the slot's key, wrapped (zero unless alive) | 16 zeros
//!        u32 crc32c of u64 slot ‖ the 60 bytes before
//!
//! wrapped     = AES-256 key wrap, RFC 3394
//! key of use  = HMAC-SHA-256(data key, label)     "kanzlei vault header 1" for the check,
//!                                                 "kanzlei vault slots 1" wraps the slots' keys,
//!                                                 "kanzlei vault tokens 1" makes tokens
//! token       = HMAC-SHA-256(token key, u8 purpose ‖ of)[..16]
//! ```
//!
//! A slot that is all zeros was never given away: a crash came before its block was durable. Its
//! number isn't used again. One that is lost was given away by a vault of which an older copy was
//! restored: its number isn't used again either, and a newer copy may bring its key back. Less than a
//! slot at the end comes from a crash, too, and is overwritten.
//!
//! What is assumed of the disk: what was written is there once `sync_data` has returned, and a
//! sector is written whole or not at all. A destroyed key's bytes are overwritten where they
//! stand; flash memory, copying file systems, snapshots and backups may keep what was there, but
//! wrapped.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, Entropy, KeyVault, Purpose, VaultError};
use kanzlei_core::record::{Key, KeyState, Keyring};
use quick_cache::sync::Cache;

use super::header::{HEADER, Header};
use super::installation::{InstallationKey, random_key};
use super::slots::{SLOT, SlotFile, Stored, alive, read_header};
use super::token::{TokenKey, derive};
use super::wrap::Wrapping;
use crate::disk::{Disk, private, sync_name, unfinished};

/// How many unwrapped keys are kept in memory: about 5 MB.
const CACHE_KEYS: usize = 65_536;

/// A vault in a file.
///
/// Its methods read and write the file within the call and need no runtime. A fetch that the cache
/// answers touches no disk; any other reads once for slots that stand together. Minting and
/// destroying end with a sync: mint in blocks.
///
/// ```
/// # use std::sync::Arc;
/// # use kanzlei_core::ports::{Access, KeyVault, Purpose};
/// # use kanzlei_store::{FileKeyVault, InstallationKey, SystemEntropy};
/// # futures::executor::block_on(async {
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let key = InstallationKey::create_file(folder.join("installation.key"), &SystemEntropy)?;
/// let vault = FileKeyVault::create(folder.join("vault"), &key, Arc::new(SystemEntropy))?;
/// let slots = vault.mint(1_024).await?;
/// vault.destroy(&slots[..1]).await?;
/// drop(vault);
///
/// let vault = FileKeyVault::open(folder.join("vault"), &key, Arc::new(SystemEntropy))?;
/// let why = Access { purpose: Purpose::Disclose, case: None };
/// let keys = vault.fetch(&slots, why).await?;
/// assert!(keys.key(slots[0]).is_none());
/// assert!(keys.key(slots[1]).is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub struct FileKeyVault {
    pub(super) path: PathBuf,
    entropy: Arc<dyn Entropy>,
    wrapping: Wrapping,
    tokens: TokenKey,
    cache: Cache<KeySlot, Key>,
    slots: Mutex<SlotFile>,
    /// Held by whoever copies the file.
    pub(super) copying: Mutex<()>,
}

impl FileKeyVault {
    /// Whether there is a vault. One whose creation a crash interrupted isn't there, be it too short or zeros: nothing was
    /// ever minted in it.
    ///
    /// # Errors
    /// If that can't be found out.
    pub fn exists(path: impl AsRef<Path>) -> Result<bool, VaultError> {
        let path = path.as_ref();
        let begun = || -> io::Result<bool> {
            Ok(match path.metadata()?.len() {
                length if length == HEADER as u64 => {
                    std::fs::read(path)?.iter().any(|byte| *byte != 0)
                }
                length => length > HEADER as u64,
            })
        };
        match begun() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            begun => begun.map_err(|error| unreachable(path, &error)),
        }
    }

    /// Creates a vault. A creation that a crash interrupted is completed.
    ///
    /// # Errors
    /// If there is one, somebody has it open, or it can't be written.
    pub fn create(
        path: impl AsRef<Path>,
        key: &InstallationKey,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, VaultError> {
        let path = path.as_ref();
        let derivation = key.derivation(&*entropy)?;
        let data_key = random_key(&*entropy)?;
        let header = Header::new(derivation, &key.derive(&derivation)?, &data_key);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = lock(private(&mut options), path)?;
        let failed = |error| unreachable(path, &error);
        if Self::exists(path)? {
            return Err(VaultError::Exists(path.display().to_string()));
        }
        file.write_all(&header.to_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| sync_name(path))
            .map_err(failed)?;
        Self::new(path, file, &data_key, entropy)
    }

    /// Opens a vault. It stays locked until it is dropped.
    ///
    /// # Errors
    /// If there is none, somebody has it open, the key is another's, it is damaged or a newer
    /// release wrote it.
    pub fn open(
        path: impl AsRef<Path>,
        key: &InstallationKey,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, VaultError> {
        let path = path.as_ref();
        let file = lock(OpenOptions::new().read(true).write(true), path)?;
        let header = read_header(&file, 0).map_err(|error| unreachable(path, &error))?;
        let named = |error| match error {
            VaultError::Damaged(why) => VaultError::Damaged(format!("{}: {why}", path.display())),
            VaultError::WrongKey(why) => VaultError::WrongKey(format!("{}: {why}", path.display())),
            other => other,
        };
        let header = Header::read(&header).map_err(named)?;
        let by = key.derive(&header.derivation).map_err(named)?;
        let data_key = header.open(&by).map_err(named)?;
        Self::new(path, file, &data_key, entropy)
    }

    /// How many slots were given away, or may have been.
    pub fn given(&self) -> u64 {
        self.slots().next().0 - 1
    }

    fn new(
        path: &Path,
        file: File,
        data_key: &Key,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, VaultError> {
        // A restore that was broken off left it, and none goes on as long as this is held: it has keys that are destroyed
        // from now on.
        let unfinished = unfinished(path);
        let removed = Disk::sound().remove(&unfinished);
        removed.map_err(|error| unreachable(&unfinished, &error))?;
        let slots = SlotFile::new(file).map_err(|error| unreachable(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            entropy,
            wrapping: Wrapping::by(&derive(data_key, b"kanzlei vault slots 1")),
            tokens: TokenKey::of(data_key),
            cache: Cache::new(CACHE_KEYS),
            slots: Mutex::new(slots),
            copying: Mutex::default(),
        })
    }

    /// Whoever changes the file or fills the cache holds this, so that no fetch puts a key back
    /// that is being destroyed.
    pub(super) fn slots(&self) -> MutexGuard<'_, SlotFile> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, error: &io::Error) -> VaultError {
        unreachable(&self.path, error)
    }

    fn state(&self, slot: KeySlot, stored: &Stored) -> Result<KeyState, VaultError> {
        let key = match stored {
            Stored::Destroyed => return Ok(KeyState::Destroyed),
            Stored::Lost => return Ok(KeyState::Lost),
            Stored::Never => return Ok(KeyState::Unknown),
            Stored::Alive(wrapped) => self.wrapping.unwrap(wrapped),
            Stored::Damaged => None,
        };
        let damaged = || VaultError::Damaged(format!("{}: {slot}", self.path.display()));
        let key = key.ok_or_else(damaged)?;
        self.cache.insert(slot, key.clone());
        Ok(KeyState::Alive(key))
    }
}

#[async_trait]
impl KeyVault for FileKeyVault {
    async fn mint(&self, count: usize) -> Result<Vec<KeySlot>, VaultError> {
        if count == 0 {
            return Ok(Vec::new());
        }
        let mut file = self.slots();
        let mut bytes = Vec::new();
        let mut minted = Vec::new();
        for slot in (file.next().0..).map(KeySlot).take(count) {
            let key = random_key(&*self.entropy)?;
            bytes.extend(alive(slot, &self.wrapping.wrap(key.expose())));
            minted.push((slot, key));
        }
        debug_assert_eq!(bytes.len(), count * SLOT);
        file.append(&bytes).map_err(|error| self.failed(&error))?;
        let cached = minted.into_iter().map(|(slot, key)| {
            self.cache.insert(slot, key);
            slot
        });
        Ok(cached.collect())
    }

    async fn fetch(&self, slots: &[KeySlot], _why: Access) -> Result<Keyring, VaultError> {
        let mut ring = Keyring::default();
        let mut missing = Vec::new();
        for slot in slots {
            match self.cache.get(slot) {
                Some(key) => ring.insert(*slot, KeyState::Alive(key)),
                None => missing.push(*slot),
            }
        }
        if missing.is_empty() {
            return Ok(ring);
        }
        missing.sort_unstable();
        missing.dedup();
        let mut file = self.slots();
        for (slot, stored) in file.read(&missing).map_err(|error| self.failed(&error))? {
            ring.insert(slot, self.state(slot, &stored)?);
        }
        Ok(ring)
    }

    async fn destroy(&self, slots: &[KeySlot]) -> Result<(), VaultError> {
        if slots.is_empty() {
            return Ok(());
        }
        let mut file = self.slots();
        for slot in slots {
            self.cache.remove(slot);
        }
        file.destroy(slots).map_err(|error| self.failed(&error))
    }

    async fn token(&self, purpose: Purpose, of: &[u8]) -> Result<[u8; 16], VaultError> {
        Ok(self.tokens.token(purpose, of))
    }
}

impl fmt::Debug for FileKeyVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileKeyVault({})", self.path.display())
    }
}

pub(super) fn lock(options: &OpenOptions, path: &Path) -> Result<File, VaultError> {
    let file = options
        .open(path)
        .map_err(|error| unreachable(path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(VaultError::Locked(path.display().to_string())),
        Err(TryLockError::Error(error)) => Err(unreachable(path, &error)),
    }
}

fn unreachable(path: &Path, error: &io::Error) -> VaultError {
    VaultError::Unreachable(format!("{}: {error}", path.display()))
}
