//! The rows of appending, of latencies, and of disk and memory, each with what it is to reach.

use kanzlei_bench_harness::callers::Figures;

use super::alone;
use super::append::Laps;
use super::field::Ready;
use super::names::{
    ALONE, BARE_GROUP, BARE_WRITE, ENGINE, FJALL, OURS, SHORTER, SQLITE, SQLITE_EACH, appending,
    plural,
};
use crate::measure::median;
use crate::report::Row;

const MIB: f64 = 1024.0 * 1024.0;

/// What our own memory may be at rest, besides the caches.
const RESTING_MIB: f64 = 64.0;
/// What a call may wait longer than the longest bare write.
const STALL_MS: f64 = 50.0;
/// What opening may take after a kill, and for each megabyte that has to be read again.
const OPEN_MS: f64 = 50.0;
const OPEN_MS_EACH: f64 = 10.0;
/// The callers whose latencies have a goal.
const CALLERS: usize = 64;

/// Our store or engine, whom it is compared with, and the least ratio for 1, 64 and 256 callers.
type Pair = (&'static str, &'static str, [Option<f64>; 3]);

const PAIRS: &[Pair] = &[
    (OURS, BARE_WRITE, [Some(0.67), None, None]),
    (OURS, BARE_GROUP, [None, Some(0.5), Some(0.5)]),
    (OURS, FJALL, [None, Some(0.7), Some(0.7)]),
    (OURS, SQLITE, [Some(1.0), Some(2.5), Some(2.5)]),
    (OURS, SQLITE_EACH, [None, Some(15.0), Some(15.0)]),
    (OURS, SHORTER, [Some(0.85), Some(0.85), Some(0.85)]),
    (ENGINE, SQLITE, [None, Some(1.5), Some(2.5)]),
    (ALONE, SQLITE, [None, None, None]),
];

/// The rows of appending with so many callers.
pub fn appended(laps: &Laps, callers: usize) -> Vec<Row> {
    let there = laps.names(callers);
    let pairs = PAIRS.iter().filter(|(_, peer, _)| there.contains(peer));
    let rows = pairs.map(|(ours, peer, [one, many, more])| {
        let goal = match callers {
            1 => one,
            2..256 => many,
            _ => more,
        };
        let rate = |name| laps.of(callers, name, |lap| lap.rate);
        let (ours, theirs) = (work(ours, callers), (rate(ours), rate(peer)));
        Row::of(ours, "commands/s", &theirs.0, *peer, &theirs.1, *goal)
    });
    rows.collect()
}

fn work(ours: &str, callers: usize) -> String {
    let what = match ours {
        ENGINE => "command through the engine",
        ALONE => "the same with no views",
        _ => return appending(callers),
    };
    format!("{what}, {callers} {}", plural(callers))
}

/// How long calls wait: the slowest of a thousand beside the usual one, and the longest of all.
pub fn waited(laps: &Laps, ready: &Ready) -> Vec<Row> {
    let typical = |figure: fn(&Figures) -> f64| median(laps.of(CALLERS, OURS, figure));
    vec![
        Row::at_most(
            format!("append through the store, {CALLERS} callers, p99.9"),
            "ms",
            typical(|lap| lap.nearly_all_ms),
            "its own p50",
            typical(|lap| lap.half_ms),
            Some(20.0),
        ),
        Row::at_most(
            "the longest append while it was filled",
            "ms",
            ready.filled.longest_ms,
            format!("longest of a bare sync loop + {STALL_MS} ms"),
            ready.longest_bare_ms + STALL_MS,
            Some(1.0),
        ),
        opened(ready.after_a_kill),
    ]
}

#[allow(clippy::cast_precision_loss)]
fn opened((took_ms, unknown): (f64, u64)) -> Row {
    let megabytes = unknown as f64 / 1e6;
    Row::at_most(
        "open after a kill",
        "ms",
        took_ms,
        format!("{OPEN_MS} ms + {OPEN_MS_EACH} ms for each MB that its index doesn't know"),
        OPEN_MS + OPEN_MS_EACH * megabytes,
        Some(1.0),
    )
}

/// Disk and memory, once it rests. What the system doesn't say has no row.
#[allow(clippy::cast_precision_loss)]
pub fn taken(ready: &Ready) -> Vec<Row> {
    let mib = |bytes: u64| bytes as f64 / MIB;
    let (records, on_disk) = (mib(ready.filled.appended), mib(ready.filled.on_disk));
    let disk = |peer: &str, theirs, goal| {
        Row::at_most(
            "disk at rest, indices included",
            "MiB",
            on_disk,
            peer,
            theirs,
            goal,
        )
    };
    let mut rows = vec![
        disk("the records' bytes", records, Some(0.6)),
        disk("SQLite's file", mib(ready.sqlite_bytes), Some(0.4)),
    ];
    rows.extend(
        ready
            .rivals
            .on_disk()
            .map(|(name, bytes)| disk(name, mib(bytes), None)),
    );
    rows.extend(ready.filled.written.map(|written| {
        Row::at_most(
            "written to disk while it was filled",
            "MiB",
            mib(written),
            "the records' bytes",
            records,
            Some(2.5),
        )
    }));
    let allowed = RESTING_MIB + mib(alone::cache_bytes());
    rows.extend(ready.resting_bytes.map(|bytes| {
        Row::at_most(
            "memory at rest",
            "MiB",
            mib(bytes),
            format!("{RESTING_MIB} MiB and its caches"),
            allowed,
            Some(1.0),
        )
    }));
    rows
}
