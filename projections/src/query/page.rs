//! Lists in pages.

use std::fmt;
use std::str::FromStr;

use kanzlei_core::ports::{Row, ViewSnapshot};
use serde::{Deserialize, Serialize};

use super::QueryError;
use crate::key::Key;
use crate::scan::Scan;
use crate::views::hex;

/// Items on one page, at most: what one answer may hold in memory.
pub const PAGE_MAX: usize = 1_000;

/// Rows that are looked at for one page, at most, so that a filter that fits nothing doesn't hold
/// up the rest; the page is then shorter, and goes on.
pub(super) const LOOKED_AT_MAX: usize = 20_000;

/// Where a list goes on. Opaque: what it says may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cursor(String);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Cursor {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl Cursor {
    fn at(place: &[u8]) -> Self {
        Self(hex(place))
    }

    fn place(&self, length: usize) -> Result<Vec<u8>, QueryError> {
        let digit = |byte: u8| {
            char::from(byte)
                .to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
        };
        let pair = |pair: &[u8]| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        };
        let bytes: Option<Vec<u8>> = self.0.as_bytes().chunks(2).map(pair).collect();
        bytes
            .filter(|place| place.len() == length)
            .ok_or(QueryError::Cursor)
    }
}

/// Which page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// How many items, at most; never more than [`PAGE_MAX`].
    pub limit: usize,
    /// Where the page before ended; `None` for the first.
    pub after: Option<Cursor>,
    /// From the newest to the oldest, and not the other way round.
    pub newest_first: bool,
}

impl Paging {
    /// The first page, the oldest first.
    pub const fn first(limit: usize) -> Self {
        Self {
            limit,
            after: None,
            newest_first: false,
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Paged<T> {
    /// What is on it. A page can hold few items, or none, although the list goes on.
    pub items: Vec<T>,
    /// Where the list goes on; `None` at its end.
    pub next: Option<Cursor>,
}

impl Paging {
    /// The places that such a page is made of.
    pub(super) fn scan<'s>(
        &self,
        snapshot: &'s dyn ViewSnapshot,
        lanes: impl IntoIterator<Item = Key>,
        length: usize,
    ) -> Result<Scan<'s>, QueryError> {
        let after = self.after.as_ref();
        let after = after.map(|cursor| cursor.place(length)).transpose()?;
        // One more shows whether the list goes on.
        let wanted = self.limit.saturating_add(1);
        let backwards = self.newest_first;
        Ok(Scan::new(
            snapshot,
            lanes,
            after.as_deref(),
            backwards,
            wanted,
        ))
    }

    /// Takes a page from a scan: what `item` makes of each row.
    pub(super) fn take<T>(
        &self,
        scan: &mut Scan<'_>,
        mut item: impl FnMut(&Row) -> Result<Option<T>, QueryError>,
    ) -> Result<Paged<T>, QueryError> {
        let limit = self.limit.clamp(1, PAGE_MAX);
        let mut items = Vec::new();
        let mut last: Option<Vec<u8>> = None;
        for looked_at in 0.. {
            let Some(row) = scan.next()? else {
                return Ok(Paged { items, next: None });
            };
            if items.len() == limit || looked_at == LOOKED_AT_MAX {
                let next = last.as_deref().map(Cursor::at);
                return Ok(Paged { items, next });
            }
            items.extend(item(&row)?);
            last = Some(row.key);
        }
        Ok(Paged { items, next: None })
    }
}
