//! What a decision may look at, and what it gives.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::actor::{Actor, Who};
use super::case::Case;
use super::catalogue::Catalogue;
use super::event::{CaseOpened, Event, NewEvent, TypedEvent};
use super::form_check::FormCheck;
use super::refusal::Refusal;
use super::service::known_surely;
use super::standing::{Standing, not_there, standings};
use super::stop::{Need, Stop};
use crate::ids::{AuthorityId, CaseId, KeySlot, ServiceKey};
use crate::record::{Hash, Keyring};
use crate::time::{Date, Timestamp};

/// What the engine has fetched for a decision, and fetches more of when the decision says so.
#[derive(Debug, Default)]
pub struct Supplies {
    /// The keys at hand.
    pub keys: Keyring,
    /// Further cases at hand; `None` where there is no such case.
    pub cases: BTreeMap<CaseId, Option<Arc<Case>>>,
    /// Minted slots that nobody uses yet.
    pub slots: Vec<KeySlot>,
    /// Random bytes, from which new ids are made.
    pub seed: [u8; 32],
}

/// Everything that a decision may look at beside the case: time, chance, definitions, keys. It is
/// a value, so the same decision can be made again.
pub struct Context<'a> {
    /// When the command arrived.
    pub now: Timestamp,
    /// Who wants it.
    pub actor: &'a Actor,
    /// Services, register and participation as they are.
    pub catalogue: &'a Catalogue,
    /// How forms are checked.
    pub forms: &'a dyn FormCheck,
    /// Keys, further cases, slots and chance.
    pub supplies: &'a Supplies,
    acts: Timestamp,
    slots_used: usize,
    ids_made: u64,
    guards: Vec<CaseId>,
}

impl<'a> Context<'a> {
    /// The context of a command that arrives `now`.
    pub fn new(
        now: Timestamp,
        actor: &'a Actor,
        catalogue: &'a Catalogue,
        forms: &'a dyn FormCheck,
        supplies: &'a Supplies,
    ) -> Self {
        Self {
            now,
            actor,
            catalogue,
            forms,
            supplies,
            acts: now,
            slots_used: 0,
            ids_made: 0,
            guards: Vec::new(),
        }
    }

    /// The same of an actor who acts at this moment, on a command that arrived before.
    #[must_use]
    pub fn acting_at(mut self, moment: Timestamp) -> Self {
        self.acts = moment;
        self
    }

    /// The day on which the actor acts, in UTC: what they may do is a matter of that day, whenever what they enter arrived.
    pub fn acting_on(&self) -> Date {
        self.acts.date_utc()
    }

    /// The day of the command, in UTC.
    pub fn today(&self) -> Date {
        self.now.date_utc()
    }

    /// A fresh slot of the vault.
    ///
    /// # Errors
    /// [`Need::Slots`], if there is none at hand.
    pub fn slot(&mut self) -> Result<KeySlot, Stop> {
        let slot = self.supplies.slots.get(self.slots_used).copied();
        self.slots_used += 1;
        slot.ok_or(Stop::Need(Need::Slots))
    }

    /// How many fresh slots the decision has taken, the first ones of the supply.
    pub const fn slots_used(&self) -> usize {
        self.slots_used
    }

    /// A new case's id.
    pub fn case_id(&mut self) -> CaseId {
        self.ids_made += 1;
        let made = self.ids_made.to_le_bytes();
        let drawn = Hash::of(&[b"kanzlei id 1", &self.supplies.seed, &made]);
        let mut random = [0; 10];
        for (to, from) in random.iter_mut().zip(drawn.as_bytes()) {
            *to = *from;
        }
        CaseId::new(self.now, random)
    }

    /// Says that the decision rests on this case as it is: the commit is taken only if nobody has
    /// changed it since.
    pub fn guard(&mut self, case: CaseId) {
        if !self.guards.contains(&case) {
            self.guards.push(case);
        }
    }

    /// The cases on which the decision rests.
    pub fn guards(&self) -> &[CaseId] {
        &self.guards
    }

    /// A further case, if it is the actor's business.
    ///
    /// # Errors
    /// [`Need::Case`] if it isn't at hand, [`Need::Keys`] if it must be seen whose it is; a refusal
    /// if there is no such case, it is none of theirs, or they aren't known surely enough to act in
    /// it.
    pub fn case(&self, id: CaseId) -> Result<&'a Case, Stop> {
        let case = match self.supplies.cases.get(&id) {
            Some(Some(case)) => case,
            Some(None) => return Err(not_there(self.catalogue, self.actor, &self.supplies.keys)),
            None => return Err(Stop::Need(Need::Case(id))),
        };
        let edition = self.catalogue.edition(case.service, case.edition.0);
        let service = edition.map(|edition| edition.service.as_ref());
        let (keys, today) = (&self.supplies.keys, self.acting_on());
        let found = standings(case, service, self.catalogue, self.actor, keys, today)?;
        let acts =
            |standing: &Standing| !matches!(standing, Standing::Oversight | Standing::Public);
        if self.actor.who == Who::Installation {
            return Ok(case);
        }
        if found.iter().any(acts) {
            if let Some(service) = service {
                known_surely(self.actor, service.assurance.read)?;
            }
            return Ok(case);
        }
        Err(Refusal::not_found().into())
    }
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("now", &self.now)
            .field("actor", &self.actor)
            .finish_non_exhaustive()
    }
}

/// What a decision changes: events, case by case. The first is the command's own case.
#[derive(Debug)]
pub struct Changes {
    cases: Vec<CaseChanges>,
    acting: Option<KeySlot>,
}

/// What a decision changes in one case.
#[derive(Debug)]
pub struct CaseChanges {
    /// The case.
    pub case: CaseId,
    /// Its service.
    pub service: ServiceKey,
    /// Who is responsible afterwards.
    pub responsible: AuthorityId,
    /// Whether it begins here.
    pub opens: bool,
    /// The slot that it is given when it begins.
    pub slot: Option<KeySlot>,
    /// The events, in order.
    pub events: Vec<NewEvent>,
}

impl Changes {
    /// No events yet, for a case that exists.
    pub fn of(case: &Case) -> Self {
        Self::from(CaseChanges::of(case))
    }

    /// A case begins, with the event that says so.
    ///
    /// # Errors
    /// If the event can't be written.
    pub fn opening(
        case: CaseId,
        service: ServiceKey,
        responsible: AuthorityId,
        opened: CaseOpened,
    ) -> Result<Self, Stop> {
        let mut first = CaseChanges::opening(case, service, responsible);
        first.open(opened)?;
        Ok(Self::from(first))
    }

    /// No events yet, for a case that begins.
    pub(crate) fn empty(case: CaseId, service: ServiceKey, responsible: AuthorityId) -> Self {
        Self::from(CaseChanges::opening(case, service, responsible))
    }

    /// The same with one more event of the first case.
    ///
    /// # Errors
    /// If the event can't be written.
    pub fn and<E: TypedEvent>(mut self, event: &E) -> Result<Self, Stop> {
        if let Some(first) = self.cases.first_mut() {
            first.push(event)?;
        }
        Ok(self)
    }

    /// The same with one more event of the kernel's.
    ///
    /// # Errors
    /// If the event can't be written.
    pub fn event(self, event: impl Into<Event>) -> Result<Self, Stop> {
        self.and(&event.into())
    }

    /// The same with an event that happened before the command arrived.
    ///
    /// # Errors
    /// If the event can't be written.
    pub fn event_at(mut self, at: Timestamp, event: impl Into<Event>) -> Result<Self, Stop> {
        self = self.event(event)?;
        if let Some(last) = self
            .cases
            .first_mut()
            .and_then(|first| first.events.last_mut())
        {
            last.occurred = Some(at);
        }
        Ok(self)
    }

    /// The same with one event if there is one.
    pub(crate) fn event_if(self, event: Option<impl Into<Event>>) -> Result<Self, Stop> {
        match event {
            Some(event) => self.event(event),
            None => Ok(self),
        }
    }

    /// The same, with this authority responsible for the first case afterwards.
    #[must_use]
    pub fn responsible(mut self, authority: AuthorityId) -> Self {
        if let Some(first) = self.cases.first_mut() {
            first.responsible = authority;
        }
        self
    }

    /// The same with a further case.
    #[must_use]
    pub fn along(mut self, further: CaseChanges) -> Self {
        self.cases.push(further);
        self
    }

    /// The same, done by the party with this slot.
    #[must_use]
    pub(crate) fn acting(mut self, party: Option<KeySlot>) -> Self {
        self.acting = party;
        self
    }

    /// The slot of the party that acts, if it is one.
    pub const fn acting_party(&self) -> Option<KeySlot> {
        self.acting
    }

    /// Case by case; the first is the command's own.
    pub fn cases(&self) -> &[CaseChanges] {
        &self.cases
    }

    /// Case by case, to be written.
    pub fn into_cases(self) -> Vec<CaseChanges> {
        self.cases
    }
}

impl From<CaseChanges> for Changes {
    fn from(first: CaseChanges) -> Self {
        Self {
            cases: vec![first],
            acting: None,
        }
    }
}

impl CaseChanges {
    /// No events yet, for a case that exists.
    pub fn of(case: &Case) -> Self {
        Self {
            case: case.id,
            service: case.service,
            responsible: case.responsible,
            opens: false,
            slot: None,
            events: Vec::new(),
        }
    }

    /// No events yet, for a case that begins.
    pub fn opening(case: CaseId, service: ServiceKey, responsible: AuthorityId) -> Self {
        Self {
            case,
            service,
            responsible,
            opens: true,
            slot: None,
            events: Vec::new(),
        }
    }

    /// Begins the case: its first event.
    ///
    /// # Errors
    /// If the event can't be written.
    pub fn open(&mut self, opened: CaseOpened) -> Result<(), Stop> {
        self.slot = Some(opened.slot);
        self.push(&Event::from(opened))
    }

    /// Adds an event.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn push<E: TypedEvent>(&mut self, event: &E) -> Result<(), Stop> {
        self.events.push(NewEvent::of(event)?);
        Ok(())
    }
}
