//! What the benches and the programs of rivals share, so that all are measured by the same lines:
//! callers and their clocks, the group writer, commits in a file, and what a rival is asked.
//!
//! It knows nothing of Kanzlei, so that a rival's program builds quickly and depends on nothing
//! that could clash with what the rival needs.

pub mod callers;
pub mod commit;
pub mod disk;
pub mod group;
pub mod measure;
pub mod process;
mod queue;
pub mod rival;

use std::error::Error;

/// What a bench gives, or why it can't go on.
pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;
