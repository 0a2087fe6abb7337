//! Key vaults: in memory, and in a file of their own.

mod copy;
mod file;
mod header;
mod installation;
mod memory;
mod merge;
mod restore;
mod slots;
mod states;
mod take;
mod token;
mod wrap;

pub use copy::VaultBackup;
pub use file::FileKeyVault;
pub use installation::InstallationKey;
pub use memory::MemoryKeyVault;
pub(crate) use restore::settle;
pub use restore::{Undoing, VaultRestored, VaultTarget};
pub(crate) use states::slots_in;
