//! The mix of commands: a town hall on some ports, its older cases, and what callers do there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use futures::future::try_join_all;
use kanzlei_core::domain::{
    TaskId, editions_case, participation_case, publish_edition, publish_register, register_case,
};
use kanzlei_core::engine::{Engine, Options, Ports, Receipt, Session};
use kanzlei_core::ports::{EventStore, Guard, Prepared};
use kanzlei_core::record::Record;
use kanzlei_core::{Actor, AuthorityId, CaseId, Code, Command, Form, OfficialId, PersonId};

use crate::Outcome;
use crate::callers::{self, Clock, Lap};

/// Commands in one turn of the mix.
pub const TURN: usize = 6;
/// Of them, how many are for an older case.
const COLD: usize = 2;
/// Commands that an older case has seen when a measurement begins: as many as there are to each
/// request.
const OLD_COMMANDS: usize = TURN;
/// Commands that a long case has seen: a request of 5 events, and 15 of one event.
const LONG_COMMANDS: usize = 16;
pub(crate) const SERVICE: &str = "certificate-of-residence";

/// Cases that are made at once.
const AT_ONCE: usize = 64;

/// How many callers do how much.
#[derive(Debug, Clone, Copy)]
pub struct Shift {
    /// Callers at once.
    pub callers: usize,
    /// Turns of the mix of each caller.
    pub turns: usize,
}

impl Shift {
    /// All commands.
    pub const fn commands(self) -> usize {
        self.callers * self.turns * TURN
    }

    /// The older cases that it needs.
    pub const fn old_cases(self) -> usize {
        self.callers * self.turns * COLD
    }
}

/// An older case: whose it is, and whether its task is claimed.
struct OldCase {
    id: CaseId,
    clerk: usize,
    claimed: AtomicBool,
}

/// A town hall: an engine, the clerks of all municipalities, and older cases.
pub struct TownHall {
    engine: Engine,
    clerks: Vec<(AuthorityId, Session)>,
    old: Vec<OldCase>,
    people: AtomicU64,
}

impl TownHall {
    /// Publishes register and service.
    ///
    /// # Errors
    /// If a port doesn't work.
    pub async fn founded(ports: Ports) -> Outcome<Self> {
        let register = kanzlei_services::register::lucerne()?;
        let service = kanzlei_services::certificate_of_residence()?;
        let today = ports.clock.now().date_utc();
        let municipalities: Vec<AuthorityId> = register
            .all_on(today)
            .filter(|authority| authority.is_municipality())
            .map(|authority| authority.id)
            .collect();
        let engine = Engine::open(ports, Options::default()).await?;
        let operator = engine.act_as(Actor::installation());
        for command in publish_register(&register)
            .into_iter()
            .chain(publish_edition(&service))
        {
            operator.administer(command).await?;
        }
        Ok(Self {
            clerks: clerks(&engine, &municipalities)?,
            engine,
            old: Vec::new(),
            people: AtomicU64::new(0),
        })
    }

    /// The same town hall on an engine whose cache is empty. The old one is gone when `ports` is
    /// called.
    ///
    /// # Errors
    /// If a port doesn't work.
    pub async fn reopened(self, ports: impl FnOnce() -> Outcome<Ports>) -> Outcome<Self> {
        let municipalities: Vec<AuthorityId> = self.clerks.iter().map(|(id, _)| *id).collect();
        drop((self.clerks, self.engine));
        let engine = Engine::open(ports()?, Options::default()).await?;
        Ok(Self {
            clerks: clerks(&engine, &municipalities)?,
            engine,
            old: self.old,
            people: self.people,
        })
    }

    /// The engine.
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The store.
    pub fn store(&self) -> &Arc<dyn EventStore> {
        &self.engine.ports().store
    }

    /// Gives the town hall so many older cases, several at a time.
    ///
    /// # Errors
    /// If a command fails.
    pub async fn grow_old(&mut self, count: usize) -> Outcome {
        while self.old.len() < count {
            let more = AT_ONCE.min(count - self.old.len());
            let grown = (0..more).map(|_| self.grown(OLD_COMMANDS));
            self.old.extend(try_join_all(grown).await?);
        }
        Ok(())
    }

    /// Makes so many cases of 20 events each, several at a time, in which nothing more happens.
    ///
    /// # Errors
    /// If a command fails.
    pub async fn long_cases(&self, count: usize) -> Outcome<Vec<CaseId>> {
        let mut long = Vec::with_capacity(count);
        while long.len() < count {
            let more = AT_ONCE.min(count - long.len());
            let grown = (0..more).map(|_| self.grown(LONG_COMMANDS));
            let grown = try_join_all(grown).await?;
            long.extend(grown.into_iter().map(|case| case.id));
        }
        Ok(long)
    }

    async fn grown(&self, commands: usize) -> Outcome<OldCase> {
        let (receipt, clerk) = self.submit().await?;
        let old = OldCase {
            id: receipt.case,
            clerk,
            claimed: AtomicBool::new(false),
        };
        for _ in 1..commands {
            self.take_up_or_leave(&old).await?;
        }
        Ok(old)
    }

    /// Works a shift. Each older case is touched once in it, so that it is cold if the engine was
    /// opened for this shift.
    ///
    /// # Errors
    /// If there are too few older cases, or a command fails.
    pub async fn work(self: &Arc<Self>, shift: Shift) -> Outcome<(Lap, Vec<Vec<Receipt>>)> {
        if shift.old_cases() > self.old.len() {
            return Err("there are too few older cases".into());
        }
        callers::together((0..shift.callers).map(|caller| {
            let hall = Arc::clone(self);
            move |mut clock: Clock| async move {
                let mut receipts = Vec::with_capacity(shift.turns * TURN);
                for turn in 0..shift.turns {
                    let cold = (caller * shift.turns + turn) * COLD;
                    hall.turn(cold, &mut clock, &mut receipts).await?;
                }
                Ok((clock, receipts))
            }
        }))
        .await
    }

    async fn turn(&self, cold: usize, clock: &mut Clock, receipts: &mut Vec<Receipt>) -> Outcome {
        let (receipt, clerk) = clock.time(self.submit()).await?;
        let case = receipt.case;
        let Some((_, clerk)) = self.clerks.get(clerk) else {
            return Err("no such clerk".into());
        };
        receipts.push(receipt);
        let first = TaskId(1);
        let kind = Code::new("check-residence")?;
        let own = [
            Command::ClaimTask { task: first },
            Command::CompleteTask { task: first },
            Command::AddTask {
                kind,
                authority: None,
            },
        ];
        let mut cold = self.old.iter().skip(cold).take(COLD);
        for command in own {
            receipts.push(clock.time(clerk.act(case, command)).await?);
            if let Some(old) = cold.next() {
                receipts.push(clock.time(self.take_up_or_leave(old)).await?);
            }
        }
        Ok(())
    }

    /// A resident nobody has seen before hands in a request; gives the clerk who will see to it.
    async fn submit(&self) -> Outcome<(Receipt, usize)> {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        let mut id = [0; 16];
        id.iter_mut()
            .zip(number.to_be_bytes())
            .for_each(|(to, from)| *to = from);
        let clerk = usize::try_from(number)? % self.clerks.len();
        let Some((municipality, _)) = self.clerks.get(clerk) else {
            return Err("no municipality".into());
        };
        let form = Form::new()
            .with("municipality", *municipality)?
            .with("purpose", "to rent a dwelling on Pilatusstrasse")?
            .with("copies", 2)?;
        let name = format!("Resident {number}");
        let resident = Actor::resident(PersonId::from_bytes(id), name);
        let receipt = self.engine.act_as(resident).submit(SERVICE, form).await?;
        Ok((receipt, clerk))
    }

    async fn take_up_or_leave(&self, old: &OldCase) -> Outcome<Receipt> {
        let task = TaskId(1);
        let command = if old.claimed.fetch_xor(true, Ordering::Relaxed) {
            Command::ReleaseTask { task }
        } else {
            Command::ClaimTask { task }
        };
        let Some((_, clerk)) = self.clerks.get(old.clerk) else {
            return Err("no such clerk".into());
        };
        Ok(clerk.act(old.id, command).await?)
    }

    /// The commits behind these receipts, as they were handed to the store.
    ///
    /// # Errors
    /// If one can't be read.
    pub async fn commits(&self, receipts: &[Receipt]) -> Outcome<Vec<Prepared>> {
        let mut commits = Vec::with_capacity(receipts.len());
        for receipt in receipts {
            let page = self.store().at(receipt.position).await?;
            let page = page.ok_or("a commit is missing")?;
            for commit in page.commits() {
                let record = Record::from_bytes(commit.record.as_bytes().into())?;
                commits.push(self.prepared(record)?);
            }
        }
        Ok(commits)
    }

    /// A record with the guards that a request has; other commands of the mix have none.
    fn prepared(&self, record: Record) -> Outcome<Prepared> {
        let opens = record.parts().iter().any(|part| part.expected.0 == 0);
        let rests_on = [
            editions_case(&Code::new(SERVICE)?),
            register_case(),
            participation_case(),
        ];
        let catalogue = self.engine.catalogue();
        let guards = rests_on.into_iter().filter(|_| opens).map(|case| Guard {
            case,
            version: catalogue.version(case),
        });
        Ok(Prepared {
            guards: guards.collect(),
            record,
        })
    }
}

fn clerks(engine: &Engine, municipalities: &[AuthorityId]) -> Outcome<Vec<(AuthorityId, Session)>> {
    let role = Code::new("clerk")?;
    let clerk = |municipality: &AuthorityId| {
        let mut id = [7; 16];
        id.iter_mut()
            .zip(municipality.0.to_be_bytes())
            .for_each(|(to, from)| *to = from);
        let official = Actor::official(OfficialId::from_bytes(id), *municipality, role.clone());
        (*municipality, engine.act_as(official))
    };
    Ok(municipalities.iter().map(clerk).collect())
}
