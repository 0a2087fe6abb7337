//! Reading the commits of a backup's files, and passing over those that aren't what was written.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use kanzlei_core::Position;
use kanzlei_core::record::{Record, Stamp};

use super::error::BackupError;
use super::header::HEADER;
use super::part::Part;
use super::read::{self, COMMIT_MAX, ENTRY};
use super::tree::Tree;
use super::write::checksum;
use crate::embedded::LogDamage;

/// Bytes that are read at once.
const PIECE: usize = 1024 * 1024;
const _: () = assert!(PIECE as u64 > ENTRY + COMMIT_MAX as u64, "a commit fits");
/// What a disk that doesn't give all bytes gives as a whole, or not.
const BLOCK: u64 = 4_096;

/// The sound commits of a backup, and what of it isn't sound as far as it was read.
pub(crate) struct SoundCommits {
    parts: VecDeque<Part>,
    open: Option<Open>,
    /// The tree up to the part that comes next, if it is known.
    tree: Option<Tree>,
    damage: Vec<LogDamage>,
}

/// A part that is being read.
struct Open {
    part: Part,
    entries: Entries,
    /// The tree as it grows, as long as nothing of it is missing.
    tree: Option<Tree>,
    /// Where something begins that isn't what was written, and that is passed over.
    unsound: Option<u64>,
}

impl SoundCommits {
    pub(super) const fn new(parts: VecDeque<Part>, damage: Vec<LogDamage>) -> Self {
        Self {
            parts,
            open: None,
            tree: None,
            damage,
        }
    }

    /// What isn't what was written, in the order of the files.
    pub(crate) fn into_damage(mut self) -> Vec<LogDamage> {
        let place = |one: &LogDamage| (one.file.clone(), one.at);
        self.damage.sort_by_key(place);
        self.damage
    }

    fn begin(&mut self, part: Part) -> Result<Open, BackupError> {
        let before = part.header.before;
        let tree = self.tree.take();
        let tree = match before.size {
            0 => Some(Tree::default()),
            _ => tree.filter(|tree| tree.head() == before),
        };
        let end = part.length.min(read::commits_end(&part.header));
        let entries = Entries::open(&part.path, end, before.position);
        Ok(Open {
            entries: entries.map_err(|error| BackupError::disk(&part.path, error))?,
            part,
            tree,
            unsound: None,
        })
    }

    /// Compares what was read of a part with what it says of itself.
    fn end(&mut self, open: Open) -> Result<(), BackupError> {
        let Open {
            part,
            tree,
            unsound,
            ..
        } = open;
        let header = &part.header;
        let end = read::end(&part);
        // That it is cut off was said.
        if part.length >= header.length {
            let at = read::commits_end(header);
            if tree
                .as_ref()
                .is_some_and(|tree| tree.head() != header.after)
            {
                let why = "its commits lead to another root than it says";
                return Err(BackupError::damaged(&part.path, at, why));
            }
            self.damaged(&part, unsound);
            self.damaged(&part, end.is_err().then_some(at));
            self.tree = end.ok().or(tree);
        }
        Ok(())
    }

    fn damaged(&mut self, part: &Part, at: Option<u64>) {
        let damage = at.map(|at| LogDamage {
            file: part.path.clone(),
            at: Some(at),
        });
        self.damage.extend(damage);
    }
}

impl Iterator for SoundCommits {
    type Item = Result<(Stamp, Record), BackupError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut open = match self.open.take() {
                Some(open) => open,
                None => match self.parts.pop_front().map(|part| self.begin(part))? {
                    Ok(open) => open,
                    Err(error) => return Some(Err(error)),
                },
            };
            if let Some(commit) = open.next() {
                let unsound = open.unsound.take();
                self.damaged(&open.part, unsound);
                self.open = Some(open);
                return Some(commit);
            }
            if let Err(error) = self.end(open) {
                return Some(Err(error));
            }
        }
    }
}

impl Open {
    fn next(&mut self) -> Option<Result<(Stamp, Record), BackupError>> {
        while !self.entries.is_over() {
            let Some((stamp, record)) = self.entries.next() else {
                self.unsound.get_or_insert(self.entries.at);
                self.tree = None;
                self.entries.pass();
                continue;
            };
            if let Some(tree) = &mut self.tree {
                let begins = tree.frontier.size() == 0;
                let leaf = tree.push(stamp, record.content_hash());
                if begins && leaf != self.part.header.log {
                    let why = "its first commit isn't the one of the log that it names";
                    return Some(Err(BackupError::damaged(&self.part.path, 16, why)));
                }
            }
            return Some(Ok((stamp, record)));
        }
        None
    }
}

/// The entries in a file of commits.
pub(super) struct Entries {
    file: File,
    /// Some bytes of it, and where they stand.
    window: Vec<u8>,
    from: u64,
    /// Where the next entry begins.
    pub(super) at: u64,
    end: u64,
    /// The position of the last commit.
    last: Position,
}

impl Entries {
    /// Those of this file up to a byte, with commits behind a position.
    pub(super) fn open(path: &Path, end: u64, last: Position) -> io::Result<Self> {
        let at = HEADER as u64;
        Ok(Self {
            file: File::open(path)?,
            window: Vec::new(),
            from: at,
            at,
            end,
            last,
        })
    }

    fn is_over(&self) -> bool {
        self.at >= self.end
    }

    /// The commit that stands here, and goes behind it; none, if there is something else.
    pub(super) fn next(&mut self) -> Option<(Stamp, Record)> {
        let (here, left) = (self.at, self.end.saturating_sub(self.at + ENTRY));
        let length = *self.bytes(here, ENTRY)?.first_chunk()?;
        let count = u64::from(u32::from_le_bytes(length));
        if count > COMMIT_MAX as u64 || count > left {
            return None;
        }
        // From its beginning on, so that what comes next is at hand if this is none.
        let (_, rest) = self.bytes(here, ENTRY + count)?.split_first_chunk::<4>()?;
        let (crc, bytes) = rest.split_first_chunk()?;
        if checksum(here, &[&length, bytes]) != u32::from_le_bytes(*crc) {
            return None;
        }
        let (stamp, record) = Stamp::split(bytes)?;
        let record = Record::from_bytes(record.into()).ok()?;
        if stamp.position <= self.last {
            return None;
        }
        (self.at, self.last) = (here + ENTRY + count, stamp.position);
        Some((stamp, record))
    }

    /// Goes on behind what isn't an entry.
    fn pass(&mut self) {
        let given = self.bytes(self.at, 1).is_some();
        self.at = if given {
            self.at + 1
        } else {
            (self.at / BLOCK + 1) * BLOCK
        };
    }

    /// So many bytes from a place on, if the disk gives them.
    fn bytes(&mut self, at: u64, count: u64) -> Option<&[u8]> {
        let count = usize::try_from(count).ok()?;
        let within = |from: u64| usize::try_from(at.checked_sub(from)?).ok();
        let is_there = within(self.from).is_some_and(|at| at + count <= self.window.len());
        if !is_there {
            (self.from, self.window) = (at, Vec::new());
            self.file.seek(SeekFrom::Start(at)).ok()?;
            let mut piece = (&self.file).take(PIECE as u64);
            // What was read until it fails is there.
            let _ = piece.read_to_end(&mut self.window);
        }
        self.window.get(within(self.from)?..)?.get(..count)
    }
}
