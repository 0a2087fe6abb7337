//! Writing groups, one behind the other.

use std::fs::File;
use std::io;
use std::sync::Arc;

use kanzlei_core::Position;
use kanzlei_core::record::Frontier;

use super::at;
use super::group::Group;
use super::index::tail::Tail;
use super::keeper::Keeper;
use super::segments::bytes::{
    CHECK, GROUP_HEADER, GROUP_MAX, GroupHeader, SEGMENT_HEADER, SegmentHeader, check,
};
use super::segments::{Place, Segments};

/// What is written again at once.
const PIECE: usize = 1024 * 1024;
/// So many quarters of a segment are full when the next one is made ready: the last lasts longer than
/// that takes, and one that is ready takes room on the disk.
const FULL_QUARTERS: u64 = 3;

/// The segment after the one that is being filled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Missing,
    Asked,
    Ready,
}

/// Where the next group goes.
pub(super) struct Appender {
    segments: Arc<Segments>,
    tail: Arc<Tail>,
    keeper: Keeper,
    /// The segment that is being filled; 0 before there is one.
    number: u32,
    file: Option<Arc<File>>,
    at: u64,
    capacity: u64,
    next: Next,
    /// Whether something was written and not synced.
    unsynced: bool,
    buffer: Vec<u8>,
}

impl Appender {
    /// Goes on at this place of the last segment, of which something may not be synced.
    pub(super) fn at(
        segments: Arc<Segments>,
        tail: Arc<Tail>,
        keeper: Keeper,
        at: u64,
        unsynced: bool,
    ) -> io::Result<Self> {
        let number = segments.last();
        segments.fill(number, at);
        let file = (number > 0).then(|| segments.file(number)).transpose()?;
        let capacity = file
            .as_ref()
            .map_or(Ok(0), |file| file.metadata().map(|file| file.len()))?;
        let ready = segments.path(number + 1).exists();
        Ok(Self {
            next: if ready { Next::Ready } else { Next::Missing },
            segments,
            tail,
            keeper,
            number,
            file,
            at,
            capacity,
            unsynced,
            buffer: Vec::new(),
        })
    }

    /// Writes a group, and syncs it if that is wanted.
    pub(super) fn append(&mut self, group: &Group<'_>, sync: bool) -> io::Result<()> {
        let Some(first) = group.commits.first().map(|commit| commit.stamp.position) else {
            return Ok(());
        };
        let length: usize = group
            .commits
            .iter()
            .map(|commit| CHECK + commit.size())
            .sum();
        if GROUP_HEADER + length > GROUP_MAX {
            let why = format!("a group of {length} bytes: nobody could read it");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let rolls = self.number == 0 || self.at + (GROUP_HEADER + length) as u64 > self.capacity;
        if rolls {
            self.roll(&group.before)?;
        }
        self.fill(group, first);
        let file = self.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
        at::write(file, &self.buffer, self.at)?;
        if sync {
            file.sync_data()?;
        }
        self.unsynced = !sync;
        let end = self.at + self.buffer.len() as u64;
        self.note(group, first, end);
        self.at = end;
        if rolls && self.number > 1 {
            self.keeper.settle(self.number - 1)?;
        }
        if self.at > self.capacity / 4 * FULL_QUARTERS {
            self.ask()?;
        }
        Ok(())
    }

    /// The bytes that the segment has left.
    pub(super) const fn left(&self) -> u64 {
        self.capacity.saturating_sub(self.at)
    }

    /// Goes over to the next segment. What is in the one before is on the disk before anything is
    /// written to it, and its header before its first group: a group behind a header that can't be read was not
    /// torn off by a power loss.
    fn roll(&mut self, before: &Frontier) -> io::Result<()> {
        self.sync()?;
        self.ask()?;
        if self.next == Next::Asked && self.keeper.prepared().is_err() {
            // That may be long ago: the disk may have room again.
            self.keeper.prepare(self.number + 1)?;
            self.keeper.prepared()?;
        }
        self.next = Next::Missing;
        let number = self.number + 1;
        let file = self.segments.file(number)?;
        let (first, before) = (Position(before.size() + 1), before.clone());
        at::write(&file, &SegmentHeader { number, before }.to_bytes(), 0)?;
        file.sync_data()?;
        self.segments.begin(first);
        self.tail.begin(number);
        self.capacity = file.metadata()?.len();
        (self.file, self.number, self.at) = (Some(file), number, SEGMENT_HEADER as u64);
        Ok(())
    }

    /// Has the next segment made ready, unless it is.
    fn ask(&mut self) -> io::Result<()> {
        if self.next == Next::Missing {
            self.keeper.prepare(self.number + 1)?;
            self.next = Next::Asked;
        }
        Ok(())
    }

    fn fill(&mut self, group: &Group<'_>, first: Position) {
        self.buffer.clear();
        self.buffer.resize(GROUP_HEADER, 0);
        for commit in group.commits {
            let at = self.buffer.len();
            self.buffer.extend_from_slice(&[0; CHECK]);
            self.buffer.extend_from_slice(&commit.stamp.to_bytes());
            self.buffer.extend_from_slice(commit.record.bytes());
            if let Some((said, commit)) = self
                .buffer
                .get_mut(at..)
                .and_then(<[u8]>::split_first_chunk_mut)
            {
                *said = check(commit).unwrap_or_default();
            }
        }
        let count = u16::try_from(group.commits.len()).unwrap_or(u16::MAX);
        GroupHeader::seal(
            &mut self.buffer,
            first,
            count,
            !self.unsynced,
            group.tree.root,
        );
    }

    /// Lets readers find what was written. They don't look beyond the watermark.
    fn note(&mut self, group: &Group<'_>, first: Position, end: u64) {
        let segment = self.number;
        self.segments.fill(segment, end);
        let mut at = self.at;
        let mut open = self.tail.open();
        open.group(first, Place::at(segment, at));
        at += GROUP_HEADER as u64;
        for commit in group.commits {
            let parts = commit.record.parts().iter();
            let parts = parts.map(|part| (part.case, part.expected.next()));
            open.commit(commit.record.head().command, parts, Place::at(segment, at));
            at += (CHECK + commit.size()) as u64;
        }
    }

    /// Writes again what stands from a byte on, and syncs it. After a sync that failed the system takes for written
    /// what isn't on the disk, and the next sync says that all is well.
    pub(super) fn sync_again(&mut self, from: u64) -> io::Result<()> {
        if let Some(file) = &self.file {
            let mut at = from;
            while at < self.at {
                let most = usize::try_from(self.at - at).unwrap_or(PIECE).min(PIECE);
                self.buffer.resize(most, 0);
                if at::read(file, &mut self.buffer, at)? < most {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                at::write(file, &self.buffer, at)?;
                at += most as u64;
            }
            self.unsynced = true;
        }
        self.sync()
    }

    /// Syncs what was written.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        if let Some(file) = self.file.as_ref().filter(|_| self.unsynced) {
            file.sync_data()?;
            self.unsynced = false;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::index::Index;
    use super::*;

    #[test]
    fn a_segment_has_its_header_before_anything_is_written_behind_it() {
        let directory = tempfile::tempdir().unwrap();
        let folder = directory.path();
        let segments = Arc::new(Segments::open(folder).unwrap());
        let index = Arc::new(Index::open(&folder.join("index"), 1 << 20).unwrap());
        let tail = Arc::new(Tail::of(Vec::new()));
        let (of_segments, of_tail) = (Arc::clone(&segments), Arc::clone(&tail));
        let keeper = Keeper::start(folder.to_owned(), of_segments, index, of_tail).unwrap();
        let mut appender = Appender::at(Arc::clone(&segments), tail, keeper, 0, false).unwrap();
        appender.roll(&Frontier::default()).unwrap();
        let before = Frontier::default();
        let header = segments.header(1).unwrap();
        assert_eq!(header, Ok(SegmentHeader { number: 1, before }));
    }
}
