//! Forms: what somebody filled in, as typed values by field.

use std::collections::BTreeMap;
use std::collections::btree_map;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::code::{Code, CodeError};
use crate::ids::AuthorityId;
use crate::time::Date;

/// What a field holds.
// The order is in the bytes: a new kind is added at the end.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Value {
    /// A text that somebody typed.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A day.
    Date(Date),
    /// Yes or no.
    Boolean(bool),
    /// One of the codes that the field offers.
    Choice(Code),
    /// An authority, such as the municipality to which somebody moves.
    Authority(AuthorityId),
}

impl Value {
    /// The choice with this code.
    ///
    /// # Errors
    /// If the text is no code.
    pub fn choice(code: &str) -> Result<Self, CodeError> {
        Code::new(code).map(Self::Choice)
    }

    /// The kind in a word, as it stands in messages: it says nothing about the value.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Integer(_) => "integer",
            Self::Date(_) => "date",
            Self::Boolean(_) => "boolean",
            Self::Choice(_) => "choice",
            Self::Authority(_) => "authority",
        }
    }
}

/// The kind alone: a value may be about a person, and what is printed ends up in logs.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.kind())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<Date> for Value {
    fn from(day: Date) -> Self {
        Self::Date(day)
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Boolean(yes)
    }
}

impl From<Code> for Value {
    fn from(code: Code) -> Self {
        Self::Choice(code)
    }
}

impl From<AuthorityId> for Value {
    fn from(authority: AuthorityId) -> Self {
        Self::Authority(authority)
    }
}

/// A filled-in form: values by the code of their field.
///
/// ```
/// use kanzlei_core::{AuthorityId, Form};
///
/// let form = Form::new()
///     .with("municipality", AuthorityId(1061))?
///     .with("purpose", "a lease")?
///     .with("copies", 2)?;
/// assert_eq!(format!("{form:?}"), r#"Form("copies", "municipality", "purpose")"#);
/// # Ok::<(), kanzlei_core::CodeError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Form(BTreeMap<Code, Value>);

impl Form {
    /// A form in which nothing is filled in.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one field filled in.
    ///
    /// # Errors
    /// If the field's name is no code. Whether a service has such a field is checked when the
    /// form is submitted.
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Result<Self, CodeError> {
        self.insert(Code::new(field)?, value.into());
        Ok(self)
    }

    /// Fills in a field and gives what was there before.
    pub fn insert(&mut self, field: Code, value: Value) -> Option<Value> {
        self.0.insert(field, value)
    }

    /// Empties a field and gives what was there.
    pub fn remove(&mut self, field: &str) -> Option<Value> {
        self.0.remove(field)
    }

    /// What a field holds.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field)
    }

    /// Fields and values in the order of the fields' codes.
    pub fn iter(&self) -> btree_map::Iter<'_, Code, Value> {
        self.0.iter()
    }

    /// How many fields are filled in.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is filled in.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The names of the fields alone.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tuple = f.debug_tuple("Form");
        for field in self.0.keys() {
            tuple.field(&field.as_str());
        }
        tuple.finish()
    }
}

impl<'a> IntoIterator for &'a Form {
    type Item = (&'a Code, &'a Value);
    type IntoIter = btree_map::Iter<'a, Code, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Form {
    type Item = (Code, Value);
    type IntoIter = btree_map::IntoIter<Code, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<(Code, Value)> for Form {
    fn from_iter<I: IntoIterator<Item = (Code, Value)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        Form::new()
            .with("a", "Grüezi")
            .unwrap()
            .with("b", -3)
            .unwrap()
            .with("c", Date::new(2026, 1, 5).unwrap())
            .unwrap()
            .with("d", true)
            .unwrap()
            .with("e", Code::new("own-use").unwrap())
            .unwrap()
            .with("f", AuthorityId(1061))
            .unwrap()
    }

    /// Forms are in the log: these bytes never change.
    #[test]
    fn the_bytes_of_a_form_are_fixed() {
        let bytes = postcard::to_stdvec(&form()).unwrap();
        let golden =
            b"\x06\x01a\x00\x07Gr\xc3\xbcezi\x01b\x01\x05\x01c\x02\xd4\xbf\x02\x01d\x03\x01\
                       \x01e\x04\x07own-use\x01f\x05\xa5\x08";
        assert_eq!(bytes, golden);
        assert_eq!(postcard::from_bytes::<Form>(&bytes).unwrap(), form());
        let json = serde_json::to_string(&form()).unwrap();
        assert_eq!(serde_json::from_str::<Form>(&json).unwrap(), form());
    }

    #[test]
    fn nothing_typed_is_printed() {
        let values: Vec<Value> = form().into_iter().map(|(_, value)| value).collect();
        let shown = format!("{:?} {values:?}", form());
        for secret in ["Grüezi", "-3", "2026", "own-use", "1061", "true"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}
