//! The endpoints: one file for each topic, and one line here.

mod case;
mod cases;
mod commands;
mod documents;
mod drafts;
mod editions;
mod events;
mod figures;
mod inbox;
mod meta;
mod operate;
mod participation;
mod receipts;
mod register;
mod services;
mod submit;

use super::register::Endpoints;

/// All endpoints there are.
pub(super) fn all() -> Endpoints {
    let endpoints = Endpoints::new();
    let endpoints = services::register(endpoints);
    let endpoints = editions::register(endpoints);
    let endpoints = participation::register(endpoints);
    let endpoints = register::register(endpoints);
    let endpoints = drafts::register(endpoints);
    let endpoints = submit::register(endpoints);
    let endpoints = receipts::register(endpoints);
    let endpoints = cases::register(endpoints);
    let endpoints = case::register(endpoints);
    let endpoints = commands::register(endpoints);
    let endpoints = documents::register(endpoints);
    let endpoints = inbox::register(endpoints);
    let endpoints = events::register(endpoints);
    let endpoints = figures::register(endpoints);
    let endpoints = operate::register(endpoints);
    meta::register(endpoints)
}
