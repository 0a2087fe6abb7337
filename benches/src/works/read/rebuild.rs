//! Views built from the log: all of them, and one whose cases two threads share.

use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::ports::EventStore;
use kanzlei_projections::Runner;
use kanzlei_projections::process::Process;
use kanzlei_store::FjallViewStore;

use super::pages::{counted, decoded, each_page, in_memory};
use super::timed;
use crate::Outcome;
use crate::report::Row;
use crate::works::Bench;
use crate::works::engine::{caught_up, runner};

/// The runner's own least.
const SHARED_MIN: usize = 512;

/// Builds all standard views from the log, each beside the others on a thread of its own; beside
/// it the same events decoded from memory once.
///
/// # Errors
/// If a store fails.
pub fn rebuild(bench: &Bench<'_>, store: &Arc<dyn EventStore>) -> Outcome<Row> {
    let pages = in_memory(store.as_ref())?;
    let events = each_page(store.as_ref(), |page| Ok(counted(page)))?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..bench.size.repeats {
        let folder = bench.directory.join("rebuilt");
        ours.push(timed(|| {
            let runner = runner(&folder, store)?;
            block_on(caught_up(&runner, store.as_ref()))?;
            Ok(events)
        })?);
        std::fs::remove_dir_all(folder)?;
        theirs.push(timed(|| pages.iter().map(decoded).sum())?);
    }
    let work = "rebuild the standard views";
    let memory = "decoding from memory";
    Ok(Row::of(work, "events/s", &ours, memory, &theirs, None))
}

/// Builds a view that is by case from the log, on two threads and on one.
///
/// # Errors
/// If a store fails.
pub fn shared(bench: &Bench<'_>, store: &Arc<dyn EventStore>) -> Outcome<Row> {
    let events = each_page(store.as_ref(), |page| Ok(counted(page)))?;
    let rate = |threads| {
        let folder = bench.directory.join("shared");
        let views = Arc::new(FjallViewStore::open(&folder)?);
        let rate = timed(|| {
            let runner = Runner::builder(Arc::clone(store), views);
            let runner = runner.project(Arc::new(Process));
            let runner = runner.share_pages(SHARED_MIN, threads).start()?;
            block_on(caught_up(&runner, store.as_ref()))?;
            Ok(events)
        })?;
        std::fs::remove_dir_all(folder)?;
        Outcome::Ok(rate)
    };
    let (mut two, mut one) = (Vec::new(), Vec::new());
    for _ in 0..bench.size.repeats {
        two.push(rate(2)?);
        one.push(rate(1)?);
    }
    let work = "rebuild one view, its cases on two threads";
    Ok(Row::of(
        work,
        "events/s",
        &two,
        "one thread",
        &one,
        Some(1.6),
    ))
}
