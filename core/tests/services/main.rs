//! Services as values: written, checked, published, read from files, and their forms checked.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod check;
mod definition;
mod difference;
mod field_rules;
mod file;
mod generate;
#[path = "../../../fuzz/inputs.rs"]
mod inputs;
mod print;
#[path = "../../../fuzz/checks/service.rs"]
mod service;
mod slips;

use kanzlei_core::Service;

/// The service file that has every key and every type of field.
const EVERYTHING: &str = include_str!("../../../fuzz/seeds/service/everything.toml");

fn everything() -> Service {
    Service::from_toml(EVERYTHING).unwrap_or_else(|errors| panic!("{errors}"))
}
