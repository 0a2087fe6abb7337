//! Documents: what comes back, what is seen of damage, and what stays after crashes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../sealed/counted.rs"]
mod counted;
mod damage;
#[path = "../sealed/disk.rs"]
mod disk;
mod steps;
mod taken;
mod threads;
mod waiting;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use futures::executor::block_on;
use kanzlei_core::ports::{Access, KeyVault, Purpose, StoreError};
use kanzlei_core::record::Hash;
use kanzlei_core::testing::{FixedEntropy, ManualClock};
use kanzlei_core::{CaseId, KeySlot, Timestamp};
use kanzlei_store::{
    Declared, Documents, DocumentsError, DocumentsOptions, MemoryKeyVault, References, Uploaded,
};

const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);
const FRAME: usize = 65_536;
const CASE: CaseId = CaseId::from_bytes([9; 16]);

/// What a folder stands on, which outlives it.
struct Ground {
    directory: tempfile::TempDir,
    vault: Arc<MemoryKeyVault>,
    clock: Arc<ManualClock>,
    entropy: Arc<FixedEntropy>,
}

impl Ground {
    fn new() -> Self {
        let entropy = Arc::new(FixedEntropy::new(7));
        Self {
            directory: tempfile::tempdir().unwrap(),
            vault: Arc::new(MemoryKeyVault::new(Arc::clone(&entropy) as _).unwrap()),
            clock: Arc::new(ManualClock::at(NOW)),
            entropy,
        }
    }

    fn open(&self) -> Documents {
        self.open_with(self.vault.clone(), DocumentsOptions::default())
    }

    fn open_with(&self, vault: Arc<dyn KeyVault>, options: DocumentsOptions) -> Documents {
        let (clock, entropy) = (self.clock.clone(), self.entropy.clone());
        Documents::open(self.directory.path(), vault, entropy, clock, options).unwrap()
    }

    /// All files but locks.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = files(self.directory.path());
        files.retain(|path| !path.ends_with("lock"));
        files.sort();
        files
    }

    fn place(&self, digest: Hash) -> PathBuf {
        let name = digest.to_string();
        self.directory.path().join(&name[..2]).join(&name)
    }

    fn is_alive(&self, slot: KeySlot) -> bool {
        let why = Access {
            purpose: Purpose::Drawer,
            case: None,
        };
        let keys = block_on(self.vault.fetch(&[slot], why)).unwrap();
        keys.key(slot).is_some()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let inside = std::fs::read_dir(folder).unwrap();
    let paths = inside.map(|entry| entry.unwrap().path());
    let all = paths.flat_map(|path| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    });
    all.collect()
}

/// A PDF of this length, as far as anybody looks.
fn pdf(length: usize) -> Vec<u8> {
    let bytes = (0..length).map(|at| u8::try_from(at * 31 % 251).unwrap());
    let mut bytes: Vec<u8> = bytes.collect();
    bytes[..5].copy_from_slice(b"%PDF-");
    bytes
}

fn declared(media_type: &str) -> Declared {
    Declared {
        name: "Mietvertrag.pdf".into(),
        media_type: media_type.into(),
        length: None,
    }
}

fn upload(documents: &Documents, owner: &str, bytes: &[u8]) -> Result<Uploaded, DocumentsError> {
    let begun = documents.begin(owner.as_bytes(), declared("application/pdf"));
    let mut upload = block_on(begun)?;
    upload.write(bytes)?;
    block_on(upload.finish())
}

fn read(documents: &Documents, of: &Uploaded) -> Result<Vec<u8>, DocumentsError> {
    let mut all = Vec::new();
    for frame in block_on(documents.read(of.digest, of.slot))? {
        all.extend_from_slice(&frame?);
    }
    Ok(all)
}

/// A log that names these documents, each in the one case.
struct Log(Vec<Hash>);

#[async_trait]
impl References for Log {
    async fn names(&self, case: CaseId, digest: Hash) -> Result<bool, StoreError> {
        Ok(case == CASE && self.0.contains(&digest))
    }
}
