//! The engine over HTTP: a router that a portal mounts under a path of its own.

mod sign_in;

pub use sign_in::{NotSignedIn, SignIn, Viewer};
