//! `verify`: recomputes everything that can be computed, and says what isn't as it should be.

mod log;
mod views;

use std::path::Path;

use kanzlei::Error;
use kanzlei::core::ports::StoreError;
use serde::Serialize;

use crate::failure::Failure;
use crate::installation;
use crate::output::Output;
use crate::progress::Progress;
use log::LogCheck;

/// Something that isn't as it should be.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// Where: a position, a case, a view and its key.
    place: String,
    what: String,
}

/// What was verified.
#[derive(Serialize)]
struct Report {
    commits: u64,
    events: u64,
    /// The root of the log's tree, as it was computed.
    root: String,
    findings: Vec<Finding>,
}

pub fn run(store: &Path, out: &mut Output) -> Result<(), Failure> {
    installation::there(store)?;
    let ground = installation::opening(store)?
        .ground()
        .map_err(|error| match error {
            // That is what was to be found out.
            Error::Store(error @ (StoreError::LogShrank { .. } | StoreError::Damaged { .. })) => {
                Failure::wrong(error)
            }
            other => other.into(),
        })?;
    let size = ground.ports.store.tree()?.map_or(0, |head| head.size);
    let progress = Progress::new("commits", size);
    let mut check = LogCheck::new(&ground.ports);
    check.run(&progress)?;
    progress.finish();
    let mut findings = std::mem::take(&mut check.findings);
    if check.unreadable {
        findings.push(Finding {
            place: "views".to_owned(),
            what: "they aren't compared, because the log can't be read through".to_owned(),
        });
    } else {
        findings.extend(views::check(&ground.ports, &ground.views)?);
    }
    let report = Report {
        commits: check.commits,
        events: check.events,
        root: check.root().to_string(),
        findings,
    };
    if out.json {
        out.value(&report)?;
    } else {
        out.line(format_args!(
            "{} commits with {} events, root {}",
            report.commits, report.events, report.root
        ))?;
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
