//! What an error says to a person: what the disk said, where that is the cause.

use std::io;
use std::path::Path;

use fjall::{Error, LsmError};
use kanzlei_core::ports::StoreError;

/// The disk failed at this place.
pub(super) fn failed_at(place: &Path) -> impl Fn(io::Error) -> StoreError + Copy {
    move |error| StoreError::Unavailable(format!("{}: {error}", place.display()))
}

/// What fjall's error says.
pub(super) fn why(error: &Error) -> String {
    match error {
        Error::Io(io) | Error::Storage(LsmError::Io(io)) => io.to_string(),
        Error::Poisoned => {
            "it couldn't write to the disk, which is full or fails, or open a file".to_owned()
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_called_that_wherever_fjall_met_it() {
        let full = || io::Error::from_raw_os_error(28);
        for error in [Error::Io(full()), Error::Storage(LsmError::Io(full()))] {
            assert_eq!(why(&error), full().to_string());
        }
        assert!(why(&Error::Poisoned).contains("disk"));
    }
}
