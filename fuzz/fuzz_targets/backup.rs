#![no_main]

#[path = "../checks/backup.rs"]
mod backup;

libfuzzer_sys::fuzz_target!(|input: &[u8]| backup::check(input));
