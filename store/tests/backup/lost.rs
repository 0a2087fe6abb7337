//! Keys that are lost with a vault, and that nobody destroyed: they come back with any vault that has them, and nothing
//! takes them for destroyed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::KeyVault;
use kanzlei_store::{BackupError, SoundDisk, VaultBackup, VaultTarget};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::damaged_vault::damage;
use crate::revived::undoing;
use crate::vault::{Vault, destroyed, lost, states};

/// How many slots the vault in this file has.
fn slots(vault: &Vault, name: &str) -> u64 {
    let length = fs::metadata(vault.path(name)).map_or(512, |it| it.len());
    (length - 512) / 64
}

/// Four keys are in the copy "old", and eight in "copy", of which the vault has destroyed none. The log's backup was made
/// with all eight, and of the vault the old copy was restored.
fn with_an_old_one_restored() -> Vault {
    let mut vault = Vault::with(4);
    vault.copy().unwrap();
    fs::rename(vault.path("copy"), vault.path("old")).unwrap();
    block_on(vault.vault().mint(4)).unwrap();
    vault.copy().unwrap();
    vault.add();
    vault.close();
    fs::rename(vault.path("vault"), vault.path("entire")).unwrap();
    fs::rename(vault.path("copy"), vault.path("newer")).unwrap();
    fs::rename(vault.path("old"), vault.path("copy")).unwrap();
    let restored = vault.restore("vault", vault.list(), false).unwrap();
    assert_eq!((restored.slots, restored.again), (8, 0));
    fs::rename(vault.path("newer"), vault.path("copy")).unwrap();
    vault
}

#[test]
fn a_key_that_an_old_vault_has_not_got_is_lost_and_a_newer_one_brings_it_back_unasked() {
    let mut vault = with_an_old_one_restored();
    assert_eq!(
        lost(&vault.open("vault"), slots(&vault, "vault")),
        [5, 6, 7, 8]
    );
    assert!(destroyed(&vault.open("vault"), 8).is_empty());
    // Its numbers aren't given again.
    vault.inner = Some(vault.open("vault"));
    assert_eq!(block_on(vault.vault().mint(1)).unwrap(), [KeySlot(9)]);
    vault.close();
    let restored = vault.restore("vault", Vec::new(), false).unwrap();
    assert_eq!((restored.slots, restored.again), (9, 0));
    assert_eq!(
        (restored.back, restored.kept, restored.known),
        (4, 1, false)
    );
    let now = vault.open("vault");
    assert_eq!(states(&now, 8), states(&vault.open("entire"), 8));
}

#[test]
fn a_list_of_destroyed_keys_has_none_that_is_lost() {
    let mut vault = with_an_old_one_restored();
    vault.inner = Some(vault.open("vault"));
    vault.destroy(&[2, 6]);
    let added = vault.add();
    assert_eq!((added.destroyed, added.again.count), (Some(2), 0));
    vault.close();
    // One that is lost can be destroyed nevertheless, and stays so.
    let refused = undoing(vault.restore("vault", vault.list(), false));
    assert_eq!(refused.again.first, [KeySlot(2), KeySlot(6)]);
    assert!(refused.unclear.is_empty() && refused.lost.is_empty());
    let restored = vault.restore("vault", vault.list(), true).unwrap();
    assert_eq!((restored.again, restored.back), (2, 3));
    assert_eq!(destroyed(&vault.open("vault"), 8), [2, 6]);
}

#[test]
fn a_backup_of_a_vault_with_lost_keys_keeps_those_that_the_one_before_has() {
    let mut vault = with_an_old_one_restored();
    vault.inner = Some(vault.open("vault"));
    let to = vault.path("another");
    let another = vault.vault().backup(&to, Arc::new(SoundDisk), &|_, _| {});
    assert_eq!(another.unwrap().lost().count, 4);
    let copy = vault.copy().unwrap();
    assert_eq!((copy.lost().count, copy.healed().count), (0, 4));
    vault.close();
    assert_eq!(vault.restore("vault", Vec::new(), false).unwrap().back, 4);
    assert!(lost(&vault.open("vault"), 8).is_empty());
}

#[test]
fn views_are_made_anew_once_lost_keys_are_back() {
    let vault = with_an_old_one_restored();
    let derived = vault.path("views");
    let restore = || {
        fs::create_dir_all(&derived).unwrap();
        let target = VaultTarget {
            path: &vault.path("vault"),
            log: None,
            destroyed: Vec::new(),
            current: None,
            named: None,
            derived: Some(&derived),
            anyway: false,
            told: &|_, _| {},
        };
        let copy = VaultBackup::open(vault.path("copy")).unwrap();
        copy.restore(&target, Arc::new(SoundDisk)).unwrap()
    };
    assert_eq!(restore().back, 4);
    assert!(!derived.exists(), "they have nothing of what was lost");
    fs::remove_file(vault.path("vault.replaced")).unwrap();
    assert_eq!(restore().back, 0);
    assert!(derived.exists());
}

#[test]
fn numbers_of_a_block_that_was_begun_are_not_given_again_where_nothing_tells_how_many_there_were() {
    let mut vault = Vault::with(0);
    vault.copy().unwrap();
    fs::rename(vault.path("copy"), vault.path("old")).unwrap();
    block_on(vault.vault().mint(8_192)).unwrap();
    vault.copy().unwrap();
    vault.close();
    fs::remove_file(vault.path("vault")).unwrap();
    fs::rename(vault.path("copy"), vault.path("newer")).unwrap();
    fs::rename(vault.path("old"), vault.path("copy")).unwrap();
    // The log names the first only, and there is no list.
    assert_eq!(vault.restore("vault", Vec::new(), true).unwrap().lost, 1);
    let now = vault.open("vault");
    let minted = block_on(now.mint(1)).unwrap()[0].0;
    let state = states(&now, minted).pop();
    drop(now);
    fs::rename(vault.path("newer"), vault.path("copy")).unwrap();
    let restored = vault.restore("vault", Vec::new(), false).unwrap();
    assert_eq!((restored.back, restored.kept), (8_192, 1));
    assert_eq!(states(&vault.open("vault"), minted).pop(), state);
}

#[test]
fn what_is_lost_already_is_told_and_refused_no_more() {
    let vault = Vault::with(0);
    vault.copy().unwrap();
    assert_eq!(
        undoing(vault.restore("again", Vec::new(), false))
            .lost
            .count,
        1
    );
    assert_eq!(vault.restore("again", Vec::new(), true).unwrap().lost, 1);
    assert_eq!(lost(&vault.open("again"), 1), [1]);
    let restored = vault.restore("again", Vec::new(), false).unwrap();
    assert_eq!((restored.lost, restored.back), (1, 0));
}

#[test]
fn a_list_that_is_named_as_the_one_that_knows_tells_what_a_damaged_vault_can_t_unless_it_is_older()
{
    for behind in [false, true] {
        let mut vault = Vault::with(8);
        vault.destroy(&[2]);
        vault.copy().unwrap();
        vault.add();
        let older = vault.list();
        vault.destroy(&[4, 5]);
        vault.add();
        vault.close();
        if behind {
            let file = fs::File::options().write(true).open(vault.path("vault"));
            file.unwrap().set_len(512 + 4 * 64).unwrap();
        } else {
            damage(&vault, "vault", 0, 5);
            damage(&vault, "vault", 0, 7);
        }
        let restore = |current: Vec<_>, anyway| {
            let target = VaultTarget {
                path: &vault.path("vault"),
                log: None,
                destroyed: Vec::new(),
                current: current.into_iter().next(),
                named: None,
                derived: None,
                anyway,
                told: &|_, _| {},
            };
            let copy = VaultBackup::open(vault.path("copy")).unwrap();
            copy.restore(&target, Arc::new(SoundDisk))
        };
        assert!(!undoing(restore(older, false)).unclear.is_empty());
        let refused = undoing(restore(vault.list(), false));
        assert_eq!(
            refused.again.first,
            [KeySlot(4)],
            "it is older, and says so"
        );
        assert!(refused.unclear.is_empty() && refused.lost.is_empty());
        restore(vault.list(), true).unwrap();
        assert_eq!(destroyed(&vault.open("vault"), 8), [2, 4, 5]);
        assert!(lost(&vault.open("vault"), 8).is_empty());
    }
}

#[test]
fn a_lost_key_s_slot_has_these_bytes_in_a_vault_and_in_its_backup() {
    let vault = with_an_old_one_restored();
    let mut slot = [0; 64];
    slot[0] = 3;
    let crc = crc32c::crc32c(&[&5_u64.to_le_bytes(), &slot[..60]].concat());
    slot[60..].copy_from_slice(&crc.to_le_bytes());
    let bytes = fs::read(vault.path("vault")).unwrap();
    assert_eq!(bytes[512 + 4 * 64..][..64], slot);
    let to: &Path = &vault.path("another");
    let now = vault.open("vault");
    now.backup(to, Arc::new(SoundDisk), &|_, _| {}).unwrap();
    assert_eq!(fs::read(to).unwrap()[512..], bytes);
}

#[test]
fn a_vault_whose_header_is_damaged_is_to_be_moved_away() {
    let mut vault = Vault::with(3);
    vault.copy().unwrap();
    vault.close();
    let mut bytes = fs::read(vault.path("vault")).unwrap();
    bytes[100] ^= 1;
    fs::write(vault.path("vault"), bytes).unwrap();
    let refused = vault.restore("vault", Vec::new(), true).unwrap_err();
    assert!(
        matches!(refused, BackupError::Damaged { .. }),
        "{refused:?}"
    );
    assert!(
        refused.to_string().contains("Move this file away"),
        "{refused}"
    );
}

/// What happens to a vault, to its backups and to the backup of its log.
#[derive(Debug, Clone)]
enum Step {
    Mint(usize),
    Destroy(u64),
    CopyTo(usize),
    List,
    Restore { from: usize, listed: bool },
    Lose { from: usize },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (1..4_usize).prop_map(Step::Mint),
        3 => (1..12_u64).prop_map(Step::Destroy),
        2 => (0..3_usize).prop_map(Step::CopyTo),
        1 => Just(Step::List),
        3 => (0..3_usize, any::<bool>()).prop_map(|(from, listed)| Step::Restore { from, listed }),
        1 => (0..3_usize).prop_map(|from| Step::Lose { from }),
    ]
}

/// What anybody knows to be destroyed: what the vault, a backup or the list says.
struct Known {
    ever: BTreeSet<u64>,
    given: u64,
}

/// Restores, whatever that would undo; what nobody destroyed is alive afterwards if the backup or the vault had it.
fn restored(vault: &mut Vault, from: usize, listed: bool, known: &Known) {
    let copy = vault.path(&format!("copy-{from}"));
    if !copy.exists() {
        return;
    }
    vault.close();
    let _ = fs::remove_file(vault.path("vault.replaced"));
    fs::copy(&copy, vault.path("copy")).unwrap();
    let list = if listed { vault.list() } else { Vec::new() };
    let bytes = fs::read(&copy).unwrap();
    fs::write(vault.path("of-copy"), &bytes[512..]).unwrap();
    let alive = |name: &str| -> BTreeSet<u64> {
        let slots = slots(vault, name);
        if slots == 0 {
            return BTreeSet::new();
        }
        let states = states(&vault.open(name), slots).into_iter().zip(1..);
        let alive = states.filter(|(state, _)| state.starts_with('['));
        alive.map(|(_, slot)| slot).collect()
    };
    let gone = |name: &str| -> BTreeSet<u64> {
        match slots(vault, name) {
            0 => BTreeSet::new(),
            slots => destroyed(&vault.open(name), slots).into_iter().collect(),
        }
    };
    let had: BTreeSet<u64> = &alive("vault") | &alive("of-copy");
    let mut said = &gone("vault") | &gone("of-copy");
    for (_, list) in &list {
        said.extend(list.slots().iter().map(|slot| slot.0));
    }
    vault.restore("vault", list, true).unwrap();
    let now = gone("vault");
    assert_eq!(
        alive("vault"),
        &had - &said,
        "lost comes back, destroyed never does"
    );
    assert_eq!(now, said);
    assert!(now.is_subset(&known.ever), "nobody destroyed {now:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn restoring_destroys_nothing_that_nobody_destroyed_and_brings_back_whatever_is_to_be_had(
        steps in vec(step(), 1..24)
    ) {
        let mut vault = Vault::with(3);
        vault.add();
        let mut known = Known { ever: BTreeSet::new(), given: 3 };
        for step in steps {
            if vault.inner.is_none() && vault.path("vault").exists() {
                vault.inner = Some(vault.open("vault"));
            }
            match step {
                Step::Restore { from, listed } => restored(&mut vault, from, listed, &known),
                Step::Lose { from } => {
                    // The list of the log's backup has how many were given away.
                    vault.add();
                    if vault.path(&format!("copy-{from}")).exists() {
                        vault.close();
                        fs::remove_file(vault.path("vault")).unwrap();
                        restored(&mut vault, from, true, &known);
                    }
                }
                Step::Mint(count) => {
                    let minted = block_on(vault.vault().mint(count)).unwrap();
                    prop_assert!(minted[0].0 > known.given, "given again");
                    known.given = minted.last().unwrap().0;
                }
                Step::Destroy(slot) => {
                    vault.destroy(&[slot]);
                    known.ever.insert(slot);
                }
                Step::CopyTo(to) => {
                    let to = vault.path(&format!("copy-{to}"));
                    // It may be newer than the vault.
                    let _ = fs::remove_file(&to);
                    vault.vault().backup(to, Arc::new(SoundDisk), &|_, _| {}).unwrap();
                }
                Step::List => {
                    vault.add();
                    let list = vault.list();
                    let listed: BTreeSet<u64> = list[0].1.slots().iter().map(|it| it.0).collect();
                    prop_assert!(listed.is_subset(&known.ever));
                }
            }
        }
    }
}
