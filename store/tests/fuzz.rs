//! What the fuzz targets check, on their seeds and regressions.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::missing_panics_doc
)]

#[path = "../../fuzz/checks/backup.rs"]
mod backup;
#[path = "../../fuzz/checks/document.rs"]
mod document;
#[path = "../../fuzz/inputs.rs"]
mod inputs;
#[path = "../../fuzz/checks/sealed.rs"]
mod sealed;
#[path = "../../fuzz/checks/segment.rs"]
mod segment;

#[test]
fn backups_hold() {
    inputs::of("backup").for_each(|input| backup::check(&input));
}

#[test]
fn documents_hold() {
    inputs::of("document").for_each(|input| document::check(&input));
}

#[test]
fn segments_hold() {
    inputs::of("segment").for_each(|input| segment::check(&input));
}

#[test]
fn sealed_entries_hold() {
    inputs::of("sealed").for_each(|input| sealed::check(&input));
}
