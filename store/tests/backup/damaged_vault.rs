//! Vaults of which slots are damaged: what is copied of them, and what a backup heals.

use std::fs;

use kanzlei_core::KeySlot;

use crate::revived::undoing;
use crate::vault::{Vault, destroyed, states};

/// Flips a bit in a slot of a vault, or of its backup, which begins there.
fn damage(vault: &Vault, name: &str, begins: usize, slot: usize) {
    let path = vault.path(name);
    let mut bytes = fs::read(&path).unwrap();
    bytes[begins + 512 + (slot - 1) * 64 + 10] ^= 1;
    fs::write(path, bytes).unwrap();
}

fn slots(slots: &[u64]) -> Vec<KeySlot> {
    slots.iter().copied().map(KeySlot).collect()
}

#[test]
fn a_key_that_may_have_been_destroyed_before_its_slot_was_damaged_comes_back_only_if_that_is_wanted()
 {
    let mut vault = Vault::with(8);
    let before = states(vault.vault(), 8);
    vault.copy().unwrap();
    vault.destroy(&[5]);
    vault.add();
    vault.destroy(&[6]);
    vault.close();
    for slot in [3, 5, 6] {
        damage(&vault, "vault", 0, slot);
    }
    // Zeros tell as little.
    let mut zeros = fs::read(vault.path("vault")).unwrap();
    zeros[512 + 6 * 64..][..64].fill(0);
    fs::write(vault.path("vault"), zeros).unwrap();
    let refused = undoing(vault.restore("vault", Vec::new(), false));
    assert_eq!(refused.unclear.first, slots(&[3, 5, 6, 7]));
    assert!(refused.again.is_empty());
    let said = refused.to_string();
    assert!(said.contains("slots 3, 5, 6, 7"), "{said}");
    // The list of the log's backup knows of one.
    let refused = undoing(vault.restore("vault", vault.list(), false));
    assert_eq!(refused.unclear.first, slots(&[3, 6, 7]));

    vault.restore("vault", vault.list(), true).unwrap();
    let now = vault.open("vault");
    assert_eq!(destroyed(&now, 8), [5]);
    assert_eq!(states(&now, 8)[2], before[2]);
}
