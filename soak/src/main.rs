//! The program behind `cargo xtask soak`, and the process that it kills.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kanzlei_soak::{
    Cutting, Damaging, Failing, Killing, Outcome, Progress, Tracer, Work, look, work,
};

const HELP: &str = "\
Does to an installation what life does to it, and checks that nothing acknowledged is lost.

Usage: cargo xtask soak [--rounds N] [--images N] [--harms N] [--faults N] [--seed S]

  --rounds N  How many processes are killed at work (200)
  --images N  How many images of a disk are opened that lost its power (2000); needs Linux and a
              C compiler
  --harms N   How many bits are flipped and files cut off, each in a copy of a small installation
              (2000)
  --faults N  How many processes are let work on a disk that is full, fails or can't be written, or
              without files to open (200); needs the same
  --seed S    What everything is drawn from (1)

What fails says which seed shows it, and keeps the folder.";

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
        ["look", folder] => look(Path::new(folder)),
        _ => Wanted::read(words)?.soak(),
    }
}

/// How much of what.
struct Wanted {
    rounds: u32,
    images: usize,
    harms: usize,
    faults: usize,
    seed: u64,
}

impl Wanted {
    fn read(mut words: &[&str]) -> Outcome<Self> {
        let mut wanted = Self {
            rounds: 200,
            images: 2_000,
            harms: 2_000,
            faults: 200,
            seed: 1,
        };
        while let [name, rest @ ..] = words {
            let (value, rest) = rest.split_first().ok_or(HELP)?;
            match *name {
                "--rounds" => wanted.rounds = value.parse()?,
                "--images" => wanted.images = value.parse()?,
                "--harms" => wanted.harms = value.parse()?,
                "--faults" => wanted.faults = value.parse()?,
                "--seed" => wanted.seed = value.parse()?,
                other => return Err(format!("{other} is not known\n\n{HELP}").into()),
            }
            words = rest;
        }
        Ok(wanted)
    }

    fn soak(&self) -> Outcome {
        let program = std::env::current_exe()?;
        let seed = self.seed;
        let killing = Killing {
            program: program.clone(),
            seed,
        };
        let mut progress = Progress::new("killed", self.rounds as usize);
        let told = &mut |so_far: usize| progress.reach(so_far);
        let killed = killing.run(self.rounds, told)?;
        println!(
            "kills: {} processes, {} of them while they opened; {} commits acknowledged, none lost",
            killed.rounds, killed.early, killed.acknowledged
        );
        for settled in [false, true] {
            self.damage(&program, settled)?;
        }
        if let Some(tracer) = Tracer::compiled()? {
            self.fail(&tracer, &program)?;
            self.cut(&tracer, program)?;
        }
        Ok(())
    }

    fn cut(&self, tracer: &Tracer, program: PathBuf) -> Outcome {
        let seed = self.seed;
        let cutting = Cutting {
            tracer,
            program,
            seed,
        };
        let mut progress = Progress::new("power lost", self.images);
        let cut = cutting.run(self.images, &mut |so_far| progress.reach(so_far))?;
        println!(
            "power loss: {} images of {} processes, {} images in the middle of compacting, {} of processes that went on \
             after one; {} commits acknowledged, none lost",
            cut.images, cut.traces, cut.compacting, cut.again, cut.acknowledged
        );
        Ok(())
    }

    fn fail(&self, tracer: &Tracer, program: &Path) -> Outcome {
        let failing = Failing {
            tracer,
            program: program.to_owned(),
            seed: self.seed,
        };
        let mut progress = Progress::new("disk failed", self.faults);
        let failed = failing.run(self.faults, &mut |so_far| progress.reach(so_far))?;
        println!("faults: {failed}; nothing acknowledged that wasn't durable");
        Ok(())
    }

    /// Of ten harms one is done to a large installation.
    fn damage(&self, program: &Path, settled: bool) -> Outcome {
        let few = self.harms / 10;
        let (harms, what) = if settled {
            (few, "settled")
        } else {
            (self.harms - few, "small")
        };
        let damaging = Damaging {
            program: program.to_owned(),
            seed: self.seed,
            settled,
        };
        let mut progress = Progress::new("damaged", harms);
        let damaged = damaging.run(harms, &mut |so_far| progress.reach(so_far))?;
        println!("damage of a {what} installation, by file: {damaged}");
        Ok(())
    }
}
