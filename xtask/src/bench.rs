//! `cargo xtask bench`: hands over to the program in benches/, after it has built the rivals if
//! they are asked for.

use std::path::{Path, PathBuf};

use crate::need::{self, WRK};
use crate::{Result, cargo};

const BENCHES: &str = "kanzlei-benches";
/// Event stores of others, each a package with a lock file of its own: what they need clashes.
const RIVALS: &str = "benches/rivals";
/// The release profile of the workspace, which packages outside of it don't inherit.
const COMPILED_AS_WE_ARE: [&str; 4] = [
    "--config",
    "profile.release.lto = \"fat\"",
    "--config",
    "profile.release.codegen-units = 1",
];

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
    if arguments.contains(&"--rivals") {
        build_rivals()?;
    }
    cargo::hand_over(BENCHES, arguments)
}

/// Builds each rival where the benches look for it. One that doesn't build is left out, and that is
/// said: who measures the others shouldn't have to wait for it.
fn build_rivals() -> Result {
    let target = cargo::target()?.join("rivals");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(RIVALS)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    folders.retain(|folder| folder.join("Cargo.toml").is_file());
    folders.sort();
    for folder in folders {
        eprintln!("building {}", folder.display());
        if !build(&folder, &target)? {
            eprintln!("{} doesn't build and is left out", folder.display());
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let program = format!("rival-{name}{}", std::env::consts::EXE_SUFFIX);
            // One that was built of another source is none to measure.
            let _ = std::fs::remove_file(target.join("release").join(program));
        }
    }
    Ok(())
}

fn build(folder: &Path, target: &Path) -> Result<bool> {
    let mut command = cargo::command(&["build", "--quiet", "--release", "--locked"]);
    command
        .arg("--manifest-path")
        .arg(folder.join("Cargo.toml"));
    command.arg("--target-dir").arg(target);
    command.args(COMPILED_AS_WE_ARE);
    Ok(command.status()?.success())
}
