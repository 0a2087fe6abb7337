//! From XML's pieces to a log's items.

use std::io::Read;

use super::assembler::Assembler;
use super::error::{XesError, shortened};
use super::item::Item;
use super::scan::{self, Piece};
use super::source::Source;
use super::tag;

/// The longest tag or comment, in bytes of UTF-8, to within a block that is read: five times the attributes of an
/// event, since characters may be written as numbers.
pub const MAX_TOKEN_BYTES: usize = 1024 * 1024;
/// Elements open one inside another. Of an event log's own there are three, and its attributes.
pub const MAX_ELEMENT_DEPTH: usize = 64;
/// Attributes open one inside another, a list and its `values` counted apart. Real logs have four.
pub const MAX_ATTRIBUTE_DEPTH: usize = 32;
/// The attributes of one event or one trace: the UTF-8 of their keys and values, and 16 bytes for
/// each attribute. So an event fits, in whichever encoding, a sealed value of 256 KiB.
pub const MAX_ATTRIBUTE_BYTES: usize = 200 * 1024;

/// Reads a log, item by item, as an iterator that ends after the first error.
pub struct XesReader<R> {
    source: Source<R>,
    assembler: Assembler,
    /// The names of the elements that are open, one after the other, and where each begins.
    names: String,
    starts: Vec<usize>,
    /// Whether anything was read: only before may the XML declaration stand.
    begun: bool,
    failed: bool,
    digest: Option<[u8; 32]>,
}

impl<R: Read> XesReader<R> {
    /// Opens a log, plain or packed with gzip, by how it begins. It reads in blocks of 64 KiB.
    ///
    /// # Errors
    /// If the file can't be read or its encoding isn't known.
    pub fn new(file: R) -> Result<Self, XesError> {
        Ok(Self {
            source: Source::new(file)?,
            assembler: Assembler::new(),
            names: String::new(),
            starts: Vec::new(),
            begun: false,
            failed: false,
            digest: None,
        })
    }

    /// The log's own `concept:name`, as far as it was read.
    pub fn log_name(&self) -> Option<&str> {
        self.assembler.log_name()
    }

    /// SHA-256 over the whole file, unpacked and in its own encoding: the same whether it is packed
    /// or not. Only after the last item.
    pub fn content_digest(&self) -> Option<[u8; 32]> {
        self.digest
    }

    /// Takes the next piece of XML, or more of the file if it isn't there whole.
    fn step(&mut self) -> Result<(), XesError> {
        match self.piece() {
            Ok(Some(length)) => {
                self.source.take(length);
                Ok(())
            }
            Ok(None) if self.source.ended() => {
                let finished = self.finish();
                finished.map_err(|error| error.moved(self.source.place()))
            }
            Ok(None) if self.source.window().len() >= MAX_TOKEN_BYTES => {
                let error = XesError::limit("a tag or a comment is too long", MAX_TOKEN_BYTES);
                Err(error.moved(self.source.place()))
            }
            Ok(None) => self.source.extend(),
            Err(error) => Err(error.moved(self.source.place())),
        }
    }

    /// Reads the piece at the window's beginning; its length, or nothing if it isn't there whole.
    fn piece(&mut self) -> Result<Option<usize>, XesError> {
        let source = &self.source;
        let Some((piece, length)) = scan::first(source.window())? else {
            return Ok(None);
        };
        match piece {
            Piece::Start(tag) => {
                let (name, empty) = (tag.name, tag.empty);
                if !empty {
                    self.starts.push(self.names.len());
                    self.names.push_str(name);
                }
                self.assembler.start(tag, || source.place())?;
            }
            Piece::End(name) => {
                let open = self.starts.pop().and_then(|start| {
                    let open = self.names.get(start..)?;
                    (open == name).then_some(start)
                });
                let Some(start) = open else {
                    let what = format!("</{}> closes no open element", shortened(name));
                    return Err(XesError::xml(what));
                };
                self.names.truncate(start);
                self.assembler.end();
            }
            Piece::Text(text) => self.assembler.text(text)?,
            Piece::CharacterData => self.assembler.text("CDATA")?,
            Piece::Reference(name) => {
                tag::reference(name)?;
                self.assembler.text(name)?;
            }
            Piece::Declaration if self.begun => {
                let what = "the XML declaration doesn't stand at the file's very beginning";
                return Err(XesError::xml(what));
            }
            Piece::Declaration | Piece::Aside => {}
        }
        self.begun = true;
        Ok(Some(length))
    }

    fn finish(&mut self) -> Result<(), XesError> {
        if !self.source.window().is_empty() {
            return Err(XesError::xml("the file ends within what begins here"));
        }
        self.assembler.finish()?;
        self.digest = Some(self.source.digest());
        Ok(())
    }
}

impl<R: Read> Iterator for XesReader<R> {
    type Item = Result<Item, XesError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.assembler.take() {
                return Some(Ok(item));
            }
            if self.failed || self.digest.is_some() {
                return None;
            }
            if let Err(error) = self.step() {
                self.failed = true;
                return Some(Err(error));
            }
        }
    }
}

impl<R: Read> std::iter::FusedIterator for XesReader<R> {}

impl<R> std::fmt::Debug for XesReader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("XesReader").finish_non_exhaustive()
    }
}
