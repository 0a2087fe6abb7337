//! `verify`: recomputes everything that can be computed, and says what isn't as it should be.

use std::collections::BTreeMap;
use std::path::Path;

use kanzlei::core::ports::StoreError;
use kanzlei::{DocumentsCounted, Error, Finding};
use serde::Serialize;

use crate::failure::{Failure, advised};
use crate::installation;
use crate::output::Output;
use crate::progress::Progress;

/// How many findings of a kind are said in text.
const NAMED: usize = 10;

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
        tell(out, &report.findings)?;
    }
    match report.findings.len() {
        0 => Ok(()),
        1 => Err(Failure::wrong("one thing is not as it should be")),
        many => Err(Failure::wrong(format!(
            "{many} things are not as they should be"
        ))),
    }
}

/// Says what was found, of each kind the first few.
fn tell(out: &mut Output, findings: &[Finding]) -> Result<(), Failure> {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let Finding { place, what } = finding;
        let count = kinds.entry(kind(finding)).or_default();
        *count += 1;
        if *count <= NAMED {
            out.line(format_args!("{place}: {what}"))?;
        }
    }
    let more: usize = kinds
        .values()
        .map(|count| count.saturating_sub(NAMED))
        .sum();
    if more > 0 {
        out.line(format_args!(
            "… and {more} more like these; --json has them all"
        ))?;
    }
    Ok(())
}

/// What findings have in common that differ in their numbers alone.
fn kind(finding: &Finding) -> String {
    let place = finding.place.split(',').next().unwrap_or_default();
    let said = format!("{place}: {}", finding.what);
    said.chars().filter(|one| !one.is_ascii_digit()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_that_differ_in_their_numbers_are_of_one_kind() {
        let finding = |place: &str, what: &str| {
            let (place, what) = (place.to_owned(), what.to_owned());
            kind(&Finding { place, what })
        };
        let one = finding("position 83, case 0199", "the vault doesn't know slot 1022");
        assert_eq!(
            one,
            finding("position 9, case 0197", "the vault doesn't know slot 3")
        );
        assert_ne!(one, finding("position 83, case 0199", "its hash differs"));
        assert_ne!(
            finding("view inbox, row 00", "it is missing"),
            finding("view process, row 00", "it is missing")
        );
    }
}
