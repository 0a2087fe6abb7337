//! What people type and files hold: ids, references, moments and dates.

use std::fmt::Display;
use std::str::FromStr;

use kanzlei_core::{CaseId, Date, Reference, Timestamp};

/// Whatever can be read prints as something that is read as the same.
pub fn check(input: &[u8]) {
    if let Ok(text) = std::str::from_utf8(input) {
        round_trips::<CaseId>(text);
        round_trips::<Reference>(text);
        round_trips::<Timestamp>(text);
        round_trips::<Date>(text);
    }
}

fn round_trips<T: FromStr + Display + PartialEq>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let printed = value.to_string();
        assert!(
            printed.parse().is_ok_and(|again: T| again == value),
            "“{text}” prints as “{printed}”, which is not the same"
        );
    }
}
