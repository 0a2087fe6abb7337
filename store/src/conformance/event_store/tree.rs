//! The log's tree, against RFC 9162 written down once more.

use kanzlei_core::Position;
use kanzlei_core::record::{Hash, RecordRef, Stamp};
use sha2::{Digest, Sha256};

use super::super::{Subject, not_promised};
use super::Bench;

/// A leaf as `docs/format.md` defines it.
fn leaf(stamp: Stamp, record: &[u8]) -> [u8; 32] {
    let content = RecordRef::parse(record).unwrap().hashes().content;
    Sha256::new()
        .chain_update([0])
        .chain_update(stamp.position.0.to_le_bytes())
        .chain_update(stamp.recorded.micros().to_le_bytes())
        .chain_update(content.as_bytes())
        .finalize()
        .into()
}

/// The root of section 2.1.1: level by level, where an odd last node moves up as it is. This is
/// the same tree as splitting at the largest power of two.
fn root(mut level: Vec<[u8; 32]>) -> [u8; 32] {
    if level.is_empty() {
        return Sha256::digest([]).into();
    }
    while level.len() > 1 {
        let pairs = level.chunks(2);
        level = pairs
            .map(|pair| match pair {
                [left, right] => Sha256::new()
                    .chain_update([1])
                    .chain_update(left)
                    .chain_update(right)
                    .finalize()
                    .into(),
                _ => pair[0],
            })
            .collect();
    }
    level[0]
}

/// After every commit the tree has its size and root, computed from the log by other code.
pub fn the_tree_is_that_of_rfc_9162<S: Subject>() {
    if !S::promises().builds_tree {
        return not_promised("it builds the log's tree");
    }
    let mut bench = Bench::<S>::new(50);
    for size in 0..40_u64 {
        let log = bench.log();
        let leaves = log.iter().map(|(stamp, record)| leaf(*stamp, record));
        let expected = root(leaves.collect());
        let position = log
            .last()
            .map_or(Position::START, |(last, _)| last.position);
        let tree = bench.tree().expect("a tree");
        assert_eq!((tree.size, tree.position), (size, position));
        assert_eq!(tree.root, Hash::from_bytes(expected), "{size} leaves");
        bench.clock.move_by(1_000);
        let cases = bench.commits.cases(1 + usize::from(size % 3 == 0));
        let commit = bench.commits.commit(&cases, 10);
        bench.append(&commit);
    }
}
