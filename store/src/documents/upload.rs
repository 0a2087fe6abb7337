//! An upload: chunks in, sealed frames on the disk.

use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use kanzlei_core::record::Hash;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::error::DocumentsError;
use super::frames::{FRAME, Frames, HEADER, TAG};
use super::media::{self, MediaType};
use super::pending::{Pending, Uploaded};
use super::within::{Active, Folder, aside};
use crate::sealed::Revision;

/// What somebody says of a document before they send it.
#[derive(Clone)]
pub struct Declared {
    /// What it is called; it is made safe.
    pub name: String,
    /// Its media type, with or without parameters.
    pub media_type: String,
    /// How long it is, if that is known.
    pub length: Option<u64>,
}

/// Without the name.
impl fmt::Debug for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Declared({}, {:?} bytes)", self.media_type, self.length)
    }
}

/// A document on its way to the disk. Dropped before it is finished, or after an error, it takes
/// no room, and the next sweep removes what is left of it.
///
/// [`write`](Self::write) writes to the disk within the call; where other requests are waiting, use
/// [`written`](Self::written).
pub struct Upload {
    folder: Arc<Folder>,
    owner: Vec<u8>,
    kind: MediaType,
    name: String,
    announced: Option<u64>,
    path: PathBuf,
    file: File,
    sealing: Sealing,
    /// Nothing that failed in part goes on.
    over: bool,
    finished: bool,
    active: Active,
}

/// What was taken in so far.
struct Sealing {
    frames: Frames,
    /// Plaintext of the next frame. Which frame is the last shows only at the end.
    frame: Zeroizing<Vec<u8>>,
    hasher: Sha256,
    length: u64,
}

/// What an upload begins with.
pub(super) struct Beginning {
    pub(super) owner: Vec<u8>,
    pub(super) kind: MediaType,
    pub(super) name: String,
    pub(super) announced: Option<u64>,
    pub(super) path: PathBuf,
    pub(super) header: [u8; HEADER],
    pub(super) frames: Frames,
    pub(super) active: Active,
}

impl Upload {
    /// Makes the file, and writes its header.
    pub(super) fn begin(folder: Arc<Folder>, with: Beginning) -> Result<Self, DocumentsError> {
        let path = with.path;
        let mut frame = Vec::new();
        frame.reserve_exact(FRAME + TAG);
        let mut hasher = Sha256::new();
        hasher.update(with.header);
        let begun = folder.disk.create(&path).and_then(|mut file| {
            folder.disk.write(&mut file, &with.header)?;
            Ok(file)
        });
        let file = begun.map_err(|error| DocumentsError::disk(&path, error))?;
        Ok(Self {
            folder,
            owner: with.owner,
            kind: with.kind,
            name: with.name,
            announced: with.announced,
            path,
            file,
            sealing: Sealing {
                frames: with.frames,
                frame: Zeroizing::new(frame),
                hasher,
                length: 0,
            },
            over: false,
            finished: false,
            active: with.active,
        })
    }

    /// How many bytes were taken in.
    pub const fn length(&self) -> u64 {
        self.sealing.length
    }

    /// Takes in what comes next, however much that is.
    ///
    /// # Errors
    /// If it becomes too large, isn't what it was declared to be, or the disk is full or fails.
    /// After an error the upload doesn't go on.
    pub fn write(&mut self, chunk: &[u8]) -> Result<(), DocumentsError> {
        self.unless_over(|upload| upload.take_in(chunk))
    }

    /// The same on a thread for it.
    ///
    /// # Errors
    /// As for [`write`](Self::write).
    pub async fn written(
        mut self,
        chunk: impl AsRef<[u8]> + Send + 'static,
    ) -> Result<Self, DocumentsError> {
        aside(move || self.write(chunk.as_ref()).map(|()| self)).await
    }

    /// Seals what is left, and syncs it. The digest.
    fn seal(&mut self) -> Result<Hash, DocumentsError> {
        self.unless_over(|upload| {
            let found = upload.sealing.length;
            if let Some(announced) = upload.announced.filter(|length| *length != found) {
                return Err(DocumentsError::LengthDiffers { announced, found });
            }
            upload.seal_frame(true)?;
            let synced = upload.folder.disk.sync(&upload.file);
            synced.map_err(|error| DocumentsError::disk(&upload.path, error))?;
            let digest = std::mem::take(&mut upload.sealing.hasher).finalize();
            Ok(Hash::from_bytes(digest.into()))
        })
    }

    /// Seals what is left, and puts the document in its place. It is on the disk when this answers,
    /// and waits a day for a command that names it.
    ///
    /// # Errors
    /// If it isn't what was declared, or disk or vault don't work. Nothing is left then but what
    /// the next sweep removes.
    pub async fn finish(mut self) -> Result<Uploaded, DocumentsError> {
        let (digest, mut upload) = aside(move || Ok((self.seal()?, self))).await?;
        let uploaded = Uploaded {
            digest,
            slot: upload.active.slot,
            media_type: upload.kind.name.clone(),
            length: upload.length(),
            name: std::mem::take(&mut upload.name),
        };
        // Before it has its name: a document that nobody knows of would stay for ever.
        let pending = Pending::new(&uploaded);
        let noted = upload.folder.note(&upload.owner, &pending, Revision::NONE);
        noted.await?;
        aside(move || {
            let mut upload = upload;
            upload.name_file(digest)?;
            Ok(uploaded)
        })
        .await
    }

    fn name_file(&mut self, digest: Hash) -> Result<(), DocumentsError> {
        let (disk, place) = (&self.folder.disk, self.folder.place(digest));
        let finished = &mut self.finished;
        let mut named = || {
            if let Some(folder) = place.parent() {
                disk.make_folder(folder)?;
            }
            disk.rename(&self.path, &place)?;
            // Whatever fails from now on, it is found under its own name, and swept with its key if nobody names it.
            *finished = true;
            disk.sync_name(&place)?;
            // Not every file system loses both names or none, and what is found under the old one is swept with its key.
            disk.sync_name(&self.path)
        };
        named().map_err(|error| DocumentsError::disk(&self.path, error))
    }

    fn unless_over<T>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<T, DocumentsError>,
    ) -> Result<T, DocumentsError> {
        if self.over {
            return Err(DocumentsError::Over);
        }
        let outcome = act(self);
        self.over = outcome.is_err();
        outcome
    }

    fn take_in(&mut self, mut chunk: &[u8]) -> Result<(), DocumentsError> {
        let bytes_max = self.folder.bytes_max();
        let length = self.sealing.length.saturating_add(chunk.len() as u64);
        if length > bytes_max {
            return Err(DocumentsError::TooLarge { bytes_max });
        }
        self.sealing.length = length;
        while !chunk.is_empty() {
            if self.sealing.frame.len() == FRAME {
                self.seal_frame(false)?;
            }
            let room = FRAME.saturating_sub(self.sealing.frame.len());
            let (now, later) = chunk.split_at(room.min(chunk.len()));
            self.sealing.frame.extend_from_slice(now);
            chunk = later;
        }
        Ok(())
    }

    fn seal_frame(&mut self, last: bool) -> Result<(), DocumentsError> {
        let sealing = &mut self.sealing;
        if sealing.frames.number() == 0 {
            let allowed = &self.folder.options.allowed;
            media::agree(allowed, &self.kind, &sealing.frame)?;
        }
        if !sealing.frames.seal(&mut sealing.frame, last) {
            let bytes_max = self.folder.bytes_max();
            return Err(DocumentsError::TooLarge { bytes_max });
        }
        sealing.hasher.update(sealing.frame.as_slice());
        let written = self.folder.disk.write(&mut self.file, &sealing.frame);
        sealing.frame.clear();
        written.map_err(|error| DocumentsError::disk(&self.path, error))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.finished {
            // Gives the room back. The name stays: it tells whoever sweeps which key to destroy.
            let _ = self.file.set_len(0);
        }
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Upload({}, {} bytes)", self.kind.name, self.length())
    }
}
