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
//! # What is there before
//!
//! A million events (200,000 with `--quick`, ten million with `--large`) that an engine has made:
//! records as they are in life, with sealed values. Some 20,000 cases are open at a time (4,000 with
//! `--quick`), and chance takes one each time, so that a case's 20 events are spread over tens of
//! megabytes of the log. Kinds are spread too: one event in five adds a task. It is made in
//! stretches of a million (100,000 with `--quick`); where there are several, a second store of ours
//! has one of them only, which shows what a longer log costs. See [`works::material`].
//!
//! # What is fair
//!
//! - Peers get the bytes that the engine has made of this mix, from as many callers, on the same
//!   runtime, through one queue for all of them, and start from the same data on the same disk.
//!   They check nothing: no versions, no repeated commands.
//! - The machine's limit is the same group writer whose groups are written over zeros that are on
//!   disk already, and synced: nothing is checked, indexed or found again. For one caller it is the
//!   write and the sync alone.
//! - `SQLite` (WAL, synchronous FULL) is there twice: behind the group writer, as fast as it goes,
//!   and with a commit each, as it is used. Its rows are decoded by the code that decodes ours.
//! - Rivals from the package registry (`--rivals`) are programs of their own, asked in turns, each
//!   by its defaults or its documentation's settings for durable appends, which its row names.
//!   `benches/rivals/README.md` says which, and what was left out.
//! - What our store writes, how long it lets a call wait while it is filled, and what it takes on
//!   disk and in memory at rest is measured in a process where nothing else runs.
//! - Repeats are interleaved (ours, peer, ours, peer …), and medians are compared. Rows where we
//!   lose stay in.
//! - Only ratios are published: this machine's mood moves single figures by a third.

mod chance;
pub mod cli;
pub mod http;
pub mod instructions;
pub mod machine;
pub mod mix;
pub mod peers;
pub mod report;
pub mod steps;
pub mod works;

pub use kanzlei_bench_harness::{Outcome, callers, measure};
