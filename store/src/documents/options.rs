//! What a folder of documents is opened with.

use std::fmt;
use std::sync::Arc;

use super::media::MediaType;
use crate::disk::{DiskFaults, SoundDisk};

/// What a folder of documents is opened with.
#[derive(Clone)]
pub struct DocumentsOptions {
    /// How large a document may be, in bytes.
    pub bytes_max: u64,
    /// How many uploads of one owner may wait for a command.
    pub uploads_per_owner_max: usize,
    /// What is taken.
    pub allowed: Vec<MediaType>,
    /// Makes writes fail, in tests.
    pub faults: Arc<dyn DiskFaults>,
}

impl Default for DocumentsOptions {
    /// 25 MiB a document, 50 uploads an owner, texts and pictures.
    fn default() -> Self {
        Self {
            bytes_max: 25 * 1024 * 1024,
            uploads_per_owner_max: 50,
            allowed: MediaType::usual(),
            faults: Arc::new(SoundDisk),
        }
    }
}

impl fmt::Debug for DocumentsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentsOptions")
            .field("bytes_max", &self.bytes_max)
            .field("uploads_per_owner_max", &self.uploads_per_owner_max)
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}
