//! Backups: a copy of the log that knows nothing of how a store keeps it, taken while appends run, and
//! the way back.
//!
//! ```text
//! lock                        held while something is added
//! FIRST-LAST.commits          a run of commits, called as their first and last position (20 digits each)
//! commits.new                 one that is being written; whoever comes next removes it
//! documents/                  the documents that commits name, sealed as they are, as an installation has them
//! destroyed                   which keys were destroyed, as far as that is known; `destroyed.rs` has its bytes
//! skipped                     which documents commits name and aren't there; `skipped.rs` has its bytes
//! ```
//!
//! A file of commits, layout 1; numbers are little-endian, positions of bytes count from 0:
//!
//! ```text
//!   0  magic "KNZLOGBK" | u32 layout number = 1 | u32 zero
//!  16  [32] which log it is: the leaf hash of its first commit
//!  48  the log's tree before:  u64 commits | u64 last position | [32] root
//!  96  the tree afterwards:    u64 commits | u64 last position | [32] root
//! 144  u64 first position | u64 bytes of the whole file
//! 160  zeros
//! 252  u32 CRC-32C of bytes 0..252
//! 256  each commit: u32 length | u32 CRC-32C of u64 where it begins ‖ length ‖ what follows
//!      | stamp [16] ‖ record
//!      at the end: the peaks of the tree afterwards, each [32], largest first
//!      | u32 CRC-32C of u64 where they begin ‖ the peaks
//! ```
//!
//! Each run adds one file, whose tree before is the tree after the file before it. It has its name once
//! it is whole and synced, and once its commits were found to lead from there to the root that the log
//! itself has: that shows that all that was backed up before is still what the log says.

mod destroyed;
mod error;
mod few;
mod folder;
mod glean;
mod header;
mod kind;
mod log;
mod loose;
mod owed;
mod papers;
mod part;
mod read;
mod recover;
mod restore;
mod skipped;
mod sound;
mod take;
mod tree;
mod used;
mod write;

pub use destroyed::DestroyedSlots;
pub use error::BackupError;
pub use few::Few;
pub use folder::BackupFolder;
pub(crate) use glean::SoundCommits;
pub(crate) use kind::Kind;
pub use log::Log;
pub(crate) use log::read_through;
pub(crate) use loose::LooseCommits;
pub use recover::{DocumentsRepair, DocumentsTarget};
pub use restore::{Backup, Restored, Target};
pub use skipped::SkippedDocuments;
pub(crate) use sound::SoundBackup;
pub use take::{BackedUp, Source};
pub use used::NamedDocument;
