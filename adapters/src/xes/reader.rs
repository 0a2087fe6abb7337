//! From XML's pieces to a log's items.

use std::io::Read;

use quick_xml::Reader;
use quick_xml::events::Event as Xml;

use super::assembler::Assembler;
use super::error::{Place, XesError};
use super::item::Item;
use super::source::Source;
use super::tag;

/// The longest tag, comment or run of text, in bytes of UTF-8: five times the attributes of an
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
    xml: Reader<Source<R>>,
    buffer: Vec<u8>,
    assembler: Assembler,
    /// Whether anything was read: only there may the XML declaration stand.
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
        let mut xml = Reader::from_reader(Source::new(file)?);
        xml.config_mut().check_comments = true;
        Ok(Self {
            xml,
            buffer: Vec::new(),
            assembler: Assembler::new(),
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

    /// Takes the next piece of XML.
    fn step(&mut self) -> Result<(), XesError> {
        let source = self.xml.get_mut();
        let at = source.place();
        source.allow(MAX_TOKEN_BYTES);
        self.buffer.clear();
        let piece = match self.xml.read_event_into(&mut self.buffer) {
            Ok(piece) => piece,
            Err(error) => {
                let fault = self.xml.get_mut().error(at);
                return Err(fault.unwrap_or_else(|| XesError::xml(at, error.to_string())));
            }
        };
        let first = !std::mem::replace(&mut self.begun, true);
        match piece {
            Xml::Start(start) => {
                let inside = start.attributes_raw();
                self.assembler.start(at, start.name().as_ref(), inside)?;
            }
            Xml::Empty(start) => {
                let inside = start.attributes_raw();
                self.assembler.start(at, start.name().as_ref(), inside)?;
                self.assembler.end();
            }
            Xml::End(_) => self.assembler.end(),
            Xml::Text(text) => self.assembler.text(at, &text)?,
            Xml::CData(_) => self.assembler.text(at, "CDATA")?,
            Xml::GeneralRef(name) => {
                tag::reference(at, &name)?;
                self.assembler.text(at, &name)?;
            }
            Xml::Decl(_) if first => {}
            Xml::Decl(_) => {
                let what = "the XML declaration doesn't stand at the file's very beginning";
                return Err(XesError::xml(at, what));
            }
            Xml::DocType(_) => {
                let what = "a document type is refused: an event log needs none";
                return Err(XesError::xml(at, what));
            }
            Xml::Comment(_) | Xml::PI(_) => {}
            Xml::Eof => self.finish(at)?,
        }
        Ok(())
    }

    fn finish(&mut self, at: Place) -> Result<(), XesError> {
        self.assembler.finish(at)?;
        self.digest = Some(self.xml.get_ref().digest());
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
