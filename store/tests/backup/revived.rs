//! Restoring a vault: what was destroyed stays so, and nothing is lost unsaid.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::KeyVault;
use kanzlei_core::testing::FixedEntropy;
use kanzlei_store::{
    Backup, BackupError, DestroyedSlots, FileKeyVault, InstallationKey, SoundDisk, Target, Undoing,
    VaultBackup, VaultRestored, VaultTarget, highest_slot_named,
};

use crate::damaged_vault::damage;
use crate::disk::Steps;
use crate::vault::{Vault, destroyed, lost};

pub(crate) fn undoing(restored: Result<VaultRestored, BackupError>) -> Undoing {
    match restored {
        Err(BackupError::WouldUndo(undoing)) => *undoing,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_old_copy_over_a_newer_vault_is_refused_with_what_it_would_undo() {
    let mut vault = Vault::with(8);
    vault.copy().unwrap();
    vault.destroy(&[2, 5]);
    block_on(vault.vault().mint(4)).unwrap();
    let locked = vault.restore("vault", Vec::new(), true);
    assert!(matches!(locked, Err(BackupError::Vault(_))), "{locked:?}");
    vault.close();
    let newer = fs::read(vault.path("vault")).unwrap();
    let undoing = undoing(vault.restore("vault", Vec::new(), false));
    assert_eq!(undoing.again.first, [KeySlot(2), KeySlot(5)]);
    assert!(undoing.lost.is_empty());
    let said = undoing.to_string();
    assert!(said.contains("2 (slots 2, 5)"), "{said}");
    assert_eq!(fs::read(vault.path("vault")).unwrap(), newer);

    // Anyway: what was destroyed stays so, what the backup hasn't got lives, and what was there is kept.
    let restored = vault.restore("vault", Vec::new(), true).unwrap();
    assert_eq!((restored.slots, restored.again, restored.kept), (12, 2, 4));
    assert_eq!(restored.replaced, Some(vault.path("vault.replaced")));
    assert_eq!(fs::read(vault.path("vault.replaced")).unwrap(), newer);
    assert!(fs::read(vault.path("vault")).unwrap() == newer);
    let now = vault.open("vault");
    assert_eq!(block_on(now.mint(1)).unwrap(), [KeySlot(13)]);
}

#[test]
fn keys_to_which_an_old_vault_gave_numbers_again_are_named_before_others_replace_them() {
    let mut vault = Vault::with(4);
    fs::copy(vault.path("vault"), vault.path("old")).unwrap();
    block_on(vault.vault().mint(4)).unwrap();
    vault.copy().unwrap();
    vault.close();
    // Somebody put an older one back, with which the installation went on.
    fs::copy(vault.path("old"), vault.path("vault")).unwrap();
    let old = vault.open("vault");
    block_on(old.mint(2)).unwrap();
    drop(old);
    let there = fs::read(vault.path("vault")).unwrap();
    let undoing = undoing(vault.restore("vault", Vec::new(), false));
    assert_eq!(undoing.others.first, [KeySlot(5), KeySlot(6)]);
    assert!(undoing.to_string().contains("2 (slots 5, 6)"), "{undoing}");
    assert!(fs::read(vault.path("vault")).unwrap() == there);
    let restored = vault.restore("vault", Vec::new(), true).unwrap();
    assert_eq!((restored.slots, restored.kept), (8, 0));
    assert!(fs::read(vault.path("vault.replaced")).unwrap() == there);
}

#[test]
fn a_vault_that_is_as_new_is_replaced_without_a_word_and_kept_once() {
    let mut vault = Vault::with(4);
    vault.destroy(&[3]);
    vault.copy().unwrap();
    vault.close();
    vault.restore("vault", Vec::new(), false).unwrap();
    assert_eq!(destroyed(&vault.open("vault"), 4), [3]);
    // What was kept before isn't overwritten.
    let again = vault.restore("vault", Vec::new(), false);
    assert!(matches!(again, Err(BackupError::Exists(_))), "{again:?}");
}

/// Lets a restore fail or die after each number of steps, and the next one complete it.
fn fails_after_each_step(steps: impl Fn(i64) -> Steps, look: impl Fn(&Vault)) {
    for taken in 0.. {
        let mut vault = Vault::with(4);
        vault.copy().unwrap();
        vault.destroy(&[3]);
        block_on(vault.vault().mint(2)).unwrap();
        vault.close();
        damage(&vault, "vault", 0, 2);
        let there = fs::read(vault.path("vault")).unwrap();
        let steps = steps(taken);
        let first = vault.restore_on(Arc::new(steps.clone()), "vault", Vec::new(), true);
        look(&vault);
        if fs::read(vault.path("vault")).unwrap() == there {
            assert!(first.is_err(), "after {taken} steps");
            vault.restore("vault", Vec::new(), true).unwrap();
        }
        assert_eq!(destroyed(&vault.open("vault"), 6), [3]);
        assert!(fs::read(vault.path("vault.replaced")).unwrap() == there);
        if first.is_ok() {
            assert!(!steps.ran_out() && taken >= 6, "there are {taken} steps");
            break;
        }
    }
}

#[test]
fn a_restore_that_dies_after_any_step_is_completed_by_the_next_one() {
    fails_after_each_step(|taken| Steps::left(taken, ErrorKind::Other), |_| {});
}

#[test]
fn a_restore_that_fails_at_any_step_leaves_no_keys_beside_the_vault_and_can_be_begun_again() {
    let once = |taken| Steps::left(taken, ErrorKind::StorageFull).but_one();
    fails_after_each_step(once, |vault| assert!(!vault.path("vault.new").exists()));
}

#[test]
fn keys_that_the_log_needs_and_an_old_copy_hasn_t_are_named_with_their_cases() {
    let vault = Vault::with(0);
    vault.copy().unwrap();
    let undoing = undoing(vault.restore("again", Vec::new(), false));
    assert_eq!(undoing.lost.first, [KeySlot(1)]);
    assert!(!undoing.cases.is_empty() && undoing.again.is_empty());
    let reference = undoing.cases[0].reference().to_string();
    assert!(undoing.to_string().contains(&reference));
    assert!(!vault.path("again").exists());
    let restored = vault.restore("again", Vec::new(), true).unwrap();
    assert_eq!(
        (restored.lost, restored.known, restored.replaced),
        (1, false, None)
    );
    let again = vault.open("again");
    assert_eq!(lost(&again, 1), [1]);
    // A block was begun, of which others may have got numbers that the log doesn't name.
    assert!(block_on(again.mint(1)).unwrap()[0] > KeySlot(8_192));
}

#[test]
fn a_number_that_a_file_s_name_tells_isn_t_given_again_and_one_beyond_any_vault_is_refused() {
    let vault = Vault::with(2);
    let copy = vault.copy().unwrap();
    let restore = |to| {
        let target = VaultTarget {
            path: &vault.path(to),
            log: None,
            destroyed: Vec::new(),
            current: None,
            named: highest_slot_named(vault.path("files")).unwrap(),
            derived: None,
            anyway: false,
            told: &|_, _| {},
        };
        copy.restore(&target, Arc::new(SoundDisk))
    };
    let write = |folder: &str, name: String| {
        let folder = vault.path("files").join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), "").unwrap();
    };
    let (id, proof) = ("0".repeat(32), "c95c120aefd08782");
    assert_eq!(restore("none").unwrap().beside, 0);
    let drawer = format!("drafts/{id}");
    write("minutes", format!("{:016x}-of-{proof}", 9));
    write(&drawer, format!("{id}-{:016x}-{proof}", 3));
    assert_eq!(restore("entry").unwrap().slots, 3);
    write(
        &format!("documents/pending/{id}"),
        format!("{id}-{:016x}-{proof}.new", 4),
    );
    assert_eq!(restore("unfinished").unwrap().slots, 4);
    write("documents/uploads", format!("{:016x}-{proof}", 5));
    let restored = restore("again").unwrap();
    assert_eq!((restored.slots, restored.beside), (5, 3));
    let again = vault.open("again");
    assert_eq!(lost(&again, 6), [3, 4, 5]);
    assert_eq!(block_on(again.mint(1)).unwrap(), [KeySlot(6)]);

    // Where a file system puts what it has found nobody looks, or may look.
    write("lost+found", format!("{:016x}-{proof}", u64::MAX));
    assert_eq!(restore("mounted").unwrap().slots, 5);
    write(&drawer, format!("{id}-{:016x}-{proof}", u64::MAX));
    let refused = restore("far").unwrap_err();
    assert!(refused.to_string().contains("move it away"), "{refused}");
    assert!(!vault.path("far").exists());
}

#[test]
fn an_erasure_stays_one_although_the_vault_is_lost() {
    let mut vault = Vault::with(8);
    vault.copy().unwrap();
    vault.destroy(&[2, 5]);
    assert_eq!(vault.add().destroyed, Some(2));
    vault.close();
    fs::remove_file(vault.path("vault")).unwrap();
    let restored = vault.restore("vault", vault.list(), false).unwrap();
    assert_eq!((restored.again, restored.known), (2, true));
    assert_eq!(destroyed(&vault.open("vault"), 8), [2, 5]);

    // Without the list nothing knows, and that is said.
    let restored = vault.restore("elsewhere", Vec::new(), false).unwrap();
    assert_eq!((restored.again, restored.known), (0, false));
}

#[test]
fn a_list_that_is_older_than_the_backup_or_the_log_is_not_said_to_know() {
    let mut vault = Vault::with(8);
    vault.destroy(&[2]);
    vault.add();
    let old = vault.list();
    vault.destroy(&[5]);
    vault.copy().unwrap();
    vault.destroy(&[7]);
    vault.close();
    fs::remove_file(vault.path("vault")).unwrap();
    let restored = vault.restore("vault", old, false).unwrap();
    assert_eq!((restored.again, restored.known), (0, false));

    // As old as the backup, and the log names keys that were minted since.
    let mut vault = Vault::with(0);
    vault.copy().unwrap();
    vault.add();
    let old = vault.list();
    vault.close();
    let restored = vault.restore("elsewhere", old, true).unwrap();
    assert!(restored.lost > 0, "the log names keys: {restored:?}");
    assert!(!restored.known);
}

#[test]
fn another_backup_knows_what_the_installation_knows_to_be_destroyed() {
    let mut vault = Vault::with(8);
    let (list, backup) = (vault.path("list"), vault.path("other-backup"));
    vault.destroy(&[2, 5]);
    vault.add();
    fs::create_dir(&list).unwrap();
    let listed = vault.ground.backup().join("destroyed");
    fs::copy(listed, list.join("destroyed")).unwrap();
    let slots = |folder: &Path| {
        let list = DestroyedSlots::read(folder).unwrap();
        list.map(|list| list.slots().iter().map(|slot| slot.0).collect::<Vec<_>>())
    };
    // The vault isn't restored yet.
    vault.close();
    assert_eq!(vault.add_to(&backup, Some(&list)).destroyed, Some(2));
    assert_eq!(slots(&backup), Some(vec![2, 5]));
    // It says so at once, and goes on saying so.
    fs::remove_dir_all(&list).unwrap();
    assert_eq!(vault.add_to(&backup, Some(&list)).destroyed, Some(2));
    assert_eq!(slots(&backup), Some(vec![2, 5]));
}

#[test]
fn a_list_of_destroyed_keys_never_forgets_and_tells_of_those_that_live_again() {
    let mut vault = Vault::with(8);
    fs::copy(vault.path("vault"), vault.path("old")).unwrap();
    vault.destroy(&[2, 5]);
    assert!(vault.add().again.is_empty());
    vault.close();
    fs::copy(vault.path("old"), vault.path("vault")).unwrap();
    vault.inner = Some(vault.open("vault"));
    vault.destroy(&[7]);
    let added = vault.add();
    assert_eq!(added.again.first, [KeySlot(2), KeySlot(5)]);
    assert_eq!(added.destroyed, Some(3));
    let slots = vault.list()[0].1.slots().clone();
    assert_eq!(
        slots.into_iter().map(|slot| slot.0).collect::<Vec<_>>(),
        [2, 5, 7]
    );
}

#[test]
fn a_log_that_is_restored_beside_a_vault_destroys_in_it_what_was_destroyed() {
    let mut vault = Vault::with(8);
    fs::copy(vault.path("vault"), vault.path("old")).unwrap();
    vault.destroy(&[2, 5]);
    vault.add();
    vault.close();
    let restore = |log: &str, to: &str| {
        let (log, to, folder) = (vault.path(log), vault.path(to), vault.path("list"));
        let target = Target {
            log: &log,
            documents: None,
            destroyed: Some(&folder),
            vault: Some(&to),
            until: None,
        };
        let backup = Backup::open(vault.ground.backup()).unwrap();
        backup.restore(&target, &|_, _| {})
    };
    fs::create_dir(vault.path("list")).unwrap();
    let restored = restore("one", "old").unwrap();
    assert_eq!((restored.destroyed, restored.again), (Some(2), 2));
    assert_eq!(destroyed(&vault.open("old"), 8), [2, 5]);
    let left = DestroyedSlots::read(&vault.path("list")).unwrap();
    assert_eq!(left.as_ref(), Some(&vault.list()[0].1));
    // One that has given away less would give the same numbers again.
    let file = fs::File::options()
        .write(true)
        .open(vault.path("old"))
        .unwrap();
    file.set_len(512 + 7 * 64).unwrap();
    let behind = restore("two", "old");
    assert!(
        matches!(
            behind,
            Err(BackupError::VaultBehind {
                slots: 7,
                given: 8,
                ..
            })
        ),
        "{behind:?}"
    );
    assert!(!vault.path("two").exists());
}

#[test]
fn every_flip_and_truncation_of_a_list_is_found_and_its_bytes_are_these() {
    let vault = Vault::with(8);
    vault.destroy(&[2, 5]);
    vault.add();
    let path = vault.ground.backup().join("destroyed");
    let entire = fs::read(&path).unwrap();
    let header = fs::read(vault.path("vault")).unwrap();
    let mut expected = b"KNZERASE\x01\0\0\0\0\0\0\0".to_vec();
    expected.extend(kanzlei_core::record::Hash::of(&[&header[..512]]).as_bytes());
    for number in [8_u64, 2, 2, 5] {
        expected.extend(number.to_le_bytes());
    }
    expected.extend(crc32c::crc32c(&expected).to_le_bytes());
    assert_eq!(entire, expected);
    let refused = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        DestroyedSlots::read(&vault.ground.backup()).is_err()
    };
    for at in 0..entire.len() {
        let mut damaged = entire.clone();
        damaged[at] ^= 1 << (at % 8);
        assert!(refused(&damaged), "byte {at}");
        assert!(refused(&entire[..at]), "{at} bytes");
    }
}

#[test]
fn a_list_of_another_vault_is_refused() {
    let mut vault = Vault::with(3);
    vault.copy().unwrap();
    vault.add();
    let list = vault.list();
    let another = InstallationKey::from_passphrase("another").unwrap();
    vault.close();
    let path: &Path = &vault.path("vault");
    fs::rename(path, vault.path("away")).unwrap();
    drop(FileKeyVault::create(path, &another, Arc::new(FixedEntropy::new(4))).unwrap());
    let restored = vault.restore("vault", list.clone(), true);
    assert!(
        matches!(restored, Err(BackupError::AnotherVault(_))),
        "{restored:?}"
    );
    let other = FileKeyVault::open(path, &another, Arc::new(FixedEntropy::new(4))).unwrap();
    assert!(matches!(
        other.backup(vault.path("copy"), Arc::new(SoundDisk), &|_, _| {}),
        Err(BackupError::AnotherVault(_))
    ));
    other
        .backup(vault.path("copy-2"), Arc::new(SoundDisk), &|_, _| {})
        .unwrap();
    let copy = VaultBackup::open(vault.path("copy-2")).unwrap();
    let target = VaultTarget {
        path: &vault.path("elsewhere"),
        log: None,
        destroyed: list,
        current: None,
        named: None,
        derived: None,
        anyway: true,
        told: &|_, _| {},
    };
    let restored = copy.restore(&target, Arc::new(SoundDisk));
    assert!(
        matches!(restored, Err(BackupError::AnotherVault(_))),
        "{restored:?}"
    );
}

#[test]
fn what_keeps_names_from_being_read_is_told_with_its_place() {
    let vault = Vault::with(0);
    let folder = vault.path("files");
    fs::write(&folder, "").unwrap();
    let refused = highest_slot_named(&folder).unwrap_err().to_string();
    assert!(refused.contains(&folder.display().to_string()), "{refused}");
}
