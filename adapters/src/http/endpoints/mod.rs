//! The endpoints: one file for each topic, and one line here.

mod case;
mod cases;
mod commands;
mod inbox;
mod meta;
mod services;
mod submit;

use super::register::Endpoints;

/// All endpoints there are.
pub(super) fn all() -> Endpoints {
    let endpoints = Endpoints::new();
    let endpoints = services::register(endpoints);
    let endpoints = submit::register(endpoints);
    let endpoints = cases::register(endpoints);
    let endpoints = case::register(endpoints);
    let endpoints = commands::register(endpoints);
    let endpoints = inbox::register(endpoints);
    meta::register(endpoints)
}
