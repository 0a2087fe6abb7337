//! What the figures were measured on.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use kanzlei_core::ports::Clock;
use kanzlei_store::SystemClock;

use crate::Outcome;
use crate::measure::median;

/// The machine and the moment, as a line.
///
/// # Errors
/// If the disk fails.
pub fn facts(directory: &Path) -> Outcome<String> {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    Ok(format!(
        "{cores} cores, {} {}, load {load}, one synced write of 4 KiB in {:.0} µs; {}",
        std::env::consts::OS,
        kernel.trim(),
        sync_micros(directory)?,
        SystemClock.now(),
    ))
}

/// How long it takes to write 4 KiB to the end of a file and sync them: the median of 200.
fn sync_micros(directory: &Path) -> Outcome<f64> {
    let mut file = File::create(directory.join("sync-probe"))?;
    let mut micros = Vec::new();
    for _ in 0..200 {
        let begun = Instant::now();
        file.write_all(&[0x5a; 4096])?;
        file.sync_data()?;
        micros.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    Ok(median(micros))
}
