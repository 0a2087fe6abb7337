//! Reading a record in place: events without their bodies, bodies without a copy.

use super::bytes::Cursor;
use super::hash::{CommitHashes, Hash, head_hash, part_hash};
use super::head::Head;
use super::layout::{EVENT_HEADER, PART_HEADER, VALUE_HEADER};
use super::personal::{self, PersonalError, Sealed};
use super::seal::{Keyring, Unopened};
use crate::ids::{AuthorityId, CaseId, KeySlot, ServiceKey, Version};
use crate::time::Timestamp;

/// A record of which every length has been checked, so that nothing after that is out of bounds.
///
/// In form 0 it is a whole commit, in form 1 the share of one case in it.
#[derive(Clone, Copy)]
pub struct RecordRef<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) head: Head,
    pub(super) head_bytes: &'a [u8],
    /// How many parts the commit has, and which one this is (0 for a whole commit).
    pub(super) parts: u16,
    pub(super) which: u16,
    /// The hashes of all parts, in form 1.
    pub(super) hashes: &'a [u8],
    pub(super) body: &'a [u8],
    pub(super) sealed: &'a [u8],
}

impl<'a> RecordRef<'a> {
    /// Who did this, for whom, and how.
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// The record's bytes.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether this is the whole commit, and not the share of one of several cases.
    pub const fn is_whole(&self) -> bool {
        self.hashes.is_empty()
    }

    /// How many cases the commit changed, whether or not they are all here.
    pub const fn part_count(&self) -> u16 {
        self.parts
    }

    /// The parts that are here: all of a whole commit, else one.
    pub fn parts(&self) -> Parts<'a> {
        Parts {
            body: Cursor(self.body),
            sealed: Cursor(self.sealed),
            which: self.which,
        }
    }

    /// Computes the hashes. In form 1 those of the other parts are taken as they stand.
    pub fn hashes(&self) -> CommitHashes {
        let head = head_hash(self.head_bytes);
        let mut own = self.parts().map(|part| part_hash(head, part.bytes));
        if self.is_whole() {
            return CommitHashes::from_parts(own.collect());
        }
        let mut all: Vec<Hash> = self.stated_hashes().collect();
        if let (Some(place), Some(own)) = (all.get_mut(usize::from(self.which)), own.next()) {
            *place = own;
        }
        CommitHashes::from_parts(all)
    }

    /// In form 1, the hashes of all parts as the record states them; empty in form 0.
    pub fn stated_hashes(&self) -> impl Iterator<Item = Hash> + 'a {
        let mut hashes = Cursor(self.hashes);
        std::iter::from_fn(move || hashes.hash())
    }
}

impl std::fmt::Debug for RecordRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordRef")
            .field("head", &self.head)
            .field("parts", &self.parts().collect::<Vec<_>>())
            .finish()
    }
}

/// The parts of a record, in order.
#[derive(Clone)]
pub struct Parts<'a> {
    body: Cursor<'a>,
    sealed: Cursor<'a>,
    which: u16,
}

impl<'a> Iterator for Parts<'a> {
    type Item = PartRef<'a>;

    fn next(&mut self) -> Option<PartRef<'a>> {
        let mut part = PartRef::read(&mut self.body)?;
        part.index = self.which;
        self.which += 1;
        part.sealed = take_sealed(&mut self.sealed, part.values)?;
        Some(part)
    }
}

/// Takes the sealed bytes of the next `count` values.
pub(super) fn take_sealed<'a>(sealed: &mut Cursor<'a>, count: u16) -> Option<&'a [u8]> {
    let from = sealed.0;
    for _ in 0..count {
        sealed.u8()?;
        let length = sealed.u32()?;
        sealed.take(usize::try_from(length).ok()?)?;
    }
    from.get(..from.len() - sealed.0.len())
}

/// What one commit did to one case.
#[derive(Clone, Copy)]
pub struct PartRef<'a> {
    /// The case.
    pub case: CaseId,
    /// Its service.
    pub service: ServiceKey,
    /// The authority responsible after this commit.
    pub authority: AuthorityId,
    /// The version of the first event.
    pub first: Version,
    /// The hash of this case's part before; zero for the first.
    pub previous: Hash,
    /// Which part of the commit this is.
    pub index: u16,
    pub(super) events: u16,
    pub(super) values: u16,
    pub(super) bytes: &'a [u8],
    pub(super) tables: &'a [u8],
    pub(super) sealed: &'a [u8],
}

impl<'a> PartRef<'a> {
    pub(super) fn read(from: &mut Cursor<'a>) -> Option<Self> {
        let mut header = Cursor(from.0);
        let case = CaseId::from_bytes(header.array()?);
        let service = ServiceKey(header.u64()?);
        let authority = AuthorityId(header.u32()?);
        let first = Version(header.u32()?);
        let events = header.u16()?;
        let values = header.u16()?;
        let length = header.u32()?;
        let previous = header.hash()?;
        let bytes = from.take(usize::try_from(length).ok()?)?;
        Some(Self {
            case,
            service,
            authority,
            first,
            previous,
            index: 0,
            events,
            values,
            bytes,
            tables: bytes.get(PART_HEADER..)?,
            sealed: &[],
        })
    }

    /// How many events the part has.
    pub const fn event_count(&self) -> u16 {
        self.events
    }

    /// The version of the last event.
    pub const fn last(&self) -> Version {
        Version(
            self.first
                .0
                .saturating_add(self.events as u32)
                .saturating_sub(1),
        )
    }

    /// The events, in the order of their versions.
    pub fn events(&self) -> Events<'a> {
        let mut tables = Cursor(self.tables);
        let headers = tables.take(usize::from(self.events) * EVENT_HEADER);
        let values = tables.take(usize::from(self.values) * VALUE_HEADER);
        Events {
            headers: Cursor(headers.unwrap_or_default()),
            values: Cursor(values.unwrap_or_default()),
            bodies: Cursor(tables.0),
            sealed: Cursor(self.sealed),
            done: 0,
            version: self.first,
        }
    }

    /// All personal values of the part.
    pub fn values(&self) -> Values<'a> {
        let events = self.events();
        Values {
            table: events.values,
            sealed: events.sealed,
        }
    }
}

impl std::fmt::Debug for PartRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PartRef")
            .field("case", &self.case)
            .field("first", &self.first)
            .field("events", &self.events().collect::<Vec<_>>())
            .finish()
    }
}

/// The events of a part, in order.
#[derive(Clone)]
pub struct Events<'a> {
    headers: Cursor<'a>,
    values: Cursor<'a>,
    bodies: Cursor<'a>,
    sealed: Cursor<'a>,
    done: u32,
    version: Version,
}

impl<'a> Iterator for Events<'a> {
    type Item = EventRef<'a>;

    #[inline]
    fn next(&mut self) -> Option<EventRef<'a>> {
        let kind = self.headers.u16()?;
        let [schema, values] = self.headers.array()?;
        let end = self.headers.u32()?;
        let occurred = Timestamp::from_micros(self.headers.i64()?);
        let body = self
            .bodies
            .take(usize::try_from(end.checked_sub(self.done)?).ok()?)?;
        self.done = end;
        let version = self.version;
        self.version = version.next();
        let table = self.values.take(usize::from(values) * VALUE_HEADER)?;
        let sealed = take_sealed(&mut self.sealed, u16::from(values))?;
        Some(EventRef {
            kind,
            schema,
            occurred,
            version,
            body,
            values: Values {
                table: Cursor(table),
                sealed: Cursor(sealed),
            },
        })
    }
}

/// One event in its page: what stands before the body, and the body's bytes.
#[derive(Clone)]
pub struct EventRef<'a> {
    /// The kind's number.
    pub kind: u16,
    /// The schema of the body.
    pub schema: u8,
    /// When it happened: when the command arrived.
    pub occurred: Timestamp,
    /// Its number in the case.
    pub version: Version,
    /// The body, undecoded.
    pub body: &'a [u8],
    values: Values<'a>,
}

impl<'a> EventRef<'a> {
    /// The event's personal values.
    pub fn values(&self) -> Values<'a> {
        self.values.clone()
    }

    /// Decodes the body as `T`, with its personal values sealed.
    ///
    /// # Errors
    /// If the body is not exactly a `T`.
    pub fn decode_as<T: serde::de::DeserializeOwned>(&self) -> Result<T, PersonalError> {
        personal::decode(self.body, self.values().map(ValueRef::to_sealed).collect())
    }
}

impl std::fmt::Debug for EventRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "event {} of kind {:#06x}", self.version, self.kind)
    }
}

/// Personal values of an event or a part, sealed.
#[derive(Clone)]
pub struct Values<'a> {
    table: Cursor<'a>,
    sealed: Cursor<'a>,
}

impl<'a> Iterator for Values<'a> {
    type Item = ValueRef<'a>;

    fn next(&mut self) -> Option<ValueRef<'a>> {
        let slot = KeySlot(self.table.u64()?);
        let commitment = self.table.hash()?;
        let cipher = self.sealed.u8()?;
        let length = self.sealed.u32()?;
        let sealed = self.sealed.take(usize::try_from(length).ok()?)?;
        Some(ValueRef {
            slot,
            commitment,
            cipher,
            sealed,
        })
    }
}

/// One personal value, sealed.
#[derive(Clone, Copy)]
pub struct ValueRef<'a> {
    /// The slot whose key opens it.
    pub slot: KeySlot,
    /// SHA-256 of salt and plaintext.
    pub commitment: Hash,
    /// 0: removed; 1: AES-256-GCM.
    pub cipher: u8,
    /// The sealed bytes.
    pub sealed: &'a [u8],
}

impl ValueRef<'_> {
    /// Whether the value opens under its key and is what the commitment says, without giving it:
    /// for whoever verifies.
    ///
    /// # Errors
    /// Erased, unknown, not fetched and damaged are different answers.
    pub fn check(self, keys: &Keyring) -> Result<(), Unopened> {
        self.to_sealed().plaintext(keys).map(drop)
    }

    /// An owned copy.
    pub(super) fn to_sealed(self) -> Sealed<()> {
        Sealed::new(self.slot, self.commitment, self.cipher, self.sealed)
    }
}
