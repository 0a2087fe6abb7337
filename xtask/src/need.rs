//! What the commands need beside cargo: a row says how to see it and how to bring it.

use std::process::Stdio;

use crate::{Result, cargo};

/// Something that must be there before a command can run.
#[derive(Clone, Copy)]
pub struct Need {
    name: &'static str,
    /// Succeeds if it is there.
    detect: &'static [&'static str],
    /// Brings it.
    install: &'static [&'static str],
}

pub const CARGO_DENY: Need = Need {
    name: "cargo-deny",
    detect: &["deny", "--version"],
    install: &[
        "install",
        "--debug",
        "--locked",
        "cargo-deny",
        "--version",
        "0.20.2",
    ],
};

pub const CARGO_FUZZ: Need = Need {
    name: "cargo-fuzz",
    detect: &["fuzz", "--version"],
    install: &[
        "install",
        "--debug",
        "--locked",
        "cargo-fuzz",
        "--version",
        "0.13.2",
    ],
};

/// Brings what isn't there, and says so.
///
/// # Errors
/// If something can't be installed.
pub fn ensure(needs: &[Need]) -> Result {
    for need in needs {
        let there = cargo::command(need.detect)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?
            .success();
        if !there {
            println!("{} is missing: installing it", need.name);
            cargo::run(need.install)?;
        }
    }
    Ok(())
}
