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
mod there;
mod token;
mod undoing;
mod wrap;

pub use copy::VaultBackup;
pub use file::FileKeyVault;
pub use installation::InstallationKey;
pub use memory::MemoryKeyVault;
pub use restore::{VaultRestored, VaultTarget};
pub(crate) use states::slots_in;
pub(crate) use there::settle;
pub use undoing::Undoing;
