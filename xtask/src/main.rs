//! The commands of this workspace's maintainers: `cargo xtask`.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod bench;
mod cargo;
mod check;
mod examples;
mod fuzz;
mod need;
mod process;
mod test;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const HELP: &str = "\
The commands of this workspace's maintainers.

Usage: cargo xtask COMMAND

  test [--only SUITE] [--thorough]
                        Test everything: the structure checks; every test of every crate and every
                        documentation example (rust), pages in a browser (browser), what programs
                        and hostile clients get (contract), and signing in by an issuer that isn't
                        ours (second-issuer). Brings what is missing, and says so. Thoroughly, far
                        more requests are made up
  check-structure       Only the structure checks: who may know whom, what core must not touch,
                        no paths of somebody's machine
  examples              Build and run every example
  fuzz [--seconds N]    Run every fuzz target for N seconds (15), from its seeds
  bench [ARGUMENT]...   Run the benches, in release; the arguments are handed on
  soak [ARGUMENT]...    Kill an installation at work, damage it, let its disk fail and lose power,
                        and check that nothing acknowledged is lost; --help says more
  deny                  Check licences, bans and sources of all dependencies
  help                  This text";

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().skip(1).collect();
    match run(&given) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(given: &[String]) -> Result {
    std::env::set_current_dir(root()?)?;
    let words: Vec<&str> = given.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help" | "-h" | "--help"] => {
            println!("{HELP}");
            Ok(())
        }
        ["test", options @ ..] => test::run(test::Options::of(options)?),
        ["check-structure"] => check::run(),
        ["examples"] => examples::run(),
        ["fuzz"] => fuzz::run(fuzz::SECONDS_DEFAULT),
        ["fuzz", "--seconds", seconds] => fuzz::run(
            seconds
                .parse()
                .map_err(|_| format!("“{seconds}” is not a number of seconds"))?,
        ),
        ["bench", arguments @ ..] => bench::run(arguments),
        ["soak", arguments @ ..] => cargo::hand_over("kanzlei-soak", arguments),
        ["deny"] => deny(),
        _ => Err(format!("no such command: {}\n\n{HELP}", words.join(" ")).into()),
    }
}

/// The root of the checkout, where every command is run.
fn root() -> Result<&'static Path> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or_else(|| "xtask is not inside a workspace".into())
}

fn deny() -> Result {
    need::ensure(&[need::CARGO_DENY])?;
    cargo::run(&[
        "deny",
        "--workspace",
        "check",
        "licenses",
        "bans",
        "sources",
    ])
}
