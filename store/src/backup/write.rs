//! Writing a file of commits.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};

use kanzlei_core::Position;
use kanzlei_core::record::{Hash, Stamp};

use super::error::BackupError;
use super::header::{HEADER, Header};
use super::tree::Tree;
use crate::disk::Disk;

/// What a file is called as long as it isn't whole.
pub(super) const UNFINISHED: &str = "commits.new";
/// Bytes that are written at once.
const PIECE: usize = 1024 * 1024;

/// A file of commits that is being written.
pub(super) struct FileWriter {
    disk: Disk,
    path: PathBuf,
    file: File,
    /// What isn't written yet.
    piece: Vec<u8>,
    at: u64,
    log: Hash,
    before: Tree,
    first: Position,
}

/// The checksum of what stands at this byte, so that what stands in another's place is seen.
pub(super) fn checksum(at: u64, pieces: &[&[u8]]) -> u32 {
    let begun = crc32c::crc32c(&at.to_le_bytes());
    pieces
        .iter()
        .fold(begun, |crc, piece| crc32c::crc32c_append(crc, piece))
}

impl FileWriter {
    /// Begins a file behind this tree, whose first commit has this position.
    pub(super) fn begin(
        disk: &Disk,
        folder: &Path,
        log: Hash,
        before: Tree,
        first: Position,
    ) -> Result<Self, BackupError> {
        let path = folder.join(UNFINISHED);
        let created = disk.create(&path);
        let file = created.map_err(|error| BackupError::disk(&path, error))?;
        Ok(Self {
            disk: disk.clone(),
            path,
            file,
            // The header is known at the end.
            piece: vec![0; HEADER],
            at: HEADER as u64,
            log,
            before,
            first,
        })
    }

    /// Adds a commit.
    pub(super) fn push(&mut self, stamp: Stamp, record: &[u8]) -> Result<(), BackupError> {
        let stamp = stamp.to_bytes();
        let length = u32::try_from(stamp.len() + record.len()).unwrap_or(u32::MAX);
        let length = length.to_le_bytes();
        let crc = checksum(self.at, &[&length, &stamp, record]).to_le_bytes();
        for piece in [&length, &crc, stamp.as_slice(), record] {
            self.piece.extend_from_slice(piece);
            self.at += piece.len() as u64;
        }
        if self.piece.len() < PIECE {
            return Ok(());
        }
        self.flush()
    }

    /// Writes what is left, and gives the file its name: from then on it is part of the backup.
    pub(super) fn finish(mut self, after: &Tree, folder: &Path) -> Result<(), BackupError> {
        let peaks = after.peaks();
        let crc = checksum(self.at, &[&peaks]).to_le_bytes();
        self.piece.extend_from_slice(&peaks);
        self.piece.extend_from_slice(&crc);
        self.at += (peaks.len() + crc.len()) as u64;
        self.flush()?;
        let header = Header {
            log: self.log,
            before: self.before.head(),
            after: after.head(),
            first: self.first,
            length: self.at,
        };
        let disk = self.disk.clone();
        let placed = self.file.seek(SeekFrom::Start(0));
        placed
            .and_then(|_| disk.write(&mut self.file, &header.to_bytes()))
            .and_then(|()| disk.sync(&self.file))
            .and_then(|()| disk.rename(&self.path, &folder.join(header.name())))
            .and_then(|()| disk.sync_folder(folder))
            .map_err(|error| BackupError::disk(&self.path, error))
    }

    fn flush(&mut self) -> Result<(), BackupError> {
        let written = self.disk.write(&mut self.file, &self.piece);
        self.piece.clear();
        written.map_err(|error| BackupError::disk(&self.path, error))
    }
}
