//! `cargo xtask examples`: an example that doesn't run is worse than none.

use crate::{Result, cargo};

pub fn run() -> Result {
    let metadata = cargo::metadata()?;
    let mut count = 0;
    for package in cargo::list(&metadata, "packages") {
        for example in cargo::targets(package, "example") {
            let name = cargo::text(package, "name");
            // With what it needs: the same for all of a package, so that it is built once.
            cargo::run(&[
                "run",
                "--quiet",
                "--locked",
                "--all-features",
                "--package",
                name,
                "--example",
                example,
            ])?;
            count += 1;
        }
    }
    println!("examples run: {count}");
    Ok(())
}
