//! A log that somebody else has open is backed up as far as it is synced, and left as it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use futures::executor::block_on;
use kanzlei_core::Position;
use kanzlei_core::ports::{EventStore, StoreError};
use kanzlei_core::testing::ManualClock;
use kanzlei_store::conformance::commits::Commits;
use kanzlei_store::{
    BackedUp, BackupError, BackupFolder, FjallEventStore, Log, LogElsewhere, Options, SoundDisk,
    Source, SyncPolicy,
};

use crate::{Ground, NOW, grow, log};

impl Ground {
    fn place(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    /// Backs it up as another process would.
    fn add_elsewhere(&self) -> Result<BackedUp, BackupError> {
        self.add_log(&LogElsewhere::open(self.place())?)
    }

    fn add_log(&self, log: &LogElsewhere) -> Result<BackedUp, BackupError> {
        let source = Source {
            log: Log::Elsewhere(log),
            documents: None,
            vault: None,
            destroyed: None,
        };
        BackupFolder::open(self.backup(), Arc::new(SoundDisk))?.add(&source, &|_, _| {})
    }

    /// Waits until the witness has seen all that was appended: whoever appends is answered first.
    fn witnessed(&self) {
        let end = self.store.watermark().now();
        while LogElsewhere::open(self.place()).unwrap().head().position < end {
            thread::yield_now();
        }
    }
}

/// All files of the log, and their bytes.
fn bytes(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(bytes(&path));
        } else {
            files.push((path.clone(), fs::read(path).unwrap()));
        }
    }
    files.sort();
    files
}

#[test]
fn it_is_the_same_backup_as_its_own_process_makes_and_nothing_is_written_to_the_log() {
    let mut ground = Ground::new();
    for _ in 0..2 {
        ground.grow(20);
        ground.witnessed();
        let before = bytes(&ground.place());
        let added = ground.add_elsewhere().unwrap();
        assert!(bytes(&ground.place()) == before, "nothing is written");
        let head = ground.store.tree().unwrap().unwrap();
        assert_eq!(
            (added.added, added.position, added.root),
            (20, head.position, head.root)
        );
    }
    // Both go on from what the other has done.
    ground.grow(5);
    assert_eq!(ground.add().unwrap().added, 5);
    ground.grow(5);
    ground.witnessed();
    assert_eq!(ground.add_elsewhere().unwrap().added, 5);
    let end = ground.store.watermark().now();
    let restored = ground.restored("restored", None);
    assert_eq!(log(&restored, end), log(&ground.store, end));
}

#[test]
fn a_log_of_several_segments_is_read_through() {
    let mut ground = Ground::new();
    let mut commits = Commits::seeded(8);
    for _ in 0..90 {
        let case = commits.case();
        block_on(ground.store.append(&commits.commit(&[case], 60_000))).unwrap();
    }
    assert!(ground.place().join("segments/00000003.seg").exists());
    ground.witnessed();
    assert_eq!(ground.add_elsewhere().unwrap().added, 90);
    ground.grow(4);
    ground.witnessed();
    assert_eq!(ground.add_elsewhere().unwrap().added, 4);
    assert_eq!(ground.check().unwrap(), 94);
}

#[test]
fn damage_before_what_is_wanted_keeps_nothing_from_being_added() {
    let ground = Ground::new();
    let mut commits = Commits::seeded(8);
    let mut append = |count| {
        for _ in 0..count {
            let case = commits.case();
            block_on(ground.store.append(&commits.commit(&[case], 60_000))).unwrap();
        }
        ground.witnessed();
    };
    append(10);
    ground.add_elsewhere().unwrap();
    append(80);
    let segment = ground.place().join("segments/00000001.seg");
    let harm = |at: usize| {
        let mut bytes = fs::read(&segment).unwrap();
        bytes[at] ^= 1;
        fs::write(&segment, bytes).unwrap();
    };
    // In the fourth commit and in the seventh, which the backup has.
    harm(220_000);
    harm(400_000);
    let added = ground.add_elsewhere().unwrap();
    let head = ground.store.tree().unwrap().unwrap();
    assert_eq!((added.added, added.root), (80, head.root));
    fs::rename(ground.backup(), ground.place().with_extension("before")).unwrap();
    let refused = ground.add_elsewhere().unwrap_err();
    let BackupError::Store(StoreError::Damaged { position, .. }) = refused else {
        panic!("{refused}");
    };
    assert_eq!(position, Position(4));
}

#[test]
fn what_a_process_left_that_died_before_the_witness_saw_it_counts_up_to_where_it_is_damaged() {
    let mut ground = Ground::new();
    ground.grow(8);
    ground.witnessed();
    assert_eq!(ground.add_elsewhere().unwrap().commits, 8);
    let witness = ground.place().join("witness");
    let seen = fs::read(&witness).unwrap();
    ground.grow(4);
    ground.witnessed();
    let last = fs::read(&witness).unwrap();
    let path = ground.place().join("segments/00000001.seg");
    let whole = fs::read(&path).unwrap();
    let groups: Vec<_> = memchr::memmem::find_iter(&whole, b"KZLGROUP").collect();
    let left = |harmed: Option<usize>, witness_says: &[u8]| {
        let mut bytes = whole.clone();
        if let Some(number) = harmed {
            bytes[groups[number - 1] + 100] ^= 1;
        }
        fs::write(&path, bytes).unwrap();
        fs::write(&witness, witness_says).unwrap();
        LogElsewhere::left(ground.place()).unwrap()
    };
    for (harmed, size) in [(9, 8), (11, 10), (12, 11), (3, 12)] {
        assert_eq!(left(Some(harmed), &seen).head().size, size, "{harmed}");
    }
    assert_eq!(left(None, &last).head().size, 12);
    // Nothing before what is new is wanted, and the root is the one that the log has.
    let log = left(Some(3), &seen);
    let head = ground.store.tree().unwrap().unwrap();
    assert_eq!(log.head(), head);
    let added = ground.add_log(&log).unwrap();
    assert_eq!((added.added, added.root), (4, head.root));
}

#[test]
fn it_is_backed_up_while_it_grows() {
    let Ground {
        directory,
        clock,
        store,
        mut writer,
    } = Ground::new();
    let stop = AtomicBool::new(false);
    grow(&store, &mut writer, 3);
    let ground = thread::scope(|scope| {
        let (store, stop) = (&store, &stop);
        let growing = scope.spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                grow(store, &mut writer, 1);
            }
            writer
        });
        let mut seen = 0;
        while seen < 200 {
            let log = LogElsewhere::open(directory.path().join("log")).unwrap();
            let source = Source {
                log: Log::Elsewhere(&log),
                documents: None,
                vault: None,
                destroyed: None,
            };
            let folder = directory.path().join("backup");
            let folder = BackupFolder::open(folder, Arc::new(SoundDisk)).unwrap();
            let added = folder.add(&source, &|_, _| {}).unwrap();
            assert_eq!(added.commits, log.head().size);
            assert!(added.commits >= seen);
            seen = added.commits;
        }
        stop.store(true, Ordering::Relaxed);
        growing.join().unwrap()
    });
    let ground = Ground {
        directory,
        clock,
        store,
        writer: ground,
    };
    let restored = ground.restored("restored", None);
    let end = restored.watermark().now();
    assert!(log(&restored, end) == log(&ground.store, end));
}

#[test]
fn what_is_not_synced_is_not_backed_up() {
    let ground = Ground::new();
    let place = ground.directory.path().join("buffered");
    let every = Duration::from_hours(24);
    let options = Options::new(
        SyncPolicy::Buffered { every },
        Arc::new(ManualClock::at(NOW)),
    );
    let store = FjallEventStore::open(&place, options).unwrap();
    let mut commits = Commits::seeded(9);
    for _ in 0..5 {
        let case = commits.case();
        block_on(store.append(&commits.commit(&[case], 10))).unwrap();
    }
    assert_eq!(LogElsewhere::open(&place).unwrap().head().size, 0);
    store.close().unwrap();
    assert_eq!(LogElsewhere::open(&place).unwrap().head().size, 5);
}

#[test]
fn a_witness_slot_that_is_being_written_leaves_the_one_before() {
    let mut ground = Ground::new();
    ground.grow(6);
    ground.witnessed();
    let path = ground.place().join("witness");
    let whole = fs::read(&path).unwrap();
    for slot in [0, 512] {
        let mut torn = whole.clone();
        torn[slot + 20] ^= 1;
        fs::write(&path, torn).unwrap();
        let size = LogElsewhere::open(ground.place()).unwrap().head().size;
        assert!((5..=6).contains(&size), "{size}");
    }
    fs::write(&path, [1; 900]).unwrap();
    let error = LogElsewhere::open(ground.place()).unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    fs::write(&path, whole).unwrap();
}

#[test]
fn damage_is_named_and_nothing_is_added() {
    let mut ground = Ground::new();
    ground.grow(12);
    ground.witnessed();
    let path = ground.place().join("segments/00000001.seg");
    let whole = fs::read(&path).unwrap();
    let groups = memchr::memmem::find_iter(&whole, b"KZLGROUP");
    for (index, group) in groups.enumerate() {
        let mut harmed = whole.clone();
        harmed[group + 100] ^= 1;
        fs::write(&path, harmed).unwrap();
        let error = ground.add_elsewhere().unwrap_err();
        let BackupError::Store(StoreError::Damaged { position, why }) = &error else {
            panic!("{error}");
        };
        assert_eq!(*position, Position(index as u64 + 1));
        let place = format!("{} is damaged at byte {group}", path.display());
        assert_eq!(*why, place);
    }
    fs::write(&path, whole).unwrap();
    assert!(crate::files(&ground.backup()).is_empty());
}
