//! What the fuzz target checks, on its seeds and regressions.

#[path = "../../../fuzz/checks/claims.rs"]
mod claims;
#[path = "../../../fuzz/inputs.rs"]
mod inputs;

#[test]
fn settings_and_claims_hold() {
    inputs::of("claims").for_each(|input| claims::check(&input));
}
