//! Who writes: callers who come together leave it to the store's thread, and one who is alone does it itself.
//! Whoever it is, and whatever becomes of them, everybody is answered, and once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Scope, ScopedJoinHandle, ThreadId};

use futures::executor::block_on;
use futures::future::join_all;
use kanzlei_core::ports::{AppendError, Appended, EventStore, Prepared, StoreError};
use kanzlei_core::testing::ManualClock;
use kanzlei_core::{Position, Version};
use kanzlei_store::conformance::commits::{BEGINNING, Commits, tails};
use kanzlei_store::{Faults, FjallEventStore, Moment, Options, SyncPolicy};
use tempfile::TempDir;

/// Callers of a round, at most.
const ROUND: usize = 1_024;
/// Appends after which a caller is alone for long.
const LONG: usize = 30;
/// Appends among which one finds the disk quick, however slow it is at times.
const TRIES: usize = 600;

/// What the disk does next, and who has written to it.
#[derive(Default)]
struct Disk {
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Default)]
struct State {
    held: bool,
    panics: bool,
    /// A thread for each group.
    writers: Vec<ThreadId>,
}

impl Disk {
    fn set(&self, set: impl FnOnce(&mut State)) {
        set(&mut self.state.lock().unwrap());
        self.moved.notify_all();
    }

    /// Waits until so many groups have come to be written.
    fn await_groups(&self, groups: usize) {
        let state = self.state.lock().unwrap();
        let fewer = |state: &mut State| state.writers.len() < groups;
        drop(self.moved.wait_while(state, fewer).unwrap());
    }

    fn writers(&self) -> Vec<ThreadId> {
        self.state.lock().unwrap().writers.clone()
    }
}

impl Faults for Disk {
    fn at(&self, moment: Moment) -> io::Result<()> {
        if moment == Moment::BeforeWrite {
            self.set(|state| state.writers.push(thread::current().id()));
        }
        let state = self.state.lock().unwrap();
        let state = self.moved.wait_while(state, |state| state.held).unwrap();
        let panics = state.panics;
        drop(state);
        assert!(!panics, "the disk is on fire");
        Ok(())
    }
}

/// Lets the disk go, so that a test that fails ends.
struct LetGo(Arc<Disk>);

impl Drop for LetGo {
    fn drop(&mut self) {
        self.0.set(|state| state.held = false);
    }
}

struct Bench {
    disk: Arc<Disk>,
    store: FjallEventStore,
    commits: Commits,
    _directory: TempDir,
}

impl Bench {
    fn new(seed: u64) -> (Self, LetGo) {
        let directory = tempfile::tempdir().unwrap();
        let disk = Arc::<Disk>::default();
        let clock = Arc::new(ManualClock::at(BEGINNING));
        // Nothing is synced, so that no disk is too slow for a caller.
        let every = std::time::Duration::from_secs(1);
        let mut options = Options::new(SyncPolicy::Buffered { every }, clock);
        options.faults = Arc::clone(&disk) as Arc<dyn Faults>;
        let bench = Self {
            store: FjallEventStore::open(directory.path(), options).unwrap(),
            commits: Commits::seeded(seed),
            _directory: directory,
            disk: Arc::clone(&disk),
        };
        (bench, LetGo(disk))
    }

    fn opening(&mut self) -> Prepared {
        let case = self.commits.case();
        self.commits.commit(&[case], 20)
    }

    fn openings(&mut self, count: usize) -> Vec<Prepared> {
        (0..count).map(|_| self.opening()).collect()
    }
}

/// A caller on a thread of its own that is writing what it appends, and is held in it.
fn writing<'scope, 'env>(
    scope: &'scope Scope<'scope, 'env>,
    bench: &'env Bench,
    commits: &'env [Prepared],
) -> ScopedJoinHandle<'scope, Result<Appended, AppendError>> {
    let mut commits = commits.iter();
    while let Some(commit) = commits.next() {
        let before = bench.disk.writers().len();
        bench.disk.set(|state| state.held = true);
        let caller = scope.spawn(|| block_on(bench.store.append(commit)));
        bench.disk.await_groups(before + 1);
        if bench.disk.writers().last() == Some(&caller.thread().id()) {
            return caller;
        }
        // The disk was slow the last time, so that the thread took it; held, it is slow again. Not held, it is quick.
        bench.disk.set(|state| state.held = false);
        caller.join().unwrap().unwrap();
        if let Some(between) = commits.next() {
            block_on(bench.store.append(between)).unwrap();
        }
    }
    panic!("no caller writes itself");
}

/// Whether somebody was told to look again.
#[derive(Default)]
struct Told(AtomicBool);

impl Wake for Told {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

type Append<'a> = Pin<Box<dyn Future<Output = Result<Appended, AppendError>> + Send + 'a>>;

/// Starts an append that isn't answered yet.
fn started<'a>(store: &'a FjallEventStore, commit: &'a Prepared) -> Append<'a> {
    let mut append = store.append(commit);
    assert!(poll(&mut append).is_pending());
    append
}

fn poll(append: &mut Append<'_>) -> Poll<Result<Appended, AppendError>> {
    let mut context = Context::from_waker(Waker::noop());
    append.as_mut().poll(&mut context)
}

#[test]
fn a_caller_who_is_alone_writes_itself_and_now_and_then_the_thread_does() {
    let (mut bench, _gate) = Bench::new(1);
    for commit in bench.openings(1_000) {
        block_on(bench.store.append(&commit)).unwrap();
    }
    let own = thread::current().id();
    let writers = bench.disk.writers();
    assert_eq!(writers.len(), 1_000);
    let itself = writers.iter().filter(|writer| **writer == own).count();
    assert!(itself > 500, "{itself} by the caller itself");
    let mut stretches = writers[LONG..].chunks(97);
    assert!(stretches.all(|stretch| stretch.iter().any(|writer| *writer != own)));
    assert_ne!(writers[0], own, "it isn't known yet that nobody comes");
}

#[test]
fn who_comes_while_a_caller_writes_is_written_by_the_thread_and_the_caller_goes_on() {
    let (mut bench, _gate) = Bench::new(2);
    let (lonely, others) = (bench.openings(TRIES), bench.openings(20));
    let (store, disk) = (&bench.store, &bench.disk);
    thread::scope(|scope| {
        let leader = writing(scope, &bench, &lonely);
        let before = disk.writers().len();
        let appends: Vec<_> = others.iter().map(|one| started(store, one)).collect();
        disk.set(|state| state.held = false);
        let id = leader.thread().id();
        leader.join().unwrap().unwrap();
        let answers = block_on(join_all(appends));
        assert!(answers.iter().all(Result::is_ok));
        let writers = &disk.writers()[before..];
        assert_eq!(writers.len(), 1, "the others are one group");
        assert!(![id, thread::current().id()].contains(&writers[0]));
    });
}

#[test]
fn a_panic_while_a_caller_writes_closes_the_store_and_everybody_is_answered() {
    let (mut bench, _gate) = Bench::new(3);
    let (lonely, second, third) = (bench.openings(TRIES), bench.opening(), bench.opening());
    let (store, disk) = (&bench.store, &bench.disk);
    let before = thread::scope(|scope| {
        let leader = writing(scope, &bench, &lonely);
        let before = disk.writers().len();
        let waits = started(store, &second);
        let again: Vec<_> = lonely
            .iter()
            .take(before)
            .map(|one| started(store, one))
            .collect();
        disk.set(|state| (state.held, state.panics) = (false, true));
        let answer = leader.join().unwrap();
        assert!(matches!(&answer, Err(AppendError::Unknown(why)) if why.contains("on fire")));
        let answer = block_on(waits);
        assert!(matches!(&answer, Err(AppendError::Closed(why)) if why.contains("on fire")));
        let mut answers = block_on(join_all(again));
        let last = answers.pop().unwrap();
        assert!(matches!(last, Err(AppendError::Unknown(_))), "{last:?}");
        let known = |answer: &_| matches!(answer, Err(AppendError::Duplicate(_)));
        assert!(answers.iter().all(known), "what is on the disk is known");
        before
    });
    let answer = block_on(store.append(&third));
    assert!(matches!(answer, Err(AppendError::Closed(_))));
    assert_eq!(disk.writers().len(), before);
    assert!(matches!(bench.store.close(), Err(StoreError::Closed(_))));
}

#[test]
fn who_is_dropped_in_a_round_or_before_it_keeps_nobody_else_from_being_answered() {
    let (mut bench, _gate) = Bench::new(4);
    let first = bench.opening();
    let (round, beyond) = (bench.openings(ROUND), bench.openings(20));
    let store = &bench.store;
    bench.disk.set(|state| state.held = true);
    let first = started(store, &first);
    bench.disk.await_groups(1);
    let start = |one| Some(started(store, one));
    let mut there: Vec<_> = round.iter().map(start).collect();
    let mut waiting: Vec<_> = beyond.iter().map(start).collect();
    let told = Arc::<Told>::default();
    let waker = Waker::from(Arc::clone(&told));
    for append in waiting.iter_mut().flatten() {
        assert!(
            append
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
    }
    there
        .iter_mut()
        .step_by(2)
        .for_each(|append| *append = None);
    waiting
        .iter_mut()
        .step_by(3)
        .for_each(|append| *append = None);
    bench.disk.set(|state| state.held = false);
    block_on(first).unwrap();
    for appends in [there, waiting] {
        let answers = block_on(join_all(appends.into_iter().flatten()));
        assert!(answers.iter().all(Result::is_ok));
        assert!(
            told.0.load(Ordering::SeqCst),
            "nobody says that there is room"
        );
    }
    let stored = |commit: &Prepared| {
        block_on(store.answered(commit.command()))
            .unwrap()
            .is_some()
    };
    assert!(round.iter().all(stored), "dropping doesn't take it back");
    for (number, commit) in beyond.iter().enumerate() {
        assert_eq!(stored(commit), number % 3 > 0, "there was no room for it");
    }
    let groups = store.figures().group_commits;
    assert_eq!(groups.counts.last(), Some(&0), "more than a round holds");
}

#[test]
fn who_looked_long_before_it_finds_room_is_checked_against_what_came_meanwhile() {
    let (mut bench, _gate) = Bench::new(5);
    let opening = bench.opening();
    block_on(bench.store.append(&opening)).unwrap();
    let case = tails(&opening);
    let late = bench.commits.commit(&case, 20);
    let (first, round) = (bench.opening(), bench.openings(ROUND));
    let (rival, meanwhile) = (bench.commits.rival(&late), bench.openings(LONG));
    let store = &bench.store;
    bench.disk.set(|state| state.held = true);
    let first = started(store, &first);
    bench.disk.await_groups(2);
    let there: Vec<_> = round.iter().map(|one| started(store, one)).collect();
    let mut late = started(store, &late);
    bench.disk.set(|state| state.held = false);
    block_on(first).unwrap();
    assert!(block_on(join_all(there)).iter().all(Result::is_ok));
    block_on(store.append(&rival)).unwrap();
    for commit in &meanwhile {
        block_on(store.append(commit)).unwrap();
    }
    let actual = tails(&rival)[0].version;
    let conflict = AppendError::Conflict {
        case: case[0].case,
        actual,
    };
    let answer = match poll(&mut late) {
        Poll::Ready(answer) => answer,
        Poll::Pending => block_on(late),
    };
    assert_eq!(answer, Err(conflict));
    assert!(actual > Version(1) && store.watermark().now() > Position(LONG as u64));
}

/// Somebody else's code that fails when it is told.
struct Fails;

impl Wake for Fails {
    fn wake(self: Arc<Self>) {
        panic!("woken");
    }
}

#[test]
fn a_waker_that_panics_keeps_nobody_else_from_being_answered() {
    let (mut bench, gate) = Bench::new(6);
    let (one, other) = (bench.opening(), bench.opening());
    bench.disk.set(|state| state.held = true);
    thread::scope(|scope| {
        let mut fails = bench.store.append(&one);
        let waker = Waker::from(Arc::new(Fails));
        assert!(
            fails
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
        let writes = scope.spawn(|| block_on(bench.store.append(&other)));
        bench.disk.await_groups(1);
        drop(gate);
        writes.join().unwrap().unwrap();
        assert!(
            fails
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_ready()
        );
    });
    assert_eq!(bench.store.closed(), None);
}
