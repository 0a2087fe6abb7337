//! The `kanzlei` program.

mod backup;
mod cases;
mod compact;
mod damage;
mod demo;
mod erase;
mod failure;
mod import;
mod inbox;
mod installation;
mod interrupt;
mod log;
mod output;
mod overview;
mod papers;
mod portal;
mod progress;
mod rebuild;
mod repair;
mod restore;
mod services;
mod show;
mod stats;
mod verify;
mod viewer;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use owo_colors::OwoColorize;

use crate::failure::Failure;
use crate::output::Output;

/// Cases of canton and municipalities: an event-sourced case-management engine.
///
/// Without a command it fills the store from the demonstration, if there is none, and serves the
/// portal.
#[derive(Debug, Parser)]
#[command(version, after_help = failure::AFTER_HELP, infer_subcommands = false)]
struct Cli {
    /// The directory with the store.
    #[arg(
        long,
        global = true,
        env = "KANZLEI_STORE",
        default_value = "./kanzlei-data",
        value_name = "DIR"
    )]
    store: PathBuf,
    /// Answer in JSON; an error is an object with `error` and `exit` on a line of standard error.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Option<Cmd>,
}

#[derive(Debug, Subcommand)]
enum Cmd {
    Portal(portal::Portal),
    Demo(demo::Demo),
    Import(import::Log),
    /// List the services that are offered.
    Services,
    Cases(cases::Cases),
    Show(show::Show),
    Inbox(inbox::Inbox),
    Overview(overview::Figured),
    Stats(stats::Stats),
    Log(log::Log),
    Rebuild(rebuild::Rebuild),
    Erase(erase::Erase),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Repair(repair::Repair),
    Compact(compact::Compact),
    /// Recompute every hash and chain, open every value, build every view anew, and say what isn't
    /// as it should be.
    Verify,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(()) | Err(Failure::Unread) => ExitCode::SUCCESS,
        Err(Failure::Exit(code, said)) => {
            let said = if cli.json {
                serde_json::json!({ "error": said, "exit": code }).to_string()
            } else {
                format!("{} {said}", "error:".red().bold())
            };
            progress::eprintln_quietly(&said);
            ExitCode::from(code)
        }
    }
}

fn run(cli: &Cli) -> Result<(), Failure> {
    let store = cli.store.as_path();
    let mut out = Output::new(cli.json);
    let Some(command) = &cli.command else {
        return portal::first(store, &mut out);
    };
    match command {
        Cmd::Portal(portal) => portal::run(store, &mut out, portal),
        Cmd::Demo(demo) => demo::run(store, &mut out, demo),
        Cmd::Import(log) => import::run(store, &mut out, log),
        Cmd::Services => services::run(store, &mut out),
        Cmd::Cases(cases) => cases::run(store, &mut out, cases),
        Cmd::Show(show) => show::run(store, &mut out, show),
        Cmd::Inbox(inbox) => inbox::run(store, &mut out, inbox),
        Cmd::Overview(figured) => overview::run(store, &mut out, figured),
        Cmd::Stats(stats) => stats::run(store, &mut out, stats),
        Cmd::Rebuild(rebuild) => rebuild::run(store, &mut out, rebuild),
        Cmd::Erase(erase) => erase::run(store, &mut out, erase),
        Cmd::Backup(backup) => backup::run(store, &mut out, backup),
        Cmd::Restore(restore) => restore::run(store, &mut out, restore),
        Cmd::Repair(repair) => repair::run(store, &mut out, repair),
        Cmd::Compact(_) => compact::run(store, &mut out),
        Cmd::Log(log) => log::run(store, &mut out, log),
        Cmd::Verify => verify::run(store, &mut out),
    }?;
    out.end()
}
