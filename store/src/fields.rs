//! Fields of fixed length, one after another, as headers have them. Numbers are little-endian.

use kanzlei_core::Position;
use kanzlei_core::ports::TreeHead;
use kanzlei_core::record::Hash;

/// What comes next in these bytes.
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl Fields<'_> {
    pub(crate) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*field)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    pub(crate) fn hash(&mut self) -> Option<Hash> {
        self.take().map(Hash::from_bytes)
    }

    pub(crate) fn tree(&mut self) -> Option<TreeHead> {
        Some(TreeHead {
            size: self.u64()?,
            position: Position(self.u64()?),
            root: self.hash()?,
        })
    }
}

/// What is written of a tree.
pub(crate) fn tree_bytes(tree: &TreeHead) -> Vec<u8> {
    let (size, position) = (tree.size.to_le_bytes(), tree.position.0.to_le_bytes());
    [&size, &position, tree.root.as_bytes().as_slice()].concat()
}
