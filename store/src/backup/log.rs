//! The log that is backed up: of a store that is open here, or in another process.

use std::thread;

use futures::executor::block_on;
use kanzlei_core::Position;
use kanzlei_core::ports::{EventStore, StoreError};
use kanzlei_core::record::{Hash, Page, RecordRef};

use crate::embedded::LogElsewhere;

/// Bytes of the log that are read at once.
pub(super) const PAGE: usize = 1024 * 1024;

/// The log that is backed up.
#[derive(Clone, Copy)]
pub enum Log<'a> {
    /// Of a store that is open here. One that answers before the disk has a commit may lose it after it was backed up, and
    /// go on otherwise: of such a one `Elsewhere` is what is synced.
    Here(&'a dyn EventStore),
    /// Of an embedded store that may be open, here or in another process.
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

/// Hands out each record of a log, up to where that ends now; `told` is told how far that is, and how far it goes.
pub(crate) fn read_through(
    log: &dyn EventStore,
    told: &dyn Fn(u64, u64),
    each: &mut dyn FnMut(&RecordRef<'_>),
) -> Result<(), StoreError> {
    let (mut after, end) = (Position::START, log.watermark().now());
    while after < end {
        let page = block_on(log.log(after, PAGE))?;
        page.commits().for_each(|commit| each(&commit.record));
        after = page.through();
        told(after.0.min(end.0), end.0);
    }
    Ok(())
}
