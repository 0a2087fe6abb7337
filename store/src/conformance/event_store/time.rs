//! Recorded times under a clock that goes back.

use futures::executor::block_on;
use kanzlei_core::ports::{AppendError, Clock};

use super::super::commits::tails;
use super::super::{Subject, not_promised};
use super::Bench;

const MINUTE_MICROS: i64 = 60_000_000;

/// A clock that is set back by a second delays nothing and is not seen in the log.
pub fn a_clock_that_goes_back_a_little_changes_nothing<S: Subject>() {
    if !S::promises().recorded_never_decreases {
        return not_promised("recorded times never decrease");
    }
    let mut bench = Bench::<S>::new(40);
    let mut end = bench.commits.case();
    let (mut last, mut latest) = (None, bench.clock.now());
    for step in [0, 500_000, -1_000_000, -1_000, 0, 2_000_000, -2_000_000, 1] {
        bench.clock.move_by(step);
        latest = latest.max(bench.clock.now());
        let commit = bench.commits.commit(&[end], 10);
        let answer = bench.append(&commit);
        end = tails(&commit)[0];
        assert_eq!(answer.recorded, latest);
        assert!(Some(answer.recorded) >= last);
        last = Some(answer.recorded);
    }
    let log = bench.log();
    assert!(log.is_sorted_by_key(|(stamp, _)| stamp.recorded));
}

/// A clock minutes behind the last commit is wrong: the store closes and names both times. What is
/// stored stays readable.
pub fn a_clock_minutes_behind_closes_the_store<S: Subject>() {
    if !S::promises().recorded_never_decreases {
        return not_promised("a clock minutes behind closes it");
    }
    let mut bench = Bench::<S>::new(41);
    let case = bench.commits.case();
    let first = bench.commits.commit(&[case], 10);
    let recorded = bench.append(&first).recorded;
    let before = (bench.log(), bench.tree());

    bench.clock.move_by(-10 * MINUTE_MICROS);
    // What is answered without being stored is answered by any clock.
    let again = block_on(bench.store.append(&first)).unwrap_err();
    assert!(matches!(again, AppendError::Duplicate(_)), "{again}");
    let conflicting = bench.commits.commit(&[case], 10);
    let refused = block_on(bench.store.append(&conflicting)).unwrap_err();
    assert!(matches!(refused, AppendError::Conflict { .. }), "{refused}");
    let second = bench.commits.commit(&tails(&first), 10);
    let AppendError::Closed(why) = block_on(bench.store.append(&second)).unwrap_err() else {
        panic!("a clock ten minutes behind doesn't close the store");
    };
    for time in [recorded, bench.clock.now()] {
        assert!(why.contains(&time.to_string()), "{why}: {time} missing");
    }
    bench.clock.move_by(20 * MINUTE_MICROS);
    let still = block_on(bench.store.append(&second));
    assert_eq!(still, Err(AppendError::Closed(why)));
    assert_eq!((bench.log(), bench.tree()), before);
    if S::promises().reopens {
        let bench = bench.reopen();
        bench.append(&second);
    }
}
