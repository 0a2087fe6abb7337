//! A round: what becomes one group, in the order in which it came, and who waits for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};

use kanzlei_core::ports::{AppendError, Appended, Prepared, wake_all};
use kanzlei_core::record::Stamp;
use kanzlei_core::{CaseId, CommandId, Position, Timestamp};

use super::group::Staged;
use super::segments::bytes::GROUP_BYTES_MAX;
use super::segments::next;
use crate::admission::{self, Tip};

/// Callers of a round: some four times as many as ever gained from more.
pub(super) const ROUND_CALLERS_MAX: usize = 1_024;

/// What a caller is told.
pub(super) type Answer = Result<Appended, AppendError>;

/// Commits that are written at once.
pub(super) struct Round {
    /// Which it is; the first is 1.
    pub(super) number: u64,
    pub(super) staged: Vec<Staged>,
    /// What they stand behind.
    after: Position,
    /// How it ends, for those who are in it.
    pub(super) ending: Arc<Ending>,
    callers: usize,
    bytes: usize,
    commands: HashMap<CommandId, usize>,
    /// The cases that have another tip after it.
    pub(super) moved: HashMap<CaseId, Tip>,
}

impl Round {
    /// An empty one, with room for as many callers as are expected.
    pub(super) fn new(number: u64, after: Position, expected: usize) -> Self {
        Self {
            number,
            staged: Vec::with_capacity(expected),
            after,
            ending: Arc::default(),
            callers: 0,
            bytes: 0,
            commands: HashMap::with_capacity(expected),
            moved: HashMap::with_capacity(expected),
        }
    }

    /// Whether one more caller with so many bytes may come in.
    pub(super) const fn has_room(&self, size: usize) -> bool {
        let fits = self.callers < ROUND_CALLERS_MAX && self.bytes + size <= GROUP_BYTES_MAX;
        fits || self.callers == 0
    }

    /// The position of the last commit in it or before it.
    pub(super) fn last(&self) -> Position {
        let last = self.staged.last();
        last.map_or(self.after, |commit| commit.stamp.position)
    }

    /// How many came in.
    pub(super) const fn callers(&self) -> usize {
        self.callers
    }

    /// The bytes that they brought.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// One more came in, with so many bytes.
    pub(super) const fn enter(&mut self, size: usize) {
        self.callers += 1;
        self.bytes += size;
    }

    /// Gives a commit that was admitted the next place.
    pub(super) fn stage(&mut self, commit: &Prepared, recorded: Timestamp) -> Appended {
        let stamp = Stamp {
            position: next(self.last()),
            recorded,
        };
        self.commands.insert(commit.command(), self.staged.len());
        for part in commit.record.parts() {
            let tip = Tip {
                version: part.last,
                hash: part.hash,
            };
            self.moved.insert(part.case, tip);
        }
        self.staged.push(Staged {
            stamp,
            record: commit.record.clone(),
        });
        admission::answer(stamp, &commit.record)
    }

    /// The answer to a command that is in it.
    pub(super) fn answered(&self, command: CommandId) -> Option<Appended> {
        let staged = self.staged.get(*self.commands.get(&command)?)?;
        Some(admission::answer(staged.stamp, &staged.record))
    }
}

/// Why a round isn't on the disk, or may not be.
#[derive(Debug, Clone)]
pub(super) struct Failed {
    pub(super) cause: Arc<str>,
    /// What is on the disk for certain.
    pub(super) durable: Position,
    /// Whether writing it was begun.
    pub(super) begun: bool,
}

impl Failed {
    /// What a caller may be told: what was staged may be on disk or not; what was refused is not, and
    /// nothing is of a round that wasn't begun.
    fn says(&self, answer: Answer) -> Answer {
        let (position, own) = match &answer {
            Ok(appended) => (appended.position, true),
            Err(AppendError::Duplicate(first)) => (first.position, false),
            Err(_) => return Err(AppendError::Closed(Arc::clone(&self.cause))),
        };
        if position <= self.durable {
            return answer;
        }
        if own && !self.begun {
            return Err(AppendError::Closed(Arc::clone(&self.cause)));
        }
        Err(AppendError::Unknown(self.cause.to_string()))
    }
}

/// How a round ended, and who waits for that.
#[derive(Default)]
pub(super) struct Ending {
    outcome: OnceLock<Result<(), Failed>>,
    waiting: Mutex<Vec<Waker>>,
}

impl Ending {
    /// Tells all.
    pub(super) fn tell(&self, outcome: Result<(), Failed>) {
        // A round ends once.
        let _ = self.outcome.set(outcome);
        let waiting = std::mem::take(&mut *self.waiting());
        wake_all(waiting);
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Waker>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A caller's place in a round.
pub(super) struct Seat {
    ending: Arc<Ending>,
    waker: Option<usize>,
    answer: Option<Answer>,
}

impl Seat {
    /// A place in a round, for whom this is the answer once the round is on the disk.
    pub(super) const fn new(ending: Arc<Ending>, answer: Answer) -> Self {
        Self {
            ending,
            waker: None,
            answer: Some(answer),
        }
    }

    /// The answer, once it can be given.
    pub(super) fn poll(&mut self, context: &Context<'_>) -> Poll<Answer> {
        if self.ending.outcome.get().is_none() {
            let mut waiting = self.ending.waiting();
            // Who ends the round tells it first and then takes the wakers.
            if self.ending.outcome.get().is_none() {
                if let Some(waker) = self.waker.and_then(|at| waiting.get_mut(at)) {
                    waker.clone_from(context.waker());
                } else {
                    self.waker = Some(waiting.len());
                    waiting.push(context.waker().clone());
                }
                return Poll::Pending;
            }
        }
        let answer = self.answer.take().unwrap_or(Err(AppendError::Busy));
        Poll::Ready(match self.ending.outcome.get() {
            Some(Err(failed)) => failed.says(answer),
            Some(Ok(())) | None => answer,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_and_bytes_are_bounded_and_a_giant_goes_alone() {
        let empty = || Round::new(1, Position::START, 0);
        let mut round = empty();
        for _ in 0..ROUND_CALLERS_MAX {
            assert!(round.has_room(1));
            round.enter(1);
        }
        assert!(!round.has_room(0), "one too many");
        let mut round = empty();
        round.enter(GROUP_BYTES_MAX / 2);
        assert!(round.has_room(GROUP_BYTES_MAX / 2));
        assert!(!round.has_room(GROUP_BYTES_MAX / 2 + 1));
        let mut round = empty();
        assert!(round.has_room(GROUP_BYTES_MAX + 1), "alone");
        round.enter(GROUP_BYTES_MAX + 1);
        assert!(!round.has_room(1), "beside a giant");
    }
}
