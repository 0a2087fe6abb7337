//! What the fuzz targets check, on their seeds and regressions.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

#[path = "../../fuzz/checks/event.rs"]
mod event;
#[path = "../../fuzz/inputs.rs"]
mod inputs;
#[path = "../../fuzz/checks/record.rs"]
mod record;
#[path = "../../fuzz/checks/service.rs"]
mod service;
#[path = "../../fuzz/checks/words.rs"]
mod words;

#[test]
fn words_hold() {
    inputs::of("words").for_each(|input| words::check(&input));
}

#[test]
fn events_hold() {
    inputs::of("event").for_each(|input| event::check(&input));
}

#[test]
fn records_hold() {
    inputs::of("record").for_each(|input| record::check(&input));
}

#[test]
fn services_hold() {
    inputs::of("service").for_each(|input| service::check(&input));
}
