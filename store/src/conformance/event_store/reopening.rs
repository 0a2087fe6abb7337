//! What is left when a log is closed, or when a write has failed.

use futures::executor::block_on;
use kanzlei_core::ports::{AppendError, Prepared, Read};
use kanzlei_core::{Position, Version};

use super::super::commits::tails;
use super::super::{Subject, not_promised};
use super::{Bench, PAGE, read_log};

/// Opened again, a log has the same bytes, answers, cases, watermark and tree, and goes on.
pub fn a_reopened_log_is_the_same<S: Subject>() {
    if !S::promises().reopens {
        return not_promised("its log outlives it");
    }
    let mut bench = Bench::<S>::new(60);
    let durability = bench.store.durability();
    let mut ends = bench.commits.cases(3);
    let mut history: Vec<Prepared> = Vec::new();
    for round in 0..12 {
        let commit = bench.commits.commit(&ends[round % 3..], 30);
        ends[round % 3..].copy_from_slice(&tails(&commit));
        bench.append(&commit);
        history.push(commit);
        if round % 4 == 3 {
            let before = seen(&bench, &history);
            bench = bench.reopen();
            assert_eq!(seen(&bench, &history), before);
            assert_eq!(bench.store.durability(), durability);
        }
    }
    let first = &history[0];
    let duplicate = block_on(bench.store.append(first)).unwrap_err();
    assert!(
        matches!(duplicate, AppendError::Duplicate(_)),
        "{duplicate}"
    );
    let stale = bench.commits.commit(&tails(first), 10);
    let conflict = block_on(bench.store.append(&stale)).unwrap_err();
    assert!(
        matches!(conflict, AppendError::Conflict { .. }),
        "{conflict}"
    );
    let next = bench.commits.commit(&ends, 10);
    let answer = bench.append(&next);
    assert_eq!(bench.store.watermark().now(), answer.position);
}

/// Everything that can be read of a history, as text.
fn seen<S: Subject>(bench: &Bench<S>, history: &[Prepared]) -> Vec<String> {
    let mut seen = vec![
        format!("{:?}", bench.log()),
        format!("{:?}", bench.tree()),
        format!("{:?}", bench.store.watermark().now()),
    ];
    for commit in history {
        let answer = block_on(bench.store.answered(commit.command())).unwrap();
        seen.push(format!("{answer:?}"));
        let case = commit.record.parts()[0].case;
        let page = bench.store.case(case, Version::NONE, PAGE, Read::Fresh);
        for commit in block_on(page).unwrap().commits() {
            seen.push(format!("{:?} {:?}", commit.stamp, commit.record.as_bytes()));
        }
    }
    seen
}

/// After a failed write the commit is whole or absent, nothing more is taken, and what was
/// acknowledged stays. Opened again, the store goes on and the commit can be sent again.
pub fn a_write_error_closes_the_store<S: Subject>() {
    if !S::promises().closes_on_write_error {
        return not_promised("a write error closes it");
    }
    let mut bench = Bench::<S>::new(61);
    let case = bench.commits.case();
    let first = bench.commits.commit(&[case], 10);
    let answer = bench.append(&first);
    assert_eq!(bench.store.closed(), None);
    bench.subject.fail_next_write();
    let ends = [tails(&first)[0], bench.commits.case()];
    let second = bench.commits.commit(&ends, 10);
    let error = block_on(bench.store.append(&second)).expect_err("a write that failed");
    let closes = matches!(error, AppendError::Closed(_) | AppendError::Unknown(_));
    assert!(closes, "after a failed write: {error}");

    let elsewhere = [bench.commits.case()];
    let third = bench.commits.commit(&elsewhere, 10);
    for commit in [&second, &third, &third] {
        let error = block_on(bench.store.append(commit)).expect_err("the store is closed");
        assert!(matches!(error, AppendError::Closed(_)), "{error}");
        assert!(bench.store.closed().is_some(), "it doesn't say so");
    }
    assert_eq!(bench.store.watermark().now(), answer.position);
    assert_eq!(bench.log().len(), 1);
    if !S::promises().reopens {
        return;
    }
    let bench = bench.reopen();
    let stored = read_log(&*bench.store, answer.position, PAGE);
    assert!(stored.len() <= 1);
    match block_on(bench.store.append(&second)) {
        Ok(_) => assert!(stored.is_empty()),
        Err(AppendError::Duplicate(_)) => assert_eq!(stored.len(), 1),
        Err(error) => panic!("sent again after a failed write: {error}"),
    }
    bench.append(&third);
    assert_eq!(read_log(&*bench.store, Position::START, PAGE).len(), 3);
}
