//! A document, read frame by frame, each of which is verified before it is given out.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use futures::stream::{self, Stream};
use kanzlei_core::record::{Hash, Key};
use zeroize::Zeroizing;

use super::error::DocumentsError;
use super::frames::{FRAME, Frames, HEADER, NoHeader, TAG};
use super::within::aside;

/// A document that is being read, as an iterator of frames or as [`Read`].
///
/// Each frame is what was written there, or an error. Whether the document is whole shows only at
/// its end: who keeps what they read keeps nothing before the iterator has said `None`.
///
/// Reading reads from the disk within the call; where other requests are waiting, use
/// [`into_frames`](Self::into_frames).
pub struct DocumentReader {
    digest: Hash,
    source: Box<dyn Read + Send>,
    frames: Frames,
    /// The next frame, sealed; there is one even if the document is empty.
    sealed: Vec<u8>,
    over: bool,
    /// What [`Read`] hasn't given out of a frame.
    rest: Zeroizing<Vec<u8>>,
    given: usize,
}

impl DocumentReader {
    pub(super) fn open(digest: Hash, path: &Path, key: &Key) -> Result<Self, DocumentsError> {
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => DocumentsError::Missing { digest },
            _ => DocumentsError::disk(path, error),
        })?;
        Self::new(digest, Box::new(file), key)
    }

    pub(super) fn new(
        digest: Hash,
        mut source: Box<dyn Read + Send>,
        key: &Key,
    ) -> Result<Self, DocumentsError> {
        let damaged = |why| DocumentsError::Damaged {
            digest,
            frame: 0,
            why,
        };
        let read = |error| broken(digest, error);
        let header = up_to(&mut source, HEADER).map_err(read)?;
        let header = header.try_into().map_err(|_| damaged("it is too short"))?;
        let frames = Frames::new(key, header).map_err(|error| match error {
            NoHeader::Damaged => damaged("it doesn't begin as a document"),
            NoHeader::Newer(found) => DocumentsError::Newer { digest, found },
        })?;
        let sealed = up_to(&mut source, FRAME + TAG).map_err(read)?;
        Ok(Self {
            digest,
            source,
            frames,
            sealed,
            over: false,
            rest: Zeroizing::default(),
            given: 0,
        })
    }

    /// The document's digest.
    pub const fn digest(&self) -> Hash {
        self.digest
    }

    /// The frames, each read on a thread for it when the one before was taken.
    pub fn into_frames(self) -> impl Stream<Item = Result<Zeroizing<Vec<u8>>, DocumentsError>> {
        stream::unfold(Some(self), async |reader| {
            let mut reader = reader?;
            match aside(move || Ok((reader.next(), reader))).await {
                Ok((frame, reader)) => frame.map(|frame| (frame, Some(reader))),
                Err(broken) => Some((Err(broken), None)),
            }
        })
    }

    fn frame(&mut self) -> Result<Zeroizing<Vec<u8>>, DocumentsError> {
        let (digest, frame) = (self.digest, self.frames.number());
        let following = up_to(&mut self.source, FRAME + TAG);
        let following = following.map_err(|error| broken(digest, error))?;
        let last = following.is_empty();
        let opened = self.frames.open(&self.sealed, last);
        self.sealed = following;
        self.over = last;
        opened.ok_or(DocumentsError::Damaged {
            digest,
            frame,
            why: "it isn't what was written there",
        })
    }
}

/// Reads so many bytes, or fewer at the end.
fn up_to(source: &mut dyn Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    source.take(length as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn broken(digest: Hash, source: io::Error) -> DocumentsError {
    DocumentsError::disk(Path::new(&digest.to_string()), source)
}

/// Frames of at most 64 KiB, in order. After an error there are none.
impl Iterator for DocumentReader {
    type Item = Result<Zeroizing<Vec<u8>>, DocumentsError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let frame = self.frame();
        self.over |= frame.is_err();
        Some(frame)
    }
}

/// A document that isn't what was written is an error of the kind `InvalidData`, whose source is
/// the [`DocumentsError`].
impl Read for DocumentReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.rest.len() {
            match self.next() {
                None => return Ok(0),
                Some(Ok(frame)) => (self.rest, self.given) = (frame, 0),
                Some(Err(error)) => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, error));
                }
            }
        }
        let rest = self.rest.get(self.given..).unwrap_or_default();
        let given = rest.len().min(into.len());
        into.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.given += given;
        Ok(given)
    }
}

impl fmt::Debug for DocumentReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocumentReader({})", self.digest)
    }
}
