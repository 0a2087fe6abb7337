//! What is backed up is the log, and what is restored is it again.

use std::cell::RefCell;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use futures::executor::block_on;
use kanzlei_core::ports::{EventStore, Read};
use kanzlei_core::{Position, Version};
use kanzlei_store::conformance::commits::{Commits, tails};
use kanzlei_store::{Backup, BackupFolder, FjallEventStore, MemoryEventStore, SoundDisk};
use proptest::prelude::*;

use crate::{Ground, Writer, files, grow, log, source};

const GOLDEN: &[u8] = include_bytes!("../golden/backup-1.bin");

#[test]
fn a_restored_store_has_the_log_bit_by_bit_and_goes_on() {
    let mut ground = Ground::backed_up(30);
    let restored = ground.restored("restored", None);
    let end = ground.store.watermark().now();
    assert_eq!(log(&restored, end), log(&ground.store, end));
    assert_eq!(restored.tree(), ground.store.tree());
    for case in &ground.writer.cases {
        let read = |store: &FjallEventStore| {
            let page = store.case(case.case, Version::NONE, 1 << 20, Read::Fresh);
            let page = block_on(page).unwrap();
            let shares = page.commits();
            let shares = shares.map(|one| (one.stamp, one.record.as_bytes().to_vec()));
            shares.collect::<Vec<_>>()
        };
        assert_eq!(read(&restored), read(&ground.store));
    }
    grow(&restored, &mut ground.writer, 3);
    assert_eq!(restored.watermark().now(), Position(33));
}

#[test]
fn a_second_run_adds_what_is_new_and_nothing_else() {
    let mut ground = Ground::backed_up(10);
    let first = fs::read(&files(&ground.backup())[0]).unwrap();
    ground.grow(7);
    let added = ground.add().unwrap();
    assert_eq!((added.added, added.commits), (7, 17));
    assert_eq!(added.root, ground.store.tree().unwrap().unwrap().root);
    let again = ground.add().unwrap();
    assert_eq!((again.added, again.commits), (0, 17));
    let files = files(&ground.backup());
    assert_eq!(files.len(), 2);
    assert_eq!(fs::read(&files[0]).unwrap(), first);
    let end = ground.store.watermark().now();
    let restored = ground.restored("restored", None);
    assert_eq!(log(&restored, end), log(&ground.store, end));
}

#[test]
fn callers_append_while_it_is_backed_up() {
    let ground = Ground::new();
    let enough = AtomicBool::new(false);
    thread::scope(|scope| {
        for caller in 0..8 {
            let (store, enough) = (&ground.store, &enough);
            scope.spawn(move || {
                let mut commits = Commits::seeded(100 + caller);
                let mut cases = commits.cases(2);
                while !enough.load(Ordering::Relaxed) {
                    let commit = commits.commit(&cases, 100);
                    block_on(store.append(&commit)).unwrap();
                    cases = tails(&commit);
                }
            });
        }
        // Each run finds more than the one before: they did append meanwhile.
        let mut runs = 0;
        while runs < 5 {
            runs += usize::from(ground.add().unwrap().added > 0);
        }
        enough.store(true, Ordering::Relaxed);
    });
    let until = Backup::open(ground.backup()).unwrap().end().position;
    let restored = ground.restored("restored", None);
    assert_eq!(restored.watermark().now(), until);
    assert_eq!(log(&restored, until), log(&ground.store, until));
    let added = ground.add().unwrap();
    assert_eq!(added.position, ground.store.watermark().now());
    assert_eq!(ground.check().unwrap(), added.commits);
}

#[test]
fn what_is_appended_after_it_has_begun_is_left_to_the_next_run() {
    let ground = Ground::new();
    let mut commits = Commits::seeded(7);
    let mut cases = vec![commits.case()];
    // Several pages of them.
    for _ in 0..8 {
        let commit = commits.commit(&cases, 200_000);
        block_on(ground.store.append(&commit)).unwrap();
        cases = tails(&commit);
    }
    let told = RefCell::new(Vec::new());
    let writer = RefCell::new(Writer::seeded(5));
    let folder = BackupFolder::open(ground.backup(), Arc::new(SoundDisk)).unwrap();
    let tell = |done, of| {
        told.borrow_mut().push((done, of));
        grow(&ground.store, &mut writer.borrow_mut(), 2);
    };
    let done = folder.add(&source(&ground.store), &tell).unwrap();
    assert_eq!((done.added, done.position), (8, Position(8)));
    let told = told.into_inner();
    assert!(told.len() > 1 && told.is_sorted(), "{told:?}");
    assert_eq!(told.last(), Some(&(8, 8)));
    let restored = ground.restored("restored", None);
    assert_eq!(log(&restored, Position(8)), log(&ground.store, Position(8)));
    let done = folder.add(&source(&ground.store), &|_, _| {}).unwrap();
    assert_eq!(done.position, ground.store.watermark().now());
}

#[test]
fn an_earlier_position_is_restored_on_request() {
    let mut ground = Ground::backed_up(6);
    ground.grow(6);
    ground.add().unwrap();
    for until in [1, 5, 6, 7, 12] {
        let restored = ground.restored(&format!("until-{until}"), Some(Position(until)));
        let end = restored.watermark().now();
        assert_eq!(end, Position(until));
        assert_eq!(log(&restored, end), log(&ground.store, end));
    }
}

#[test]
fn more_than_a_group_is_restored() {
    // Peaks are kept every 1,024 commits, which are a group at most.
    let ground = Ground::new();
    let mut writer = Writer::seeded(8);
    let commits: Vec<_> = (0..2_100).map(|_| writer.next()).collect();
    let store = MemoryEventStore::new(ground.clock.clone());
    for commit in &commits {
        block_on(store.append(commit)).unwrap();
    }
    let folder = BackupFolder::open(ground.backup(), Arc::new(SoundDisk));
    folder.unwrap().add(&source(&store), &|_, _| {}).unwrap();
    let restored = ground.restored("restored", None);
    assert_eq!(restored.tree(), store.tree());
    assert_eq!(
        log(&restored, Position(2_100)),
        log(&store, Position(2_100))
    );
}

#[test]
fn the_golden_file_is_read_and_written_again_bit_by_bit() {
    let ground = Ground::backed_up(3);
    let written = fs::read(&files(&ground.backup())[0]).unwrap();
    if written != GOLDEN {
        fs::write(
            concat!(env!("CARGO_TARGET_TMPDIR"), "/backup-1.bin"),
            &written,
        )
        .unwrap();
        panic!(
            "it has other bytes; they are in {}",
            env!("CARGO_TARGET_TMPDIR")
        );
    }
    assert_eq!(ground.check().unwrap(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn however_it_grows_between_runs_all_of_it_comes_back(
        runs in prop::collection::vec(0_usize..6, 1..6),
    ) {
        let mut ground = Ground::new();
        ground.grow(1);
        for commits in runs {
            ground.grow(commits);
            ground.add().unwrap();
        }
        let end = ground.store.watermark().now();
        let restored = ground.restored("restored", None);
        prop_assert_eq!(log(&restored, end), log(&ground.store, end));
        prop_assert_eq!(restored.tree(), ground.store.tree());
    }
}
