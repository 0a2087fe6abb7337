//! The mix of commands: a town hall on some ports, its open cases, and what callers do there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use indicatif::ProgressBar;
use kanzlei_core::domain::{
    TaskId, editions_case, participation_case, publish_edition, publish_register, register_case,
};
use kanzlei_core::engine::{Engine, Options, Ports, Receipt, Session};
use kanzlei_core::ports::{EventStore, Guard, Prepared};
use kanzlei_core::record::Record;
use kanzlei_core::{Actor, AuthorityId, CaseId, Code, Command, Form, OfficialId, PersonId};

use crate::Outcome;
use crate::callers::{self, Clock, Lap};
use crate::chance::Chance;

/// Commands in one turn of the mix.
pub const TURN: usize = 6;
/// Of them, how many are for an older case.
const COLD: usize = 2;
/// Commands of a case's life after its request of 5 events, each of one event: 20 events in all.
const LIFE: usize = 15;
/// Events of a request.
const REQUEST: usize = 5;
/// Commands from one task of a case to the next.
const OF_A_TASK: usize = 5;
pub(crate) const SERVICE: &str = "certificate-of-residence";

/// Callers who let cases live on.
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

    /// The open cases that it needs.
    pub const fn open_cases(self) -> usize {
        self.callers * self.turns * COLD
    }
}

/// An open case: whose it is, and how many commands it has seen since its request.
struct OpenCase {
    id: CaseId,
    clerk: usize,
    seen: AtomicUsize,
}

/// What came of letting cases live on.
#[derive(Default)]
pub struct Lived {
    open: Vec<OpenCase>,
    /// Cases of 20 events, in which nothing more happens.
    pub ended: Vec<CaseId>,
}

/// A town hall: an engine, the clerks of all municipalities, and the cases that are open.
pub struct TownHall {
    engine: Engine,
    clerks: Vec<(AuthorityId, Session)>,
    open: Vec<OpenCase>,
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
            open: Vec::new(),
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
            open: self.open,
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

    /// Lets cases live on, by callers of whom each has its share of the open ones and takes one by
    /// chance each time, so that what happens to a case is spread over the log. A case that has had
    /// its life is replaced by a request.
    ///
    /// `open` cases at a time, until there were `events` more.
    ///
    /// # Errors
    /// If a command fails.
    pub async fn lives_on(
        self,
        open: usize,
        events: usize,
        seed: u64,
        bar: &ProgressBar,
    ) -> Outcome<(Self, Lived)> {
        let hall = Arc::new(self);
        let shares = (0..AT_ONCE).map(|caller| {
            let mut chance = Chance(seed ^ (caller as u64) << 32);
            let (hall, bar, mut lived) = (Arc::clone(&hall), bar.clone(), Lived::default());
            let (open, events) = (open.div_ceil(AT_ONCE), events.div_ceil(AT_ONCE));
            tokio::spawn(async move {
                let mut there = 0;
                while there < events {
                    let made = hall.one_more(&mut lived, chance.below(open)).await?;
                    bar.inc(made as u64);
                    there += made;
                }
                Outcome::Ok(lived)
            })
        });
        let shares: Vec<_> = shares.collect();
        let mut all = Lived::default();
        for share in shares {
            let lived = share.await??;
            all.open.extend(lived.open);
            all.ended.extend(lived.ended);
        }
        let mut hall = Arc::into_inner(hall).ok_or("somebody is still in the town hall")?;
        hall.open = std::mem::take(&mut all.open);
        Ok((hall, all))
    }

    /// Makes a case of 20 events.
    ///
    /// # Errors
    /// If a command fails.
    pub async fn long_case(&self) -> Outcome<CaseId> {
        let mut lived = Lived::default();
        while lived.ended.is_empty() {
            self.one_more(&mut lived, 0).await?;
        }
        Ok(lived.ended.remove(0))
    }

    /// The next that happens to the case in this place, or a request where there is none yet; gives
    /// how many events that made.
    async fn one_more(&self, lived: &mut Lived, place: usize) -> Outcome<usize> {
        let Some(case) = lived.open.get(place) else {
            let (receipt, clerk) = self.submit().await?;
            lived.open.push(OpenCase {
                id: receipt.case,
                clerk,
                seen: AtomicUsize::new(0),
            });
            return Ok(REQUEST);
        };
        self.next_of(case).await?;
        if case.seen.load(Ordering::Relaxed) == LIFE {
            lived.ended.push(case.id);
            lived.open.swap_remove(place);
        }
        Ok(1)
    }

    /// Works a shift. Each open case is touched once in it at most, so that it is cold if the engine was
    /// opened for this shift.
    ///
    /// # Errors
    /// If there are too few open cases, or a command fails.
    pub async fn work(self: &Arc<Self>, shift: Shift) -> Outcome<(Lap, Vec<Vec<Receipt>>)> {
        if shift.open_cases() > self.open.len() {
            return Err("there are too few open cases".into());
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
        let own = [
            Command::ClaimTask { task: first },
            Command::CompleteTask { task: first },
            further_task()?,
        ];
        let mut cold = self.open.iter().skip(cold).take(COLD);
        for command in own {
            receipts.push(clock.time(clerk.act(case, command)).await?);
            if let Some(old) = cold.next() {
                receipts.push(clock.time(self.next_of(old)).await?);
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

    /// The next command of an open case: its task is claimed, released, claimed again and
    /// completed, and another one is added.
    async fn next_of(&self, case: &OpenCase) -> Outcome<Receipt> {
        let seen = case.seen.fetch_add(1, Ordering::Relaxed);
        let task = TaskId(u16::try_from(1 + seen / OF_A_TASK)?);
        let command = match seen % OF_A_TASK {
            0 | 2 => Command::ClaimTask { task },
            1 => Command::ReleaseTask { task },
            3 => Command::CompleteTask { task },
            _ => further_task()?,
        };
        let Some((_, clerk)) = self.clerks.get(case.clerk) else {
            return Err("no such clerk".into());
        };
        Ok(clerk.act(case.id, command).await?)
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

fn further_task() -> Outcome<Command> {
    Ok(Command::AddTask {
        kind: Code::new("check-residence")?,
        authority: None,
    })
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
