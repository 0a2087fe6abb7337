//! Key vaults: in memory, and in a file of their own.

mod memory;
mod token;

pub use memory::MemoryKeyVault;
