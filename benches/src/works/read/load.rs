//! One case of 20 events, evenly drawn from all that have ended.

use std::hint::black_box;

use futures::executor::block_on;
use kanzlei_bench_harness::rival::Ask;
use kanzlei_core::domain::Case;
use kanzlei_core::ports::{EventStore, Read};
use kanzlei_core::{CaseId, ServiceKey, Version};

use super::pages::{Samples, in_memory, seen};
use super::{PAGE, timed};
use crate::Outcome;
use crate::report::Row;
use crate::works::Bench;
use crate::works::field::Peers;
use crate::works::names::{FJALL, SQLITE_READ};

/// At most 0.6 of `SQLite`'s time, as a rate.
const IN_TIME: f64 = 1.67;

/// Loads and folds cases; beside it `SQLite`, which decodes the same events and folds nothing,
/// bare fjall, which reads the same rows and decodes nothing, and rivals, who decode nothing either.
///
/// # Errors
/// If a store can't be read.
pub fn load(
    bench: &Bench<'_>,
    store: &dyn EventStore,
    peers: &Peers,
    cases: &[CaseId],
) -> Outcome<Vec<Row>> {
    let pages = in_memory(store)?;
    let samples = Samples::of(&pages);
    let count = bench.size.loads;
    let (mut ours, mut raw) = (Vec::new(), Vec::new());
    let (mut sqlite, mut bare) = (Vec::new(), Vec::new());
    let mut rivals: Vec<(String, Vec<f64>)> = Vec::new();
    for repeat in 0..bench.size.repeats {
        let drawn = drawn(cases, repeat * count, count);
        let each = |load: &dyn Fn(CaseId) -> Outcome| -> Outcome<f64> {
            timed(|| {
                drawn.iter().try_for_each(|case| load(*case))?;
                Ok(drawn.len())
            })
        };
        ours.push(each(&|case| {
            black_box(loaded(store, case)?);
            Ok(())
        })?);
        sqlite.push(each(&|case| {
            peers.sqlite.case(*case.as_bytes(), |row| {
                black_box(samples.decode(row)?);
                Ok(())
            })
        })?);
        bare.push(each(&|case| {
            black_box(peers.bare.scan(case)?);
            Ok(())
        })?);
        raw.push(each(&|case| {
            let page = block_on(store.case(case, Version::NONE, PAGE, Read::Any))?;
            black_box(seen(&page));
            Ok(())
        })?);
        let ask = Ask::Load(drawn.iter().map(|case| *case.as_bytes()).collect());
        for (index, (name, rate)) in peers.rivals.read(&ask)?.into_iter().enumerate() {
            match rivals.get_mut(index) {
                Some((_, all)) => all.push(rate),
                None => rivals.push((name.to_owned(), vec![rate])),
            }
        }
    }
    let work = "load and fold a case of 20 events";
    let mut rows = vec![
        Row::of(work, "cases/s", &ours, SQLITE_READ, &sqlite, Some(IN_TIME)),
        Row::of(work, "cases/s", &ours, FJALL, &bare, None),
    ];
    let work = "load a case of 20 events, undecoded";
    rows.extend(
        rivals
            .iter()
            .map(|(name, theirs)| Row::of(work, "cases/s", &raw, name.as_str(), theirs, None)),
    );
    Ok(rows)
}

/// So many cases from one place on, in no order of theirs.
pub(super) fn drawn(cases: &[CaseId], from: usize, count: usize) -> Vec<CaseId> {
    // A stride that shares no factor with the count visits them all.
    let stride = 7_919;
    let drawn = (from..from + count).map(move |n| n * stride % cases.len().max(1));
    drawn
        .filter_map(|index| cases.get(index).copied())
        .collect()
}

pub(super) fn loaded(store: &dyn EventStore, id: CaseId) -> Outcome<Case> {
    let page = block_on(store.case(id, Version::NONE, PAGE, Read::Any))?;
    let mut case = Case::new(id, ServiceKey(0));
    let mut commits = page.commits().peekable();
    while let Some(commit) = commits.next() {
        // As the engine does it: of the hashes only the last is needed.
        let hashes = commits
            .peek()
            .is_none()
            .then(|| commit.record.hashes().parts);
        for part in commit.record.parts().filter(|part| part.case == id) {
            let index = usize::from(part.index);
            let hash = hashes
                .as_ref()
                .and_then(|hashes| hashes.get(index))
                .copied();
            case.fold(&part, hash.unwrap_or_default(), None)?;
        }
    }
    Ok(case)
}
