//! The ports: what the engine needs from outside, as traits. `kanzlei-store` has implementations,
//! and the conformance kit that each must pass.
//!
//! They are polled by whoever asks the engine, and by threads that belong to no runtime, such as those that keep
//! views. An implementation that needs a runtime brings one: it keeps a handle, spawns its work there, and answers
//! through a channel.

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
