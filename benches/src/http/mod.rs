//! The engine over HTTP: what the way through axum costs beside a handler that does nothing, and
//! beside calling the engine.
//!
//! The interface serves from this program, on its own runtime; wrk sends from a process of its own, to
//! both sides of a comparison alike. Who sends is told by a header here: how long an issuer's
//! signature takes to check is the sign-in's matter, not the interface's.

mod installation;
mod reads;
mod served;
mod submits;
mod wrk;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::Outcome;
use crate::report::Row;
use installation::Installation;
use wrk::{Load, Sent};

/// Connections at a time, as many as callers without HTTP.
const CONNECTIONS: usize = 64;

/// How often somebody who rebuilds views looks whether one is ready.
const LOOK: Duration = Duration::from_millis(5);

/// How much is done.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Repeats of each measurement.
    pub repeats: usize,
    /// Seconds of each.
    pub seconds: u32,
    /// Cases in the installation when reading begins.
    pub cases: usize,
}

impl Size {
    /// What is published.
    pub const fn full() -> Self {
        Self {
            repeats: 5,
            seconds: 4,
            cases: 20_000,
        }
    }

    /// Enough to see that it works.
    pub const fn quick() -> Self {
        Self {
            repeats: 3,
            seconds: 1,
            cases: 600,
        }
    }

    const fn load(self) -> Load {
        Load {
            connections: CONNECTIONS,
            seconds: self.seconds,
        }
    }
}

/// Comparisons, and how long answers took.
#[derive(Debug, Default)]
pub struct Measured {
    /// The comparisons.
    pub rows: Vec<Row>,
    /// How long answers took, in words.
    pub latencies: Vec<String>,
}

/// Runs all of it, in a folder on a real disk.
///
/// # Errors
/// If wrk is missing, or an answer is wrong.
pub fn run(folder: &Path, size: Size, runtime: &Runtime) -> Outcome<Measured> {
    let installation = runtime.block_on(Installation::made(folder, size.cases))?;
    let mut measured = Measured::default();
    reads::run(&installation, size, runtime, &mut measured)?;
    submits::run(&installation, size, runtime, &mut measured)?;
    Ok(measured)
}

impl Measured {
    fn tell(&mut self, who: &str, quiet: Option<&Sent>, busy: Sent) {
        let Some(quiet) = quiet else { return };
        #[allow(clippy::cast_precision_loss)]
        let millis = |micros: u64| micros as f64 / 1e3;
        self.latencies.push(format!(
            "{who} over HTTP: half within {:.1} ms, 99 of 100 within {:.1} ms; while views are rebuilt {:.1} and {:.1} ms, at {:.0} answers/s",
            millis(quiet.p50_micros),
            millis(quiet.p99_micros),
            millis(busy.p50_micros),
            millis(busy.p99_micros),
            busy.rate(),
        ));
    }
}

/// Does something while all views are rebuilt, again and again.
fn under_rebuild<T>(installation: &Installation, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let rebuilding = scope.spawn(|| rebuild(installation, &over));
        let done = work();
        over.store(true, Ordering::Relaxed);
        let times = rebuilding.join().map_err(|_| "the rebuild panicked")??;
        if times == 0 {
            return Err("no view was rebuilt meanwhile".into());
        }
        done
    })
}

/// Rebuilds every view by turns until it is over: how often one was begun.
fn rebuild(installation: &Installation, over: &AtomicBool) -> Outcome<usize> {
    let runner = installation.kanzlei.runner();
    let mut times = 0;
    while !over.load(Ordering::Relaxed) {
        for view in runner.status() {
            let before = view.generation;
            runner.rebuild(view.name)?;
            times += 1;
            let done = || {
                let mut all = runner.status().into_iter();
                all.any(|now| now.name == view.name && now.generation != before)
            };
            while !over.load(Ordering::Relaxed) && !done() {
                std::thread::sleep(LOOK);
            }
        }
    }
    Ok(times)
}
