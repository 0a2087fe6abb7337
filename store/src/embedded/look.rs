//! Looking at a store that was made, before it gets its name.

use std::path::Path;
use std::sync::Arc;

use kanzlei_core::ports::{EventStore, StoreError, TreeHead};

use super::events::FjallEventStore;
use super::making::{options, other_root};
use crate::lock::DirectoryLock;

/// Opens a store that was made, as whoever uses it will, and compares. Its directory stays held.
pub(super) fn look(
    folder: &Path,
    lock: &Arc<DirectoryLock>,
    head: TreeHead,
) -> Result<(), StoreError> {
    let store = FjallEventStore::held(folder, Arc::clone(lock), options())?;
    if store.tree()? != Some(head) {
        return Err(other_root(head));
    }
    store.close()
}
