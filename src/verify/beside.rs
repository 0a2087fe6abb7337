//! Verifying what lies beside the log: keys and drafts.

use futures::executor::block_on;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, Purpose};
use kanzlei_core::record::KeyState;
use kanzlei_store::{DestroyedSlots, SealedError};

use super::Finding;
use super::keys::{Fetched, fetch};
use crate::{Drafts, Error, Ground};

/// Slots whose keys are fetched at once; where none of so many was ever minted, a vault ends that doesn't say how many
/// it has given away.
const SLOTS: u64 = 4_096;

pub(super) fn check(ground: &Ground) -> Result<Vec<Finding>, Error> {
    let mut findings = keys(ground)?;
    findings.extend(revived(ground)?);
    findings.extend(drafts(ground)?);
    Ok(findings)
}

/// Fetches every key: the log names only those that were used.
fn keys(ground: &Ground) -> Result<Vec<Finding>, Error> {
    let vault = ground.ports.vault.as_ref();
    let given = ground.vault.as_ref().map(|vault| vault.given());
    let mut findings = Vec::new();
    let all = 1..=given.unwrap_or(u64::MAX);
    for first in all.step_by(usize::try_from(SLOTS).unwrap_or(usize::MAX)) {
        let slots: Vec<KeySlot> = (first..first + SLOTS).map(KeySlot).collect();
        let Fetched { keys, damaged } = fetch(vault, &slots, Purpose::Disclose)?;
        let minted = |slot: &KeySlot| !matches!(keys.get(*slot), Some(KeyState::Unknown));
        if given.is_none() && !slots.iter().any(minted) {
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
