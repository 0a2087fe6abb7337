//! Looking at a store that was made, before it gets its name.

use std::path::Path;

use kanzlei_core::ports::{EventStore, StoreError, TreeHead};

use super::events::FjallEventStore;
use super::making::{options, other_root};

/// Opens a store that was made, as whoever uses it will, and compares.
pub(super) fn look(folder: &Path, head: TreeHead) -> Result<(), StoreError> {
    let store = FjallEventStore::open(folder, options())?;
    if store.tree()? != Some(head) {
        return Err(other_root(head));
    }
    store.close()
}
