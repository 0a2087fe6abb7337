//! What those who take part, and rows of appending, are called in the table.

/// Our store, as the rows call it.
pub const OURS: &str = "store";
/// Our store with a shorter log.
pub const SHORTER: &str = "the same store on one stretch of it";
/// The machine's limit for many.
pub const BARE_GROUP: &str = "bare group commit";
/// The machine's limit for one.
pub const BARE_WRITE: &str = "bare write + fdatasync, pre-zeroed";
/// fjall.
pub const FJALL: &str = "bare fjall";
/// `SQLite` when it is read.
pub const SQLITE_READ: &str = "SQLite";
/// `SQLite` as fast as it goes.
pub const SQLITE: &str = "SQLite behind the group writer";
/// `SQLite` as it is used.
pub const SQLITE_EACH: &str = "SQLite, a commit each";
/// The engine, without views.
pub const ALONE: &str = "engine alone";
/// The engine.
pub const ENGINE: &str = "whole engine";

/// What our store does, as the rows call it.
pub fn appending(callers: usize) -> String {
    format!("append through the store, {callers} {}", plural(callers))
}

/// One caller, or several.
pub const fn plural(callers: usize) -> &'static str {
    if callers == 1 { "caller" } else { "callers" }
}
