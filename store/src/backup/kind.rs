//! What comes first in every file of a backup, and in every layout: of which kind it is, and of which layout.

use std::path::Path;

use super::error::BackupError;
use crate::fields::Fields;

/// A kind of file, and the layout in which this release knows it.
pub(crate) struct Kind {
    pub(crate) magic: [u8; 8],
    pub(crate) layout: u32,
    /// What such a file is, in a sentence.
    pub(crate) called: &'static str,
}

impl Kind {
    /// The bytes with which one begins.
    pub(crate) fn begin(&self) -> Vec<u8> {
        let mut bytes = self.magic.to_vec();
        bytes.extend(self.layout.to_le_bytes());
        bytes.extend([0; 4]);
        bytes
    }

    /// What stands behind them in a file that may be cut off, damaged, or something else.
    pub(crate) fn read<'a>(&self, bytes: &'a [u8], path: &Path) -> Result<Fields<'a>, BackupError> {
        let short = || cut(bytes, path);
        let mut fields = Fields(bytes);
        if fields.take().ok_or_else(short)? != self.magic {
            let why = format!("it doesn't begin as {}", self.called);
            return Err(BackupError::damaged(path, 0, why));
        }
        let (found, known) = (fields.u32().ok_or_else(short)?, self.layout);
        if found > known {
            let path = path.to_owned();
            return Err(BackupError::Newer { path, found, known });
        }
        if found < known {
            return Err(BackupError::damaged(path, 8, "its layout is none"));
        }
        let _zero = fields.u32().ok_or_else(short)?;
        Ok(fields)
    }
}

/// These bytes end before the header does.
pub(crate) fn cut(bytes: &[u8], path: &Path) -> BackupError {
    BackupError::damaged(path, bytes.len() as u64, "it ends within its header")
}
