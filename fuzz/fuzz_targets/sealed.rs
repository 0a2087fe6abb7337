#![no_main]

#[path = "../checks/sealed.rs"]
mod sealed;

libfuzzer_sys::fuzz_target!(|input: &[u8]| sealed::check(input));
