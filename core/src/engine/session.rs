//! A session: whoever acts or reads says so once, and everything after is authorised and disclosed
//! accordingly, and reads its own writes.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

use super::execute::FETCHED_MAX;
use super::{Engine, EngineError, Order};
use crate::domain::{
    Actor, Answer, Case, Code, Command, Form, Need, Refusal, Standing, Stop, Who, disclose,
    not_there, standings,
};
use crate::ids::{CaseId, CommandId, Position, Reference, Version};
use crate::ports::{Access, Appended, Purpose, Read};
use crate::record::{Assurance, Hash, Keyring, Page};
use crate::time::Timestamp;

/// What a command made happen. It is derived from the record, so it can be had again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The command.
    pub command: CommandId,
    /// Its case.
    pub case: CaseId,
    /// The case's short number.
    pub reference: Reference,
    /// The case's version afterwards.
    pub version: Version,
    /// Every case that was changed, with its version afterwards; the first is the command's own.
    pub cases: Vec<(CaseId, Version)>,
    /// The commit's place in the log.
    pub position: Position,
    /// When the store took it in.
    pub recorded: Timestamp,
    /// The hash over the commit's content.
    pub content: Hash,
}

impl Receipt {
    /// The receipt of what a store answered when it took a commit in.
    pub fn new(appended: Appended, command: CommandId, content: Hash) -> Self {
        let (case, version) = appended.cases.first().copied().unwrap_or_default();
        Self {
            command,
            case,
            reference: case.reference(),
            version,
            cases: appended.cases,
            position: appended.position,
            recorded: appended.recorded,
            content,
        }
    }
}

/// One actor's dealings with an engine.
pub struct Session {
    engine: Engine,
    actor: Actor,
    seen: AtomicU64,
}

impl Engine {
    /// A session of this actor.
    pub fn act_as(&self, actor: Actor) -> Session {
        Session {
            engine: self.clone(),
            actor,
            seen: AtomicU64::new(0),
        }
    }
}

impl Session {
    /// Who acts and reads.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The engine.
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The place in the log of the last commit that this session made or was told of. What it reads
    /// is at least as new.
    pub fn position(&self) -> Position {
        Position(self.seen.load(Ordering::Acquire))
    }

    /// Tells this session of a commit made elsewhere, so that it reads it.
    pub fn has_seen(&self, position: Position) {
        self.seen.fetch_max(position.0, Ordering::AcqRel);
    }

    /// Hands in a form, and so opens a case.
    ///
    /// # Errors
    /// A refusal that says which field and what is allowed; or what doesn't work.
    pub async fn submit(&self, service: &str, form: Form) -> Result<Receipt, EngineError> {
        let service = Code::new(service).map_err(|_| {
            let catalogue = self.engine.catalogue();
            let known: Vec<&str> = catalogue
                .services()
                .map(|(_, name)| name.as_str())
                .collect();
            let said = format!("there is no such service; there are: {}", known.join(", "));
            Refusal::new("service-unknown", said)
        })?;
        let applicant = None;
        let command = Command::Submit {
            service,
            form,
            applicant,
        };
        self.send(self.order(None, command)?).await
    }

    /// Lets something happen in a case.
    ///
    /// # Errors
    /// A refusal that says what is allowed instead; or what doesn't work.
    pub async fn act(&self, case: CaseId, command: Command) -> Result<Receipt, EngineError> {
        self.send(self.order(Some(case), command)?).await
    }

    /// Lets the installation do something: publish, set participation, take over.
    ///
    /// # Errors
    /// A refusal that says what is allowed instead; or what doesn't work.
    pub async fn administer(&self, command: Command) -> Result<Receipt, EngineError> {
        self.send(self.order(None, command)?).await
    }

    fn order(&self, case: Option<CaseId>, command: Command) -> Result<Order, EngineError> {
        Ok(Order::new(self.engine.command_id()?, case, command).unused())
    }

    /// Sends a command with an id of the sender's own; sent again, it gets the same receipt.
    /// Dropping the future doesn't take the command back once it has been handed to the store.
    ///
    /// # Errors
    /// A refusal that says what is allowed instead; or what doesn't work.
    pub async fn send(&self, order: Order) -> Result<Receipt, EngineError> {
        let receipt = self.engine.0.execute(&self.actor, &order).await?;
        self.has_seen(receipt.position);
        Ok(receipt)
    }

    /// A case as this actor may see it: one answer for each standing, the strongest first. A person
    /// who is two parties gets two.
    ///
    /// # Errors
    /// The refusal `case-not-found`, whether there is no such case or it is none of theirs; or
    /// what doesn't work.
    pub async fn case(&self, id: CaseId) -> Result<Vec<Answer>, EngineError> {
        // A session that has written reads what it wrote, whatever copy of the store it asks.
        let first = if self.position() > Position::START {
            Read::Fresh
        } else {
            Read::Any
        };
        match self.case_at(id, None, first).await {
            Err(EngineError::Refused(_)) => {
                let store = self.engine.0.ports.store.as_ref();
                self.engine.0.knowledge.refresh_all(store).await?;
                self.case_at(id, None, Read::Fresh).await
            }
            answers => answers,
        }
    }

    /// A case as somebody with this standing sees it. Only who operates the installation may stand
    /// in for others: whoever has the vault can read everything anyway, and this door says so.
    ///
    /// # Errors
    /// A refusal, if the actor isn't the installation or there is no such case or party; or what
    /// doesn't work.
    pub async fn stand_in(&self, id: CaseId, standing: Standing) -> Result<Answer, EngineError> {
        if self.actor.who != Who::Installation {
            let said = "only who operates the installation can look at a case for somebody else";
            return Err(Refusal::new("operators-only", said).into());
        }
        let mut answers = self.case_at(id, Some(standing), Read::Fresh).await?;
        answers.pop().ok_or_else(|| Refusal::not_found().into())
    }

    /// A case as this actor sees it, or as the standing in which they stand in for somebody does.
    async fn case_at(
        &self,
        id: CaseId,
        stands_in: Option<Standing>,
        read: Read,
    ) -> Result<Vec<Answer>, EngineError> {
        let engine = &self.engine.0;
        let (pages, case) = engine.whole(id, read).await?;
        let mut keys = Keyring::default();
        // Who a person is to a case is found by opening its parties, before anything is shown.
        let mut purpose = match self.actor.who {
            Who::Person { .. } => Purpose::Authorise,
            _ => Purpose::Disclose,
        };
        for _ in 0..FETCHED_MAX {
            let missing = match self.answers(&case, stands_in, &pages, &keys) {
                Ok(answers) => return Ok(answers),
                Err(Stop::Need(Need::Keys(slots))) => slots,
                Err(Stop::Refused(refusal)) => return Err((*refusal).into()),
                Err(Stop::Unopened(why)) => return Err(why.into()),
                Err(Stop::Unwritable(why)) => return Err(why.into()),
                Err(Stop::Need(_)) => break,
            };
            let why = Access {
                purpose,
                case: Some(id),
            };
            purpose = Purpose::Disclose;
            keys.extend(engine.ports.vault.fetch(&missing, why).await?);
        }
        Err(EngineError::Busy)
    }

    fn answers(
        &self,
        case: &Case,
        stands_in: Option<Standing>,
        pages: &[Page],
        keys: &Keyring,
    ) -> Result<Vec<Answer>, Stop> {
        let engine = &self.engine.0;
        let catalogue = engine.knowledge.now();
        let edition = catalogue.edition(case.service, case.edition.0);
        let Some(service) = edition.map(|edition| edition.service.as_ref()) else {
            return Err(not_there(&catalogue, &self.actor, keys));
        };
        let today = engine.ports.clock.now().date_utc();
        let found = match stands_in {
            Some(Standing::Party(party)) if !case.parties.contains_key(&party) => Vec::new(),
            Some(standing) => vec![standing],
            None => standings(case, Some(service), &catalogue, &self.actor, keys, today)?,
        };
        if found.is_empty() {
            return Err(Refusal::not_found().into());
        }
        // Who stands in for others holds the keys anyway.
        let known = stands_in.map_or(self.actor.assurance, |_| Assurance::HIGH);
        let show = |standing| disclose((standing, known), case, service, pages, keys);
        found.into_iter().map(show).collect()
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({:?})", self.actor)
    }
}
