//! Reading: the whole log, one kind of its events, one case, and views built from it.

mod cold;
mod load;
mod pages;
mod rebuild;
mod replay;

use std::time::Instant;

pub use cold::cold;
pub use load::load;
pub use rebuild::{rebuild, shared};
pub use replay::replay;

use crate::Outcome;

/// Bytes of a page, as a projection's runner reads them.
const PAGE: usize = 1024 * 1024;

/// What was done, a second.
#[allow(clippy::cast_precision_loss)]
fn timed(work: impl FnOnce() -> Outcome<usize>) -> Outcome<f64> {
    let begun = Instant::now();
    let count = work()?;
    Ok(count as f64 / begun.elapsed().as_secs_f64())
}
