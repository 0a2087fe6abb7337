//! The keys of the embedded layout. Numbers are big-endian in keys, so that bytes sort as they do.

use kanzlei_core::{CaseId, CommandId, Position, Version};

/// The layout number, in `index`.
pub(super) const LAYOUT: [u8; 1] = [0];
/// Size and root of the tree, in `index`.
pub(super) const TREE: [u8; 1] = [1];
const PEAKS: u8 = 2;
const COMMAND: u8 = 3;

/// A commit in `log`.
pub(super) const fn log(position: Position) -> [u8; 8] {
    position.0.to_be_bytes()
}

/// The position in a key of `log`.
pub(super) fn position(key: &[u8]) -> Option<Position> {
    let (number, rest) = key.split_first_chunk::<8>()?;
    rest.is_empty()
        .then_some(Position(u64::from_be_bytes(*number)))
}

/// A case's share of a commit in `cases`.
pub(super) fn share(case: CaseId, first: Version) -> [u8; 20] {
    let mut key = [0; 20];
    let bytes = case.as_bytes().iter().copied().chain(first.0.to_be_bytes());
    key.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    key
}

/// The peaks of the tree of this size, in `index`.
pub(super) fn peaks(size: u64) -> [u8; 9] {
    prefixed(PEAKS, size.to_be_bytes())
}

/// The size in a key of peaks.
pub(super) fn peaks_size(key: &[u8]) -> Option<u64> {
    let (prefix, size) = key.split_last_chunk::<8>()?;
    (prefix == [PEAKS]).then_some(u64::from_be_bytes(*size))
}

/// The position of a command's commit, in `index`.
pub(super) fn command(command: CommandId) -> [u8; 17] {
    prefixed(COMMAND, *command.as_bytes())
}

fn prefixed<const N: usize, const M: usize>(prefix: u8, rest: [u8; M]) -> [u8; N] {
    let mut key = [0; N];
    let bytes = std::iter::once(prefix).chain(rest);
    key.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    key
}
