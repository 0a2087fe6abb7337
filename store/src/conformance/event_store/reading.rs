//! Reading: by position and by case, in pages.

use futures::executor::block_on;
use kanzlei_core::ports::{Appended, EventStore, Prepared, Read, StoreError};
use kanzlei_core::record::{RecordRef, Stamp, join_parts, limits};
use kanzlei_core::{CaseId, Position, Version};

use super::super::Subject;
use super::super::commits::tails;
use super::{Bench, PAGE, read_log, stamp};

impl<S: Subject> Bench<S> {
    /// Appends commits of many sizes over one case, over two and over 64.
    fn history(&mut self) -> Vec<(Prepared, Appended)> {
        let mut ends = self.commits.cases(limits::PARTS_MAX);
        let mut history = Vec::new();
        for round in 0..20_usize {
            let cases = match round % 5 {
                4 => 0..limits::PARTS_MAX,
                3 => round..round + 2,
                _ => 0..1,
            };
            let commit = self.commits.commit(&ends[cases.clone()], round * 150);
            ends[cases].copy_from_slice(&tails(&commit));
            let answer = self.append(&commit);
            history.push((commit, answer));
        }
        history
    }
}

fn as_read(history: &[(Prepared, Appended)]) -> Vec<(Stamp, Vec<u8>)> {
    let entries = history.iter();
    entries
        .map(|(commit, answer)| (stamp(answer), commit.record.bytes().to_vec()))
        .collect()
}

/// Appended one after another, commits stand in that order, at increasing positions, each found at
/// its own and nothing at others.
pub fn the_log_is_in_the_order_of_its_positions<S: Subject>() {
    let mut bench = Bench::<S>::new(20);
    let history = bench.history();
    let log = bench.log();
    assert_eq!(log, as_read(&history));
    let positions: Vec<u64> = log.iter().map(|(stamp, _)| stamp.position.0).collect();
    assert!(positions.is_sorted_by(|earlier, later| earlier < later));
    let last = positions[positions.len() - 1];
    assert_eq!(bench.store.watermark().now(), Position(last));
    if S::promises().dense_positions {
        assert_eq!(positions, (1..=last).collect::<Vec<_>>());
    }
    for position in 0..=last + 1 {
        let page = block_on(bench.store.at(Position(position))).unwrap();
        let found = page.map(|page| {
            let commit = page.commits().next().expect("a commit on its page");
            (commit.stamp, commit.record.as_bytes().to_vec())
        });
        let expected = log.iter().find(|(stamp, _)| stamp.position.0 == position);
        assert_eq!(found.as_ref(), expected, "at position {position}");
    }
}

/// Whatever the limit, pages together are the log, none is larger than the limit unless it holds a
/// single commit, and each goes on where the one before ended.
pub fn a_page_is_limited_in_bytes_and_splits_no_commit<S: Subject>() {
    let mut bench = Bench::<S>::new(21);
    let history = bench.history();
    let log = as_read(&history);
    let sizes: Vec<usize> = log.iter().map(|(_, bytes)| 16 + bytes.len()).collect();
    let two = sizes[0] + sizes[1];
    for limit in [0, 1, two - 1, two, two + 1, 5_000, usize::MAX] {
        assert_eq!(read_log(&*bench.store, Position::START, limit), log);
        let mut cursor = Position::START;
        loop {
            let page = block_on(bench.store.log(cursor, limit)).unwrap();
            let alone = page.len() <= 1;
            assert!(alone || page.size() <= limit, "{} > {limit}", page.size());
            assert!(page.through() <= bench.store.watermark().now());
            if !page.more() {
                break;
            }
            cursor = page.through();
        }
    }
    for (after, entry) in log.iter().enumerate() {
        let rest = read_log(&*bench.store, entry.0.position, 1);
        assert_eq!(rest, log[after + 1..], "after {}", entry.0.position);
    }
}

/// A page that somebody has stays as it is, whatever is read after it and however many others were dropped.
pub fn a_page_stays_as_it_is<S: Subject>() {
    let mut bench = Bench::<S>::new(25);
    let log = as_read(&bench.history());
    for every in 1..4 {
        let (mut cursor, mut held) = (Position::START, Vec::new());
        let (mut count, mut pages) = (0, 0);
        loop {
            let page = block_on(bench.store.log(cursor, 2_000)).unwrap();
            let (from, more) = (count, page.more());
            count += page.len();
            cursor = page.through();
            pages += 1;
            if pages % every == 0 {
                held.push((from, page));
            }
            if !more {
                break;
            }
        }
        for (from, page) in held {
            let commits = page.commits();
            let found = commits.map(|commit| (commit.stamp, commit.record.as_bytes().to_vec()));
            let expected = &log[from..from + page.len()];
            assert_eq!(found.collect::<Vec<_>>(), expected, "one of {every} held");
        }
    }
}

/// The shares of one case from its commits, by reading it in pages.
fn read_case(
    store: &dyn EventStore,
    case: CaseId,
    after: Version,
    limit: usize,
) -> Vec<(Stamp, Vec<u8>)> {
    let (mut cursor, mut found) = (after, Vec::new());
    loop {
        let page = block_on(store.case(case, cursor, limit, Read::Fresh)).unwrap();
        assert!(page.len() <= 1 || page.size() <= limit);
        for commit in page.commits() {
            let part = commit.record.parts().find(|part| part.case == case);
            let last = part.expect("a share of this case").last();
            assert!(last > cursor, "reading goes back");
            cursor = last;
            found.push((commit.stamp, commit.record.as_bytes().to_vec()));
        }
        if !page.more() {
            return found;
        }
        assert!(!page.is_empty(), "reading doesn't go on");
    }
}

/// Read after any version, in pages of any size, a case gives exactly its commits with later
/// events.
pub fn a_case_is_read_after_any_of_its_versions<S: Subject>() {
    let mut bench = Bench::<S>::new(22);
    let history = bench.history();
    let case = history[0].1.cases[0].0;
    let ends: Vec<(Stamp, Version)> = history
        .iter()
        .filter_map(|(_, answer)| {
            let (_, last) = answer.cases.iter().find(|(found, _)| *found == case)?;
            Some((stamp(answer), *last))
        })
        .collect();
    let last = ends[ends.len() - 1].1;
    for after in (0..=last.0 + 1).map(Version) {
        let expected: Vec<Stamp> = ends
            .iter()
            .filter(|(_, last)| *last > after)
            .map(|(stamp, _)| *stamp)
            .collect();
        for limit in [0, 600, PAGE] {
            let found = read_case(&*bench.store, case, after, limit);
            let found: Vec<Stamp> = found.into_iter().map(|(stamp, _)| stamp).collect();
            assert_eq!(found, expected, "after version {after}");
        }
    }
    let unknown = bench.commits.case().case;
    assert!(read_case(&*bench.store, unknown, Version::NONE, PAGE).is_empty());
}

/// What a commit's cases show of it are all parts of one commit, each with the commit's stamp, and
/// together they are its bytes.
pub fn the_shares_of_all_cases_join_to_the_commit<S: Subject>() {
    let mut bench = Bench::<S>::new(23);
    for (commit, answer) in bench.history() {
        let shares: Vec<(Stamp, Vec<u8>)> = commit
            .record
            .parts()
            .iter()
            .map(|part| {
                let shares = read_case(&*bench.store, part.case, part.expected, 0);
                shares.into_iter().next().expect("the commit, by case")
            })
            .collect();
        assert!(shares.iter().all(|(found, _)| *found == stamp(&answer)));
        let parsed = shares.iter().map(|(_, share)| RecordRef::parse(share));
        let parsed: Vec<RecordRef<'_>> = parsed.collect::<Result<_, _>>().unwrap();
        assert_eq!(&*join_parts(&parsed).unwrap(), &**commit.record.bytes());
    }
}

/// Who has read further than the log goes is told so, with both positions.
pub fn a_log_shorter_than_a_checkpoint_says_so<S: Subject>() {
    let mut bench = Bench::<S>::new(24);
    for _ in 0..2 {
        let head = bench.store.watermark().now();
        let checkpoint = Position(head.0 + 7);
        let error = block_on(bench.store.log(checkpoint, PAGE)).unwrap_err();
        assert_eq!(error, StoreError::LogShrank { checkpoint, head });
        let page = block_on(bench.store.log(head, PAGE)).unwrap();
        assert!(page.is_empty() && !page.more());
        assert_eq!(page.through(), head);
        bench.history();
    }
}
