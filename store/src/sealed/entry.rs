//! An entry and its bytes. `mod.rs` has the picture.

use std::fmt;
use std::sync::Arc;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use kanzlei_core::record::Key;
use kanzlei_core::{KeySlot, Timestamp};
use zeroize::Zeroizing;

use crate::fields::Fields;

const MAGIC: [u8; 8] = *b"KNZENTRY";
/// The layout that is written.
pub(super) const LAYOUT: u32 = 1;
/// The bytes of the header.
pub(super) const HEADER: usize = 56;
/// What the cipher authenticates of the header: all but nonce, length and checksum.
const BOUND: usize = 36;
/// The bytes by which the cipher makes an entry longer.
const TAG: usize = 16;

/// An entry's id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId([u8; 16]);

impl EntryId {
    /// The id with these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The sixteen bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The id that is written so; `None` if none is.
    pub fn parse(text: &str) -> Option<Self> {
        from_hex(text).map(Self)
    }
}

/// Sixteen bytes from thirty-two digits, small letters alone, so that each is written in one way.
pub(super) fn from_hex(text: &str) -> Option<[u8; 16]> {
    let digit = |byte: &u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let digits: Vec<u8> = text.as_bytes().iter().map(digit).collect::<Option<_>>()?;
    let (pairs, _) = digits.as_chunks::<2>();
    let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    (digits.len() == 32).then_some(bytes.try_into().ok()?)
}

/// Thirty-two hexadecimal digits.
impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryId({self})")
    }
}

/// How often an entry was written: 1 when it is made. 0 stands for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Revision(pub u64);

impl Revision {
    /// There is no entry.
    pub const NONE: Self = Self(0);

    /// The revision after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An entry, opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// How often it was written.
    pub revision: Revision,
    /// From when on it isn't there any more.
    pub expires: Timestamp,
    /// What was put in. Wiped with its last clone.
    pub bytes: Arc<Zeroizing<Vec<u8>>>,
}

/// Without what was put in.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("id", &self.id)
            .field("revision", &self.revision)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// What stands readable in front of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) slot: KeySlot,
    pub(super) revision: Revision,
    pub(super) expires: Timestamp,
    nonce: [u8; 12],
    length: u32,
}

/// Why bytes aren't an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    Damaged(&'static str),
    Newer(u32),
}

/// Whose entry it is, and which: bound to it, so that one put in another's place doesn't open.
pub(super) type Place<'a> = (&'a [u8; 16], EntryId);

impl Header {
    pub(super) fn new(
        slot: KeySlot,
        revision: Revision,
        expires: Timestamp,
        nonce: [u8; 12],
    ) -> Self {
        Self {
            slot,
            revision,
            expires,
            nonce,
            length: 0,
        }
    }

    /// The whole file; `None` if the cipher doesn't take that much.
    pub(super) fn seal(mut self, key: &Key, place: Place<'_>, plain: &[u8]) -> Option<Vec<u8>> {
        self.length = u32::try_from(plain.len().checked_add(TAG)?).ok()?;
        let mut file = self.to_bytes();
        let bound = bound(place, &file);
        let payload = Payload {
            msg: plain,
            aad: &bound,
        };
        file.extend(cipher(key).encrypt(&nonce(self.nonce), payload).ok()?);
        Some(file)
    }

    /// The entry in a file whose header this is.
    pub(super) fn open(
        &self,
        key: &Key,
        place: Place<'_>,
        file: &[u8],
    ) -> Result<Entry, Unreadable> {
        let damaged = || Unreadable::Damaged("it doesn't open under its key");
        let (header, sealed) = file.split_at_checked(HEADER).ok_or_else(damaged)?;
        let bound = bound(place, header);
        let payload = Payload {
            msg: sealed,
            aad: &bound,
        };
        let plain = cipher(key).decrypt(&nonce(self.nonce), payload);
        Ok(Entry {
            id: place.1,
            revision: self.revision,
            expires: self.expires,
            bytes: Arc::new(Zeroizing::new(plain.map_err(|_| damaged())?)),
        })
    }

    fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.extend(MAGIC);
        bytes.extend(LAYOUT.to_le_bytes());
        bytes.extend(self.slot.0.to_le_bytes());
        bytes.extend(self.revision.0.to_le_bytes());
        bytes.extend(self.expires.micros().to_le_bytes());
        bytes.extend(self.nonce);
        bytes.extend(self.length.to_le_bytes());
        bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
        bytes
    }

    /// Reads a header; `length` is that of the whole file.
    pub(super) fn read(bytes: &[u8], length: u64) -> Result<Self, Unreadable> {
        let short = || Unreadable::Damaged("it is too short");
        let whole = bytes.first_chunk::<HEADER>().ok_or_else(short)?;
        let (said, crc) = whole.split_last_chunk::<4>().ok_or_else(short)?;
        let mut fields = Fields(said);
        if fields.take() != Some(MAGIC) {
            return Err(Unreadable::Damaged("it doesn't begin as an entry"));
        }
        let layout = fields.u32().ok_or_else(short)?;
        if layout > LAYOUT {
            return Err(Unreadable::Newer(layout));
        }
        if layout != LAYOUT || crc32c::crc32c(said) != u32::from_le_bytes(*crc) {
            return Err(Unreadable::Damaged("its header was changed"));
        }
        let header = Self::fields(&mut fields).ok_or_else(short)?;
        if length != HEADER as u64 + u64::from(header.length) {
            return Err(Unreadable::Damaged(
                "it has another length than its header says",
            ));
        }
        Ok(header)
    }

    fn fields(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            slot: KeySlot(fields.u64()?),
            revision: Revision(fields.u64()?),
            expires: Timestamp::from_micros(i64::from_le_bytes(fields.take()?)),
            nonce: fields.take()?,
            length: fields.u32()?,
        })
    }
}

fn bound((drawer, id): Place<'_>, header: &[u8]) -> Vec<u8> {
    let header = header.iter().take(BOUND).copied();
    let place = drawer.iter().chain(id.as_bytes()).copied();
    place.chain(header).collect()
}

fn cipher(key: &Key) -> Aes256Gcm {
    Aes256Gcm::new(key.expose().into())
}

fn nonce(bytes: [u8; 12]) -> Nonce<aes_gcm::aead::consts::U12> {
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWER: [u8; 16] = [5; 16];
    const ID: EntryId = EntryId([6; 16]);

    fn sealed() -> (Key, Vec<u8>) {
        let key = Key::from_bytes([7; 32]);
        let at = Timestamp::from_micros(1_700_000_000_000_000);
        let header = Header::new(KeySlot(3), Revision(2), at, [8; 12]);
        let file = header.seal(&key, (&DRAWER, ID), b"Pilatusstrasse");
        (key, file.unwrap())
    }

    fn opened(key: &Key, drawer: &[u8; 16], id: EntryId, file: &[u8]) -> Option<Entry> {
        let header = Header::read(file, file.len() as u64).ok()?;
        header.open(key, (drawer, id), file).ok()
    }

    #[test]
    fn an_entry_opens_in_its_place_under_its_key_and_nowhere_else() {
        let (key, file) = sealed();
        let entry = opened(&key, &DRAWER, ID, &file).unwrap();
        assert_eq!(entry.bytes.as_slice(), b"Pilatusstrasse");
        assert_eq!((entry.id, entry.revision), (ID, Revision(2)));
        assert_eq!(opened(&Key::from_bytes([9; 32]), &DRAWER, ID, &file), None);
        assert_eq!(opened(&key, &[0; 16], ID, &file), None);
        assert_eq!(opened(&key, &DRAWER, EntryId([0; 16]), &file), None);
        assert!(!format!("{entry:?}").contains("Pilatus"));
    }

    #[test]
    fn no_changed_bit_and_no_other_length_passes() {
        let (key, file) = sealed();
        for bit in 0..file.len() * 8 {
            let mut changed = file.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(opened(&key, &DRAWER, ID, &changed), None, "bit {bit}");
        }
        for length in 0..file.len() {
            assert_eq!(
                opened(&key, &DRAWER, ID, &file[..length]),
                None,
                "{length} bytes"
            );
        }
        let longer: Vec<u8> = file.iter().copied().chain([0]).collect();
        assert_eq!(opened(&key, &DRAWER, ID, &longer), None);
    }

    #[test]
    fn a_newer_layout_is_told_from_damage() {
        let (_, mut file) = sealed();
        file[8] = 2;
        let read = Header::read(&file, file.len() as u64);
        assert_eq!(read, Err(Unreadable::Newer(2)));
    }

    #[test]
    fn an_id_reads_back() {
        let id = EntryId([0x0f, 0xa5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xff]);
        assert_eq!(EntryId::parse(&id.to_string()), Some(id));
        for no in [
            "",
            "draft",
            "0FA502030405060708090a0b0c0d0eff",
            &"0".repeat(33),
        ] {
            assert_eq!(EntryId::parse(no), None, "{no}");
        }
    }
}
