//! `cargo xtask examples`: an example that doesn't run is worse than none.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::{Result, cargo};

pub fn run() -> Result {
    let metadata = cargo::metadata()?;
    let built = built()?;
    let mut count = 0;
    for package in cargo::list(&metadata, "packages") {
        for example in cargo::targets(package, "example") {
            let program = built.get(example).ok_or_else(|| {
                format!("{example} needs features that nothing in the workspace asks for")
            })?;
            println!("$ {}", program.display());
            if !Command::new(program).status()?.success() {
                return Err(format!("{example} failed").into());
            }
            count += 1;
        }
    }
    println!("examples run: {count}");
    Ok(())
}

/// Builds all examples, with the features that the tests of the workspace have too, so that nothing is built
/// twice; gives their programs by name.
fn built() -> Result<HashMap<String, PathBuf>> {
    let build = ["build", "--workspace", "--examples", "--locked", "--quiet"];
    println!("$ {}", cargo::said(&build));
    let output = cargo::command(&build)
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("`{}` failed", cargo::said(&build)).into());
    }
    let mut programs = HashMap::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let message: Value = serde_json::from_str(line)?;
        let target = message.get("target").unwrap_or(&Value::Null);
        let is_example = cargo::list(target, "kind").any(|kind| kind == "example");
        let program = cargo::text(&message, "executable");
        if is_example && !program.is_empty() {
            programs.insert(cargo::text(target, "name").to_owned(), program.into());
        }
    }
    Ok(programs)
}
