//! `backup`: the log with its documents, and the vault, each by itself.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use kanzlei::{BackedUp, Position, VaultBackup};
use serde::Serialize;

use crate::damage::Damage;
use crate::failure::Failure;
use crate::installation;
use crate::output::Output;
use crate::papers::{Papers, counted};
use crate::progress::Told;
use crate::words::{keys, number_of};

/// Back up the log with its documents to a folder, or the vault to a file, or both.
///
/// A folder that has a backup of this log gets what is new since then, which is checked to follow from what it
/// has, and the documents that an earlier run couldn't copy, as far as they can be read now. Documents are copied sealed
/// as they are, and keys not at all: the folder says only which of them were destroyed. What an earlier run added is read
/// again by `restore FOLDER --check` alone. A portal may run meanwhile, or start: the log is backed up as far as it was on
/// the disk when this began.
/// Drafts and sign-ins aren't backed up, since they expire. A vault's backup is as secret as the vault. The
/// installation's key isn't needed, and is in neither: keep it elsewhere.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).multiple(true)))]
pub struct Backup {
    /// The folder for the log and its documents; made if there is none.
    #[arg(group = "what", value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// The file for the vault; an earlier backup of the same vault is replaced.
    #[arg(long, value_name = "FILE", group = "what")]
    vault: Option<PathBuf>,
}

#[derive(Default, Serialize)]
struct Report {
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<Log>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vault: Option<Vault>,
}

#[derive(Serialize)]
struct Log {
    added: u64,
    commits: u64,
    position: Position,
    /// The root of the log's tree there.
    root: String,
    #[serde(flatten)]
    papers: Papers,
    /// How many of the documents an earlier run couldn't copy.
    late: u64,
    /// What isn't what was written of the backup itself, as far as it was read.
    backup_damage: Vec<Damage>,
    /// Keys that were destroyed and are in the vault nevertheless.
    alive_again: u64,
}

#[derive(Serialize)]
struct Vault {
    slots: u64,
    destroyed: usize,
    /// Damaged in the vault, and in its backup.
    damaged: u64,
    /// Damaged or lost in the vault, and in its backup as the one before had them.
    healed: u64,
    /// Of an older vault that was restored, and in no backup that was there then.
    lost: u64,
}

pub fn run(store: &Path, out: &mut Output, backup: &Backup) -> Result<(), Failure> {
    installation::there(store)?;
    let mut report = Report::default();
    let mut wrong = Vec::new();
    let mut failed: Vec<Failure> = Vec::new();
    if let Some(folder) = &backup.folder {
        let progress = Told::new("positions");
        match kanzlei::backup(store, folder, &|done, of| progress.reach(done, of)) {
            Ok(done) => report.log = Some(log(&done, folder, &mut wrong)),
            Err(error) => failed.push(error.into()),
        }
        progress.finish();
    }
    // Keys are backed up whatever became of the log: it may be damaged for long.
    if let Some(file) = &backup.vault {
        let progress = Told::new("keys");
        match kanzlei::backup_vault(store, file, &|done, of| progress.reach(done, of)) {
            Ok(done) => report.vault = Some(vault(&done, file, &mut wrong)),
            Err(error) => failed.push(error.into()),
        }
        progress.finish();
    }
    if report.log.is_some() || report.vault.is_some() {
        let told = tell(out, &report).and_then(|()| out.flush());
        failed.extend(told.err());
    }
    failed.extend(wrong.into_iter().map(Failure::wrong));
    failed.into_iter().reduce(Failure::and).map_or(Ok(()), Err)
}

fn log(done: &BackedUp, folder: &Path, wrong: &mut Vec<String>) -> Log {
    if !done.again.is_empty() {
        wrong.push(format!(
            "{} destroyed before: an older vault was put back; back up the \
             vault, and restore that with `restore --vault FILE --destroyed {}`, which destroys them \
             again. Only if nobody destroyed them, and an older release that took lost keys for destroyed had restored \
             an old vault: begin another backup of the log",
            keys(&done.again, "lives that was", "live that were"),
            folder.display()
        ));
    }
    if !done.damaged.is_empty() {
        let are = counted(done.damaged.len() as u64);
        wrong.push(format!(
            "{are} damaged and not in this backup: once that is mended, the next run adds what it lacks"
        ));
    }
    if !done.damage.is_empty() {
        let damage = "this backup itself is damaged, and nothing tells which documents are named there: begin another one";
        wrong.push(damage.to_owned());
    }
    Log {
        added: done.added,
        commits: done.commits,
        position: done.position,
        root: done.root.to_string(),
        papers: Papers::new(
            done.documents,
            done.erased,
            &done.missing,
            &done.damaged,
            done.destroyed,
        ),
        late: done.late,
        backup_damage: Damage::of(&done.damage),
        alive_again: done.again.count,
    }
}

fn vault(done: &VaultBackup, file: &Path, wrong: &mut Vec<String>) -> Vault {
    let (damaged, healed) = (done.damaged(), done.healed());
    if !healed.is_empty() {
        wrong.push(format!(
            "{} damaged or lost in the vault, and in this backup as in the one before: `restore --vault {} --yes` brings \
             back what that had, and nothing tells which were destroyed since unless --destroyed names a backup of the log \
             that knows",
            keys(healed, "is", "are"),
            file.display()
        ));
    }
    if !damaged.is_empty() {
        wrong.push(format!(
            "{} damaged in the vault and in this backup: restore an older one, if that is whole",
            keys(&damaged, "is", "are")
        ));
    }
    Vault {
        slots: done.slots(),
        destroyed: done.destroyed().slots().len(),
        damaged: damaged.count,
        healed: healed.count,
        lost: done.lost().count,
    }
}

fn tell(out: &mut Output, report: &Report) -> Result<(), Failure> {
    if out.json {
        return out.value(report);
    }
    if let Some(log) = &report.log {
        out.line(format_args!(
            "log: {} and {} added; {} in all, up to position {}, root {}",
            number_of(log.added, "commit"),
            number_of(log.papers.documents, "document"),
            number_of(log.commits, "commit"),
            log.position,
            log.root
        ))?;
        if log.late > 0 {
            let are = counted(log.late);
            out.line(format_args!(
                "{are} among them that could not be copied before"
            ))?;
        }
        log.papers.tell(out)?;
        for damage in &log.backup_damage {
            out.line(format_args!("in the backup, {}", damage.said()))?;
        }
    }
    if let Some(vault) = &report.vault {
        out.line(format_args!(
            "vault: {}, {} of them destroyed; it opens with the installation's key alone",
            number_of(vault.slots, "key"),
            vault.destroyed
        ))?;
        if vault.lost > 0 {
            let lost = vault.lost;
            out.line(format_args!(
                "up to {lost} keys are lost, and not destroyed: a newer backup that has them brings them back, and \
                 `verify` says which the log needs"
            ))?;
        }
    }
    Ok(())
}
