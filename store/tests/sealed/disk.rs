//! A disk that takes so many steps.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use kanzlei_store::{DiskFaults, DiskStep};

/// So many steps are taken; all after them fail, as if the process had died there.
#[derive(Clone)]
pub(crate) struct Steps {
    left: Arc<AtomicI64>,
    then: io::ErrorKind,
    /// Whether only one step fails.
    once: bool,
}

impl Steps {
    pub(crate) fn left(steps: i64, then: io::ErrorKind) -> Self {
        Self {
            left: Arc::new(AtomicI64::new(steps)),
            then,
            once: false,
        }
    }

    /// The same, and after the one that fails the others are taken again.
    pub(crate) fn but_one(self) -> Self {
        Self { once: true, ..self }
    }

    /// Whether there was a step that failed.
    pub(crate) fn ran_out(&self) -> bool {
        self.left.load(Ordering::SeqCst) < 0
    }

    pub(crate) fn step(&self) -> io::Result<()> {
        let left = self.left.fetch_sub(1, Ordering::SeqCst);
        if left > 0 || (self.once && left < 0) {
            return Ok(());
        }
        Err(self.then.into())
    }
}

impl DiskFaults for Steps {
    fn before(&self, _: DiskStep) -> io::Result<()> {
        self.step()
    }
}
