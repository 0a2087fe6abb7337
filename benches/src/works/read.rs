//! Reading: the whole log decoded and folded, and one case.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use futures::executor::block_on;
use kanzlei_core::domain::event::Event;
use kanzlei_core::domain::{Case, TypedEvent};
use kanzlei_core::ports::{EventStore, Read};
use kanzlei_core::record::{Hash, Page};
use kanzlei_core::{CaseId, Position, ServiceKey, Version};

use super::Bench;
use super::append::{caught_up, runner};
use crate::Outcome;
use crate::peers::BareFjall;
use crate::report::Row;

const PAGE: usize = 1024 * 1024;
/// Cases that are loaded in one repeat.
const LOADS: usize = 4_000;

/// Decodes and folds all of the log, page by page as a projection's runner does; beside it the
/// same events decoded from memory.
///
/// # Errors
/// If the store can't be read.
pub fn replay(bench: &Bench<'_>, store: &dyn EventStore) -> Outcome<Row> {
    let pages = all_pages(store)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..bench.size.repeats {
        ours.push(timed(|| replayed(store))?);
        theirs.push(timed(|| decoded(&pages))?);
    }
    let work = "replay the log, decoded and folded";
    Ok(Row::of(
        work,
        "events/s",
        &ours,
        "decoding from memory",
        &theirs,
        Some(0.4),
    ))
}

/// Loads and folds cases of 20 events, evenly drawn; beside it bare fjall reading the same rows.
///
/// # Errors
/// If a store can't be read.
pub fn load(
    bench: &Bench<'_>,
    store: &dyn EventStore,
    bare: &BareFjall,
    cases: &[CaseId],
) -> Outcome<Row> {
    // A stride that shares no factor with the count visits them all, in no order of theirs.
    let stride = 7_919;
    let drawn = |from: usize| {
        let drawn = (from..from + LOADS).map(move |n| n * stride % cases.len().max(1));
        drawn.filter_map(|index| cases.get(index).copied())
    };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for repeat in 0..bench.size.repeats {
        let from = repeat * LOADS;
        ours.push(timed(|| {
            for case in drawn(from) {
                black_box(loaded(store, case)?);
            }
            Ok(LOADS)
        })?);
        theirs.push(timed(|| {
            for case in drawn(from) {
                black_box(bare.scan(case)?);
            }
            Ok(LOADS)
        })?);
    }
    let work = "load and fold a case of 20 events";
    Ok(Row::of(
        work,
        "cases/s",
        &ours,
        "bare fjall, rows alone",
        &theirs,
        None,
    ))
}

/// Builds all standard views from the log, each beside the others on a thread of its own; beside
/// it the same events decoded from memory once.
///
/// # Errors
/// If a store fails.
pub fn rebuild(bench: &Bench<'_>, store: &Arc<dyn EventStore>) -> Outcome<Row> {
    let pages = all_pages(store.as_ref())?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for repeat in 0..bench.size.repeats {
        let directory = bench.directory.join(format!("rebuilt-{repeat}"));
        ours.push(timed(|| {
            let runner = runner(&directory, store)?;
            block_on(caught_up(&runner, store.as_ref()))?;
            Ok(counted(&pages))
        })?);
        theirs.push(timed(|| decoded(&pages))?);
    }
    let work = "rebuild the standard views";
    Ok(Row::of(
        work,
        "events/s",
        &ours,
        "decoding from memory",
        &theirs,
        None,
    ))
}

/// What was done, a second.
#[allow(clippy::cast_precision_loss)]
fn timed(work: impl FnOnce() -> Outcome<usize>) -> Outcome<f64> {
    let begun = Instant::now();
    let count = work()?;
    Ok(count as f64 / begun.elapsed().as_secs_f64())
}

fn all_pages(store: &dyn EventStore) -> Outcome<Vec<Page>> {
    let mut pages = Vec::new();
    let mut after = Position::START;
    loop {
        let page = block_on(store.log(after, PAGE))?;
        after = page.through();
        let more = page.more();
        pages.push(page);
        if !more {
            return Ok(pages);
        }
    }
}

fn replayed(store: &dyn EventStore) -> Outcome<usize> {
    let mut cases: HashMap<CaseId, Case> = HashMap::new();
    let (mut after, mut count) = (Position::START, 0);
    loop {
        let page = block_on(store.log(after, PAGE))?;
        for commit in page.commits() {
            for part in commit.record.parts() {
                let case = cases
                    .entry(part.case)
                    .or_insert_with(|| Case::new(part.case, part.service));
                case.fold(&part, Hash::ZERO, None)?;
                count += usize::from(part.event_count());
            }
        }
        after = page.through();
        if !page.more() {
            black_box(cases);
            return Ok(count);
        }
    }
}

fn counted(pages: &[Page]) -> usize {
    let commits = pages.iter().flat_map(Page::commits);
    let parts = commits.flat_map(|commit| commit.record.parts());
    parts.map(|part| usize::from(part.event_count())).sum()
}

fn decoded(pages: &[Page]) -> Outcome<usize> {
    let mut count = 0;
    for page in pages {
        for commit in page.commits() {
            for event in commit.record.parts().flat_map(|part| part.events()) {
                black_box(Event::decode(&event)?);
                count += 1;
            }
        }
    }
    Ok(count)
}

fn loaded(store: &dyn EventStore, id: CaseId) -> Outcome<Case> {
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
