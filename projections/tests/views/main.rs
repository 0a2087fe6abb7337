//! Views against oracles, and the runner against kills, failures and nasty stores.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod directory;
mod history;
mod leak;
mod new_questions;
mod oracle;
mod oracle_figures;
mod oracle_ways;
mod overseers;
mod overview;
mod runner;
mod stores;
mod town;
mod views_equal_oracles;
