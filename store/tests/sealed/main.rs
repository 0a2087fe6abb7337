//! The folder of sealed entries: what it keeps, whom it tells, and what a crash leaves.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod counted;
mod disk;
mod files;
mod limits;
mod model;
mod steps;
mod turns;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::Timestamp;
use kanzlei_core::ports::KeyVault;
use kanzlei_core::testing::{FixedEntropy, ManualClock};
use kanzlei_store::{
    Entry, EntryId, MemoryKeyVault, Revision, SealedError, SealedFolder, SealedOptions,
};

const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);
const LATER: Timestamp = Timestamp::from_micros(1_900_000_000_000_000);

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

    fn open(&self) -> SealedFolder {
        self.open_with(self.vault.clone(), SealedOptions::new("drafts"))
    }

    fn open_with(&self, vault: Arc<dyn KeyVault>, options: SealedOptions) -> SealedFolder {
        let (clock, entropy) = (self.clock.clone(), self.entropy.clone());
        SealedFolder::open(self.directory.path(), vault, entropy, clock, options).unwrap()
    }

    /// The files of entries, whole and in the making.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for drawer in std::fs::read_dir(self.directory.path()).unwrap() {
            let drawer = drawer.unwrap().path();
            if drawer.is_dir() {
                let inside = std::fs::read_dir(drawer).unwrap();
                files.extend(inside.map(|file| file.unwrap().path()));
            }
        }
        files.sort();
        files
    }
}

fn id(number: u8) -> EntryId {
    EntryId::from_bytes([number; 16])
}

fn put(
    folder: &SealedFolder,
    owner: &str,
    number: u8,
    seen: u64,
    text: &str,
) -> Result<Revision, SealedError> {
    let put = folder.put(
        owner.as_bytes(),
        id(number),
        Revision(seen),
        LATER,
        text.as_bytes(),
    );
    block_on(put)
}

fn text(entry: &Entry) -> &str {
    std::str::from_utf8(&entry.bytes).unwrap()
}

fn get(folder: &SealedFolder, owner: &str, number: u8) -> Option<String> {
    let entry = block_on(folder.get(owner.as_bytes(), id(number))).unwrap();
    entry.map(|entry| text(&entry).to_owned())
}

fn remove(folder: &SealedFolder, owner: &str, number: u8) -> bool {
    block_on(folder.remove(owner.as_bytes(), id(number))).unwrap()
}

/// Everything below a folder as one heap of bytes, names included.
fn heap(folder: &Path) -> Vec<u8> {
    let mut heap = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        heap.extend(path.as_os_str().as_encoded_bytes());
        if path.is_dir() {
            heap.extend(self::heap(&path));
        } else {
            heap.extend(std::fs::read(&path).unwrap());
        }
    }
    heap
}
