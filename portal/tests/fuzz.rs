//! What must hold for whatever is sent, on seeds and regressions.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

#[path = "../../fuzz/checks/http.rs"]
mod http;
#[path = "../../fuzz/inputs.rs"]
mod inputs;

#[test]
fn requests_are_answered() {
    inputs::of("http").for_each(|input| http::check(&input));
}
