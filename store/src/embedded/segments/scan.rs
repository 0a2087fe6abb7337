//! Going through a segment's groups from its beginning, and telling what was torn from what is damaged.
//!
//! A group is written once the one before it is synced. So what a power loss has torn is the last
//! thing in the last segment, and nobody was told of it; where something sound follows that says that all
//! before it was synced, it is damage, and nothing may be cut off.

use std::fs::File;
use std::io;

use super::super::at;
use super::bytes::{GROUP_HEADER, GROUP_MAGIC, GROUP_MAX, GroupHeader, is_blank};

/// Bytes that are read at once.
const PIECE: usize = 1024 * 1024;

/// A group in a segment.
pub(in super::super) struct Group<'a> {
    pub(in super::super) at: u64,
    pub(in super::super) header: GroupHeader,
    /// Its commits, as they were written.
    pub(in super::super) commits: &'a [u8],
}

/// What comes after the sound groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum After {
    /// Nothing of the log: zeros, the file's end, or what was being written when the power went.
    Nothing,
    /// Something that isn't what was written, and the next sound group, if there is one.
    Damaged(Option<u64>),
}

/// Visits the sound groups from a place on; gives where they end, and what comes then. `later` is whether
/// there is a segment after this one.
pub(in super::super) fn groups<E: From<io::Error>>(
    file: &File,
    from: u64,
    later: bool,
    mut visit: impl FnMut(Group<'_>) -> Result<(), E>,
) -> Result<(u64, After), E> {
    let mut window = Window::new(file, from);
    let mut at = from;
    loop {
        let bytes = window.from(at, GROUP_HEADER)?;
        let Some(header) = GroupHeader::parse(bytes) else {
            break;
        };
        let bytes = window.from(at, header.size())?;
        let Some(commits) = header.commits(bytes) else {
            break;
        };
        visit(Group {
            at,
            header,
            commits,
        })?;
        at += header.size() as u64;
    }
    let after = after(&mut window, at, later)?;
    Ok((at, after))
}

/// What stands where no sound group does.
fn after(window: &mut Window<'_>, at: u64, later: bool) -> io::Result<After> {
    // What was torn is no longer than a group; its first bytes may be what is missing of it.
    let rest = window.from(at, 2 * GROUP_MAX)?;
    if is_blank(rest) {
        return Ok(After::Nothing);
    }
    let sound = sound_groups(rest).find(|(_, header)| later || header.follows_synced);
    Ok(match sound {
        Some((next, _)) => After::Damaged(Some(at + next as u64)),
        None if later => After::Damaged(None),
        None => After::Nothing,
    })
}

/// The sound groups somewhere in these bytes, but for their beginning.
pub(in super::super) fn sound_groups(bytes: &[u8]) -> impl Iterator<Item = (usize, GroupHeader)> {
    memchr::memmem::find_iter(bytes, &GROUP_MAGIC)
        .filter(|at| *at > 0)
        .filter_map(|at| {
            let group = bytes.get(at..)?;
            let header = GroupHeader::parse(group)?;
            header.commits(group).map(|_| (at, header))
        })
}

/// A part of a file in memory that moves forward.
struct Window<'a> {
    file: &'a File,
    at: u64,
    bytes: Vec<u8>,
}

impl<'a> Window<'a> {
    const fn new(file: &'a File, at: u64) -> Self {
        let bytes = Vec::new();
        Self { file, at, bytes }
    }

    /// What there is from this place on: at least so much, unless the file ends before.
    fn from(&mut self, at: u64, least: usize) -> io::Result<&[u8]> {
        let gone = usize::try_from(at - self.at).unwrap_or(usize::MAX);
        if self.bytes.len().saturating_sub(gone) < least {
            self.bytes.drain(..gone.min(self.bytes.len()));
            self.at = at;
            let had = self.bytes.len();
            self.bytes.resize(least.max(PIECE), 0);
            let piece = self.bytes.get_mut(had..).unwrap_or_default();
            let read = at::read(self.file, piece, at + had as u64)?;
            self.bytes.truncate(had + read);
            return Ok(&self.bytes);
        }
        Ok(self.bytes.get(gone..).unwrap_or_default())
    }
}
