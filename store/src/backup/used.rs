//! What a commit needs that isn't in it: keys and documents.

use kanzlei_core::domain::TypedEvent;
use kanzlei_core::domain::event::Event;
use kanzlei_core::record::{Acting, Hash, RecordRef};
use kanzlei_core::{CaseId, KeySlot};

/// The slots that a commit names, each with the case in which it does; some more than once.
pub(crate) fn slots(record: &RecordRef<'_>) -> Vec<(KeySlot, CaseId)> {
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

/// The documents that a commit names.
pub(super) fn documents(record: &RecordRef<'_>) -> Vec<Hash> {
    let mut documents = Vec::new();
    for event in record.parts().flat_map(|part| part.events()) {
        if let Ok(Some(Event::DocumentReferenced(named))) = Event::decode(&event) {
            documents.push(named.digest);
        }
    }
    documents
}
