//! Instructions of single steps, counted by valgrind: they don't depend on the machine's mood.
//!
//! valgrind's processor has no SHA-256 instructions, so that hashing weighs more here than it does
//! in life.

use std::process::{Command, Stdio};

use serde::Serialize;

use crate::Outcome;
use crate::steps::{STEPS, Steps};

/// The argument with which the program calls itself.
pub const STEP: &str = "--step";
/// Times that a step is run. What comes before them is the same in both, and so drops out.
const FEW: u64 = 100;
const MANY: u64 = 1_100;

#[derive(Debug, Serialize)]
struct Count {
    work: &'static str,
    instructions: u64,
}

/// Counts each step, if there is a valgrind.
///
/// # Errors
/// If valgrind fails.
pub fn run(json: bool) -> Outcome {
    let version = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if !version.is_ok_and(|status| status.success()) {
        eprintln!("valgrind isn't installed: no instructions are counted");
        return Ok(());
    }
    let mut counts = Vec::new();
    for (work, _) in STEPS {
        let instructions = counted(work, MANY)?.saturating_sub(counted(work, FEW)?) / (MANY - FEW);
        counts.push(Count { work, instructions });
    }
    if json {
        println!("{}", serde_json::to_string_pretty(&counts)?);
        return Ok(());
    }
    for count in counts {
        println!("{:>9}  {}", count.instructions, count.work);
    }
    Ok(())
}

/// Runs a step so many times: what valgrind watches.
///
/// # Errors
/// If there is no such step, or it fails.
pub fn repeat(name: &str, times: u64) -> Outcome {
    let (_, step) = STEPS
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or("no such step")?;
    let steps = Steps::ready()?;
    (0..times).try_for_each(|_| step(&steps))
}

/// All instructions of this program doing a step so many times.
fn counted(name: &str, times: u64) -> Outcome<u64> {
    let output = Command::new("valgrind")
        .args([
            "--tool=cachegrind",
            "--cache-sim=no",
            "--cachegrind-out-file=/dev/null",
        ])
        .arg(std::env::current_exe()?)
        .args([STEP, name, &times.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let count = said
        .lines()
        .find_map(|line| {
            line.split_once("refs:")
                .filter(|(before, _)| before.contains("I "))
        })
        .and_then(|(_, count)| count.trim().replace(',', "").parse().ok());
    count.ok_or_else(|| format!("valgrind gave no count: {said}").into())
}
