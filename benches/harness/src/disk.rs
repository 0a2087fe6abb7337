//! What a folder takes on disk, and when whoever works in it has come to rest.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::{Outcome, process};

/// How often somebody looks whether a folder still changes.
const LOOK: Duration = Duration::from_millis(250);
/// Without a change for so long, it is at rest.
const REST: Duration = Duration::from_secs(2);
/// Whoever works longer than this in the background is measured in the middle of it.
const PATIENCE: Duration = Duration::from_mins(2);

/// The bytes that the files of a folder take on disk: blocks, so that a hole costs nothing and
/// what was allocated ahead counts.
///
/// # Errors
/// If the folder can't be read.
pub fn taken(folder: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // What is tidied away meanwhile takes nothing.
        let Ok(facts) = entry.metadata() else {
            continue;
        };
        bytes += if facts.is_dir() {
            taken(&entry.path())?
        } else {
            on_disk(&facts)
        };
    }
    Ok(bytes)
}

/// Syncs all files of a folder, so that the disk has written all that it will.
///
/// # Errors
/// If one can't be synced.
pub fn synced(folder: &Path) -> Outcome {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            synced(&path)?;
        } else if let Ok(file) = fs::File::open(path) {
            file.sync_all()?;
        }
    }
    Ok(())
}

/// Copies a folder and all that is in it.
///
/// # Errors
/// If something can't be read or written.
pub fn copied(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &copy)?;
        } else {
            fs::copy(entry.path(), copy)?;
        }
    }
    Ok(())
}

/// Bytes that the disk below a folder has written since the machine started, for whomever; `None`
/// where the system doesn't say.
#[cfg(target_os = "linux")]
pub fn written_bytes(folder: &Path) -> Option<u64> {
    use std::os::linux::fs::MetadataExt;
    /// Of the numbers that a block device has, the sectors written; a sector is 512 bytes.
    const SECTORS_WRITTEN: usize = 6;
    let device = fs::metadata(folder).ok()?.st_dev();
    let major = (device >> 8) & 0xfff;
    let minor = (device & 0xff) | ((device >> 12) & 0xf_ff00);
    let numbers = fs::read_to_string(format!("/sys/dev/block/{major}:{minor}/stat")).ok()?;
    let sectors: u64 = numbers
        .split_whitespace()
        .nth(SECTORS_WRITTEN)?
        .parse()
        .ok()?;
    Some(sectors * 512)
}

/// Nobody says.
#[cfg(not(target_os = "linux"))]
pub fn written_bytes(_: &Path) -> Option<u64> {
    None
}

#[cfg(unix)]
fn on_disk(facts: &fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    facts.blocks() * 512
}

#[cfg(not(unix))]
fn on_disk(facts: &fs::Metadata) -> u64 {
    facts.len()
}

/// Waits until nothing was written for a while, by this process and into this folder.
///
/// # Errors
/// If the folder can't be read.
pub fn at_rest(folder: &Path) -> Outcome {
    let begun = Instant::now();
    let now = || {
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>((
            taken(folder)?,
            process::written_bytes(),
        ))
    };
    let (mut seen, mut since) = (now()?, Instant::now());
    while since.elapsed() < REST && begun.elapsed() < PATIENCE {
        std::thread::sleep(LOOK);
        let found = now()?;
        if found != seen {
            (seen, since) = (found, Instant::now());
        }
    }
    Ok(())
}
