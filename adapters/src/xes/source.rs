//! A file's bytes on their way to the XML parser: unpacked, hashed, made UTF-8, checked for
//! characters that XML doesn't have, and counted in lines and columns as they are taken.

use std::cell::Cell;
use std::io::{self, Cursor, Read};

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::encoding::Decoder;
use super::error::{Place, XesError};

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;
/// So much is looked at for the declaration, which is a line.
const HEAD: usize = 1024;
const GZIP: [u8; 2] = [0x1f, 0x8b];

type Whole<R> = io::Chain<Cursor<Vec<u8>>, R>;

enum Unpack<R> {
    Plain(Whole<R>),
    /// One member after the other.
    Gzip(Box<MultiGzDecoder<Whole<R>>>),
}

/// Why nothing more comes.
enum Fault {
    Io(io::Error),
    Gzip(io::Error),
    Encoding,
    Character(u8),
}

pub(super) struct Source<R> {
    unpack: Unpack<R>,
    decoder: Decoder,
    /// Bytes that are not decoded yet.
    raw: Vec<u8>,
    text: String,
    /// What was taken of the text.
    taken: usize,
    ended: bool,
    fault: Option<Fault>,
    digest: Sha256,
    /// How far lines and columns were counted, and the place there: only where somebody asks, since
    /// counting tag by tag takes as long as reading them.
    counted: Cell<(usize, Place)>,
}

impl<R: Read> Source<R> {
    pub(super) fn new(mut file: R) -> Result<Self, XesError> {
        let mut first = Vec::new();
        fill(&mut file, &mut first, GZIP.len()).map_err(|source| XesError::Io {
            at: Place::START,
            source,
        })?;
        let packed = first == GZIP;
        let whole = Cursor::new(first).chain(file);
        let mut unpack = if packed {
            Unpack::Gzip(Box::new(MultiGzDecoder::new(whole)))
        } else {
            Unpack::Plain(whole)
        };
        let mut raw = Vec::with_capacity(CHUNK);
        let broken = fill(&mut unpack, &mut raw, HEAD).err();
        let (decoder, mark) = Decoder::for_file(&raw).map_err(|what| XesError::Encoding {
            at: Place::START,
            what,
        })?;
        let mut source = Self {
            unpack,
            decoder,
            raw,
            text: String::new(),
            taken: 0,
            ended: false,
            fault: None,
            digest: Sha256::new(),
            counted: Cell::new((0, Place::START)),
        };
        source.digest.update(&source.raw);
        source.raw.drain(..mark);
        source.decode();
        if let (None, Some(error)) = (&source.fault, broken) {
            source.fault = Some(source.broken(error));
        }
        Ok(source)
    }

    /// The text that is there and not taken yet.
    pub(super) fn window(&self) -> &str {
        self.text.get(self.taken..).unwrap_or_default()
    }

    /// The place where the window begins.
    pub(super) fn place(&self) -> Place {
        let (counted, mut place) = self.counted.get();
        let passed = self.text.as_bytes().get(counted..self.taken);
        let passed = passed.unwrap_or_default();
        let in_line = match passed.iter().rposition(|byte| *byte == b'\n') {
            None => passed,
            Some(last) => {
                place.line += count(passed, |byte| byte == b'\n');
                place.column = 1;
                passed.get(last + 1..).unwrap_or_default()
            }
        };
        // A character's bytes after its first begin with the bits 10.
        place.column += count(in_line, |byte| byte & 0xc0 != 0x80);
        self.counted.set((self.taken, place));
        place
    }

    /// Whether the window reaches to the end of the file.
    pub(super) fn ended(&self) -> bool {
        self.ended && self.fault.is_none()
    }

    /// SHA-256 over the unpacked bytes read so far.
    pub(super) fn digest(&self) -> [u8; 32] {
        self.digest.clone().finalize().into()
    }

    /// Takes the first `many` bytes of the window.
    pub(super) fn take(&mut self, many: usize) {
        self.taken = self.text.len().min(self.taken + many);
    }

    /// Makes the window longer, unless the file has ended.
    ///
    /// # Errors
    /// What keeps the file from being read on, at the end of what is sound.
    pub(super) fn extend(&mut self) -> Result<(), XesError> {
        if let Some(fault) = self.fault.take() {
            self.take(self.window().len());
            return Err(fault.at(self.place()));
        }
        let place = self.place();
        self.text.drain(..self.taken);
        self.taken = 0;
        self.counted.set((0, place));
        let undecoded = self.raw.len();
        let broken = fill(&mut self.unpack, &mut self.raw, CHUNK - undecoded).err();
        let fresh = self.raw.get(undecoded..).unwrap_or_default();
        self.ended = fresh.is_empty() && broken.is_none();
        self.digest.update(fresh);
        self.decode();
        if let (None, Some(error)) = (&self.fault, broken) {
            self.fault = Some(self.broken(error));
        }
        Ok(())
    }

    /// Makes text of the bytes, up to where they are no text or none that XML has.
    fn decode(&mut self) {
        let before = self.text.len();
        let decoded = self.decoder.decode(&self.raw, self.ended, &mut self.text);
        self.raw.drain(..decoded.bytes);
        if !decoded.sound {
            self.fault = Some(Fault::Encoding);
        }
        let fresh = self.text.as_bytes().get(before..).unwrap_or_default();
        // Without an early way out it is done many bytes at a time.
        if fresh
            .iter()
            .fold(false, |any, byte| any | is_control(*byte))
            && let Some(first) = fresh.iter().position(|byte| is_control(*byte))
            && let Some(byte) = fresh.get(first).copied()
        {
            self.fault = Some(Fault::Character(byte));
            self.text.truncate(before + first);
        }
    }

    fn broken(&self, error: io::Error) -> Fault {
        use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        let packed = matches!(self.unpack, Unpack::Gzip(_));
        if packed && matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof) {
            Fault::Gzip(error)
        } else {
            Fault::Io(error)
        }
    }
}

impl Fault {
    fn at(self, at: Place) -> XesError {
        match self {
            Self::Io(source) => XesError::Io { at, source },
            Self::Gzip(source) => XesError::Gzip { at, source },
            Self::Encoding => XesError::Encoding {
                at,
                what: "the bytes that follow are no text in the file's encoding".to_owned(),
            },
            Self::Character(byte) => {
                let what = format!("the character U+{byte:04X} is none that XML has");
                XesError::xml(what).moved(at)
            }
        }
    }
}

impl<R: Read> Read for Unpack<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read(to),
            Self::Gzip(file) => file.read(to),
        }
    }
}

fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')
}

fn count(bytes: &[u8], which: impl Fn(u8) -> bool) -> u64 {
    bytes.iter().map(|byte| u64::from(which(*byte))).sum()
}

/// Reads `many` bytes more, or until the file ends. What came before an error stays there.
fn fill(from: &mut impl Read, into: &mut Vec<u8>, many: usize) -> io::Result<()> {
    let limit = u64::try_from(many).unwrap_or(u64::MAX);
    from.take(limit).read_to_end(into).map(|_| ())
}
