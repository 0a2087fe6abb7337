//! Reading a log that another process has open: up to where its witness says that it is synced, and nothing is
//! written.
//!
//! Whatever the witness has seen was written before it, and never changes; so it can be read without the store's
//! lock, and without an index, group after group. What comes behind may be half written, unless nobody has it open.

use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use kanzlei_core::Position;
use kanzlei_core::ports::{StoreError, TreeHead};
use kanzlei_core::record::{Frontier, Page, PageMemory};

use super::layout::SEGMENTS;
use super::segments::bytes::{CHECK, checked_length};
use super::segments::scan::{self, After};
use super::segments::{Place, Segments, next};
use super::why::failed_at;
use super::witness::{self, Testimony};

/// How often the witness is read, at most, if it is being written just then.
const TRIES: usize = 16;

/// The log of an embedded store that may be open in another process, as it was at one moment.
pub struct LogElsewhere {
    segments: Segments,
    head: TreeHead,
    /// Up to where was read, and where it goes on.
    cursor: Mutex<(Position, Place)>,
}

impl LogElsewhere {
    /// The log of the store in this directory, up to where it is synced now.
    ///
    /// # Errors
    /// If there is none that says how far it is synced, a newer release wrote it, or it can't be read.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self, StoreError> {
        let directory = directory.as_ref();
        let mut testimony = Testimony::Damaged;
        for _ in 0..TRIES {
            testimony = witness::read(directory).map_err(failed_at(directory))?;
            if testimony != Testimony::Damaged {
                break;
            }
        }
        let mut head = match testimony {
            Testimony::Head(head) => head,
            Testimony::None | Testimony::Damaged => {
                let place = directory.display();
                let why = format!("nothing in {place} says how far its log is synced");
                return Err(StoreError::Unavailable(why));
            }
        };
        if head.size == 0 {
            head.root = Frontier::default().root();
        }
        // After the witness was read, so that all that it has seen is there.
        let segments = Segments::unopened(&directory.join(SEGMENTS)).begun()?;
        Ok(Self {
            cursor: Mutex::new((Position::START, Place::first(1))),
            segments,
            head,
        })
    }

    /// The same of a store that its caller holds open and that doesn't append, since it is damaged: up to where what its
    /// last process wrote follows without damage, although it died before the witness had seen that.
    ///
    /// # Errors
    /// As [`open`](Self::open) has them.
    pub fn left(directory: impl AsRef<Path>) -> Result<Self, StoreError> {
        let mut log = Self::open(directory)?;
        // What can't be read or synced doesn't count.
        if let Ok(Some(head)) = log.beyond() {
            log.head = head;
        }
        Ok(log)
    }

    /// Where the groups end that follow what the witness has seen, if there are any; they are synced then.
    fn beyond(&self) -> Result<Option<TreeHead>, StoreError> {
        let end = Position(u64::MAX);
        let mut gathered = Gathered::after(self.head.position, end, usize::MAX);
        for number in self.segments.of(next(self.head.position))..=self.segments.of(end) {
            self.gather(&mut gathered, Place::first(number))?;
            let synced = self.segments.file(number).and_then(|file| file.sync_data());
            synced.map_err(self.segments.failed())?;
            gathered.memory = PageMemory::default();
        }
        Ok(gathered.head)
    }

    /// Where it ends, and its tree there.
    pub const fn head(&self) -> TreeHead {
        self.head
    }

    /// Commits after a position, about so many bytes.
    pub(crate) fn page(&self, after: Position, limit: usize) -> Result<Page, StoreError> {
        let mut cursor = self.cursor.lock().unwrap_or_else(PoisonError::into_inner);
        let holds = self.segments.of(next(after));
        let mut place = match *cursor {
            (through, place) if through == after => place,
            _ => Place::first(holds),
        };
        let mut gathered = Gathered::after(after, self.head.position, limit);
        loop {
            let at = self.gather(&mut gathered, place)?;
            place = Place::at(place.segment, at);
            if gathered.through > after || after >= self.head.position {
                *cursor = (gathered.through, place);
                let more = gathered.through < self.head.position;
                let page = Page::of(gathered.memory);
                return Ok(page.ending(gathered.through, more));
            }
            if place.segment >= holds {
                return Err(StoreError::Damaged {
                    position: next(after),
                    why: format!(
                        "{} is damaged at byte {at}",
                        self.segments.path(place.segment).display()
                    ),
                });
            }
            place = Place::first(place.segment + 1);
        }
    }

    /// Gathers from a place on; gives where it goes on.
    ///
    /// Looks behind damage, too, since it may be in what isn't wanted; where it isn't, nothing follows there.
    fn gather(&self, gathered: &mut Gathered, place: Place) -> Result<u64, StoreError> {
        let failed = self.segments.failed();
        let file = self.segments.file(place.segment).map_err(failed)?;
        let mut at = u64::from(place.at);
        let mut from = at;
        loop {
            let done = scan::groups(&file, from, true, |group| {
                if !gathered.follows(&group) {
                    return Err(Stop::Enough);
                }
                gathered.add(&group);
                at = group.at + group.header.size() as u64;
                if gathered.is_full() {
                    return Err(Stop::Enough);
                }
                Ok(())
            });
            match done {
                Ok((_, After::Damaged(Some(sound)))) => from = sound,
                Ok(_) | Err(Stop::Enough) => return Ok(at),
                Err(Stop::Disk(error)) => return Err(failed(error)),
            }
        }
    }
}

/// Why groups aren't gone through to their end.
enum Stop {
    /// Nothing more is wanted.
    Enough,
    /// The disk failed.
    Disk(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

/// A page that is being filled.
struct Gathered {
    memory: PageMemory,
    /// Up to which position, and the tree there as its last group says.
    through: Position,
    head: Option<TreeHead>,
    /// Where the log ends.
    end: Position,
    limit: usize,
}

impl Gathered {
    fn after(through: Position, end: Position, limit: usize) -> Self {
        Self {
            memory: PageMemory::default(),
            through,
            head: None,
            end,
            limit,
        }
    }

    /// Whether a group is of the log, and nothing is missing before it.
    fn follows(&self, group: &scan::Group<'_>) -> bool {
        group.header.last() <= self.end && group.header.first <= next(self.through)
    }

    fn is_full(&self) -> bool {
        self.memory.bytes.len() >= self.limit || self.through >= self.end
    }

    /// Adds what is new in a group.
    fn add(&mut self, group: &scan::Group<'_>) {
        if group.header.last() <= self.through {
            return;
        }
        let PageMemory { bytes, commits } = &mut self.memory;
        let mut at = bytes.len();
        bytes.extend_from_slice(group.commits);
        let mut position = group.header.first;
        while let Some(length) = bytes.get(at..).and_then(checked_length) {
            if position > self.through {
                commits.push(at + CHECK..at + length);
            }
            (at, position) = (at + length, next(position));
        }
        self.through = group.header.last();
        self.head = Some(group.header.head());
    }
}

impl std::fmt::Debug for LogElsewhere {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogElsewhere")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "conformance"))]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use futures::executor::block_on;
    use futures::future::join_all;
    use kanzlei_core::ports::EventStore;

    use super::*;
    use crate::conformance::commits::Commits;
    use crate::{FjallEventStore, Options, SyncPolicy, SystemClock};

    fn positions(page: &Page) -> Vec<u64> {
        let stamps = page.commits().map(|commit| commit.stamp.position.0);
        stamps.collect()
    }

    #[test]
    fn a_page_begins_after_any_position_and_ends_where_the_log_is_synced() {
        let directory = tempfile::tempdir().unwrap();
        let mut commits = Commits::seeded(1);
        let mut append = |sync, count: usize| {
            let options = Options::new(sync, Arc::new(SystemClock));
            let store = FjallEventStore::open(directory.path(), options).unwrap();
            let made: Vec<_> = (0..count)
                .map(|_| {
                    let case = commits.case();
                    commits.commit(&[case], 10)
                })
                .collect();
            for done in block_on(join_all(made.iter().map(|commit| store.append(commit)))) {
                done.unwrap();
            }
            store
        };
        append(SyncPolicy::EachGroup, 4).close().unwrap();
        append(SyncPolicy::EachGroup, 2).close().unwrap();
        let every = Duration::from_hours(24);
        let _unsynced = append(SyncPolicy::Buffered { every }, 3);
        let log = LogElsewhere::open(directory.path()).unwrap();
        assert_eq!(log.head().position, Position(6));
        // Backwards too, so that where the last page ended doesn't matter.
        for after in [0, 3, 6, 5, 4, 2, 1, 0] {
            let page = log.page(Position(after), 1 << 20).unwrap();
            assert_eq!(positions(&page), (after + 1..=6).collect::<Vec<_>>());
            assert!(!page.more());
        }
        let first = log.page(Position(0), 1).unwrap();
        assert!(first.more() && first.through() < Position(6));
    }
}
