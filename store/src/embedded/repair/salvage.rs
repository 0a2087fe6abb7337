//! Reading segment files whatever is wrong with them: each by itself, without an index, and behind damage
//! byte by byte until something sound comes.

use std::io;
use std::path::{Path, PathBuf};

use kanzlei_core::Position;
use kanzlei_core::ports::{StoreError, TreeHead};
use kanzlei_core::record::{Record, Stamp};

use super::super::at;
use super::super::segments::bytes::{
    CHECK, GroupHeader, LAYOUT, SEGMENT_HEADER, SegmentHeader, Unread, checked_length, is_blank,
    is_sound,
};
use super::super::segments::{Segments, next, scan};
use crate::backup::BackupError;

/// What is read by itself where a disk doesn't give all at once.
const BLOCK: usize = 4_096;
/// Twice what a segment ever has: a length that is damaged too isn't believed.
const LENGTH_MAX: u64 = 128 * 1024 * 1024;

/// Something that was found in a segment.
pub(super) enum Found {
    /// A commit that is what was written.
    Commit(Stamp, Record),
    /// What the log's tree was when something was written.
    Head(TreeHead),
    /// From this byte on something isn't what was written.
    Damage(PathBuf, u64),
    /// The same, and it is the last thing in the log: it may have been written when the power went.
    Torn(PathBuf, u64),
}

/// Is shown what is found; says whether to go on with this segment.
pub(super) type Visit<'a> = dyn FnMut(Found) -> Result<bool, BackupError> + 'a;

/// A segment's file.
struct SegmentFile {
    number: u32,
    header: Option<SegmentHeader>,
    /// The position with which it begins, as far as that can be known.
    first: Option<Position>,
    /// Whether nothing stands in it.
    blank: bool,
    /// Where it ends, if it was made longer.
    cut_off: Option<u64>,
}

/// Files that are named as missing. Where there are more, some file has a number that the log never came to.
const MISSING_MAX: usize = 1_000;

/// The files of a log that may be damaged.
pub(super) struct Salvage {
    segments: Segments,
    /// In the order of their commits, whatever the files are called.
    files: Vec<SegmentFile>,
    /// The last in which something stands; those behind it are ready.
    begun: u32,
    /// Those that should be there, the first of them if they are many.
    pub(super) missing: Vec<PathBuf>,
}

impl Salvage {
    /// The files in this folder.
    pub(super) fn of(folder: &Path) -> Result<Self, StoreError> {
        let segments = Segments::unopened(folder);
        let there = segments.numbers().map_err(segments.failed())?;
        let mut files = Vec::new();
        for number in there.iter().copied().filter(|number| *number > 0) {
            let header = match segments.header(number) {
                Ok(Err(Unread::Newer(found))) => {
                    let known = LAYOUT;
                    return Err(StoreError::Newer { found, known });
                }
                Ok(header) => header.ok(),
                // Its disk doesn't give its beginning; perhaps it gives the rest.
                Err(_) => None,
            };
            let mut file = SegmentFile {
                number,
                first: header
                    .as_ref()
                    .map(|header| next(Position(header.before.size()))),
                header,
                blank: false,
                cut_off: segments.cut_off(number).map_err(segments.failed())?,
            };
            if file.first.is_none() {
                let bytes = whole(&segments, number)?;
                (file.first, file.blank) = (first(&bytes), is_blank(&bytes));
            }
            files.push(file);
        }
        // One in which nothing stands comes last, as it does in a log that is sound.
        files.sort_by_key(|file| file.first.unwrap_or(Position(u64::MAX)));
        let begun = files.iter().filter(|file| !file.blank);
        let begun = begun.map(|file| file.number).max().unwrap_or(0);
        let ready = segments.ready_after(begun).last().unwrap_or(begun);
        files.retain(|file| file.number <= ready);
        let missing = (1..begun).filter(|number| there.binary_search(number).is_err());
        let missing = missing
            .take(MISSING_MAX)
            .map(|number| segments.path(number));
        let missing = missing.collect();
        Ok(Self {
            segments,
            files,
            begun,
            missing,
        })
    }

    /// Whether the log's last segment, or one that was ready behind it, was cut off: then nothing in the log tells
    /// where it ended.
    pub(super) fn is_cut_off(&self) -> bool {
        let mut last = self.files.iter().filter(|file| file.number >= self.begun);
        last.any(|file| file.cut_off.is_some())
    }

    /// The bytes of all files.
    pub(super) fn size(&self) -> u64 {
        let files = self.files.iter();
        let lengths = files.filter_map(|file| self.segments.path(file.number).metadata().ok());
        lengths.map(|metadata| metadata.len()).sum()
    }

    /// Reads them all; `told` is told how many bytes are read.
    pub(super) fn read(
        &self,
        told: &dyn Fn(u64),
        visit: &mut Visit<'_>,
    ) -> Result<(), BackupError> {
        let last = self.files.iter().rfind(|file| file.first.is_some());
        let last = last.map_or(0, |file| file.number);
        let mut done = 0;
        for (index, file) in self.files.iter().enumerate() {
            let behind = self.files.get(index + 1).and_then(|next| next.first);
            let bytes = whole(&self.segments, file.number)?;
            let path = self.segments.path(file.number);
            match &file.header {
                Some(header) => {
                    let head = TreeHead {
                        size: header.before.size(),
                        position: Position(header.before.size()),
                        root: header.before.root(),
                    };
                    visit(Found::Head(head))?;
                }
                None if file.first.is_some() => drop(visit(Found::Damage(path.clone(), 0))?),
                None if file.number > self.begun => {}
                None if file.number == self.begun => drop(visit(Found::Torn(path.clone(), 0))?),
                None => drop(visit(Found::Damage(path.clone(), 0))?),
            }
            if file.first.is_some() {
                walk(&bytes, &path, (file.number == last, behind), visit)?;
            }
            // What another segment's name was given to is said to be damaged as a whole.
            let is_its_own = file.header.is_some() || file.first.is_none();
            if let Some(length) = file.cut_off.filter(|_| is_its_own) {
                visit(Found::Damage(path, length))?;
            }
            done += bytes.len() as u64;
            told(done);
        }
        Ok(())
    }
}

/// The position of the first commit that is found.
fn first(bytes: &[u8]) -> Option<Position> {
    let mut first = None;
    let _ = walk(bytes, Path::new(""), (false, None), &mut |found| {
        if let Found::Commit(stamp, _) = found {
            first.get_or_insert(stamp.position);
        }
        Ok(first.is_none())
    });
    first
}

/// Goes through a segment from its first group on, given whether it is the last, and where the next one begins.
fn walk(
    bytes: &[u8],
    path: &Path,
    (last, behind): (bool, Option<Position>),
    visit: &mut Visit<'_>,
) -> Result<(), BackupError> {
    let end = written(bytes);
    let mut at = SEGMENT_HEADER;
    let mut sound = true;
    let mut until = behind;
    while at < end {
        // Not only up to there: a group may end with zeros.
        let rest = bytes.get(at..).unwrap_or_default();
        let header = GroupHeader::parse(rest);
        let whole = header.and_then(|header| Some((header, header.commits(rest)?)));
        if let Some((header, commits)) = whole {
            sound = true;
            if !group(&header, commits, visit)? {
                visit(Found::Damage(path.to_owned(), at as u64))?;
            }
            at += header.size();
            continue;
        }
        if sound || header.is_some() {
            let torn = last && !scan::sound_groups(rest).any(|(_, later)| later.follows_synced);
            let next = scan::sound_groups(rest).next();
            until = next.map(|(_, group)| group.first).or(behind);
            let found = if torn { Found::Torn } else { Found::Damage };
            if !visit(found(path.to_owned(), at as u64))? {
                return Ok(());
            }
        }
        sound = false;
        at += loose(rest, until, visit)?;
    }
    Ok(())
}

/// Where what was written ends.
fn written(bytes: &[u8]) -> usize {
    let blank = bytes.rchunks(BLOCK).take_while(|block| is_blank(block));
    let end = bytes.len() - blank.map(<[u8]>::len).sum::<usize>();
    let rest = bytes.get(..end).unwrap_or_default();
    let last = rest.iter().rposition(|byte| *byte != 0);
    last.map_or(0, |last| last + 1)
}

/// Shows a sound group's commits; gives whether all of them are what they should be.
fn group(
    header: &GroupHeader,
    mut commits: &[u8],
    visit: &mut Visit<'_>,
) -> Result<bool, BackupError> {
    let (mut position, mut right) = (header.first, true);
    while !commits.is_empty() {
        let length = checked_length(commits).unwrap_or(commits.len());
        let (checked, behind) = commits.split_at(length.min(commits.len()));
        match commit(checked).filter(|(stamp, _)| stamp.position == position) {
            Some((stamp, record)) => drop(visit(Found::Commit(stamp, record))?),
            None => right = false,
        }
        (position, commits) = (next(position), behind);
    }
    visit(Found::Head(header.head()))?;
    Ok(right)
}

/// Shows the commit that stands there, if one does, and belongs before that position; gives how many bytes to pass over.
/// One that doesn't is what somebody wrote into another commit.
fn loose(
    rest: &[u8],
    until: Option<Position>,
    visit: &mut Visit<'_>,
) -> Result<usize, BackupError> {
    let Some(length) = checked_length(rest).filter(|_| is_sound(rest)) else {
        return Ok(1);
    };
    if let Some((stamp, record)) = rest.get(..length).and_then(commit) {
        if until.is_some_and(|until| stamp.position >= until) {
            return Ok(1);
        }
        visit(Found::Commit(stamp, record))?;
        return Ok(length);
    }
    // It begins there and something else may have been written over the rest of it.
    let other = scan::sound_groups(rest).next().map(|(at, _)| at);
    Ok(other.map_or(length, |other| other.min(length)))
}

/// The commit in these bytes, if it is what was written.
fn commit(checked: &[u8]) -> Option<(Stamp, Record)> {
    let (stamp, record) = Stamp::split(checked.get(CHECK..)?)?;
    Some((stamp, Record::from_bytes(record.into()).ok()?))
}

/// All bytes of a segment, and zeros for those that the disk doesn't give.
fn whole(segments: &Segments, number: u32) -> Result<Vec<u8>, StoreError> {
    let file = segments
        .file(number)
        .and_then(|file| Ok((file.metadata()?.len(), file)));
    let (length, file) = file.map_err(segments.failed())?;
    let length = usize::try_from(length.min(LENGTH_MAX)).unwrap_or(usize::MAX);
    Ok(readable(length, &|bytes, from| {
        at::read(&file, bytes, from)
    }))
}

/// Reads so many bytes; where that fails, block by block.
fn readable(length: usize, read: &dyn Fn(&mut [u8], u64) -> io::Result<usize>) -> Vec<u8> {
    let mut bytes = vec![0; length];
    if read(&mut bytes, 0).is_err() {
        for (index, block) in bytes.chunks_mut(BLOCK).enumerate() {
            if read(block, (index * BLOCK) as u64).is_err() {
                block.fill(0);
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_broken_disk_does_not_give_is_zero_and_all_else_is_read() {
        let disk: Vec<u8> = (1..=251).cycle().take(3 * BLOCK + 100).collect();
        let broken = BLOCK + 17;
        let read = |bytes: &mut [u8], from: u64| {
            let from = usize::try_from(from).unwrap();
            if (from..from + bytes.len()).contains(&broken) {
                return Err(io::ErrorKind::Other.into());
            }
            bytes.copy_from_slice(&disk[from..from + bytes.len()]);
            Ok(bytes.len())
        };
        let bytes = readable(disk.len(), &read);
        for (at, (byte, is)) in bytes.iter().zip(&disk).enumerate() {
            let lost = (BLOCK..2 * BLOCK).contains(&at);
            assert_eq!(*byte, if lost { 0 } else { *is }, "byte {at}");
        }
    }
}
