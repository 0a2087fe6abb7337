//! `verify`: recomputes everything that can be computed, and says what isn't as it should be.

use std::path::Path;

use kanzlei::core::ports::StoreError;
use kanzlei::{DocumentsCounted, Error, Finding};
use serde::Serialize;

use crate::failure::{Failure, advised};
use crate::installation;
use crate::output::Output;
use crate::progress::Progress;

/// What was verified.
#[derive(Serialize)]
struct Report {
    commits: u64,
    events: u64,
    /// The root of the log's tree, as it was computed.
    root: String,
    documents: DocumentsCounted,
    findings: Vec<Finding>,
}

pub fn run(store: &Path, out: &mut Output) -> Result<(), Failure> {
    installation::there(store)?;
    let ground = installation::opening(store)?
        .ground()
        .map_err(|error| match error {
            // That is what was to be found out.
            Error::Store(error @ (StoreError::LogShrank { .. } | StoreError::Damaged { .. })) => {
                let log = store.join("log");
                Failure::wrong(format!("{}: {}", log.display(), advised(&error)))
            }
            other => other.into(),
        })?;
    let progress = Progress::new("commits", ground.commits()?);
    let verified = ground.verify(&|| progress.advance())?;
    progress.finish();
    let report = Report {
        commits: verified.commits,
        events: verified.events,
        root: verified.root.to_string(),
        documents: verified.documents,
        findings: verified.findings,
    };
    if out.json {
        out.value(&report)?;
    } else {
        out.line(format_args!(
            "{} commits with {} events, root {}",
            report.commits, report.events, report.root
        ))?;
        let DocumentsCounted {
            here,
            erased,
            lost,
            elsewhere,
        } = report.documents;
        out.line(format_args!(
            "of the documents that cases name, {here} are here and whole, {erased} erased, and {elsewhere} not here: \
             kept elsewhere, or lost"
        ))?;
        if lost > 0 {
            out.line(format_args!("the keys of {lost} others are lost"))?;
        }
        for finding in &report.findings {
            out.line(format_args!("{}: {}", finding.place, finding.what))?;
        }
    }
    match report.findings.len() {
        0 => Ok(()),
        1 => Err(Failure::wrong("one thing is not as it should be")),
        many => Err(Failure::wrong(format!(
            "{many} things are not as they should be"
        ))),
    }
}
