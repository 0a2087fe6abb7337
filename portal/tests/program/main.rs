//! The program as somebody at a terminal, a script or a broken disk meets it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod backup;
mod commands;
mod compact;
mod damage;
mod demo;
mod hand;
mod import;
mod log_missing;
mod lost_keys;
mod portal;
mod repair;
mod running;
mod sign_in;
