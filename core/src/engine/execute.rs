//! The way of a command: answered before? load, decide, prepare, append.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use super::prepare::{Decided, Ready};
use super::{EngineError, Inner, Receipt};
use crate::domain::{
    Actor, Case, Catalogue, Changes, Code, Command, Context, Need, Refusal, Stop, Supplies, decide,
};
use crate::ids::{CaseId, CommandId, KeySlot, Version};
use crate::ports::{Access, AppendError, Appended, Guard, Purpose, Read};
use crate::record::Hash;
use crate::time::Timestamp;

/// How often a decision is made anew because another process came first.
const DECIDED_MAX: usize = 64;
/// How often a commit is sent again when the store is busy or doesn't know.
const SENT_MAX: usize = 64;
/// How often something is fetched for one decision: keys, cases, slots.
const FETCHED_MAX: usize = 64;

/// A command on its way.
#[derive(Debug, Clone)]
pub struct Order {
    /// Its id. Sent again with the same id it gets the same receipt.
    pub id: CommandId,
    /// For which case; none for a command that opens one.
    pub case: Option<CaseId>,
    /// The version that who sends it has seen, if it must still be that one.
    pub if_version: Option<Version>,
    /// What is to happen.
    pub command: Command,
    /// When it arrived, if that was before it came to the engine: a letter at the counter, a
    /// message in a queue.
    pub arrived: Option<Timestamp>,
    /// Whether the id was made just now, or nobody is likely to have used it.
    pub(super) fresh: bool,
}

impl Order {
    /// A command with an id of its sender's.
    pub const fn new(id: CommandId, case: Option<CaseId>, command: Command) -> Self {
        Self {
            id,
            case,
            if_version: None,
            command,
            arrived: None,
            fresh: false,
        }
    }

    /// The same, with an id that nobody is likely to have used: it isn't looked up beforehand. If it
    /// was used all the same, the store says so, and the receipt is the first one.
    #[must_use]
    pub const fn unused(mut self) -> Self {
        self.fresh = true;
        self
    }

    /// The same, having arrived at this moment.
    #[must_use]
    pub const fn arrived(mut self, at: Timestamp) -> Self {
        self.arrived = Some(at);
        self
    }

    /// The same, only if the case is still at this version.
    #[must_use]
    pub const fn if_version(mut self, version: Version) -> Self {
        self.if_version = Some(version);
        self
    }
}

/// What became of an attempt.
enum Attempt {
    Done(Receipt),
    /// Another commit came first: decide again on what is there now.
    Again,
    /// A further case is needed, and must be locked too.
    Wider(CaseId),
}

/// One attempt's state: the cases as they are, and what was fetched.
struct Desk {
    cases: BTreeMap<CaseId, Arc<Case>>,
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
            return self.compare(first, order.id, actor, &order.command).await;
        }
        self.accept(order)?;
        match self.decide_and_append(actor, order).await {
            // The same command may have been under way when this one was looked up.
            Err(no @ (EngineError::Refused(_) | EngineError::Conflict { .. })) if !order.fresh => {
                match self.ports.store.answered(order.id).await? {
                    Some(first) => self.compare(first, order.id, actor, &order.command).await,
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
        for id in wanted {
            let cached = self.cases.take(*id);
            let case = match cached {
                Some(case) => Some(case),
                None => self.catch_up(*id, None, read).await?.0,
            };
            cases.extend(case.map(|case| (*id, case)));
        }
        let mut supplies = Supplies::default();
        self.ports.entropy.fill(&mut supplies.seed)?;
        Ok(Desk {
            cases,
            supplies,
            catalogue: self.knowledge.now(),
        })
    }

    /// Puts back what a decision that changed nothing had on its desk.
    fn clear(&self, desk: Desk) {
        desk.cases
            .into_values()
            .for_each(|case| self.cases.put(case));
        self.slots.give_back(desk.supplies.slots);
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
                Stop::Refused(refusal) if fresh => return Err((*refusal).into()),
                Stop::Refused(refusal) => {
                    fresh = true;
                    if !self.freshen(order, desk).await? {
                        return Err((*refusal).into());
                    }
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
            Need::Case(case) => {
                let known = desk.cases.get(&case).cloned();
                if known.is_none() && self.catch_up(case, None, Read::Fresh).await?.0.is_some() {
                    return Ok(Some(case));
                }
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
        let mut context = Context::new(now, actor, &desk.catalogue, forms, &desk.supplies);
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
        let known: BTreeSet<CaseId> = order
            .case
            .into_iter()
            .chain(desk.cases.keys().copied())
            .collect();
        for id in known {
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
        if let Some(service) = service_of(order, desk) {
            news |= self.knowledge.refresh_editions(store, &service).await?;
            desk.catalogue = self.knowledge.now();
        }
        Ok(news)
    }

    /// Hands a commit to the store, these same bytes until it has answered.
    async fn append(
        &self,
        actor: &Actor,
        order: &Order,
        ready: Ready,
    ) -> Result<Attempt, EngineError> {
        let mut unknown = None;
        for _ in 0..SENT_MAX {
            match self.ports.store.append(&ready.prepared).await {
                Ok(appended) => {
                    let content = ready.prepared.record.content_hash();
                    return self
                        .appended(order, ready, appended, content)
                        .await
                        .map(Attempt::Done);
                }
                Err(AppendError::Duplicate(first)) => {
                    let receipt = self.compare(first, order.id, actor, &order.command).await?;
                    return Ok(Attempt::Done(receipt));
                }
                Err(AppendError::Conflict { case, actual }) => {
                    return self.conflict(order, case, actual).await;
                }
                Err(AppendError::Busy) => {}
                Err(AppendError::Unknown(why)) => unknown = Some(why),
                // Once it was not known, it stays unknown: the store may have taken it before.
                Err(why) if unknown.is_some() => {
                    unknown = Some(why.to_string());
                    break;
                }
                Err(AppendError::Damaged { case }) => return Err(EngineError::Damaged(case)),
                Err(AppendError::TooLarge { size }) => return Err(too_large(size)),
                Err(AppendError::Closed(why)) => return Err(EngineError::Closed(why)),
            }
            yield_now().await;
        }
        let command = order.id;
        Err(
            unknown.map_or(EngineError::Busy, |why| EngineError::Unknown {
                command,
                why,
            }),
        )
    }

    async fn appended(
        &self,
        order: &Order,
        ready: Ready,
        appended: Appended,
        content: Hash,
    ) -> Result<Receipt, EngineError> {
        let administrative = matches!(
            order.command,
            Command::StageDefinition { .. }
                | Command::PublishEdition { .. }
                | Command::PublishRegister { .. }
                | Command::SetParticipation { .. }
        );
        if administrative {
            self.knowledge
                .refresh_all(self.ports.store.as_ref())
                .await?;
        } else {
            ready
                .cases
                .into_iter()
                .for_each(|case| self.cases.put(case));
        }
        Ok(Receipt::new(appended, order.id, content))
    }

    /// Another commit came first: of a case, or of what the decision rested on.
    async fn conflict(
        &self,
        order: &Order,
        case: CaseId,
        actual: Version,
    ) -> Result<Attempt, EngineError> {
        let seen = order
            .if_version
            .filter(|seen| order.case == Some(case) && *seen != actual);
        if let Some(expected) = seen {
            return Err(EngineError::Conflict {
                case,
                expected,
                actual,
            });
        }
        self.knowledge
            .refresh_all(self.ports.store.as_ref())
            .await?;
        Ok(Attempt::Again)
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

fn too_large(size: usize) -> EngineError {
    let said = format!("this is too much at once ({size} bytes); send it in several pieces");
    Refusal::new("commit-too-large", said)
        .with("size", size)
        .into()
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
