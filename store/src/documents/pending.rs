//! What is known of an upload until a command has named it.

use std::fmt;

use kanzlei_core::domain::event::DocumentDetails;
use kanzlei_core::record::Hash;
use kanzlei_core::{CaseId, KeySlot};
use serde::{Deserialize, Serialize};

use crate::sealed::{Entry, EntryId};

/// How a record begins: its schema.
const SCHEMA: u8 = 1;
/// Cases for which one upload may be claimed: more is a mistake, or mischief.
const CASES_MAX: usize = 8;

/// A document that was uploaded, and waits to be named by a command.
#[derive(Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// SHA-256 of the sealed document, by which it is found.
    pub digest: Hash,
    /// The slot under which it is sealed. It is for the command, and never sent on.
    pub slot: KeySlot,
    /// Its media type.
    pub media_type: String,
    /// How many bytes it has, before it was sealed.
    pub length: u64,
    /// What it is called: safe as a file's name.
    pub name: String,
}

impl Uploaded {
    /// What stands of it in the case that names it.
    pub fn details(&self) -> DocumentDetails {
        DocumentDetails {
            name: self.name.clone(),
            media_type: self.media_type.clone(),
            length: self.length,
        }
    }
}

/// Without the name.
impl fmt::Debug for Uploaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Uploaded")
            .field("digest", &self.digest)
            .field("media_type", &self.media_type)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// An upload, and the cases for which it was claimed.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) digest: Hash,
    pub(super) slot: KeySlot,
    media_type: String,
    length: u64,
    name: String,
    /// Before a command names it in a case, the case stands here: so that whoever sweeps after a
    /// crash asks that case before anything is removed.
    pub(super) cases: Vec<CaseId>,
}

impl Pending {
    pub(super) fn new(uploaded: &Uploaded) -> Self {
        Self {
            digest: uploaded.digest,
            slot: uploaded.slot,
            media_type: uploaded.media_type.clone(),
            length: uploaded.length,
            name: uploaded.name.clone(),
            cases: Vec::new(),
        }
    }

    /// Notes a case; `None` if there are too many.
    pub(super) fn claim(&mut self, case: CaseId) -> Option<()> {
        if self.cases.contains(&case) {
            return Some(());
        }
        let has_room = self.cases.len() < CASES_MAX;
        has_room.then(|| self.cases.push(case))
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        // Texts and numbers always have bytes.
        postcard::to_extend(self, vec![SCHEMA]).unwrap_or_default()
    }

    pub(super) fn read(entry: &Entry) -> Option<Self> {
        let (schema, bytes) = entry.bytes.split_first()?;
        let (pending, rest) = postcard::take_from_bytes(bytes).ok()?;
        (*schema == SCHEMA && rest.is_empty()).then_some(pending)
    }

    pub(super) fn uploaded(self) -> Uploaded {
        Uploaded {
            digest: self.digest,
            slot: self.slot,
            media_type: self.media_type,
            length: self.length,
            name: self.name,
        }
    }
}

/// The entry of the upload with this digest: its first half.
pub(super) fn entry_of(digest: Hash) -> EntryId {
    let mut id = [0; 16];
    id.iter_mut()
        .zip(digest.as_bytes())
        .for_each(|(to, from)| *to = *from);
    EntryId::from_bytes(id)
}
