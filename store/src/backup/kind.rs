//! What comes first in every file of a backup, and in every layout: of which kind it is, and of which layout.

use std::path::Path;

use kanzlei_core::Position;
use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::Hash;

use super::error::BackupError;

/// A kind of file, and the layout in which this release knows it.
pub(crate) struct Kind {
    pub(crate) magic: [u8; 8],
    pub(crate) layout: u32,
    /// What such a file is, in a sentence.
    pub(crate) called: &'static str,
}

impl Kind {
    /// The bytes with which one begins.
    pub(crate) fn begin(&self) -> Vec<u8> {
        let mut bytes = self.magic.to_vec();
        bytes.extend(self.layout.to_le_bytes());
        bytes.extend([0; 4]);
        bytes
    }

    /// What stands behind them in a file that may be cut off, damaged, or something else.
    pub(crate) fn read<'a>(&self, bytes: &'a [u8], path: &Path) -> Result<Fields<'a>, BackupError> {
        let mut fields = Fields(bytes);
        let magic = fields.take::<8>().ok_or_else(|| cut(bytes, path))?;
        if magic != self.magic {
            let why = format!("it doesn't begin as {}", self.called);
            return Err(BackupError::damaged(path, 0, why));
        }
        let found = fields.take().ok_or_else(|| cut(bytes, path))?;
        let (found, known) = (u32::from_le_bytes(found), self.layout);
        if found > known {
            let path = path.to_owned();
            return Err(BackupError::Newer { path, found, known });
        }
        if found < known {
            return Err(BackupError::damaged(path, 8, "its layout is none"));
        }
        let _zero = fields.take::<4>().ok_or_else(|| cut(bytes, path))?;
        Ok(fields)
    }
}

/// These bytes end before the header does.
pub(crate) fn cut(bytes: &[u8], path: &Path) -> BackupError {
    BackupError::damaged(path, bytes.len() as u64, "it ends within its header")
}

/// What is written of a tree.
pub(super) fn tree_bytes(tree: &TreeHead) -> Vec<u8> {
    let (size, position) = (tree.size.to_le_bytes(), tree.position.0.to_le_bytes());
    [&size, &position, tree.root.as_bytes().as_slice()].concat()
}

/// Fields of fixed length, one after another.
pub(crate) struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    pub(crate) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*field)
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    pub(crate) fn hash(&mut self) -> Option<Hash> {
        self.take().map(Hash::from_bytes)
    }

    pub(crate) fn tree(&mut self) -> Option<TreeHead> {
        Some(TreeHead {
            size: self.number()?,
            position: Position(self.number()?),
            root: self.hash()?,
        })
    }
}
