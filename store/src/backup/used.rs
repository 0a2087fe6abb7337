//! The documents that a commit names.

use kanzlei_core::domain::event::Event;
use kanzlei_core::domain::{DocumentId, TypedEvent};
use kanzlei_core::record::{Hash, RecordRef};
use kanzlei_core::{CaseId, KeySlot};

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
