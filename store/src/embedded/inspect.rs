//! A database, looked through before fjall opens it: fjall trusts what it reads too much, and cuts
//! off, throws away or aborts where something else should be done.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use fjall::LsmError;
use xxhash_rust::xxh3::xxh3_128;

use super::birth::{KEYSPACES, TABLES, entries};
use super::journal;

/// What says which version of a keyspace counts: `u64 version | u128 xxh3 of its file | u8 0`.
const CURRENT: &str = "current";
const CURRENT_LENGTH: usize = 8 + 16 + 1;

/// A file that isn't what was written.
pub(super) struct Damage {
    pub(super) file: PathBuf,
    /// From which byte on, if that is known.
    pub(super) at: Option<usize>,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is damaged", self.file.display())?;
        self.at.map_or(Ok(()), |at| write!(f, " at byte {at}"))
    }
}

/// Whether what is on the disk isn't what was written. The disk's own errors, and what a newer release
/// wrote, are no damage: nothing is thrown away for them.
pub(super) fn is_damage(error: &fjall::Error) -> bool {
    // A table that is too short is read before its beginning.
    use io::ErrorKind::{InvalidData, InvalidInput, NotFound, UnexpectedEof};
    match error {
        fjall::Error::Io(io) | fjall::Error::Storage(LsmError::Io(io)) => {
            matches!(
                io.kind(),
                InvalidData | InvalidInput | NotFound | UnexpectedEof
            )
        }
        fjall::Error::Locked | fjall::Error::InvalidVersion(Some(_)) => false,
        _ => true,
    }
}

/// The first damage that is found in what fjall doesn't check by itself.
pub(super) fn inspect(database: &Path) -> io::Result<Option<Damage>> {
    for keyspace in entries(&database.join(KEYSPACES))? {
        if let Some(file) = wrong_version(&keyspace)? {
            return Ok(Some(Damage { file, at: None }));
        }
    }
    journal::look_through(database)
}

/// fjall doesn't compare a keyspace's version with its checksum, and believes what it reads: it asks
/// for as many gigabytes as a flipped bit says. Without `current` it deletes the keyspace.
fn wrong_version(keyspace: &Path) -> io::Result<Option<PathBuf>> {
    let current = keyspace.join(CURRENT);
    let bytes = match fs::read(&current) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let never_whole = entries(&keyspace.join(TABLES))?.is_empty();
            return Ok((!never_whole).then_some(current));
        }
        bytes => bytes?,
    };
    let said = <[u8; CURRENT_LENGTH]>::try_from(bytes).ok();
    let Some((version, checksum)) = said.as_ref().and_then(|said| said.split_first_chunk()) else {
        return Ok(Some(current));
    };
    let file = keyspace.join(format!("v{}", u64::from_le_bytes(*version)));
    let bytes = match fs::read(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(current)),
        bytes => bytes?,
    };
    let is = [&xxh3_128(&bytes).to_le_bytes()[..], &[0]].concat();
    Ok((is != checksum).then_some(file))
}
