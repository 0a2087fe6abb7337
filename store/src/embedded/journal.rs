//! fjall's journals, looked through before fjall does.
//!
//! fjall takes the first thing that it can't read for the end, and cuts off what follows: after a
//! flipped bit that may be any number of acknowledged commits. Other damage it refuses, or panics;
//! and so it does where a power loss has torn the batch that was under way, of which nobody was
//! ever told. Here the two are told apart: what was torn is the last thing in the last journal,
//! and is cut off; where something sound follows it is damage, and nothing is touched.
//!
//! ```text
//! batch   u8 1 | u32 items | u64 number
//!         each item   u8 2 | u8 | u8 | u64 keyspace | u16 key | u32 | u32 value | key | value
//!         u8 3 | u64 xxh3 of the items | "FJL", 3
//! journal  batches | zeros
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use super::damage::Damage;
use crate::disk::{Disk, entries};

const START: u8 = 1;
const ITEM: u8 = 2;
const END: u8 = 3;
/// What stands at the end of a batch.
const TRAILER: &[u8] = b"FJL\x03";
/// The bytes of a start, and of an item before its key.
const START_LENGTH: usize = 1 + 4 + 8;
const ITEM_LENGTH: usize = 1 + 1 + 1 + 8 + 2 + 4 + 4;
/// No batch has such a number, or a higher one.
const NUMBERS_END: u64 = 1 << 62;
/// Bytes that are read at once.
const PIECE: usize = 64 * 1024;
/// So many zeros are the end: journals are made long, and looking through all of it takes longer than
/// opening the rest. Only damage could hide something behind, and the witness would miss it.
const ZEROS_MAX: usize = 4 * 1024 * 1024;
static ZEROS: [u8; PIECE] = [0; PIECE];

/// Looks through the journals of a database, and cuts off what a power loss has torn. What was cut
/// is kept beside it: whether it was more than that, the witness knows.
pub(super) fn look_through(database: &Path) -> io::Result<Option<Damage>> {
    let journals = journals(database)?;
    let mut last = Numbers::new();
    for (number, journal) in journals.iter().enumerate() {
        let bytes = content(journal)?;
        let at = sound_until(&bytes, &mut last);
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.is_empty() {
            continue;
        }
        if number + 1 < journals.len() || holds_something_sound(rest) {
            let (file, at) = (journal.clone(), Some(at));
            return Ok(Some(Damage { file, at }));
        }
        cut_off(journal, at, rest)?;
    }
    Ok(None)
}

/// A database's journals, in the order in which they were written.
pub(super) fn journals(database: &Path) -> io::Result<Vec<PathBuf>> {
    let number = |path: &PathBuf| {
        let name = path.file_name()?.to_str()?;
        name.strip_suffix(".jnl")?.parse::<u64>().ok()
    };
    let all = entries(database)?.into_iter();
    let mut numbered: Vec<_> = all
        .filter_map(|path| Some((number(&path)?, path)))
        .collect();
    numbered.sort();
    Ok(numbered.into_iter().map(|(_, path)| path).collect())
}

/// What was written to a file that was made longer than that, without the zeros at its end.
fn content(path: &Path) -> io::Result<Vec<u8>> {
    let (mut file, mut piece) = (File::open(path)?, vec![0; PIECE]);
    let (mut bytes, mut read) = (Vec::new(), 0);
    loop {
        let count = file.read(&mut piece)?;
        if count == 0 || read - bytes.len() > ZEROS_MAX {
            return Ok(bytes);
        }
        let piece = piece.get(..count).unwrap_or_default();
        // Most is zeros, and the comparison much faster than looking for the last that isn't.
        if Some(piece) != ZEROS.get(..count)
            && let Some(last) = piece.iter().rposition(|byte| *byte != 0)
        {
            bytes.resize(read, 0);
            bytes.extend_from_slice(piece.get(..=last).unwrap_or_default());
        }
        read += count;
    }
}

/// The number of each keyspace's last batch.
type Numbers = BTreeMap<u64, u64>;

/// Where the row of sound batches from the beginning ends.
fn sound_until(journal: &[u8], last: &mut Numbers) -> usize {
    let mut end = 0;
    while let Some(next) = journal.get(end..).and_then(batch) {
        if !next.follows(last) {
            break;
        }
        end += next.length;
    }
    end
}

fn holds_something_sound(bytes: &[u8]) -> bool {
    let starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == START);
    let mut batches = starts.filter_map(|(at, _)| bytes.get(at..));
    batches.any(|rest| batch(rest).is_some())
}

/// A batch that is what was written, but for its number, which no checksum covers.
struct Batch {
    length: usize,
    number: u64,
    keyspaces: BTreeSet<u64>,
}

impl Batch {
    /// Whether its number can be the next one; fjall passes over a batch whose number is too low, has what is read
    /// hidden by one whose number is too high, and ends the program at one that is enormous.
    fn follows(&self, last: &mut Numbers) -> bool {
        let number = self.number;
        let mut before = self.keyspaces.iter().filter_map(|of| last.get(of));
        if number >= NUMBERS_END || before.any(|before| *before >= number) {
            return false;
        }
        last.extend(self.keyspaces.iter().map(|of| (*of, number)));
        true
    }
}

/// The batch that these bytes begin with.
fn batch(bytes: &[u8]) -> Option<Batch> {
    let (&start, _) = bytes.split_first()?;
    let number = u64::from_le_bytes(*bytes.get(5..)?.first_chunk()?);
    let items = bytes.get(START_LENGTH..)?;
    let (mut at, mut keyspaces) = (0, BTreeSet::new());
    while *items.get(at)? == ITEM {
        let keyspace = items.get(at + 3..)?.first_chunk()?;
        keyspaces.insert(u64::from_le_bytes(*keyspace));
        let key = items.get(at + 11..)?.first_chunk()?;
        let value = items.get(at + 17..)?.first_chunk()?;
        let value = usize::try_from(u32::from_le_bytes(*value)).ok()?;
        at = at.checked_add(ITEM_LENGTH + usize::from(u16::from_le_bytes(*key)) + value)?;
    }
    let (items, end) = items.split_at_checked(at)?;
    let (&tag, end) = end.split_first()?;
    let (checksum, end) = end.split_first_chunk()?;
    let sound = start == START
        && tag == END
        && end.starts_with(TRAILER)
        && u64::from_le_bytes(*checksum) == xxh3_64(items);
    sound.then_some(Batch {
        length: START_LENGTH + at + 1 + 8 + TRAILER.len(),
        number,
        keyspaces,
    })
}

fn cut_off(journal: &Path, at: usize, rest: &[u8]) -> io::Result<()> {
    let kept = journal.with_added_extension(format!("torn-at-{at}"));
    Disk::sound().keep(&kept, rest)?;
    let file = File::options().write(true).open(journal)?;
    file.set_len(at as u64)?;
    file.sync_all()
}
