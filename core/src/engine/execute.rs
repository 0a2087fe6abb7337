//! The way of a command: answered before? load, decide, prepare, append.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use super::prepare::Decided;
use super::{EngineError, Inner, Order, Receipt};
use crate::domain::{
    Actor, Case, Catalogue, Changes, Code, Command, Context, Need, Refusal, Stop, Supplies, decide,
};
use crate::ids::{CaseId, KeySlot, Version};
use crate::ports::{Access, Guard, Purpose, Read};
use crate::time::Timestamp;

/// How often a decision is made anew because another process came first.
const DECIDED_MAX: usize = 64;
/// How often something is fetched for one decision: keys, cases, slots.
pub(super) const FETCHED_MAX: usize = 64;

/// What became of an attempt.
pub(super) enum Attempt {
    Done(Receipt),
    /// Another commit came first: decide again on what is there now.
    Again,
    /// A further case is needed, and must be locked too.
    Wider(CaseId),
}

/// One attempt's state: the cases as they are, and what was fetched.
struct Desk {
    /// The cases that are locked, whether they exist or not.
    locked: BTreeSet<CaseId>,
    cases: BTreeMap<CaseId, Arc<Case>>,
    /// Those of them that were in memory, and how the others were read.
    at_hand: (Vec<CaseId>, Read),
    supplies: Supplies,
    catalogue: Arc<Catalogue>,
}

impl Desk {
    /// The version of a case on which the decision rests; 0 if there is none.
    fn version(&self, case: CaseId) -> Version {
        let further = self.supplies.cases.get(&case).and_then(Option::as_ref);
        let loaded = further.or_else(|| self.cases.get(&case));
        loaded.map_or_else(|| self.catalogue.version(case), |case| case.version)
    }
}

impl Inner {
    pub(super) async fn execute(
        &self,
        actor: &Actor,
        order: &Order,
    ) -> Result<Receipt, EngineError> {
        if !order.fresh
            && let Some(first) = self.ports.store.answered(order.id).await?
        {
            return self.compare(first, actor, order).await;
        }
        self.accept(order)?;
        match self.decide_and_append(actor, order).await {
            // The same command may have been under way when this one was looked up.
            Err(no @ (EngineError::Refused(_) | EngineError::Conflict { .. })) if !order.fresh => {
                match self.ports.store.answered(order.id).await? {
                    Some(first) => self.compare(first, actor, order).await,
                    None => Err(no),
                }
            }
            answer => answer,
        }
    }

    /// Refuses what makes no sense whatever the case is.
    fn accept(&self, order: &Order) -> Result<(), Refusal> {
        let command = &order.command;
        if (order.case.is_some() || order.if_version.is_some()) && !command.is_for_a_case() {
            let name = command.name();
            let said = format!("the command {name} is not for a case; leave out case and version");
            return Err(Refusal::new("not-for-a-case", said).with("command", name));
        }
        let now = self.ports.clock.now();
        if order.arrived.is_some_and(|arrived| arrived > now) {
            let said = format!("a command can't have arrived after now ({now})");
            return Err(Refusal::new("arrived-in-the-future", said).with("now", now));
        }
        Ok(())
    }

    async fn decide_and_append(
        &self,
        actor: &Actor,
        order: &Order,
    ) -> Result<Receipt, EngineError> {
        let now = order.arrived.unwrap_or_else(|| self.ports.clock.now());
        let mut wanted: BTreeSet<CaseId> = order.case.into_iter().collect();
        let mut read = Read::Any;
        for _ in 0..DECIDED_MAX {
            let locks = self.cases.lock(wanted.iter().copied()).await;
            match self.attempt(actor, order, &wanted, (now, read)).await? {
                Attempt::Done(receipt) => return Ok(receipt),
                Attempt::Again => {}
                Attempt::Wider(case) => {
                    wanted.insert(case);
                }
            }
            // What was read may be old for long: a copy that lags must not be asked again.
            read = Read::Fresh;
            drop(locks);
            yield_now().await;
        }
        Err(EngineError::Busy)
    }

    async fn attempt(
        &self,
        actor: &Actor,
        order: &Order,
        wanted: &BTreeSet<CaseId>,
        (now, read): (Timestamp, Read),
    ) -> Result<Attempt, EngineError> {
        let mut desk = self.desk(wanted, read).await?;
        let outcome = self.decide(actor, order, now, &mut desk).await;
        let (changes, guards) = match outcome {
            Ok(Ok(decided)) => decided,
            Ok(Err(wider)) => {
                self.clear(desk);
                return Ok(Attempt::Wider(wider));
            }
            Err(error) => {
                if tells_nothing(&error) {
                    self.read_what_was_at_hand(&desk).await?;
                }
                self.clear(desk);
                return Err(error);
            }
        };
        for change in changes.cases() {
            if !change.opens && !desk.cases.contains_key(&change.case) {
                let (case, _) = self.catch_up(change.case, None, Read::Fresh).await?;
                desk.cases.extend(case.map(|case| (change.case, case)));
            }
        }
        let decided = Decided {
            id: order.id,
            actor,
            command: &order.command,
            now,
            changes,
            guards,
        };
        let ready = self
            .prepare(decided, &desk.cases, &mut desk.supplies.keys)
            .await;
        let attempt = match ready {
            Ok(ready) => self.append(actor, order, ready).await,
            Err(error) => Err(error),
        };
        self.slots.give_back(desk.supplies.slots.drain(..));
        attempt
    }

    /// Loads the cases that are wanted, and lays out what else a decision needs.
    async fn desk(&self, wanted: &BTreeSet<CaseId>, read: Read) -> Result<Desk, EngineError> {
        let mut cases = BTreeMap::new();
        let mut at_hand = Vec::new();
        for id in wanted {
            let case = match self.cases.take(*id) {
                Some(case) => {
                    at_hand.push(*id);
                    Some(case)
                }
                None => self.catch_up(*id, None, read).await?.0,
            };
            cases.extend(case.map(|case| (*id, case)));
        }
        let mut supplies = Supplies::default();
        self.ports.entropy.fill(&mut supplies.seed)?;
        Ok(Desk {
            locked: wanted.clone(),
            cases,
            at_hand: (at_hand, read),
            supplies,
            catalogue: self.knowledge.now(),
        })
    }

    /// Puts back what a decision that changed nothing had on its desk.
    fn clear(&self, desk: Desk) {
        desk.cases
            .into_values()
            .for_each(|case| self.cases.put(case));
        self.slots.give_back(desk.supplies.slots.into_iter());
    }

    /// Decides, fetching what is needed. What is refused on a state that may be over is decided
    /// again on a fresh one. The inner error is a further case that must be locked first.
    async fn decide(
        &self,
        actor: &Actor,
        order: &Order,
        now: Timestamp,
        desk: &mut Desk,
    ) -> Result<Result<(Changes, Vec<Guard>), CaseId>, EngineError> {
        let mut fresh = false;
        for _ in 0..FETCHED_MAX {
            let outcome = self.decide_once(actor, order, now, desk);
            if let Some(moved) = moved(order, desk).filter(|_| concerns(&outcome)) {
                if fresh {
                    return Err(moved);
                }
                fresh = true;
                self.freshen(order, desk).await?;
                continue;
            }
            let stop = match outcome {
                Ok(decided) => return Ok(Ok(decided)),
                Err(stop) => stop,
            };
            match stop {
                Stop::Need(need) => {
                    if let Some(further) = self.supply(need, order, desk).await? {
                        return Ok(Err(further));
                    }
                }
                Stop::Refused(refusal) => {
                    if fresh || !self.freshen(order, desk).await? {
                        return Err((*refusal).into());
                    }
                    fresh = true;
                }
                Stop::Unopened(why) => return Err(why.into()),
                Stop::Unwritable(why) => return Err(why.into()),
            }
        }
        Err(EngineError::Busy)
    }

    /// Fetches what a decision needs; gives the case that must be locked first, if it is one.
    async fn supply(
        &self,
        need: Need,
        order: &Order,
        desk: &mut Desk,
    ) -> Result<Option<CaseId>, EngineError> {
        let vault = self.ports.vault.as_ref();
        match need {
            Need::Keys(slots) => {
                let why = Access {
                    purpose: Purpose::Decide,
                    case: order.case,
                };
                let known = &desk.supplies.keys;
                let missing: Vec<KeySlot> =
                    slots.into_iter().filter(|slot| !known.has(*slot)).collect();
                desk.supplies.keys.extend(vault.fetch(&missing, why).await?);
            }
            Need::Slots => {
                let more = self.slots.take(vault).await?;
                desk.supplies.slots.extend(more);
            }
            // Locked whether it exists or not: a missing one takes the same way as a stranger's.
            Need::Case(case) if !desk.locked.contains(&case) => return Ok(Some(case)),
            Need::Case(case) => {
                let known = desk.cases.get(&case).cloned();
                desk.supplies.cases.insert(case, known);
            }
        }
        Ok(None)
    }

    /// One decision on what is on the desk. Uses up the slots that it takes.
    fn decide_once(
        &self,
        actor: &Actor,
        order: &Order,
        now: Timestamp,
        desk: &mut Desk,
    ) -> Result<(Changes, Vec<Guard>), Stop> {
        let case = order
            .case
            .and_then(|id| desk.cases.get(&id))
            .map(Arc::as_ref);
        let rules = case
            .and_then(|case| self.rules.get(&case.service))
            .map(AsRef::as_ref);
        let forms = self.forms.as_ref();
        let context = Context::new(now, actor, &desk.catalogue, forms, &desk.supplies);
        let mut context = context.acting_at(self.ports.clock.now());
        let decided = decide(case, rules, &order.command, &mut context);
        let used = context.slots_used();
        let guard = |case: &CaseId| Guard {
            case: *case,
            version: desk.version(*case),
        };
        let guards: Vec<Guard> = context.guards().iter().map(guard).collect();
        if decided.is_ok() {
            desk.supplies
                .slots
                .drain(..used.min(desk.supplies.slots.len()));
        }
        decided.map(|changes| (changes, guards))
    }

    /// Reads what the store has beyond the desk. Says whether that changed anything.
    async fn freshen(&self, order: &Order, desk: &mut Desk) -> Result<bool, EngineError> {
        let mut news = false;
        for id in desk.locked.clone() {
            let case = desk.cases.remove(&id);
            let (case, more) = self.catch_up(id, case, Read::Fresh).await?;
            desk.cases.extend(case.map(|case| (id, case)));
            news |= more;
        }
        for (id, case) in &mut desk.supplies.cases {
            if let Some(current) = desk.cases.get(id) {
                *case = Some(Arc::clone(current));
            }
        }
        let store = self.ports.store.as_ref();
        // A service that another process named is known by its name only after this.
        news |= self.knowledge.refresh_common(store).await?;
        desk.catalogue = self.knowledge.now();
        if let Some(service) = service_of(order, desk).or_else(|| any_service(order, desk)) {
            news |= self.knowledge.refresh_editions(store, &service).await?;
            desk.catalogue = self.knowledge.now();
        }
        Ok(news)
    }

    /// What was in memory is read all the same when somebody doesn't even hear that it is there: a
    /// case that doesn't exist had to be read too.
    async fn read_what_was_at_hand(&self, desk: &Desk) -> Result<(), EngineError> {
        let (at_hand, read) = &desk.at_hand;
        for id in at_hand {
            let known = desk.cases.get(id).cloned();
            self.catch_up(*id, known, *read).await?;
        }
        Ok(())
    }
}

/// The case is at another version than the one that who sends the command has seen.
fn moved(order: &Order, desk: &Desk) -> Option<EngineError> {
    let (case, expected) = (order.case?, order.if_version?);
    let actual = desk
        .cases
        .get(&case)
        .map_or(Version::NONE, |case| case.version);
    (actual != expected).then_some(EngineError::Conflict {
        case,
        expected,
        actual,
    })
}

/// Whether the outcome shows that the case is the actor's business, and that they may read it: only
/// then do they learn its version.
fn concerns<T>(outcome: &Result<T, Stop>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(Stop::Refused(refusal)) => !refusal.hides_contents(),
        Err(_) => false,
    }
}

/// The service that a command concerns, as far as it can be told.
fn service_of(order: &Order, desk: &Desk) -> Option<Code> {
    match &order.command {
        Command::Submit { service, .. }
        | Command::TakeOver { service, .. }
        | Command::PublishEdition { service, .. }
        | Command::SetParticipation { service, .. } => Some(service.clone()),
        Command::StageDefinition { service, .. } => service.clone(),
        _ => {
            let case = desk.cases.get(&order.case?)?;
            desk.catalogue.name(case.service).cloned()
        }
    }
}

/// Whether an error leaves open if there is such a case; also that the vault is silent, because then
/// nobody knows whose it is.
fn tells_nothing(error: &EngineError) -> bool {
    match error {
        EngineError::Refused(refusal) => refusal.hides_case(),
        EngineError::Vault(_) => true,
        _ => false,
    }
}

/// Some service, for a command about a case that isn't there or has none: to look at its editions
/// costs as much as it does for a case of somebody else.
fn any_service(order: &Order, desk: &Desk) -> Option<Code> {
    let mut services = desk.catalogue.services();
    let first = services.next().filter(|_| order.command.is_for_a_case());
    first.map(|(_, name)| name.clone())
}

/// Lets others go on, on whatever executor this runs.
pub(super) async fn yield_now() {
    let mut yielded = false;
    pin!(futures::future::poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }))
    .await;
}
