//! The runner: exactly once, failing alone, rebuilding beside, never silently wrong.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use futures::executor::block_on;
use kanzlei_core::Position;
use kanzlei_core::domain::event::{Closed, Event};
use kanzlei_core::ports::ViewStore;
use kanzlei_projections::{
    Interest, PartInLog, Projection, ProjectionError, ReadError, Runner, RunnerError, ViewError,
    ViewStatus, Views,
};

use super::stores::TestViews;
use super::town::Town;

/// Looks until something is so; a test that never sees it fails.
pub fn until(so: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("it never came");
}

/// A gate that is shut until it is opened.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
    reached: AtomicBool,
}

impl Gate {
    fn pass(&self) {
        self.reached.store(true, Ordering::SeqCst);
        let mut open = self.open.lock().unwrap();
        while !*open {
            open = self.opened.wait(open).unwrap();
        }
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

/// Counts commits in one row, `step` each.
struct Counter {
    revision: u32,
    step: u64,
    fails_at: AtomicU32,
    panics: AtomicBool,
    gate: Arc<Gate>,
}

fn counter(revision: u32, step: u64) -> Counter {
    let gate = Arc::new(Gate::default());
    gate.open();
    Counter {
        revision,
        step,
        fails_at: AtomicU32::new(u32::MAX),
        panics: AtomicBool::new(false),
        gate,
    }
}

impl Projection for Counter {
    fn name(&self) -> &'static str {
        "counter"
    }

    fn revision(&self) -> u32 {
        self.revision
    }

    fn interest(&self) -> Interest {
        Interest::everywhere()
    }

    fn apply(&self, part: &PartInLog<'_>, views: &mut Views<'_>) -> Result<(), ProjectionError> {
        self.gate.pass();
        assert!(!self.panics.load(Ordering::SeqCst), "Planted Muster");
        if part.stamp.position.0 >= self.fails_at.load(Ordering::SeqCst).into() {
            return Err(ProjectionError::Own("it can't".to_owned()));
        }
        let count: u64 = views.read(b"count")?.unwrap_or(0);
        views.write(b"count", &(count + self.step))
    }
}

fn town(commits: usize) -> (Town, Position) {
    let mut town = Town::new();
    let at = town.case("dog-registration", 1061);
    let mut last = Position::START;
    for _ in 0..commits {
        last = more(&mut town, at);
    }
    (town, last)
}

fn more(town: &mut Town, at: usize) -> Position {
    let now = town.now;
    let event: Event = Closed {}.into();
    town.commit(vec![(at, vec![(event, now)])])
}

/// Threads for each of five views that are behind.
const ENOUGH: usize = 10;
/// Bytes of some five of these commits.
const PAGE_OF_FIVE: usize = 1_000;

/// Each commit is a page of its own, whose rows are written beside the next.
fn run(town: &Town, views: &TestViews, counter: &Arc<Counter>) -> Runner {
    run_on(ENOUGH, town, views, counter)
}

fn run_on(threads: usize, town: &Town, views: &TestViews, counter: &Arc<Counter>) -> Runner {
    let builder = Runner::builder(town.log.clone(), Arc::new(views.clone()));
    let builder = builder.project(counter.clone()).standard();
    let builder = builder.page_bytes(1).share_pages(1, threads);
    builder.start().unwrap()
}

fn count(runner: &Runner) -> Result<u64, ReadError> {
    let snapshot = runner.reader().open("counter", 1)?;
    let row = snapshot.get(b"count")?.unwrap_or_default();
    Ok(postcard_u64(&row))
}

fn postcard_u64(row: &[u8]) -> u64 {
    let bytes = row.iter().enumerate();
    bytes
        .map(|(at, byte)| u64::from(byte & 0x7f) << (7 * at))
        .sum()
}

fn status(runner: &Runner) -> ViewStatus {
    let all = runner.status();
    all.into_iter().find(|view| view.name == "counter").unwrap()
}

#[test]
fn each_commit_counts_once_however_often_it_is_killed() {
    let (town, last) = town(40);
    for threads in [1, ENOUGH] {
        let views = TestViews::new();
        let run = || run_on(threads, &town, &views, &Arc::new(counter(1, 1)));
        for writes in [0, 1, 3, 2, 7, 5] {
            views.die_after(writes);
            let runner = run();
            let _ = block_on(runner.caught_up("counter", last));
        }
        views.live();
        let runner = run();
        block_on(runner.caught_up("counter", last)).unwrap();
        assert_eq!(count(&runner), Ok(40));
    }
}

#[test]
fn what_is_appended_is_seen_by_who_waits_for_it() {
    let (mut town, _) = town(1);
    let runner = run(&town, &TestViews::new(), &Arc::new(counter(1, 1)));
    for expected in 2..20 {
        let position = more(&mut town, 0);
        block_on(runner.caught_up("counter", position)).unwrap();
        assert_eq!(count(&runner), Ok(expected));
    }
}

#[test]
fn another_revision_is_built_beside_the_old_one_and_swapped() {
    let (mut town, last) = town(10);
    let views = TestViews::new();
    let old = run(&town, &views, &Arc::new(counter(1, 1)));
    block_on(old.caught_up("counter", last)).unwrap();
    drop(old);

    let mut next = counter(2, 3);
    next.gate = Arc::default();
    let gate = next.gate.clone();
    let runner = run(&town, &views, &Arc::new(next));
    until(|| status(&runner).building);
    block_on(runner.caught_up("counter", last)).unwrap();
    assert_eq!(count(&runner), Ok(10), "the old one serves");
    assert_eq!(status(&runner).serving, Some(1));
    let narrow = runner.reader().open("counter", 2).err().unwrap();
    assert!(matches!(narrow, ReadError::Building(_)), "{narrow}");

    let position = more(&mut town, 0);
    gate.open();
    block_on(runner.caught_up("counter", position)).unwrap();
    assert_eq!(count(&runner), Ok(33));
    let status = status(&runner);
    assert_eq!((status.serving, status.building), (Some(2), false));
    until(|| {
        views
            .rows()
            .iter()
            .all(|(view, _)| view.name != "counter" || view.revision >> 8 == 2)
    });
}

#[test]
fn a_rebuild_serves_the_old_one_until_it_is_through() {
    let (mut town, last) = town(10);
    let views = TestViews::new();
    let counting = Arc::new(counter(1, 1));
    let runner = run(&town, &views, &counting);
    block_on(runner.caught_up("counter", last)).unwrap();
    for _ in 0..300 {
        *counting.gate.open.lock().unwrap() = false;
        runner.rebuild("counter").unwrap();
        until(|| status(&runner).building);
        assert!(count(&runner).unwrap() >= 10);
        counting.gate.open();
        let position = more(&mut town, 0);
        block_on(runner.caught_up("counter", position)).unwrap();
        until(|| !status(&runner).building);
        assert_eq!(count(&runner), Ok(u64::from(town.cases[0].version.0)));
        if town.cases[0].version.0 > 270 {
            break; // Past the last generation, which is 255.
        }
    }
    assert_eq!(
        views
            .rows()
            .iter()
            .filter(|(view, _)| view.name == "counter")
            .count(),
        1
    );
}

#[test]
fn what_a_killed_rebuild_left_is_not_taken_for_the_next() {
    let (town, last) = town(10);
    let views = TestViews::new();
    let runner = run(&town, &views, &Arc::new(counter(1, 1)));
    block_on(runner.caught_up("counter", last)).unwrap();
    drop(runner);
    let counting = Arc::new(counter(1, 1));
    let runner = Runner::builder(town.log.clone(), Arc::new(views.clone()));
    let runner = runner.project(counting).page_bytes(1).start().unwrap();
    block_on(runner.caught_up("counter", last)).unwrap();
    // The old rows are thrown away, some pages are written, and the process dies.
    views.die_after(5);
    runner.rebuild("counter").unwrap();
    until(|| status(&runner).failure.is_some());
    drop(runner);
    views.live();
    let runner = run(&town, &views, &Arc::new(counter(1, 1)));
    block_on(runner.caught_up("counter", last)).unwrap();
    assert_eq!(count(&runner), Ok(10));
    runner.rebuild("counter").unwrap();
    until(|| !status(&runner).building);
    assert_eq!(count(&runner), Ok(10));
}

/// Lets a view that serves ten commits be changed, and dies after none of the writes of that, after one, and so on until
/// it lives through all of them. Each time the next start, with this revision, serves and leaves one view.
fn dying_after_each_write(
    revision: u32,
    change: impl Fn(&Town, &TestViews, Runner, i64) -> Runner,
) {
    let (town, last) = town(10);
    for writes in 0.. {
        let views = TestViews::new();
        let runner = run(&town, &views, &Arc::new(counter(1, 1)));
        block_on(runner.caught_up("counter", last)).unwrap();
        let runner = change(&town, &views, runner, writes);
        until(|| status(&runner).failure.is_some() || !status(&runner).building);
        drop(runner);
        let died = views.died();
        views.live();
        let runner = run(&town, &views, &Arc::new(counter(revision, 1)));
        block_on(runner.caught_up("counter", last)).unwrap();
        until(|| !status(&runner).building);
        assert_eq!(count(&runner), Ok(10));
        drop(runner);
        let rows = views.rows();
        let counters = rows.iter().filter(|(view, _)| view.name == "counter");
        assert_eq!(counters.count(), 1, "after {writes} writes");
        if !died {
            assert!(writes > 2, "there are {writes} writes");
            break;
        }
    }
}

#[test]
fn whenever_a_rebuild_dies_the_next_start_throws_away_the_view_that_does_not_serve() {
    dying_after_each_write(1, |_, views, runner, writes| {
        views.die_after(writes);
        runner.rebuild("counter").unwrap();
        runner
    });
}

#[test]
fn whenever_an_upgrade_dies_the_next_throws_away_what_it_left() {
    dying_after_each_write(3, |town, views, runner, writes| {
        drop(runner);
        views.die_after(writes);
        let runner = run(town, views, &Arc::new(counter(2, 1)));
        let all = town.log.watermark().now();
        let _ = block_on(runner.caught_up("counter", all));
        runner
    });
}

#[test]
fn one_that_fails_stops_alone_says_where_and_is_retried() {
    let (mut town, last) = town(10);
    let counting = Arc::new(counter(1, 1));
    counting.fails_at.store(6, Ordering::SeqCst);
    let runner = run(&town, &TestViews::new(), &counting);
    block_on(runner.caught_up("worklist", last)).unwrap();
    let error = block_on(runner.caught_up("counter", last)).unwrap_err();
    let ViewError::Stopped { view, failure } = error else {
        panic!("{error}");
    };
    assert_eq!((view, failure.position), ("counter", Position(6)));
    assert_eq!(failure.why, "it can't");
    assert_eq!(status(&runner).failure, Some(failure.clone()));
    assert_eq!(status(&runner).position, Position(5));
    assert!(matches!(
        count(&runner),
        Err(ReadError::View(ViewError::Stopped { .. }))
    ));

    runner.retry("counter").unwrap();
    let again = block_on(runner.caught_up("counter", last)).unwrap_err();
    assert!(matches!(again, ViewError::Stopped { .. }), "{again}");
    counting.fails_at.store(u32::MAX, Ordering::SeqCst);
    runner.retry("counter").unwrap();
    until(|| status(&runner).failure.is_none());
    let position = more(&mut town, 0);
    block_on(runner.caught_up("counter", position)).unwrap();
    assert_eq!(count(&runner), Ok(11));
    runner.retry("worklist").unwrap();
    assert!(matches!(
        runner.retry("nothing"),
        Err(ViewError::Unknown(_))
    ));
}

#[test]
fn a_retry_is_refused_while_the_store_takes_nothing() {
    let (town, last) = town(3);
    let views = TestViews::new();
    let counting = Arc::new(counter(1, 1));
    counting.fails_at.store(2, Ordering::SeqCst);
    let runner = run(&town, &views, &counting);
    block_on(runner.caught_up("counter", last)).unwrap_err();
    counting.fails_at.store(u32::MAX, Ordering::SeqCst);
    views.die_after(-1);
    let ViewError::Stopped { failure, .. } = runner.retry("counter").unwrap_err() else {
        panic!("it has stopped");
    };
    assert!(failure.why.contains("killed"), "{failure}");
    views.live();
    runner.retry("counter").unwrap();
    until(|| status(&runner).failure.is_none());
    block_on(runner.caught_up("counter", last)).unwrap();
}

#[test]
fn a_panic_stops_one_view_and_says_nothing_of_what_it_said() {
    let (town, last) = town(3);
    let counting = Arc::new(counter(1, 1));
    counting.panics.store(true, Ordering::SeqCst);
    let runner = run(&town, &TestViews::new(), &counting);
    let error = block_on(runner.caught_up("counter", last)).unwrap_err();
    assert!(error.to_string().contains("panicked"), "{error}");
    assert!(!format!("{error:?} {error}").contains("Muster"));
    block_on(runner.caught_up("worklist", last)).unwrap();
}

#[test]
fn a_view_ahead_of_the_log_says_so_until_it_is_rebuilt() {
    let views = TestViews::new();
    let (long, last) = town(10);
    let runner = run(&long, &views, &Arc::new(counter(1, 1)));
    block_on(runner.caught_up("counter", last)).unwrap();
    drop(runner);
    // A shorter log, then one as long that holds other commits.
    let (short, short_last) = town(4);
    let mut other = Town::new();
    other.now = other.now.plus_micros(5);
    let at = other.case("move-of-residence", 1061);
    let mut other_last = Position::START;
    for _ in 0..10 {
        other_last = more(&mut other, at);
    }
    for (town, end, commits) in [(&short, short_last, 4), (&other, other_last, 10)] {
        let runner = run(town, &views, &Arc::new(counter(1, 1)));
        until(|| status(&runner).failure.is_some());
        let error = count(&runner).unwrap_err();
        assert!(error.to_string().contains("rebuild the view"), "{error}");
        assert!(block_on(runner.caught_up("counter", Position(11))).is_err());
        runner.retry("counter").unwrap();
        until(|| block_on(runner.caught_up("counter", Position(11))).is_err());
        runner.rebuild("counter").unwrap();
        until(|| status(&runner).failure.is_none() && !status(&runner).building);
        block_on(runner.caught_up("counter", end)).unwrap();
        assert_eq!(count(&runner), Ok(commits));
    }
}

#[test]
fn stopping_ends_every_wait() {
    let (town, last) = town(3);
    let runner = Arc::new(run(&town, &TestViews::new(), &Arc::new(counter(1, 1))));
    let waiting = runner.clone();
    let beyond = Position(last.0 + 1);
    let waits = std::thread::spawn(move || block_on(waiting.caught_up("counter", beyond)));
    block_on(runner.caught_up("counter", last)).unwrap();
    runner.stop();
    assert_eq!(waits.join().unwrap(), Err(ViewError::Closed));
}

#[test]
fn what_is_asked_of_a_runner_that_has_stopped_is_answered() {
    let (town, last) = town(3);
    let runner = run(&town, &TestViews::new(), &Arc::new(counter(1, 1)));
    block_on(runner.caught_up("counter", last)).unwrap();
    runner.stop();
    runner.rebuild("counter").unwrap();
    let beyond = Position(last.0 + 1);
    let waits = block_on(runner.caught_up("counter", beyond));
    assert_eq!(waits, Err(ViewError::Closed));
}

#[test]
fn the_rows_of_a_newer_release_are_not_read() {
    let (town, last) = town(3);
    let views = TestViews::new();
    let newer = run(&town, &views, &Arc::new(counter(2, 10)));
    block_on(newer.caught_up("counter", last)).unwrap();
    drop(newer);
    let shut = Arc::new(Gate::default());
    let older = Arc::new(Counter {
        gate: shut.clone(),
        ..counter(1, 1)
    });
    let runner = run(&town, &views, &older);
    until(|| shut.reached.load(Ordering::SeqCst));
    assert_eq!(count(&runner), Err(ReadError::Building("counter".into())));
    shut.open();
    until(|| count(&runner) == Ok(3));
}

#[test]
fn a_rebuild_that_is_ordered_while_rows_are_written_counts_each_commit_once() {
    let (town, last) = town(12);
    let views = TestViews::new();
    let shut = Arc::new(Gate::default());
    let counter = Arc::new(Counter {
        gate: shut.clone(),
        ..counter(1, 1)
    });
    let runner = run(&town, &views, &counter);
    until(|| shut.reached.load(Ordering::SeqCst));
    runner.rebuild("counter").unwrap();
    // The first page's rows would go to the view that is begun anew, if nobody waited for them.
    views.write_after_a_discard("counter");
    shut.open();
    until(|| !status(&runner).building);
    block_on(runner.caught_up("counter", last)).unwrap();
    assert_eq!(count(&runner), Ok(12));
}

#[test]
fn two_projections_of_one_name_are_refused() {
    let (town, _) = town(1);
    let builder = Runner::builder(town.log.clone(), Arc::new(TestViews::new()));
    let builder = builder.project(Arc::new(counter(1, 1)));
    let twice = builder.project(Arc::new(counter(2, 1))).start().err();
    assert_eq!(twice, Some(RunnerError::Twice("counter")));
    let builder = Runner::builder(town.log.clone(), Arc::new(TestViews::new()));
    let large = builder.project(Arc::new(counter(1 << 24, 1))).start().err();
    assert!(matches!(large, Some(RunnerError::Revision { .. })));
}

#[test]
fn a_view_is_served_once_it_has_read_the_log() {
    let (town, last) = town(3);
    let mut shut = counter(1, 1);
    shut.gate = Arc::default();
    let gate = shut.gate.clone();
    let views = TestViews::new();
    let runner = run(&town, &views, &Arc::new(shut));
    until(|| status(&runner).building);
    assert!(matches!(count(&runner), Err(ReadError::Building(_))));
    assert_eq!(views.serving("counter"), Ok(None));
    gate.open();
    block_on(runner.caught_up("counter", last)).unwrap();
    assert_eq!(count(&runner), Ok(3));
}

/// Says that it is by case, and counts all cases in one row.
struct Mistaken;

impl Projection for Mistaken {
    fn name(&self) -> &'static str {
        "mistaken"
    }

    fn revision(&self) -> u32 {
        1
    }

    fn interest(&self) -> Interest {
        Interest::everywhere()
    }

    fn by_case(&self) -> bool {
        true
    }

    fn apply(&self, part: &PartInLog<'_>, views: &mut Views<'_>) -> Result<(), ProjectionError> {
        views.count(b"parts", 1);
        if part.part.first.0 > 1 {
            let last: u64 = views.read(b"last")?.unwrap_or(0);
            views.write(b"last", &(last + 1))?;
        }
        Ok(())
    }
}

#[test]
fn a_view_that_is_not_by_case_after_all_stops_and_keeps_what_it_had() {
    let mut town = Town::new();
    let cases: Vec<_> = (0..16)
        .map(|_| town.case("dog-registration", 1061))
        .collect();
    let mut last = Position::START;
    for case in &cases {
        last = more(&mut town, *case);
    }
    let views = TestViews::new();
    let start = |town: &Town| {
        let builder = Runner::builder(town.log.clone(), Arc::new(views.clone()));
        let builder = builder.project(Arc::new(Mistaken));
        let builder = builder.page_bytes(PAGE_OF_FIVE).share_pages(2, 4);
        builder.start().unwrap()
    };
    let runner = start(&town);
    block_on(runner.caught_up("mistaken", last)).unwrap();
    let parts = |runner: &Runner| {
        let snapshot = runner.reader().open("mistaken", 1).unwrap();
        snapshot.get(b"parts").unwrap().unwrap()
    };
    assert_eq!(
        parts(&runner),
        [2 * 16],
        "16 parts, as postcard writes them"
    );
    drop(runner);
    for case in &cases {
        last = more(&mut town, *case);
    }
    let runner = start(&town);
    let error = block_on(runner.caught_up("mistaken", last)).unwrap_err();
    assert!(
        error.to_string().contains("row 6c617374 of a view"),
        "{error}"
    );
    let [view] = &runner.status()[..] else {
        panic!("one view");
    };
    assert_eq!(view.position, Position(16), "nothing of the page is there");
}
