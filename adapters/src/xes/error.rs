//! What can be wrong with a log, and where.

use std::{fmt, io};

/// A place in a log's text, unpacked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// The line, from 1.
    pub line: u64,
    /// The character in the line, from 1.
    pub column: u64,
}

impl Place {
    /// Where a text begins.
    pub(super) const START: Self = Self { line: 1, column: 1 };
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a log can't be read on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum XesError {
    /// The file can't be read; another attempt may succeed.
    #[error("{at}: the file can't be read on")]
    Io {
        /// How far it was read.
        at: Place,
        /// Why.
        source: io::Error,
    },
    /// The gzip data is damaged or cut off: fetch the file again.
    #[error("{at}: up to here the gzip data is sound, then it is damaged or cut off ({source})")]
    Gzip {
        /// How far it was unpacked.
        at: Place,
        /// What the unpacker found.
        source: io::Error,
    },
    /// Bytes that are no text in the file's encoding, or an encoding that isn't known.
    #[error("{at}: {what}")]
    Encoding {
        /// Where the text stops.
        at: Place,
        /// What is wrong.
        what: String,
    },
    /// It isn't well-formed XML, or has parts that are refused.
    #[error("{at}: {what}")]
    Xml {
        /// Where the tag or text in question begins.
        at: Place,
        /// What is wrong.
        what: String,
    },
    /// It is XML but not an event log.
    #[error("{at}: {what}")]
    NotXes {
        /// Where the element in question begins.
        at: Place,
        /// What is wrong.
        what: String,
    },
    /// A value that doesn't fit the type of its attribute.
    #[error("{at}: the attribute `{key}` has the value “{value}”, which is not {wanted}")]
    Value {
        /// Where the attribute begins, or the event when the mapping reads it.
        at: Place,
        /// The attribute's key.
        key: String,
        /// The value's first 64 characters.
        value: String,
        /// What would have fitted.
        wanted: &'static str,
    },
    /// An event without an attribute that the mapping needs.
    #[error(
        "{at}: this event has no attribute `{key}`, from which the mapping takes its {purpose}"
    )]
    Missing {
        /// Where the event begins.
        at: Place,
        /// The key that the mapping names.
        key: String,
        /// What the mapping takes from it.
        purpose: &'static str,
    },
    /// Something is larger than this reader takes.
    #[error("{at}: {what} (the limit is {limit})")]
    Limit {
        /// Where the thing that is too large begins.
        at: Place,
        /// What is too large.
        what: &'static str,
        /// How large it may be.
        limit: usize,
    },
}

impl XesError {
    /// Where in the unpacked text.
    pub fn at(&self) -> Place {
        match self {
            Self::Io { at, .. }
            | Self::Gzip { at, .. }
            | Self::Encoding { at, .. }
            | Self::Xml { at, .. }
            | Self::NotXes { at, .. }
            | Self::Value { at, .. }
            | Self::Missing { at, .. }
            | Self::Limit { at, .. } => *at,
        }
    }

    /// The same at another place. What finds a mistake knows only its piece of text, and where that
    /// stands is counted when somebody asks.
    pub(super) fn moved(mut self, to: Place) -> Self {
        match &mut self {
            Self::Io { at, .. }
            | Self::Gzip { at, .. }
            | Self::Encoding { at, .. }
            | Self::Xml { at, .. }
            | Self::NotXes { at, .. }
            | Self::Value { at, .. }
            | Self::Missing { at, .. }
            | Self::Limit { at, .. } => *at = to,
        }
        self
    }

    pub(super) fn xml(what: impl Into<String>) -> Self {
        let (at, what) = (Place::START, what.into());
        Self::Xml { at, what }
    }

    pub(super) fn not_xes(what: impl Into<String>) -> Self {
        let (at, what) = (Place::START, what.into());
        Self::NotXes { at, what }
    }

    pub(super) fn limit(what: &'static str, limit: usize) -> Self {
        let at = Place::START;
        Self::Limit { at, what, limit }
    }

    pub(super) fn value(key: &str, value: &str, wanted: &'static str) -> Self {
        Self::Value {
            at: Place::START,
            key: shortened(key),
            value: shortened(value),
            wanted,
        }
    }
}

/// The first 64 characters: a message must not be as long as a hostile file.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}
