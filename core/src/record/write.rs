//! Writing a record: encoded, sealed and hashed by the caller, whole, before a store sees it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::check::limit;
use super::error::{RecordError, WriteError};
use super::hash::{CommitHashes, Hash};
use super::head::{HEAD_MAX, Head};
use super::layout::{
    EVENT_HEADER, FORM_PART, FORM_WHOLE, FORMAT, FRAME, PART_HEADER, SEALED_HEADER, VALUE_HEADER,
};
use super::limits::{
    BODY_MAX, EVENT_VALUES_MAX, EVENTS_MAX, PARTS_MAX, PLAINTEXT_MAX, RECORD_MAX, VALUES_MAX,
};
use super::parse::RecordRef;
use super::personal::{Encoded, PlainValue};
use super::seal::{AES_256_GCM, Keyring, SALT, sealed_length};
use crate::ids::{AuthorityId, CaseId, ServiceKey, Version};
use crate::time::Timestamp;

/// An event that is to be written.
#[derive(Debug)]
pub struct EventDraft {
    /// The kind's number.
    pub kind: u16,
    /// The schema of the body.
    pub schema: u8,
    /// When it happened.
    pub occurred: Timestamp,
    /// Its body and personal values.
    pub encoded: Encoded,
}

/// What a commit does to one case.
#[derive(Debug)]
pub struct PartDraft {
    /// The case.
    pub case: CaseId,
    /// Its service.
    pub service: ServiceKey,
    /// The authority responsible after this commit.
    pub authority: AuthorityId,
    /// The version of the first event.
    pub first: Version,
    /// The hash of the case's part before; zero for the first.
    pub previous: Hash,
    /// The events.
    pub events: Vec<EventDraft>,
}

impl PartDraft {
    fn values(&self) -> impl Iterator<Item = &PlainValue> {
        self.events.iter().flat_map(|event| &event.encoded.values)
    }

    /// The bytes that it takes in the content.
    fn length(&self) -> usize {
        let bodies = self.events.iter().map(|event| event.encoded.body.len());
        let tables = self.events.len() * EVENT_HEADER + self.values().count() * VALUE_HEADER;
        PART_HEADER + tables + bodies.sum::<usize>()
    }

    /// The bytes that its values take behind the content.
    fn sealed_length(&self) -> usize {
        let values = self.values();
        values
            .map(|value| SEALED_HEADER + sealed_length(value.plain.len()))
            .sum()
    }
}

/// What was written for one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartSummary {
    /// The case.
    pub case: CaseId,
    /// The version before this commit, which the store must find.
    pub expected: Version,
    /// The version after it.
    pub last: Version,
    /// The hash of the case's part before, which the store must find.
    pub previous: Hash,
    /// The hash of this part.
    pub hash: Hash,
}

/// A commit's bytes, and what follows from them. Cheap to clone.
#[derive(Clone)]
pub struct Record {
    bytes: Arc<[u8]>,
    head: Head,
    parts: Arc<[PartSummary]>,
    content: Hash,
    /// Where the parts stand, between the head and the sealed values.
    body: Range<usize>,
}

impl Record {
    /// Writes a record: seals each personal value under its slot's key, with a salt from `salts`.
    ///
    /// # Errors
    /// If a key is missing, or a limit of [`limits`](super::limits) is passed.
    pub fn write(
        head: &Head,
        parts: &[PartDraft],
        keys: &Keyring,
        salts: &mut dyn FnMut() -> [u8; 16],
    ) -> Result<Self, WriteError> {
        limit("cases", parts.len(), PARTS_MAX)?;
        let count = u16::try_from(parts.len()).unwrap_or(u16::MAX);
        let room = |size: fn(&PartDraft) -> usize| parts.iter().map(size).sum::<usize>();
        let mut sealed = Vec::with_capacity(room(PartDraft::sealed_length));
        let content = FRAME + HEAD_MAX + room(PartDraft::length);
        let mut bytes = Vec::with_capacity(content + sealed.capacity());
        bytes.resize(FRAME, 0);
        head.write(count, &mut bytes);
        for part in parts {
            write_part(part, keys, salts, &mut bytes, &mut sealed)?;
        }
        let content_length = bytes.len() - FRAME;
        bytes.extend_from_slice(&sealed);
        limit("bytes", bytes.len(), RECORD_MAX)?;
        frame(&mut bytes, FORM_WHOLE, 0, content_length, sealed.len());
        Ok(Self::from_bytes(bytes.into())?)
    }

    /// The record with these bytes.
    ///
    /// # Errors
    /// If they are not exactly one whole record.
    pub fn from_bytes(bytes: Arc<[u8]>) -> Result<Self, RecordError> {
        let record = RecordRef::parse(&bytes)?;
        if !record.is_whole() {
            return Err(RecordError::Field {
                what: "form",
                found: FORM_PART.into(),
            });
        }
        let head = *record.head();
        let body = FRAME + record.head_bytes.len();
        let body = body..body + record.body.len();
        let CommitHashes { parts, content } = record.hashes();
        let parts = record
            .parts()
            .zip(parts)
            .map(|(part, hash)| PartSummary {
                case: part.case,
                expected: Version(part.first.0.saturating_sub(1)),
                last: part.last(),
                previous: part.previous,
                hash,
            })
            .collect();
        Ok(Self {
            bytes,
            head,
            parts,
            content,
            body,
        })
    }

    /// What it says, read in place.
    pub fn read(&self) -> RecordRef<'_> {
        let piece = |range: Range<usize>| self.bytes.get(range).unwrap_or_default();
        RecordRef {
            bytes: &self.bytes,
            head: self.head,
            head_bytes: piece(FRAME..self.body.start),
            parts: u16::try_from(self.parts.len()).unwrap_or(u16::MAX),
            which: 0,
            hashes: &[],
            body: piece(self.body.clone()),
            sealed: piece(self.body.end..self.bytes.len()),
        }
    }

    /// The bytes that a store keeps.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// Who did this, for whom, and how.
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// What it does to each case.
    pub fn parts(&self) -> &[PartSummary] {
        &self.parts
    }

    /// The hash over all parts: what stands in the log's tree.
    pub const fn content_hash(&self) -> Hash {
        self.content
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("head", &self.head)
            .field("parts", &self.parts)
            .finish_non_exhaustive()
    }
}

/// Fills in the frame in front of content and sealed values.
pub(super) fn frame(bytes: &mut [u8], form: u8, which: u16, content: usize, sealed: usize) {
    let length = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
    let Some((frame, rest)) = bytes.split_first_chunk_mut::<FRAME>() else {
        return;
    };
    let pieces: [&[u8]; 5] = [
        &[FORMAT, form],
        &which.to_le_bytes(),
        &length(content),
        &length(sealed),
        &crc32c::crc32c(rest).to_le_bytes(),
    ];
    for (to, from) in frame.iter_mut().zip(pieces.into_iter().flatten()) {
        *to = *from;
    }
}

fn write_part(
    part: &PartDraft,
    keys: &Keyring,
    salts: &mut dyn FnMut() -> [u8; 16],
    to: &mut Vec<u8>,
    sealed: &mut Vec<u8>,
) -> Result<(), WriteError> {
    let values = part.values().count();
    limit("events", part.events.len(), EVENTS_MAX)?;
    limit("personal values", values, VALUES_MAX)?;
    let length = part.length();
    limit("bytes", length, RECORD_MAX)?;
    let small = |number: usize| u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes();
    to.extend_from_slice(part.case.as_bytes());
    to.extend_from_slice(&part.service.0.to_le_bytes());
    to.extend_from_slice(&part.authority.0.to_le_bytes());
    to.extend_from_slice(&part.first.0.to_le_bytes());
    to.extend_from_slice(&small(part.events.len()));
    to.extend_from_slice(&small(values));
    to.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    to.extend_from_slice(part.previous.as_bytes());
    let mut end = 0_u32;
    for event in &part.events {
        limit("bytes in a body", event.encoded.body.len(), BODY_MAX)?;
        limit(
            "personal values in an event",
            event.encoded.values.len(),
            EVENT_VALUES_MAX,
        )?;
        end += u32::try_from(event.encoded.body.len()).unwrap_or(u32::MAX);
        let values = u8::try_from(event.encoded.values.len()).unwrap_or(u8::MAX);
        to.extend_from_slice(&event.kind.to_le_bytes());
        to.extend_from_slice(&[event.schema, values]);
        to.extend_from_slice(&end.to_le_bytes());
        to.extend_from_slice(&event.occurred.micros().to_le_bytes());
    }
    for value in part.values() {
        let commitment = seal_value(value, keys, salts(), sealed)?;
        to.extend_from_slice(&value.slot.0.to_le_bytes());
        to.extend_from_slice(commitment.as_bytes());
    }
    for event in &part.events {
        to.extend_from_slice(&event.encoded.body);
    }
    Ok(())
}

fn seal_value(
    value: &PlainValue,
    keys: &Keyring,
    salt: [u8; SALT],
    to: &mut Vec<u8>,
) -> Result<Hash, WriteError> {
    limit("bytes in a value", value.plain.len(), PLAINTEXT_MAX)?;
    let no_key = WriteError::NoKey { slot: value.slot };
    let key = keys.key(value.slot).ok_or(no_key.clone())?;
    let (commitment, sealed) = key.seal(salt, &value.plain).ok_or(no_key)?;
    to.push(AES_256_GCM);
    to.extend_from_slice(
        &u32::try_from(sealed.len())
            .unwrap_or(u32::MAX)
            .to_le_bytes(),
    );
    to.extend_from_slice(&sealed);
    Ok(commitment)
}
