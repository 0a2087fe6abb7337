//! Forms drawn from a service's definition: what was typed becomes values, by rules that the server
//! and the script on the page share.

mod input;
mod read;
mod rules;
mod steps;

pub use input::Input;
pub use read::{Typed, Wrong, read, shown};
pub use rules::{Rule, says};
pub use steps::steps;
