//! The slots behind the header of a vault's file, as bytes. `file.rs` has the picture.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::iter;

use kanzlei_core::KeySlot;

use super::header::HEADER;
use super::wrap::WRAPPED;

/// The bytes of a slot. 512 is a multiple, so no slot straddles two sectors: overwriting one
/// can't tear its neighbour.
pub(super) const SLOT: usize = 64;

/// Slots that aren't asked for are read with their neighbours if there are at most this many
/// between (4 KiB): that costs less than another call.
const GAP: u64 = 64;
/// At most this many slots are fetched with one read, which bounds its buffer at 4 MiB.
const READ: usize = 1024;
/// Bytes that are read at once of a file that is read through.
const PIECE: usize = 256 * 1024;

const ALIVE: u8 = 1;
const DESTROYED: u8 = 2;
const LOST: u8 = 3;

/// What the file says of a slot.
pub(super) enum Stored {
    Alive([u8; WRAPPED]),
    Destroyed,
    /// Given away, and in none of the vaults that this one was restored from.
    Lost,
    /// Never minted, or in a block that a crash cut off before anybody got its numbers.
    Never,
    Damaged,
}

/// A new slot with its wrapped key.
pub(super) fn alive(slot: KeySlot, wrapped: &[u8; WRAPPED]) -> [u8; SLOT] {
    encode(slot, ALIVE, wrapped)
}

/// What overwrites a slot for ever.
pub(super) fn destroyed(slot: KeySlot) -> [u8; SLOT] {
    encode(slot, DESTROYED, &[0; WRAPPED])
}

/// What stands in a restored vault for a key that was given away, and that nobody destroyed.
pub(super) fn lost(slot: KeySlot) -> [u8; SLOT] {
    encode(slot, LOST, &[0; WRAPPED])
}

fn encode(slot: KeySlot, state: u8, wrapped: &[u8; WRAPPED]) -> [u8; SLOT] {
    let mut bytes = [0; SLOT];
    if let Some((content, to)) = bytes.split_last_chunk_mut::<4>() {
        for (to, from) in content
            .iter_mut()
            .zip([state, 0, 0, 0].iter().chain(wrapped))
        {
            *to = *from;
        }
        *to = checksum(slot, content);
    }
    bytes
}

/// The slot's number is in the checksum, so that a slot written to another's place is seen.
fn checksum(slot: KeySlot, content: &[u8]) -> [u8; 4] {
    crc32c::crc32c_append(crc32c::crc32c(&slot.0.to_le_bytes()), content).to_le_bytes()
}

pub(super) fn decode(slot: KeySlot, bytes: &[u8]) -> Stored {
    if bytes.iter().all(|byte| *byte == 0) {
        return Stored::Never;
    }
    let Some((content, crc)) = bytes.split_last_chunk::<4>() else {
        return Stored::Damaged;
    };
    let wrapped = content.get(4..).and_then(<[u8]>::first_chunk);
    match (content.first(), wrapped) {
        _ if checksum(slot, content) != *crc => Stored::Damaged,
        (Some(&ALIVE), Some(wrapped)) => Stored::Alive(*wrapped),
        (Some(&DESTROYED), _) => Stored::Destroyed,
        (Some(&LOST), _) => Stored::Lost,
        _ => Stored::Damaged,
    }
}

/// The file, locked, and how many slots it has.
pub(super) struct SlotFile {
    file: File,
    count: u64,
    /// What was destroyed since somebody began to copy the file.
    noted: Option<Vec<KeySlot>>,
}

impl SlotFile {
    /// The count is the file's length: all numbers below were, or may have been, given away. What
    /// a crash left of a slot at the end is overwritten by the next.
    pub(super) fn new(file: File) -> io::Result<Self> {
        let slots = file.metadata()?.len().saturating_sub(HEADER as u64) / SLOT as u64;
        Ok(Self {
            file,
            count: slots,
            noted: None,
        })
    }

    /// The number of the next slot.
    pub(super) fn next(&self) -> KeySlot {
        KeySlot(self.count + 1)
    }

    /// Appends slots and syncs. If it fails, the next attempt writes to the same place: nobody
    /// has been told these numbers.
    pub(super) fn append(&mut self, slots: &[u8]) -> io::Result<()> {
        let end = offset(self.next());
        let mut written = || {
            self.file.seek(SeekFrom::Start(end))?;
            self.file.write_all(slots)?;
            self.file.sync_data()
        };
        if let Err(error) = written() {
            // Who copies the file would take what stands there for keys that were given away.
            let _ = self.file.set_len(end);
            return Err(error);
        }
        self.count += (slots.len() / SLOT) as u64;
        Ok(())
    }

    /// Overwrites slots and syncs. It writes even if the slot is destroyed or damaged already:
    /// after a failed sync what is read isn't what is on disk.
    pub(super) fn destroy(&mut self, slots: &[KeySlot]) -> io::Result<()> {
        if let Some(noted) = &mut self.noted {
            noted.extend(slots);
        }
        let mut file = &self.file;
        for slot in slots.iter().filter(|slot| self.has(**slot)) {
            file.seek(SeekFrom::Start(offset(*slot)))?;
            file.write_all(&destroyed(*slot))?;
        }
        file.sync_data()
    }

    /// Reads slots, given in ascending order and each once, with few reads.
    pub(super) fn read(&mut self, slots: &[KeySlot]) -> io::Result<Vec<(KeySlot, Stored)>> {
        let mut states = Vec::with_capacity(slots.len());
        let (here, elsewhere): (Vec<KeySlot>, Vec<KeySlot>) =
            slots.iter().partition(|slot| self.has(**slot));
        states.extend(elsewhere.into_iter().map(|slot| (slot, Stored::Never)));
        for run in here.chunk_by(|a, b| b.0 - a.0 <= GAP) {
            for run in run.chunks(READ) {
                self.read_run(run, &mut states)?;
            }
        }
        Ok(states)
    }

    /// From now on, notes what is destroyed.
    pub(super) fn note(&mut self) {
        self.noted = Some(Vec::new());
    }

    /// What was destroyed meanwhile; from now on that isn't noted any more.
    pub(super) fn noted(&mut self) -> Vec<KeySlot> {
        self.noted.take().unwrap_or_default()
    }

    /// The header's bytes.
    pub(super) fn header(&self) -> io::Result<Vec<u8>> {
        read_header(&self.file, 0)
    }

    /// At most so many slots from this one on, as they stand.
    pub(super) fn raw(&self, first: KeySlot, count: u64) -> io::Result<Vec<u8>> {
        let left = (self.count + 1).saturating_sub(first.0);
        let mut bytes = Vec::new();
        let mut file = &self.file;
        file.seek(SeekFrom::Start(offset(first)))?;
        file.take(left.min(count) * SLOT as u64)
            .read_to_end(&mut bytes)?;
        // The file may have become shorter under us.
        bytes.truncate(bytes.len() / SLOT * SLOT);
        Ok(bytes)
    }

    fn read_run(&mut self, run: &[KeySlot], states: &mut Vec<(KeySlot, Stored)>) -> io::Result<()> {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            return Ok(());
        };
        self.file.seek(SeekFrom::Start(offset(*first)))?;
        let mut bytes = Vec::new();
        let length = (last.0 - first.0 + 1) * SLOT as u64;
        (&self.file).take(length).read_to_end(&mut bytes)?;
        let mut wanted = run.iter().peekable();
        for (slot, bytes) in (first.0..).map(KeySlot).zip(bytes.chunks_exact(SLOT)) {
            if wanted.next_if_eq(&&slot).is_some() {
                states.push((slot, decode(slot, bytes)));
            }
        }
        // The file has become shorter under us.
        states.extend(wanted.map(|slot| (*slot, Stored::Damaged)));
        Ok(())
    }

    fn has(&self, slot: KeySlot) -> bool {
        (1..=self.count).contains(&slot.0)
    }
}

/// Where a slot begins: the first behind the header.
pub(super) fn offset(slot: KeySlot) -> u64 {
    HEADER as u64 + slot.0.saturating_sub(1) * SLOT as u64
}

/// The header of the vault that begins at this byte of a file, or as much as there is of it.
pub(super) fn read_header(mut file: &File, begins: u64) -> io::Result<Vec<u8>> {
    let mut header = Vec::with_capacity(HEADER);
    file.seek(SeekFrom::Start(begins))?;
    file.take(HEADER as u64).read_to_end(&mut header)?;
    Ok(header)
}

/// The slots of the vault that begins at this byte of a file, from the first on. Less than a slot at the end was never
/// given away.
pub(super) fn read_slots(
    file: &File,
    begins: u64,
) -> io::Result<impl Iterator<Item = io::Result<[u8; SLOT]>>> {
    let mut from = BufReader::with_capacity(PIECE, file);
    from.seek(SeekFrom::Start(begins + HEADER as u64))?;
    Ok(iter::from_fn(move || {
        let mut bytes = [0; SLOT];
        match from.read_exact(&mut bytes) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => None,
            read => Some(read.map(|()| bytes)),
        }
    }))
}
