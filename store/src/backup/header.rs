//! The header of a file of commits. `mod.rs` has the picture.

use std::path::Path;

use kanzlei_core::Position;
use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::Hash;

use super::error::BackupError;
use super::kind::{Kind, cut};
use crate::fields::{Fields, tree_bytes};

/// The bytes of a header.
pub(super) const HEADER: usize = 256;
const KIND: Kind = Kind {
    magic: *b"KNZLOGBK",
    layout: 1,
    called: "a file of commits",
};
/// What the names of files of commits end with.
pub(super) const ENDING: &str = ".commits";

/// What a file of commits says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// Which log it is: the hash of its first commit as a leaf.
    pub(super) log: Hash,
    /// The log's tree before the file's commits.
    pub(super) before: TreeHead,
    /// The tree after them.
    pub(super) after: TreeHead,
    /// The position of the first of them.
    pub(super) first: Position,
    /// The bytes of the whole file.
    pub(super) length: u64,
}

impl Header {
    /// What the file is called.
    pub(super) fn name(&self) -> String {
        file_name(self.first, self.after.position)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = KIND.begin();
        bytes.extend(self.log.as_bytes());
        bytes.extend(tree_bytes(&self.before));
        bytes.extend(tree_bytes(&self.after));
        bytes.extend(self.first.0.to_le_bytes());
        bytes.extend(self.length.to_le_bytes());
        bytes.resize(HEADER - 4, 0);
        bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
        bytes
    }

    /// Reads a header that may be cut off or damaged.
    pub(super) fn read(bytes: &[u8], path: &Path) -> Result<Self, BackupError> {
        let mut fields = KIND.read(bytes, path)?;
        let Some((content, crc)) = bytes
            .first_chunk::<HEADER>()
            .and_then(|whole| whole.split_last_chunk::<4>())
        else {
            return Err(cut(bytes, path));
        };
        if crc32c::crc32c(content) != u32::from_le_bytes(*crc) {
            return Err(BackupError::damaged(
                path,
                0,
                "its header's checksum differs",
            ));
        }
        let read = Self::fields(&mut fields);
        // What isn't used is zero, so that there is one way to write a header.
        read.filter(|header| header.to_bytes() == bytes.get(..HEADER).unwrap_or_default())
            .ok_or_else(|| BackupError::damaged(path, 0, "its header says what can't be"))
    }

    fn fields(fields: &mut Fields<'_>) -> Option<Self> {
        let header = Self {
            log: fields.hash()?,
            before: fields.tree()?,
            after: fields.tree()?,
            first: Position(fields.u64()?),
            length: fields.u64()?,
        };
        let grows = header.before.size < header.after.size;
        let follows = header.before.position < header.first;
        (grows && follows && header.first <= header.after.position).then_some(header)
    }
}

/// What the file with the commits between these positions is called.
pub(super) fn file_name(first: Position, last: Position) -> String {
    format!("{:020}-{:020}{ENDING}", first.0, last.0)
}

pub(super) fn ends_at(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}
