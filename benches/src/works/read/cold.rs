//! One case of 20 events when nothing of the log is in memory.

use std::fs;
use std::path::Path;

use kanzlei_bench_harness::{disk, process};
use kanzlei_core::CaseId;
use kanzlei_core::ports::EventStore;

use super::load::{drawn, loaded};
use crate::Outcome;
use crate::report::Row;

/// Cases that are loaded: so few that hardly two have a page in common.
const LOADS: usize = 200;
/// What the disk reads at least.
const PAGE_BYTES: f64 = 4_096.0;
/// What an index, and a case that stood together, would take.
const READS: f64 = 3.0;

/// Loads cases after the system was told to forget the files; no row where it doesn't say what it reads.
///
/// # Errors
/// If the store can't be read.
#[allow(clippy::cast_precision_loss)]
pub fn cold(folder: &Path, store: &dyn EventStore, cases: &[CaseId]) -> Outcome<Option<Row>> {
    disk::synced(folder)?;
    forget(folder)?;
    let before = process::read_bytes();
    let drawn = drawn(cases, 0, LOADS);
    for case in &drawn {
        loaded(store, *case)?;
    }
    let read = process::read_bytes().zip(before);
    Ok(read.map(|(after, before)| {
        let reads = (after - before) as f64 / PAGE_BYTES / drawn.len() as f64;
        let work = "load a case of 20 events, nothing in memory";
        let goal = "an index and a case that stands together";
        Row::at_most(work, "pages of 4 KiB", reads, goal, READS, Some(1.0))
    }))
}

/// Has the system forget what it holds in memory of the files of a folder, where that can be asked for.
fn forget(folder: &Path) -> Outcome {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            forget(&path)?;
        } else {
            #[cfg(target_os = "linux")]
            rustix::fs::fadvise(fs::File::open(path)?, 0, None, rustix::fs::Advice::DontNeed)?;
        }
    }
    Ok(())
}
