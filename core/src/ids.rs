//! Identifiers: each its own type, so that a case is never taken for a command.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::time::Timestamp;

/// An identifier that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{given}” is not {wanted}")]
pub struct IdError {
    given: String,
    wanted: &'static str,
}

impl IdError {
    fn new(given: &str, wanted: &'static str) -> Self {
        Self {
            given: given.chars().take(64).collect(),
            wanted,
        }
    }
}

/// Sixteen bytes that print as a UUID; a macro because each must be a type of its own.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $wanted:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The id with these bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The sixteen bytes, as they stand in a record.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                Uuid::from_bytes(self.0).fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text)
                    .map(|id| Self(id.into_bytes()))
                    .map_err(|_| IdError::new(text, $wanted))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                Uuid::from_bytes(self.0).serialize(to)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Uuid::deserialize(from).map(|id| Self(id.into_bytes()))
            }
        }
    };
}

uuid_id!(
    /// A case: one service request and all that happens to it.
    CaseId,
    "the id of a case (a UUID)"
);
uuid_id!(
    /// A command. Sent again with the same id it is answered with the same receipt.
    CommandId,
    "the id of a command (a UUID)"
);
uuid_id!(
    /// A natural person or firm as the embedding portal knows them: opaque, never a number or an
    /// address that the outside world uses. It stands sealed in the log.
    PersonId,
    "the id of a person (a UUID)"
);
uuid_id!(
    /// An official as the embedding portal knows them: opaque, never a name, an e-mail address or
    /// an OIDC subject, because it stands readable in the log for ever.
    OfficialId,
    "the id of an official (a UUID)"
);
uuid_id!(
    /// A log; drawn once, in its genesis commit.
    LogId,
    "the id of a log (a UUID)"
);

impl CaseId {
    /// The installation itself, version 1 of which is the log's genesis.
    pub const INSTALLATION: Self = Self([0; 16]);

    /// A new id from the moment and ten random bytes: a `UUIDv7` of which nothing but the
    /// millisecond can be guessed (RFC 9562, section 5.7).
    pub fn new(now: Timestamp, random: [u8; 10]) -> Self {
        Self(uuid_v7(now, random))
    }

    /// The id of the administrative case with this name: the same in every installation.
    pub fn administrative(name: &str) -> Self {
        let hash = Sha256::new()
            .chain_update(b"kanzlei administrative case 1")
            .chain_update(name.as_bytes())
            .finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(hash.get(..16).unwrap_or(&[0; 16]));
        Self(uuid_v8(bytes))
    }

    /// The short number that people say on the telephone.
    pub fn reference(&self) -> Reference {
        let mut low = [0; 8];
        low.copy_from_slice(self.0.get(8..).unwrap_or(&[0; 8]));
        Reference(u64::from_be_bytes(low) & Reference::MASK)
    }
}

impl CommandId {
    /// A new id from the moment and ten random bytes (`UUIDv7`).
    pub fn new(now: Timestamp, random: [u8; 10]) -> Self {
        Self(uuid_v7(now, random))
    }

    /// An id derived from a keyed hash, so that the same source gives the same command (`UUIDv8`).
    pub fn derived(token: [u8; 16]) -> Self {
        Self(uuid_v8(token))
    }
}

fn uuid_v7(now: Timestamp, random: [u8; 10]) -> [u8; 16] {
    let millis = u64::try_from(now.micros().div_euclid(1_000)).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random)
        .into_uuid()
        .into_bytes()
}

fn uuid_v8(bytes: [u8; 16]) -> [u8; 16] {
    Builder::from_custom_bytes(bytes).into_uuid().into_bytes()
}

/// The short number of a case: ten characters of Crockford's base 32 and a check character,
/// printed in groups as `4K2QX-7M3TZ-8`.
///
/// It is the case id's last 50 bits, so two cases can share one; a search shows both.
///
/// ```
/// use kanzlei_core::{CaseId, Reference};
///
/// let case: CaseId = "01890a5d-ac96-774b-bcce-b302099a8057".parse()?;
/// let reference = case.reference();
/// assert_eq!(reference.to_string().parse::<Reference>()?, reference);
/// # Ok::<(), kanzlei_core::IdError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference(u64);

impl Reference {
    const BITS: u32 = 50;
    const MASK: u64 = (1 << Self::BITS) - 1;
    /// Crockford's alphabet; the last five serve only as check characters (modulo 37).
    const ALPHABET: &'static [u8; 37] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
    const WANTED: &'static str = "a reference (ten characters and a check character)";

    /// The fifty bits.
    pub const fn bits(self) -> u64 {
        self.0
    }

    fn symbol(value: u64) -> char {
        usize::try_from(value)
            .ok()
            .and_then(|at| Self::ALPHABET.get(at))
            .map_or('?', |byte| char::from(*byte))
    }

    fn value(symbol: char) -> Option<u64> {
        let symbol = match symbol.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let at = Self::ALPHABET
            .iter()
            .position(|known| char::from(*known) == symbol)?;
        u64::try_from(at).ok()
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(13);
        for group in [9_u32, 4] {
            for digit in (group - 4..=group).rev() {
                text.push(Self::symbol((self.0 >> (digit * 5)) & 31));
            }
            text.push('-');
        }
        text.push(Self::symbol(self.0 % 37));
        f.pad(&text)
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reference({self})")
    }
}

impl FromStr for Reference {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError::new(text, Self::WANTED);
        let symbols: Vec<char> = text
            .chars()
            .filter(|symbol| *symbol != '-' && !symbol.is_whitespace())
            .collect();
        let (check, digits) = symbols.split_last().ok_or_else(wrong)?;
        if digits.len() != 10 {
            return Err(wrong());
        }
        let mut bits = 0;
        for digit in digits {
            let value = Self::value(*digit).filter(|value| *value < 32);
            bits = (bits << 5) | value.ok_or_else(wrong)?;
        }
        if Self::value(*check) != Some(bits % 37) {
            return Err(wrong());
        }
        Ok(Self(bits))
    }
}

impl Serialize for Reference {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// An organisation that handles cases. 0 is the installation itself, 1 to 9999 are municipalities
/// by their BFS number (eCH-0007), above that the register assigns: cantons, offices, districts.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct AuthorityId(pub u32);

impl AuthorityId {
    /// The installation itself, which acts before there is a register.
    pub const INSTALLATION: Self = Self(0);
}

impl fmt::Display for AuthorityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A service in the bytes: the first eight bytes of SHA-256 of its name. Two names with one key
/// are refused when the second is published.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServiceKey(pub u64);

impl ServiceKey {
    /// The key of the service with this name.
    pub fn of(name: &str) -> Self {
        let hash = Sha256::digest(name.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(hash.get(..8).unwrap_or(&[0; 8]));
        Self(u64::from_le_bytes(first))
    }
}

impl fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServiceKey({:016x})", self.0)
    }
}

/// A key's number in the vault.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeySlot(pub u64);

impl fmt::Display for KeySlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "slot {}", self.0)
    }
}

/// An event's number in its case: dense, from 1. 0 stands before the first.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Version(pub u32);

impl Version {
    /// Before the first event: the case doesn't exist.
    pub const NONE: Self = Self(0);

    /// The version of the event after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A commit's place in its log: increasing, from 1, with holes allowed, below 2^63. It is compared
/// and kept, never computed with. 0 stands before the first.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Position(pub u64);

impl Position {
    /// Before the first commit.
    pub const START: Self = Self(0);
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_reference_reads_back_and_no_single_mistake_passes(
            id in any::<[u8; 16]>(), at in 0_usize..10, by in 1_u64..32,
        ) {
            let reference = CaseId::from_bytes(id).reference();
            prop_assert_eq!(reference.to_string().parse::<Reference>().ok(), Some(reference));
            let shift = u32::try_from(at).unwrap_or(0) * 5;
            let digit = (reference.0 >> shift) & 31;
            let other = Reference(reference.0 & !(31 << shift) | (((digit + by) % 32) << shift));
            let mut wrong = other.to_string();
            wrong.pop();
            wrong.push(Reference::symbol(reference.0 % 37));
            prop_assert!(wrong.parse::<Reference>().is_err());
        }
    }

    #[test]
    fn a_reference_forgives_what_people_write() {
        let reference = Reference(1 << 5);
        assert_eq!(reference.to_string(), "00000-00010-*");
        assert_eq!("oooOO ooo1o *".parse::<Reference>(), Ok(reference));
    }

    #[test]
    fn ids_have_their_uuid_version() {
        let id = CaseId::new(Timestamp::from_micros(1_700_000_000_123_456), [0xff; 10]);
        assert_eq!(id.to_string(), "018bcfe5-687b-7fff-bfff-ffffffffffff");
        let id = CaseId::administrative("register");
        assert_eq!(id.as_bytes()[6] >> 4, 8);
    }
}
