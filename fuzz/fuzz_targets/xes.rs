#![no_main]

#[path = "../checks/xes.rs"]
mod xes;

libfuzzer_sys::fuzz_target!(|input: &[u8]| xes::check(input));
