//! Taking a vault's backup while the vault is used, here or by another process.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, PoisonError};

use kanzlei_core::KeySlot;
use kanzlei_core::record::Hash;

use super::copy::{BEGINS, VaultBackup, check, to_header};
use super::file::FileKeyVault;
use super::header::HEADER;
use super::slots::{SLOT, SlotFile, Stored, decode, destroyed, offset};
use super::states::{SlotState, States, check_header};
use crate::backup::{BackupError, Few};
use crate::disk::{Disk, DiskFaults, unfinished};
use crate::lock::DirectoryLock;

/// Slots that are read at once, in which time nobody else uses the file: 1 MiB.
const PIECE: u64 = 16 * 1024;
/// How often slots of a vault that another process writes to are read again, at most, because one was read half.
const TRIES: usize = 8;

impl VaultBackup {
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
        take(&Elsewhere(vault.as_ref()), to.as_ref(), &Disk(faults), told)
    }
}

impl FileKeyVault {
    /// Copies the vault as it is at one moment to a file, or to the file of an earlier backup of it,
    /// while it is used. The copy opens with the installation's key; keep that elsewhere. What is damaged is
    /// [taken](VaultBackup::healed) from the earlier backup, or copied [as it is](VaultBackup::damaged). `told` is told
    /// how many slots are copied, and how many there are.
    ///
    /// # Errors
    /// If something else has that name, the earlier backup is newer than the vault, or the disk fails. What was there
    /// before stays as it was.
    pub fn backup(
        &self,
        to: impl AsRef<Path>,
        faults: Arc<dyn DiskFaults>,
        told: &dyn Fn(u64, u64),
    ) -> Result<VaultBackup, BackupError> {
        // One at a time.
        let _copying = self.copying.lock().unwrap_or_else(PoisonError::into_inner);
        self.slots().note();
        let done = take(self, to.as_ref(), &Disk(faults), told);
        self.slots().noted();
        done
    }
}

/// A vault that is used meanwhile.
trait InUse {
    fn path(&self) -> &Path;
    /// The header's bytes.
    fn header(&self) -> io::Result<Vec<u8>>;
    /// Some slots from this one on, none behind the last, and which is the last.
    fn piece(&self, first: KeySlot) -> io::Result<(Vec<u8>, u64)>;
    /// The slots that were destroyed since copying began.
    fn destroyed(&self) -> Result<Vec<KeySlot>, BackupError>;
}

impl InUse for FileKeyVault {
    fn path(&self) -> &Path {
        &self.path
    }

    fn header(&self) -> io::Result<Vec<u8>> {
        self.slots().header()
    }

    fn piece(&self, first: KeySlot) -> io::Result<(Vec<u8>, u64)> {
        piece(&self.slots(), first)
    }

    fn destroyed(&self) -> Result<Vec<KeySlot>, BackupError> {
        Ok(self.slots().noted())
    }
}

/// The vault in this file, which another process may have open.
struct Elsewhere<'a>(&'a Path);

impl Elsewhere<'_> {
    fn slots(&self) -> io::Result<SlotFile> {
        File::open(self.0).and_then(SlotFile::new)
    }
}

impl InUse for Elsewhere<'_> {
    fn path(&self) -> &Path {
        self.0
    }

    fn header(&self) -> io::Result<Vec<u8>> {
        self.slots()?.header()
    }

    fn piece(&self, first: KeySlot) -> io::Result<(Vec<u8>, u64)> {
        let mut read = piece(&self.slots()?, first)?;
        for _ in 0..TRIES {
            if !each(first, &read.0).any(|(slot, bytes)| is_damaged(slot, bytes)) {
                break;
            }
            // It may have been read just when it was being written.
            read = piece(&self.slots()?, first)?;
        }
        Ok(read)
    }

    fn destroyed(&self) -> Result<Vec<KeySlot>, BackupError> {
        // All that ever were: they stay so.
        let states = States::read(self.0, 0)?;
        Ok(states.those(SlotState::Destroyed).collect())
    }
}

fn piece(slots: &SlotFile, first: KeySlot) -> io::Result<(Vec<u8>, u64)> {
    Ok((slots.raw(first, PIECE)?, slots.next().0 - 1))
}

/// The slots in a piece that begins with this one.
fn each(first: KeySlot, piece: &[u8]) -> impl Iterator<Item = (KeySlot, &[u8])> {
    (first.0..).map(KeySlot).zip(piece.chunks_exact(SLOT))
}

fn is_damaged(slot: KeySlot, bytes: &[u8]) -> bool {
    matches!(decode(slot, bytes), Stored::Damaged)
}

/// Copies the vault beside an earlier backup, and puts it in its place.
fn take(
    from: &dyn InUse,
    to: &Path,
    disk: &Disk,
    told: &dyn Fn(u64, u64),
) -> Result<VaultBackup, BackupError> {
    // Another run may read the vault at the same time, and would write the same files.
    let _lock = DirectoryLock::beside(to).map_err(|error| BackupError::lock(to, error))?;
    let earlier = match to.try_exists() {
        Ok(true) => Some(VaultBackup::open(to)?),
        Ok(false) => None,
        Err(error) => return Err(BackupError::disk(to, error)),
    };
    let new = unfinished(to);
    let done = copy(from, earlier.as_ref(), disk, &new, told).and_then(|backup| {
        follows(&backup.states, earlier.as_ref())?;
        let placed = disk.rename(&new, to).and_then(|()| disk.sync_name(to));
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
    from: &dyn InUse,
    earlier: Option<&VaultBackup>,
    disk: &Disk,
    new: &Path,
    told: &dyn Fn(u64, u64),
) -> Result<VaultBackup, BackupError> {
    let unread = |error| BackupError::disk(from.path(), error);
    let failed = |error| BackupError::disk(new, error);
    let header = from.header().map_err(unread)?;
    check_header(&header, from.path(), 0)?;
    let earlier = earlier.map(|it| Earlier::of(it, &header)).transpose()?;
    let mut file = disk.create_anew(new).map_err(failed)?;
    let header = [vec![0; HEADER], header].concat();
    disk.write(&mut file, &header).map_err(failed)?;
    let (mut next, mut healed, mut damaged) = (KeySlot(1), Vec::new(), 0);
    loop {
        let (mut piece, last) = from.piece(next).map_err(unread)?;
        if piece.is_empty() && next.0 > last {
            break;
        }
        if piece.is_empty() {
            let why = "it ends there, and was longer when it was opened";
            return Err(BackupError::damaged(from.path(), offset(next), why));
        }
        if let Some(earlier) = &earlier {
            earlier.heal(next, &mut piece, &mut healed)?;
        }
        let bad = each(next, &piece).filter(|(slot, bytes)| is_damaged(*slot, bytes));
        damaged += bad.count() as u64;
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
    let states = States::read(new, BEGINS)?;
    check(new, &states, damaged)?;
    let placed = file.seek(SeekFrom::Start(0));
    placed
        .and_then(|_| disk.write(&mut file, &to_header(&states)))
        .and_then(|()| disk.sync(&file))
        .map_err(failed)?;
    Ok(VaultBackup {
        path: new.to_owned(),
        states,
        healed: Few::of(healed.into_iter()),
    })
}

/// The backup before, of the same vault.
struct Earlier<'a> {
    backup: &'a VaultBackup,
    file: File,
}

impl<'a> Earlier<'a> {
    /// Of the vault with this header.
    fn of(backup: &'a VaultBackup, header: &[u8]) -> Result<Self, BackupError> {
        if backup.states.vault != Hash::of(&[header]) {
            return Err(BackupError::AnotherVault(backup.path.clone()));
        }
        let file = File::open(&backup.path);
        let file = file.map_err(|error| BackupError::disk(&backup.path, error))?;
        Ok(Self { backup, file })
    }

    /// Puts what it knows in the place of slots that are damaged, lost, or zeros, lest the last copy of their keys is
    /// replaced.
    fn heal(
        &self,
        first: KeySlot,
        piece: &mut [u8],
        healed: &mut Vec<KeySlot>,
    ) -> Result<(), BackupError> {
        for (slot, bytes) in (first.0..).map(KeySlot).zip(piece.chunks_exact_mut(SLOT)) {
            let known = self.backup.states.get(slot);
            if matches!(
                decode(slot, bytes),
                Stored::Damaged | Stored::Lost | Stored::Never
            ) && matches!(known, SlotState::Alive | SlotState::Destroyed)
            {
                let mut file = &self.file;
                file.seek(SeekFrom::Start(BEGINS + offset(slot)))
                    .and_then(|_| file.read_exact(bytes))
                    .map_err(|error| BackupError::disk(&self.backup.path, error))?;
                healed.push(slot);
            }
        }
        Ok(())
    }
}

/// The vault is at least as new as the earlier backup that is about to be replaced.
fn follows(now: &States, earlier: Option<&VaultBackup>) -> Result<(), BackupError> {
    let Some(earlier) = earlier else {
        return Ok(());
    };
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
