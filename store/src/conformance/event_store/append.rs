//! Appending: what is answered, what is refused, and that a refusal leaves nothing behind.

use futures::executor::block_on;
use kanzlei_core::ports::{AppendError, Prepared, Read};
use kanzlei_core::record::{Hash, limits};
use kanzlei_core::{CaseId, Position, Version};

use super::super::commits::{Tail, guarded, tails};
use super::super::{Subject, not_promised};
use super::{Bench, PAGE, stamp};

impl<S: Subject> Bench<S> {
    /// Appends what must be refused, and sees that nothing is left behind.
    fn refused(&self, commit: &Prepared) -> AppendError {
        let before = (self.log(), self.tree(), self.store.watermark().now());
        let answered = block_on(self.store.answered(commit.command()));
        let error = block_on(self.store.append(commit)).expect_err("an append that must fail");
        let after = (self.log(), self.tree(), self.store.watermark().now());
        assert_eq!(before, after, "{error} has changed the log");
        assert_eq!(block_on(self.store.answered(commit.command())), answered);
        error
    }

    fn conflicts(&self, commit: &Prepared, case: CaseId, actual: Version) {
        assert_eq!(self.refused(commit), AppendError::Conflict { case, actual });
    }
}

/// The answer says where the commit stands and what its cases' versions are, and so do the log and
/// [`answered`](kanzlei_core::ports::EventStore::answered).
pub fn an_append_answers_with_position_time_and_versions<S: Subject>() {
    let mut bench = Bench::<S>::new(1);
    assert_eq!(bench.store.watermark().now(), Position::START);
    assert!(bench.log().is_empty());
    let cases = bench.commits.cases(3);
    let commit = bench.commits.commit(&cases, 40);
    let unknown = bench.store.answered(commit.command());
    assert_eq!(block_on(unknown), Ok(None));

    let answer = bench.append(&commit);
    assert!(answer.position > Position::START);
    let versions = tails(&commit).into_iter();
    let versions: Vec<_> = versions.map(|tail| (tail.case, tail.version)).collect();
    assert_eq!(answer.cases, versions);
    assert!(bench.store.watermark().now() >= answer.position);
    let again = bench.store.answered(commit.command());
    assert_eq!(block_on(again), Ok(Some(answer.clone())));
    let bytes = commit.record.bytes().to_vec();
    assert_eq!(bench.log(), [(stamp(&answer), bytes)]);
}

/// A commit over 64 cases moves them all; one wrong expectation among 64 moves none.
pub fn a_commit_over_several_cases_is_stored_whole_or_not_at_all<S: Subject>() {
    let mut bench = Bench::<S>::new(2);
    let cases = bench.commits.cases(limits::PARTS_MAX);
    let opening = bench.commits.commit(&cases, 10);
    bench.append(&opening);
    let mut ends = tails(&opening);
    let moved = bench.commits.commit(&ends[63..], 10);
    bench.append(&moved);

    let stale = bench.commits.commit(&ends, 10);
    let actual = tails(&moved)[0].version;
    bench.conflicts(&stale, ends[63].case, actual);
    ends[63] = tails(&moved)[0];
    let right = bench.commits.commit(&ends, 10);
    bench.append(&right);
}

/// A version that is too low or too high, or a case that should not exist or should: the conflict
/// says what the version is.
pub fn a_conflict_names_the_actual_version<S: Subject>() {
    let mut bench = Bench::<S>::new(3);
    let case = bench.commits.case();
    let first = bench.commits.commit(&[case], 10);
    let second = bench.commits.commit(&tails(&first), 10);
    bench.conflicts(&second, case.case, Version::NONE);
    bench.append(&first);
    bench.append(&second);
    let third = bench.commits.commit(&tails(&second), 10);
    let fourth = bench.commits.commit(&tails(&third), 10);

    let actual = tails(&second)[0].version;
    for wrong in [
        bench.commits.commit(&[case], 10),
        bench.commits.commit(&tails(&first), 10),
        fourth.clone(),
    ] {
        bench.conflicts(&wrong, case.case, actual);
    }
    bench.append(&third);
    bench.append(&fourth);
}

/// The same command gets its first answer, even if its cases have moved on, its guards no longer
/// hold, or its content is another: comparing contents is the engine's.
pub fn a_command_sent_again_is_a_duplicate_before_it_is_a_conflict<S: Subject>() {
    let mut bench = Bench::<S>::new(4);
    let cases = bench.commits.cases(2);
    let first = bench.commits.commit(&cases, 10);
    let first = guarded(&first, &[bench.commits.case().guard()]);
    let answer = bench.append(&first);
    let duplicate = AppendError::Duplicate(answer.clone());
    assert_eq!(bench.refused(&first), duplicate);

    let second = bench.commits.commit(&tails(&first), 10);
    bench.clock.move_by(1_000_000);
    bench.append(&second);
    assert_eq!(bench.refused(&first), duplicate);
    let broken = guarded(&first, &[tails(&first)[0].guard()]);
    assert_eq!(bench.refused(&broken), duplicate);
    let elsewhere = [bench.commits.case()];
    let other = bench.commits.answering(first.command(), &elsewhere, 99);
    assert_eq!(bench.refused(&other), duplicate);
}

/// A guard on a case that exists, or that doesn't, holds; one on a case that has changed since
/// conflicts, and the conflict names that case.
pub fn a_guard_holds_or_conflicts<S: Subject>() {
    let mut bench = Bench::<S>::new(5);
    let (read, absent) = (bench.commits.case(), bench.commits.case());
    let opening = bench.commits.commit(&[read], 10);
    bench.append(&opening);
    let end = tails(&opening)[0];

    let guards = [end.guard(), absent.guard()];
    let case = [bench.commits.case()];
    let commit = bench.commits.commit(&case, 10);
    bench.append(&guarded(&commit, &guards));

    let case = [bench.commits.case()];
    let commit = bench.commits.commit(&case, 10);
    bench.conflicts(&guarded(&commit, &[read.guard()]), read.case, end.version);
    let late = Tail {
        version: Version(1),
        ..absent
    };
    let guards = [end.guard(), late.guard()];
    bench.conflicts(&guarded(&commit, &guards), absent.case, Version::NONE);

    let changed = bench.commits.commit(&[end], 10);
    bench.append(&changed);
    let now = tails(&changed)[0];
    bench.conflicts(&guarded(&commit, &[end.guard()]), read.case, now.version);
    bench.append(&guarded(&commit, &[now.guard()]));
}

/// A right version with a wrong hash before it means that somebody's copy is damaged.
pub fn a_wrong_chain_is_damage_and_not_a_conflict<S: Subject>() {
    if !S::promises().keeps_tips {
        return not_promised("a wrong chain is answered as damage");
    }
    let mut bench = Bench::<S>::new(6);
    let cases = bench.commits.cases(2);
    let opening = bench.commits.commit(&cases, 10);
    bench.append(&opening);
    let ends = tails(&opening);
    let wrong = Tail {
        hash: Hash::of(&[b"another history"]),
        ..ends[1]
    };
    let case = wrong.case;
    let on_wrong = bench.commits.commit(&[ends[0], wrong], 10);
    assert_eq!(bench.refused(&on_wrong), AppendError::Damaged { case });

    let stale = Tail {
        version: Version::NONE,
        ..wrong
    };
    let stale = bench.commits.commit(&[stale], 10);
    bench.conflicts(&stale, case, ends[1].version);
    let absent = Tail {
        hash: wrong.hash,
        ..bench.commits.case()
    };
    let case = absent.case;
    let on_nothing = bench.commits.commit(&[absent], 10);
    assert_eq!(bench.refused(&on_nothing), AppendError::Damaged { case });
    let right = bench.commits.commit(&ends, 10);
    bench.append(&right);
}

/// A record of exactly the allowed size is taken and read back.
pub fn the_largest_record_is_taken<S: Subject>() {
    let mut bench = Bench::<S>::new(7);
    let case = bench.commits.case();
    let largest = bench.commits.largest(case);
    let bytes = largest.record.bytes().to_vec();
    assert_eq!(bytes.len(), limits::RECORD_MAX);
    let answer = bench.append(&largest);
    assert_eq!(bench.log(), [(stamp(&answer), bytes.clone())]);
    let read = bench
        .store
        .case(case.case, Version::NONE, PAGE, Read::Fresh);
    let page = block_on(read).unwrap();
    let commit = page.commits().next().expect("the largest record, by case");
    assert_eq!(commit.record.as_bytes(), bytes);
    let next = bench.commits.commit(&tails(&largest), 10);
    bench.append(&next);
}
