//! The ports: what the engine needs from outside, as traits. `kanzlei-store` has implementations,
//! and the conformance kit that each must pass.

mod environment;
mod event_store;
mod key_vault;
mod view_store;
mod watermark;

pub use environment::{Clock, Entropy, EntropyError};
pub use event_store::{
    AppendError, Appended, Durability, EventStore, Guard, Prepared, Read, StoreError, TreeHead,
};
pub use key_vault::{Access, KeyVault, Purpose, VaultError};
pub use view_store::{Checkpoint, Row, RowChange, ViewId, ViewSnapshot, ViewStore, ViewStoreError};
pub use watermark::{Past, Watermark, wake_all};
