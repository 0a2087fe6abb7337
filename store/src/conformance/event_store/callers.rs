//! Many callers at once, callers that go away, and those who only follow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use futures::FutureExt;
use futures::executor::block_on;
use kanzlei_core::ports::{AppendError, Appended, EventStore, Prepared, Read};
use kanzlei_core::{CaseId, CommandId, Position, Version};

use super::super::commits::{Commits, Tail, tails};
use super::super::{SetOnDrop, Subject, not_promised};
use super::{Bench, PAGE, read_log};

const CALLERS: usize = 4;

/// Of many that open the installation's case at the same time one succeeds, and the others are
/// told so.
pub fn of_two_first_openings_one_wins<S: Subject>() {
    for seed in 30..34 {
        let bench = Bench::<S>::new(seed);
        let second = bench.subject.second_handle(&bench.store);
        let answers: Vec<_> = thread::scope(|scope| {
            let callers: Vec<_> = (0..CALLERS as u64)
                .map(|caller| {
                    let store = if caller % 2 == 0 {
                        &bench.store
                    } else {
                        &second
                    };
                    scope.spawn(move || {
                        let installation = [Tail::new(CaseId::INSTALLATION)];
                        let genesis = Commits::seeded(caller).commit(&installation, 10);
                        (block_on(store.append(&genesis)), genesis)
                    })
                })
                .collect();
            callers
                .into_iter()
                .map(|caller| caller.join().unwrap())
                .collect()
        });
        let winners: Vec<_> = answers
            .iter()
            .filter(|(answer, _)| answer.is_ok())
            .collect();
        let [(_, genesis)] = winners.as_slice() else {
            panic!("{} first openings succeeded", winners.len());
        };
        let actual = tails(genesis)[0].version;
        let case = CaseId::INSTALLATION;
        let conflict = Err(AppendError::Conflict { case, actual });
        let losers = answers.iter().filter(|(answer, _)| answer.is_err());
        losers.for_each(|(answer, _)| assert_eq!(*answer, conflict));
        assert_eq!(bench.log().len(), 1);
    }
}

/// Who starts an append and goes away has appended everything or nothing; sent again, the commit
/// is there once.
pub fn a_dropped_append_is_stored_whole_or_not_at_all<S: Subject>() {
    let mut bench = Bench::<S>::new(31);
    let mut ends = bench.commits.cases(3);
    for round in 0..20 {
        let commit = bench.commits.commit(&ends, 100);
        let mut append = bench.store.append(&commit);
        let polled = append.poll_unpin(&mut Context::from_waker(Waker::noop()));
        drop(append);
        let again = block_on(bench.store.append(&commit));
        let answer = match (polled, again) {
            (Poll::Pending, Ok(answer)) => answer,
            (Poll::Pending, Err(AppendError::Duplicate(first))) => first,
            (Poll::Ready(Ok(answer)), Err(AppendError::Duplicate(first))) => {
                assert_eq!(answer, first);
                first
            }
            unexpected => panic!("a dropped append sent again: {unexpected:?}"),
        };
        ends = tails(&commit);
        for end in &ends {
            assert_eq!(tail_after(&*bench.store, Tail::new(end.case)), *end);
        }
        let log = bench.log();
        assert_eq!(log.len(), round + 1);
        assert_eq!(log[round].0.position, answer.position);
    }
}

/// Where a case ends now, read on from where it was known to end.
fn tail_after(store: &dyn EventStore, known: Tail) -> Tail {
    let mut tail = known;
    loop {
        let page = block_on(store.case(tail.case, tail.version, PAGE, Read::Fresh)).unwrap();
        for commit in page.commits() {
            let mut parts = commit.record.parts();
            let part = parts.find(|part| part.case == tail.case).unwrap();
            assert_eq!(part.first, tail.version.next(), "a hole in a case");
            assert_eq!(part.previous, tail.hash, "a broken chain");
            tail.version = part.last();
            tail.hash = commit.record.hashes().parts[usize::from(part.index)];
        }
        if !page.more() {
            return tail;
        }
    }
}

/// While callers append, somebody who follows the watermark sees every commit once and in order,
/// through either handle.
pub fn a_subscriber_misses_nothing_and_sees_nothing_twice<S: Subject>() {
    const EACH: usize = 40;
    let bench = Bench::<S>::new(32);
    let second = bench.subject.second_handle(&bench.store);
    let done = AtomicBool::new(false);
    let (mut sent, followed) = thread::scope(|scope| {
        let end = SetOnDrop(&done);
        let followers =
            [&bench.store, &second].map(|store| scope.spawn(|| follow(&**store, &done)));
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let store = if caller % 2 == 0 {
                    &bench.store
                } else {
                    &second
                };
                scope.spawn(move || append_in_turn(&**store, caller as u64, EACH))
            })
            .collect();
        let sent: Vec<_> = callers
            .into_iter()
            .flat_map(|caller| caller.join().unwrap())
            .collect();
        drop(end);
        (sent, followers.map(|follower| follower.join().unwrap()))
    });
    sent.sort();
    assert_eq!(sent.len(), CALLERS * EACH);
    for followed in followed {
        assert_eq!(followed, sent);
    }
}

fn append_in_turn(store: &dyn EventStore, seed: u64, count: usize) -> Vec<(Position, CommandId)> {
    let mut commits = Commits::seeded(seed);
    let mut ends = vec![commits.case()];
    let mut append = || {
        let commit = commits.commit(&ends, 30);
        ends = tails(&commit);
        let answer = block_on(store.append(&commit)).unwrap();
        (answer.position, commit.command())
    };
    (0..count).map(|_| append()).collect()
}

/// One loop over (cursor, watermark], until nobody appends any more and all was read.
fn follow(store: &dyn EventStore, done: &AtomicBool) -> Vec<(Position, CommandId)> {
    let (mut cursor, mut seen) = (Position::START, Vec::new());
    loop {
        let last_look = done.load(Ordering::SeqCst);
        let page = block_on(store.log(cursor, 700)).unwrap();
        for commit in page.commits() {
            assert!(commit.stamp.position > cursor, "a commit came twice");
            seen.push((commit.stamp.position, commit.record.head().command));
        }
        cursor = page.through();
        if page.is_empty() && !page.more() {
            if last_look {
                return seen;
            }
            thread::yield_now();
        }
    }
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Who waits for the log to go on has been woken when the append is answered, and can read it.
pub fn who_waits_is_woken<S: Subject>() {
    if !S::promises().wakes {
        return not_promised("it wakes who waits before an append is answered");
    }
    let mut bench = Bench::<S>::new(33);
    for _ in 0..3 {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut context = Context::from_waker(&waker);
        let end = bench.store.watermark().now();
        let mut past = bench.store.watermark().past(end);
        assert_eq!(past.poll_unpin(&mut context), Poll::Pending);
        let case = [bench.commits.case()];
        let commit = bench.commits.commit(&case, 10);
        let position = bench.append(&commit).position;
        assert!(woken.0.load(Ordering::SeqCst), "nobody was woken");
        assert_eq!(past.poll_unpin(&mut context), Poll::Ready(position));
        assert_eq!(read_log(&*bench.store, end, PAGE).len(), 1);
    }
}

/// Callers who all change one case, each deciding anew on a conflict, all get through: no change
/// is lost, and no version is given twice.
pub fn callers_on_one_case_lose_nothing<S: Subject>() {
    const EACH: usize = 8;
    let mut bench = Bench::<S>::new(34);
    let case = bench.commits.case();
    let second = bench.subject.second_handle(&bench.store);
    let answers: Vec<(Appended, Prepared)> = thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let store = if caller % 2 == 0 {
                    &bench.store
                } else {
                    &second
                };
                scope.spawn(move || {
                    let mut commits = Commits::seeded(caller as u64);
                    let change = |_| append_until_taken(&**store, &mut commits, case);
                    (0..EACH).map(change).collect::<Vec<_>>()
                })
            })
            .collect();
        callers
            .into_iter()
            .flat_map(|caller| caller.join().unwrap())
            .collect()
    });
    let mut versions: Vec<(Version, Version)> = answers
        .iter()
        .map(|(answer, commit)| (commit.record.parts()[0].expected, answer.cases[0].1))
        .collect();
    versions.sort();
    let gapless = versions.windows(2).all(|pair| pair[0].1 == pair[1].0);
    assert!(gapless && versions[0].0 == Version::NONE, "{versions:?}");
    assert_eq!(bench.log().len(), CALLERS * EACH);
    tail_after(&*bench.store, case);
}

fn append_until_taken(
    store: &dyn EventStore,
    commits: &mut Commits,
    case: Tail,
) -> (Appended, Prepared) {
    let mut tail = case;
    loop {
        tail = tail_after(store, tail);
        let commit = commits.commit(&[tail], 10);
        match block_on(store.append(&commit)) {
            Ok(answer) => return (answer, commit),
            Err(AppendError::Conflict { actual, .. }) => assert!(actual > tail.version),
            Err(error) => panic!("on a case that others change too: {error}"),
        }
    }
}

/// What was appended through one handle is seen, counted and refused through the other.
pub fn two_handles_see_one_log<S: Subject>() {
    let mut bench = Bench::<S>::new(35);
    let first = Arc::clone(&bench.store);
    let second = bench.subject.second_handle(&first);
    let mut end = bench.commits.case();
    for (own, other) in [(&first, &second), (&second, &first), (&first, &second)] {
        let commit = bench.commits.commit(&[end], 10);
        let stale = bench.commits.commit(&[end], 10);
        let answer = block_on(own.append(&commit)).unwrap();
        let before = end;
        end = tails(&commit)[0];
        assert_eq!(tail_after(&**other, before), end);
        let answered = block_on(other.answered(commit.command()));
        assert_eq!(answered, Ok(Some(answer.clone())));
        let duplicate = block_on(other.append(&commit));
        assert_eq!(duplicate, Err(AppendError::Duplicate(answer)));
        let (case, actual) = (end.case, end.version);
        let conflict = block_on(other.append(&stale));
        assert_eq!(conflict, Err(AppendError::Conflict { case, actual }));
    }
    let whole = |store: &dyn EventStore| read_log(store, Position::START, PAGE);
    assert_eq!(whole(&*first), whole(&*second));
    assert_eq!(whole(&*first).len(), 3);
}
