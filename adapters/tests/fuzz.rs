//! What the fuzz target checks, on its seeds and regressions.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

#[path = "../../fuzz/inputs.rs"]
mod inputs;
#[path = "../../fuzz/checks/xes.rs"]
mod xes;

#[test]
fn logs_hold() {
    inputs::of("xes").for_each(|input| xes::check(&input));
}
