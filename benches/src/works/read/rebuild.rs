//! Views built from the log.

use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::ports::EventStore;

use super::pages::{counted, decoded, each_page, in_memory};
use super::timed;
use crate::Outcome;
use crate::report::Row;
use crate::works::Bench;
use crate::works::engine::{caught_up, runner};

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
