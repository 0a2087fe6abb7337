//! The log's Merkle tree (RFC 9162, section 2.1), of which only the right edge is kept.

use super::hash::Hash;

/// The right edge of a growing tree: enough to add leaves and to say the root.
///
/// ```
/// use kanzlei_core::record::{Frontier, Hash};
///
/// let mut tree = Frontier::default();
/// tree.push(Hash::of(&[&[0], b"first"]));
/// tree.push(Hash::of(&[&[0], b"second"]));
/// assert_eq!(tree.size(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    /// The roots of the perfect subtrees, largest first: one for each bit of `size`.
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The tree of `size` leaves with these peaks, largest first; `None` unless there is one for
    /// each bit of `size`.
    pub fn from_peaks(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        let fits = usize::try_from(size.count_ones()) == Ok(peaks.len());
        fits.then_some(Self { size, peaks })
    }

    /// How many leaves there are.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the perfect subtrees, largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Adds a leaf, given as its leaf hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = join(left, node);
            }
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// The root; of an empty tree the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev().copied();
        match peaks.next() {
            Some(last) => peaks.fold(last, |right, left| join(left, right)),
            None => Hash::of(&[]),
        }
    }
}

fn join(left: Hash, right: Hash) -> Hash {
    Hash::of(&[&[1], left.as_bytes(), right.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of RFC 9162, section 2.1.1, word for word: split at the largest power of two.
    fn definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::of(&[]),
            [leaf] => *leaf,
            _ => {
                let mut split = 1;
                while split * 2 < leaves.len() {
                    split *= 2;
                }
                join(definition(&leaves[..split]), definition(&leaves[split..]))
            }
        }
    }

    #[test]
    fn the_frontier_agrees_with_the_definition_at_every_size() {
        let leaves: Vec<Hash> = (0..130_u8).map(|n| Hash::of(&[&[0], &[n]])).collect();
        let mut tree = Frontier::default();
        for size in 0..leaves.len() {
            assert_eq!(tree.root(), definition(&leaves[..size]), "{size} leaves");
            let peaks = tree.peaks().to_vec();
            assert_eq!(Frontier::from_peaks(tree.size(), peaks), Some(tree.clone()));
            tree.push(leaves[size]);
        }
        assert_eq!(Frontier::from_peaks(3, vec![Hash::ZERO]), None);
    }

    #[test]
    fn the_tree_of_the_rfc_s_test_vectors() {
        // The leaves and roots that Certificate Transparency implementations test against.
        let leaves: [&[u8]; 8] = [
            b"",
            &[0],
            &[0x10],
            &[0x20, 0x21],
            &[0x30, 0x31],
            &[0x40, 0x41, 0x42, 0x43],
            &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            &[
                0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d,
                0x6e, 0x6f,
            ],
        ];
        let mut tree = Frontier::default();
        assert_eq!(
            tree.root().to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        for leaf in leaves {
            tree.push(Hash::of(&[&[0], leaf]));
        }
        assert_eq!(
            tree.root().to_string(),
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        );
    }
}
