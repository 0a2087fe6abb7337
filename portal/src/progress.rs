//! How far something is: a bar on a terminal, a line for each tenth elsewhere.

use std::cell::OnceCell;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

const BAR: &str = "{msg:16} {wide_bar} {pos}/{len}  {eta}";

/// How far something is, told on standard error.
pub struct Progress {
    bar: ProgressBar,
    what: &'static str,
    of: u64,
    done: AtomicU64,
    lines: bool,
}

impl Progress {
    /// Nothing done yet.
    pub fn new(what: &'static str, of: u64) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = if terminal {
            ProgressBar::new(of)
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template(BAR) {
            bar.set_style(style);
        }
        bar.set_message(what);
        Self {
            bar,
            what,
            of,
            done: AtomicU64::new(0),
            lines: !terminal,
        }
    }

    /// One more is done.
    pub fn advance(&self) {
        let before = self.done.fetch_add(1, Ordering::Relaxed);
        self.tell(before, before + 1);
    }

    /// So much is done.
    pub fn reach(&self, done: u64) {
        let before = self.done.swap(done, Ordering::Relaxed);
        self.tell(before, done);
    }

    fn tell(&self, before: u64, done: u64) {
        self.bar.set_position(done);
        let tenth = |done: u64| (done * 10).checked_div(self.of).unwrap_or(10);
        if self.lines && tenth(done) > tenth(before) {
            eprintln_quietly(&format!("{}: {done} of {}", self.what, self.of));
        }
    }

    /// It is over.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// How far something is of which only its doing tells how much there is.
pub struct Told {
    what: &'static str,
    progress: OnceCell<Progress>,
}

impl Told {
    pub const fn new(what: &'static str) -> Self {
        Self {
            what,
            progress: OnceCell::new(),
        }
    }

    /// So much is done, of so much.
    pub fn reach(&self, done: u64, of: u64) {
        let progress = self.progress.get_or_init(|| Progress::new(self.what, of));
        progress.reach(done);
    }

    /// It is over.
    pub fn finish(&self) {
        if let Some(progress) = self.progress.get() {
            progress.finish();
        }
    }
}

/// Somebody who has closed standard error doesn't want to be told.
pub fn eprintln_quietly(line: &str) {
    use std::io::Write;
    let _ = writeln!(anstream::stderr(), "{line}");
}
