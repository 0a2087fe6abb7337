//! What the system knows of this process.

use std::fs;
use std::time::Duration;

/// What all threads of this process have computed; zero where the system doesn't say.
pub fn computed() -> Duration {
    let Ok(threads) = fs::read_dir("/proc/self/task") else {
        return Duration::ZERO;
    };
    let nanos = threads.filter_map(|thread| {
        let of = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        of.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

/// Bytes that this process was charged for letting the disk write; `None` where the system doesn't
/// say. Where a file is kept in memory in pieces of more than a page, a few bytes written anew are
/// charged as the whole piece, which may be a hundred times what goes to the disk.
pub fn written_bytes() -> Option<u64> {
    figure("/proc/self/io", "write_bytes:")
}

/// Bytes that the disk has read for this process; `None` where the system doesn't say.
pub fn read_bytes() -> Option<u64> {
    figure("/proc/self/io", "read_bytes:")
}

/// Bytes of memory that this process holds; `None` where the system doesn't say.
pub fn resident_bytes() -> Option<u64> {
    figure("/proc/self/status", "VmRSS:").map(|kibibytes| kibibytes * 1024)
}

/// The first number behind a name in one of the system's lists.
fn figure(file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let behind = text.lines().find_map(|line| line.strip_prefix(name))?;
    behind.split_whitespace().next()?.parse().ok()
}
