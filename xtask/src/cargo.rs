//! Calling cargo.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::Result;

/// A cargo command, by the cargo that runs this program.
pub fn command(arguments: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// Says what it runs, and runs it.
///
/// # Errors
/// If cargo can't be started or ends with a failure.
pub fn run(arguments: &[&str]) -> Result {
    let said = said(arguments);
    println!("$ {said}");
    if command(arguments).status()?.success() {
        Ok(())
    } else {
        Err(format!("`{said}` failed").into())
    }
}

/// Hands over to a package's program, built for speed.
///
/// # Errors
/// If it can't be started or ends with a failure.
pub fn hand_over(package: &str, arguments: &[&str]) -> Result {
    let build = [
        "run",
        "--quiet",
        "--locked",
        "--release",
        "--package",
        package,
        "--",
    ];
    let all = [&build, arguments].concat();
    if command(&all).status()?.success() {
        Ok(())
    } else {
        Err(format!("`{}` failed", said(&all)).into())
    }
}

/// The command as a person would type it.
pub fn said(arguments: &[&str]) -> String {
    format!("cargo {}", arguments.join(" "))
}

/// What cargo knows of this workspace's packages, dependencies of others left out.
///
/// # Errors
/// If a manifest can't be read.
pub fn metadata() -> Result<Value> {
    let output =
        command(&["metadata", "--format-version", "1", "--no-deps", "--locked"]).output()?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("cargo metadata failed: {why}").into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Where this workspace builds to.
///
/// # Errors
/// If a manifest can't be read.
pub fn target() -> Result<PathBuf> {
    Ok(PathBuf::from(text(&metadata()?, "target_directory")))
}

/// The elements of an array inside `value`, or nothing.
pub fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// A text inside `value`, or the empty one.
pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The names of a package's targets of one kind, such as `bin` or `example`.
pub fn targets<'a>(package: &'a Value, kind: &'a str) -> impl Iterator<Item = &'a str> {
    list(package, "targets")
        .filter(move |target| list(target, "kind").any(|k| k == kind))
        .map(|target| text(target, "name"))
}
