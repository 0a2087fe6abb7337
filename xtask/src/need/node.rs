//! Node.js, and what a folder's package-lock.json names.

use std::path::Path;
use std::process::Command;

use super::{Need, Venv};
use crate::{Result, process};

/// Node.js with npm. Debian's may be too old, so that it comes from `PyPI`, below `target/tools`.
pub struct Node {
    pub major_min: u32,
}

/// Node as a Python package: the one way to a current one that needs neither root nor curl.
const WHEEL: Venv = Venv {
    name: "node",
    requirements: "xtask/src/need/node.txt",
    program: "node",
};

impl Node {
    /// A command of this name, `node` or `npm`: the system's if it is new enough.
    ///
    /// # Errors
    /// If cargo doesn't say where `target` is.
    pub fn command(&self, program: &str) -> Result<Command> {
        if self.system_has_it() {
            return Ok(Command::new(program));
        }
        let bin = WHEEL.bin()?;
        let mut command = Command::new(bin.join(program));
        command.env("PATH", process::path_beginning_with(&bin)?);
        Ok(command)
    }

    fn system_has_it(&self) -> bool {
        process::found("npm").is_some()
            && process::printed(Command::new("node").arg("--version"))
                .and_then(|version| major(&version))
                .is_some_and(|major| major >= self.major_min)
    }
}

/// The first number of a version such as `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    let numbers = version.trim().strip_prefix('v')?;
    numbers.split('.').next()?.parse().ok()
}

impl Need for Node {
    fn name(&self) -> String {
        format!("Node.js {} or newer, with npm", self.major_min)
    }

    fn is_there(&self) -> Result<bool> {
        Ok(self.system_has_it() || WHEEL.is_there()?)
    }

    fn install(&self) -> Result {
        WHEEL.install()
    }

    fn by_hand(&self) -> String {
        format!(
            "Node.js {} or newer with npm, on the search path (nodejs.org)",
            self.major_min
        )
    }
}

/// The packages that a folder's package-lock.json names, beside it in `node_modules`.
pub struct NpmFolder(pub &'static str);

impl NpmFolder {
    fn lock(&self) -> std::path::PathBuf {
        Path::new(self.0).join("package-lock.json")
    }

    /// A copy of the lock file as it was when all was installed.
    fn installed(&self) -> std::path::PathBuf {
        Path::new(self.0).join("node_modules/.installed-lock.json")
    }
}

impl Need for NpmFolder {
    fn name(&self) -> String {
        format!("npm's packages of {}", self.0)
    }

    fn is_there(&self) -> Result<bool> {
        let lock = std::fs::read(self.lock())?;
        Ok(std::fs::read(self.installed()).is_ok_and(|installed| installed == lock))
    }

    fn install(&self) -> Result {
        let mut npm = super::NODE.command("npm")?;
        npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
        process::run(npm.current_dir(self.0))?;
        std::fs::copy(self.lock(), self.installed())?;
        Ok(())
    }

    fn by_hand(&self) -> String {
        format!(
            "`npm ci` in {} must work: a network that reaches a registry of npm",
            self.0
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_of_node_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v9.1.0"), Some(9));
        assert_eq!(major("20"), None);
    }
}
