//! A file's bytes on their way to the XML parser: unpacked, hashed, made UTF-8, checked for
//! characters that XML doesn't have, and counted in lines and columns as the parser takes them.

use std::io::{self, BufRead, Cursor, Read};

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

/// Why nothing more comes. The parser between source and reader would lose it.
enum Fault {
    Io(io::Error),
    Gzip(io::Error),
    Encoding(String),
    Character(u8),
    TooLong,
}

pub(super) struct Source<R> {
    unpack: Unpack<R>,
    /// What was read to find the encoding, and the error that ended it.
    head: Cursor<Vec<u8>>,
    head_error: Option<io::Error>,
    decoder: Decoder,
    raw: Vec<u8>,
    /// UTF-8; from `at` to `end` checked and not yet taken, after it the beginning of a character.
    text: Vec<u8>,
    at: usize,
    end: usize,
    ended: bool,
    fault: Option<Fault>,
    digest: Sha256,
    place: Place,
    /// How much the parser may still take for what it is reading.
    allowance: usize,
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
        let mut head = Vec::new();
        let head_error = fill(&mut unpack, &mut head, HEAD).err();
        let (decoder, mark) = Decoder::for_file(&head).map_err(|what| XesError::Encoding {
            at: Place::START,
            what,
        })?;
        let mut digest = Sha256::new();
        digest.update(head.get(..mark).unwrap_or_default());
        let mut head = Cursor::new(head);
        head.set_position(u64::try_from(mark).unwrap_or(0));
        Ok(Self {
            unpack,
            head,
            head_error,
            decoder,
            raw: vec![0; CHUNK],
            text: Vec::new(),
            at: 0,
            end: 0,
            ended: false,
            fault: None,
            digest,
            place: Place::START,
            allowance: 0,
        })
    }

    /// The place of what the parser takes next.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// Lets the parser take so many bytes before it must have come to an end of something.
    pub(super) fn allow(&mut self, bytes: usize) {
        self.allowance = bytes;
    }

    /// SHA-256 over the unpacked bytes read so far.
    pub(super) fn digest(&self) -> [u8; 32] {
        self.digest.clone().finalize().into()
    }

    /// Why reading stopped, if this is what stopped it while the parser was at `token`.
    pub(super) fn error(&mut self, token: Place) -> Option<XesError> {
        let at = self.place;
        Some(match self.fault.take()? {
            Fault::Io(source) => XesError::Io { at, source },
            Fault::Gzip(source) => XesError::Gzip { at, source },
            Fault::Encoding(what) => XesError::Encoding { at, what },
            Fault::Character(byte) => XesError::xml(
                at,
                format!("the character U+{byte:04X} is none that XML has"),
            ),
            Fault::TooLong => XesError::Limit {
                at: token,
                what: "a tag, a comment or a run of text is too long",
                limit: super::MAX_TOKEN_BYTES,
            },
        })
    }

    /// Fills `raw` from the head or the file; the number of bytes, 0 at the end.
    fn read_raw(&mut self) -> io::Result<usize> {
        let many = match self.head.read(&mut self.raw)? {
            0 => match self.head_error.take() {
                Some(error) => return Err(error),
                None => read(&mut self.unpack, &mut self.raw)?,
            },
            many => many,
        };
        self.digest.update(self.raw.get(..many).unwrap_or_default());
        Ok(many)
    }

    /// Reads until there is text, the end, or a fault, which is kept until the text before it is
    /// taken.
    fn refill(&mut self) {
        while self.at == self.end && !self.ended && self.fault.is_none() {
            self.text.drain(..self.end);
            (self.at, self.end) = (0, 0);
            let many = match self.read_raw() {
                Ok(many) => many,
                Err(error) => {
                    self.fault = Some(self.broken(error));
                    return;
                }
            };
            self.ended = many == 0;
            let raw = self.raw.get(..many).unwrap_or_default();
            let decoded = self.decoder.decode(raw, self.ended, &mut self.text);
            self.check(decoded.is_ok());
        }
    }

    /// Moves the end over what is sound of the new text.
    fn check(&mut self, mut sound: bool) {
        self.end = match std::str::from_utf8(&self.text) {
            Ok(all) => all.len(),
            Err(error) => {
                // The beginning of a character at the end of a piece waits for the next one.
                sound &= error.error_len().is_none() && !self.ended;
                error.valid_up_to()
            }
        };
        if !sound {
            let what = "the bytes that follow are no text in the file's encoding".to_owned();
            self.fault = Some(Fault::Encoding(what));
        }
        let fresh = self.text.get(..self.end).unwrap_or_default();
        // Adding up, without an early way out, is done many bytes at a time.
        if fresh
            .iter()
            .map(|byte| u64::from(is_control(*byte)))
            .sum::<u64>()
            > 0
        {
            let first = fresh.iter().position(|byte| is_control(*byte));
            let byte = first.and_then(|first| fresh.get(first)).copied();
            self.fault = byte.map(Fault::Character);
            self.end = first.unwrap_or(self.end);
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

impl<R: Read> Read for Source<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let many = self.fill_buf()?.read(to)?;
        self.consume(many);
        Ok(many)
    }
}

impl<R: Read> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.end {
            self.refill();
        }
        let there = self.end - self.at;
        if there > 0 && self.allowance == 0 {
            self.fault = Some(Fault::TooLong);
        }
        let many = there.min(self.allowance);
        if many == 0 && self.fault.is_some() {
            return Err(io::Error::other("the source of the log has failed"));
        }
        Ok(self.text.get(self.at..self.at + many).unwrap_or_default())
    }

    fn consume(&mut self, many: usize) {
        let to = self.end.min(self.at + many);
        let taken = self.text.get(self.at..to).unwrap_or_default();
        let in_line = match taken.iter().rposition(|byte| *byte == b'\n') {
            None => taken,
            Some(last) => {
                self.place.line += count(taken, |byte| byte == b'\n');
                self.place.column = 1;
                taken.get(last + 1..).unwrap_or_default()
            }
        };
        // A character's bytes after its first begin with the bits 10.
        self.place.column += count(in_line, |byte| byte & 0xc0 != 0x80);
        self.at = to;
        self.allowance = self.allowance.saturating_sub(many);
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

/// Reads once, again where a signal interrupted it.
fn read(from: &mut impl Read, to: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(to) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

/// Reads until `into` has `many` bytes or the file ends. What came before an error stays there.
fn fill(from: &mut impl Read, into: &mut Vec<u8>, many: usize) -> io::Result<()> {
    let limit = u64::try_from(many).unwrap_or(u64::MAX);
    from.take(limit).read_to_end(into).map(|_| ())
}
