//! What a commit needs that isn't in it: keys and documents.

use kanzlei_core::domain::event::Event;
use kanzlei_core::domain::{DocumentId, TypedEvent};
use kanzlei_core::record::{Acting, Hash, RecordRef};
use kanzlei_core::{CaseId, KeySlot};

/// The slots that a commit names, each with the case in which it does; some more than once.
pub fn named_slots(record: &RecordRef<'_>) -> Vec<(KeySlot, CaseId)> {
    let mut slots = Vec::new();
    let head = record.head();
    if let Some(first) = record.parts().next() {
        let acting = match head.acting {
            Acting::Party(slot) => Some(slot),
            _ => None,
        };
        slots.extend(
            acting
                .into_iter()
                .chain(head.acting_for)
                .map(|slot| (slot, first.case)),
        );
    }
    for part in record.parts() {
        slots.extend(part.values().map(|value| (value.slot, part.case)));
        for event in part.events() {
            let named = match Event::decode(&event) {
                Ok(Some(Event::CaseOpened(opened))) => opened.slot,
                Ok(Some(Event::PartyAdded(added))) => added.slot,
                Ok(Some(Event::DocumentReferenced(document))) => document.slot,
                _ => continue,
            };
            slots.push((named, part.case));
        }
    }
    // Slot 0 is none.
    slots.retain(|(slot, _)| slot.0 > 0);
    slots
}

/// A document that a case names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct NamedDocument {
    /// The case.
    pub case: CaseId,
    /// Its number there.
    pub document: DocumentId,
    /// The hash of its file.
    pub digest: Hash,
    /// The slot of its key.
    pub slot: KeySlot,
}

impl NamedDocument {
    /// The documents that a commit names.
    pub fn in_record(record: &RecordRef<'_>) -> Vec<Self> {
        let mut documents = Vec::new();
        for part in record.parts() {
            for event in part.events() {
                if let Ok(Some(Event::DocumentReferenced(named))) = Event::decode(&event) {
                    documents.push(Self {
                        case: part.case,
                        document: named.document,
                        digest: named.digest,
                        slot: named.slot,
                    });
                }
            }
        }
        documents
    }
}
