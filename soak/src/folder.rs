//! Folders to work in: in memory where there is room for that, since thousands are made.

use std::path::Path;

use tempfile::TempDir;

use crate::Outcome;

/// Where the system keeps files in memory.
const MEMORY: &str = "/dev/shm";

/// A new folder, gone when it is dropped.
///
/// # Errors
/// If none can be made.
pub fn new() -> Outcome<TempDir> {
    Ok(if Path::new(MEMORY).is_dir() {
        TempDir::new_in(MEMORY)?
    } else {
        TempDir::new()?
    })
}
