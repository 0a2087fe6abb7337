//! Many at once, on a calm store and on one that does the worst that the port allows.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures::executor::block_on;
use futures::future::join_all;
use kanzlei_core::domain::TaskId;
use kanzlei_core::engine::{Engine, EngineError, Order};
use kanzlei_core::ports::Clock;
use kanzlei_core::testing::ManualClock;
use kanzlei_core::{CaseId, Command, CommandId, Position, Version};
use kanzlei_store::{Chance, Nastiness, NastyEventStore};

use crate::hall::*;

fn message(text: &str) -> Command {
    Command::SendMessage {
        internal: true,
        text: text.to_owned(),
    }
}

#[test]
fn of_many_who_claim_a_task_one_gets_it() {
    let hall = Hall::new();
    let case = submit(&hall.resident(1)).case;
    let claims = (1..=64).map(|number| {
        let clerk = hall.clerk(LUZERN, number);
        async move {
            clerk
                .act(case, Command::ClaimTask { task: TaskId(1) })
                .await
        }
    });
    let answers = block_on(join_all(claims));
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for answer in answers.into_iter().filter_map(Result::err) {
        assert_eq!(answer.refusal().unwrap().code, "task-taken");
    }
}

#[test]
fn a_hot_case_in_two_processes_takes_every_command_once() {
    let hall = Hall::new();
    let case = submit(&hall.resident(1)).case;
    let before = see(&hall.clerk(LUZERN, 1), case).outline().unwrap().version;
    let engines = [hall.engine.clone(), hall.elsewhere()];
    std::thread::scope(|scope| {
        for engine in &engines {
            scope.spawn(move || {
                let sends = (1..=64).map(|number| {
                    let clerk = engine.act_as(clerk(LUZERN, number));
                    async move { clerk.act(case, message("I look at it.")).await }
                });
                for answer in block_on(join_all(sends)) {
                    answer.unwrap();
                }
            });
        }
    });
    let after = see(&hall.clerk(LUZERN, 1), case).outline().unwrap().version;
    assert_eq!(after, Version(before.0 + 128));
}

#[test]
fn a_refusal_rests_on_what_the_store_has_and_not_on_what_was_cached() {
    let (nasty, clock) = nasty(5);
    let hall = Hall::on(Arc::new(nasty.clone()), clock);
    let case = submit(&hall.resident(1)).case;
    let (here, there) = (
        hall.clerk(LUZERN, 1),
        hall.elsewhere().act_as(clerk(LUZERN, 2)),
    );
    act(&here, case, Command::ClaimTask { task: TaskId(1) });
    assert_eq!(
        refused(&there, case, Command::ClaimTask { task: TaskId(1) }),
        "task-taken"
    );
    nasty.be(Nastiness {
        stale: Chance::ALWAYS,
        ..Nastiness::default()
    });
    act(&here, case, Command::ReleaseTask { task: TaskId(1) });
    act(&there, case, Command::ClaimTask { task: TaskId(1) });
    // A case that a stale copy doesn't have yet exists all the same.
    let newest = submit(&hall.resident(2)).case;
    let newcomer = hall.elsewhere().act_as(clerk(LUZERN, 3));
    assert!(block_on(newcomer.case(newest)).is_ok());
}

#[test]
fn a_dropped_command_is_done_whole_or_not_at_all_and_can_be_asked_again() {
    for polls in 0..40 {
        let (nasty, clock) = nasty(polls);
        let hall = Hall::on(Arc::new(nasty.clone()), clock);
        let case = submit(&hall.resident(1)).case;
        nasty.be(Nastiness {
            busy: Chance::in_a_thousand(700),
            ..Nastiness::default()
        });
        let clerk = hall.clerk(LUZERN, 1);
        let order = Order::new(CommandId::from_bytes([7; 16]), Some(case), message("once"));
        {
            let mut sent = pin!(clerk.send(order.clone()));
            let mut context = Context::from_waker(Waker::noop());
            for _ in 0..polls {
                if let Poll::Ready(receipt) = sent.as_mut().poll(&mut context) {
                    receipt.unwrap();
                    break;
                }
            }
        }
        let before = see(&clerk, case).outline().unwrap().version;
        nasty.be(Nastiness::default());
        let receipt = block_on(clerk.send(order)).unwrap();
        let after = see(&clerk, case).outline().unwrap().version;
        assert_eq!(receipt.version, after);
        let done_before = before == after;
        assert!(done_before || after == before.next());
        act(&clerk, case, message("and on"));
    }
}

fn nasty(seed: u64) -> (NastyEventStore, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(monday()));
    (
        NastyEventStore::new(clock.clone() as Arc<dyn Clock>, seed),
        clock,
    )
}

/// What became of a command, as its sender saw it.
#[derive(Debug, PartialEq)]
enum Seen {
    Taken(CaseId, Version, Position),
    Refused,
    Unknown,
}

fn seen(answer: Result<kanzlei_core::engine::Receipt, EngineError>) -> Seen {
    match answer {
        Ok(receipt) => Seen::Taken(receipt.case, receipt.version, receipt.position),
        Err(EngineError::Refused(_)) => Seen::Refused,
        Err(EngineError::Unknown { .. } | EngineError::Busy) => Seen::Unknown,
        Err(other) => panic!("{other}"),
    }
}

/// Sends 200 commands on 8 cases from three engines, and says what each sender saw.
fn mischief(hall: &Hall, cases: &[CaseId]) -> BTreeMap<CommandId, Seen> {
    let engines: Vec<Engine> = vec![hall.engine.clone(), hall.elsewhere(), hall.elsewhere()];
    let mut answers = BTreeMap::new();
    std::thread::scope(|scope| {
        let threads: Vec<_> = engines
            .iter()
            .zip(0_u8..)
            .map(|(engine, thread)| {
                scope.spawn(move || {
                    let orders = (0..67_u8).map(|number| {
                        let case = cases[usize::from(number) % cases.len()];
                        let command = match number % 3 {
                            0 => Command::ClaimTask { task: TaskId(1) },
                            1 => Command::ReleaseTask { task: TaskId(1) },
                            _ => message("on and on"),
                        };
                        let mut id = [0; 16];
                        (id[0], id[1]) = (thread, number);
                        Order::new(CommandId::from_bytes(id), Some(case), command)
                    });
                    let sends = orders.map(|order| {
                        let clerk = engine.act_as(clerk(LUZERN, thread + 1));
                        async move { (order.id, seen(clerk.send(order).await)) }
                    });
                    block_on(join_all(sends))
                })
            })
            .collect();
        for thread in threads {
            answers.extend(thread.join().unwrap());
        }
    });
    answers
}

#[test]
fn on_a_nasty_store_what_was_taken_is_there_once_and_what_was_refused_is_not() {
    for seed in 0..12 {
        let (nasty, clock) = nasty(seed);
        let hall = Hall::on(Arc::new(nasty.clone()), clock);
        let cases: Vec<CaseId> = (1..=8).map(|n| submit(&hall.resident(n)).case).collect();
        nasty.be(Nastiness::ALL);
        let answers = mischief(&hall, &cases);
        nasty.be(Nastiness::default());

        let mut stored = BTreeMap::new();
        let mut versions = BTreeMap::new();
        let page = block_on(hall.store.log(Position::START, usize::MAX)).unwrap();
        for commit in page.commits() {
            for part in commit.record.parts() {
                let last = versions.entry(part.case).or_insert(Version::NONE);
                assert_eq!(part.first, last.next(), "versions are dense");
                *last = part.last();
                let here = (part.case, part.last(), commit.stamp.position);
                let other = stored.insert(commit.record.head().command, here);
                assert!(
                    other.is_none() || part.index > 0,
                    "a command stands in the log once"
                );
            }
        }
        let mut taken = BTreeSet::new();
        for (command, answer) in &answers {
            match (answer, stored.get(command)) {
                (Seen::Taken(case, version, position), Some(there)) => {
                    assert_eq!(there, &(*case, *version, *position));
                    taken.insert(command);
                }
                (Seen::Refused, None) | (Seen::Unknown, _) => {}
                other => panic!("seed {seed}, {command}: {other:?}"),
            }
        }
        assert!(
            taken.len() > 60,
            "seed {seed}: only {} were taken",
            taken.len()
        );
        for case in cases {
            let one = see(&hall.clerk(LUZERN, 1), case);
            let two = see(&hall.elsewhere().act_as(clerk(LUZERN, 1)), case);
            assert_eq!(one, two);
        }
    }
}
