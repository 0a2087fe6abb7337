//! Python programs, each in an environment of its own below `target/tools`.

use std::path::PathBuf;
use std::process::Command;

use super::{Need, debian};
use crate::{Result, cargo, process};

/// Programs from `PyPI` in an environment that nothing else uses.
pub struct Venv {
    /// Its folder below `target/tools`.
    pub name: &'static str,
    /// The file that says what is in it, in which versions.
    pub requirements: &'static str,
    /// A program that is there once all is installed.
    pub program: &'static str,
}

impl Venv {
    /// Where its programs stand.
    ///
    /// # Errors
    /// If cargo doesn't say where `target` is.
    pub fn bin(&self) -> Result<PathBuf> {
        Ok(self.folder()?.join("bin"))
    }

    fn folder(&self) -> Result<PathBuf> {
        Ok(cargo::target()?.join("tools").join(self.name))
    }

    /// Which requirements were installed: a copy of the file, written last.
    fn installed(&self) -> Result<PathBuf> {
        Ok(self.folder()?.join("requirements.installed"))
    }
}

impl Need for Venv {
    fn name(&self) -> String {
        format!("{} (from PyPI)", self.name)
    }

    fn is_there(&self) -> Result<bool> {
        let wanted = std::fs::read(self.requirements)?;
        let program = self.bin()?.join(self.program);
        Ok(program.is_file() && std::fs::read(self.installed()?).is_ok_and(|got| got == wanted))
    }

    fn install(&self) -> Result {
        if !python_makes_environments() {
            println!("python3 with its module venv is missing: installing it");
            debian::install(&["python3", "python3-venv"])?;
        }
        let folder = self.folder()?;
        process::run(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(&folder),
        )?;
        process::run(
            Command::new(self.bin()?.join("pip"))
                .args(["install", "--quiet", "--disable-pip-version-check"])
                .args(["--requirement", self.requirements]),
        )?;
        std::fs::copy(self.requirements, self.installed()?)?;
        Ok(())
    }

    fn by_hand(&self) -> String {
        format!(
            "python3 with its module venv (Debian: `apt-get install python3-venv`), and a network that reaches PyPI; \
             `python3 -m venv target/tools/{}` and its `pip install -r {}` must work",
            self.name, self.requirements
        )
    }
}

/// Debian splits what venv needs off into a package.
fn python_makes_environments() -> bool {
    process::printed(Command::new("python3").args(["-c", "import venv, ensurepip"])).is_some()
}
