//! The machine's limit: a group's bytes, written over zeros that are on disk already, and synced.
//! Nothing is checked, indexed or found again.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use kanzlei_bench_harness::group::Sink;

use crate::Outcome;

/// Zeros that are written at a time.
static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

/// A file of zeros that is overwritten from its beginning.
pub struct BareLog {
    file: File,
    group: Vec<u8>,
}

impl BareLog {
    /// Makes a file with room for so many bytes; its zeros are on disk before anything is timed.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn zeroed(path: &Path, bytes: usize) -> Outcome<Self> {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .open(path)?;
        for _ in 0..=bytes / ZEROS.len() {
            file.write_all(&ZEROS)?;
        }
        file.sync_all()?;
        file.seek(SeekFrom::Start(0))?;
        let group = Vec::new();
        Ok(Self { file, group })
    }

    /// Writes these bytes with one call, and syncs them with another.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn append(&mut self, bytes: &[u8]) -> Outcome {
        self.file.write_all(bytes)?;
        Ok(self.file.sync_data()?)
    }
}

impl Sink for BareLog {
    type Item = Arc<[u8]>;

    fn write(&mut self, _: u64, group: &[Arc<[u8]>]) -> Outcome {
        let mut bytes = std::mem::take(&mut self.group);
        bytes.clear();
        for item in group {
            bytes.extend_from_slice(item);
        }
        self.append(&bytes)?;
        self.group = bytes;
        Ok(())
    }
}
