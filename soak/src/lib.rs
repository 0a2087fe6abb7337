//! Does to an installation what life does to it, and checks that nothing is lost that was
//! acknowledged.
//!
//! ```text
//! plan ─► callers, in a process of their own ─► what was acknowledged, over a pipe
//!              │ killed                                     │
//!              ▼                                            ▼
//!           folder ─────────────► opened again ─────────► check
//! ```
//!
//! Or its calls to the kernel are followed, and of what they did to the disk images are made that a
//! power loss may leave:
//!
//! ```text
//! callers, followed by the tracer ─► trace ─► disk, cut off at a moment ─► image ─► check
//! ```
//!
//! Nothing here knows how an installation arranges its bytes: there is a process that works, the
//! folder that it leaves, and what it said meanwhile. So whatever the layout, the same must hold. But to tell
//! what a harm to the log must spare, it is known where in its files each commit stands.
#![allow(
    clippy::cast_possible_truncation,
    reason = "what is counted here fits into memory"
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod caller;
mod check;
mod damage;
mod disk;
mod fault;
mod folder;
mod harm;
mod history;
mod kill;
mod mend;
mod oracle;
mod plan;
mod power;
mod progress;
mod spared;
mod told;
mod town;
mod trace;
mod tracer;

pub use caller::{Work, run as work};
pub use damage::{Damaged, Damaging, look};
pub use fault::{Failed, Failing};
pub use kill::{Killed, Killing};
pub use power::{Cut, Cutting};
pub use progress::Progress;
pub use tracer::Tracer;

/// What went wrong, in words.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What comes of it, or what went wrong.
pub type Outcome<T = ()> = Result<T, Failure>;

/// What a process says whose thread panics, whether it goes on or not.
const PANICKED: &str = "panicked at";

/// Goes on if this holds; otherwise says what doesn't.
///
/// # Errors
/// What `what` says, if it doesn't hold.
pub fn ensure(holds: bool, what: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(what().into()) }
}
