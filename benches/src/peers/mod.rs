//! The same work on peers.

mod bare;
mod group;
mod sqlite;

pub use bare::BareFjall;
pub use group::{Group, Sink};
pub use sqlite::{Rows, Sqlite};
