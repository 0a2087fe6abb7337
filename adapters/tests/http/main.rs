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
mod drafts;
mod figures;
mod gate;
mod hall;
mod offices;
mod problems;
mod services;
mod streams;
