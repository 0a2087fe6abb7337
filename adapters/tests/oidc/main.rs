//! Sign-in by `OpenID` Connect, against an issuer that does what each test wants.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod again;
mod bearer;
mod browser;
mod fuzz;
mod issuer;
mod people;
mod shelf;
