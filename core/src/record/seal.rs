//! Sealing a personal value under the key of a slot, and opening it again.
//!
//! ```text
//! commitment = SHA-256(salt ‖ plaintext)             stands in the content, and is hashed
//! sealed     = AES-256-GCM(key, nonce = commitment[..12], salt ‖ plaintext)
//! ```
//!
//! The commitment binds the value without a further authenticated header. Once the key is gone, so
//! is the salt, and the commitment says nothing.

use std::collections::BTreeMap;
use std::fmt;

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::hash::Hash;
use crate::ids::KeySlot;

/// The bytes of the salt in front of the plaintext.
pub(super) const SALT: usize = 16;
/// The bytes that the cipher adds.
const TAG: usize = 16;
/// The cipher's number of a value that was removed.
pub(super) const REMOVED: u8 = 0;
/// The cipher's number of AES-256-GCM.
pub(super) const AES_256_GCM: u8 = 1;

/// A slot's key: 32 random bytes, wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

impl Key {
    /// The key with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for a vault that wraps them and for deriving a fingerprint's key.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    pub(super) fn seal(&self, salt: [u8; SALT], plain: &[u8]) -> Option<(Hash, Vec<u8>)> {
        let mut salted = Zeroizing::new(Vec::with_capacity(SALT + plain.len()));
        salted.extend_from_slice(&salt);
        salted.extend_from_slice(plain);
        let commitment = Hash::of(&[&salted]);
        let sealed = self.cipher().encrypt(&nonce(commitment), salted.as_slice());
        sealed.ok().map(|sealed| (commitment, sealed))
    }

    pub(super) fn open(&self, commitment: Hash, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let salted = self.cipher().decrypt(&nonce(commitment), sealed).ok()?;
        let mut salted = Zeroizing::new(salted);
        if Hash::of(&[&salted]) != commitment || salted.len() < SALT {
            return None;
        }
        salted.drain(..SALT);
        Some(salted)
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.0.into())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The bytes that so much plaintext takes when it is sealed.
pub(super) const fn sealed_length(plain: usize) -> usize {
    SALT + plain + TAG
}

fn nonce(commitment: Hash) -> Nonce<aes_gcm::aead::consts::U12> {
    let mut nonce = [0; 12];
    for (to, from) in nonce.iter_mut().zip(commitment.as_bytes()) {
        *to = *from;
    }
    nonce.into()
}

/// What a vault says about a slot.
#[derive(Debug, Clone)]
pub enum KeyState {
    /// The slot's key.
    Alive(Key),
    /// The key was destroyed: what it sealed is erased.
    Destroyed,
    /// The key was given away, and is in no vault that was restored since. What it sealed reads as erased; a newer backup
    /// of the vault may still bring it back.
    Lost,
    /// The vault has never minted this slot.
    Unknown,
}

/// Keys at hand: fetched from the vault for one purpose, and wiped with the ring.
#[derive(Debug, Clone, Default)]
pub struct Keyring(BTreeMap<KeySlot, KeyState>);

impl Keyring {
    /// Adds what the vault said about a slot.
    pub fn insert(&mut self, slot: KeySlot, state: KeyState) {
        self.0.insert(slot, state);
    }

    /// Adds all of another ring.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// What is known of a slot; `None` if it wasn't fetched.
    pub fn get(&self, slot: KeySlot) -> Option<&KeyState> {
        self.0.get(&slot)
    }

    /// The key of a slot, if it was fetched and is alive.
    pub fn key(&self, slot: KeySlot) -> Option<&Key> {
        match self.get(slot) {
            Some(KeyState::Alive(key)) => Some(key),
            _ => None,
        }
    }

    /// Whether a slot was asked for, whatever the answer.
    pub fn has(&self, slot: KeySlot) -> bool {
        self.0.contains_key(&slot)
    }
}

impl FromIterator<(KeySlot, KeyState)> for Keyring {
    fn from_iter<I: IntoIterator<Item = (KeySlot, KeyState)>>(states: I) -> Self {
        Self(states.into_iter().collect())
    }
}

/// Why a personal value doesn't open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unopened {
    /// Its key was destroyed or lost, or its bytes were removed.
    #[error("erased")]
    Erased,
    /// The vault has never minted its slot: this is the wrong vault, or one restored from before.
    #[error(
        "the vault doesn't know {0}: it is older than the log, or another's; restore its newest backup"
    )]
    Unknown(KeySlot),
    /// Its key is not in the keyring; fetch it first.
    #[error("the key of {0} was not fetched")]
    NotFetched(KeySlot),
    /// It doesn't open under its key, or isn't what the commitment says.
    #[error("a value sealed under {0} is damaged")]
    Damaged(KeySlot),
    /// A newer program sealed it.
    #[error("a value under {slot} is sealed with cipher {cipher}, which this release doesn't know")]
    Cipher {
        /// The slot it is sealed under.
        slot: KeySlot,
        /// The cipher's number.
        cipher: u8,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_opens_under_its_key_and_nothing_else() {
        let key = Key::from_bytes([7; 32]);
        let (commitment, sealed) = key.seal([1; SALT], b"Pilatusstrasse").unwrap();
        assert_eq!(sealed.len(), sealed_length(14));
        let opened = key.open(commitment, &sealed).unwrap();
        assert_eq!(opened.as_slice(), b"Pilatusstrasse");
        assert!(Key::from_bytes([8; 32]).open(commitment, &sealed).is_none());
        for bit in 0..sealed.len() * 8 {
            let mut damaged = sealed.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(key.open(commitment, &damaged).is_none());
        }
        assert_eq!(format!("{key:?}"), "Key(…)");
    }

    #[test]
    fn the_commitment_is_plain_sha_256_of_salt_and_text() {
        let (commitment, _) = Key::from_bytes([0; 32]).seal([0; SALT], b"abc").unwrap();
        assert_eq!(commitment, Hash::of(&[&[0; SALT], b"abc"]));
    }
}
