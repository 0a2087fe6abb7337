//! A backup of a vault: its file as it stands at one moment, taken while it is used. It opens with the
//! installation's key alone, as the vault does, and that key is in no backup.
//!
//! ```text
//!   0  magic "KNZVLTBK" | u32 layout number = 1 | u32 zero
//!  16  u64 slots | u64 alive | u64 destroyed
//!  40  zeros
//! 508  u32 crc32c of bytes 0..508
//! 512  the vault's file
//! ```

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use kanzlei_core::KeySlot;

use super::file::FileKeyVault;
use super::header::HEADER;
use super::slots::{SLOT, SlotFile, destroyed, offset};
use super::states::{SlotState, States, destroyed_in};
use crate::backup::{BackupError, DestroyedSlots, Few};
use crate::disk::{Disk, DiskFaults};
use crate::lock::{DirectoryLock, LockError};

const MAGIC: [u8; 8] = *b"KNZVLTBK";
const LAYOUT: u32 = 1;
/// Where the vault's file begins in its backup.
pub(super) const BEGINS: u64 = HEADER as u64;
/// Slots that are read at once, in which time nobody else uses the file: 1 MiB.
const PIECE: u64 = 16 * 1024;
/// How often a vault that another process writes to is copied again, at most, because a slot was read half.
const TRIES: usize = 8;

/// A backup of a vault, which was read and is whole.
#[derive(Debug)]
pub struct VaultBackup {
    pub(super) path: PathBuf,
    pub(super) states: States,
}

impl VaultBackup {
    /// The backup in this file, every slot of which is checked.
    ///
    /// # Errors
    /// If it is none, isn't what was written, a newer release wrote it, or the disk fails.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, BackupError> {
        let path = path.as_ref();
        let failed = |error| BackupError::disk(path, error);
        let mut file = File::open(path).map_err(failed)?;
        let mut header = Vec::with_capacity(HEADER);
        file.by_ref()
            .take(BEGINS)
            .read_to_end(&mut header)
            .map_err(failed)?;
        if header.get(..8) != Some(&MAGIC) {
            let why = "it doesn't begin as a backup of a vault";
            return Err(BackupError::damaged(path, 0, why));
        }
        let found = header.get(8..).and_then(<[u8]>::first_chunk);
        if let Some(found) = found
            .copied()
            .map(u32::from_le_bytes)
            .filter(|it| *it > LAYOUT)
        {
            let (path, known) = (path.to_owned(), LAYOUT);
            return Err(BackupError::Newer { path, found, known });
        }
        let length = file.metadata().map_err(failed)?.len();
        if length < 2 * BEGINS {
            let why = "it ends within its header";
            return Err(BackupError::damaged(path, length, why));
        }
        let backup = Self::read(path)?;
        if header != to_header(&backup.states) || length != backup.length() {
            let why = "its header or its length isn't what was written";
            return Err(BackupError::damaged(path, 0, why));
        }
        Ok(backup)
    }

    /// Copies the vault in this file, which another process may have open, as
    /// [`FileKeyVault::backup`] does it for its own.
    ///
    /// # Errors
    /// The same.
    pub fn elsewhere(
        vault: impl AsRef<Path>,
        to: impl AsRef<Path>,
        faults: Arc<dyn DiskFaults>,
        told: &dyn Fn(u64, u64),
    ) -> Result<Self, BackupError> {
        let (from, to) = (Elsewhere(vault.as_ref()), to.as_ref());
        let disk = Disk(faults);
        let mut tries = 0..TRIES;
        loop {
            match taken(&from, to, &disk, told) {
                // It may have been read just when it was being written.
                Err(BackupError::Damaged { path, .. }) if path != to && tries.next().is_some() => {}
                done => return done,
            }
        }
    }

    /// Reads the slots, whatever the header says.
    fn read(path: &Path) -> Result<Self, BackupError> {
        let states = States::read(path, BEGINS)?;
        if let Some(slot) = states.those(SlotState::Damaged).next() {
            let why = format!("{slot} isn't what was written");
            return Err(BackupError::damaged(path, BEGINS + offset(slot), why));
        }
        let path = path.to_owned();
        Ok(Self { path, states })
    }

    fn length(&self) -> u64 {
        BEGINS + offset(KeySlot(self.states.slots() + 1))
    }

    /// How many slots it has.
    pub fn slots(&self) -> u64 {
        self.states.slots()
    }

    /// The slots whose keys were destroyed.
    pub fn destroyed(&self) -> DestroyedSlots {
        self.states.destroyed()
    }
}

fn to_header(states: &States) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(LAYOUT.to_le_bytes());
    bytes.extend([0; 4]);
    let (alive, destroyed) = (SlotState::Alive, SlotState::Destroyed);
    for number in [states.slots(), states.count(alive), states.count(destroyed)] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.resize(HEADER - 4, 0);
    bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
    bytes
}

impl FileKeyVault {
    /// Copies the vault as it is at one moment to a file, or to the file of an earlier backup of it,
    /// while it is used. The copy opens with the installation's key; keep that elsewhere. `told` is told how
    /// many slots are copied, and how many there are.
    ///
    /// # Errors
    /// If something else has that name, the earlier backup is newer than the vault, a slot is damaged, or
    /// the disk fails. What was there before stays as it was.
    pub fn backup(
        &self,
        to: impl AsRef<Path>,
        faults: Arc<dyn DiskFaults>,
        told: &dyn Fn(u64, u64),
    ) -> Result<VaultBackup, BackupError> {
        // One at a time.
        let _copying = self.copying.lock().unwrap_or_else(PoisonError::into_inner);
        self.slots().note();
        let done = taken(self, to.as_ref(), &Disk(faults), told);
        self.slots().noted();
        done
    }
}

/// The slots of a vault that is used meanwhile.
trait Slots {
    /// The header's bytes.
    fn header(&self) -> Result<Vec<u8>, BackupError>;
    /// Some slots from this one on, and which is the last.
    fn some(&self, first: KeySlot) -> Result<(Vec<u8>, u64), BackupError>;
    /// Those that were destroyed since copying began.
    fn destroyed(&self) -> Result<Vec<KeySlot>, BackupError>;
}

impl Slots for FileKeyVault {
    fn header(&self) -> Result<Vec<u8>, BackupError> {
        let header = self.slots().header();
        header.map_err(|error| BackupError::disk(&self.path, error))
    }

    fn some(&self, first: KeySlot) -> Result<(Vec<u8>, u64), BackupError> {
        some(&self.slots(), first).map_err(|error| BackupError::disk(&self.path, error))
    }

    fn destroyed(&self) -> Result<Vec<KeySlot>, BackupError> {
        Ok(self.slots().noted())
    }
}

/// The vault in this file, which another process may have open.
struct Elsewhere<'a>(&'a Path);

impl Elsewhere<'_> {
    fn read<T>(&self, read: impl FnOnce(SlotFile) -> io::Result<T>) -> Result<T, BackupError> {
        let file = File::open(self.0).and_then(SlotFile::new);
        file.and_then(read)
            .map_err(|error| BackupError::disk(self.0, error))
    }
}

impl Slots for Elsewhere<'_> {
    fn header(&self) -> Result<Vec<u8>, BackupError> {
        self.read(|file| file.header())
    }

    fn some(&self, first: KeySlot) -> Result<(Vec<u8>, u64), BackupError> {
        self.read(|file| some(&file, first))
    }

    fn destroyed(&self) -> Result<Vec<KeySlot>, BackupError> {
        // All that ever were: they stay so.
        let destroyed = destroyed_in(self.0)?;
        Ok(destroyed.slots().iter().copied().collect())
    }
}

fn some(slots: &SlotFile, first: KeySlot) -> io::Result<(Vec<u8>, u64)> {
    Ok((slots.raw(first, PIECE)?, slots.next().0 - 1))
}

/// Copies the vault beside an earlier backup, and puts it in its place.
fn taken(
    from: &dyn Slots,
    to: &Path,
    disk: &Disk,
    told: &dyn Fn(u64, u64),
) -> Result<VaultBackup, BackupError> {
    // Another run may read the vault at the same time, and would write the same files.
    let _lock = DirectoryLock::beside(to).map_err(|error| match error {
        LockError::Taken => BackupError::Locked(to.to_owned()),
        LockError::Io(error) => BackupError::disk(to, error),
    })?;
    let earlier = match to.try_exists() {
        Ok(true) => Some(VaultBackup::open(to)?),
        Ok(false) => None,
        Err(error) => return Err(BackupError::disk(to, error)),
    };
    let new = to.with_added_extension("new");
    let done = copy(from, disk, &new, told).and_then(|backup| {
        follows(&backup.states, earlier.as_ref())?;
        let placed = disk.rename(&new, to);
        let placed = placed.and_then(|()| to.parent().map_or(Ok(()), |at| disk.sync_folder(at)));
        placed.map_err(|error| BackupError::disk(to, error))?;
        let path = to.to_owned();
        Ok(VaultBackup { path, ..backup })
    });
    if done.is_err() {
        let _ = disk.remove(&new);
    }
    done
}

fn copy(
    from: &dyn Slots,
    disk: &Disk,
    new: &Path,
    told: &dyn Fn(u64, u64),
) -> Result<VaultBackup, BackupError> {
    let failed = |error| BackupError::disk(new, error);
    disk.remove(new).map_err(failed)?;
    let mut file = disk.create(new).map_err(failed)?;
    let header = [vec![0; HEADER], from.header()?].concat();
    disk.write(&mut file, &header).map_err(failed)?;
    let mut next = KeySlot(1);
    loop {
        let (piece, last) = from.some(next)?;
        if piece.is_empty() {
            break;
        }
        next.0 += (piece.len() / SLOT) as u64;
        disk.write(&mut file, &piece).map_err(failed)?;
        told(next.0 - 1, last);
    }
    // They may have been copied before they were destroyed.
    for slot in from.destroyed()?.into_iter().filter(|slot| *slot < next) {
        file.seek(SeekFrom::Start(BEGINS + offset(slot)))
            .and_then(|_| disk.write(&mut file, &destroyed(slot)))
            .map_err(failed)?;
    }
    let backup = VaultBackup::read(new)?;
    let placed = file.seek(SeekFrom::Start(0));
    placed
        .and_then(|_| disk.write(&mut file, &to_header(&backup.states)))
        .and_then(|()| disk.sync(&file))
        .map_err(failed)?;
    Ok(backup)
}

/// The vault is at least as new as the earlier backup that is about to be replaced.
fn follows(now: &States, earlier: Option<&VaultBackup>) -> Result<(), BackupError> {
    let Some(earlier) = earlier else {
        return Ok(());
    };
    if now.vault != earlier.states.vault {
        return Err(BackupError::AnotherVault(earlier.path.clone()));
    }
    let again = earlier.states.those(SlotState::Destroyed);
    let again = Few::of(again.filter(|slot| now.get(*slot) == SlotState::Alive));
    let missing = earlier.states.those(SlotState::Alive);
    let missing = Few::of(missing.filter(|slot| now.get(*slot) == SlotState::Never));
    if again.is_empty() && missing.is_empty() {
        return Ok(());
    }
    Err(BackupError::VaultOlder {
        path: earlier.path.clone(),
        again,
        missing,
    })
}
