//! Pages, as a browser without scripts gets them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod authorisation;
mod canton;
mod chart;
mod door;
mod house;
mod journey;
mod office;
mod papers;
mod rules;
mod shell;
mod words;
