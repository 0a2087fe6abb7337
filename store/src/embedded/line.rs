//! Where callers and whoever writes meet: the round that is being gathered, and the writer while nobody
//! writes.
//!
//! A caller checks its commit itself. Before it comes here it has looked up what is on the disk; here it
//! finds what came since, in the last rounds, and takes its place behind them.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kanzlei_core::ports::{AppendError, Appended, Clock, Prepared, wake_all};
use kanzlei_core::{CaseId, CommandId, Position, Timestamp};

use super::round::{Round, Seat};
use super::writer::Writer;
use crate::admission::{self, Ledger, Tip};

/// Rounds that are kept after they were settled, for callers who looked things up before. One who was
/// away for longer looks again.
const KEPT: u64 = 3;
/// The thread waits for as many callers as the round before had, who have just been answered and mostly come
/// again: so one sync does for more, and less is computed. From so many on that is little, and those who still
/// compute can come while these are written.
const ENOUGH: usize = 24;
/// How long it waits for them at most.
const LINGERS_MAX: Duration = Duration::from_micros(300);
/// And how long at least: an unsynced group takes less than waking a thread for each caller.
const LINGERS_MIN: Duration = Duration::from_micros(60);
/// So many rounds of one caller each, and the next one writes its round itself: two threads needn't be
/// woken for it.
const ALONE_MIN: u32 = 8;
/// Of so many rounds of one caller each, the thread writes one: callers who share a thread can't come
/// while one of them writes on it, and are noticed in this way.
const NOTICED_EVERY: u32 = 64;

/// What the thread finds.
pub(super) enum Next {
    /// A round is to be written.
    Round(Writer, Arc<Round>),
    /// Nothing came in time.
    Nothing(Writer),
    /// Nothing, and nothing will come.
    Closed(Writer),
}

/// What comes of joining.
pub(super) enum Joined {
    /// What was seen is too long ago: other commits came since.
    Stale,
    /// The writer will come to it.
    Waits(Seat),
    /// The caller is to write it, and then to give the writer back.
    Leads(Seat, Writer, Arc<Round>),
}

/// What a caller has looked up: the round until which it saw all, and what it saw. And its place among those who wait for
/// room.
pub(super) struct Seen {
    pub(super) settled: u64,
    pub(super) waits: Option<Waits>,
    pub(super) answered: Result<Option<Appended>, AppendError>,
    pub(super) tips: Vec<(CaseId, Result<Tip, AppendError>)>,
}

/// Which of those who wait for the end of a round is this.
pub(super) struct Waits {
    round: u64,
    at: usize,
}

struct State {
    round: Round,
    /// The rounds before it that a caller may not have seen, the newest last.
    taken: VecDeque<Arc<Round>>,
    /// When the last commit was recorded.
    last: Option<Timestamp>,
    /// Away while somebody writes.
    writer: Option<Writer>,
    /// Callers for whom there was no room.
    waiting: Vec<Waker>,
    thread_sleeps: bool,
    /// How many rounds of one caller each there were, one after the other.
    alone: u32,
    /// The fewest callers for whom the thread wakes.
    wanted: usize,
    closing: bool,
}

impl State {
    /// Whether there is nothing for the thread to do.
    const fn is_idle(&self) -> bool {
        let more_may_come = self.waiting.is_empty() && !self.closing;
        self.writer.is_none() || self.round.callers() < self.wanted && more_may_come
    }

    /// Has a caller woken once this round is taken, for whom there is no room in it.
    fn wait(&mut self, seen: &mut Seen, waker: &Waker) {
        let round = self.round.number;
        let known = seen.waits.as_ref().filter(|waits| waits.round == round);
        if let Some(known) = known.and_then(|waits| self.waiting.get_mut(waits.at)) {
            known.clone_from(waker);
        } else {
            let at = self.waiting.len();
            seen.waits = Some(Waits { round, at });
            self.waiting.push(waker.clone());
        }
    }
}

/// The place.
pub(super) struct Line {
    state: Mutex<State>,
    moved: Condvar,
    clock: Arc<dyn Clock>,
    /// The last round whose commits are found by who looks for them on the disk.
    settled: AtomicU64,
    /// Why nothing is taken any more.
    pub(super) closed: OnceLock<Arc<str>>,
}

impl Line {
    /// An empty one, behind the end of the log and when that was recorded.
    pub(super) fn behind(
        end: Position,
        recorded: Option<Timestamp>,
        writer: Writer,
        clock: Arc<dyn Clock>,
        closed: Option<Arc<str>>,
    ) -> Self {
        Self {
            state: Mutex::new(State {
                round: Round::new(1, end, 0),
                taken: VecDeque::new(),
                last: recorded,
                writer: Some(writer),
                waiting: Vec::new(),
                thread_sleeps: false,
                alone: 0,
                wanted: 1,
                closing: false,
            }),
            moved: Condvar::new(),
            clock,
            settled: AtomicU64::new(0),
            closed: closed.map_or_else(OnceLock::new, OnceLock::from),
        }
    }

    /// The last round that a look-up which begins now finds.
    pub(super) fn settled(&self) -> u64 {
        self.settled.load(Ordering::Acquire)
    }

    /// Look-ups find this round from now on.
    pub(super) fn settle(&self, round: &Round) {
        self.settled.store(round.number, Ordering::Release);
    }

    /// Takes a place for a commit; waits as long as there is no room.
    pub(super) fn poll_join(
        &self,
        commit: &Prepared,
        seen: &mut Seen,
        context: &Context<'_>,
    ) -> Poll<Joined> {
        let mut state = self.state();
        let size = commit.record.bytes().len();
        if !state.round.has_room(size) {
            state.wait(seen, context.waker());
            self.wake(state);
            return Poll::Pending;
        }
        let kept = state
            .taken
            .front()
            .map_or(state.round.number, |round| round.number);
        if seen.settled + 1 < kept {
            return Poll::Ready(Joined::Stale);
        }
        // A panic leaves a round that nobody may write.
        let admitted = catch_unwind(AssertUnwindSafe(|| self.admit(&mut state, commit, seen)));
        let answer = match (self.closed.get(), admitted) {
            (Some(cause), _) => Err(Arc::clone(cause)),
            (None, Ok(answer)) => answer,
            (None, Err(panic)) => Err(panicked(&*panic)),
        };
        let answer = answer.unwrap_or_else(|cause| {
            let _ = self.closed.set(Arc::clone(&cause));
            Err(AppendError::Closed(cause))
        });
        state.round.enter(size);
        let seat = Seat::new(Arc::clone(&state.round.ending), answer);
        if let Some((writer, taken)) = self.led(&mut state) {
            drop(state);
            return Poll::Ready(Joined::Leads(seat, writer, taken.released()));
        }
        self.wake(state);
        Poll::Ready(Joined::Waits(seat))
    }

    /// The writer and the round, if the caller who came last is to write it.
    fn led(&self, state: &mut State) -> Option<(Writer, Taken)> {
        let alone = state.round.callers() == 1
            && state.alone >= ALONE_MIN
            && !state.alone.is_multiple_of(NOTICED_EVERY);
        if !alone || self.closed.get().is_some() {
            return None;
        }
        let bytes = state.round.bytes();
        let writer = state.writer.take_if(|writer| writer.is_quick(bytes))?;
        Some((writer, self.taken(state)))
    }

    /// Takes the writer back from a caller.
    pub(super) fn give_back(&self, writer: Writer) {
        let mut state = self.state();
        state.writer = Some(writer);
        if state.round.callers() > 0 {
            state.alone = 0;
        }
        self.wake(state);
    }

    /// Wakes the thread if there is something for it to do.
    fn wake(&self, mut state: MutexGuard<'_, State>) {
        if state.thread_sleeps && !state.is_idle() {
            state.thread_sleeps = false;
            drop(state);
            self.moved.notify_one();
        }
    }

    /// Checks a commit and stages it; the outer error closes the store.
    fn admit(
        &self,
        state: &mut State,
        commit: &Prepared,
        seen: &Seen,
    ) -> Result<Result<Appended, AppendError>, Arc<str>> {
        let known = Known { state, seen };
        if let Err(refused) = admission::admit(commit, &known) {
            return Ok(Err(refused));
        }
        let recorded = admission::recorded(state.last, self.clock.now())?;
        state.last = Some(recorded);
        Ok(Ok(state.round.stage(commit, recorded)))
    }

    /// Gives the writer back and takes what is next; waits so long for something to come.
    pub(super) fn next(&self, writer: Option<Writer>, patience: Duration) -> Option<Next> {
        let mut state = self.state();
        state.writer = writer.or(state.writer.take());
        if state.wanted > 1 {
            let lingers = state
                .writer
                .as_ref()
                .map(|writer| writer.took().clamp(LINGERS_MIN, LINGERS_MAX));
            state = self.sleep(state, lingers.unwrap_or_default());
        }
        state.wanted = 1;
        state = self.sleep(state, patience);
        let writer = state.writer.take()?;
        if state.round.callers() == 0 {
            return Some(if state.closing {
                Next::Closed(writer)
            } else {
                Next::Nothing(writer)
            });
        }
        let taken = self.taken(&mut state);
        state.wanted = taken.round.callers().min(ENOUGH);
        drop(state);
        Some(Next::Round(writer, taken.released()))
    }

    /// Lets the thread sleep until there is something for it to do.
    fn sleep<'a>(&self, state: MutexGuard<'a, State>, patience: Duration) -> MutexGuard<'a, State> {
        let sleeps = |state: &mut State| {
            state.thread_sleeps = state.is_idle();
            state.thread_sleeps
        };
        let slept = self.moved.wait_timeout_while(state, patience, sleeps);
        let mut state = slept.map_or_else(|poisoned| poisoned.into_inner().0, |(state, _)| state);
        state.thread_sleeps = false;
        state
    }

    /// Takes the round.
    fn taken(&self, state: &mut State) -> Taken {
        state.alone = match state.round.callers() {
            1 => state.alone.wrapping_add(1),
            _ => 0,
        };
        let (number, after) = (state.round.number + 1, state.round.last());
        // Who has just been answered mostly comes again.
        let next = Round::new(number, after, state.round.callers());
        let round = Arc::new(std::mem::replace(&mut state.round, next));
        let settled = self.settled();
        let old = state
            .taken
            .partition_point(|round| round.number + KEPT <= settled);
        let forgotten = state.taken.drain(..old).collect();
        state.taken.push_back(Arc::clone(&round));
        Taken {
            round,
            waiting: std::mem::take(&mut state.waiting),
            forgotten,
        }
    }

    /// Nothing more will come; what is there is still written.
    pub(super) fn close(&self) {
        self.state().closing = true;
        self.moved.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A round that was taken to be written.
struct Taken {
    round: Arc<Round>,
    /// Who is to be told that there is room now. All of them: one that was woken may have been dropped
    /// meanwhile, and then its place would be nobody's.
    waiting: Vec<Waker>,
    /// Rounds that nobody asks for any more.
    forgotten: Vec<Arc<Round>>,
}

impl Taken {
    /// The round, once the line isn't held any more: what else is to be done takes a while.
    fn released(self) -> Arc<Round> {
        wake_all(self.waiting);
        drop(self.forgotten);
        self.round
    }
}

/// What is known of the disk and of all that comes before a commit.
struct Known<'a> {
    state: &'a State,
    seen: &'a Seen,
}

impl Known<'_> {
    /// The rounds that may not have been seen, the newest first.
    fn rounds(&self) -> impl Iterator<Item = &Round> {
        let taken = self.state.taken.iter().rev().map(Arc::as_ref);
        std::iter::once(&self.state.round)
            .chain(taken)
            .take_while(|round| round.number > self.seen.settled)
    }
}

impl Ledger for Known<'_> {
    fn answered(&self, command: CommandId) -> Result<Option<Appended>, AppendError> {
        match self.rounds().find_map(|round| round.answered(command)) {
            Some(answer) => Ok(Some(answer)),
            None => self.seen.answered.clone(),
        }
    }

    fn tip(&self, case: CaseId) -> Result<Tip, AppendError> {
        let moved = self.rounds().find_map(|round| round.moved.get(&case));
        if let Some(tip) = moved {
            return Ok(*tip);
        }
        let seen = self.seen.tips.iter().find(|(seen, _)| *seen == case);
        let unseen = || AppendError::Unknown(format!("case {case} was not looked up"));
        seen.map_or_else(|| Err(unseen()), |(_, tip)| tip.clone())
    }
}

pub(super) fn panicked(panic: &(dyn Any + Send)) -> Arc<str> {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    format!("the writer panicked: {}", said.unwrap_or("no reason given")).into()
}
