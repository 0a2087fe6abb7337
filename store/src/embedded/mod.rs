//! The stores of one machine, on fjall.

mod events;
mod keys;
mod layout;
mod lock;
mod open;
mod options;
mod queue;
mod read;
mod round;
mod views;
mod witness;
mod writer;

pub use events::FjallEventStore;
pub use options::{Faults, Moment, Options, SyncPolicy};
pub use views::FjallViewStore;
pub use writer::Written;
