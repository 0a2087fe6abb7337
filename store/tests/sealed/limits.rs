//! Limits, conflicts, the vault, and what is kept in memory.

use super::*;
use std::sync::Barrier;

#[test]
fn too_large_and_too_many_are_refused_and_what_has_expired_does_not_count() {
    let ground = Ground::new();
    let mut options = SealedOptions::new("drafts");
    (options.entry_bytes_max, options.entries_per_owner_max) = (10, 2);
    let folder = ground.open_with(ground.vault.clone(), options);
    let error = put(&folder, "anna", 1, 0, "eleven bytes").unwrap_err();
    assert!(
        matches!(
            error,
            SealedError::TooLarge {
                bytes: 12,
                bytes_max: 10
            }
        ),
        "{error}"
    );
    put(&folder, "anna", 1, 0, "ten bytes.").unwrap();
    let soon = NOW.plus_micros(1);
    block_on(folder.put(b"anna", id(2), Revision::NONE, soon, b"")).unwrap();
    let error = put(&folder, "anna", 3, 0, "").unwrap_err();
    assert!(
        matches!(error, SealedError::TooMany { entries_max: 2 }),
        "{error}"
    );
    // Another owner has room, and so has this one for what is there already.
    put(&folder, "beat", 3, 0, "").unwrap();
    put(&folder, "anna", 1, 1, "again").unwrap();
    ground.clock.move_by(1);
    put(&folder, "anna", 3, 0, "").unwrap();
    assert_eq!(get(&folder, "anna", 2), None);
}

#[test]
fn of_two_devices_one_is_told_what_the_other_wrote() {
    let ground = Ground::new();
    let folder = ground.open();
    assert_eq!(put(&folder, "anna", 1, 0, "at home").unwrap(), Revision(1));
    let error = put(&folder, "anna", 1, 0, "on the train").unwrap_err();
    assert!(
        matches!(
            error,
            SealedError::Conflict {
                seen: Revision(0),
                found: Revision(1)
            }
        ),
        "{error}"
    );
    assert_eq!(get(&folder, "anna", 1).unwrap(), "at home");
    let error = put(&folder, "anna", 2, 3, "gone").unwrap_err();
    assert!(
        matches!(
            error,
            SealedError::Conflict {
                seen: Revision(3),
                found: Revision(0)
            }
        ),
        "{error}"
    );
}

#[test]
fn of_many_at_once_each_revision_is_one_writer_s() {
    let ground = Ground::new();
    let (folder, start) = (ground.open(), Barrier::new(4));
    let won: Vec<u64> = std::thread::scope(|scope| {
        let write = |writer: u64| {
            start.wait();
            let mut won = 0;
            for seen in 0..50 {
                let text = format!("{writer}");
                won += u64::from(put(&folder, "anna", 1, seen, &text).is_ok());
                while block_on(folder.get(b"anna", id(1)))
                    .unwrap()
                    .unwrap()
                    .revision
                    .0
                    <= seen
                {}
            }
            won
        };
        let threads: Vec<_> = (0..4)
            .map(|writer| scope.spawn(move || write(writer)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(won.iter().sum::<u64>(), 50);
}

#[test]
fn what_was_read_of_late_is_answered_from_memory_until_it_expires() {
    let ground = Ground::new();
    let folder = ground.open();
    block_on(folder.put(b"anna", id(1), Revision::NONE, NOW.plus_micros(10), b"text")).unwrap();
    drop(folder);
    let folder = ground.open();
    let fetched = || ground.vault.fetch_count();
    let before = fetched();
    assert_eq!(get(&folder, "anna", 1).unwrap(), "text");
    assert_eq!(fetched(), before + 1);
    std::fs::remove_file(&ground.files()[0]).unwrap();
    assert_eq!(get(&folder, "anna", 1).unwrap(), "text");
    assert_eq!(fetched(), before + 1);
    ground.clock.move_by(10);
    assert_eq!(get(&folder, "anna", 1), None);
}

#[test]
fn a_vault_that_is_away_or_another_s_is_not_taken_for_an_empty_folder() {
    let ground = Ground::new();
    let folder = ground.open();
    put(&folder, "anna", 1, 0, "text").unwrap();
    drop(folder);
    let folder = ground.open();
    ground.vault.set_reachable(false);
    let away = |error: &SealedError| matches!(error, SealedError::Vault(_));
    assert!(away(&block_on(folder.get(b"anna", id(1))).unwrap_err()));
    assert!(away(&put(&folder, "anna", 1, 1, "new").unwrap_err()));
    assert!(away(&block_on(folder.remove(b"anna", id(1))).unwrap_err()));
    assert!(away(&block_on(folder.list(b"anna")).unwrap_err()));
    assert!(away(&block_on(folder.sweep()).unwrap_err()));
    ground.vault.set_reachable(true);
    assert_eq!(get(&folder, "anna", 1).unwrap(), "text");
    drop(folder);

    // The same tokens and none of the slots: as after the vault was restored from before.
    let entropy = Arc::new(FixedEntropy::new(7));
    let older = Arc::new(MemoryKeyVault::new(entropy).unwrap());
    let folder = ground.open_with(older, SealedOptions::new("drafts"));
    let error = block_on(folder.get(b"anna", id(1))).unwrap_err();
    assert!(error.to_string().contains("never minted"), "{error}");
}

#[test]
fn a_folder_is_open_once() {
    let ground = Ground::new();
    let _folder = ground.open();
    let (vault, entropy) = (ground.vault.clone(), ground.entropy.clone());
    let options = SealedOptions::new("drafts");
    let path = ground.directory.path();
    let again = SealedFolder::open(path, vault, entropy, ground.clock.clone(), options);
    assert!(matches!(again, Err(SealedError::Locked { .. })));
}
