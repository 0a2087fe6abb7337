//! `log`: what happened, commit by commit.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use futures::executor::block_on;
use kanzlei::core::domain::event::kind_name;
use kanzlei::core::ports::EventStore;
use kanzlei::core::record::{Acting, CommitRef, Page};
use kanzlei::{AuthorityId, CaseId, Kanzlei, Position, Reference, Timestamp, Version};
use serde::Serialize;

use crate::failure::Failure;
use crate::installation;
use crate::output::Output;

/// Bytes of the log that are read at once.
pub const PAGE: usize = 1024 * 1024;

/// List what happened: a line for each commit, with the kinds of its events and nothing personal.
#[derive(Debug, Args)]
pub struct Log {
    /// Write every record exactly as it is to a new file outside of the store, its stamp before it, in order.
    #[arg(long, value_name = "FILE")]
    raw: Option<PathBuf>,
    /// Write it in place of a file that is there already.
    #[arg(long, requires = "raw")]
    overwrite: bool,
    /// Begin after this position.
    #[arg(long, default_value_t = 0, value_name = "POSITION")]
    after: u64,
}

/// A commit, without what it says.
#[derive(Serialize)]
struct Commit {
    position: Position,
    recorded: Timestamp,
    by: String,
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    case: CaseId,
    reference: Reference,
    service: Option<String>,
    authority: AuthorityId,
    first: Version,
    events: Vec<String>,
}

pub fn run(store: &Path, out: &mut Output, log: &Log) -> Result<(), Failure> {
    let kanzlei = installation::open(store)?;
    let source = &kanzlei.engine().ports().store;
    let end = source.watermark().now();
    if Position(log.after) > end {
        let after = log.after;
        return Err(Failure::usage(format!(
            "--after {after}: the log ends at position {end}"
        )));
    }
    let pages = pages(source.as_ref(), Position(log.after));
    if let Some(path) = &log.raw {
        let file = raw_file(store, path, log.overwrite)?;
        let mut file = BufWriter::new(file);
        for page in pages {
            write_raw(&page?, &mut file).map_err(|error| named(path, &error))?;
        }
        return file.flush().map_err(|error| named(path, &error));
    }
    let commits = pages.flat_map(|page| match page {
        Ok(page) => page
            .commits()
            .map(|one| Ok(shown(&kanzlei, &one)))
            .collect(),
        Err(error) => vec![Err(error)],
    });
    if out.json {
        return out.list(commits);
    }
    for commit in commits {
        let commit: Commit = commit?;
        for part in &commit.parts {
            out.line(format_args!(
                "{:>8}  {}  {}  {:24}  {:20}  {}",
                commit.position.0,
                second(commit.recorded),
                part.reference,
                part.service.as_deref().unwrap_or("?"),
                commit.by,
                part.events.join(" "),
            ))?;
        }
    }
    Ok(())
}

/// The log in pages, up to where it ends now; it ends with the first error.
pub fn pages(
    store: &dyn EventStore,
    after: Position,
) -> impl Iterator<Item = Result<Page, Failure>> {
    let mut next = Some(after);
    std::iter::from_fn(move || {
        let page = match block_on(store.log(next?, PAGE)) {
            Ok(page) => page,
            Err(error) => {
                next = None;
                return Some(Err(error.into()));
            }
        };
        next = page.more().then_some(page.through());
        Some(Ok(page))
    })
}

/// The file for the raw log: none of the store's own, and none that is there, unless that is wanted.
fn raw_file(store: &Path, path: &Path, overwrite: bool) -> Result<File, Failure> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let real = |path: &Path| path.canonicalize().map_err(|error| named(path, &error));
    // A link may lead into the store as well.
    let target = path.canonicalize().or_else(|_| real(folder))?;
    if target.starts_with(real(store)?) {
        let said = "is in the store: name a file elsewhere";
        return Err(Failure::refused(format!("{} {said}", path.display())));
    }
    let opened = if overwrite {
        File::create(path)
    } else {
        File::create_new(path)
    };
    opened.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::refused(format!(
            "{} is there already; --overwrite replaces it",
            path.display()
        )),
        _ => named(path, &error),
    })
}

fn write_raw(page: &Page, to: &mut impl Write) -> std::io::Result<()> {
    for commit in page.commits() {
        to.write_all(&commit.stamp.to_bytes())?;
        to.write_all(commit.record.as_bytes())?;
    }
    Ok(())
}

fn named(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Exit(5, format!("{}: {error}", path.display()))
}

fn shown(kanzlei: &Kanzlei, commit: &CommitRef<'_>) -> Commit {
    let catalogue = kanzlei.catalogue();
    let day = commit.stamp.recorded.date_utc();
    let by = match commit.record.head().acting {
        Acting::Party(_) => "a party".to_owned(),
        Acting::Official(_, authority) => catalogue.authority_name(authority, day),
        Acting::Installation => "the installation".to_owned(),
        _ => "somebody else".to_owned(),
    };
    let kind = |kind: u16| kind_name(kind).map_or_else(|| format!("{kind:#06x}"), str::to_owned);
    let parts = commit.record.parts().map(|part| Part {
        case: part.case,
        reference: part.case.reference(),
        service: installation::service_name(&catalogue, part.service),
        authority: part.authority,
        first: part.first,
        events: part.events().map(|event| kind(event.kind)).collect(),
    });
    Commit {
        position: commit.stamp.position,
        recorded: commit.stamp.recorded,
        by,
        parts: parts.collect(),
    }
}

/// A moment to the second, in UTC.
pub fn second(at: Timestamp) -> String {
    let micros = at.micros();
    Timestamp::from_micros(micros - micros.rem_euclid(1_000_000)).to_string()
}
