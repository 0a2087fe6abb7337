//! Event stores, view stores and key vaults for Kanzlei, and the conformance kit that each must pass.
//!
//! [`admission`] has the rules by which every store here takes a commit or refuses it.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod admission;
mod aside;
mod backup;
#[cfg(feature = "conformance")]
pub mod conformance;
mod disk;
mod documents;
mod embedded;
mod fields;
mod lock;
mod memory;
mod memory_views;
mod named;
#[cfg(feature = "conformance")]
mod nasty;
mod sealed;
mod slot_pool;
mod system;
mod vault;

pub use backup::{
    BackedUp, Backup, BackupError, BackupFolder, DestroyedSlots, DocumentsRepair, DocumentsTarget,
    Few, Log, NamedDocument, Restored, SkippedDocuments, Source, Target,
};
pub use disk::{DiskFaults, DiskStep, SoundDisk, make_folder};
pub use documents::{
    Declared, DocumentReader, Documents, DocumentsError, DocumentsOptions, MediaType, References,
    SweptDocuments, Upload, Uploaded,
};
pub use embedded::{
    AppendFigures, Compacted, Faults, FjallEventStore, FjallViewStore, Histogram, LogDamage,
    LogElsewhere, LogRepair, Moment, Options, Positions, Progress, Repair, ShortenedCase,
    SyncPolicy, WitnessFound, Work,
};
pub use memory::MemoryEventStore;
pub use memory_views::MemoryViewStore;
pub use named::highest_slot_named;
#[cfg(feature = "conformance")]
pub use nasty::{Chance, Nastiness, NastyEventStore, Rival};
pub use sealed::{
    Entry, EntryId, Listing, Revision, SealedError, SealedFolder, SealedOptions, Swept, Whereabouts,
};
pub use system::{SystemClock, SystemEntropy};
pub use vault::{
    FileKeyVault, InstallationKey, MemoryKeyVault, Undoing, VaultBackup, VaultRestored, VaultTarget,
};
