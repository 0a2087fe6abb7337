//! Key vaults: in memory, and in a file of their own.

mod file;
mod header;
mod installation;
mod memory;
mod slots;
mod token;
mod wrap;

pub use file::FileKeyVault;
pub use installation::InstallationKey;
pub(crate) use installation::private;
pub use memory::MemoryKeyVault;
