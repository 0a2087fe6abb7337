//! A crash after each step of each change, and a full disk at each.

use super::counted::CountedVault;
use super::disk::Steps;
use super::*;
use kanzlei_core::KeySlot;
use kanzlei_core::ports::{Access, Purpose};
use std::io::ErrorKind;

type Change = fn(&SealedFolder) -> Result<(), SealedError>;

type Changed = (
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    Change,
);

/// Changes, with what there was and what there is to be of anna's first entry.
const CHANGES: [Changed; 4] = [
    ("make", None, Some("one"), |folder| {
        put(folder, "anna", 1, 0, "one").map(drop)
    }),
    ("change", Some("one"), Some("two"), |folder| {
        put(folder, "anna", 1, 1, "two").map(drop)
    }),
    ("remove", Some("one"), None, |folder| {
        block_on(folder.remove(b"anna", id(1))).map(drop)
    }),
    ("remove all", Some("one"), None, |folder| {
        block_on(folder.remove_all(b"anna")).map(drop)
    }),
];

/// Makes a change of which so many steps are taken; `None` once all of them were.
fn interrupted(change: &Changed, steps: i64, then: ErrorKind) -> Option<(Ground, SealedError)> {
    let (_, before, _, act) = *change;
    let ground = Ground::new();
    if let Some(before) = before {
        put(&ground.open(), "anna", 1, 0, before).unwrap();
    }
    let steps = Steps::left(steps, then);
    let vault = CountedVault {
        steps: steps.clone(),
        vault: ground.vault.clone(),
    };
    let mut options = SealedOptions::new("drafts");
    let folder = ground.open();
    put(&folder, "beat", 9, 0, "his").unwrap();
    drop(folder);
    options.faults = Arc::new(steps.clone());
    let folder = ground.open_with(Arc::new(vault), options);
    let outcome = act(&folder);
    drop(folder);
    if !steps.ran_out() {
        outcome.unwrap();
        return None;
    }
    Some((ground, outcome.unwrap_err()))
}

/// Whether the key still exists under which a file was written.
fn is_alive(ground: &Ground, path: &Path) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    is_slot_alive(
        ground,
        KeySlot(u64::from_str_radix(&name[33..49], 16).unwrap()),
    )
}

fn is_slot_alive(ground: &Ground, slot: KeySlot) -> bool {
    let why = Access {
        purpose: Purpose::Drawer,
        case: None,
    };
    let keys = block_on(ground.vault.fetch(&[slot], why)).unwrap();
    keys.key(slot).is_some()
}

#[test]
fn after_a_crash_at_any_step_there_is_what_was_or_what_is_and_a_sweep_leaves_nothing_else() {
    for change in &CHANGES {
        let (name, before, after, _) = *change;
        let mut steps = 0;
        while let Some((ground, _)) = interrupted(change, steps, ErrorKind::Other) {
            let left = ground.files();
            let folder = ground.open();
            let found = get(&folder, "anna", 1);
            let found = found.as_deref();
            assert!(
                found == before || found == after,
                "{name}, {steps} steps: {found:?}"
            );
            let swept = block_on(folder.sweep()).unwrap();
            assert!(swept.unreadable.is_empty());
            assert_eq!(
                get(&folder, "anna", 1).as_deref(),
                found,
                "{name}, {steps} steps"
            );
            assert_eq!(get(&folder, "beat", 9).unwrap(), "his");
            assert_eq!(ground.files().len(), 1 + usize::from(found.is_some()));
            // What was written and isn't there any more opens no more.
            for path in left.iter().filter(|path| found.is_none() && !path.exists()) {
                assert!(!is_alive(&ground, path), "{name}, {steps} steps");
            }
            steps += 1;
        }
        assert!(steps > 2, "{name} has {steps} steps");
    }
}

#[test]
fn a_full_disk_is_called_one_and_nothing_that_was_there_is_lost() {
    let mut full = 0;
    for change in &CHANGES[..2] {
        let (name, before, after, act) = *change;
        let mut steps = 0;
        while let Some((ground, error)) = interrupted(change, steps, ErrorKind::StorageFull) {
            let vault = matches!(error, SealedError::Vault(_));
            assert!(
                vault || matches!(error, SealedError::Full { .. }),
                "{error}"
            );
            full += usize::from(!vault);
            let folder = ground.open();
            let found = get(&folder, "anna", 1);
            assert!(
                found.as_deref() == before || found.as_deref() == after,
                "{name}, {steps}"
            );
            // With room again it works, if it hadn't.
            if found.as_deref() == before {
                act(&folder).unwrap();
            }
            assert_eq!(get(&folder, "anna", 1).as_deref(), after);
            steps += 1;
        }
    }
    assert!(full > 8, "{full}");
}

#[test]
fn what_could_not_be_written_leaves_neither_a_file_nor_a_key_behind() {
    let mut failed = 0;
    for steps in 0.. {
        let ground = Ground::new();
        let fails = Steps::left(steps, ErrorKind::StorageFull).but_one();
        let mut options = SealedOptions::new("drafts");
        drop(ground.open());
        options.faults = Arc::new(fails.clone());
        let folder = ground.open_with(ground.vault.clone(), options);
        let outcome = put(&folder, "anna", 1, 0, "one");
        if !fails.ran_out() {
            outcome.unwrap();
            break;
        }
        outcome.unwrap_err();
        assert_eq!(ground.files(), Vec::<PathBuf>::new(), "{steps} steps");
        // The first of the slots that were minted was this entry's.
        assert!(!is_slot_alive(&ground, KeySlot(16)), "{steps} steps");
        assert!(is_slot_alive(&ground, KeySlot(15)));
        put(&folder, "anna", 1, 0, "one").unwrap();
        failed += 1;
    }
    assert!(failed > 6, "{failed}");
}
