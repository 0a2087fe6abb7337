//! The stores of one machine, on fjall.
//!
//! An event store is a directory; so is a view store, which has a database of its own.
//!
//! ```text
//! lock              held while the store is open; the system lets go of it when the process ends
//! witness           two slots of 64 bytes, at 0 and at 512, written in turn after each synced group:
//!                   "kzlwitn1" ‖ commits u64 ‖ last position u64 ‖ root [32]
//!                   ‖ first 8 bytes of SHA-256("kanzlei witness 1" ‖ what stands before);
//!                   the first, of no commits and a root of zeros, before there is a commit
//! log/              a fjall database, layout 1, of three keyspaces
//!   log             position                      → stamp [16] ‖ record
//!   cases           case [16] ‖ first version u32 → stamp [16] ‖ share of the case (form 1), or the
//!                                                   record itself if it has one part
//!   index           0                             → layout number u32
//!                   1                             → the tree: commits u64 ‖ root [32]
//!                   2 ‖ commits u64               → the tree's peaks, each [32], largest first;
//!                                                   every 1,024 commits
//!                   3 ‖ command [16]              → position u64
//! ```
//!
//! Numbers are big-endian in keys and little-endian elsewhere. Positions are dense from 1, so that
//! a commit that is missing is seen. A commit over one case is three rows, one over n cases n + 2;
//! each group adds the tree's row.
//!
//! **Append.** Callers put requests into a bounded queue; one thread takes all that wait, checks
//! each against the disk and against those before it, writes one batch with one sync, moves the
//! watermark and answers. An error of the disk closes the store for good: appends of that group
//! are answered as unknown, later ones as closed, and reads go on.
//!
//! **Read.** Each page is a snapshot of its own, and ends at the watermark.
//!
//! **Open.** What a power loss has torn off the last journal is cut off, and kept in
//! `log/N.jnl.torn-at-BYTE`; a journal that is damaged before its end keeps the store from opening.
//! The tree is rebuilt from the last peaks and the commits since, and compared with what was written
//! and with the witness. A log shorter than the witness isn't opened; one whose end is
//! damaged is opened for reading alone.

mod birth;
mod events;
mod figures;
mod inspect;
mod journal;
mod keys;
mod layout;
mod open;
mod options;
mod queue;
mod read;
mod restore;
mod round;
mod view_at;
mod views;
mod witness;
mod writer;

pub use events::FjallEventStore;
pub use figures::{AppendFigures, Histogram};
pub use options::{Faults, Moment, Options, SyncPolicy};
pub(crate) use restore::Restoring;
pub use views::FjallViewStore;
