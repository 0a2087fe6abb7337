//! The portal: what people see of an installation, as one router that the `kanzlei` program serves.
//!
//! [`Portal`](web::Portal) puts the parts together, [`Server`](web::Server) serves them.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod mark;
pub mod web;
