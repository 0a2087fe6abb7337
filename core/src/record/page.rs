//! A page: what a store gives at once, whole commits or one case's shares of them.

use std::ops::Range;
use std::sync::Arc;

use super::error::RecordError;
use super::parse::RecordRef;
use super::stamp::Stamp;
use crate::ids::Position;

/// Commits in one buffer, each checked when it was added. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Page {
    memory: Arc<PageMemory>,
    /// The bytes of all commits: there may be others between them.
    size: usize,
    more: bool,
    through: Position,
}

impl Page {
    /// A page to be filled.
    pub fn new() -> Self {
        Self::default()
    }

    /// A page to be filled with about so many commits and bytes: there is room for them from the start.
    pub fn with_room(commits: usize, bytes: usize) -> Self {
        Self::of(PageMemory {
            bytes: Vec::with_capacity(bytes),
            commits: Vec::with_capacity(commits),
        })
    }

    /// A page of bytes among which commits stand, each of them a stamp and a record that was checked
    /// before: what a store has read is a page as it is.
    pub fn of(memory: PageMemory) -> Self {
        let mut page = Self {
            size: memory.commits.iter().map(Range::len).sum(),
            memory: Arc::new(memory),
            ..Self::default()
        };
        let last = page
            .commits()
            .next_back()
            .map(|commit| commit.stamp.position);
        page.through = last.unwrap_or_default();
        page
    }

    /// The memory of a page that nobody else has any more, to make another one in it.
    ///
    /// # Errors
    /// The page, if somebody has it.
    pub fn into_memory(self) -> Result<PageMemory, Self> {
        let Self { memory, .. } = self;
        Arc::try_unwrap(memory).map_err(|memory| Self { memory, ..self })
    }

    /// Adds a commit's stamp and record, given as one slice, as a store keeps it.
    ///
    /// # Errors
    /// If the record is damaged or of a newer format.
    pub fn push(&mut self, stamped: &[u8]) -> Result<(), RecordError> {
        let short = RecordError::Length { what: "stamp" };
        let (stamp, record) = Stamp::split(stamped).ok_or(short)?;
        let record = RecordRef::parse(record)?;
        self.add(&CommitRef { stamp, record });
        Ok(())
    }

    /// Adds a commit that was read, and so checked, before.
    pub fn add(&mut self, commit: &CommitRef<'_>) {
        let PageMemory { bytes, commits } = Arc::make_mut(&mut self.memory);
        let from = bytes.len();
        bytes.extend_from_slice(&commit.stamp.to_bytes());
        bytes.extend_from_slice(commit.record.as_bytes());
        let end = bytes.len();
        self.size += end - from;
        commits.push(from..end);
        self.through = commit.stamp.position;
    }

    /// Says how far this page reaches, and whether there was more when it was read.
    #[must_use]
    pub fn ending(mut self, through: Position, more: bool) -> Self {
        self.through = through;
        self.more = more;
        self
    }

    /// The commits, in order.
    pub fn commits(&self) -> impl DoubleEndedIterator<Item = CommitRef<'_>> {
        self.memory.commits.iter().filter_map(|range| {
            let (stamp, record) = Stamp::split(self.memory.bytes.get(range.clone())?)?;
            let record = RecordRef::checked(record)?;
            Some(CommitRef { stamp, record })
        })
    }

    /// How many commits there are.
    pub fn len(&self) -> usize {
        self.memory.commits.len()
    }

    /// Whether there are none. A page can be empty although there is more behind it.
    pub fn is_empty(&self) -> bool {
        self.memory.commits.is_empty()
    }

    /// The bytes of all commits with their stamps.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// The bytes that its memory has room for.
    pub fn room(&self) -> usize {
        self.memory.bytes.capacity()
    }

    /// Whether there was more when the page was read.
    pub const fn more(&self) -> bool {
        self.more
    }

    /// All up to this position is covered: where to read on in the log.
    pub const fn through(&self) -> Position {
        self.through
    }
}

/// What a page is made of: bytes, and where in them its commits stand.
#[derive(Clone, Debug, Default)]
pub struct PageMemory {
    /// Stamps and records, and whatever else is between and behind them.
    pub bytes: Vec<u8>,
    /// A stamp and its record each.
    pub commits: Vec<Range<usize>>,
}

/// A commit on a page.
#[derive(Clone, Copy, Debug)]
pub struct CommitRef<'a> {
    /// What the store knows of it.
    pub stamp: Stamp,
    /// The record: the whole of it, or the share of one case.
    pub record: RecordRef<'a>,
}
