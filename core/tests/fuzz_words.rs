//! What the fuzz target `words` checks, on its seeds and regressions.
#![allow(clippy::expect_used)]

#[path = "../../fuzz/inputs.rs"]
mod inputs;
#[path = "../../fuzz/checks/words.rs"]
mod words;

#[test]
fn seeds_and_regressions_hold() {
    for input in inputs::of("words") {
        words::check(&input);
    }
}
