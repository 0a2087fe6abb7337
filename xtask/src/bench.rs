//! `cargo xtask bench`: hands over to the program in benches/.

use crate::need::{self, WRK};
use crate::{Result, cargo};

const BENCHES: &str = "kanzlei-benches";

pub fn run(arguments: &[&str]) -> Result {
    let metadata = cargo::metadata()?;
    let there = cargo::list(&metadata, "packages")
        .filter(|package| cargo::text(package, "name") == BENCHES)
        .any(|package| cargo::targets(package, "bin").next().is_some());
    if !there {
        // On stderr: with --json, stdout is for a program.
        eprintln!("{BENCHES} has no program: nothing to run");
        return Ok(());
    }
    if arguments.contains(&"--http") {
        need::ensure(&[WRK])?;
    }
    cargo::hand_over(BENCHES, arguments)
}
