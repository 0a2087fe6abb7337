//! The outside world's formats and protocols for Kanzlei.
//!
//! Each stands behind a feature of its own:
//!
//! | feature | what |
//! |---|---|
//! | `http` | [`http`]: the engine's interface over HTTP, as a router that a portal mounts |
//! | `oidc` | [`oidc`]: sign-in by `OpenID` Connect |
//! | `xes` (default) | [`xes`]: event logs in IEEE XES, read as a stream and imported as cases |
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "oidc")]
pub mod oidc;
#[cfg(feature = "xes")]
pub mod xes;
