//! What a harm to the log must spare: every commit but those of which a byte was hit, or what is needed to find them.
//!
//! Read from the files as docs/format.md has them, by no code of the store.
//!
//! ```text
//! header │ group header │ commit  commit  commit │ group header │ commit  …
//!   ▲           ▲            ▲       ▲
//!   │           │            │       └─ its length: it, and what comes behind it in its group
//!   │           │            └─ anything else of it: it alone
//!   │           └─ the group
//!   └─ all, since the log isn't opened; nor is one that lost its last group
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;

use kanzlei::Position;

use crate::harm::Harm;
use crate::{Outcome, ensure};

/// The header of a file, and a group's with what it begins with.
const HEADER: usize = 4_096;
const GROUP_HEADER: usize = 64;
const GROUP_MAGIC: &[u8] = b"KZLGROUP";
/// In a commit with its checksum: where its two lengths stand, and what they don't count.
const LENGTHS: Range<usize> = 24..32;
const COMMIT_HEAD: usize = 36;

/// A group in a file of the log.
struct Group {
    from: usize,
    first: u64,
    /// Where each commit ends.
    ends: Vec<usize>,
}

/// The groups in each file of the log.
pub(crate) struct Groups(BTreeMap<String, Vec<Group>>);

/// What a harm may take.
pub(crate) struct Loss {
    /// What can't be read any more; empty if it hit nothing.
    commits: Range<u64>,
    /// Whether the log may not be opened at all.
    refused: bool,
}

impl Groups {
    /// Those of the log in an installation's folder, which has these commits.
    pub(crate) fn of<'a>(
        folder: &Path,
        files: impl Iterator<Item = &'a str>,
        commits: impl Iterator<Item = &'a Position>,
    ) -> Outcome<Self> {
        let of_log = files.filter(|file| file.starts_with("log/segments/"));
        let read = of_log.map(|file| {
            let groups = groups(&fs::read(folder.join(file))?);
            Ok((file.to_owned(), groups.ok_or("a group isn't whole")?))
        });
        let groups: BTreeMap<_, _> = read.collect::<Outcome<_>>()?;
        let found = groups
            .values()
            .flatten()
            .flat_map(|group| group.first..group.behind());
        ensure(found.eq(commits.map(|position| position.0)), || {
            "the log's files aren't as they are described".into()
        })?;
        Ok(Self(groups))
    }

    /// What a harm of a file may take; `None` if it isn't one of the log's.
    pub(crate) fn loss(&self, file: &str, harm: Harm) -> Option<Loss> {
        let groups = self.0.get(file)?;
        let (at, rest) = match harm {
            Harm::Flip { at, .. } => (at as usize, false),
            Harm::Cut { at } => (at as usize, true),
        };
        let Some(group) = groups.iter().find(|group| at < group.end()) else {
            let refused = at < HEADER;
            return Some(Loss {
                commits: 0..0,
                refused,
            });
        };
        let behind = groups.last().map_or(0, Group::behind);
        let ends_log = self.0.values().flatten().all(|other| other.first < behind);
        let hit = group.hit(at);
        let commits = hit.start..if rest { behind } else { hit.end };
        // The witness knows of more.
        let refused = at < HEADER || (ends_log && (rest || group.behind() == behind));
        Some(Loss { commits, refused })
    }
}

impl Group {
    /// The position behind its last commit.
    fn behind(&self) -> u64 {
        self.first + self.ends.len() as u64
    }

    fn end(&self) -> usize {
        self.ends.last().copied().unwrap_or(self.from)
    }

    /// What of it can't be found any more without the byte at a place.
    fn hit(&self, at: usize) -> Range<u64> {
        let before = self.ends.iter().filter(|end| **end <= at).count();
        let begins = before.checked_sub(1).and_then(|last| self.ends.get(last));
        let begins = begins.copied().unwrap_or(self.from + GROUP_HEADER);
        let first = self.first + before as u64;
        let those_behind = at < begins || LENGTHS.contains(&(at - begins));
        first..if those_behind {
            self.behind()
        } else {
            first + 1
        }
    }
}

impl Loss {
    /// Makes sure that all else of these commits was read.
    pub(crate) fn is_all(
        &self,
        commits: &BTreeMap<Position, String>,
        read: &BTreeSet<Position>,
    ) -> Outcome {
        if self.refused && read.is_empty() {
            return Ok(());
        }
        let is_spared = |position: &&Position| !self.commits.contains(&position.0);
        let mut spared = commits.keys().filter(is_spared);
        match spared.find(|position| !read.contains(position)) {
            None => Ok(()),
            Some(position) => Err(format!(
                "the commit at position {position} can't be read, and of the log no more than {:?} was harmed",
                self.commits
            )
            .into()),
        }
    }
}

/// The groups in the bytes of a file.
fn groups(bytes: &[u8]) -> Option<Vec<Group>> {
    let (mut found, mut from) = (Vec::new(), HEADER);
    while bytes
        .get(from..)
        .is_some_and(|rest| rest.starts_with(GROUP_MAGIC))
    {
        let first = u64::from_le_bytes(at(bytes, from + 8)?);
        let count = u16::from_le_bytes(at(bytes, from + 16)?);
        let (mut end, mut ends) = (from + GROUP_HEADER, Vec::new());
        for _ in 0..count {
            let content = u32::from_le_bytes(at(bytes, end + LENGTHS.start)?);
            let sealed = u32::from_le_bytes(at(bytes, end + LENGTHS.start + 4)?);
            end += COMMIT_HEAD + content as usize + sealed as usize;
            ends.push(end);
        }
        found.push(Group { from, first, ends });
        from = end;
    }
    Some(found)
}

fn at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}
