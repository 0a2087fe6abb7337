//! Which documents a backup hasn't, although its commits name them: a later run goes back for those, without reading all
//! commits again.
//!
//! ```text
//!  0  magic "KNZSKIPD" | u32 layout number = 1 | u32 zero
//! 16  the log's tree up to which commits were looked at: u64 commits | u64 last position | [32] root
//! 64  u64 how many documents
//! 72  each: [32] what it is called | u64 the slot of its key; in ascending order
//!     u32 CRC-32C of all before
//! ```
//!
//! Commits and documents tell the same. So nothing rests on it: commits that it doesn't reach are read, and all of them if
//! it isn't there, isn't what was written, or is of other commits.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::path::Path;

use kanzlei_core::KeySlot;
use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::Hash;

use super::error::BackupError;
use super::kind::Kind;
use super::part::Part;
use super::tree::Tree;
use crate::disk::Disk;
use crate::fields::tree_bytes;

/// What the list is called in a backup.
const FILE: &str = "skipped";
const KIND: Kind = Kind {
    magic: *b"KNZSKIPD",
    layout: 1,
    called: "a list of skipped documents",
};

/// Documents that a backup hasn't, although its commits name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedDocuments {
    reaches: TreeHead,
    documents: BTreeSet<(Hash, KeySlot)>,
}

impl SkippedDocuments {
    /// Those that commits up to where this tree ends name.
    pub(super) const fn new(reaches: TreeHead, documents: BTreeSet<(Hash, KeySlot)>) -> Self {
        Self { reaches, documents }
    }

    /// The tree up to which commits were looked at.
    pub(super) const fn reaches(&self) -> TreeHead {
        self.reaches
    }

    /// What each is called, and the slot of its key.
    pub const fn documents(&self) -> &BTreeSet<(Hash, KeySlot)> {
        &self.documents
    }

    /// The list in this folder, if there is one that is what was written.
    pub fn read(folder: &Path) -> Option<Self> {
        let path = folder.join(FILE);
        Self::from_bytes(&fs::read(&path).ok()?, &path)
    }

    /// The list in this folder, if it is of these files of commits, and those of them that it doesn't reach.
    pub(super) fn of(folder: &Path, parts: &[Part]) -> (Self, VecDeque<Part>) {
        let none = || Self::new(Tree::default().head(), BTreeSet::new());
        let list = Self::read(folder).unwrap_or_else(none);
        let ends = |part: &Part| part.header.after == list.reaches;
        let (list, reached) = match parts.iter().position(ends) {
            Some(end) => (list, end + 1),
            None => (none(), 0),
        };
        (list, parts.iter().skip(reached).cloned().collect())
    }

    /// Writes the list to this folder, in place of one that is there.
    pub(super) fn write(&self, disk: &Disk, folder: &Path) -> Result<(), BackupError> {
        let path = folder.join(FILE);
        let put = disk.put(&path, &self.to_bytes());
        put.map_err(|error| BackupError::disk(&path, error))
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = KIND.begin();
        bytes.extend(tree_bytes(&self.reaches));
        bytes.extend((self.documents.len() as u64).to_le_bytes());
        for (digest, slot) in &self.documents {
            bytes.extend(digest.as_bytes());
            bytes.extend(slot.0.to_le_bytes());
        }
        bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8], path: &Path) -> Option<Self> {
        let mut fields = KIND.read(bytes, path).ok()?;
        let (reaches, count) = (fields.tree()?, fields.u64()?);
        let each = (0..count).map_while(|_| Some((fields.hash()?, KeySlot(fields.u64()?))));
        let read = Self::new(reaches, each.collect());
        // There is one way to write a list, and its checksum is part of it.
        (read.to_bytes() == bytes).then_some(read)
    }
}
