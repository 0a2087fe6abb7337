//! A store that does everything the port allows and an embedded store never does.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures::future::BoxFuture;
use kanzlei_core::ports::{
    AppendError, Appended, Clock, Durability, EventStore, Prepared, Read, StoreError, TreeHead,
    Watermark,
};
use kanzlei_core::record::Page;
use kanzlei_core::{CaseId, CommandId, Position, Version};

use crate::conformance::Random;
use crate::memory::{MemoryEventStore, Wakes};

/// How many positions a hole has at most.
const HOLE_MAX: u64 = 1_000;

/// How often something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chance(u16);

impl Chance {
    /// It never happens.
    pub const NEVER: Self = Self(0);
    /// It happens each time.
    pub const ALWAYS: Self = Self(1_000);

    /// It happens so many times in a thousand.
    pub const fn in_a_thousand(times: u16) -> Self {
        Self(times)
    }
}

/// What a [`NastyEventStore`] does, and how often. By default it does nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Nastiness {
    /// Positions are left out before a commit.
    pub holes: Chance,
    /// Another process comes first: the [rival](NastyEventStore::with_rival) acts before an append.
    pub rivals: Chance,
    /// A commit is stored and its caller gets [`AppendError::Unknown`].
    pub lost_after: Chance,
    /// A commit isn't stored and its caller gets [`AppendError::Unknown`].
    pub lost_before: Chance,
    /// An append gets [`AppendError::Busy`], without a competitor.
    pub busy: Chance,
    /// A read that may be stale gives an earlier state of the case.
    pub stale: Chance,
    /// Nobody is woken after an append.
    pub silent: Chance,
}

impl Nastiness {
    /// All of it, each often enough to be met and seldom enough to get on.
    pub const ALL: Self = Self {
        holes: Chance::in_a_thousand(300),
        rivals: Chance::in_a_thousand(200),
        lost_after: Chance::in_a_thousand(100),
        lost_before: Chance::in_a_thousand(100),
        busy: Chance::in_a_thousand(100),
        stale: Chance::in_a_thousand(500),
        silent: Chance::in_a_thousand(500),
    };
}

/// What another process does before a commit is appended: it is given that commit, and appends
/// what it wants through a [calm](NastyEventStore::calm) handle.
pub type Rival = Arc<dyn Fn(Prepared) -> BoxFuture<'static, ()> + Send + Sync>;

/// An event store in memory that makes the worst of what the port allows. The same calls with the
/// same seed get the same answers. A clone is another handle on the same log.
///
/// ```
/// use std::sync::Arc;
///
/// use futures::executor::block_on;
/// use kanzlei_core::ports::{AppendError, EventStore};
/// use kanzlei_store::conformance::commits::Commits;
/// use kanzlei_store::{Chance, Nastiness, NastyEventStore, SystemClock};
///
/// let store = NastyEventStore::new(Arc::new(SystemClock), 7);
/// store.be(Nastiness { busy: Chance::ALWAYS, ..Nastiness::default() });
/// let mut commits = Commits::seeded(7);
/// let case = commits.case();
/// let commit = commits.commit(&[case], 40);
/// assert_eq!(block_on(store.append(&commit)), Err(AppendError::Busy));
/// ```
#[derive(Clone)]
pub struct NastyEventStore {
    log: MemoryEventStore,
    mood: Arc<Mutex<Mood>>,
    rival: Option<Rival>,
}

struct Mood {
    nastiness: Nastiness,
    random: Random,
    fails_next: bool,
}

/// What happens to one append.
struct Fate {
    ending: Ending,
    gap: u64,
    wakes: Wakes,
}

enum Ending {
    Answered,
    DiskFails,
    Busy,
    LostBefore,
    LostAfter,
}

impl Mood {
    fn falls(&mut self, chance: Chance) -> bool {
        self.random.below(1_000) < u64::from(chance.0)
    }

    fn fate(&mut self) -> Fate {
        let nastiness = self.nastiness;
        let ending = if std::mem::take(&mut self.fails_next) {
            Ending::DiskFails
        } else if self.falls(nastiness.busy) {
            Ending::Busy
        } else if self.falls(nastiness.lost_before) {
            Ending::LostBefore
        } else if self.falls(nastiness.lost_after) {
            Ending::LostAfter
        } else {
            Ending::Answered
        };
        Fate {
            ending,
            gap: if self.falls(nastiness.holes) {
                1 + self.random.below(HOLE_MAX)
            } else {
                0
            },
            wakes: if self.falls(nastiness.silent) {
                Wakes::Nobody
            } else {
                Wakes::All
            },
        }
    }
}

impl NastyEventStore {
    /// An empty log, stamped by this clock. It is calm until it is told to [be](Self::be) nasty.
    pub fn new(clock: Arc<dyn Clock>, seed: u64) -> Self {
        Self {
            log: MemoryEventStore::new(clock),
            mood: Arc::new(Mutex::new(Mood {
                nastiness: Nastiness::default(),
                random: Random::seeded(seed),
                fails_next: false,
            })),
            rival: None,
        }
    }

    /// The same log, on which this rival acts before appends through this handle, as often as
    /// [`Nastiness::rivals`] says.
    #[must_use]
    pub fn with_rival(mut self, rival: Rival) -> Self {
        self.rival = Some(rival);
        self
    }

    /// Is this nasty from now on, through all handles.
    pub fn be(&self, nastiness: Nastiness) {
        self.mood().nastiness = nastiness;
    }

    /// The log as another process has it that nothing happens to.
    pub fn calm(&self) -> MemoryEventStore {
        self.log.clone()
    }

    /// Lets the next append fail as if the disk had: nothing is stored, and the store is closed.
    pub fn fail_next_write(&self) {
        self.mood().fails_next = true;
    }

    /// Opens the log anew, for all handles: a store that has closed takes commits again.
    pub fn reopen(&self) {
        self.log.reopen();
    }

    fn mood(&self) -> MutexGuard<'_, Mood> {
        self.mood.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rival_for_this_append(&self) -> Option<&Rival> {
        let mut mood = self.mood();
        let chance = mood.nastiness.rivals;
        let comes = mood.falls(chance);
        self.rival.as_ref().filter(|_| comes)
    }
}

impl fmt::Debug for NastyEventStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NastyEventStore")
            .field("nastiness", &self.mood().nastiness)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl EventStore for NastyEventStore {
    async fn append(&self, commit: &Prepared) -> Result<Appended, AppendError> {
        let rival = self.rival_for_this_append().cloned();
        if let Some(rival) = rival {
            rival(commit.clone()).await;
        }
        let fate = self.mood().fate();
        match fate.ending {
            Ending::Answered | Ending::LostAfter => {}
            Ending::DiskFails => self.log.close("the disk failed, as a test wanted"),
            Ending::Busy => return Err(AppendError::Busy),
            Ending::LostBefore => {
                return Err(AppendError::Unknown("the request was lost".to_owned()));
            }
        }
        match (
            self.log.append_after(commit, fate.gap, fate.wakes),
            fate.ending,
        ) {
            (Ok(_) | Err(AppendError::Duplicate(_)), Ending::LostAfter) => {
                Err(AppendError::Unknown("the answer was lost".to_owned()))
            }
            (answer, _) => answer,
        }
    }

    async fn answered(&self, command: CommandId) -> Result<Option<Appended>, StoreError> {
        self.log.answered(command).await
    }

    async fn case(
        &self,
        case: CaseId,
        after: Version,
        limit: usize,
        read: Read,
    ) -> Result<Page, StoreError> {
        let end = self.log.end();
        let until = {
            let mut mood = self.mood();
            let chance = mood.nastiness.stale;
            let stale = read == Read::Any && mood.falls(chance);
            // A whole state of the log from before: never a hole in the middle.
            if stale {
                Position(mood.random.below(end.0))
            } else {
                end
            }
        };
        self.log.case_until(case, after, limit, until)
    }

    async fn log(&self, after: Position, limit: usize) -> Result<Page, StoreError> {
        self.log.log(after, limit).await
    }

    async fn at(&self, position: Position) -> Result<Option<Page>, StoreError> {
        self.log.at(position).await
    }

    fn closed(&self) -> Option<Arc<str>> {
        self.log.closed()
    }

    fn durability(&self) -> Durability {
        Durability::Unsynced
    }

    fn watermark(&self) -> &Watermark {
        self.log.watermark()
    }

    fn tree(&self) -> Result<Option<TreeHead>, StoreError> {
        self.log.tree()
    }
}
