//! A personal value as it is disclosed.

use std::fmt;

use serde::Serialize;

/// A personal value that was opened for somebody who may see it, or that is gone.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Disclosed<T> {
    /// The value.
    Shown(T),
    /// It was erased.
    Erased,
}

impl<T> Disclosed<T> {
    /// The value, unless it was erased.
    pub const fn shown(&self) -> Option<&T> {
        match self {
            Self::Shown(value) => Some(value),
            Self::Erased => None,
        }
    }
}

/// Without the value: what is printed ends up in logs.
impl<T> fmt::Debug for Disclosed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shown(_) => "Shown(…)",
            Self::Erased => "Erased",
        })
    }
}
