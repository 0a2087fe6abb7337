//! The engine: a command's whole way, on a calm store and on a nasty one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod assurance;
mod backpressure;
mod crowd;
mod disclosure;
mod hall;
mod idempotency;
mod laws;
mod lifecycle;
mod participation;
mod rules;
mod strangers;
mod watched;
