//! Vaults of which slots are damaged: what is copied of them, and what a backup heals.

use std::cell::Cell;
use std::fs;
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::KeyVault;
use kanzlei_store::{BackupError, SoundDisk, VaultBackup};

use crate::revived::undoing;
use crate::vault::{Vault, destroyed, states};

/// Flips a bit in a slot of a vault, or of its backup, which begins there.
pub(crate) fn damage(vault: &Vault, name: &str, begins: usize, slot: usize) {
    let path = vault.path(name);
    let mut bytes = fs::read(&path).unwrap();
    bytes[begins + 512 + (slot - 1) * 64 + 10] ^= 1;
    fs::write(path, bytes).unwrap();
}

fn slots(slots: &[u64]) -> Vec<KeySlot> {
    slots.iter().copied().map(KeySlot).collect()
}

#[test]
fn a_header_that_is_damaged_is_called_so_and_no_other_vault_s() {
    let mut vault = Vault::with(3);
    vault.copy().unwrap();
    let (from, to) = (vault.path("vault"), vault.path("copy"));
    let mut bytes = fs::read(&from).unwrap();
    bytes[100] ^= 1;
    fs::write(&from, bytes).unwrap();
    let elsewhere =
        |to| VaultBackup::elsewhere(&from, to, Arc::new(SoundDisk), &|_, _| {}).unwrap_err();
    let errors = [
        vault.copy().unwrap_err(),
        elsewhere(to),
        elsewhere(vault.path("another")),
        {
            vault.close();
            vault.restore("vault", Vec::new(), true).unwrap_err()
        },
    ];
    for error in errors {
        let BackupError::Damaged { path, at: 0, why } = &error else {
            panic!("{error:?}");
        };
        assert!(path == &from && why.contains("header"), "{error}");
    }
}

#[test]
fn a_slot_that_is_damaged_is_copied_as_the_backup_before_had_it() {
    for by_another in [false, true] {
        let vault = Vault::with(8);
        let before = states(vault.vault(), 8);
        vault.destroy(&[2]);
        vault.copy().unwrap();
        vault.destroy(&[4]);
        for slot in [2, 3] {
            damage(&vault, "vault", 0, slot);
        }
        let copy = if by_another {
            let (from, to) = (vault.path("vault"), vault.path("copy"));
            VaultBackup::elsewhere(from, to, Arc::new(SoundDisk), &|_, _| {}).unwrap()
        } else {
            vault.copy().unwrap()
        };
        assert_eq!(copy.healed().first, slots(&[2, 3]));
        assert!(copy.damaged().is_empty());
        vault.restore("again", Vec::new(), false).unwrap();
        let again = vault.open("again");
        assert_eq!(destroyed(&again, 8), [2, 4]);
        assert_eq!(states(&again, 8)[2], before[2]);
    }
}

#[test]
fn a_slot_that_no_backup_has_is_copied_damaged_and_told_from_one_that_was_damaged_later() {
    let vault = Vault::with(8);
    for slot in [3, 5] {
        damage(&vault, "vault", 0, slot);
    }
    let told = Cell::new(0);
    let tell = |done, of| {
        assert_eq!((done, of), (8, 8));
        told.set(told.get() + 1);
    };
    let copies = [
        vault
            .vault()
            .backup(vault.path("copy"), Arc::new(SoundDisk), &tell),
        VaultBackup::elsewhere(
            vault.path("vault"),
            vault.path("another"),
            Arc::new(SoundDisk),
            &tell,
        ),
    ];
    for copy in copies {
        assert_eq!(copy.unwrap().damaged().first, slots(&[3, 5]));
    }
    assert_eq!(told.get(), 2, "each is copied once");
    let copy = VaultBackup::open(vault.path("copy")).unwrap();
    assert_eq!(copy.damaged().count, 2);
    assert!(copy.healed().is_empty());
    let entire = fs::read(vault.path("vault")).unwrap();
    assert_eq!(fs::read(vault.path("copy")).unwrap()[512..], entire);

    damage(&vault, "copy", 512, 7);
    let found = VaultBackup::open(vault.path("copy")).unwrap_err();
    let said = found.to_string();
    assert!(
        said.contains("3 (slots 3, 5, 7) are damaged, and 2 were in the vault"),
        "{said}"
    );
}

#[test]
fn a_slot_is_healed_by_an_older_backup_and_no_newer_key_is_lost() {
    let mut vault = Vault::with(8);
    vault.copy().unwrap();
    // The backup has one that can't be read, too, and the vault that is there has it.
    damage(&vault, "vault", 0, 6);
    fs::remove_file(vault.path("copy")).unwrap();
    vault.copy().unwrap();
    damage(&vault, "vault", 0, 6);
    block_on(vault.vault().mint(4)).unwrap();
    vault.destroy(&[10]);
    let before = states(vault.vault(), 12);
    vault.close();
    for slot in [3, 12] {
        damage(&vault, "vault", 0, slot);
    }
    let refused = undoing(vault.restore("vault", Vec::new(), false));
    assert_eq!(refused.unclear.first, slots(&[3]));
    let restored = vault.restore("vault", Vec::new(), true).unwrap();
    assert_eq!((restored.slots, restored.kept, restored.lost), (12, 3, 0));
    let now = vault.open("vault");
    assert_eq!(states(&now, 11), before[..11]);
    // The last is in neither: it stays damaged, and isn't taken for destroyed.
    let bytes = fs::read(vault.path("vault")).unwrap();
    let was = fs::read(vault.path("vault.replaced")).unwrap();
    assert_eq!(bytes[bytes.len() - 64..], was[was.len() - 64..]);
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

#[test]
fn a_key_behind_the_end_of_a_vault_that_was_cut_off_comes_back_only_if_that_is_wanted() {
    for left in [512 + 4 * 64, 512 + 4 * 64 + 63, 512] {
        let mut vault = Vault::with(8);
        vault.destroy(&[2]);
        vault.copy().unwrap();
        vault.destroy(&[1, 7]);
        vault.add();
        vault.close();
        let file = fs::File::options().write(true).open(vault.path("vault"));
        file.unwrap().set_len(left).unwrap();
        let whole = (left - 512) / 64;
        let behind: Vec<u64> = (1..=8).filter(|slot| *slot > whole && *slot != 2).collect();
        let refused = undoing(vault.restore("vault", Vec::new(), false));
        assert_eq!(refused.unclear.count, behind.len() as u64);
        assert_eq!(refused.unclear.first, slots(&behind[..behind.len().min(5)]));
        assert_eq!(refused.again.count, u64::from(whole > 0));
        assert!(refused.to_string().contains("behind its end"), "{refused}");
        // The list of the log's backup knows of two.
        let refused = undoing(vault.restore("vault", vault.list(), false));
        let unknown = behind.iter().filter(|slot| ![1, 7].contains(*slot));
        assert_eq!(refused.unclear.count, unknown.count() as u64);

        let restored = vault.restore("vault", Vec::new(), true).unwrap();
        assert!(!restored.known, "what is cut off knew, and nothing else");
        let gone: &[u64] = if whole > 0 { &[1, 2] } else { &[2] };
        assert_eq!(destroyed(&vault.open("vault"), 8), gone);
    }
}

#[test]
fn a_destroyed_key_whose_slot_is_damaged_or_cut_off_since_is_not_said_to_live_again() {
    let vault = Vault::with(8);
    fs::copy(vault.path("vault"), vault.path("old")).unwrap();
    vault.destroy(&[2, 3, 7]);
    vault.add();
    damage(&vault, "vault", 0, 2);
    let file = fs::File::options().write(true).open(vault.path("vault"));
    file.unwrap().set_len(512 + 6 * 64).unwrap();
    let added = vault.add();
    assert_eq!((added.again.count, added.destroyed), (0, Some(3)));
    // Of an older one that was put back only those that are there.
    fs::copy(vault.path("old"), vault.path("vault")).unwrap();
    damage(&vault, "vault", 0, 2);
    assert_eq!(vault.add().again.first, slots(&[3, 7]));
}

#[test]
fn a_vault_that_has_become_shorter_since_it_was_opened_is_not_backed_up_as_if_it_had_no_more() {
    for whole in [3, 0] {
        for rest in [0, 10] {
            let vault = Vault::with(8);
            let end = 512 + whole * 64;
            let file = fs::File::options().write(true).open(vault.path("vault"));
            file.unwrap().set_len(end + rest).unwrap();
            let error = vault.copy().unwrap_err();
            let BackupError::Damaged { path, at, .. } = &error else {
                panic!("{error:?}");
            };
            assert_eq!((path, *at), (&vault.path("vault"), end));
            assert!(!vault.path("copy").exists());
        }
    }
}
