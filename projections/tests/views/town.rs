//! A log with cases in it: commits as the engine writes them, made by hand.

use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::domain::event::{Event, NewEvent, PartyAdded, PartyDetails};
use kanzlei_core::domain::{PartyId, TypedEvent};
use kanzlei_core::ports::{Access, AppendError, EventStore, KeyVault, Prepared, Purpose};
use kanzlei_core::record::{
    Acting, Assurance, Channel, EventDraft, Hash, Head, PartDraft, Personal, Record,
};
use kanzlei_core::{
    AuthorityId, CaseId, Code, CommandId, KeySlot, PersonId, Position, ServiceKey, Timestamp,
    Version,
};
use kanzlei_store::conformance::Random;
use kanzlei_store::{MemoryEventStore, MemoryKeyVault, SystemEntropy};

pub const BEGINNING: i64 = 1_767_600_000_000_000;

/// Where a case ends.
#[derive(Debug, Clone)]
pub struct Tail {
    pub case: CaseId,
    pub service: ServiceKey,
    pub authority: AuthorityId,
    pub version: Version,
    pub hash: Hash,
    pub slot: KeySlot,
}

/// A log, its vault and its cases.
pub struct Town {
    pub log: Arc<dyn EventStore>,
    pub vault: Arc<MemoryKeyVault>,
    pub cases: Vec<Tail>,
    random: Random,
    slots: Vec<KeySlot>,
    pub now: Timestamp,
}

pub fn code(text: &str) -> Code {
    Code::new(text).unwrap()
}

pub fn person(number: u8) -> PersonId {
    PersonId::from_bytes([number + 1; 16])
}

impl Town {
    pub fn new() -> Self {
        let clock = Arc::new(kanzlei_store::SystemClock);
        Self::on(Arc::new(MemoryEventStore::new(clock)))
    }

    pub fn on(log: Arc<dyn EventStore>) -> Self {
        Self {
            log,
            vault: Arc::new(MemoryKeyVault::new(Arc::new(SystemEntropy)).unwrap()),
            cases: Vec::new(),
            random: Random::seeded(7),
            slots: Vec::new(),
            now: Timestamp::from_micros(BEGINNING),
        }
    }

    pub fn slot(&mut self) -> KeySlot {
        if self.slots.is_empty() {
            self.slots = block_on(self.vault.mint(64)).unwrap();
        }
        self.slots.pop().unwrap()
    }

    /// A case that has no event yet.
    pub fn case(&mut self, service: &str, authority: u32) -> usize {
        let slot = self.slot();
        self.cases.push(Tail {
            case: CaseId::new(self.now, self.random.bytes()),
            service: ServiceKey::of(service),
            authority: AuthorityId(authority),
            version: Version::NONE,
            hash: Hash::ZERO,
            slot,
        });
        self.cases.len() - 1
    }

    pub fn party(&mut self, number: u16, who: Option<PersonId>, name: &str) -> Event {
        let slot = self.slot();
        let details = PartyDetails {
            person: who,
            name: name.to_owned(),
        };
        let added = PartyAdded {
            party: PartyId(number),
            role: code("applicant"),
            slot,
            details: Personal::new(slot, details),
        };
        added.into()
    }

    /// Appends one commit: events of one case or of several.
    pub fn commit(&mut self, parts: Vec<(usize, Vec<(Event, Timestamp)>)>) -> Position {
        let drafts: Vec<PartDraft> = parts
            .into_iter()
            .map(|(at, events)| {
                let tail = &self.cases[at];
                PartDraft {
                    case: tail.case,
                    service: tail.service,
                    authority: tail.authority,
                    first: tail.version.next(),
                    previous: tail.hash,
                    events: events.iter().map(|(event, at)| draft(event, *at)).collect(),
                }
            })
            .collect();
        self.append(&drafts)
    }

    pub fn append(&mut self, drafts: &[PartDraft]) -> Position {
        let slots: Vec<KeySlot> = drafts
            .iter()
            .flat_map(|part| &part.events)
            .flat_map(|event| event.encoded.values.iter().map(|value| value.slot))
            .collect();
        let why = Access {
            purpose: Purpose::Seal,
            case: None,
        };
        let keys = block_on(self.vault.fetch(&slots, why)).unwrap();
        let head = Head {
            command: CommandId::new(self.now, self.random.bytes()),
            acting: Acting::Installation,
            assurance: Assurance::NONE,
            channel: Channel::SYSTEM,
            fingerprint: self.random.bytes(),
            cause: None,
            acting_for: None,
            mandate: None,
        };
        let record = Record::write(&head, drafts, &keys, &mut || self.random.bytes()).unwrap();
        for summary in record.parts() {
            let known = self.cases.iter_mut().find(|tail| tail.case == summary.case);
            if let Some(tail) = known {
                tail.version = summary.last;
                tail.hash = summary.hash;
            }
        }
        let commit = Prepared {
            record,
            guards: Arc::from([]),
        };
        loop {
            match block_on(self.log.append(&commit)) {
                Ok(appended) | Err(AppendError::Duplicate(appended)) => return appended.position,
                Err(AppendError::Busy | AppendError::Unknown(_)) => {}
                Err(other) => panic!("{other}"),
            }
        }
    }
}

pub fn draft(event: &Event, occurred: Timestamp) -> EventDraft {
    let new = NewEvent::of(event).unwrap();
    assert_eq!((new.kind, new.schema), (event.kind(), event.schema()));
    EventDraft {
        kind: new.kind,
        schema: new.schema,
        occurred,
        encoded: new.encoded,
    }
}
