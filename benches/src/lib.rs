//! Benches of Kanzlei's hot paths, and the same work on peers, in one run.
//!
//! # The mix
//!
//! [`mix`] fixes it, so that a figure can be compared with last month's. Of six commands
//!
//! | command | case | events | sealed values |
//! |---|---|---|---|
//! | a resident hands in a request for a certificate of residence | new | 5 | 2 |
//! | a clerk claims its task | in the cache | 1 | |
//! | a clerk claims or releases the task of an older case of six commands | **cold** | 1 | |
//! | the first clerk completes the task | in the cache | 1 | |
//! | a clerk does the same with another older case | **cold** | 1 | |
//! | the first clerk adds a task | in the cache | 1 | |
//!
//! so a third of the commands find their case cold, and one in six seals two values. The cases are
//! those of all municipalities of the register, each with a clerk of its own. The standard views
//! are kept current meanwhile, in the rows of the whole engine.
//!
//! # What is fair
//!
//! - Peers get the bytes that the engine has made of this mix, from as many callers, on the same
//!   runtime, through the same queue (its source file is compiled in), and start from the same
//!   resident data on the same disk. They check nothing: no versions, no repeated commands.
//! - Repeats are interleaved (ours, peer, ours, peer …), and medians are compared.
//! - Only ratios are published: this machine's mood moves single figures by a third.

pub mod callers;
pub mod cli;
pub mod http;
pub mod instructions;
pub mod machine;
pub mod measure;
pub mod mix;
pub mod peers;
pub mod report;
pub mod steps;
pub mod works;

use std::error::Error;

/// What a bench gives, or why it can't go on.
pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;
