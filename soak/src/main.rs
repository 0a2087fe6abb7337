//! The program behind `cargo xtask soak`, and the process that it kills.

use std::path::Path;
use std::process::ExitCode;

use kanzlei_soak::{Killing, Outcome, Progress, Work, work};

const HELP: &str = "\
Does to an installation what life does to it, and checks that nothing acknowledged is lost.

Usage: cargo xtask soak [--rounds N] [--seed S]

  --rounds N  How many processes are killed (200)
  --seed S    What everything is drawn from (1); what fails says the seed that shows it";

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = given.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Outcome {
    match words {
        ["help" | "-h" | "--help"] => {
            println!("{HELP}");
            Ok(())
        }
        ["work", folder, words @ ..] => work(Path::new(folder), Work::read(words)?),
        _ => soak(words),
    }
}

fn soak(mut words: &[&str]) -> Outcome {
    let (mut rounds, mut seed) = (200, 1);
    while let [name, value, rest @ ..] = words {
        match *name {
            "--rounds" => rounds = value.parse()?,
            "--seed" => seed = value.parse()?,
            other => return Err(format!("{other} is not known\n\n{HELP}").into()),
        }
        words = rest;
    }
    let killing = Killing {
        program: std::env::current_exe()?,
        seed,
    };
    let mut progress = Progress::new("killed", rounds as usize);
    let killed = killing.run(rounds, &mut |so_far| progress.reach(so_far.rounds as usize))?;
    println!(
        "kills: {} processes, {} of them while they opened; {} commits acknowledged, none lost",
        killed.rounds, killed.early, killed.acknowledged
    );
    Ok(())
}
