//! Random histories against a model that shares no code with any store: a list that is searched
//! from end to end.

use std::fmt;
use std::hash::{BuildHasher, RandomState};

use futures::executor::block_on;
use kanzlei_core::ports::{AppendError, Appended, Clock, Prepared, Read, StoreError};
use kanzlei_core::record::{Hash, Page, Stamp};
use kanzlei_core::{CaseId, Position, Timestamp, Version};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use super::super::Subject;
use super::super::commits::{Tail, guarded};
use super::{Bench, stamp};

/// So few cases that histories cross all the time.
const CASES: usize = 5;

#[derive(Debug, Clone)]
enum Step {
    Append {
        on: Vec<usize>,
        body: usize,
        how: How,
    },
    Again {
        which: usize,
    },
    Answered {
        which: usize,
    },
    Log {
        after: usize,
        limit: usize,
    },
    Case {
        case: usize,
        after: u32,
        limit: usize,
    },
    At {
        beside: usize,
        offset: u64,
    },
    Clock {
        micros: i64,
    },
    Reopen,
}

/// What is odd about an append, if anything.
#[derive(Debug, Clone)]
enum How {
    Right,
    Version { part: usize, by: u32 },
    Chain { part: usize },
    Guarded { case: usize, off: u32 },
    Command { which: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let on = proptest::sample::subsequence((0..CASES).collect::<Vec<_>>(), 1..=CASES);
    let limit = prop_oneof![Just(0), Just(usize::MAX), 0_usize..8_000];
    prop_oneof![
        8 => (on.prop_shuffle(), 0_usize..1_500, how())
            .prop_map(|(on, body, how)| Step::Append { on, body, how }),
        1 => any::<usize>().prop_map(|which| Step::Again { which }),
        1 => any::<usize>().prop_map(|which| Step::Answered { which }),
        2 => (any::<usize>(), limit.clone()).prop_map(|(after, limit)| Step::Log { after, limit }),
        2 => (0..CASES, 0_u32..40, limit)
            .prop_map(|(case, after, limit)| Step::Case { case, after, limit }),
        1 => (any::<usize>(), 0_u64..3).prop_map(|(beside, offset)| Step::At { beside, offset }),
        1 => (-50_000_i64..100_000).prop_map(|micros| Step::Clock { micros }),
        1 => Just(Step::Reopen),
    ]
}

fn how() -> impl Strategy<Value = How> {
    prop_oneof![
        6 => Just(How::Right),
        1 => (0..CASES, 1_u32..5).prop_map(|(part, by)| How::Version { part, by }),
        1 => (0..CASES).prop_map(|part| How::Chain { part }),
        2 => (0..CASES, 0_u32..2).prop_map(|(case, off)| How::Guarded { case, off }),
        1 => any::<usize>().prop_map(|which| How::Command { which }),
    ]
}

/// Random appends, right and wrong, reads with random limits and reopenings: each answer is the one
/// that a plain list gives. `KANZLEI_SEED` replays a history.
pub fn a_random_history_agrees_with_a_model<S: Subject>() {
    let config = Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    };
    let given = std::env::var("KANZLEI_SEED").ok();
    let seed = given.unwrap_or_else(|| drawn_seed().to_string());
    let number: u64 = seed.parse().expect("KANZLEI_SEED is a number");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, random);
    let result = runner.run(&vec(step(), 1..50), |steps| {
        let mut run = Run::<S>::new();
        steps.iter().try_for_each(|step| run.step(step))
    });
    if let Err(error) = result {
        panic!(
            "{error}\nreplay: KANZLEI_SEED={seed} cargo test a_random_history_agrees_with_a_model"
        );
    }
}

/// Chance without a crate for it: the seed that hash maps draw.
fn drawn_seed() -> u64 {
    RandomState::new().hash_one(())
}

/// A commit that was stored, as the model knows it.
#[derive(Debug, Clone)]
struct Stored {
    commit: Prepared,
    answer: Appended,
}

struct Run<S: Subject> {
    /// Empty only while the log is opened again.
    bench: Option<Bench<S>>,
    cases: Vec<CaseId>,
    stored: Vec<Stored>,
}

type Checked = Result<(), TestCaseError>;

fn same<T: PartialEq + fmt::Debug>(what: &str, found: &T, expected: &T) -> Checked {
    prop_assert_eq!(found, expected, "{}", what);
    Ok(())
}

impl<S: Subject> Run<S> {
    fn new() -> Self {
        let mut bench = Bench::<S>::new(70);
        let cases = bench.commits.cases(CASES);
        Self {
            bench: Some(bench),
            cases: cases.into_iter().map(|tail| tail.case).collect(),
            stored: Vec::new(),
        }
    }

    fn bench(&mut self) -> &mut Bench<S> {
        self.bench.as_mut().expect("the log is open")
    }

    fn step(&mut self, step: &Step) -> Checked {
        match step {
            Step::Append { on, body, how } => {
                let commit = self.prepare(on, *body, how);
                self.append(commit)
            }
            Step::Again { which } => match self.pick(*which) {
                Some(stored) => self.append(stored.commit),
                None => Ok(()),
            },
            Step::Answered { which } => self.answered(*which),
            Step::Log { after, limit } => self.log(*after, *limit),
            Step::Case { case, after, limit } => self.case(*case, Version(*after), *limit),
            Step::At { beside, offset } => self.at(*beside, *offset),
            Step::Clock { micros } => {
                self.bench().clock.move_by(*micros);
                Ok(())
            }
            Step::Reopen => {
                if S::promises().reopens {
                    self.bench = self.bench.take().map(Bench::reopen);
                }
                self.log(0, usize::MAX)
            }
        }
    }

    fn pick(&self, which: usize) -> Option<Stored> {
        let place = which.checked_rem(self.stored.len())?;
        self.stored.get(place).cloned()
    }

    /// The end of a case, by searching from the back.
    fn tail(&self, case: CaseId) -> Tail {
        let parts = self
            .stored
            .iter()
            .rev()
            .flat_map(|stored| stored.commit.record.parts());
        let last = parts.into_iter().find(|part| part.case == case);
        last.map_or(Tail::new(case), |part| Tail {
            case,
            version: part.last,
            hash: part.hash,
        })
    }

    fn prepare(&mut self, on: &[usize], body: usize, how: &How) -> Prepared {
        let mut tails: Vec<Tail> = on.iter().map(|at| self.tail(self.cases[*at])).collect();
        let count = tails.len();
        match how {
            How::Version { part, by } => tails[part % count].version.0 += by,
            How::Chain { part } => tails[part % count].hash = Hash::of(&[b"elsewhere"]),
            How::Right | How::Guarded { .. } | How::Command { .. } => {}
        }
        let earlier = match how {
            How::Command { which } => self.pick(*which).map(|stored| stored.commit.command()),
            _ => None,
        };
        let commits = &mut self.bench().commits;
        let command = earlier.unwrap_or_else(|| commits.command());
        let commit = commits.answering(command, &tails, body);
        match how {
            How::Guarded { case, off } => {
                let mut guard = self.tail(self.cases[*case]).guard();
                guard.version.0 += off;
                guarded(&commit, &[guard])
            }
            _ => commit,
        }
    }

    /// Why the model would not take this commit; `None` if it would.
    fn refusal(&self, commit: &Prepared) -> Option<AppendError> {
        let mut earlier = self.stored.iter();
        if let Some(first) = earlier.find(|stored| stored.commit.command() == commit.command()) {
            return Some(AppendError::Duplicate(first.answer.clone()));
        }
        for part in commit.record.parts() {
            let (case, tail) = (part.case, self.tail(part.case));
            if tail.version != part.expected {
                let actual = tail.version;
                return Some(AppendError::Conflict { case, actual });
            }
            if tail.hash != part.previous && S::promises().keeps_tips {
                return Some(AppendError::Damaged { case });
            }
        }
        let mut guards = commit.guards.iter();
        let broken = guards.find(|guard| self.tail(guard.case).version != guard.version)?;
        Some(AppendError::Conflict {
            case: broken.case,
            actual: self.tail(broken.case).version,
        })
    }

    fn append(&mut self, commit: Prepared) -> Checked {
        let expected = self.refusal(&commit);
        let now = self.bench().clock.now();
        let found = block_on(self.bench().store.append(&commit));
        let answer = match (found, expected) {
            (Ok(answer), None) => answer,
            (found, expected) => return same("refusal", &found.err(), &expected),
        };
        let last = self.stored.last().map(|stored| stamp(&stored.answer));
        self.check_stamp(stamp(&answer), last, now)?;
        let cases = commit.record.parts().iter();
        let cases: Vec<_> = cases.map(|part| (part.case, part.last)).collect();
        same("versions", &answer.cases, &cases)?;
        self.stored.push(Stored { commit, answer });
        Ok(())
    }

    fn check_stamp(&self, found: Stamp, last: Option<Stamp>, now: Timestamp) -> Checked {
        let promises = S::promises();
        let before = last.map_or(Position::START, |last| last.position);
        prop_assert!(found.position > before, "positions don't increase");
        if promises.dense_positions {
            same(
                "position",
                &found.position.0,
                &(self.stored.len() as u64 + 1),
            )?;
        }
        if promises.recorded_never_decreases {
            let expected = last.map_or(now, |last| now.max(last.recorded));
            same("recorded", &found.recorded, &expected)?;
        }
        Ok(())
    }

    fn answered(&mut self, which: usize) -> Checked {
        let fresh = self.bench().commits.command();
        let (command, expected) = match self.pick(which) {
            Some(stored) => (stored.commit.command(), Some(stored.answer)),
            None => (fresh, None),
        };
        let found = block_on(self.bench().store.answered(command));
        same("answered", &found, &Ok(expected))
    }

    fn log(&mut self, after: usize, limit: usize) -> Checked {
        let count = self.stored.len();
        let skipped = after.checked_rem(count + 2).unwrap_or(0);
        let position = |stored: &Stored| stored.answer.position;
        let head = self.stored.last().map_or(Position::START, position);
        let cursor = match skipped {
            0 => Position::START,
            beyond if beyond > count => Position(head.0 + 1),
            some => position(&self.stored[some - 1]),
        };
        let found = block_on(self.bench().store.log(cursor, limit));
        if cursor > head {
            let checkpoint = cursor;
            return same(
                "beyond the end",
                &found.err(),
                &Some(StoreError::LogShrank { checkpoint, head }),
            );
        }
        let page = found.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let expected: Vec<_> = self.stored[skipped..]
            .iter()
            .map(|stored| (stamp(&stored.answer), stored.commit.record.bytes().to_vec()))
            .collect();
        let entries = page.commits();
        let entries: Vec<_> = entries
            .map(|commit| (commit.stamp, commit.record.as_bytes().to_vec()))
            .collect();
        check_page(&page, &entries, &expected, limit)?;
        let end = if page.more() {
            entries.last().map(|(last, _)| last.position)
        } else {
            Some(head)
        };
        same("through", &Some(page.through()), &end)
    }

    fn case(&mut self, case: usize, after: Version, limit: usize) -> Checked {
        let case = self.cases[case];
        let read = self.bench().store.case(case, after, limit, Read::Fresh);
        let page = block_on(read).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let expected: Vec<(Stamp, Version, Hash)> = self
            .stored
            .iter()
            .filter_map(|stored| {
                let mut parts = stored.commit.record.parts().iter();
                let part = parts.find(|part| part.case == case && part.last > after)?;
                let content = stored.commit.record.content_hash();
                Some((stamp(&stored.answer), part.last, content))
            })
            .collect();
        let entries: Vec<_> = page
            .commits()
            .filter_map(|commit| {
                let part = commit.record.parts().find(|part| part.case == case)?;
                Some((commit.stamp, part.last(), commit.record.hashes().content))
            })
            .collect();
        same("shares of the case", &entries.len(), &page.len())?;
        check_page(&page, &entries, &expected, limit)?;
        // An earlier state may end before, and has no hole.
        let read = self.bench().store.case(case, after, limit, Read::Any);
        let page = block_on(read).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let stamps: Vec<Stamp> = page.commits().map(|commit| commit.stamp).collect();
        let all: Vec<Stamp> = expected.iter().map(|(stamp, ..)| *stamp).collect();
        prop_assert!(all.starts_with(&stamps), "{stamps:?} doesn't begin {all:?}");
        Ok(())
    }

    fn at(&mut self, beside: usize, offset: u64) -> Checked {
        let near = self
            .pick(beside)
            .map_or(0, |stored| stored.answer.position.0);
        let position = Position((near + offset).saturating_sub(1));
        let found = block_on(self.bench().store.at(position));
        let found = found.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let found = found.as_ref().and_then(|page| page.commits().next());
        let found = found.map(|commit| (commit.stamp, commit.record.as_bytes()));
        let mut stored = self.stored.iter();
        let expected = stored.find(|stored| stored.answer.position == position);
        let expected =
            expected.map(|stored| (stamp(&stored.answer), &**stored.commit.record.bytes()));
        same("at a position", &found, &expected)
    }
}

/// A page is the first of what there is, one commit at least, and says whether there was more.
fn check_page<T: PartialEq + fmt::Debug>(
    page: &Page,
    found: &[T],
    expected: &[T],
    limit: usize,
) -> Checked {
    prop_assert!(
        expected.starts_with(found),
        "{found:?} doesn't begin {expected:?}"
    );
    prop_assert!(expected.is_empty() || !found.is_empty(), "an empty page");
    prop_assert!(page.len() <= 1 || page.size() <= limit, "a page too large");
    same("more", &page.more(), &(found.len() < expected.len()))
}
