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

/// Reads all of the log, page by page as a projection's runner does: decoded alone, and decoded and
/// folded into its cases; beside it the same events decoded from memory.
///
/// # Errors
/// If the store can't be read.
pub fn replay(bench: &Bench<'_>, store: &dyn EventStore) -> Outcome<Vec<Row>> {
    let pages = all_pages(store)?;
    let (mut plain, mut folded, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.size.repeats {
        plain.push(timed(|| each_page(store, decoded))?);
        // Dropping them is no part of a replay.
        let mut cases = HashMap::new();
        folded.push(timed(|| each_page(store, |page| fold(page, &mut cases)))?);
        theirs.push(timed(|| pages.iter().map(decoded).sum())?);
    }
    let row = |work, ours: &[f64], goal| {
        Row::of(
            work,
            "events/s",
            ours,
            "decoding from memory",
            &theirs,
            goal,
        )
    };
    Ok(vec![
        row("replay the log, decoded and folded", &folded, Some(0.4)),
        row("replay the log, decoded", &plain, None),
    ])
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
            Ok(pages.iter().map(counted).sum())
        })?);
        theirs.push(timed(|| pages.iter().map(decoded).sum())?);
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
    each_page(store, |page| {
        pages.push(page.clone());
        Ok(0)
    })?;
    Ok(pages)
}

/// Reads the whole log; gives the sum of what was done on each page.
fn each_page(
    store: &dyn EventStore,
    mut work: impl FnMut(&Page) -> Outcome<usize>,
) -> Outcome<usize> {
    let (mut after, mut count) = (Position::START, 0);
    loop {
        let page = block_on(store.log(after, PAGE))?;
        count += work(&page)?;
        after = page.through();
        if !page.more() {
            return Ok(count);
        }
    }
}

fn fold(page: &Page, cases: &mut HashMap<CaseId, Case>) -> Outcome<usize> {
    let mut count = 0;
    for commit in page.commits() {
        for part in commit.record.parts() {
            let case = cases
                .entry(part.case)
                .or_insert_with(|| Case::new(part.case, part.service));
            case.fold(&part, Hash::ZERO, None)?;
            count += usize::from(part.event_count());
        }
    }
    Ok(count)
}

fn decoded(page: &Page) -> Outcome<usize> {
    let mut count = 0;
    for commit in page.commits() {
        for event in commit.record.parts().flat_map(|part| part.events()) {
            black_box(Event::decode(&event)?);
            count += 1;
        }
    }
    Ok(count)
}

fn counted(page: &Page) -> usize {
    let parts = page.commits().flat_map(|commit| commit.record.parts());
    parts.map(|part| usize::from(part.event_count())).sum()
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
