//! `compact`: the index of the log and the views, merged.

use std::path::{Path, PathBuf};

use clap::Args;
use kanzlei::core::ports::{StoreError, ViewStoreError};
use kanzlei::{Error, Evidence};
use serde::Serialize;

use crate::failure::Failure;
use crate::installation;
use crate::output::{Output, number, table};
use crate::progress::Told;

/// Give back what the index of the log and the views have of what was overwritten or deleted.
///
/// The log itself, the vault and documents have nothing to give back, and aren't touched. Journals of the views, of up to
/// 64 MB, are most of what is; they fill again. Until it is done it needs room for what it merges, and for up to 70 MB where
/// a journal goes; broken off, nothing is lost. No portal may run meanwhile; one merges most of it by itself, so this is
/// never urgent. What was put aside because it was damaged, torn or replaced is never removed, but
/// named with its bytes: remove it once it isn't needed.
#[derive(Debug, Args)]
pub struct Compact {}

#[derive(Serialize)]
struct Report {
    /// In bytes on the disk, all parts together.
    before: u64,
    after: u64,
    parts: Vec<Merged>,
    /// What a person may remove.
    evidence: Vec<Kept>,
}

#[derive(Serialize)]
struct Merged {
    part: String,
    before: u64,
    after: u64,
}

#[derive(Serialize)]
struct Kept {
    path: PathBuf,
    bytes: u64,
}

pub fn run(store: &Path, out: &mut Output) -> Result<(), Failure> {
    installation::there(store)?;
    let ground = installation::opening(store)?
        .ground()
        .map_err(open_elsewhere)?;
    let (index, views) = (Told::new("index, bytes"), Told::new("views, bytes"));
    let room = ground.compact(&|part, done, of| match part {
        "index" => index.reach(done, of),
        _ => views.reach(done, of),
    })?;
    index.finish();
    views.finish();
    let parts = room.parts.into_iter();
    let parts: Vec<_> = parts
        .map(|one| Merged {
            part: one.part,
            before: one.before,
            after: one.after,
        })
        .collect();
    let evidence = room.evidence.into_iter();
    let report = Report {
        before: parts.iter().map(|part| part.before).sum(),
        after: parts.iter().map(|part| part.after).sum(),
        parts,
        evidence: evidence
            .map(|Evidence { path, bytes, .. }| Kept { path, bytes })
            .collect(),
    };
    if out.json {
        return out.value(&report);
    }
    let mut shown = table(&["Part", "Bytes before", "Bytes now"]);
    for part in &report.parts {
        shown.add_row(vec![
            part.part.as_str().into(),
            number(part.before),
            number(part.after),
        ]);
    }
    shown.add_row(vec![
        "all".into(),
        number(report.before),
        number(report.after),
    ]);
    out.table(&shown)?;
    for Kept { path, bytes } in &report.evidence {
        let path = path.display();
        out.line(format_args!(
            "{path} is kept, with {bytes} bytes: remove it once it isn't needed"
        ))?;
    }
    Ok(())
}

fn open_elsewhere(error: Error) -> Failure {
    match error {
        Error::Store(StoreError::Locked(_)) | Error::Views(ViewStoreError::Locked(_)) => {
            Failure::store(format!(
                "{error}; end the portal that has it open, compact, and start it again; a program of your own calls \
                 `Kanzlei::compact` while it runs"
            ))
        }
        other => other.into(),
    }
}
