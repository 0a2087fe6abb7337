//! What fjall does that an event store must not do: for each a test that fails when ours does it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Waker};

use futures::executor::block_on;
use futures::future::join_all;
use kanzlei_core::ports::{AppendError, EventStore, Prepared, Read, StoreError};
use kanzlei_core::testing::ManualClock;
use kanzlei_core::{Position, Version};
use kanzlei_store::conformance::commits::BEGINNING;
use kanzlei_store::conformance::commits::{Commits, tails};
use kanzlei_store::{Faults, FjallEventStore, FjallViewStore, Moment, Options, SyncPolicy};
use tempfile::TempDir;

/// Stops the writer at a moment until it is let go, or makes it fail there.
#[derive(Default)]
struct Gate {
    held: Mutex<Option<Moment>>,
    fails: Mutex<Option<Moment>>,
    moved: Condvar,
    arrived: AtomicBool,
}

impl Gate {
    fn hold(&self, at: Moment) {
        self.arrived.store(false, Ordering::SeqCst);
        *self.held.lock().unwrap() = Some(at);
    }

    fn await_arrival(&self) {
        while !self.arrived.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
    }

    fn release(&self) {
        *self.held.lock().unwrap() = None;
        self.moved.notify_all();
    }

    fn fail(&self, at: Moment) {
        *self.fails.lock().unwrap() = Some(at);
    }
}

impl Faults for Gate {
    fn at(&self, moment: Moment) -> io::Result<()> {
        let mut held = self.held.lock().unwrap();
        while *held == Some(moment) {
            self.arrived.store(true, Ordering::SeqCst);
            held = self.moved.wait(held).unwrap();
        }
        if *self.fails.lock().unwrap() == Some(moment) {
            return Err(io::Error::other("the disk is full"));
        }
        Ok(())
    }
}

struct Bench {
    directory: TempDir,
    gate: Arc<Gate>,
    commits: Commits,
}

impl Bench {
    fn new(seed: u64) -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
            gate: Arc::default(),
            commits: Commits::seeded(seed),
        }
    }

    fn open(&self) -> Opened {
        let clock = Arc::new(ManualClock::at(BEGINNING));
        let mut options = Options::new(SyncPolicy::EachGroup, clock);
        options.faults = Arc::clone(&self.gate) as Arc<dyn Faults>;
        Opened {
            _gate: LetGo(Arc::clone(&self.gate)),
            store: FjallEventStore::open(self.directory.path(), options).unwrap(),
        }
    }

    fn opening(&mut self) -> Prepared {
        let case = self.commits.case();
        self.commits.commit(&[case], 60)
    }
}

/// Lets the writer go, so that a test that fails ends, and doesn't wait for the writer.
struct LetGo(Arc<Gate>);

impl Drop for LetGo {
    fn drop(&mut self) {
        self.0.release();
    }
}

struct Opened {
    _gate: LetGo,
    store: FjallEventStore,
}

impl std::ops::Deref for Opened {
    type Target = FjallEventStore;

    fn deref(&self) -> &FjallEventStore {
        &self.store
    }
}

/// Starts a future without waiting for it.
fn start<F: Future>(mut future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
}

/// Whether anything of a commit can be read, in any way.
fn seen(store: &FjallEventStore, commit: &Prepared, at: Position) -> Vec<&'static str> {
    let mut ways = Vec::new();
    if !block_on(store.log(Position(at.0 - 1), 1)).is_ok_and(|page| page.is_empty()) {
        ways.push("log");
    }
    if !block_on(store.at(at)).is_ok_and(|page| page.is_none()) {
        ways.push("at");
    }
    if !block_on(store.answered(commit.command())).is_ok_and(|answer| answer.is_none()) {
        ways.push("answered");
    }
    for part in commit.record.parts() {
        let page = block_on(store.case(part.case, part.expected, 1, Read::Fresh));
        if !page.is_ok_and(|page| page.is_empty()) {
            ways.push("case");
        }
    }
    if store.watermark().now() >= at {
        ways.push("watermark");
    }
    if store.tree().unwrap().unwrap().size >= at.0 {
        ways.push("tree");
    }
    ways
}

#[test]
fn nothing_is_seen_in_any_way_before_it_is_durable() {
    for moment in [Moment::BeforeWrite, Moment::BeforePublish] {
        let mut bench = Bench::new(1);
        let store = bench.open();
        let first = bench.opening();
        block_on(store.append(&first)).unwrap();
        let cases = [tails(&first)[0], bench.commits.case()];
        let second = bench.commits.commit(&cases, 60);
        bench.gate.hold(moment);
        let mut append = pin!(store.append(&second));
        assert!(start(append.as_mut()).is_pending());
        bench.gate.await_arrival();
        assert_eq!(seen(&store, &second, Position(2)), [""; 0], "{moment:?}");
        assert!(start(append.as_mut()).is_pending(), "answered before");
        bench.gate.release();
        block_on(append).unwrap();
        let all = ["log", "at", "answered", "case", "case", "watermark", "tree"];
        assert_eq!(seen(&store, &second, Position(2)), all);
    }
}

#[test]
fn a_failed_write_is_answered_as_unknown_and_closes_the_store_for_good() {
    for moment in [Moment::BeforeWrite, Moment::BeforePublish] {
        let mut bench = Bench::new(2);
        let store = bench.open();
        let first = bench.opening();
        block_on(store.append(&first)).unwrap();
        bench.gate.fail(moment);
        let second = bench.opening();
        let answer = block_on(store.append(&second));
        assert!(matches!(&answer, Err(AppendError::Unknown(why)) if why.contains("full")));
        assert_eq!(seen(&store, &second, Position(2)), [""; 0]);
        *bench.gate.fails.lock().unwrap() = None;
        let answer = block_on(store.append(&second));
        assert!(matches!(&answer, Err(AppendError::Closed(why)) if why.contains("full")));
        assert_eq!(
            block_on(store.log(Position(0), usize::MAX)).unwrap().len(),
            1
        );
        assert!(matches!(store.store.close(), Err(StoreError::Closed(_))));

        let store = bench.open();
        let stored = moment == Moment::BeforePublish;
        match block_on(store.append(&second)) {
            Ok(appended) => assert_eq!((appended.position, stored), (Position(2), false)),
            Err(AppendError::Duplicate(first)) => {
                assert_eq!((first.position, stored), (Position(2), true));
            }
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn in_a_group_that_fails_nobody_learns_more_than_is_known() {
    let mut bench = Bench::new(3);
    let store = bench.open();
    let (first, second) = (bench.opening(), bench.opening());
    block_on(store.append(&first)).unwrap();
    let rival = bench.commits.rival(&second);
    let last = bench.opening();
    bench.gate.hold(Moment::BeforeWrite);
    let mut before = pin!(store.append(&last));
    assert!(start(before.as_mut()).is_pending());
    bench.gate.await_arrival();
    let group = [&second, &second, &rival, &first];
    let mut appends: Vec<_> = group
        .iter()
        .map(|one| Box::pin(store.append(one)))
        .collect();
    for append in &mut appends {
        assert!(start(append.as_mut()).is_pending());
    }
    // The group that waits fails, and the one that is being written doesn't.
    bench.gate.hold(Moment::BeforePublish);
    bench.gate.moved.notify_all();
    bench.gate.await_arrival();
    bench.gate.fail(Moment::BeforeWrite);
    bench.gate.release();
    block_on(before).unwrap();
    let answers = block_on(join_all(appends));
    assert!(matches!(answers[0], Err(AppendError::Unknown(_))), "staged");
    assert!(
        matches!(answers[1], Err(AppendError::Unknown(_))),
        "a retry of it"
    );
    assert!(matches!(answers[2], Err(AppendError::Closed(_))), "refused");
    let on_disk =
        matches!(&answers[3], Err(AppendError::Duplicate(first)) if first.position.0 == 1);
    assert!(on_disk, "{:?}", answers[3]);
}

#[test]
fn many_callers_share_a_group() {
    const CALLERS: u64 = 200;
    let mut bench = Bench::new(4);
    let store = bench.open();
    let commits: Vec<Prepared> = (0..CALLERS).map(|_| bench.opening()).collect();
    let mut appends = Vec::new();
    bench.gate.hold(Moment::BeforeWrite);
    for commit in &commits {
        let mut append = Box::pin(store.append(commit));
        assert!(start(append.as_mut()).is_pending());
        appends.push(append);
        bench.gate.await_arrival();
    }
    bench.gate.release();
    assert!(block_on(join_all(appends)).iter().all(Result::is_ok));
    let written = store.figures();
    assert_eq!((written.commits, written.groups), (CALLERS, 2));
    let bytes = commits
        .iter()
        .map(|commit| commit.record.bytes().len() as u64);
    assert_eq!(written.bytes, bytes.sum::<u64>());
    let histogram = &written.group_commits;
    assert_eq!(
        (histogram.counts[0], histogram.sum),
        (1, CALLERS),
        "one alone, all others"
    );
    // Whoever is refused waited for nothing that says how quick the disk is.
    assert!(block_on(store.append(&commits[0])).is_err());
    assert_eq!(store.figures().latency_micros.count(), CALLERS);
    let over_three = bench.commits.cases(3);
    let over_three = bench.commits.commit(&over_three, 10);
    block_on(store.append(&over_three)).unwrap();
    let after = store.figures();
    let parts = over_three.record.parts().iter();
    let events = parts.map(|part| u64::from(part.last.0 - part.expected.0));
    assert_eq!(after.events - written.events, events.sum::<u64>());
}

#[test]
fn a_reader_never_sees_half_a_commit() {
    const COMMITS: u64 = 400;
    let mut bench = Bench::new(5);
    let store = bench.open();
    let done = AtomicBool::new(false);
    let mut cases = bench.commits.cases(6);
    let first = cases[0].case;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..COMMITS {
                let commit = bench.commits.commit(&cases, 30);
                cases = tails(&commit);
                block_on(store.append(&commit)).unwrap();
            }
            done.store(true, Ordering::SeqCst);
        });
        let (mut seen, mut version) = (Position(0), Version(0));
        while !done.load(Ordering::SeqCst) || seen.0 < COMMITS {
            let shares = block_on(store.case(first, version, usize::MAX, Read::Any)).unwrap();
            for share in shares.commits() {
                version = share.record.parts().next().unwrap().last();
                let whole = block_on(store.at(share.stamp.position)).unwrap();
                assert!(whole.is_some(), "a share without its commit");
            }
            let page = block_on(store.log(seen, usize::MAX)).unwrap();
            for commit in page.commits() {
                let command = commit.record.head().command;
                let answer = block_on(store.answered(command)).unwrap().unwrap();
                assert_eq!(answer.position, commit.stamp.position);
                for part in commit.record.parts() {
                    let before = Version(part.first.0 - 1);
                    let share = block_on(store.case(part.case, before, 1, Read::Fresh)).unwrap();
                    let stamps: Vec<_> = share.commits().map(|share| share.stamp).collect();
                    assert_eq!(stamps, [commit.stamp]);
                }
            }
            seen = page.through();
        }
    });
}

#[test]
fn a_store_of_a_newer_layout_is_refused_with_both_numbers() {
    let mut bench = Bench::new(6);
    let store = bench.open();
    block_on(store.append(&bench.opening())).unwrap();
    drop(store);
    let segment = bench.directory.path().join("segments/00000001.seg");
    let mut bytes = std::fs::read(&segment).unwrap();
    bytes[8..12].copy_from_slice(&7_u32.to_le_bytes());
    let crc = crc32c::crc32c(&bytes[..4_092]).to_le_bytes();
    bytes[4_092..4_096].copy_from_slice(&crc);
    std::fs::write(&segment, bytes).unwrap();
    let options = Options::new(SyncPolicy::EachGroup, Arc::new(ManualClock::at(BEGINNING)));
    let error = FjallEventStore::open(bench.directory.path(), options).unwrap_err();
    assert_eq!(error, StoreError::Newer { found: 7, known: 2 });
}

#[test]
fn a_directory_is_open_once() {
    let bench = Bench::new(7);
    let options = || Options::new(SyncPolicy::EachGroup, Arc::new(ManualClock::at(BEGINNING)));
    let path = bench.directory.path();
    let store = bench.open();
    let error = FjallEventStore::open(path, options()).unwrap_err();
    assert_eq!(error, StoreError::Locked(path.display().to_string()));
    drop(store);
    bench.open().store.close().unwrap();
    let views = path.join("views");
    let open = FjallViewStore::open(&views).unwrap();
    let error = FjallViewStore::open(&views).unwrap_err();
    assert!(error.to_string().contains("open already"), "{error}");
    drop(open);
    FjallViewStore::open(&views).unwrap();
}
