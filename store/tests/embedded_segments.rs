//! A log of several segments, some of them in the index and some not, and one that an older release wrote.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures::executor::block_on;
use futures::future::join_all;
use kanzlei_core::ports::{AppendError, EventStore, Prepared, Read, StoreError};
use kanzlei_core::record::{Page, Stamp, extract_part};
use kanzlei_core::testing::ManualClock;
use kanzlei_core::{CaseId, Position, Version};
use kanzlei_store::conformance::Random;
use kanzlei_store::conformance::commits::{BEGINNING, Commits, Tail, tails};
use kanzlei_store::{FjallEventStore, Options, Progress, Repair, SyncPolicy, Work};

fn options() -> Options {
    Options::new(SyncPolicy::EachGroup, Arc::new(ManualClock::at(BEGINNING)))
}

fn unsynced() -> Options {
    let every = Duration::from_secs(1);
    Options {
        sync: SyncPolicy::Buffered { every },
        ..options()
    }
}

fn segments(directory: &Path) -> usize {
    let files = fs::read_dir(directory.join("segments")).unwrap();
    files
        .filter(|file| {
            file.as_ref()
                .unwrap()
                .path()
                .extension()
                .is_some_and(|end| end == "seg")
        })
        .count()
}

/// What was appended, as a reader that looks at nothing else would have it.
#[derive(Default)]
struct Model {
    log: Vec<Prepared>,
    cases: HashMap<CaseId, Vec<(u64, u16)>>,
}

impl Model {
    fn bytes(&self) -> usize {
        let lengths = self.log.iter().map(|commit| commit.record.bytes().len());
        lengths.sum()
    }

    fn took(&mut self, commit: Prepared) {
        let position = self.log.len() as u64 + 1;
        for (part, index) in commit.record.parts().iter().zip(0..) {
            self.cases
                .entry(part.case)
                .or_default()
                .push((position, index));
        }
        self.log.push(commit);
    }

    /// The bytes of a case's share of the commit at a position.
    fn share(&self, (position, part): (u64, u16)) -> Vec<u8> {
        let record = &self.log[usize::try_from(position).unwrap() - 1].record;
        let whole = kanzlei_core::record::RecordRef::parse(record.bytes()).unwrap();
        match whole.part_count() {
            1 => record.bytes().to_vec(),
            _ => extract_part(&whole, part).unwrap(),
        }
    }

    fn compare(&self, store: &FjallEventStore, random: &mut Random) {
        let (mut after, mut read) = (Position::START, Vec::new());
        loop {
            let limit = [0, 1, 5_000, 70_000, 3_000_000, usize::MAX][below(random, 6)];
            let page = block_on(store.log(after, limit)).unwrap();
            read.extend(bytes(&page));
            after = page.through();
            if !page.more() {
                break;
            }
        }
        let log: Vec<_> = self
            .log
            .iter()
            .map(|commit| commit.record.bytes().to_vec())
            .collect();
        assert!(read == log, "the log");
        for _ in 0..200 {
            let at = below(random, self.log.len());
            let position = Position(at as u64 + 1);
            let page = block_on(store.at(position)).unwrap().unwrap();
            assert!(bytes(&page) == [&log[at][..]], "at {position}");
            let command = self.log[at].command();
            let answered = block_on(store.answered(command)).unwrap().unwrap();
            assert_eq!(answered.position, position);
        }
        for (case, shares) in &self.cases {
            let page = block_on(store.case(*case, Version::NONE, usize::MAX, Read::Any)).unwrap();
            let expected: Vec<_> = shares.iter().map(|share| self.share(*share)).collect();
            assert!(bytes(&page) == expected, "case {case}");
            let since = below(random, shares.len());
            let (position, part) = shares[since];
            let record = &self.log[usize::try_from(position).unwrap() - 1].record;
            let after = record.parts()[usize::from(part)].expected;
            let page = block_on(store.case(*case, after, usize::MAX, Read::Any)).unwrap();
            assert!(
                bytes(&page) == expected[since..],
                "case {case} after {after}"
            );
        }
        let mut others = Commits::seeded(99);
        assert_eq!(block_on(store.answered(others.command())).unwrap(), None);
        let page = block_on(store.case(others.case().case, Version::NONE, 1, Read::Any)).unwrap();
        assert!(page.is_empty());
    }
}

fn bytes(page: &Page) -> Vec<Vec<u8>> {
    page.commits()
        .map(|commit| commit.record.as_bytes().to_vec())
        .collect()
}

fn below(random: &mut Random, end: usize) -> usize {
    usize::try_from(random.below(end as u64)).unwrap()
}

/// Appends some commits over some of these cases at once, each about so long.
fn append(
    store: &FjallEventStore,
    model: &mut Model,
    cases: &mut [Tail],
    commits: &mut Commits,
    body: usize,
) {
    let made: Vec<Prepared> = cases.chunks(3).map(|on| commits.commit(on, body)).collect();
    let answers = block_on(join_all(made.iter().map(|commit| store.append(commit))));
    let ends: Vec<Tail> = made.iter().flat_map(tails).collect();
    cases.copy_from_slice(&ends);
    let mut placed: Vec<_> = answers.into_iter().map(Result::unwrap).zip(made).collect();
    placed.sort_by_key(|(answer, _)| answer.position);
    for (answer, commit) in placed {
        model.took(commit);
        assert_eq!(answer.position.0, model.log.len() as u64);
    }
}

#[test]
fn segments_in_the_index_and_out_of_it_give_back_what_was_appended() {
    let directory = tempfile::tempdir().unwrap();
    let (mut model, mut commits, mut random) =
        (Model::default(), Commits::seeded(1), Random::seeded(2));
    let mut cases = commits.cases(40);
    for round in 0..6 {
        let options = if round % 2 == 0 {
            options()
        } else {
            unsynced()
        };
        let store = FjallEventStore::open(directory.path(), options).unwrap();
        for _ in 0..25 {
            let body = [20, 500, 9_000, 60_000][below(&mut random, 4)];
            append(&store, &mut model, &mut cases, &mut commits, body);
            cases[..7].copy_from_slice(&commits.cases(7));
        }
        model.compare(&store, &mut random);
        store.close().unwrap();
        if round == 3 {
            fs::remove_dir_all(directory.path().join("index")).unwrap();
        }
        let store = FjallEventStore::open(directory.path(), unsynced()).unwrap();
        model.compare(&store, &mut random);
    }
    assert!(
        segments(directory.path()) >= 5,
        "{}",
        segments(directory.path())
    );
}

#[test]
fn a_group_that_is_longer_than_a_segment_goes_into_one() {
    let directory = tempfile::tempdir().unwrap();
    let (mut model, mut commits, mut random) =
        (Model::default(), Commits::seeded(3), Random::seeded(4));
    let store = FjallEventStore::open(directory.path(), options()).unwrap();
    let mut cases = commits.cases(36);
    for _ in 0..3 {
        append(&store, &mut model, &mut cases, &mut commits, 160_000);
    }
    model.compare(&store, &mut random);
    store.close().unwrap();
    let store = FjallEventStore::open(directory.path(), options()).unwrap();
    model.compare(&store, &mut random);
}

#[test]
fn what_a_crash_left_of_a_segment_that_was_being_made_is_no_part_of_the_log() {
    let directory = tempfile::tempdir().unwrap();
    let (mut model, mut commits, mut random) =
        (Model::default(), Commits::seeded(5), Random::seeded(6));
    let mut cases = commits.cases(3);
    for garbage in [0_u8, 7] {
        let store = FjallEventStore::open(directory.path(), options()).unwrap();
        append(&store, &mut model, &mut cases, &mut commits, 500);
        store.close().unwrap();
        let folder = directory.path().join("segments");
        fs::write(folder.join("spare"), [garbage; 10_000]).unwrap();
        // Begun, and torn: of the header some bytes are there, of the first group some others.
        let mut torn = vec![0; 2 * 1024 * 1024];
        torn[..100].fill(garbage);
        torn[5_000..6_000].fill(garbage);
        fs::write(folder.join("00000002.seg"), torn).unwrap();
    }
    let store = FjallEventStore::open(directory.path(), options()).unwrap();
    assert!(!directory.path().join("segments/spare").exists());
    while segments(directory.path()) < 3 {
        append(&store, &mut model, &mut cases, &mut commits, 100_000);
    }
    model.compare(&store, &mut random);
    store.close().unwrap();
    let store = FjallEventStore::open(directory.path(), options()).unwrap();
    model.compare(&store, &mut random);
}

/// As when the disk is full while the next segment is made ready, and isn't any more when that is needed.
#[cfg(unix)]
#[test]
fn a_segment_that_could_not_be_made_ready_once_is_made_when_it_is_needed() {
    let directory = tempfile::tempdir().unwrap();
    let (mut model, mut commits, mut random) =
        (Model::default(), Commits::seeded(11), Random::seeded(12));
    let mut cases = commits.cases(3);
    let store = FjallEventStore::open(directory.path(), options()).unwrap();
    append(&store, &mut model, &mut cases, &mut commits, 500);
    // What is opened to be filled with zeros waits for a reader, and then can't be written at a place.
    let spare = directory.path().join("segments/spare");
    let made = std::process::Command::new("mkfifo").arg(&spare).status();
    assert!(made.unwrap().success());
    // Three quarters of the first segment, whose length is a mebibyte.
    while model.bytes() < 800_000 {
        append(&store, &mut model, &mut cases, &mut commits, 5_000);
    }
    drop(fs::File::open(&spare).unwrap());
    while spare.exists() {
        std::thread::yield_now();
    }
    assert_eq!(segments(directory.path()), 1);
    while segments(directory.path()) < 3 {
        append(&store, &mut model, &mut cases, &mut commits, 100_000);
    }
    model.compare(&store, &mut random);
    store.close().unwrap();
    let store = FjallEventStore::open(directory.path(), options()).unwrap();
    model.compare(&store, &mut random);
}

/// It isn't looked for in each number up to it.
#[test]
fn a_file_with_a_huge_number_is_nothing_of_the_log_if_nothing_stands_in_it() {
    let directory = tempfile::tempdir().unwrap();
    let (mut model, mut commits, mut random) =
        (Model::default(), Commits::seeded(7), Random::seeded(8));
    let mut cases = commits.cases(3);
    let store = FjallEventStore::open(directory.path(), options()).unwrap();
    append(&store, &mut model, &mut cases, &mut commits, 500);
    store.close().unwrap();
    let huge = directory.path().join("segments/4000000000.seg");
    for nothing in ["", "\0\0\0"] {
        fs::write(&huge, nothing).unwrap();
        let store = FjallEventStore::open(directory.path(), options()).unwrap();
        append(&store, &mut model, &mut cases, &mut commits, 500);
        model.compare(&store, &mut random);
        store.close().unwrap();
    }
    fs::write(&huge, "something").unwrap();
    let error = FjallEventStore::open(directory.path(), options()).unwrap_err();
    assert!(error.to_string().contains("seg is missing"), "{error}");
    let repair = Repair::look(directory.path(), None, &|_, _| {}).unwrap();
    assert_eq!(repair.found().commits, model.log.len() as u64);
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// The store of layout 1. Empty folders don't come with a checkout.
fn layout_1(to: &Path) {
    copy(&golden("layout-1"), to);
    for keyspace in 0..4 {
        fs::create_dir_all(to.join(format!("log/keyspaces/{keyspace}/tables"))).unwrap();
    }
}

#[derive(Default)]
struct Told(Mutex<Vec<(Work, u64, u64)>>);

impl Progress for Told {
    fn told(&self, work: Work, done: u64, of: u64) {
        self.0.lock().unwrap().push((work, done, of));
    }
}

/// Stamps and records as `kanzlei log --raw` gives them.
fn raw(store: &FjallEventStore) -> Vec<u8> {
    let page = block_on(store.log(Position::START, usize::MAX)).unwrap();
    let commits = page.commits().map(|commit| {
        let stamp: [u8; Stamp::LENGTH] = commit.stamp.to_bytes();
        [&stamp[..], commit.record.as_bytes()].concat()
    });
    commits.flatten().collect()
}

#[test]
fn a_store_of_layout_1_is_moved_and_gives_back_the_same_bytes() {
    let expected = fs::read(golden("layout-1.raw")).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    layout_1(path);
    let told = Arc::new(Told::default());
    let progress = Arc::clone(&told) as Arc<dyn Progress>;
    let store = FjallEventStore::open(
        path,
        Options {
            progress,
            ..options()
        },
    )
    .unwrap();
    assert_eq!(*told.0.lock().unwrap(), [(Work::Moving, 30, 30)]);
    assert!(raw(&store) == expected);
    assert!(!path.join("log").exists() && !path.join("moving").exists());
    let mut commits = Commits::seeded(7);
    let case = commits.case();
    let appended = block_on(store.append(&commits.commit(&[case], 10))).unwrap();
    assert_eq!(appended.position, Position(31));
    store.close().unwrap();
    let store = FjallEventStore::open(path, options()).unwrap();
    assert_eq!(store.tree().unwrap().unwrap().size, 31);
}

#[test]
fn a_log_of_layout_1_is_moved_whatever_its_commits_come_to() {
    let directory = tempfile::tempdir().unwrap();
    let mut commits = Commits::seeded(9);
    // More than a group may hold, were they one.
    let made: Vec<_> = (0..30)
        .map(|_| {
            let case = commits.case();
            commits.commit(&[case], 250_000)
        })
        .collect();
    let old = fjall::Database::builder(directory.path().join("log")).open();
    let old = old.unwrap();
    let keyspace = |name| old.keyspace(name, fjall::KeyspaceCreateOptions::default);
    let (log, index) = (keyspace("log").unwrap(), keyspace("index").unwrap());
    index.insert([0], 1_u32.to_le_bytes()).unwrap();
    let mut expected = Vec::new();
    for (commit, position) in made.iter().zip(1..) {
        let stamp = Stamp {
            position: Position(position),
            recorded: BEGINNING,
        };
        let stamped = [&stamp.to_bytes()[..], commit.record.bytes()].concat();
        log.insert(position.to_be_bytes(), &stamped).unwrap();
        expected.extend(stamped);
    }
    old.persist(fjall::PersistMode::SyncAll).unwrap();
    drop((log, index, old));
    let store = FjallEventStore::open(directory.path(), options()).unwrap();
    assert_eq!(store.closed(), None);
    assert!(raw(&store) == expected);
    store.close().unwrap();
    let store = FjallEventStore::open(directory.path(), options()).unwrap();
    assert!(raw(&store) == expected);
}

/// When a segment was written, as the file system has it.
fn written(segment: &Path) -> SystemTime {
    segment.metadata().unwrap().modified().unwrap()
}

/// As if it was written then.
fn age(segment: &Path) -> SystemTime {
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_hours(24);
    let segment = fs::File::options().write(true).open(segment).unwrap();
    segment.set_modified(long_ago).unwrap();
    long_ago
}

#[test]
fn a_segment_that_is_begun_and_empty_is_written_again_and_damage_before_it_leaves_the_rest_to_be_read()
 {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let [first, second] = ["1", "2"].map(|it| path.join(format!("segments/0000000{it}.seg")));
    let begun = || fs::read(&second).is_ok_and(|bytes| bytes.first() != Some(&0));
    let mut commits = Commits::seeded(11);
    let (mut witness, mut count) = (Vec::new(), 0);
    while !begun() {
        witness = fs::read(path.join("witness")).unwrap_or_default();
        let store = FjallEventStore::open(path, options()).unwrap();
        let case = commits.case();
        block_on(store.append(&commits.commit(&[case], 100_000))).unwrap();
        store.close().unwrap();
        count += 1;
    }
    // The power went when its header was there, and no group.
    fs::write(path.join("witness"), witness).unwrap();
    let mut bytes = fs::read(&second).unwrap();
    bytes[4_096..].fill(0);
    fs::write(&second, bytes).unwrap();
    let long_ago = age(&second);
    let store = FjallEventStore::open(path, options()).unwrap();
    assert_eq!(store.closed(), None);
    assert_eq!(store.watermark().now(), Position(count - 1));
    store.close().unwrap();
    assert!(written(&second) > long_ago, "nobody knows of its header");

    let mut bytes = fs::read(&first).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    bytes[end - 50_000] ^= 1;
    fs::write(&first, bytes).unwrap();
    let store = FjallEventStore::open(path, options()).unwrap();
    let why = store.closed().expect("nothing is appended");
    assert!(why.contains(&format!("position {}", count - 1)), "{why}");
    let page = block_on(store.log(Position::START, usize::MAX)).unwrap();
    assert_eq!(page.len() as u64, count - 2);
}

#[test]
fn what_the_witness_has_not_seen_is_written_again_when_the_store_opens() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let mut commits = Commits::seeded(10);
    let mut append = |count: usize| {
        let store = FjallEventStore::open(path, options()).unwrap();
        for _ in 0..count {
            let case = commits.case();
            block_on(store.append(&commits.commit(&[case], 10))).unwrap();
        }
        store.close().unwrap();
    };
    append(3);
    let witness = fs::read(path.join("witness")).unwrap();
    append(3);
    let segment = path.join("segments/00000001.seg");
    let before = fs::read(&segment).unwrap();
    let long_ago = age(&segment);
    append(0);
    assert_eq!(
        written(&segment),
        long_ago,
        "the witness has seen all of it"
    );
    // As after a sync that failed: the bytes are there to be read, and nobody knows whether they are on the disk.
    fs::write(path.join("witness"), witness).unwrap();
    append(0);
    assert!(
        written(&segment) > long_ago,
        "a sync alone would write nothing"
    );
    assert!(fs::read(&segment).unwrap() == before);
    age(&segment);
    append(0);
    assert_eq!(written(&segment), long_ago, "the witness has seen it now");
}

#[test]
fn a_crash_while_a_log_is_moved_begins_again_or_ends_it() {
    let expected = fs::read(golden("layout-1.raw")).unwrap();
    let moved = tempfile::tempdir().unwrap();
    layout_1(moved.path());
    FjallEventStore::open(moved.path(), options())
        .unwrap()
        .close()
        .unwrap();
    let begun: [&dyn Fn(&Path); 3] = [
        &|path| {
            copy(
                &moved.path().join("segments"),
                &path.join("moving/segments"),
            );
        },
        // The new one has its name, and the old one is still there, or half of it.
        &|path| copy(&moved.path().join("segments"), &path.join("segments")),
        &|path| {
            copy(&moved.path().join("segments"), &path.join("segments"));
            fs::remove_file(path.join("log/0.jnl")).unwrap();
        },
    ];
    for begun in begun {
        let directory = tempfile::tempdir().unwrap();
        layout_1(directory.path());
        begun(directory.path());
        let store = FjallEventStore::open(directory.path(), options()).unwrap();
        assert!(raw(&store) == expected);
        assert!(!directory.path().join("log").exists());
        assert!(!directory.path().join("moving").exists());
    }
}

#[test]
fn a_damaged_log_of_layout_1_is_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    layout_1(path);
    {
        let db = fjall::Database::builder(path.join("log")).open().unwrap();
        let log = db
            .keyspace("log", fjall::KeyspaceCreateOptions::default)
            .unwrap();
        log.remove(5_u64.to_be_bytes()).unwrap();
        db.persist(fjall::PersistMode::SyncAll).unwrap();
    }
    for _ in 0..2 {
        let error = FjallEventStore::open(path, options()).unwrap_err();
        let StoreError::Unavailable(why) = error else {
            panic!("{error}");
        };
        assert!(
            why.contains("position 5 is missing") && why.contains("was left as it is"),
            "{why}"
        );
        assert!(path.join("log/0.jnl").exists() && !path.join("segments").exists());
    }
}

/// fjall opens without the batches at its journal's end that it can't read.
#[test]
fn a_log_of_layout_1_that_lost_its_end_is_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    layout_1(path);
    let journal = path.join("log/0.jnl");
    let whole = fs::read(&journal).unwrap();
    let end = whole.iter().rposition(|byte| *byte != 0).unwrap();
    let mut damaged = whole;
    damaged[end - 20] ^= 1;
    fs::write(&journal, damaged).unwrap();
    for _ in 0..2 {
        let error = FjallEventStore::open(path, options())
            .unwrap_err()
            .to_string();
        let lost = "30 commits were there, and it has 29";
        assert!(
            error.contains(lost) && error.contains("was left as it is"),
            "{error}"
        );
        let names = fs::read_dir(path.join("log")).unwrap();
        let names = names.map(|file| file.unwrap().file_name().into_string().unwrap());
        assert!(names.into_iter().any(|name| name.contains(".torn-at-")));
        assert!(!path.join("segments").exists());
    }
}

#[test]
fn what_is_in_the_index_alone_conflicts_and_is_answered_again() {
    let directory = tempfile::tempdir().unwrap();
    let mut commits = Commits::seeded(8);
    let mut appended = Vec::new();
    let store = FjallEventStore::open(directory.path(), unsynced()).unwrap();
    while segments(directory.path()) < 4 {
        let case = commits.case();
        let commit = commits.commit(&[case], 100_000);
        block_on(store.append(&commit)).unwrap();
        appended.push(commit);
    }
    store.close().unwrap();
    let store = FjallEventStore::open(directory.path(), options()).unwrap();
    for (commit, position) in appended.iter().zip(1..) {
        let again = block_on(store.append(commit));
        assert!(
            matches!(again, Err(AppendError::Duplicate(first)) if first.position.0 == position)
        );
        let rival = commits.rival(commit);
        let conflict = block_on(store.append(&rival)).unwrap_err();
        assert!(
            matches!(conflict, AppendError::Conflict { .. }),
            "{conflict}"
        );
    }
}
