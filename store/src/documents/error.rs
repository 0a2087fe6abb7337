//! Why a document isn't taken, or not given back.

use std::io;
use std::path::{Path, PathBuf};

use kanzlei_core::ports::{EntropyError, StoreError, VaultError};
use kanzlei_core::record::Hash;

use crate::disk::is_full;
use crate::sealed::SealedError;

/// Why a document isn't taken, or not given back, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentsError {
    /// It is larger than a document may be.
    #[error("this document is too large: at most {bytes_max} bytes are taken")]
    TooLarge {
        /// How large it may be.
        bytes_max: u64,
    },
    /// The owner has uploaded many that no command has named yet.
    #[error("{uploads_max} documents of yours wait to be handed in: hand them in, or wait a day")]
    TooMany {
        /// How many may wait.
        uploads_max: usize,
    },
    /// Documents of this type aren't taken.
    #[error("documents of this type aren't taken; these are: {}", allowed.join(", "))]
    TypeNotTaken {
        /// What is taken.
        allowed: Vec<String>,
    },
    /// It isn't what it is called.
    #[error("this isn't a document of type {declared}, as it is called{}", looks_like(found.as_deref()))]
    TypeDiffers {
        /// What it is called.
        declared: String,
        /// What it looks like, if that is a type that is taken.
        found: Option<String>,
    },
    /// It has another length than was announced.
    #[error("{announced} bytes were announced, and {found} came")]
    LengthDiffers {
        /// What was announced.
        announced: u64,
        /// What came.
        found: u64,
    },
    /// No upload with this digest waits for this owner.
    #[error("no document {digest} of yours waits to be handed in: upload it again")]
    NotUploaded {
        /// Its digest.
        digest: Hash,
    },
    /// There is no such document on the disk.
    #[error("the document {digest} is missing")]
    Missing {
        /// Its digest.
        digest: Hash,
    },
    /// Its key was destroyed.
    #[error("the document {digest} was erased")]
    Erased {
        /// Its digest.
        digest: Hash,
    },
    /// It isn't what was written.
    #[error("the document {digest} is damaged in frame {frame}: {why}")]
    Damaged {
        /// Its digest.
        digest: Hash,
        /// Which of its frames, from 0.
        frame: u32,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A newer release wrote it.
    #[error("the document {digest} has format {found}, and this release knows 1: use a newer one")]
    Newer {
        /// Its digest.
        digest: Hash,
        /// Its format.
        found: u32,
    },
    /// An error came before, and this upload doesn't go on.
    #[error("this upload has failed: begin it again")]
    Over,
    /// The disk is full.
    #[error("there is no room left on the disk for this document")]
    Full,
    /// The disk fails.
    #[error("{}: {source}", path.display())]
    Disk {
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// What is known of uploads can't be written or read.
    #[error(transparent)]
    Sealed(SealedError),
    /// The vault doesn't work.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The log doesn't say whether a case names a document.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system has no random bytes.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl DocumentsError {
    /// What the system says about a file.
    pub(super) fn disk(path: &Path, source: io::Error) -> Self {
        if is_full(&source) {
            return Self::Full;
        }
        let path = path.to_owned();
        Self::Disk { path, source }
    }
}

impl From<SealedError> for DocumentsError {
    fn from(error: SealedError) -> Self {
        match error {
            SealedError::Full { .. } => Self::Full,
            SealedError::TooMany { entries_max } => Self::TooMany {
                uploads_max: entries_max,
            },
            SealedError::Vault(error) => Self::Vault(error),
            SealedError::Entropy(error) => Self::Entropy(error),
            other => Self::Sealed(other),
        }
    }
}

fn looks_like(found: Option<&str>) -> String {
    found.map_or_else(String::new, |found| format!(", but of type {found}"))
}
