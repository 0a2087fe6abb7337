//! Going through the log commit by commit, in a buffer that becomes the page.
//!
//! What the disk gives isn't copied again: the page is the bytes as they stand in the segments, and where in
//! them its commits are. A group's checksum stands for the records in it; in one that is damaged each is
//! looked at by itself.

use std::ops::Range;

use kanzlei_core::Position;
use kanzlei_core::ports::StoreError;
use kanzlei_core::record::PageMemory;

use super::places::Places;
use super::segments::bytes::{
    CHECK, COMMIT_HEAD, GROUP_HEADER, GROUP_MAX, GroupHeader, checked_length, is_sound,
};
use super::segments::{Place, Segments, next, scan};

/// Bytes that are read at once, at most: what is looked at next is still in the processor's cache.
const PIECE_MAX: usize = 256 * 1024;
/// And at least.
const PIECE_MIN: usize = 16 * 1024;

/// A commit in the buffer.
pub(super) struct Found {
    pub(super) at: Range<usize>,
    /// Whether its group is what was written, and so it is.
    pub(super) sound: bool,
}

/// Goes through the log from a position on.
pub(super) struct LogReader<'a> {
    segments: &'a Segments,
    pub(super) memory: PageMemory,
    /// How many of its bytes were read: behind them stands what was in them before.
    filled: usize,
    /// How far they were gone through, and where what comes next in them stands.
    at: usize,
    here: Place,
    /// From where on what was read is still needed, if anything is.
    kept: Option<usize>,
    /// Bytes that are wanted.
    limit: usize,
    /// How many commits of the group are still to come, from which position on.
    left: u16,
    position: Position,
    sound: bool,
}

impl<'a> LogReader<'a> {
    /// Begins at a position, to read about so many bytes, in memory of which nothing is kept.
    pub(super) fn at(
        places: &'a Places,
        position: Position,
        limit: usize,
        mut memory: PageMemory,
    ) -> Result<Self, StoreError> {
        memory.commits.clear();
        Ok(Self {
            segments: &places.segments,
            memory,
            filled: 0,
            at: 0,
            here: places.group_before(position)?,
            kept: None,
            // Checksums and the headers of groups stand between the records.
            limit: limit.saturating_add(limit / 32),
            left: 0,
            position: Position::START,
            sound: false,
        })
    }

    /// The commit of this position: the first that is asked for, or the one after the last.
    pub(super) fn next(&mut self, wanted: Position) -> Result<Found, StoreError> {
        // Mostly it is the next of a group of which all is in memory and sound.
        if self.sound && self.left > 0 && self.position == wanted {
            let length = checked_length(self.rest()).unwrap_or(usize::MAX);
            if length <= self.rest().len() {
                return Ok(self.taken(length));
            }
        }
        self.searched(wanted)
    }

    fn searched(&mut self, wanted: Position) -> Result<Found, StoreError> {
        loop {
            if self.left == 0 {
                self.group(wanted)?;
            }
            let length = self.commit(wanted)?;
            let is_sound = self.sound || is_sound(self.rest());
            let (position, here) = (self.position, self.here);
            let found = self.taken(length);
            if !is_sound && self.left > 0 && !self.goes_on()? {
                self.left = 0;
            }
            if position >= wanted {
                if !is_sound {
                    return Err(self.missing(position, Some(here)));
                }
                return Ok(found);
            }
            if self.memory.commits.is_empty() {
                self.kept = None;
            }
        }
    }

    /// Takes the commit that comes next, which is so long.
    fn taken(&mut self, length: usize) -> Found {
        let at = self.at + CHECK..self.at + length;
        self.kept.get_or_insert(self.at);
        self.pass(length);
        self.left -= 1;
        self.position = next(self.position);
        let sound = self.sound;
        Found { at, sound }
    }

    fn pass(&mut self, length: usize) {
        self.at += length;
        self.here = self.here.on(length);
    }

    /// Goes to the group in which a position is.
    fn group(&mut self, wanted: Position) -> Result<(), StoreError> {
        // Where something isn't sound, which is passed over if it is before what is wanted.
        let mut damaged = None;
        loop {
            self.have(GROUP_HEADER)?;
            let Some(header) = GroupHeader::parse(self.rest()) else {
                damaged.get_or_insert(self.here);
                self.pass_over(wanted, damaged)?;
                continue;
            };
            if header.first > wanted {
                return Err(self.missing(wanted, damaged));
            }
            self.have(header.size())?;
            if header.last() < wanted {
                if self.rest().len() < header.size() {
                    damaged.get_or_insert(self.here);
                    self.pass_over(wanted, damaged)?;
                } else {
                    self.pass(header.size());
                }
                continue;
            }
            self.sound = header.commits(self.rest()).is_some();
            if !self.sound
                && let Some(other) = self.other(wanted)?
            {
                self.pass(other);
                continue;
            }
            self.pass(GROUP_HEADER);
            (self.left, self.position) = (header.commits, header.first);
            return Ok(());
        }
    }

    /// How far off a sound group is that has this position too.
    fn other(&mut self, wanted: Position) -> Result<Option<usize>, StoreError> {
        self.have(2 * GROUP_MAX)?;
        let has = |header: &GroupHeader| header.first <= wanted && wanted <= header.last();
        let found = scan::sound_groups(self.rest()).find(|(_, header)| has(header));
        Ok(found.map(|(at, _)| at))
    }

    /// Where no group stands, the segment ends or something is damaged.
    fn pass_over(&mut self, wanted: Position, damaged: Option<Place>) -> Result<(), StoreError> {
        let segment = self.here.segment;
        if self.segments.of(wanted) > segment {
            self.filled = self.at;
            self.here = Place::first(segment + 1);
            return Ok(());
        }
        self.have(2 * GROUP_MAX)?;
        let sound = scan::sound_groups(self.rest()).next();
        let (at, _) = sound.ok_or_else(|| self.missing(wanted, damaged))?;
        self.pass(at);
        Ok(())
    }

    fn missing(&self, position: Position, damaged: Option<Place>) -> StoreError {
        let why = match damaged {
            Some(Place { segment, at }) => {
                format!(
                    "{} is damaged at byte {at}",
                    self.segments.path(segment).display()
                )
            }
            None => "it is missing".to_owned(),
        };
        StoreError::Damaged { position, why }
    }

    /// The length of the commit that comes next, of which all is in memory then.
    fn commit(&mut self, wanted: Position) -> Result<usize, StoreError> {
        self.have(COMMIT_HEAD)?;
        let here = self.here;
        let cut_off = |reader: &Self| reader.missing(wanted, Some(here));
        let length = checked_length(self.rest()).ok_or_else(|| cut_off(self))?;
        self.have(length)?;
        if self.rest().len() < length {
            return Err(cut_off(self));
        }
        Ok(length)
    }

    /// Whether a commit stands where the one before, which is damaged, says that it ends.
    fn goes_on(&mut self) -> Result<bool, StoreError> {
        self.have(COMMIT_HEAD)?;
        Ok(is_sound(self.rest()))
    }

    fn rest(&self) -> &[u8] {
        self.memory
            .bytes
            .get(self.at..self.filled)
            .unwrap_or_default()
    }

    /// How much is read at once: hardly more than what is still wanted.
    fn piece(&self) -> usize {
        let kept = self.kept.map_or(0, |from| self.filled - from);
        let wanted = self.limit.saturating_sub(kept);
        wanted.clamp(PIECE_MIN, PIECE_MAX)
    }

    /// Has so many bytes in memory from here on, unless the segment ends before.
    fn have(&mut self, least: usize) -> Result<(), StoreError> {
        let has = self.rest().len();
        if has >= least {
            return Ok(());
        }
        if self.kept.is_none() {
            self.memory.bytes.copy_within(self.at..self.filled, 0);
            (self.at, self.filled) = (0, has);
        }
        let end = self.filled + (least - has).max(self.piece());
        let bytes = &mut self.memory.bytes;
        if bytes.len() < end {
            bytes.resize(end, 0);
        }
        let piece = bytes.get_mut(self.filled..end).unwrap_or_default();
        let read = self.segments.read(self.here.on(has), piece);
        self.filled += read.map_err(self.segments.failed())?;
        Ok(())
    }
}
