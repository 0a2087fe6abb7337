//! `cargo xtask test`: everything that can be tested, in one command.

mod suites;
mod tally;

use std::path::Path;
use std::time::Instant;

use crate::{Result, check, need};
use suites::{SUITES, Suite};
use tally::Tally;

/// What is tested, and how much of it.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct Options<'a> {
    /// One suite; all of them, if none is named.
    only: Option<&'a str>,
    /// Whether as much is tried as is worth while, however long it takes.
    thorough: bool,
}

impl<'a> Options<'a> {
    /// # Errors
    /// If a word is not known.
    pub fn of(words: &[&'a str]) -> Result<Self> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--thorough" => options.thorough = true,
                "--only" => options.only = Some(words.next().ok_or("say which suite")?),
                other => return Err(format!("{other} is not known").into()),
            }
        }
        Ok(options)
    }
}

/// Runs all suites, or one.
///
/// # Errors
/// If something is missing and can't be brought, or a test fails.
pub fn run(options: Options<'_>) -> Result {
    let started = Instant::now();
    let only = options.only;
    let suites: Vec<&Suite> = SUITES
        .iter()
        .filter(|suite| only.is_none_or(|only| suite.name == only))
        .collect();
    if suites.is_empty() {
        let names: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
        return Err(format!("there is no such suite; there are {}", names.join(", ")).into());
    }
    for suite in &suites {
        need::ensure(suite.needs)?;
    }
    say_what_is_skipped();

    let structure = if only.is_none() { check::run() } else { Ok(()) };
    let program = suites::program(only.is_none())?;
    let (mut sum, mut green, mut said) = (Tally::default(), true, Vec::new());
    for suite in suites {
        println!("\n== {}", suite.name);
        let begun = Instant::now();
        let (tally, well) = (suite.run)(&program, options.thorough)?;
        said.push(format!(
            "{:>6} s  {}: {} passed, {} failed, {} skipped",
            begun.elapsed().as_secs(),
            suite.name,
            tally.passed,
            tally.failed,
            tally.skipped
        ));
        green &= well;
        sum.add(tally);
    }
    println!("\n{}\n{}", said.join("\n"), sum.summary(started.elapsed()));
    structure?;
    if green && sum.failed == 0 {
        Ok(())
    } else {
        Err("not everything passed; the failures stand above".into())
    }
}

fn say_what_is_skipped() {
    let shared = std::env::var_os("KANZLEI_SHARED").unwrap_or_else(|| "../shared".into());
    if !Path::new(&shared).is_dir() {
        println!(
            "There is no folder {}: tests that compare with its data are skipped (with CI set they fail).",
            shared.display()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_in_any_order_and_others_refused() {
        let both = Options {
            only: Some("contract"),
            thorough: true,
        };
        for words in [
            ["--only", "contract", "--thorough"],
            ["--thorough", "--only", "contract"],
        ] {
            assert_eq!(Options::of(&words).unwrap(), both);
        }
        assert!(Options::of(&["--only"]).is_err());
        assert!(Options::of(&["contract"]).is_err());
    }
}
