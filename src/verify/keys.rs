//! Fetching keys of a vault in which some are damaged: one of them says nothing about the others.

use futures::executor::block_on;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, KeyVault, Purpose, VaultError};
use kanzlei_core::record::Keyring;

/// What the vault says of slots, and those that are damaged, with what it says of them.
pub(super) struct Fetched {
    pub(super) keys: Keyring,
    pub(super) damaged: Vec<(KeySlot, String)>,
}

/// Fetches the keys of these slots, one after another if some are damaged.
pub(super) fn fetch(
    vault: &dyn KeyVault,
    slots: &[KeySlot],
    purpose: Purpose,
) -> Result<Fetched, VaultError> {
    let fetch = |slots: &[KeySlot]| {
        let why = Access {
            purpose,
            case: None,
        };
        block_on(vault.fetch(slots, why))
    };
    let (mut keys, mut damaged) = (Keyring::default(), Vec::new());
    match fetch(slots) {
        Ok(all) => keys = all,
        Err(VaultError::Damaged(_)) => {
            for slot in slots {
                match fetch(std::slice::from_ref(slot)) {
                    Ok(one) => keys.extend(one),
                    Err(error @ VaultError::Damaged(_)) => damaged.push((*slot, error.to_string())),
                    Err(error) => return Err(error),
                }
            }
        }
        Err(error) => return Err(error),
    }
    Ok(Fetched { keys, damaged })
}
