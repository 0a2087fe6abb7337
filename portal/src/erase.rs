//! `erase`: a person out of a case, or all that is personal in it.

use std::path::Path;

use clap::{ArgGroup, Args};
use futures::executor::block_on;
use kanzlei::core::domain::Disclosed;
use kanzlei::{Answer, CaseId, Erasure, Kanzlei, PartyId};
use owo_colors::OwoColorize;
use serde::Serialize;

use crate::failure::Failure;
use crate::installation;
use crate::output::Output;
use crate::show::{answers, find};
use crate::viewer::Viewer;

/// What who erases must know, below what goes.
const BEFORE: &str = "\
There is no way back but a backup of the vault; destroy the backups that still have these keys when
their time is up. Before it is erased, the case must be offered to the archive, and kept for as long
as the law on its service says (in Lucerne: KDSG § 13, archive law SRL 585).";

/// What stays when a party goes.
const STAYS: &str = "  Messages, notes and grounds stay: they can be about several people. --all erases them too, once \
                     the case is over.";

/// Erase a person from a case, or all that is personal in it. The portal must not be running.
///
/// The keys are destroyed, so that nothing opens what they sealed: names, forms, answers, documents.
/// The log keeps what happened when, and still verifies. Without --yes it says what would go, and
/// ends with 1.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true)))]
pub struct Erase {
    /// The case's reference or id, or how its id begins (at least four digits).
    case: String,
    /// Only this party, by its number, with the documents that it handed in.
    #[arg(long, value_name = "N", group = "what")]
    party: Option<u16>,
    /// All parties and documents, and what was written; only in a case that is over.
    #[arg(long, group = "what")]
    all: bool,
    /// Erase it, for ever.
    #[arg(long)]
    yes: bool,
}

#[derive(Serialize)]
struct Said {
    case: CaseId,
    reference: String,
    party: Option<u16>,
    documents: usize,
    elsewhere: Vec<CaseId>,
    erased: bool,
}

pub fn run(store: &Path, out: &mut Output, erase: &Erase) -> Result<(), Failure> {
    let kanzlei = installation::open(store)?;
    block_on(kanzlei.up_to_date())?;
    let case = find(&kanzlei, &erase.case)?;
    let erasure = block_on(kanzlei.erasure(case, erase.party.map(PartyId)))?;
    // Who that is can't be said any more once it is done.
    let people = people(&kanzlei, &erasure)?;
    if erase.yes {
        block_on(kanzlei.erase(&erasure))?;
    }
    if out.json {
        out.value(&Said {
            case,
            reference: case.reference().to_string(),
            party: erase.party,
            documents: erasure.documents,
            elsewhere: erasure.elsewhere.clone(),
            erased: erase.yes || erasure.erased,
        })?;
    } else {
        tell(out, &erasure, &people, erase.yes)?;
    }
    if erase.yes || erasure.erased {
        return Ok(kanzlei.close()?);
    }
    out.flush()?;
    Err(Failure::refused(
        "nothing was erased; say --yes to erase this for ever",
    ))
}

fn tell(out: &mut Output, erasure: &Erasure, people: &[String], done: bool) -> Result<(), Failure> {
    let heading = match (erasure.erased, done) {
        (true, _) => "was erased before",
        (false, true) => "is erased",
        (false, false) => "would be erased",
    };
    let reference = erasure.case.reference();
    out.line(format_args!("{reference}: this {heading}").bold())?;
    for person in people {
        out.line(format_args!("  {person}"))?;
    }
    if erasure.documents > 0 {
        out.line(format_args!("  documents: {}", erasure.documents))?;
    }
    match erasure.party {
        Some(_) => out.line(STAYS)?,
        None => out.line("  messages, notes and grounds")?,
    }
    if erasure.open {
        out.line("  The case is open: whoever works on it goes on without what is erased.")?;
    }
    if !erasure.elsewhere.is_empty() {
        let cases = erasure.elsewhere.iter();
        let cases: Vec<_> = cases.map(|case| case.reference().to_string()).collect();
        let cases = cases.join(", ");
        out.line(format_args!("  Further cases of theirs: {cases}"))?;
    }
    if erasure.erased || done {
        return Ok(());
    }
    out.line(BEFORE)
}

/// Who goes, each with number, role and name.
fn people(kanzlei: &Kanzlei, erasure: &Erasure) -> Result<Vec<String>, Failure> {
    let viewer = erasure.party.map(Viewer::Party);
    let answers = answers(kanzlei, erasure.case, viewer)?;
    let parties = answers.iter().filter_map(Answer::contents);
    let goes = |party| erasure.party.is_none_or(|only| only == party);
    let all = parties.flat_map(|contents| &contents.parties);
    let named = all.filter(|one| goes(one.party)).map(|one| {
        let name = match &one.name {
            Disclosed::Shown(name) => name.as_str(),
            Disclosed::Erased => "(erased)",
        };
        format!("party {}: {name}, {}", one.party, one.role)
    });
    Ok(named.collect())
}
