//! The log: segment files, each of which is filled from its beginning, one after another.
//!
//! ```text
//! segments/00000001.seg, 00000002.seg, …   begun, the last of them perhaps not
//! segments/spare                           being made ready
//! ```
//!
//! A segment is written full of zeros and synced before it gets its name, so that a group goes to blocks
//! that the disk has: what must be synced with it is the group alone, and a full disk is noticed a segment
//! ahead. The first is small, and each is twice as long as the one before up to a limit.

pub(super) mod bytes;
pub(super) mod scan;
pub(super) mod spare;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use kanzlei_core::Position;
use kanzlei_core::ports::StoreError;
use kanzlei_core::record::Frontier;
use quick_cache::sync::Cache;

use self::bytes::{FIRST_GROUP, LAYOUT, SEGMENT_HEADER, SegmentHeader, Unread, checked_length};
use super::at;
use super::why::failed_at;
use crate::disk::entries;

/// Files that are open at once: a process has a thousand or so.
const FILES_MAX: usize = 64;
/// What a commit's bytes are guessed to be: most take one call to the kernel, and little is read for nothing.
const GUESS: usize = 384;

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The segment's number.
    pub(super) segment: u32,
    /// The byte in it.
    pub(super) at: u32,
}

/// The position after one: they are dense in this store.
pub(super) const fn next(position: Position) -> Position {
    Position(position.0.saturating_add(1))
}

impl Place {
    /// This byte of a segment.
    pub(super) fn at(segment: u32, at: u64) -> Self {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        Self { segment, at }
    }

    /// So many bytes on.
    pub(super) fn on(self, bytes: usize) -> Self {
        Self::at(self.segment, u64::from(self.at) + bytes as u64)
    }

    /// Where a segment's first group stands.
    pub(super) const fn first(segment: u32) -> Self {
        Self {
            segment,
            at: FIRST_GROUP,
        }
    }
}

/// The segments of a log.
pub(super) struct Segments {
    folder: PathBuf,
    /// The first position in each that was begun; the first is number 1.
    begun: RwLock<Vec<Position>>,
    /// Which is being filled, and so far: its number in the upper half. What is behind isn't worth reading.
    filled: AtomicU64,
    files: Cache<u32, Arc<File>>,
    /// Whether they are only read.
    read_only: bool,
}

impl Segments {
    /// The files in this folder, whatever is in them, to be read and no more.
    pub(super) fn unopened(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            begun: RwLock::default(),
            filled: AtomicU64::new(0),
            files: Cache::new(FILES_MAX),
            read_only: true,
        }
    }

    /// Opens the log in this folder, which may be empty.
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        let mut segments = Self::unopened(folder);
        segments.read_only = false;
        segments.begun()
    }

    /// Finds out where each begins.
    pub(super) fn begun(self) -> Result<Self, StoreError> {
        let there = self.numbers().map_err(self.failed())?;
        let last = there.last().copied().unwrap_or(0);
        for number in 1..=last {
            match self.header(number)? {
                Ok(header) => self.begin(next(Position(header.before.size()))),
                Err(Unread::Newer(found)) => {
                    let known = LAYOUT;
                    return Err(StoreError::Newer { found, known });
                }
                // Made ready, or torn when it was to be begun.
                Err(_) if number == last => {}
                // Begun, the next one made ready, and nothing synced before the power went.
                Err(Unread::Blank)
                    if self.are_blank(there.iter().filter(|one| **one > number))? =>
                {
                    break;
                }
                Err(_) => return Err(self.damaged(number, 0)),
            }
        }
        Ok(self)
    }

    /// Whether nothing was ever written to these.
    fn are_blank<'a>(&self, numbers: impl Iterator<Item = &'a u32>) -> Result<bool, StoreError> {
        for number in numbers {
            if self.header(*number)? != Err(Unread::Blank) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The numbers for which there is a file, in order.
    pub(super) fn numbers(&self) -> io::Result<Vec<u32>> {
        let number = |path: PathBuf| {
            let name = path.file_name()?.to_str()?;
            let number = name.strip_suffix(".seg")?.parse().ok()?;
            (self.path(number) == path).then_some(number)
        };
        let numbers = entries(&self.folder)?.into_iter().filter_map(number);
        let mut numbers: Vec<_> = numbers.collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// A segment's header, or why there is none.
    pub(super) fn header(&self, number: u32) -> Result<Result<SegmentHeader, Unread>, StoreError> {
        let mut bytes = vec![0; SEGMENT_HEADER];
        let read = self
            .file(number)
            .and_then(|file| at::read(&file, &mut bytes, 0));
        match read {
            Ok(read) => bytes.truncate(read),
            Err(error) if error.kind() == io::ErrorKind::NotFound => bytes.clear(),
            Err(error) => return Err(failed_at(&self.path(number))(error)),
        }
        let header = SegmentHeader::parse(&bytes);
        Ok(header.and_then(|header| {
            let sound = header.number == number;
            sound.then_some(header).ok_or(Unread::Damaged)
        }))
    }

    /// The number of the last segment that was begun; 0 if none was.
    pub(super) fn last(&self) -> u32 {
        let begun = self.begun.read().unwrap_or_else(PoisonError::into_inner);
        u32::try_from(begun.len()).unwrap_or(u32::MAX)
    }

    /// The segment in which this position is, or would be.
    pub(super) fn of(&self, position: Position) -> u32 {
        let begun = self.begun.read().unwrap_or_else(PoisonError::into_inner);
        let number = begun.partition_point(|first| *first <= position);
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// The next segment was begun, with this position.
    pub(super) fn begin(&self, first: Position) {
        let mut begun = self.begun.write().unwrap_or_else(PoisonError::into_inner);
        begun.push(first);
    }

    /// A segment is filled so far.
    pub(super) fn fill(&self, number: u32, to: u64) {
        let filled = u64::from(number) << 32 | to.min(u64::from(u32::MAX));
        self.filled.store(filled, Ordering::Release);
    }

    /// How many bytes are worth reading from a place on.
    fn worth(&self, from: Place) -> usize {
        let filled = self.filled.load(Ordering::Acquire);
        if filled >> 32 != u64::from(from.segment) {
            return usize::MAX;
        }
        let left = (filled & u64::from(u32::MAX)).saturating_sub(u64::from(from.at));
        usize::try_from(left).unwrap_or(usize::MAX)
    }

    /// The tree before a segment.
    pub(super) fn tree_before(&self, number: u32) -> Result<Frontier, StoreError> {
        let header = self.header(number)?;
        Ok(header.map_err(|_| self.damaged(number, 0))?.before)
    }

    /// Where a segment's file ends, if that is before where it was made to end: it was made whole before it got its
    /// name, so that something was cut off. 0 if it is no file.
    pub(super) fn cut_off(&self, number: u32) -> io::Result<Option<u64>> {
        let metadata = self.path(number).metadata()?;
        let length = if metadata.is_file() {
            metadata.len()
        } else {
            0
        };
        Ok((length < spare::capacity(number)).then_some(length))
    }

    /// The segments behind the last that was begun which are ready. Others behind them are nothing of the log's.
    pub(super) fn ready_after(&self, begun: u32) -> impl Iterator<Item = u32> {
        (begun.saturating_add(1)..).take_while(|number| self.path(*number).exists())
    }

    /// A segment's file.
    pub(super) fn path(&self, number: u32) -> PathBuf {
        self.folder.join(format!("{number:08}.seg"))
    }

    /// A segment, to be read; several who read share it.
    pub(super) fn file(&self, number: u32) -> io::Result<Arc<File>> {
        self.files.get_or_insert_with(&number, || {
            let file = File::options()
                .read(true)
                .write(!self.read_only)
                .open(self.path(number));
            file.map(Arc::new)
        })
    }

    /// Another file has a segment's name now.
    pub(super) fn forget(&self, number: u32) {
        self.files.remove(&number);
    }

    /// Reads from a place on until the buffer is full, no further than the file goes; gives how much there was.
    pub(super) fn read(&self, from: Place, into: &mut [u8]) -> io::Result<usize> {
        let worth = self.worth(from).min(into.len());
        let piece = into.get_mut(..worth).unwrap_or_default();
        let file = self.file(from.segment)?;
        at::read(&file, piece, u64::from(from.at))
    }

    /// Reads a commit with its checksum at a place; what is there if it isn't one.
    pub(super) fn checked(&self, place: Place, into: &mut Vec<u8>) -> io::Result<()> {
        into.resize(GUESS, 0);
        let mut read = self.read(place, into)?;
        let length = checked_length(into.get(..read).unwrap_or_default());
        if let Some(length) = length.filter(|length| *length > read) {
            into.resize(length, 0);
            read = self.read(place, into)?;
        }
        into.truncate(length.unwrap_or(read).min(read));
        Ok(())
    }

    /// The disk failed.
    pub(super) fn failed(&self) -> impl Fn(io::Error) -> StoreError + Copy {
        failed_at(&self.folder)
    }

    /// A segment that can't be used at all.
    pub(super) fn damaged(&self, number: u32, at: u64) -> StoreError {
        let path = self.path(number);
        let what = if path.exists() {
            format!("is damaged at byte {at}")
        } else {
            "is missing".to_owned()
        };
        StoreError::Unavailable(format!(
            "{} {what}: `repair` saves what can be read, or a backup is restored",
            path.display()
        ))
    }
}
