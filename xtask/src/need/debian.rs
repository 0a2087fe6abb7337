//! Programs of Debian and its kin, by apt-get.

use std::process::Command;

use super::Need;
use crate::{Result, process};

/// A program, and the package that it comes in.
pub struct Package {
    pub name: &'static str,
    pub program: &'static str,
}

impl Need for Package {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn is_there(&self) -> Result<bool> {
        Ok(process::found(self.program).is_some())
    }

    fn install(&self) -> Result {
        install(&[self.name])
    }

    fn by_hand(&self) -> String {
        format!(
            "`apt-get install {}`, or what gives the program `{}` on your system",
            self.name, self.program
        )
    }
}

/// Installs packages. The lists of packages are fetched first: a new machine has none, and old
/// ones name files that are gone.
///
/// # Errors
/// If there is no apt-get, or it fails.
pub fn install(packages: &[&str]) -> Result {
    if process::found("apt-get").is_none() {
        return Err("there is no apt-get on this system".into());
    }
    process::run(&mut as_root(&["apt-get", "update", "--quiet=2"]))?;
    let mut words = vec![
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "install",
        "--yes",
        "--quiet=2",
        "--no-install-recommends",
    ];
    words.extend(packages);
    process::run(&mut as_root(&words))
}

/// A command that may change the system: by sudo, unless one is root already.
fn as_root(words: &[&str]) -> Command {
    let mut command = if is_root() {
        Command::new("env")
    } else {
        Command::new("sudo")
    };
    command.args(words);
    command
}

fn is_root() -> bool {
    process::printed(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}
