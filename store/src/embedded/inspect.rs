//! A database, looked through before fjall opens it: fjall trusts what it reads too much, and cuts
//! off, throws away or aborts where something else should be done.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_128;

use super::birth::{KEYSPACES, TABLES};
use super::damage::Damage;
use super::journal;
use crate::disk::entries;

/// What says which version of a keyspace counts: `u64 version | u128 xxh3 of its file | u8 0`.
const CURRENT: &str = "current";
const CURRENT_LENGTH: usize = 8 + 16 + 1;

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
