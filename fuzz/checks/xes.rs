//! Event logs in XES, from anywhere.

use std::io::{self, Read};

use kanzlei_adapters::xes::{XesReader, read_all_for_check};

/// What is wrong with a log is said with its place; what is in it doesn't depend on how the bytes
/// come.
pub fn check(input: &[u8]) {
    if let Err(error) = read_all_for_check(input) {
        assert!(error.at().line > 0 && error.at().column > 0);
    }
    assert_eq!(items(input), items(Trickle(input)));
}

/// How many items a log has, if it ends well. How many come before an error depends on where a
/// packed log is found to be broken.
fn items(log: impl Read) -> Option<usize> {
    let mut log = XesReader::new(log).ok()?;
    log.try_fold(0, |count, item| item.is_ok().then_some(count + 1))
}

/// Gives a few bytes at a time.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let few = to.len().min(7);
        self.0.read(&mut to[..few])
    }
}
