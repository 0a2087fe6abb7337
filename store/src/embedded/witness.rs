//! The head witness: how far the log was durable, written down outside its segments.
//!
//! Damage to the last group looks like a write that a power loss has torn, and a last segment that is
//! gone like one that was never begun: the log would open without its end, as if that had never
//! been. The witness remembers it. Two slots are written in turn, each in a sector of its own, so
//! that a write torn by a power loss leaves the one before; the first, of an empty log, is synced
//! before there is anything to remember.

use std::fs::File;
use std::io;
use std::path::Path;

use kanzlei_core::Position;
use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::Hash;

use super::at;
use crate::disk::sync_folder;
use crate::fields::{Fields, tree_bytes};

/// The file's name in the store's directory.
pub(super) const FILE: &str = "witness";
/// What a slot begins with; the digit is the witness' own layout number.
const MAGIC: [u8; 8] = *b"kzlwitn1";
/// Where the second slot begins: no disk writes less than this at once.
const SECTOR: u64 = 512;
/// Magic, size, position, root, checksum.
const SLOT: usize = 8 + 8 + 8 + 32 + 8;

/// A log without commits. Its root isn't compared.
const EMPTY: TreeHead = TreeHead {
    size: 0,
    position: Position(0),
    root: Hash::ZERO,
};

/// The open witness.
pub(super) struct Witness {
    file: File,
    writes: u64,
    synced: bool,
}

/// What the witness says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Testimony {
    /// There is none: a new store, or one that was restored without it.
    None,
    /// The log was this large.
    Head(TreeHead),
    /// Neither slot can be read.
    Damaged,
}

impl Testimony {
    /// How many commits the log had at least.
    pub(super) const fn size(self) -> u64 {
        match self {
            Self::Head(head) => head.size,
            Self::None | Self::Damaged => 0,
        }
    }
}

impl Witness {
    /// Opens or makes the witness of the store in this directory, and reads it.
    pub(super) fn open(directory: &Path) -> io::Result<(Self, Testimony)> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(directory.join(FILE))?;
        let (testimony, first) = read_from(&file)?;
        let mut witness = Self {
            file,
            // The first write must not hit the only good slot.
            writes: u64::from(first),
            synced: true,
        };
        if testimony == Testimony::None {
            witness.writes = 0;
            witness.write(EMPTY)?;
            witness.sync()?;
            sync_folder(directory)?;
        }
        Ok((witness, testimony))
    }

    /// Writes down how far the log is durable.
    pub(super) fn write(&mut self, head: TreeHead) -> io::Result<()> {
        at::write(&self.file, &slot(head), self.writes % 2 * SECTOR)?;
        self.writes += 1;
        self.synced = false;
        Ok(())
    }

    /// Syncs it, if it was written since.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        if !self.synced {
            self.file.sync_data()?;
            self.synced = true;
        }
        Ok(())
    }
}

/// What the witness of the store in this directory says; nothing is changed.
pub(super) fn read(directory: &Path) -> io::Result<Testimony> {
    match File::open(directory.join(FILE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Testimony::None),
        file => Ok(read_from(&file?)?.0),
    }
}

/// What it says, and whether its first slot says so.
fn read_from(file: &File) -> io::Result<(Testimony, bool)> {
    let length = file.metadata()?.len();
    let first = read_slot(file, 0)?;
    let second = read_slot(file, SECTOR)?;
    let newest = first.into_iter().chain(second).max_by_key(|head| head.size);
    let testimony = match newest {
        Some(head) => Testimony::Head(head),
        // Made now, or when a crash came before the first slot was whole.
        None if length <= SLOT as u64 => Testimony::None,
        None => Testimony::Damaged,
    };
    Ok((testimony, first == newest))
}

fn slot(head: TreeHead) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(tree_bytes(&head));
    bytes.extend(checksum(&bytes));
    bytes
}

/// The first bytes of SHA-256: the witness is small and seldom read.
fn checksum(bytes: &[u8]) -> [u8; 8] {
    let hash = Hash::of(&[b"kanzlei witness 1", bytes]);
    *hash.as_bytes().first_chunk().unwrap_or(&[0; 8])
}

fn read_slot(file: &File, at: u64) -> io::Result<Option<TreeHead>> {
    let mut bytes = [0; SLOT];
    let count = at::read(file, &mut bytes, at)?;
    Ok(bytes.get(..count).and_then(head_in))
}

fn head_in(slot: &[u8]) -> Option<TreeHead> {
    let (said, check) = slot.first_chunk::<SLOT>()?.split_last_chunk()?;
    let mut fields = Fields(said);
    let is_sound = fields.take() == Some(MAGIC) && *check == checksum(said);
    fields.tree().filter(|_| is_sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(size: u64) -> TreeHead {
        TreeHead {
            size,
            position: Position(size),
            root: Hash::of(&[&size.to_le_bytes()]),
        }
    }

    #[test]
    fn the_last_write_is_read_and_a_torn_one_leaves_the_one_before() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE);
        let (_, testimony) = Witness::open(directory.path()).unwrap();
        assert_eq!(testimony, Testimony::None);
        for cut in 0..SLOT {
            std::fs::File::options()
                .write(true)
                .open(&path)
                .unwrap()
                .set_len(cut as u64)
                .unwrap();
            let (_, testimony) = Witness::open(directory.path()).unwrap();
            assert_eq!(testimony, Testimony::None, "the first slot, torn at {cut}");
        }
        for size in 1..6 {
            let (mut witness, _) = Witness::open(directory.path()).unwrap();
            witness.write(head(size)).unwrap();
            let (_, testimony) = Witness::open(directory.path()).unwrap();
            assert_eq!(testimony, Testimony::Head(head(size)));
        }
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            std::fs::write(&path, damaged).unwrap();
            let (_, testimony) = Witness::open(directory.path()).unwrap();
            let Testimony::Head(read) = testimony else {
                panic!("byte {at} is enough to lose it");
            };
            assert!(read.size >= 4, "byte {at}");
        }
        std::fs::write(&path, vec![0; whole.len()]).unwrap();
        let (_, testimony) = Witness::open(directory.path()).unwrap();
        assert_eq!(testimony, Testimony::Damaged);
    }
}
