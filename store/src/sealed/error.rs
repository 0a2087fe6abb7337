//! Why a sealed folder doesn't do what it should.

use std::io;
use std::path::{Path, PathBuf};

use kanzlei_core::ports::{EntropyError, VaultError};

use super::entry::Revision;
use crate::disk::is_full;

/// Why an entry isn't written or read, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealedError {
    /// Somebody else, or the same person elsewhere, wrote first: show both and ask.
    #[error("this was changed elsewhere: it has revision {found}, and revision {seen} was seen")]
    Conflict {
        /// The revision that the caller has seen; 0 if they meant to make the entry.
        seen: Revision,
        /// The revision that there is; 0 if there is none.
        found: Revision,
    },
    /// The entry is larger than this folder takes.
    #[error("this has {bytes} bytes, and at most {bytes_max} can be kept")]
    TooLarge {
        /// How large it is.
        bytes: usize,
        /// How large it may be.
        bytes_max: usize,
    },
    /// The owner has as many entries as one may have: remove one first.
    #[error("there are {entries_max} of these already, which is as many as can be kept")]
    TooMany {
        /// How many there may be.
        entries_max: usize,
    },
    /// The disk is full. What was there before is unchanged.
    #[error("there is no room left on the disk for {}", path.display())]
    Full {
        /// What couldn't be written.
        path: PathBuf,
    },
    /// A file, or its key in the vault, isn't what was written. All others can be read.
    #[error("{} is damaged: {why}", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A newer release wrote this file.
    #[error("{} has layout {found}, and this release knows {known}: use a newer release", path.display())]
    Newer {
        /// Which.
        path: PathBuf,
        /// Its layout.
        found: u32,
        /// The layout that is known.
        known: u32,
    },
    /// Somebody has the folder open.
    #[error("{} is open already, in another process or in this one", path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// The disk fails.
    #[error("{}: {source}", path.display())]
    Disk {
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The vault doesn't work.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The system has no random bytes.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl SealedError {
    /// The file with which something is wrong, if that says nothing about others.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Damaged { path, .. } | Self::Newer { path, .. } | Self::Disk { path, .. } => {
                Some(path)
            }
            _ => None,
        }
    }

    /// What the system says about a file.
    pub(super) fn disk(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        if is_full(&source) {
            Self::Full { path }
        } else {
            Self::Disk { path, source }
        }
    }
}
