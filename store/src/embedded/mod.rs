//! The stores of one machine.
//!
//! An event store is a directory: its log is in segment files, and fjall is their index. A view store is a
//! directory too, with a database of its own. docs/format.md has the bytes.
//!
//! ```text
//!   shared ─► line ─► writer ─► written ─► layout ─► appender ─► segments    the disk
//!               └─► round                    │          ├─► index/tail       in memory
//!                                            │          └─► keeper           the next segment, and
//!   read ─► pages ─► places ◄────────────────┘                │              the index of full ones
//!                      └─► segments, index/tail, index ◄──────┘
//! ```

mod appender;
mod at;
mod birth;
mod compact;
mod damage;
mod elsewhere;
mod events;
mod figures;
mod group;
mod index;
mod inspect;
mod journal;
mod keeper;
mod layout;
mod lent;
mod line;
mod look;
mod making;
mod migrate;
mod open;
mod options;
mod pages;
mod places;
mod read;
mod repair;
mod restore;
mod round;
mod segments;
mod shared;
mod view_at;
mod views;
mod why;
mod witness;
mod writer;
mod written;

pub use compact::Compacted;
pub use elsewhere::LogElsewhere;
pub use events::FjallEventStore;
pub use figures::{AppendFigures, Histogram};
pub use options::{Faults, Moment, Options, Progress, SyncPolicy, Work};
pub use repair::{LogDamage, LogRepair, Positions, Repair, ShortenedCase, WitnessFound};
pub(crate) use restore::Restoring;
pub use views::FjallViewStore;
