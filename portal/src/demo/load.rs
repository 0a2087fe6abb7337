//! Sends the scripts' commands through the engine, many cases at a time: a store that syncs groups of
//! commits is only fast when many wait.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use futures::StreamExt;
use futures::executor::block_on;
use kanzlei::core::ports::Purpose;
use kanzlei::{CaseId, Command, CommandId, EngineError, Kanzlei, Order, Position};

use serde::Serialize;

use super::Failure;
use super::script::script;
use super::world::World;
use crate::progress::Progress;

/// Cases that one thread has under way.
const UNDER_WAY: usize = 64;
const THREADS_MAX: usize = 4;

/// What became of the commands.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Tally {
    /// Accepted now.
    pub accepted: u64,
    /// Accepted by an earlier run, and given the same receipt.
    pub repeated: u64,
    pub refused: u64,
    /// Cases opened now.
    pub opened: u64,
}

impl Tally {
    fn and(self, other: Self) -> Self {
        Self {
            accepted: self.accepted + other.accepted,
            repeated: self.repeated + other.repeated,
            refused: self.refused + other.refused,
            opened: self.opened + other.opened,
        }
    }
}

/// A seed's cases in an installation.
pub struct Load<'a> {
    pub kanzlei: &'a Kanzlei,
    pub world: &'a World,
    pub seed: u64,
    /// Whether somebody wants it to end.
    pub stop: &'a AtomicBool,
    /// Where the log ended when it began.
    pub head: Position,
}

impl Load<'_> {
    /// How many cases were begun by earlier runs. A run that was killed leaves gaps, no wider than
    /// what it had under way.
    pub async fn begun(&self) -> Result<u64, Failure> {
        let store = &self.kanzlei.engine().ports().store;
        let gap = u64::try_from(UNDER_WAY * THREADS_MAX).unwrap_or(u64::MAX);
        let (mut begun, mut number) = (0, 0);
        while number < begun + gap {
            // Some cases begin with a command that is refused, at most two.
            for step in 0..3 {
                if store
                    .answered(self.id(number, step).await?)
                    .await?
                    .is_some()
                {
                    begun = number + 1;
                    break;
                }
            }
            number += 1;
        }
        Ok(begun)
    }

    /// The case with this number, if it was opened by its first command.
    pub async fn case_of(&self, number: u64) -> Result<Option<CaseId>, Failure> {
        let store = &self.kanzlei.engine().ports().store;
        let first = store.answered(self.id(number, 0).await?).await?;
        Ok(first.and_then(|first| first.cases.first().map(|(case, _)| *case)))
    }

    async fn id(&self, number: u64, step: usize) -> Result<CommandId, Failure> {
        let source = format!("demo {} {number} {step}", self.seed);
        let vault = &self.kanzlei.engine().ports().vault;
        let token = vault.token(Purpose::Derive, source.as_bytes()).await?;
        Ok(CommandId::derived(token))
    }

    /// Sends everything of the first so many cases that wasn't sent yet.
    pub fn run(&self, cases: u64, progress: &Progress) -> Result<Tally, Failure> {
        let next = AtomicU64::new(0);
        let threads = std::thread::available_parallelism().map_or(2, NonZero::get);
        let work = || {
            let numbers = std::iter::from_fn(|| {
                let number = next.fetch_add(1, Ordering::Relaxed);
                (number < cases && !self.stopped()).then_some(number)
            });
            block_on(async {
                let running = futures::stream::iter(numbers).map(|number| self.case(number));
                let mut running = running.buffer_unordered(UNDER_WAY);
                let mut tally = Tally::default();
                while let Some(one) = running.next().await {
                    tally = tally.and(one?);
                    progress.advance();
                }
                Ok::<Tally, Failure>(tally)
            })
        };
        std::thread::scope(|scope| {
            let count = threads.clamp(2, THREADS_MAX);
            let threads: Vec<_> = (0..count).map(|_| scope.spawn(work)).collect();
            let mut all = Tally::default();
            for thread in threads {
                let died = |_| Failure::broken("a thread of the load");
                all = all.and(thread.join().map_err(died)??);
            }
            Ok(all)
        })
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    async fn case(&self, number: u64) -> Result<Tally, Failure> {
        let mut tally = Tally::default();
        let mut case: Option<CaseId> = None;
        let steps = script(self.world, self.seed, number)?;
        for (index, step) in steps.into_iter().enumerate() {
            if self.stopped() {
                break;
            }
            let opens = matches!(step.command, Command::Submit { .. });
            let of = case.filter(|_| !opens);
            let order = Order::new(self.id(number, index).await?, of, step.command);
            let session = self.kanzlei.engine().act_as(step.actor);
            match session.send(order.arrived(step.at)).await {
                Ok(receipt) => {
                    let new = receipt.position > self.head;
                    tally.accepted += u64::from(new);
                    tally.repeated += u64::from(!new);
                    tally.opened += u64::from(new && opens);
                    case = case.or(Some(receipt.case));
                }
                Err(EngineError::Refused(_)) => tally.refused += 1,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(tally)
    }
}
