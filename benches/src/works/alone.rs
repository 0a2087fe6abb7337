//! Our store alone in a process of its own: what it has the disk write, how long it lets a call wait,
//! and what it takes on disk and in memory once it rests. Beside others in one process nobody could say
//! whose bytes they are.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::stream::{self, StreamExt};
use kanzlei_bench_harness::{commit, disk, process};
use kanzlei_core::ports::{EventStore, Prepared};
use kanzlei_core::record::Record;
use kanzlei_store::{FjallEventStore, Options, SyncPolicy, SystemClock};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Outcome;
use crate::peers::BareLog;

/// The argument with which the program calls itself.
pub const ALONE: &str = "--alone";
/// Callers who fill a store.
const CALLERS: usize = 64;

/// Opens our store, as it is released.
///
/// # Errors
/// If the disk fails.
pub fn open(folder: &Path, sync: SyncPolicy) -> Outcome<FjallEventStore> {
    Ok(FjallEventStore::open(folder, options(sync))?)
}

/// The caches that it is configured with.
pub fn cache_bytes() -> u64 {
    options(SyncPolicy::EachGroup).cache_bytes
}

fn options(sync: SyncPolicy) -> Options {
    Options::new(sync, Arc::new(SystemClock))
}

/// What came of filling our store.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Filled {
    /// Bytes of the records.
    pub appended: u64,
    /// Bytes that the disk had to write for them, at most; `None` where the system doesn't say.
    pub written: Option<u64>,
    /// Bytes on disk at rest.
    pub on_disk: u64,
    /// How long the longest call took.
    pub longest_ms: f64,
}

/// Fills our store with the records of a file, synced, by 64 callers.
///
/// # Errors
/// If the store fails.
pub fn fill(records: &Path, folder: &Path) -> Outcome<Filled> {
    called("fill", &[records, folder])
}

/// Fills our store with the records of a file, in a process that dies as soon as all were answered, and
/// opens it: how long that takes, in milliseconds, and the bytes of the log that its index doesn't know.
///
/// # Errors
/// If the store fails, or doesn't have all of it.
pub fn killed(records: &Path, folder: &Path) -> Outcome<(f64, u64)> {
    let status = Command::new(std::env::current_exe()?)
        .args([ALONE, "die"])
        .args([records, folder])
        .status()?;
    if status.success() {
        return Err("it was to die".into());
    }
    let unknown = unknown_bytes(folder)?;
    let begun = Instant::now();
    let store = open(folder, SyncPolicy::EachGroup)?;
    let took = begun.elapsed();
    let there = store.watermark().now().0;
    let appended = commit::frames(records)?.count();
    if there != u64::try_from(appended)? {
        return Err(format!("{there} of {appended} commits are there").into());
    }
    store.close()?;
    Ok((took.as_secs_f64() * 1e3, unknown))
}

/// The bytes in the segments that the index doesn't know: what opening reads again (docs/format.md, section 7).
fn unknown_bytes(folder: &Path) -> Outcome<u64> {
    let known = known_segments(folder)?;
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder.join("segments"))? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if name.parse().is_ok_and(|number: u32| number > known) {
            let segment = std::fs::read(&path)?;
            let end = segment.iter().rposition(|byte| *byte != 0);
            bytes += u64::try_from(end.unwrap_or_default())?;
        }
    }
    Ok(bytes)
}

/// How many segments a store's index knows. It is asked of a copy, lest the store finds it opened.
fn known_segments(folder: &Path) -> Outcome<u32> {
    let copy = folder.with_extension("index");
    disk::copied(&folder.join("index"), &copy)?;
    let row = {
        let index = fjall::Database::builder(&copy).open()?;
        index.keyspace("cases", Default::default)?.get([0])?
    };
    std::fs::remove_dir_all(copy)?;
    let known = row.as_deref().and_then(|row| row.first_chunk());
    let known = known.ok_or("the index doesn't say what it knows")?;
    Ok(u32::from_le_bytes(*known))
}

/// The bytes of memory of a process that has our store open and does nothing.
///
/// # Errors
/// If the store fails.
pub fn at_rest(folder: &Path) -> Outcome<Option<u64>> {
    called("rest", &[folder])
}

/// Writes the records of a file over zeros, those of 64 callers at a time, and syncs them: how long
/// the longest of that took, in milliseconds.
///
/// # Errors
/// If the disk fails.
pub fn longest_bare(records: &Path, bytes: u64, folder: &Path) -> Outcome<f64> {
    let file = folder.join("bare-loop");
    let mut log = BareLog::zeroed(&file, usize::try_from(bytes)?)?;
    let (mut group, mut longest) = (Vec::new(), Duration::ZERO);
    for (count, record) in (1..).zip(commit::frames(records)?) {
        group.extend_from_slice(&record?);
        if count % CALLERS == 0 {
            let begun = Instant::now();
            log.append(&group)?;
            longest = longest.max(begun.elapsed());
            group.clear();
        }
    }
    std::fs::remove_file(file)?;
    Ok(longest.as_secs_f64() * 1e3)
}

/// What this program, called by itself, says.
fn called<T: DeserializeOwned>(work: &str, paths: &[&Path]) -> Outcome<T> {
    let output = Command::new(std::env::current_exe()?)
        .args([ALONE, work])
        .args(paths)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("{ALONE} {work} ended with {}", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Does what this program has called itself for.
///
/// # Errors
/// If the store fails, or nothing of the kind is known.
pub fn run(arguments: &[String]) -> Outcome {
    let said = match arguments {
        [work, records, folder] if work == "fill" => {
            serde_json::to_string(&filled(records.as_ref(), folder.as_ref())?)?
        }
        [work, records, folder] if work == "die" => {
            let store = open(folder.as_ref(), SyncPolicy::EachGroup)?;
            append_all(&store, records.as_ref())?;
            std::process::abort();
        }
        [work, folder] if work == "rest" => {
            let store = open(folder.as_ref(), SyncPolicy::EachGroup)?;
            disk::at_rest(folder.as_ref())?;
            let bytes = process::resident_bytes();
            store.close()?;
            serde_json::to_string(&bytes)?
        }
        _ => return Err(format!("{ALONE} is for this program alone").into()),
    };
    println!("{said}");
    Ok(())
}

fn filled(records: &Path, folder: &Path) -> Outcome<Filled> {
    let before = Written::now(records);
    let store = open(folder, SyncPolicy::EachGroup)?;
    let (longest, appended) = append_all(&store, records)?;
    disk::at_rest(folder)?;
    let on_disk = disk::taken(folder)?;
    store.close()?;
    disk::synced(folder)?;
    Ok(Filled {
        appended,
        written: before.least(&Written::now(records)),
        on_disk,
        longest_ms: longest.as_secs_f64() * 1e3,
    })
}

/// Appends the records of a file: how long the longest call took, and the bytes of all.
fn append_all(store: &FjallEventStore, records: &Path) -> Outcome<(Duration, u64)> {
    let mut appends = stream::iter(commit::frames(records)?)
        .map(|record| append(store, record))
        .buffered(CALLERS);
    let (mut longest, mut appended) = (Duration::ZERO, 0);
    futures::executor::block_on(async {
        while let Some(call) = appends.next().await {
            let (took, bytes) = call?;
            longest = longest.max(took);
            appended += bytes;
        }
        Outcome::Ok((longest, appended))
    })
}

/// What was written so far, as two know it who both may count too much: the process is charged for
/// whole pieces of memory, and the disk writes for others too.
struct Written {
    charged: Option<u64>,
    by_disk: Option<u64>,
}

impl Written {
    fn now(on_the_disk: &Path) -> Self {
        Self {
            charged: process::written_bytes(),
            by_disk: disk::written_bytes(on_the_disk),
        }
    }

    /// What was written until then, by whoever counts less.
    fn least(&self, then: &Self) -> Option<u64> {
        let since = |before: Option<u64>, after: Option<u64>| Some(after? - before?);
        let charged = since(self.charged, then.charged);
        let by_disk = since(self.by_disk, then.by_disk);
        charged.into_iter().chain(by_disk).min()
    }
}

async fn append(store: &FjallEventStore, record: Outcome<Vec<u8>>) -> Outcome<(Duration, u64)> {
    let record = Record::from_bytes(record?.into())?;
    let bytes = u64::try_from(record.bytes().len())?;
    let guards = [].into();
    let begun = Instant::now();
    store.append(&Prepared { record, guards }).await?;
    Ok((begun.elapsed(), bytes))
}
