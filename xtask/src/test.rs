//! `cargo xtask test`: everything that can be tested, in one command.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::need::{self, Need};
use crate::{Result, cargo, check};

/// What the tests need beside cargo.
const NEEDS: &[Need] = &[];

/// Library, program, integration and documentation tests; examples are built. Benches are not.
const TESTS: &[&str] = &["test", "--workspace", "--locked", "--no-fail-fast"];

pub fn run() -> Result {
    let started = Instant::now();
    if NEEDS.is_empty() {
        println!("The tests need nothing but cargo.");
    }
    need::ensure(NEEDS)?;
    say_what_is_skipped();

    let structure = check::run();
    let (tally, green) = tests()?;

    println!("\n{}", tally.summary(started.elapsed()));
    structure?;
    if green && tally.failed == 0 {
        Ok(())
    } else {
        Err("not everything passed; the failures stand above".into())
    }
}

fn say_what_is_skipped() {
    let shared = std::env::var_os("KANZLEI_SHARED").unwrap_or_else(|| "../shared".into());
    if !std::path::Path::new(&shared).is_dir() {
        println!(
            "There is no folder {}: tests that compare with its data are skipped (with CI set they fail).",
            shared.display()
        );
    }
}

/// Runs cargo's tests, showing and counting what they print.
fn tests() -> Result<(Tally, bool)> {
    println!("$ {}", cargo::said(TESTS));
    let mut child = cargo::command(TESTS).stdout(Stdio::piped()).spawn()?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        // By bytes: a test may print what isn't UTF-8.
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            tally.read(&line);
        }
    }
    Ok((tally, child.wait()?.success()))
}

/// How many tests ended how.
#[derive(Debug, Default, PartialEq)]
struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Tally {
    /// Adds up a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn read(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else {
            return;
        };
        let figures = result.split_once(". ").map_or("", |(_, figures)| figures);
        for figure in figures.split("; ") {
            match figure.split_once(' ') {
                Some((count, "passed")) => self.passed += count.parse().unwrap_or(0),
                Some((count, "failed")) => self.failed += count.parse().unwrap_or(0),
                Some((count, "ignored")) => self.ignored += count.parse().unwrap_or(0),
                _ => {}
            }
        }
    }

    /// The count stands alone on its line, where other programs look for it.
    fn summary(&self, took: Duration) -> String {
        format!(
            "All tests took {} s.\ntests: {} passed, {} failed, {} skipped",
            took.as_secs(),
            self.passed,
            self.failed,
            self.ignored
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_several_suites_add_up() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test a ... ok",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            tally.read(line);
        }
        assert_eq!(
            tally,
            Tally {
                passed: 13,
                failed: 2,
                ignored: 1
            }
        );
        assert_eq!(
            tally.summary(Duration::from_millis(61_900)),
            "All tests took 61 s.\ntests: 13 passed, 2 failed, 1 skipped"
        );
    }
}
