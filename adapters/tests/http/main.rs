//! The interface over HTTP, asked as a portal asks it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod cases;
mod conditions;
mod description;
mod documents;
mod drafts;
mod figures;
mod garbage;
mod gate;
mod hall;
mod house;
mod leaks;
mod offices;
mod problems;
mod services;
mod streams;
mod uploads;
