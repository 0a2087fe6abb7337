//! Codes: the short names by which a service's parts are called in events, forms and files.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The short name of a service or of a part of it: lower-case letters, digits and hyphens, at most
/// 64 bytes. It stands readable in the log for ever, so it never says anything about a person.
///
/// ```
/// use kanzlei_core::Code;
///
/// assert_eq!(Code::new("move-date")?.as_str(), "move-date");
/// assert!(Code::new("Move date").is_err());
/// # Ok::<(), kanzlei_core::CodeError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(Arc<str>);

/// A text that is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{given}” is not a code (lower-case letters a to z, digits and hyphens, beginning with a \
     letter or digit, at most {} characters)",
    Code::BYTES_MAX
)]
pub struct CodeError {
    given: String,
}

impl Code {
    /// The longest code, in bytes: it stands in every event that names it.
    pub const BYTES_MAX: usize = 64;

    /// The code with this text.
    ///
    /// # Errors
    /// If the text isn't `[a-z0-9]` followed by up to 63 of `[a-z0-9-]`.
    pub fn new(text: &str) -> Result<Self, CodeError> {
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let right = text.len() <= Self::BYTES_MAX
            && text.bytes().next().is_some_and(letter)
            && text.bytes().all(|byte| letter(byte) || byte == b'-');
        if right {
            Ok(Self(Arc::from(text)))
        } else {
            Err(CodeError {
                // Escaped, because it is shown on terminals.
                given: text.escape_debug().take(Self::BYTES_MAX).collect(),
            })
        }
    }

    /// Stands where a wrong code was reported, so that the rest can be checked too.
    pub(super) fn placeholder() -> Self {
        Self(Arc::from("unreadable"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({self})")
    }
}

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        Self::new(text)
    }
}

impl TryFrom<&str> for Code {
    type Error = CodeError;

    fn try_from(text: &str) -> Result<Self, CodeError> {
        Self::new(text)
    }
}

impl AsRef<str> for Code {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// A map by code can be asked with a text.
impl Borrow<str> for Code {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Code {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        Self::new(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_are_codes() {
        for text in ["a", "0", "move-of-residence", "a--", &"x".repeat(64)] {
            let code = Code::new(text).unwrap();
            assert_eq!(code, text);
            let bytes = postcard::to_stdvec(&code).unwrap();
            assert_eq!(postcard::from_bytes::<Code>(&bytes).unwrap(), code);
        }
        for text in [
            "",
            "-a",
            "A",
            "a b",
            "ä",
            "a_b",
            "a.b",
            "a\n",
            &"x".repeat(65),
        ] {
            assert!(Code::new(text).is_err(), "{text:?}");
            let bytes = postcard::to_stdvec(text).unwrap();
            assert!(postcard::from_bytes::<Code>(&bytes).is_err(), "{text:?}");
            let json = serde_json::to_string(text).unwrap();
            assert!(serde_json::from_str::<Code>(&json).is_err(), "{text:?}");
        }
    }
}
