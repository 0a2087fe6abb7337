//! For the ordinary tests that run what a fuzz target runs.

use std::fs;
use std::path::Path;

/// The content of each seed and regression of a target, its name printed before it is handed out,
/// so that a failing test shows which it was.
///
/// # Panics
/// If there are no seeds, or one can't be read.
pub fn of(target: &str) -> impl Iterator<Item = Vec<u8>> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let folder = |of: &str| fs::read_dir(fuzz.join(of).join(target));
    let seeds = folder("seeds").expect("a target has seeds");
    let regressions = folder("regressions").into_iter().flatten();
    let mut files: Vec<_> = seeds
        .chain(regressions)
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    assert!(!files.is_empty(), "{target} has no seeds");
    files.sort();
    files.into_iter().map(|file| {
        println!("{}", file.display());
        fs::read(&file).expect("the file can be read")
    })
}
