//! Layout 2: segment files are the log, and beside them is an index that can be made anew.
//!
//! Nothing outside knows a file: what is above asks for commits by position, command and case.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use kanzlei_core::ports::StoreError;
use kanzlei_core::record::Frontier;

use super::appender::Appender;
use super::compact::{Compacted, bytes_in};
use super::group::Group;
use super::index::tail::Tail;
use super::index::{Index, tree_row};
use super::keeper::Keeper;
use super::lent::Lent;
use super::open::{self, Opened};
use super::options::Options;
use super::places::Places;
use super::read;
use super::segments::{Segments, spare};
use super::why::failed_at;
use super::witness::Testimony;
use crate::disk::{make_folder, sync_folder};

/// Where the segments are in the store's directory.
pub(super) const SEGMENTS: &str = "segments";
/// Where the index is.
pub(super) const INDEX: &str = "index";

/// The files of an event store.
pub(super) struct Layout {
    pub(super) places: Places,
    index_folder: PathBuf,
    appender: Mutex<Appender>,
}

impl Layout {
    /// Opens or makes the files in this directory, and finds and checks the end of the log.
    pub(super) fn open(
        directory: &Path,
        options: &Options,
        testimony: Testimony,
    ) -> Result<(Self, Opened), StoreError> {
        let io = failed_at(directory);
        let folder = directory.join(SEGMENTS);
        // A segment that is ready may have got its name from a process that was killed before it was durable.
        make_folder(&folder)
            .and_then(|()| spare::clear(&folder))
            .and_then(|()| sync_folder(&folder))
            .map_err(io)?;
        let segments = Arc::new(Segments::open(&folder)?);
        let index_folder = directory.join(INDEX);
        let (mut index, known) = indexed(&index_folder, &segments, options.cache_bytes)?;
        let mut found = match open::found(&segments, &index, known, testimony, options) {
            // Of the log's damage it would say which, and go on.
            Err(StoreError::Damaged { .. }) => {
                drop(index);
                index = Index::anew(&index_folder, options.cache_bytes)?;
                open::found(&segments, &index, 0, testimony, options)?
            }
            found => found?,
        };
        let tail = Arc::new(Tail::of(std::mem::take(&mut found.tails)));
        let index = Arc::new(index);
        let (of_segments, of_index) = (Arc::clone(&segments), Arc::clone(&index));
        let keeper = Keeper::start(folder, of_segments, of_index, Arc::clone(&tail)).map_err(io)?;
        if let Some(full) = tail.full().last()
            && found.opened.damage.is_none()
        {
            keeper.settle(full.number).map_err(io)?;
        }
        let unsynced = found.opened.unseen.is_some();
        let (of_segments, of_tail) = (Arc::clone(&segments), Arc::clone(&tail));
        let appender = Appender::at(of_segments, of_tail, keeper, found.at, unsynced);
        let layout = Self {
            places: Places {
                segments,
                index,
                tail,
                lent: Lent::default(),
            },
            index_folder,
            appender: Mutex::new(appender.map_err(io)?),
        };
        let mut opened = found.opened;
        if opened.damage.is_none() && opened.recorded.is_none() {
            let end = opened.head.position;
            match read::at(&layout.places, end, end) {
                Ok(last) => {
                    let last = last.as_ref().and_then(|page| page.commits().next());
                    opened.recorded = last.map(|commit| commit.stamp.recorded);
                }
                Err(damage @ StoreError::Damaged { .. }) => {
                    opened.tree = Frontier::default();
                    opened.damage = Some(damage);
                }
                Err(error) => return Err(error),
            }
        }
        Ok((layout, opened))
    }

    /// Writes a group, durably if `sync`, and lets readers find it.
    pub(super) fn write(&self, group: &Group<'_>, sync: bool) -> Result<(), StoreError> {
        let written = self.appender().append(group, sync);
        written.map_err(self.places.segments.failed())
    }

    /// Writes again what stands in the last segment from a byte on, and syncs it.
    pub(super) fn sync_again(&self, from: u64) -> Result<(), StoreError> {
        let synced = self.appender().sync_again(from);
        synced.map_err(self.places.segments.failed())
    }

    /// Syncs all that was written.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        let synced = self.appender().sync();
        synced.map_err(self.places.segments.failed())
    }

    /// The bytes that the segment which is being filled has left.
    pub(super) fn left(&self) -> u64 {
        self.appender().left()
    }

    fn appender(&self) -> std::sync::MutexGuard<'_, Appender> {
        self.appender.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Merges the index's tables whole.
    pub(super) fn compact(&self, told: &dyn Fn(u64, u64)) -> Result<Compacted, StoreError> {
        let folder = &self.index_folder;
        let bytes = || bytes_in(folder).map_err(failed_at(folder));
        let before = bytes()?;
        self.places.index.compact(told)?;
        Ok(Compacted::of(INDEX, before, bytes()?))
    }
}

/// The index, if it is this log's, and how many segments it knows; an empty one if not.
fn indexed(
    folder: &Path,
    segments: &Segments,
    cache_bytes: u64,
) -> Result<(Index, u32), StoreError> {
    let index = Index::open(folder, cache_bytes)?;
    match index.known() {
        Ok((0, _)) => return Ok((index, 0)),
        Ok((known, tree)) if known < segments.last() => {
            if tree_row(&segments.tree_before(known + 1)?) == tree {
                return Ok((index, known));
            }
        }
        Ok(_) | Err(StoreError::Damaged { .. }) => {}
        Err(error) => return Err(error),
    }
    drop(index);
    Ok((Index::anew(folder, cache_bytes)?, 0))
}

#[cfg(all(test, feature = "conformance"))]
mod tests {
    use std::sync::Arc;

    use kanzlei_core::record::Stamp;
    use kanzlei_core::{Position, Version};

    use super::super::group::Staged;
    use super::super::options::SyncPolicy;
    use super::*;
    use crate::SystemClock;
    use crate::conformance::commits::{BEGINNING, Commits, tails};

    fn layout(directory: &tempfile::TempDir) -> Layout {
        let options = Options::new(SyncPolicy::EachGroup, Arc::new(SystemClock));
        let opened = Layout::open(directory.path(), &options, Testimony::None);
        opened.unwrap().0
    }

    fn staged(commit: kanzlei_core::ports::Prepared, position: u64) -> Staged {
        let stamp = Stamp {
            position: Position(position),
            recorded: BEGINNING,
        };
        let record = commit.record;
        Staged { stamp, record }
    }

    fn write(layout: &Layout, commits: &[Staged]) {
        let group = Group::behind(&mut Frontier::default(), commits);
        layout.write(&group, true).unwrap();
    }

    #[test]
    fn groups_that_overlap_give_each_commit_once_and_whole() {
        let directory = tempfile::tempdir().unwrap();
        let layout = layout(&directory);
        let mut commits = Commits::seeded(1);
        // Longer than what is read at once, and no longer than a segment.
        let all: Vec<Staged> = (1..=5)
            .map(|position| {
                let case = commits.case();
                staged(commits.commit(&[case], 130_000), position)
            })
            .collect();
        write(&layout, all.get(..3).unwrap());
        write(&layout, all.get(1..).unwrap());
        let page = read::log(&layout.places, Position::START, usize::MAX, Position(5)).unwrap();
        let found = page.commits().map(|one| (one.stamp, one.record.as_bytes()));
        let expected = all.iter().map(|one| (one.stamp, &**one.record.bytes()));
        assert!(found.eq(expected));
    }

    #[test]
    fn a_case_whose_first_commits_are_missing_is_damaged() {
        let directory = tempfile::tempdir().unwrap();
        let layout = layout(&directory);
        let mut commits = Commits::seeded(2);
        let begun = commits.case();
        let missing = commits.commit(&[begun], 10);
        let tail = tails(&missing);
        let tail = *tail.first().unwrap();
        write(&layout, &[staged(commits.commit(&[tail], 10), 1)]);
        let read = |after| read::case(&layout.places, begun.case, after, usize::MAX, Position(1));
        let error = read(Version::NONE).unwrap_err();
        assert!(
            matches!(&error, StoreError::Damaged { why, .. } if why.contains("version 1 ")),
            "{error}"
        );
        assert_eq!(read(tail.version).unwrap().len(), 1);
    }
}
