//! `repair`: a damaged log, of what can be read of it and what a backup has; and documents, of what a backup has.

mod documents;

use std::fmt::Display;
use std::path::{Path, PathBuf};

use clap::Args;
use kanzlei::store::{Positions, WitnessFound};
use kanzlei::{BackupError, Error, Position, Repaired, Version};
use serde::Serialize;

use self::documents::Documents;
use crate::damage::Damage;
use crate::failure::Failure;
use crate::installation;
use crate::output::Output;
use crate::papers;
use crate::progress::Told;

/// How many things of a kind are named in text; `--json` has all of them.
const NAMED: usize = 10;

/// What to do with a backup that is found after something was given up.
const FOUND_LATER: &str = "If a backup of it is found later: put that folder in the place of `log`, and repair it with --from";
/// Why a backup of this log may differ from it.
const REPAIRED_BEFORE: &str = "If this log was repaired without that backup: put the folder with the damaged log, \
                               log/damaged-1, in the place of `log`, and repair that with --from";

/// Repair a damaged log, and bring back documents.
///
/// What can be read of the log, and what a backup of it has of the rest, becomes a log again that can be appended to.
/// If nothing is missing, it is the same log with the same root. If something is, this says what would be lost
/// and changes nothing; with --yes it is done: what is missing nowhere is lost, the commits behind it move up, and those
/// that go on from it in their case are put aside, in a folder with the form of a backup. The damaged log is kept
/// beside the repaired one, which needs as much room again, in a folder damaged-1, damaged-2 and so on; remove it once it
/// isn't needed. With --from, documents that the log names and that are missing or damaged are then brought back, too:
/// damaged ones are kept, in a folder documents/damaged-1 and so on, and what was erased doesn't come back. The vault is
/// left as it is.
#[derive(Debug, Args)]
pub struct Repair {
    /// The folder with a backup of the log, from which is taken what can't be read, or is missing. Where it is damaged
    /// itself nothing is taken, and this says where that is.
    #[arg(long, value_name = "FOLDER")]
    from: Option<PathBuf>,
    /// Repair it although something is lost.
    #[arg(long)]
    yes: bool,
}

#[derive(Serialize)]
struct Report {
    /// Whether anything of the log was changed.
    repaired: bool,
    /// What isn't what was written.
    damage: Vec<Damage>,
    /// The same of the backup.
    backup_damage: Vec<Damage>,
    witness: &'static str,
    /// How many commits the log has then, and the root of its tree.
    commits: u64,
    root: String,
    /// How many commits are taken from the backup.
    filled: u64,
    lost: Commits,
    aside: Commits,
    shortened: Vec<Shortened>,
    /// What was proven of commits from this position on no longer holds.
    changed: Option<Position>,
    disputed: Option<Position>,
    /// Whether commits may be lost that stood behind the last one.
    cut_off: bool,
    /// Where the damaged log is kept.
    kept: Option<PathBuf>,
    /// What became of documents; nothing, if they weren't looked at.
    documents: Option<Documents>,
}

#[derive(Serialize)]
struct Commits {
    count: u64,
    positions: Vec<Between>,
}

#[derive(Serialize)]
struct Between {
    first: Position,
    last: Position,
}

#[derive(Serialize)]
struct Shortened {
    case: String,
    version: Version,
    was: Version,
}

impl Commits {
    fn of(list: &[Positions]) -> Self {
        Self {
            count: list.iter().map(Positions::count).sum(),
            positions: list
                .iter()
                .map(|&Positions { first, last, .. }| Between { first, last })
                .collect(),
        }
    }
}

pub fn run(store: &Path, out: &mut Output, repair: &Repair) -> Result<(), Failure> {
    installation::there(store)?;
    let progress = Told::new("bytes");
    let told = |done, of| progress.reach(done, of);
    let done = kanzlei::repair(store, repair.from.as_deref(), repair.yes, &told);
    progress.finish();
    let done = done.map_err(|error| match error {
        Error::Backup(other @ BackupError::OtherCommit { .. }) => {
            Failure::refused(format!("{other}. {REPAIRED_BEFORE}"))
        }
        other => other.into(),
    })?;
    let mut report = report(&done);
    let is_whole = done.kept.is_some() || done.found.is_sound();
    let mut failed = None;
    if let Some(from) = repair.from.as_deref().filter(|_| is_whole) {
        // Whatever comes of it, what was done to the log is said.
        match documents::bring_back(store, from) {
            Ok(documents) => report.documents = Some(documents),
            Err(failure) => failed = Some(failure),
        }
    }
    if out.json {
        out.value(&report)?;
    } else {
        some(out, &report.backup_damage, |damage| {
            format!("in the backup, {}", damage.said())
        })?;
        tell(out, &report, done.found.is_sound())?;
        if let Some(documents) = &report.documents {
            documents.tell(out)?;
        }
    }
    out.flush()?;
    if let Some(failure) = failed {
        return Err(failure);
    }
    let damaged = report
        .documents
        .map_or(0, |documents| documents.damaged.len());
    if damaged > 0 {
        let are = papers::counted(damaged as u64);
        let said = format!("{are} damaged, and not to be had from the backup");
        return Err(Failure::wrong(said));
    }
    if is_whole {
        return Ok(());
    }
    let elsewhere = match repair.from {
        Some(_) => "another backup of the log may have it",
        None => "a backup of the log may have it (--from FOLDER)",
    };
    Err(Failure::wrong(format!(
        "this would be lost, and nothing was changed: {elsewhere}; with --yes the log is repaired without it"
    )))
}

fn report(done: &Repaired) -> Report {
    let found = &done.found;
    Report {
        repaired: done.kept.is_some(),
        damage: Damage::of(&found.damage),
        backup_damage: Damage::of(&found.backup_damage),
        witness: match found.witness {
            WitnessFound::Damaged => "damaged",
            _ => "sound",
        },
        commits: found.commits,
        root: found.root.to_string(),
        filled: found.filled,
        lost: Commits::of(&found.lost),
        aside: Commits::of(&found.aside),
        shortened: found
            .shortened
            .iter()
            .map(|one| Shortened {
                case: one.case.to_string(),
                version: one.version,
                was: one.was,
            })
            .collect(),
        changed: found.changed,
        disputed: found.disputed,
        cut_off: found.cut_off,
        kept: done.kept.clone(),
        documents: None,
    }
}

fn tell(out: &mut Output, report: &Report, is_sound: bool) -> Result<(), Failure> {
    let Report { commits, root, .. } = report;
    if is_sound {
        return out.line(format_args!(
            "there is nothing to repair in the log: {commits} commits, root {root}"
        ));
    }
    some(out, &report.damage, Damage::said)?;
    if report.witness == "damaged" {
        out.line("the file witness is damaged: nothing tells whether the log was longer")?;
    }
    if report.cut_off {
        out.line(
            "the log's last file was cut off, and nothing tells how many commits stood behind: a backup of the log may \
             have more than it says here",
        )?;
    }
    if report.filled > 0 {
        let are = counted(report.filled);
        out.line(format_args!("{are} taken from the backup"))?;
    }
    if let Some(position) = report.disputed {
        out.line(format_args!(
            "the commits up to position {position} lead to another root than was written down: somebody has changed \
             one of them, or what was written down"
        ))?;
    }
    positions(out, "lost", &report.lost)?;
    let they = if report.aside.count == 1 {
        "it follows"
    } else {
        "they follow"
    };
    positions(
        out,
        &format!("put aside, because {they} what is lost"),
        &report.aside,
    )?;
    some(out, &report.shortened, |one| match one.version {
        Version::NONE => format!("case {} is gone; it had event {}", one.case, one.was),
        version => format!(
            "case {} ends with event {version}; it had event {}",
            one.case, one.was
        ),
    })?;
    if report.lost.count > 0 {
        out.line("which other cases ended with what is lost isn't known")?;
    }
    if let Some(position) = report.changed {
        out.line(format_args!(
            "what was proven of commits from position {position} on no longer holds: their receipts are void"
        ))?;
    }
    let is = if report.repaired { "has" } else { "would have" };
    out.line(format_args!("the log {is} {commits} commits, root {root}"))?;
    if let Some(kept) = &report.kept {
        out.line(format_args!(
            "the damaged log is kept in {}",
            kept.display()
        ))?;
        if report.lost.count > 0 {
            out.line(FOUND_LATER)?;
        }
    }
    Ok(())
}

/// Says how many commits it is, and where the first of them were.
fn positions(out: &mut Output, what: &str, commits: &Commits) -> Result<(), Failure> {
    if commits.count == 0 {
        return Ok(());
    }
    let named = commits.positions.iter().take(NAMED);
    let named = named.map(|between| match between {
        Between { first, last } if first == last => first.to_string(),
        Between { first, last } => format!("{first} to {last}"),
    });
    let mut named = named.collect::<Vec<_>>().join(", ");
    if commits.positions.len() > NAMED {
        named.push_str(" …");
    }
    let are = counted(commits.count);
    out.line(format_args!("{are} {what}: position {named}"))
}

fn counted(commits: u64) -> String {
    match commits {
        1 => "1 commit is".to_owned(),
        many => format!("{many} commits are"),
    }
}

/// Says the first of several things, and how many there are more.
fn some<T, S: Display>(
    out: &mut Output,
    things: &[T],
    said: impl Fn(&T) -> S,
) -> Result<(), Failure> {
    for thing in things.iter().take(NAMED) {
        out.line(said(thing))?;
    }
    match things.len().saturating_sub(NAMED) {
        0 => Ok(()),
        more => out.line(format_args!("… and {more} more")),
    }
}
