//! How far something is, on standard error: a line that changes on a terminal, a line for each tenth
//! elsewhere.

use std::io::{IsTerminal, Write};

/// How far something is.
#[derive(Debug)]
pub struct Progress {
    what: &'static str,
    of: usize,
    tenths: usize,
    terminal: bool,
}

impl Progress {
    /// Nothing done yet.
    pub fn new(what: &'static str, of: usize) -> Self {
        Self {
            what,
            of,
            tenths: 0,
            terminal: std::io::stderr().is_terminal(),
        }
    }

    /// So much is done.
    pub fn reach(&mut self, done: usize) {
        let tenths = (done * 10).checked_div(self.of).unwrap_or(10);
        let mut out = std::io::stderr().lock();
        let (what, of) = (self.what, self.of);
        // Somebody who has closed standard error doesn't want to be told.
        let _ = if self.terminal {
            let end = if done >= of { "\n" } else { "" };
            write!(out, "\r{what}: {done} of {of}{end}")
        } else if tenths > self.tenths {
            writeln!(out, "{what}: {done} of {of}")
        } else {
            Ok(())
        };
        self.tenths = tenths;
    }
}
