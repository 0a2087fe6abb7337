//! Subcommands of cargo, from crates.io.

use std::process::Stdio;

use super::Need;
use crate::{Result, cargo};

/// A subcommand of cargo.
pub struct CargoTool {
    pub name: &'static str,
    /// As it is called: `deny` for cargo-deny.
    pub command: &'static str,
    pub version: &'static str,
}

impl CargoTool {
    fn install_command(&self) -> [&str; 6] {
        let Self { name, version, .. } = self;
        ["install", "--debug", "--locked", name, "--version", version]
    }
}

impl Need for CargoTool {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn is_there(&self) -> Result<bool> {
        let status = cargo::command(&[self.command, "--version"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        Ok(status.success())
    }

    fn install(&self) -> Result {
        cargo::run(&self.install_command())
    }

    fn by_hand(&self) -> String {
        format!("`{}`", cargo::said(&self.install_command()))
    }
}
