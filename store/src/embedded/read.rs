//! Reading pages, and nothing beyond the watermark.

use std::ops::Range;

use kanzlei_core::ports::{Appended, StoreError};
use kanzlei_core::record::{CommitRef, Page, PageMemory, RecordRef, Stamp, extract_part};
use kanzlei_core::{CaseId, CommandId, Position, Version};

use super::pages::{Found, LogReader};
use super::places::Places;
use super::segments::bytes::{CHECK, is_sound};
use super::segments::{Place, next};
use crate::admission::Tip;

/// Bytes that a commit mostly doesn't come to.
const USUAL: usize = 256;
/// No more than this is set aside for a page before it is needed.
const SET_ASIDE_MAX: usize = 1024 * 1024;

/// Checks a commit of the log: that it is the one of this position, whole and undamaged.
fn sound(stamped: &[u8], expected: Position) -> Result<(Stamp, RecordRef<'_>), StoreError> {
    let (stamp, record) = parsed(stamped, expected)?;
    if stamp.position == expected && record.is_whole() {
        return Ok((stamp, record));
    }
    Err(StoreError::Damaged {
        position: expected,
        why: format!("the commit of {} stands there", stamp.position),
    })
}

fn parsed(stamped: &[u8], position: Position) -> Result<(Stamp, RecordRef<'_>), StoreError> {
    let wrong = |why| StoreError::Damaged { position, why };
    let (stamp, record) = Stamp::split(stamped).ok_or_else(|| wrong("it is cut off".into()))?;
    Ok((stamp, parse(record, position)?))
}

fn parse(record: &[u8], position: Position) -> Result<RecordRef<'_>, StoreError> {
    RecordRef::parse(record).map_err(|error| StoreError::Damaged {
        position,
        why: error.to_string(),
    })
}

/// Whole commits after a position, up to the watermark.
pub(super) fn log(
    places: &Places,
    after: Position,
    limit: usize,
    watermark: Position,
) -> Result<Page, StoreError> {
    if after > watermark {
        return Err(StoreError::LogShrank {
            checkpoint: after,
            head: watermark,
        });
    }
    if after == watermark {
        return Ok(Page::new().ending(after, false));
    }
    let memory = places.lent.back();
    let memory = memory.unwrap_or_else(|| set_aside(limit, watermark.0 - after.0));
    let mut reader = LogReader::at(places, next(after), limit, memory)?;
    let (mut size, mut through) = (0, after);
    while through < watermark {
        let expected = next(through);
        match reader
            .next(expected)
            .and_then(|found| checked(&reader, found, expected))
        {
            // What comes before the damage is given first; the next page begins with it.
            Err(StoreError::Damaged { .. }) if !reader.memory.commits.is_empty() => break,
            Err(error) => return Err(error),
            Ok(at) if !reader.memory.commits.is_empty() && size + at.len() > limit => break,
            Ok(at) => {
                size += at.len();
                reader.memory.commits.push(at);
                through = expected;
            }
        }
    }
    let page = Page::of(reader.memory).ending(through, through < watermark);
    places.lent.out(&page);
    Ok(page)
}

/// Memory for so many bytes, or commits if they are fewer.
fn set_aside(bytes: usize, commits: u64) -> PageMemory {
    let commits = usize::try_from(commits).unwrap_or(usize::MAX);
    let bytes = bytes.min(commits.saturating_mul(USUAL)).min(SET_ASIDE_MAX);
    PageMemory {
        bytes: Vec::with_capacity(bytes),
        commits: Vec::with_capacity(bytes / USUAL),
    }
}

/// Where a commit is, if it is the one of this position.
fn checked(
    reader: &LogReader<'_>,
    Found { at, sound: whole }: Found,
    expected: Position,
) -> Result<Range<usize>, StoreError> {
    let stamped = reader.memory.bytes.get(at.clone()).unwrap_or_default();
    let framed = Stamp::split(stamped)
        .filter(|(stamp, record)| stamp.position == expected && RecordRef::is_framed(record));
    if !whole || framed.is_none() {
        sound(stamped, expected)?;
    }
    Ok(at)
}

/// The bytes that a record takes on a page.
fn size(record: &RecordRef<'_>) -> usize {
    Stamp::LENGTH + record.as_bytes().len()
}

/// The commit at a position.
pub(super) fn at(
    places: &Places,
    position: Position,
    watermark: Position,
) -> Result<Option<Page>, StoreError> {
    if position == Position::default() || position > watermark {
        return Ok(None);
    }
    let mut reader = LogReader::at(places, position, 0, PageMemory::default())?;
    let found = reader.next(position)?;
    let stamped = reader.memory.bytes.get(found.at).unwrap_or_default();
    let (stamp, record) = sound(stamped, position)?;
    let mut page = Page::new();
    page.add(&CommitRef { stamp, record });
    Ok(Some(page.ending(position, position < watermark)))
}

/// The shares of a case in commits that have events after a version.
pub(super) fn case(
    places: &Places,
    case: CaseId,
    after: Version,
    limit: usize,
    watermark: Position,
) -> Result<Page, StoreError> {
    let found = places.case(case, after.next())?;
    let mut page = Page::with_room(found.len(), limit.min(found.len() * USUAL));
    let mut buffer = Vec::new();
    let mut expected = None;
    for (first, place) in found {
        let last = page.through();
        let (stamp, record) = commit(places, place, &mut buffer)?;
        if stamp.position > watermark {
            break;
        }
        let part = record.parts().find(|part| part.case == case);
        let follows = |first| expected.map_or(first <= after.next(), |expected| first == expected);
        let Some(part) = part.filter(|part| part.first == first && follows(first)) else {
            let expected = expected.unwrap_or_else(|| after.next().min(first));
            return Err(StoreError::Damaged {
                position: stamp.position,
                why: format!("version {expected} of case {case} is missing before it"),
            });
        };
        expected = Some(part.last().next());
        if part.last() <= after {
            continue;
        }
        let whole = record.part_count() == 1;
        let share = (!whole)
            .then(|| extract_part(&record, part.index))
            .flatten();
        let record = match &share {
            Some(share) => parse(share, stamp.position)?,
            None => record,
        };
        if !page.is_empty() && page.size() + size(&record) > limit {
            return Ok(page.ending(last, true));
        }
        page.add(&CommitRef { stamp, record });
    }
    Ok(page.ending(watermark, false))
}

/// The commit at a place, which says itself at which position it is.
fn commit<'a>(
    places: &Places,
    place: Place,
    buffer: &'a mut Vec<u8>,
) -> Result<(Stamp, RecordRef<'a>), StoreError> {
    let read = places.segments.checked(place, buffer);
    read.map_err(places.segments.failed())?;
    let stamped = buffer.get(CHECK..).unwrap_or_default();
    let position = Stamp::split(stamped).map_or(Position::default(), |(stamp, _)| stamp.position);
    if !is_sound(buffer) {
        let path = places.segments.path(place.segment);
        return Err(StoreError::Damaged {
            position,
            why: format!("{} is damaged at byte {}", path.display(), place.at),
        });
    }
    parsed(stamped, position)
}

/// The first answer to a command.
pub(super) fn answered(
    places: &Places,
    command: CommandId,
    watermark: Position,
) -> Result<Option<Appended>, StoreError> {
    let Some(place) = places.command(command)? else {
        return Ok(None);
    };
    let mut buffer = Vec::new();
    let (stamp, record) = commit(places, place, &mut buffer)?;
    let position = stamp.position;
    if position > watermark {
        return Ok(None);
    }
    if record.head().command != command {
        return Err(StoreError::Damaged {
            position,
            why: format!("it should answer command {command}"),
        });
    }
    let cases = record.parts().map(|part| (part.case, part.last()));
    Ok(Some(Appended {
        position,
        recorded: stamp.recorded,
        cases: cases.collect(),
    }))
}

/// Where a case ends.
pub(super) fn tip(places: &Places, case: CaseId) -> Result<Tip, StoreError> {
    let last = places.case(case, Version(u32::MAX))?;
    let Some((first, place)) = last.last() else {
        return Ok(Tip::default());
    };
    let mut buffer = Vec::new();
    let (stamp, record) = commit(places, *place, &mut buffer)?;
    let hashes = record.hashes().parts;
    let part = record
        .parts()
        .find(|part| part.case == case && part.first == *first);
    let tip = part.and_then(|part| {
        Some(Tip {
            version: part.last(),
            hash: hashes.get(usize::from(part.index)).copied()?,
        })
    });
    tip.ok_or_else(|| StoreError::Damaged {
        position: stamp.position,
        why: format!("case {case} should have an event there"),
    })
}
