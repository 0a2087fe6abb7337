//! The nasty store keeps the laws, and each of its nastinesses is seen to bite.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures::executor::block_on;
use futures::{FutureExt, future};
use kanzlei_core::ports::{AppendError, Appended, Clock, EventStore, Prepared, Read};
use kanzlei_core::record::CommitRef;
use kanzlei_core::testing::ManualClock;
use kanzlei_core::{CommandId, Position, Version};
use kanzlei_store::conformance::commits::BEGINNING;
use kanzlei_store::conformance::commits::{Commits, Tail, tails};
use kanzlei_store::conformance::{Promises, Subject};
use kanzlei_store::{Chance, Nastiness, NastyEventStore};

struct Nasty(NastyEventStore);

impl Subject for Nasty {
    fn create(clock: Arc<dyn Clock>) -> Self {
        let store = NastyEventStore::new(clock, 1);
        // What no caller may notice who does as the port says.
        store.be(Nastiness {
            holes: Chance::in_a_thousand(500),
            stale: Chance::ALWAYS,
            silent: Chance::ALWAYS,
            ..Nastiness::default()
        });
        Self(store)
    }

    fn promises() -> Promises {
        Promises {
            dense_positions: false,
            wakes: false,
            ..Promises::ALL
        }
    }

    fn open(&self) -> Arc<dyn EventStore> {
        self.0.reopen();
        Arc::new(self.0.clone())
    }

    fn second_handle(&self, _: &Arc<dyn EventStore>) -> Arc<dyn EventStore> {
        Arc::new(self.0.clone())
    }

    fn fail_next_write(&self) {
        self.0.fail_next_write();
    }
}

mod event_store {
    use super::*;

    kanzlei_store::event_store_conformance!(Nasty);
}

fn nasty(nastiness: Nastiness) -> NastyEventStore {
    let store = NastyEventStore::new(Arc::new(ManualClock::at(BEGINNING)), 7);
    store.be(nastiness);
    store
}

/// Appends so many commits to one case.
fn history(store: &dyn EventStore, case: Tail, count: usize) -> Vec<(Prepared, Appended)> {
    let mut commits = Commits::seeded(1);
    let mut end = case;
    let mut append = || {
        let commit = commits.commit(&[end], 10);
        end = tails(&commit)[0];
        let answer = block_on(store.append(&commit)).unwrap();
        (commit, answer)
    };
    (0..count).map(|_| append()).collect()
}

fn commands(store: &dyn EventStore) -> Vec<CommandId> {
    let page = block_on(store.log(Position::START, usize::MAX)).unwrap();
    let command = |commit: CommitRef<'_>| commit.record.head().command;
    page.commits().map(command).collect()
}

fn case() -> Tail {
    Commits::seeded(99).case()
}

#[test]
fn positions_have_holes_where_nothing_is() {
    let store = nasty(Nastiness {
        holes: Chance::ALWAYS,
        ..Nastiness::default()
    });
    let history = history(&store, case(), 20);
    let positions: Vec<u64> = history
        .iter()
        .map(|(_, answer)| answer.position.0)
        .collect();
    assert!(positions.windows(2).all(|pair| pair[0] + 1 < pair[1]));
    assert_eq!(
        block_on(store.at(Position(positions[3] + 1)))
            .unwrap()
            .map(|_| ()),
        None
    );
}

#[test]
fn another_process_comes_first() {
    let store = nasty(Nastiness {
        rivals: Chance::ALWAYS,
        ..Nastiness::default()
    });
    let calm = store.calm();
    let store = store.with_rival(Arc::new(move |commit: Prepared| {
        let calm = calm.clone();
        async move {
            let rival = Commits::seeded(2).rival(&commit);
            calm.append(&rival).await.unwrap();
        }
        .boxed()
    }));
    let commit = Commits::seeded(1).commit(&[case()], 10);
    let expected = tails(&Commits::seeded(2).rival(&commit))[0];
    let conflict = AppendError::Conflict {
        case: expected.case,
        actual: expected.version,
    };
    assert_eq!(block_on(store.append(&commit)), Err(conflict));
    assert_eq!(commands(&store).len(), 1);
}

#[test]
fn an_acknowledgement_is_lost_and_the_commit_is_there() {
    let store = nasty(Nastiness {
        lost_after: Chance::ALWAYS,
        ..Nastiness::default()
    });
    let commit = Commits::seeded(1).commit(&[case()], 10);
    for _ in 0..2 {
        let answer = block_on(store.append(&commit));
        assert!(matches!(answer, Err(AppendError::Unknown(_))), "{answer:?}");
        assert_eq!(commands(&store), [commit.command()]);
    }
    store.be(Nastiness::default());
    let answer = block_on(store.append(&commit));
    assert!(
        matches!(answer, Err(AppendError::Duplicate(_))),
        "{answer:?}"
    );
}

#[test]
fn a_request_is_lost_and_the_commit_is_not_there() {
    let store = nasty(Nastiness {
        lost_before: Chance::ALWAYS,
        ..Nastiness::default()
    });
    let commit = Commits::seeded(1).commit(&[case()], 10);
    let answer = block_on(store.append(&commit));
    assert!(matches!(answer, Err(AppendError::Unknown(_))), "{answer:?}");
    assert!(commands(&store).is_empty());
    store.be(Nastiness::default());
    assert!(block_on(store.append(&commit)).is_ok());
}

#[test]
fn the_store_is_busy_with_nothing() {
    let store = nasty(Nastiness {
        busy: Chance::ALWAYS,
        ..Nastiness::default()
    });
    let commit = Commits::seeded(1).commit(&[case()], 10);
    assert_eq!(block_on(store.append(&commit)), Err(AppendError::Busy));
    assert!(commands(&store).is_empty());
}

#[test]
fn a_read_is_stale_without_a_hole_unless_it_must_be_fresh() {
    let store = nasty(Nastiness::default());
    let case = case();
    let history = history(&store, case, 10);
    store.be(Nastiness {
        stale: Chance::ALWAYS,
        ..Nastiness::default()
    });
    let read = |read| {
        let page = store.case(case.case, Version::NONE, usize::MAX, read);
        let page = block_on(page).unwrap();
        let command = |commit: CommitRef<'_>| commit.record.head().command;
        page.commits().map(command).collect::<Vec<_>>()
    };
    let all: Vec<_> = history.iter().map(|(commit, _)| commit.command()).collect();
    let lengths: Vec<usize> = (0..30)
        .map(|_| {
            let stale = read(Read::Any);
            assert!(all.starts_with(&stale));
            assert_eq!(read(Read::Fresh), all);
            stale.len()
        })
        .collect();
    assert!(lengths.iter().all(|length| *length < all.len()));
    assert!(lengths.iter().any(|length| *length != lengths[0]));
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[test]
fn nobody_is_woken_although_the_log_goes_on() {
    let store = nasty(Nastiness {
        silent: Chance::ALWAYS,
        ..Nastiness::default()
    });
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    let mut past = store.watermark().past(Position::START);
    let mut context = Context::from_waker(&waker);
    assert_eq!(past.poll_unpin(&mut context), Poll::Pending);
    let history = history(&store, case(), 1);
    assert!(!woken.0.load(Ordering::SeqCst));
    assert_eq!(store.watermark().now(), history[0].1.position);
    store.be(Nastiness::default());
    let next = Commits::seeded(3).commit(&tails(&history[0].0), 10);
    block_on(store.append(&next)).unwrap();
    assert!(woken.0.load(Ordering::SeqCst));
}

#[test]
fn a_failing_disk_closes_the_store() {
    let store = nasty(Nastiness::default());
    store.fail_next_write();
    let commit = Commits::seeded(1).commit(&[case()], 10);
    for _ in 0..2 {
        let answer = block_on(store.append(&commit));
        assert!(matches!(answer, Err(AppendError::Closed(_))), "{answer:?}");
    }
    assert!(commands(&store).is_empty());
}

#[test]
fn the_same_seed_gives_the_same_answers() {
    let run = |seed| {
        let store = NastyEventStore::new(Arc::new(ManualClock::at(BEGINNING)), seed);
        store.be(Nastiness::ALL);
        let mut commits = Commits::seeded(1);
        let appends = (0..50).map(|_| {
            let case = [commits.case()];
            let commit = commits.commit(&case, 10);
            let store = store.clone();
            async move { store.append(&commit).await }
        });
        block_on(future::join_all(appends.collect::<Vec<_>>()))
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
    assert!(run(1).contains(&Err(AppendError::Busy)));
    assert!(run(1).iter().any(Result::is_ok));
}
