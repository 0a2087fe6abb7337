//! Starting programs other than cargo, and finding them.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;

/// Where a program of this name stands, if it is on the search path.
pub fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// The search path with `folder` before all others, for programs that look up their like.
///
/// # Errors
/// If the folder's name can't stand in a search path.
pub fn path_beginning_with(folder: &Path) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&path));
    Ok(std::env::join_paths(folders)?)
}

/// The command as a person would type it.
pub fn said(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// Says what it runs, and runs it.
///
/// # Errors
/// If it can't be started or ends with a failure.
pub fn run(command: &mut Command) -> Result {
    let said = said(command);
    println!("$ {said}");
    let status = command
        .status()
        .map_err(|error| format!("`{said}` can't be started: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{said}` failed").into())
    }
}

/// What it prints, if it ends well.
pub fn printed(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Says what it runs, shows each line that it prints, and hands it on. Whether it ended well.
///
/// # Errors
/// If it can't be started or read from.
pub fn watched(command: &mut Command, mut read: impl FnMut(&str)) -> Result<bool> {
    let said = said(command);
    println!("$ {said}");
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("`{said}` can't be started: {error}"))?;
    if let Some(output) = child.stdout.take() {
        // By bytes: a test may print what isn't UTF-8.
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            read(&line);
        }
    }
    Ok(child.wait()?.success())
}
