//! The slots of the vault that a commit names: what its keys are for.

use super::TypedEvent;
use super::event::Event;
use crate::ids::{CaseId, KeySlot};
use crate::record::RecordRef;

/// The slots that a commit names, each with the case in which it does; some more than once.
pub fn named_slots(record: &RecordRef<'_>) -> Vec<(KeySlot, CaseId)> {
    let mut slots = Vec::new();
    if let Some(first) = record.parts().next() {
        slots.extend(record.head().slots().map(|slot| (slot, first.case)));
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
