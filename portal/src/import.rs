//! `import`: an event log of another system as cases.

use std::path::{Path, PathBuf};

use clap::Args;
use futures::executor::block_on;
use kanzlei::Code;
use kanzlei_adapters::xes::{Import, ImportError, Mapping, Pass};
use serde::Serialize;

use crate::failure::Failure;
use crate::installation;
use crate::output::Output;
use crate::progress::Progress;

/// Import an event log in IEEE XES, plain or packed with gzip: a case a trace.
///
/// A store is made where none is. The file is read twice: a file with a mistake adds no case. The same content adds nothing a
/// second time, and an import that was interrupted is completed by running it again.
#[derive(Debug, Args)]
pub struct Log {
    /// The log.
    file: PathBuf,
    /// As which service; without it the log's or the file's name.
    #[arg(long)]
    service: Option<String>,
    /// Which authority is responsible (number or name); without it the installation.
    #[arg(long)]
    authority: Option<String>,
    /// A file that says which attributes hold activity, time and name.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
}

#[derive(Serialize)]
struct Imported {
    service: Code,
    cases: u64,
    events: u64,
    activities: usize,
    new_cases: u64,
    new_events: u64,
}

pub fn run(store: &Path, out: &mut Output, log: &Log) -> Result<(), Failure> {
    let mapping = mapping(log.mapping.as_deref())?;
    let service = log
        .service
        .as_deref()
        .map(Code::new)
        .transpose()
        .map_err(Failure::usage)?;
    let length = std::fs::metadata(&log.file)
        .map_err(|error| unread(&log.file, error))?
        .len();
    let kanzlei = installation::opening(store)?.start()?;
    let mut import = Import::new(kanzlei.engine(), mapping);
    if let Some(service) = service {
        import = import.service(service);
    }
    if let Some(authority) = &log.authority {
        import = import.authority(kanzlei.authority(authority)?);
    }
    let progress = Progress::new("bytes", length.saturating_mul(2));
    let imported = import.file(&log.file, &mut |now| {
        let before = if now.pass == Pass::Check { 0 } else { length };
        progress.reach(before.saturating_add(now.bytes));
    });
    progress.finish();
    let imported = imported.map_err(|error| failed(&log.file, error))?;
    block_on(kanzlei.up_to_date())?;
    let imported = Imported {
        service: imported.service,
        cases: imported.cases,
        events: imported.events,
        activities: imported.activities,
        new_cases: imported.new_cases,
        new_events: imported.new_events,
    };
    if out.json {
        return out.value(&imported);
    }
    out.line(format_args!(
        "{} cases with {} events of {} activities, as the service {}",
        imported.cases, imported.events, imported.activities, imported.service
    ))?;
    out.line(format_args!(
        "  new: {} cases, {} events",
        imported.new_cases, imported.new_events
    ))
}

fn mapping(path: Option<&Path>) -> Result<Mapping, Failure> {
    let Some(path) = path else {
        return Ok(Mapping::default());
    };
    let text = std::fs::read_to_string(path).map_err(|error| unread(path, error))?;
    Mapping::from_toml(&text).map_err(|error| unread(path, error))
}

fn unread(path: &Path, why: impl std::fmt::Display) -> Failure {
    Failure::refused(format!("{}: {why}", path.display()))
}

fn failed(path: &Path, error: ImportError) -> Failure {
    match error {
        ImportError::Engine(error) => error.into(),
        other => unread(path, other),
    }
}
