//! Parts that pages are made of.

mod problems;
mod status;

pub use problems::{Problem, Problems};
pub use status::{Sign, Status};
