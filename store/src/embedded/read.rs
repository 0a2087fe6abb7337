//! Reading pages, each in a snapshot of its own, and nothing beyond the watermark.

use kanzlei_core::ports::{Appended, StoreError};
use kanzlei_core::record::{CommitRef, Page, RecordRef, Stamp};
use kanzlei_core::{CaseId, CommandId, Position, Version};

use super::keys;
use super::layout::{View, damaged};
use crate::admission::Tip;

/// Checks a row of the log: that it is the commit of this position, whole and undamaged.
pub(super) fn sound<'a>(
    key: &[u8],
    value: &'a [u8],
    expected: Position,
) -> Result<(Stamp, RecordRef<'a>), StoreError> {
    let wrong = |why: String| StoreError::Damaged {
        position: expected,
        why,
    };
    let found = keys::position(key).unwrap_or_default();
    if found != expected {
        return Err(wrong(format!("it is missing; the next one is {found}")));
    }
    let (stamp, record) = parsed(value, expected)?;
    if stamp.position != expected || !record.is_whole() {
        return Err(wrong(format!(
            "the commit of {} stands there",
            stamp.position
        )));
    }
    Ok((stamp, record))
}

/// Checks a share in the case index, which says itself of which commit it is.
fn share(value: &[u8]) -> Result<(Stamp, RecordRef<'_>), StoreError> {
    let position = Stamp::split(value).map_or(Position::default(), |(stamp, _)| stamp.position);
    parsed(value, position)
}

fn parsed(value: &[u8], position: Position) -> Result<(Stamp, RecordRef<'_>), StoreError> {
    let wrong = |why| StoreError::Damaged { position, why };
    let (stamp, record) = Stamp::split(value).ok_or_else(|| wrong("it is cut off".into()))?;
    let record = RecordRef::parse(record).map_err(|error| wrong(error.to_string()))?;
    Ok((stamp, record))
}

/// Whole commits after a position, up to the watermark.
pub(super) fn log(
    view: &View,
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
    let mut page = Page::new();
    let mut through = after;
    let mut rows = view.commits(after, watermark);
    while through < watermark {
        let expected = Position(through.0 + 1);
        let row = rows.next().map_or_else(
            || Err(missing(expected)),
            |row| row.map_err(|error| damaged(&error, expected)),
        );
        let checked = match &row {
            Ok((key, value)) => sound(key, value, expected),
            Err(error) => Err(error.clone()),
        };
        match checked {
            // What comes before the damage is given first; the next page begins with it.
            Err(StoreError::Damaged { .. }) if !page.is_empty() => break,
            Err(error) => return Err(error),
            Ok((stamp, record)) => {
                if !page.is_empty() && page.size() + size(&record) > limit {
                    break;
                }
                page.add(&CommitRef { stamp, record });
                through = expected;
            }
        }
    }
    Ok(page.ending(through, through < watermark))
}

fn missing(position: Position) -> StoreError {
    StoreError::Damaged {
        position,
        why: "it is missing".into(),
    }
}

/// The bytes that a record takes on a page.
fn size(record: &RecordRef<'_>) -> usize {
    Stamp::LENGTH + record.as_bytes().len()
}

/// The commit at a position.
pub(super) fn at(
    view: &View,
    position: Position,
    watermark: Position,
) -> Result<Option<Page>, StoreError> {
    if position == Position::default() || position > watermark {
        return Ok(None);
    }
    let value = view.commit(position)?.ok_or_else(|| missing(position))?;
    let (stamp, record) = sound(&keys::log(position), &value, position)?;
    let mut page = Page::new();
    page.add(&CommitRef { stamp, record });
    Ok(Some(page.ending(position, position < watermark)))
}

/// The shares of a case in commits that have events after a version.
pub(super) fn case(
    view: &View,
    case: CaseId,
    after: Version,
    limit: usize,
    watermark: Position,
) -> Result<Page, StoreError> {
    let from = match after {
        Version(0) => after.next(),
        _ => match covering(view, case, after.next())? {
            Some(first) => first,
            None => return Ok(Page::new().ending(watermark, false)),
        },
    };
    let mut page = Page::new();
    let mut expected = from;
    for row in view.shares(case, from, Version(u32::MAX)) {
        let (_, value) = row.map_err(|error| in_index(&error, case))?;
        let last = page.through();
        let (stamp, record) = share(&value)?;
        if stamp.position > watermark {
            break;
        }
        let part = record.parts().next().filter(|part| part.case == case);
        let Some(part) = part.filter(|part| part.first == expected) else {
            return Err(StoreError::Damaged {
                position: stamp.position,
                why: format!("version {expected} of case {case} is missing before it"),
            });
        };
        if !page.is_empty() && page.size() + size(&record) > limit {
            return Ok(page.ending(last, true));
        }
        expected = part.last().next();
        page.add(&CommitRef { stamp, record });
    }
    Ok(page.ending(watermark, false))
}

/// A case's rows in the case index can't be read. Of which commits they are isn't known then.
fn in_index(error: &fjall::Error, case: CaseId) -> StoreError {
    match damaged(error, Position::default()) {
        StoreError::Damaged { position, why } => StoreError::Damaged {
            position,
            why: format!("case {case} in the case index: {why}"),
        },
        other => other,
    }
}

/// The first version of the share that has this version in it; `None` if the case ends before.
fn covering(view: &View, case: CaseId, version: Version) -> Result<Option<Version>, StoreError> {
    let before = view.shares(case, Version(1), version).next_back();
    let Some(row) = before else {
        return Ok(None);
    };
    let (_, value) = row.map_err(|error| in_index(&error, case))?;
    let (_, record) = share(&value)?;
    Ok(record
        .parts()
        .next()
        .filter(|part| part.last() >= version)
        .map(|part| part.first))
}

/// The first answer to a command.
pub(super) fn answered(
    view: &View,
    command: CommandId,
    watermark: Position,
) -> Result<Option<Appended>, StoreError> {
    let Some(position) = view.command(command)?.filter(|at| *at <= watermark) else {
        return Ok(None);
    };
    let value = view.commit(position)?.ok_or_else(|| missing(position))?;
    let (stamp, record) = sound(&keys::log(position), &value, position)?;
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

/// Where a case ends. Most that are asked for are new: their first key is absent, which a filter
/// knows, and a range doesn't.
pub(super) fn tip(view: &View, case: CaseId) -> Result<Tip, StoreError> {
    if !view.has_share(case, Version(1))? {
        return Ok(Tip::default());
    }
    let last = view.shares(case, Version(1), Version(u32::MAX)).next_back();
    let Some(row) = last else {
        return Ok(Tip::default());
    };
    let (_, value) = row.map_err(|error| in_index(&error, case))?;
    let (_, record) = share(&value)?;
    let tip = record.parts().next().and_then(|part| {
        let hashes = record.hashes().parts;
        let hash = hashes.get(usize::from(part.index)).copied()?;
        Some(Tip {
            version: part.last(),
            hash,
        })
    });
    Ok(tip.unwrap_or_default())
}
