//! Verifying what lies beside the log: keys, drafts, and the documents that cases name.

use futures::executor::block_on;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, KeyVault, Purpose};
use kanzlei_core::record::KeyState;
use kanzlei_store::{DestroyedSlots, Documents, DocumentsError, NamedDocument, SealedError};

use super::keys::{Fetched, fetch};
use super::log::LogCheck;
use super::{DocumentsCounted, Finding};
use crate::{Drafts, Error, Ground};

/// Slots whose keys are fetched at once; where none of so many was ever minted, the vault ends.
const SLOTS: u64 = 4_096;

pub(super) fn check(
    ground: &Ground,
    log: &LogCheck<'_>,
    counted: &mut DocumentsCounted,
) -> Result<Vec<Finding>, Error> {
    let mut findings = keys(ground.ports.vault.as_ref())?;
    findings.extend(revived(ground)?);
    findings.extend(drafts(ground)?);
    let options = ground.documents.clone();
    let documents = ground.directory.documents(&ground.ports, options)?;
    for named in &log.documents {
        // That the vault hasn't got a key, which was told, says nothing about the document.
        if log.lost.contains_key(&named.slot) {
            counted.lost += 1;
        } else if !log.unknown.contains_key(&named.slot) {
            findings.extend(document(&documents, named, counted));
        }
    }
    Ok(findings)
}

/// Fetches every key: the log names only those that were used.
fn keys(vault: &dyn KeyVault) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for first in (1..).step_by(usize::try_from(SLOTS).unwrap_or(usize::MAX)) {
        let slots: Vec<KeySlot> = (first..first + SLOTS).map(KeySlot).collect();
        let Fetched { keys, damaged } = fetch(vault, &slots, Purpose::Disclose)?;
        let minted = |slot: &KeySlot| !matches!(keys.get(*slot), Some(KeyState::Unknown));
        if !slots.iter().any(minted) {
            break;
        }
        findings.extend(damaged.into_iter().map(|(slot, what)| Finding {
            place: format!("the vault, {slot}"),
            what,
        }));
    }
    Ok(findings)
}

/// Keys that are known to be destroyed, from when the log was restored, and live nevertheless: somebody has
/// put back an older vault by hand.
fn revived(ground: &Ground) -> Result<Vec<Finding>, Error> {
    let Some(list) = DestroyedSlots::read(&ground.directory.0)? else {
        return Ok(Vec::new());
    };
    let why = Access {
        purpose: Purpose::Disclose,
        case: None,
    };
    let mut findings = Vec::new();
    for slot in list.slots() {
        // One that can't be read was found before.
        let Ok(keys) = block_on(ground.ports.vault.fetch(&[*slot], why)) else {
            continue;
        };
        if keys.key(*slot).is_some() {
            findings.push(Finding {
                place: format!("the vault, {slot}"),
                what:
                    "its key was destroyed, and is there again: back the vault up and restore that"
                        .to_owned(),
            });
        }
    }
    Ok(findings)
}

fn drafts(ground: &Ground) -> Result<Vec<Finding>, Error> {
    let folder = ground.directory.sealed(&ground.ports, Drafts::options())?;
    let mut findings = Vec::new();
    for at in block_on(folder.everywhere())? {
        if let Err(error) = block_on(folder.read_at(&at)) {
            let place = match &error {
                SealedError::Damaged { path, .. } => path.display().to_string(),
                _ => format!("draft {}", at.id),
            };
            let what = error.to_string();
            findings.push(Finding { place, what });
        }
    }
    Ok(findings)
}

/// Reads a document to its end, and counts it by what came of that. One whose key was destroyed is gone, and
/// should be; one that isn't here may be in a store of the embedder's own, which is all that a case says of it.
fn document(
    documents: &Documents,
    named: &NamedDocument,
    counted: &mut DocumentsCounted,
) -> Option<Finding> {
    let read = || -> Result<(), DocumentsError> {
        block_on(documents.read(named.digest, named.slot))?.try_for_each(|frame| frame.map(drop))
    };
    match read() {
        Ok(()) => counted.here += 1,
        Err(DocumentsError::Erased { .. }) => counted.erased += 1,
        Err(DocumentsError::Missing { .. }) => counted.elsewhere += 1,
        Err(error) => {
            return Some(Finding {
                place: format!("case {}, document {}", named.case, named.document),
                what: error.to_string(),
            });
        }
    }
    None
}
