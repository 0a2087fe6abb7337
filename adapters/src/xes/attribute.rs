//! Attributes: what a log says about a trace or an event.

use std::borrow::Cow;

use kanzlei_core::Timestamp;

use super::error::XesError;
use super::moment;

/// A typed value under a key, with attributes of its own below it. A key may occur several times.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// The key, with its extension's prefix, such as `concept:name`.
    pub key: String,
    /// The value.
    pub value: XesValue,
    /// Attributes of this attribute.
    pub children: Vec<Attribute>,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum XesValue {
    /// Text.
    String(String),
    /// A moment, to the microsecond.
    Date(Timestamp),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A truth value.
    Boolean(bool),
    /// An identifier, kept as it is written.
    Id(String),
    /// What a list or a container holds in its `values`. Attributes that stand in it without
    /// `values` are the attribute's children.
    List(Vec<Attribute>),
}

impl XesValue {
    /// The value as a person writes it; nothing for a list.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::String(text) | Self::Id(text) => Cow::Borrowed(text),
            Self::Date(at) => Cow::Owned(at.to_string()),
            Self::Int(number) => Cow::Owned(number.to_string()),
            Self::Float(number) => Cow::Owned(number.to_string()),
            Self::Boolean(truth) => Cow::Owned(truth.to_string()),
            Self::List(_) => return None,
        })
    }
}

/// The attribute under `key`: the last of several, which is also what process-mining tools take.
pub(super) fn last<'a>(attributes: &'a [Attribute], key: &str) -> Option<&'a Attribute> {
    attributes.iter().rev().find(|one| one.key == key)
}

/// The types of XES, by the names of their elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    String,
    Date,
    Int,
    Float,
    Boolean,
    Id,
    List,
}

impl Kind {
    pub(super) fn of(element: &str) -> Option<Self> {
        Some(match element {
            "string" => Self::String,
            "date" => Self::Date,
            "int" => Self::Int,
            "float" => Self::Float,
            "boolean" => Self::Boolean,
            "id" => Self::Id,
            "list" | "container" => Self::List,
            _ => return None,
        })
    }

    /// Reads a value of this kind. Text may be left out (it is empty then), other values may not.
    /// Around what isn't text, spaces don't count.
    pub(super) fn read(self, key: &str, text: Option<Cow<'_, str>>) -> Result<XesValue, XesError> {
        let text = text.unwrap_or_default();
        let trimmed = text.trim_matches([' ', '\t', '\n', '\r']);
        let (value, wanted) = match self {
            Self::String => return Ok(XesValue::String(text.into_owned())),
            Self::Id => return Ok(XesValue::Id(text.into_owned())),
            Self::List => return Ok(XesValue::List(Vec::new())),
            Self::Date => (moment::read(trimmed).map(XesValue::Date), moment::WANTED),
            Self::Int => (
                trimmed.parse().ok().map(XesValue::Int),
                "a whole number of at most 64 bits",
            ),
            Self::Float => (trimmed.parse().ok().map(XesValue::Float), "a number"),
            Self::Boolean => (boolean(trimmed).map(XesValue::Boolean), "true or false"),
        };
        value.ok_or_else(|| XesError::value(key, &text, wanted))
    }
}

/// XML Schema's four, and `True` and `False` as some writers have them.
fn boolean(text: &str) -> Option<bool> {
    if text == "1" || text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text == "0" || text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}
