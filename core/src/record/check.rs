//! Every length of a record is checked once, here; readers rely on it.

use super::bytes::Cursor;
use super::error::RecordError;
use super::head::{HEAD_MAX, Head};
use super::layout::{
    EVENT_HEADER, FORM_PART, FORM_WHOLE, FORMAT, FRAME, PART_HEADER, VALUE_HEADER,
};
use super::limits::{BODY_MAX, EVENTS_MAX, PARTS_MAX, PLAINTEXT_MAX, RECORD_MAX, VALUES_MAX};
use super::parse::{PartRef, RecordRef};
use super::seal::{AES_256_GCM, REMOVED, SALT};

/// What a sealed value is longer than its plaintext: the salt, and the cipher's tag.
const OVERHEAD: usize = SALT + 16;
/// Form 1 adds the hashes of all parts.
const FORM_PART_MAX: usize = RECORD_MAX + 32 * PARTS_MAX;

pub(super) fn limit(what: &'static str, found: usize, limit: usize) -> Result<(), RecordError> {
    if found > limit {
        return Err(RecordError::Limit { what, found, limit });
    }
    Ok(())
}

fn field(what: &'static str, found: impl Into<u64>) -> RecordError {
    RecordError::Field {
        what,
        found: found.into(),
    }
}

impl<'a> RecordRef<'a> {
    /// Reads a record and checks its checksum, its limits and every length in it.
    ///
    /// # Errors
    /// If the bytes are not exactly one record of a format that this release knows.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, RecordError> {
        let record = frame(bytes, true)?;
        record.head.check(record.head_bytes)?;
        content(&record)?;
        Ok(record)
    }

    /// A record that was checked before, as those of a page are.
    pub(super) fn checked(bytes: &'a [u8]) -> Option<Self> {
        frame(bytes, false).ok()
    }

    /// Whether bytes that a checksum of more than these vouches for are those of a whole commit, which a
    /// [page](super::Page) gives as it stands: by its format, form and lengths alone.
    pub fn is_framed(bytes: &[u8]) -> bool {
        let mut from = Cursor(bytes);
        let begins = from.array() == Some([FORMAT, FORM_WHOLE, 0, 0]);
        let (content, sealed) = (from.u32().unwrap_or(0), from.u32().unwrap_or(0));
        // As long as this, it has a head whatever that says.
        let whole = content as usize >= HEAD_MAX;
        let ends = u64::from(content) + u64::from(sealed) + FRAME as u64 == bytes.len() as u64;
        begins && whole && ends
    }
}

/// Reads frame and head, and finds where content and sealed values lie.
#[inline]
fn frame(bytes: &[u8], checksum: bool) -> Result<RecordRef<'_>, RecordError> {
    const SHORT: RecordError = RecordError::Length { what: "record" };
    let mut from = Cursor(bytes);
    let [format, form] = from.array().ok_or(SHORT)?;
    if format != FORMAT {
        return Err(RecordError::Format {
            found: format,
            known: FORMAT,
        });
    }
    let which = from.u16().ok_or(SHORT)?;
    let content_length = from.u32().ok_or(SHORT)?;
    let sealed_length = from.u32().ok_or(SHORT)?;
    let expected = from.u32().ok_or(SHORT)?;
    if checksum {
        let found = crc32c::crc32c(from.0);
        if found != expected {
            return Err(RecordError::Checksum { expected, found });
        }
    }
    let length = |length: u32| usize::try_from(length).map_err(|_| SHORT);
    let content = from.take(length(content_length)?).ok_or(SHORT)?;
    let sealed = from.take(length(sealed_length)?).ok_or(SHORT)?;
    if !from.0.is_empty() {
        return Err(SHORT);
    }
    let mut rest = Cursor(content);
    let (head, parts) = Head::read(&mut rest).ok_or(SHORT)?;
    let head_bytes = content.get(..content.len() - rest.0.len()).ok_or(SHORT)?;
    let hashes = match form {
        FORM_WHOLE if which == 0 => &[],
        FORM_PART if parts > 1 && which < parts => {
            rest.take(32 * usize::from(parts)).ok_or(SHORT)?
        }
        FORM_WHOLE | FORM_PART => return Err(field("number of the part", which)),
        _ => return Err(field("form", form)),
    };
    Ok(RecordRef {
        bytes,
        head,
        head_bytes,
        parts,
        which,
        hashes,
        body: rest.0,
        sealed,
    })
}

/// Checks the parts, and that content and sealed values end where the lengths say.
fn content(record: &RecordRef<'_>) -> Result<(), RecordError> {
    let whole = record.is_whole();
    let allowed = if whole { RECORD_MAX } else { FORM_PART_MAX };
    limit("bytes", record.bytes.len(), allowed)?;
    limit("cases", usize::from(record.parts), PARTS_MAX)?;
    if record.parts == 0 {
        return Err(field("number of parts", 0_u64));
    }
    debug_assert_eq!(FRAME, 16);
    let mut rest = Cursor(record.body);
    let mut sealed = Cursor(record.sealed);
    let (mut events, mut values) = (0, 0);
    let mut cases = Vec::with_capacity(usize::from(record.parts));
    for _ in 0..if whole { record.parts } else { 1 } {
        let part = PartRef::read(&mut rest).ok_or(RecordError::Length { what: "part" })?;
        check_part(&part, &mut sealed)?;
        if cases.contains(&part.case) {
            return Err(RecordError::CaseTwice(part.case));
        }
        cases.push(part.case);
        events += usize::from(part.events);
        values += usize::from(part.values);
    }
    if !rest.0.is_empty() {
        return Err(RecordError::Length { what: "content" });
    }
    if !sealed.0.is_empty() {
        return Err(RecordError::Length {
            what: "sealed section",
        });
    }
    limit("events", events, EVENTS_MAX)?;
    limit("personal values", values, VALUES_MAX)
}

fn check_part(part: &PartRef<'_>, sealed: &mut Cursor<'_>) -> Result<(), RecordError> {
    if part.events == 0 {
        return Err(field("number of events in a part", 0_u64));
    }
    let first_after = part.first.0.checked_add(u32::from(part.events));
    if part.first.0 == 0 || first_after.is_none() {
        return Err(field("first version", part.first.0));
    }
    if part.bytes.len() < PART_HEADER {
        return Err(RecordError::Length { what: "part" });
    }
    let mut tables = Cursor(part.tables);
    let events = tables.take(usize::from(part.events) * EVENT_HEADER);
    let mut events = Cursor(events.ok_or(RecordError::Length {
        what: "table of events",
    })?);
    tables
        .take(usize::from(part.values) * VALUE_HEADER)
        .ok_or(RecordError::Length {
            what: "table of values",
        })?;
    let (mut done, mut values) = (0_u32, 0_u16);
    for _ in 0..part.events {
        let short = RecordError::Length {
            what: "table of events",
        };
        let _kind = events.u16().ok_or(short.clone())?;
        let [_schema, count] = events.array().ok_or(short.clone())?;
        let end = events.u32().ok_or(short.clone())?;
        let _occurred = events.i64().ok_or(short)?;
        let length = end
            .checked_sub(done)
            .and_then(|length| usize::try_from(length).ok());
        limit(
            "bytes in a body",
            length.ok_or(field("end of a body", end))?,
            BODY_MAX,
        )?;
        done = end;
        values = values
            .checked_add(u16::from(count))
            .ok_or(field("number of values", count))?;
    }
    if usize::try_from(done) != Ok(tables.0.len()) {
        return Err(RecordError::Length { what: "bodies" });
    }
    if values != part.values {
        return Err(field("number of values", part.values));
    }
    check_sealed(part.values, sealed)
}

fn check_sealed(values: u16, sealed: &mut Cursor<'_>) -> Result<(), RecordError> {
    const SHORT: RecordError = RecordError::Length {
        what: "sealed section",
    };
    for _ in 0..values {
        let cipher = sealed.u8().ok_or(SHORT)?;
        let length = usize::try_from(sealed.u32().ok_or(SHORT)?).map_err(|_| SHORT)?;
        sealed.take(length).ok_or(SHORT)?;
        match cipher {
            REMOVED if length != 0 => {
                return Err(RecordError::Length {
                    what: "removed value",
                });
            }
            AES_256_GCM if length < OVERHEAD => {
                return Err(RecordError::Length {
                    what: "sealed value",
                });
            }
            _ => limit(
                "bytes in a value",
                length.saturating_sub(OVERHEAD),
                PLAINTEXT_MAX,
            )?,
        }
    }
    Ok(())
}
