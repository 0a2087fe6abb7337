//! The files of backups, from a disk that may be damaged or hostile.

use std::fs;
use std::path::Path;

use kanzlei_store::{Backup, BackupError, DestroyedSlots, Repair, SkippedDocuments, VaultBackup};

/// Where the header of a file of commits, and of a vault's backup, ends; a checksum of what stands
/// before are four bytes.
const COMMITS: usize = 256;
const VAULT: usize = 512;

/// A file is read whole, or it is said which isn't what was written.
pub fn check(input: &[u8]) {
    thread_local!(static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("a folder can be made"));
    FOLDER.with(|folder| {
        let folder = folder.path();
        commits(folder, input);
        vault(folder, input);
        destroyed(folder, input);
        skipped(folder, input);
        // A right checksum lets everything behind it be reached.
        commits(folder, &sealed(input, COMMITS));
        vault(folder, &sealed(input, VAULT));
        destroyed(folder, &sealed(input, input.len()));
        skipped(folder, &sealed(input, input.len()));
    });
}

fn sealed(input: &[u8], header: usize) -> Vec<u8> {
    let mut bytes = input.to_vec();
    if let Some((said, crc)) = bytes
        .get_mut(..header)
        .and_then(<[u8]>::split_last_chunk_mut::<4>)
    {
        *crc = crc32c::crc32c(said).to_le_bytes();
    }
    bytes
}

fn number(bytes: &[u8], at: usize) -> u64 {
    let number = bytes.get(at..).and_then(<[u8]>::first_chunk);
    number.map_or(0, |number| u64::from_le_bytes(*number))
}

fn commits(folder: &Path, bytes: &[u8]) {
    // Called as its header says, or it is refused for its name.
    let (first, last) = (number(bytes, 144), number(bytes, 104));
    let file = folder.join(format!("{first:020}-{last:020}.commits"));
    fs::write(&file, bytes).expect("it can be written");
    let read = Backup::open(folder).and_then(|backup| backup.check(&|_, _| {}));
    gleaned(folder, read.is_ok());
    fs::remove_file(&file).expect("it can be removed");
    match read {
        Ok(read) => assert!(read.commits > 0 && number(bytes, 152) == bytes.len() as u64),
        // What comes before the file's first commit is missing.
        Err(BackupError::Gap { after, .. }) => assert_eq!(after.0, 0),
        Err(error) => named(&error, &file, bytes),
    }
}

/// A repair takes what is sound of a backup and says what isn't; of a log of which nothing can be read it
/// doesn't know whether the backup is of it.
fn gleaned(backup: &Path, whole: bool) {
    let log = backup.join("log");
    let segments = log.join("segments");
    fs::create_dir_all(&segments).expect("a folder can be made");
    fs::write(segments.join("00000001.seg"), [7; 64]).expect("it can be written");
    fs::write(log.join("witness"), [7; 576]).expect("it can be written");
    match Repair::look(&log, Some(backup), &|_, _| {}) {
        Ok(repair) => {
            let found = repair.found();
            assert!(!whole && found.filled == 0 && !found.backup_damage.is_empty());
        }
        Err(BackupError::AnotherLog { .. } | BackupError::NothingLeft { .. }) => {}
        Err(error) => assert!(!whole, "{error}"),
    }
    fs::remove_dir_all(log).expect("it can be removed");
}

fn vault(folder: &Path, bytes: &[u8]) {
    let file = folder.join("vault");
    fs::write(&file, bytes).expect("it can be written");
    match VaultBackup::open(&file) {
        Ok(read) => {
            assert_eq!(bytes.len() as u64, 1_024 + read.slots() * 64);
            // A slot that is lost isn't destroyed, too.
            let destroyed = read.destroyed().slots().len() as u64;
            assert!(destroyed + read.lost().count <= read.slots());
        }
        Err(error) => named(&error, &file, bytes),
    }
}

fn destroyed(folder: &Path, bytes: &[u8]) {
    let file = folder.join("destroyed");
    fs::write(&file, bytes).expect("it can be written");
    let read = DestroyedSlots::read(folder);
    fs::remove_file(&file).expect("it can be removed");
    match read {
        Ok(Some(read)) => assert_eq!(bytes.len(), 68 + 8 * read.slots().len()),
        Ok(None) => panic!("it is there"),
        Err(error) => named(&error, &file, bytes),
    }
}

fn skipped(folder: &Path, bytes: &[u8]) {
    let file = folder.join("skipped");
    fs::write(&file, bytes).expect("it can be written");
    let read = SkippedDocuments::read(folder);
    fs::remove_file(&file).expect("it can be removed");
    // What isn't what was written is made anew.
    if let Some(read) = read {
        assert_eq!(bytes.len(), 76 + 40 * read.documents().len());
    }
}

fn named(error: &BackupError, file: &Path, bytes: &[u8]) {
    match error {
        BackupError::Damaged { path, at, .. } => {
            assert!(path == file && *at <= bytes.len() as u64, "{error}");
        }
        BackupError::Newer { path, found, known } => assert!(path == file && found > known),
        other => panic!("{other}"),
    }
}
