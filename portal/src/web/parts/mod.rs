//! Parts that pages are made of.

mod problems;
mod status;
mod time_line;

pub use problems::{Problem, Problems};
pub use status::{Sign, Status};
pub use time_line::TimeLine;
