//! What isn't the log that was backed up is refused, and so is what would overwrite something.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use futures::executor::block_on;
use kanzlei_core::ports::{
    AppendError, Appended, Durability, EventStore, Prepared, Read, StoreError, TreeHead, Watermark,
};
use kanzlei_core::record::Page;
use kanzlei_core::testing::ManualClock;
use kanzlei_core::{CaseId, CommandId, Position, Version};
use kanzlei_store::{
    Backup, BackupError, BackupFolder, Chance, MemoryEventStore, Nastiness, NastyEventStore,
    SoundDisk,
};

use crate::{Ground, NOW, Writer, files, grow, log, open, source, target};

/// A store that builds no tree.
struct Treeless(MemoryEventStore);

#[async_trait]
impl EventStore for Treeless {
    async fn append(&self, commit: &Prepared) -> Result<Appended, AppendError> {
        self.0.append(commit).await
    }

    async fn answered(&self, command: CommandId) -> Result<Option<Appended>, StoreError> {
        self.0.answered(command).await
    }

    async fn case(
        &self,
        case: CaseId,
        after: Version,
        limit: usize,
        read: Read,
    ) -> Result<Page, StoreError> {
        self.0.case(case, after, limit, read).await
    }

    async fn log(&self, after: Position, limit: usize) -> Result<Page, StoreError> {
        self.0.log(after, limit).await
    }

    async fn at(&self, position: Position) -> Result<Option<Page>, StoreError> {
        self.0.at(position).await
    }

    fn durability(&self) -> Durability {
        self.0.durability()
    }

    fn watermark(&self) -> &Watermark {
        self.0.watermark()
    }

    fn tree(&self) -> Result<Option<TreeHead>, StoreError> {
        Ok(None)
    }
}

fn add(ground: &Ground, store: &dyn EventStore) -> Result<u64, BackupError> {
    let folder = BackupFolder::open(ground.backup(), Arc::new(SoundDisk))?;
    folder
        .add(&source(store), &|_, _| {})
        .map(|done| done.added)
}

/// A log with the same first commits as the ground's, and then others.
fn forked(ground: &Ground, same: usize, others: usize) -> MemoryEventStore {
    let clock = Arc::new(ManualClock::at(NOW));
    let (store, mut writer) = (MemoryEventStore::new(clock.clone()), Writer::seeded(5));
    for _ in 0..same {
        clock.move_by(1_000_000);
        grow(&store, &mut writer, 1);
    }
    assert_eq!(
        log(&store, Position(same as u64)),
        log(&ground.store, Position(same as u64))
    );
    grow(&store, &mut Writer::seeded(6), others);
    store
}

#[test]
fn a_log_that_has_lost_its_end_is_refused_with_both_positions() {
    let ground = Ground::backed_up(8);
    let shorter = forked(&ground, 5, 0);
    match add(&ground, &shorter) {
        Err(BackupError::Shorter { log, backup, .. }) => assert_eq!((log.0, backup.0), (5, 8)),
        other => panic!("{other:?}"),
    }
    let empty = MemoryEventStore::new(Arc::new(ManualClock::at(NOW)));
    assert!(matches!(
        add(&ground, &empty),
        Err(BackupError::Shorter { .. })
    ));
    assert_eq!(ground.check().unwrap(), 8);
}

#[test]
fn a_log_that_was_changed_before_its_end_is_refused_with_both_positions() {
    let ground = Ground::backed_up(8);
    for (same, others) in [(5, 3), (5, 9), (7, 1), (7, 2)] {
        let changed = forked(&ground, same, others);
        let end = (same + others) as u64;
        match add(&ground, &changed) {
            Err(BackupError::Differs { log, backup, .. }) => {
                assert_eq!((log.0, backup.0), (end, 8));
            }
            other => panic!("{same} and {others}: {other:?}"),
        }
        match add(&ground, &Treeless(changed)) {
            Err(BackupError::Differs { .. }) => {}
            other => panic!("{same} and {others} without a tree: {other:?}"),
        }
        assert_eq!(files(&ground.backup()).len(), 1);
    }
    assert_eq!(add(&ground, &forked(&ground, 8, 2)).unwrap(), 2);
}

#[test]
fn another_log_is_refused() {
    let ground = Ground::backed_up(3);
    let another = MemoryEventStore::new(Arc::new(ManualClock::at(NOW)));
    grow(&another, &mut Writer::seeded(9), 5);
    assert!(matches!(
        add(&ground, &another),
        Err(BackupError::AnotherLog { .. })
    ));
}

#[test]
fn a_store_without_a_tree_is_backed_up_too() {
    let ground = Ground::new();
    let store = Treeless(MemoryEventStore::new(ground.clock.clone()));
    let mut writer = Writer::seeded(5);
    grow(&store, &mut writer, 4);
    assert_eq!(add(&ground, &store).unwrap(), 4);
    grow(&store, &mut writer, 2);
    assert_eq!(add(&ground, &store).unwrap(), 2);
    let restored = ground.restored("restored", None);
    assert_eq!(log(&restored, Position(6)), log(&store, Position(6)));
}

#[test]
fn a_log_with_holes_is_backed_up_and_the_embedded_store_says_that_it_has_none() {
    let ground = Ground::new();
    let store = NastyEventStore::new(ground.clock.clone(), 3);
    store.be(Nastiness {
        holes: Chance::ALWAYS,
        ..Nastiness::default()
    });
    let mut writer = Writer::seeded(5);
    for commits in [3, 2] {
        grow(&store, &mut writer, commits);
        assert_eq!(add(&ground, &store).unwrap(), commits as u64);
    }
    assert_eq!(ground.check().unwrap(), 5);
    let to = ground.directory.path().join("restored");
    let restored = Backup::open(ground.backup())
        .unwrap()
        .restore(&target(&to, None), &|_, _| {});
    assert!(
        matches!(restored, Err(BackupError::Hole(Position(1)))),
        "{restored:?}"
    );
    assert!(!to.exists());
}

#[test]
fn a_folder_with_other_things_in_it_is_no_backup() {
    let ground = Ground::new();
    for (folder, name) in [("log", "lock"), ("", "log")] {
        let folder = ground.directory.path().join(folder);
        match BackupFolder::open(&folder, Arc::new(SoundDisk)).map(drop) {
            Err(BackupError::NotBackup { path, .. }) => assert_eq!(path, folder, "{name}"),
            other => panic!("{other:?}"),
        }
    }
    fs::create_dir(ground.backup()).unwrap();
    assert!(matches!(
        Backup::open(ground.backup()),
        Err(BackupError::Nothing { .. })
    ));
    let missing = Backup::open(ground.directory.path().join("nowhere"));
    assert!(
        matches!(missing, Err(BackupError::Nothing { .. })),
        "{missing:?}"
    );
}

#[test]
fn nothing_is_restored_into_a_backup() {
    let ground = Ground::backed_up(2);
    let backup = Backup::open(ground.backup()).unwrap();
    let beside = ground.directory.path().join("beside");
    for inside in ["", ".", "below", "below/it", "../backup/below"] {
        let apart = backup.is_apart(&ground.backup().join(inside));
        assert!(
            matches!(apart, Err(BackupError::IntoBackup(_))),
            "{inside}: {apart:?}"
        );
    }
    backup.is_apart(&beside).unwrap();
    fs::create_dir(&beside).unwrap();
    backup.is_apart(&beside).unwrap();
    fs::copy(&files(&ground.backup())[0], beside.join("1-2.commits")).unwrap();
    let apart = backup.is_apart(&beside);
    assert!(
        matches!(apart, Err(BackupError::IntoBackup(_))),
        "{apart:?}"
    );
}

#[test]
fn only_one_adds_to_a_backup_at_a_time() {
    let ground = Ground::backed_up(2);
    let _held = BackupFolder::open(ground.backup(), Arc::new(SoundDisk)).unwrap();
    assert!(matches!(ground.add(), Err(BackupError::Locked(_))));
    // Who reads it needs no lock.
    assert_eq!(ground.check().unwrap(), 2);
}

#[test]
fn of_several_who_restore_to_one_place_at_once_one_does() {
    let ground = Ground::backed_up(30);
    let backup = Backup::open(ground.backup()).unwrap();
    for round in 0..20 {
        let to = ground.directory.path().join(format!("restored-{round}"));
        // Whoever finds somebody at it comes again at once.
        let restore = || {
            loop {
                match backup.restore(&target(&to, None), &|_, _| {}) {
                    Err(BackupError::Locked(_)) => {}
                    outcome => return outcome,
                }
            }
        };
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..3).map(|_| scope.spawn(restore)).collect();
            let threads = threads.into_iter();
            threads.map(|thread| thread.join().unwrap()).collect()
        });
        let restored = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let late = |outcome: &&Result<_, _>| matches!(outcome, Err(BackupError::Exists(_)));
        let late = outcomes.iter().filter(late).count();
        assert_eq!((restored, late), (1, 2), "{outcomes:?}");
        let store = open(&to, ground.clock.clone());
        assert_eq!(store.watermark().now(), Position(30));
    }
}

/// A folder of the system's that is mounted wherever there is one.
#[cfg(target_os = "linux")]
#[test]
fn nothing_is_restored_to_the_name_of_a_mount() {
    let ground = Ground::backed_up(1);
    let backup = Backup::open(ground.backup()).unwrap();
    let restored = backup.restore(&target(Path::new("/proc"), None), &|_, _| {});
    assert!(
        matches!(restored, Err(BackupError::Mount(_))),
        "{restored:?}"
    );
    let (elsewhere, link) = ["elsewhere", "link"]
        .map(|name| ground.directory.path().join(name))
        .into();
    fs::create_dir(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
    let restored = backup.restore(&target(&link, None), &|_, _| {});
    assert!(
        matches!(restored, Err(BackupError::Mount(_))),
        "{restored:?}"
    );
}

#[test]
fn nothing_is_restored_over_something() {
    let ground = Ground::backed_up(3);
    let backup = Backup::open(ground.backup()).unwrap();
    for taken in ["log", ""] {
        let to = ground.directory.path().join(taken);
        let restored = backup.restore(&target(&to, None), &|_, _| {});
        assert!(
            matches!(restored, Err(BackupError::Exists(_))),
            "{restored:?}"
        );
    }
    for beyond in [0, 4] {
        let to = ground.directory.path().join("restored");
        let restored = backup.restore(&target(&to, Some(Position(beyond))), &|_, _| {});
        assert!(
            matches!(restored, Err(BackupError::Beyond { .. })),
            "{restored:?}"
        );
    }
    drop(ground.restored("restored", Some(Position(3))));
    let again = ground.directory.path().join("restored");
    assert!(matches!(
        backup.restore(&target(&again, None), &|_, _| {}),
        Err(BackupError::Exists(_))
    ));
}

#[test]
fn what_was_restored_is_a_store_like_any_other() {
    let mut ground = Ground::backed_up(3);
    let restored = ground.restored("restored", None);
    grow(&restored, &mut ground.writer, 2);
    let tree = restored.tree();
    restored.close().unwrap();
    let restored = open(
        &ground.directory.path().join("restored"),
        ground.clock.clone(),
    );
    assert_eq!(restored.tree(), tree);
    let page = block_on(restored.at(Position(5))).unwrap().unwrap();
    let command = page.commits().next().unwrap().record.head().command;
    let answered = block_on(restored.answered(command)).unwrap().unwrap();
    assert_eq!(answered.position, Position(5));
    // It goes on where the log was: a backup of both is one.
    assert_eq!(add(&ground, &restored).unwrap(), 2);
}
