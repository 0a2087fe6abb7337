//! A file of a backup's commits of which is known what it should be.

use std::path::PathBuf;

use super::header::Header;

#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) path: PathBuf,
    pub(super) header: Header,
    /// The bytes that are there.
    pub(super) length: u64,
}

impl Part {
    /// A file that has the length that its header says.
    pub(super) fn whole((path, header): &(PathBuf, Header)) -> Self {
        Self {
            path: path.clone(),
            header: header.clone(),
            length: header.length,
        }
    }
}
