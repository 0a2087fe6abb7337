//! The log that is backed up: of a store that is open here, or in another process.

use std::thread;

use futures::executor::block_on;
use kanzlei_core::Position;
use kanzlei_core::ports::{EventStore, StoreError};
use kanzlei_core::record::{Hash, Page};

use crate::embedded::LogElsewhere;

/// The log that is backed up.
#[derive(Clone, Copy)]
pub enum Log<'a> {
    /// Of a store that is open here.
    Here(&'a dyn EventStore),
    /// Of an embedded store that may be open in another process.
    Elsewhere(&'a LogElsewhere),
}

impl Log<'_> {
    /// Where it ends, and the root that it has there, if its store knows.
    pub(super) fn end(self) -> Result<(Position, Option<Hash>), StoreError> {
        let head = match self {
            Self::Here(store) => match store.tree()? {
                Some(head) => head,
                None => return Ok((store.watermark().now(), None)),
            },
            Self::Elsewhere(log) => log.head(),
        };
        Ok((head.position, Some(head.root)))
    }

    /// A page of the log that goes on from here.
    pub(super) fn read(self, after: Position, limit: usize) -> Result<Page, StoreError> {
        let store = match self {
            Self::Here(store) => store,
            Self::Elsewhere(log) => return log.page(after, limit),
        };
        loop {
            let page = block_on(store.log(after, limit))?;
            if page.through() > after {
                return Ok(page);
            }
            // The tree is a moment ahead of what can be read.
            if let Some(cause) = store.closed() {
                return Err(StoreError::Closed(cause));
            }
            thread::yield_now();
        }
    }
}
