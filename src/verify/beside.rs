//! Verifying what lies beside the log: keys, drafts, and what else is sealed.

use futures::executor::block_on;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::Purpose;
use kanzlei_core::record::KeyState;
use kanzlei_store::{DestroyedSlots, SealedOptions};

use super::{Finding, to};
use crate::{Error, Ground};

/// Slots whose keys are fetched at once; where none of so many was ever minted, a vault ends that doesn't say how many
/// it has given away.
const SLOTS: u64 = 4_096;

pub(super) fn check(ground: &Ground) -> Result<Vec<Finding>, Error> {
    let mut findings = keys(ground)?;
    findings.extend(revived(ground)?);
    findings.extend(sealed(ground)?);
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
        let keys = block_on(vault.fetch_sound(&slots, to(Purpose::Disclose)))?;
        let minted = |slot: &KeySlot| !matches!(keys.get(*slot), Some(KeyState::Unknown));
        if given.is_none() && !slots.iter().any(minted) {
            break;
        }
        let damaged = slots.iter().filter(|slot| keys.get(**slot).is_none());
        findings.extend(damaged.map(|slot| Finding {
            place: format!("the vault, {slot}"),
            what: "its key is damaged".to_owned(),
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
    let vault = &ground.ports.vault;
    let mut findings = Vec::new();
    for slot in list.slots() {
        // One that is damaged was found before.
        let one = [*slot];
        let fetched = vault.fetch_sound(&one, to(Purpose::Disclose));
        if block_on(fetched)?.key(*slot).is_some() {
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

/// Reads every entry of drafts, browser sessions and the embedder's other folders.
fn sealed(ground: &Ground) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for name in ground.directory.sealed_folders()? {
        let options = SealedOptions::new(name.clone());
        let folder = ground.directory.sealed(&ground.ports, options)?;
        for at in block_on(folder.everywhere())? {
            if let Err(error) = block_on(folder.read_at(&at)) {
                let place = error.file().map(|path| path.display().to_string());
                findings.push(Finding {
                    place: place.unwrap_or_else(|| format!("{name}, {}", at.id)),
                    what: error.to_string(),
                });
            }
        }
    }
    Ok(findings)
}
