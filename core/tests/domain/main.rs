//! Rules of the domain, each in a file of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod assurance;
#[cfg(feature = "openapi")]
mod described;
mod documents;
mod shed;
