//! `restore`: a log with its documents, or a vault, from its backup.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use kanzlei::store::{Backup, Undoing};
use kanzlei::{BackupError, Error, Position, Restored};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::Output;
use crate::papers::{Papers, counted};
use crate::progress::Told;
use crate::words::number_of;

/// What becomes of the keys that are named, with --yes or before.
const LOST: &str = "Restore a newer backup of the vault, if there is one: with --yes this one is restored, and the keys \
                    that nothing here has count as lost, until a newer one that is restored later brings them back";
const AGAIN: &str = "Keep the vault that is there, unless you need what else this backup has: with --yes it is restored, \
                     what is known to be destroyed stays so, and keys that only the vault that is there has are \
                     kept. Where an older release has restored the vault that is there from an old backup, it \
                     counted keys that were lost as destroyed: of such a vault, and only of such a one, move the file \
                     away, and destroyed beside it, and restore then";
const UNCLEAR: &str = "With --yes this one is restored, and what may have been destroyed lives unless --destroyed \
                       names a backup of the log that knows: one that was made since the last erasure needs no --yes";
const OTHERS: &str = "With --yes the backup's keys take the place of those of the vault that is there that have the same \
                      numbers: what those sealed opens no more";
const KEPT: &str = "The vault that is there is kept as vault.replaced";

/// What else there is to do about a damaged backup.
const DAMAGED: &str = "Another copy of the backup may be whole";

/// Restore a log with its documents from a folder, or a vault from a file.
///
/// First the log, to a directory in which there is none, then the vault. Every byte is checked while it is read.
/// Keys that the backup knows to be destroyed are destroyed in the vault that is there, and in one that is
/// restored later: an erasure stays one. Views are built anew when the store is opened. The installation's key is
/// in no backup; put it back as installation.key.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true)))]
pub struct Restore {
    /// The folder with the backup of a log.
    #[arg(group = "what", value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// The file with the backup of a vault.
    #[arg(long, value_name = "FILE", group = "what")]
    vault: Option<PathBuf>,
    /// The directory to restore to, instead of the one that --store names.
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Only up to this position of the log.
    #[arg(
        long,
        value_name = "POSITION",
        conflicts_with = "vault",
        allow_negative_numbers = true
    )]
    until: Option<u64>,
    /// Only read the backup through, and restore nothing.
    #[arg(long, conflicts_with_all = ["vault", "to", "until"])]
    check: bool,
    /// Also destroy in the vault what this backup of its log knows to be destroyed.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["folder", "check"])]
    destroyed: Option<PathBuf>,
    /// Restore the vault although that would undo something.
    #[arg(long, conflicts_with_all = ["folder", "check"])]
    yes: bool,
}

#[derive(Serialize)]
struct Log {
    commits: u64,
    position: Position,
    /// The root of the log's tree there.
    root: String,
    #[serde(flatten)]
    papers: Papers,
    destroyed_again: u64,
    /// What is damaged of the backup behind the position.
    #[serde(skip_serializing_if = "Option::is_none")]
    damaged_behind: Option<String>,
}

#[derive(Serialize)]
struct Vault {
    slots: u64,
    destroyed_again: u64,
    /// Of the vault that was there, because the backup hasn't got them.
    kept: u64,
    /// That the log needs.
    lost: u64,
    /// Were lost in the vault that was there, and are in this one.
    back: u64,
    /// Of drafts, sign-ins and uploads, at most so many.
    lost_beside: u64,
    /// Whether anything said which keys were destroyed since.
    known: bool,
    replaced: Option<PathBuf>,
}

pub fn run(store: &Path, out: &mut Output, restore: &Restore) -> Result<(), Failure> {
    let to = restore.to.as_deref().unwrap_or(store);
    match (&restore.folder, &restore.vault) {
        (Some(folder), _) if restore.check => check(out, folder),
        (Some(folder), _) => log(out, folder, to, restore.until.map(Position)),
        (None, Some(file)) => vault(out, file, to, restore),
        (None, None) => Err(Failure::usage("name a folder, or a file with --vault")),
    }
}

fn check(out: &mut Output, folder: &Path) -> Result<(), Failure> {
    let backup = Backup::open(folder)?;
    let progress = Told::new("positions");
    let checked = backup.check(&|done, of| progress.reach(done, of));
    progress.finish();
    tell_log(out, &checked.map_err(|error| unsound(error, folder))?)
}

fn log(out: &mut Output, folder: &Path, to: &Path, until: Option<Position>) -> Result<(), Failure> {
    let progress = Told::new("positions");
    let restored = kanzlei::restore(folder, to, until, &|done, of| progress.reach(done, of));
    progress.finish();
    let restored = restored.map_err(|error| match error {
        Error::Backup(error) => unsound(error, folder),
        other => other.into(),
    })?;
    tell_log(out, &restored)
}

/// Says of a damaged backup how far it is sound, and what can be done.
fn unsound(error: BackupError, folder: &Path) -> Failure {
    use BackupError::{Damaged, Disk, Gap, Newer};
    let is_damage = matches!(
        error,
        Damaged { .. } | Gap { .. } | Newer { .. } | Disk { .. }
    );
    let backup = Backup::open(folder).ok().filter(|_| is_damage);
    let Some(sound) = backup.and_then(|backup| backup.sound_until()) else {
        return error.into();
    };
    if sound.size == 0 {
        return Failure::store(format!(
            "{error}. No commit before that is sound. {DAMAGED}"
        ));
    }
    let (position, folder) = (sound.position, folder.display());
    Failure::store(format!(
        "{error}. The backup is sound up to position {position}: `restore {folder} --until {position}` restores so far, \
         and `repair --from {folder}` then takes what is sound behind it, and says first what is lost. {DAMAGED}"
    ))
}

fn tell_log(out: &mut Output, restored: &Restored) -> Result<(), Failure> {
    let log = Log {
        commits: restored.commits,
        position: restored.position,
        root: restored.root.to_string(),
        papers: Papers::new(
            restored.documents,
            restored.erased,
            &restored.missing,
            &restored.damaged,
            restored.destroyed,
        ),
        destroyed_again: restored.again,
        damaged_behind: restored.behind.clone(),
    };
    if out.json {
        out.value(&log)?;
    } else {
        say_log(out, &log)?;
    }
    if log.papers.damaged.is_empty() {
        return Ok(());
    }
    out.flush()?;
    let are = counted(log.papers.damaged.len() as u64);
    Err(Failure::wrong(format!("{are} damaged in the backup")))
}

fn say_log(out: &mut Output, log: &Log) -> Result<(), Failure> {
    out.line(format_args!(
        "{} up to position {}, root {}; {}",
        number_of(log.commits, "commit"),
        log.position,
        log.root,
        number_of(log.papers.documents, "document")
    ))?;
    log.papers.tell(out)?;
    if let Some(damage) = &log.damaged_behind {
        out.line(format_args!(
            "behind that, the backup isn't sound: {damage}"
        ))?;
    }
    if log.destroyed_again > 0 {
        let keys = number_of(log.destroyed_again, "key");
        let were = if log.destroyed_again == 1 {
            "was"
        } else {
            "were"
        };
        out.line(format_args!("{keys} of the vault {were} destroyed again"))?;
    }
    Ok(())
}

fn vault(out: &mut Output, file: &Path, to: &Path, how: &Restore) -> Result<(), Failure> {
    let progress = Told::new("positions");
    let told = |done, of| progress.reach(done, of);
    let restored = kanzlei::restore_vault(file, to, how.destroyed.as_deref(), how.yes, &told);
    progress.finish();
    let restored = restored.map_err(|error| match error {
        Error::Backup(BackupError::WouldUndo(undoes)) => {
            Failure::refused(format!("{undoes} {}", advice(&undoes)))
        }
        other => other.into(),
    })?;
    let vault = Vault {
        slots: restored.slots,
        destroyed_again: restored.again,
        kept: restored.kept,
        lost: restored.lost,
        back: restored.back,
        lost_beside: restored.beside,
        known: restored.known,
        replaced: restored.replaced,
    };
    if out.json {
        return out.value(&vault);
    }
    say_vault(out, &vault)
}

/// What to do about what it would undo.
fn advice(undoing: &Undoing) -> String {
    let each = [
        (&undoing.lost, LOST),
        (&undoing.again, AGAIN),
        (&undoing.unclear, UNCLEAR),
        (&undoing.others, OTHERS),
    ];
    let said = each.into_iter().filter(|(keys, _)| !keys.is_empty());
    let said = said.map(|(_, advice)| advice).chain([KEPT]);
    said.collect::<Vec<_>>().join(". ")
}

fn say_vault(out: &mut Output, vault: &Vault) -> Result<(), Failure> {
    out.line(format_args!(
        "{} keys; {} were destroyed again, and {} that the log needs are lost",
        vault.slots, vault.destroyed_again, vault.lost
    ))?;
    if vault.back > 0 {
        let back = vault.back;
        out.line(format_args!(
            "{back} that were lost in the vault that was there are back"
        ))?;
    }
    if vault.kept > 0 {
        let kept = vault.kept;
        out.line(format_args!(
            "{kept} that the backup hasn't got are those of the vault that was there"
        ))?;
    }
    if vault.lost_beside > 0 {
        let beside = vault.lost_beside;
        out.line(format_args!(
            "{beside} more may be lost of drafts, sign-ins and uploads: those begin anew"
        ))?;
    }
    if let Some(replaced) = &vault.replaced {
        let replaced = replaced.display();
        out.line(format_args!(
            "{replaced} is the vault that was there; destroy it once it isn't needed"
        ))?;
    }
    if !vault.known {
        out.line(
            "Nothing here knows which keys were destroyed since this backup was made: erase again what was \
             erased since then, or restore with --destroyed and a backup of the log",
        )?;
    }
    Ok(())
}
