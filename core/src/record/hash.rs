//! Hashes: a chain per case, and the leaves of the log's tree.
//!
//! All are SHA-256 with a label of their own, so that bytes of one kind never pass for another.

use std::fmt;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::layout::FORMAT;
use super::stamp::Stamp;

/// Thirty-two bytes of SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What stands for "nothing before": 32 zero bytes.
    pub const ZERO: Self = Self([0; 32]);

    /// The hash with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// SHA-256 of these bytes, one after another.
    pub fn of(pieces: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for piece in pieces {
            hasher.update(piece);
        }
        Self(hasher.finalize().into())
    }
}

/// Lower-case hexadecimal.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        let wrong = || HashError(text.chars().take(80).collect());
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(at * 2..at * 2 + 2).ok_or_else(wrong)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

/// A text that is not a hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a hash (64 hexadecimal digits)")]
pub struct HashError(String);

/// Text where people read it, a length and 32 bytes in the bytes: an array is read byte
/// by byte.
impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.collect_str(self)
        } else {
            to.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            String::deserialize(from)?.parse().map_err(D::Error::custom)
        } else {
            let bytes = <&[u8]>::deserialize(from)?;
            let exact = bytes
                .try_into()
                .map_err(|_| D::Error::invalid_length(bytes.len(), &"32"));
            exact.map(Self)
        }
    }
}

/// The hashes of one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitHashes {
    /// One per part, in order: the next link of that case's chain.
    pub parts: Vec<Hash>,
    /// Over all parts: what stands in the log's tree.
    pub content: Hash,
}

impl CommitHashes {
    pub(super) fn from_parts(parts: Vec<Hash>) -> Self {
        let content = content_hash(parts.iter());
        Self { parts, content }
    }
}

pub(super) fn head_hash(head: &[u8]) -> Hash {
    Hash::of(&[b"kanzlei head 1", &[FORMAT], head])
}

pub(super) fn part_hash(head: Hash, part: &[u8]) -> Hash {
    Hash::of(&[b"kanzlei part 1", head.as_bytes(), part])
}

pub(super) fn content_hash<'a>(parts: impl Iterator<Item = &'a Hash>) -> Hash {
    let mut hasher = Sha256::new_with_prefix(b"kanzlei content 1");
    parts.for_each(|part| hasher.update(part.as_bytes()));
    Hash(hasher.finalize().into())
}

/// A commit as a leaf of the log's tree (RFC 9162, section 2.1.1).
pub fn leaf_hash(stamp: Stamp, content: Hash) -> Hash {
    Hash::of(&[
        &[0],
        &stamp.position.0.to_le_bytes(),
        &stamp.recorded.micros().to_le_bytes(),
        content.as_bytes(),
    ])
}
