//! The structure checks: what a compiler doesn't see and a reviewer forgets. Each check is a pure
//! function; what it looks at is read here.

mod crates;
mod layers;
mod lock_files;
mod machine_paths;
mod purity;
mod source;

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, cargo};
use source::Source;

/// What is wrong, and where.
#[derive(Debug, PartialEq)]
pub struct Finding {
    place: String,
    what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

pub fn run() -> Result {
    let core = sources(Path::new("core/src"))?;
    let mut findings = layers::check(&core);
    findings.extend(purity::check(&core));
    findings.extend(crates::check(&cargo::metadata()?));
    for file in tracked_files()? {
        // A file that is tracked but deleted in the work tree has no content to look at.
        if let Ok(content) = std::fs::read(&file) {
            findings.extend(machine_paths::check(&file, &content));
            findings.extend(lock_files::check(&file, &content));
        }
    }
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("structure: nothing found");
        Ok(())
    } else {
        Err(format!("the structure checks found {} faults", findings.len()).into())
    }
}

/// Every Rust file below a folder.
fn sources(folder: &Path) -> Result<Vec<Source>> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(Source {
                    text: std::fs::read_to_string(&path)?,
                    path: path.to_string_lossy().into_owned(),
                });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn tracked_files() -> Result<Vec<String>> {
    let output = Command::new("git").args(["ls-files", "-z"]).output()?;
    if !output.status.success() {
        return Err("`git ls-files` failed: the checks need a git checkout".into());
    }
    let names = String::from_utf8(output.stdout)?;
    Ok(names
        .split_terminator('\0')
        .map(ToOwned::to_owned)
        .collect())
}
