//! The header of a vault's file. `file.rs` has the picture.

use kanzlei_core::ports::VaultError;
use kanzlei_core::record::Key;

use super::token::{derive, mac};
use super::wrap::{WRAPPED, Wrapping};
use crate::fields::Fields;

/// The bytes of the header: one sector.
pub(super) const HEADER: usize = 512;

const MAGIC: [u8; 8] = *b"KNZVAULT";
const LAYOUT: u32 = 1;
/// What the check value is over: all that stands before it.
const CHECKED: usize = 84;

const KEY_FILE: u32 = 1;
const ARGON2ID: u32 = 2;

/// How the key that wraps the vault's own comes from the installation's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Derivation {
    /// It is the key in the file.
    KeyFile,
    /// It is stretched from a passphrase.
    Passphrase(Stretch),
}

/// The salt and costs of Argon2id, version 0x13.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) memory_kib: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
    pub(super) salt: [u8; 16],
}

impl Stretch {
    // RFC 9106, section 4: what it recommends where 2 GiB aren't to be had.
    const MEMORY_KIB: u32 = 64 * 1024;
    const PASSES: u32 = 3;
    const LANES: u32 = 4;
    // A header that somebody changed must not take the machine's memory, or a day.
    const MEMORY_KIB_MAX: u32 = 4 * 1024 * 1024;
    const PASSES_MAX: u32 = 64;
    const LANES_MAX: u32 = 64;

    pub(super) const fn new(salt: [u8; 16]) -> Self {
        Self {
            memory_kib: Self::MEMORY_KIB,
            passes: Self::PASSES,
            lanes: Self::LANES,
            salt,
        }
    }

    const fn affordable(&self) -> bool {
        self.memory_kib <= Self::MEMORY_KIB_MAX
            && self.passes <= Self::PASSES_MAX
            && self.lanes <= Self::LANES_MAX
    }
}

/// What stands in the header.
pub(super) struct Header {
    pub(super) derivation: Derivation,
    wrapped: [u8; WRAPPED],
    check: [u8; 32],
}

impl Header {
    /// The header of a new vault with this data key.
    pub(super) fn new(derivation: Derivation, by: &Key, data_key: &Key) -> Self {
        let mut header = Self {
            derivation,
            wrapped: Wrapping::by(by).wrap(data_key.expose()),
            check: [0; 32],
        };
        header.check = header.mac(data_key);
        header
    }

    /// The vault's data key.
    pub(super) fn open(&self, by: &Key) -> Result<Key, VaultError> {
        let data_key = Wrapping::by(by)
            .unwrap(&self.wrapped)
            .ok_or_else(|| VaultError::WrongKey("it was wrapped by another".into()))?;
        if self.mac(&data_key) == self.check {
            Ok(data_key)
        } else {
            Err(VaultError::Damaged("its header was changed".into()))
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.checked();
        bytes.extend(self.check);
        bytes.resize(HEADER - 4, 0);
        bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
        bytes
    }

    /// Magic and layout number come first in every layout to come; all else may change.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, VaultError> {
        let mut fields = Fields(bytes);
        if fields.take().ok_or_else(cut)? != MAGIC {
            return Err(VaultError::Damaged("it doesn't begin as a vault".into()));
        }
        let found = fields.u32().ok_or_else(cut)?;
        if found > LAYOUT {
            let known = LAYOUT;
            return Err(VaultError::Newer { found, known });
        }
        let whole = bytes.first_chunk::<HEADER>().ok_or_else(cut)?;
        let (content, crc) = whole.split_last_chunk::<4>().ok_or_else(cut)?;
        if found != LAYOUT || crc32c::crc32c(content) != u32::from_le_bytes(*crc) {
            return Err(VaultError::Damaged("its header's checksum differs".into()));
        }
        let header = Self::fields(&mut fields).ok_or_else(|| {
            VaultError::Damaged("its header names a key derivation that can't be".into())
        })?;
        // What isn't used is zero, so that the check value covers all there is.
        if header.to_bytes() != whole {
            return Err(VaultError::Damaged("its header was changed".into()));
        }
        Ok(header)
    }

    fn fields(fields: &mut Fields<'_>) -> Option<Self> {
        let way = fields.u32()?;
        let stretch = Stretch {
            memory_kib: fields.u32()?,
            passes: fields.u32()?,
            lanes: fields.u32()?,
            salt: fields.take()?,
        };
        Some(Self {
            derivation: match way {
                KEY_FILE => Derivation::KeyFile,
                ARGON2ID if stretch.affordable() => Derivation::Passphrase(stretch),
                _ => return None,
            },
            wrapped: fields.take()?,
            check: fields.take()?,
        })
    }

    fn checked(&self) -> Vec<u8> {
        let none = Stretch {
            memory_kib: 0,
            passes: 0,
            lanes: 0,
            salt: [0; 16],
        };
        let (way, stretch) = match self.derivation {
            Derivation::KeyFile => (KEY_FILE, none),
            Derivation::Passphrase(stretch) => (ARGON2ID, stretch),
        };
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.extend(MAGIC);
        let costs = [stretch.memory_kib, stretch.passes, stretch.lanes];
        for number in [LAYOUT, way].into_iter().chain(costs) {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(stretch.salt);
        bytes.extend(self.wrapped);
        debug_assert_eq!(bytes.len(), CHECKED);
        bytes
    }

    fn mac(&self, data_key: &Key) -> [u8; 32] {
        let key = derive(data_key, b"kanzlei vault header 1");
        mac(&key, &[&self.checked()])
    }
}

fn cut() -> VaultError {
    VaultError::Damaged("it ends within its header".into())
}
