//! Where the keys of personal values are kept, and destroyed.

use async_trait::async_trait;

use crate::ids::{CaseId, KeySlot};
use crate::record::Keyring;

/// What keys are fetched for: what an access log will say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// To do what.
    pub purpose: Purpose,
    /// In which case, if it is one.
    pub case: Option<CaseId>,
}

/// To do what. The numbers are part of every [`token`](KeyVault::token): they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Purpose {
    /// To find out whether somebody may act or read.
    Authorise = 1,
    /// To decide a command on what a case says.
    Decide = 2,
    /// To seal the values of a commit.
    Seal = 3,
    /// To compare a command with one that was answered before.
    Compare = 4,
    /// To show somebody what they may see.
    Disclose = 5,
    /// To keep the directory of a person's cases.
    Directory = 6,
    /// To derive an id from something that the outside world knows.
    Derive = 7,
    /// To keep what somebody has outside the log for a while: drafts, uploads, browser sessions.
    Drawer = 8,
}

impl Purpose {
    /// The purpose's number, as it goes into a token.
    pub const fn number(self) -> u8 {
        self as u8
    }
}

/// Why a vault doesn't do what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The vault doesn't answer: try again. Nothing is said about the keys.
    #[error("the vault can't be reached: {0}")]
    Unreachable(String),
    /// The installation's key or passphrase doesn't open this vault.
    #[error("the installation's key doesn't open this vault: {0}")]
    WrongKey(String),
    /// The vault's file is damaged.
    #[error("the vault is damaged: {0}")]
    Damaged(String),
    /// Somebody has it open.
    #[error("the vault {0} is open already, in another process or in this one")]
    Locked(String),
    /// What should be created is there already; it is never overwritten.
    #[error("{0} exists already, and is never overwritten")]
    Exists(String),
    /// A newer release wrote this.
    #[error("this vault has layout {found}, and this release knows {known}: use a newer release")]
    Newer {
        /// The layout found.
        found: u32,
        /// The layout known.
        known: u32,
    },
}

/// Where the keys of personal values are kept.
///
/// Laws, each checked by the conformance kit as far as a subject can bring it about:
/// - A minted slot's key is durable before [`mint`](KeyVault::mint) returns.
/// - Slots never come back: no number is minted twice.
/// - A destroyed key is gone for ever, durably, before [`destroy`](KeyVault::destroy) returns.
/// - Destroyed, lost, unknown and unreachable are four different answers.
///
/// Slots are numbered from 1 upwards without large gaps: `kanzlei verify` looks from there, and no further than
/// where some thousands were never minted.
#[async_trait]
pub trait KeyVault: Send + Sync {
    /// Mints new slots, each with a random key of its own.
    ///
    /// # Errors
    /// If the vault can't be written.
    async fn mint(&self, count: usize) -> Result<Vec<KeySlot>, VaultError>;

    /// What the vault says of each of these slots.
    ///
    /// # Errors
    /// If the vault can't be reached, which says nothing about the slots, or [`VaultError::Damaged`] if one of them is.
    async fn fetch(&self, slots: &[KeySlot], why: Access) -> Result<Keyring, VaultError>;

    /// The same without those that are damaged, which say nothing about the others: where one is, each is fetched by
    /// itself.
    ///
    /// # Errors
    /// If the vault can't be reached.
    async fn fetch_sound(&self, slots: &[KeySlot], why: Access) -> Result<Keyring, VaultError> {
        match self.fetch(slots, why).await {
            Err(VaultError::Damaged(_)) => {}
            fetched => return fetched,
        }
        let mut keys = Keyring::default();
        for slot in slots {
            match self.fetch(std::slice::from_ref(slot), why).await {
                Ok(one) => keys.extend(one),
                Err(VaultError::Damaged(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(keys)
    }

    /// Destroys the keys of these slots for ever. Destroying one twice changes nothing.
    ///
    /// # Errors
    /// If the vault can't be written; some of the keys may be gone.
    async fn destroy(&self, slots: &[KeySlot]) -> Result<(), VaultError>;

    /// HMAC-SHA-256, cut to 16 bytes, of `of` under a key of the installation that never leaves
    /// the vault; another for each purpose.
    ///
    /// # Errors
    /// If the vault can't be reached.
    async fn token(&self, purpose: Purpose, of: &[u8]) -> Result<[u8; 16], VaultError>;
}
