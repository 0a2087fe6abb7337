//! Given/when/then for services: what happened, what somebody wants, what comes of it.

use std::sync::Arc;

use crate::domain::event::kind_name;
use crate::domain::{
    Actor, AnyRules, Case, Catalogue, Changes, Command, Context, FieldRules, Need, PartyId,
    Refusal, Register, Rules, Service, Stop, Supplies, decide,
};
use crate::ids::{CommandId, KeySlot};
use crate::record::{
    Acting, Assurance, Channel, EventDraft, Head, Key, KeyState, PartDraft, Record,
};
use crate::time::Timestamp;

/// A service on trial: no store, no vault, no engine; only decide and evolve.
///
/// ```
/// use kanzlei_core::testing::Scenario;
/// use kanzlei_core::*;
///
/// let labels = || Labels::de("Hund");
/// let service = Service::builder("dog", labels())
///     .valid_from(2025, 1, 1)
///     .authority(AuthorityId(1061))
///     .phase("review", labels())
///     .outcome("granted", labels())
///     .disclosure(Disclosure::narrow("SRL 38"))
///     .build()?;
/// let anna = Actor::resident(PersonId::from_bytes([1; 16]), "Anna");
/// let clerk = Actor::official(OfficialId::from_bytes([2; 16]), AuthorityId(1061), Code::new("clerk")?);
///
/// Scenario::of(service)
///     .on("2026-01-05T09:30:00Z".parse()?)
///     .given(&anna, Command::Submit { service: Code::new("dog")?, form: Form::new(), applicant: None })
///     .when(&clerk, Command::Close)
///     .then_refused("not-decided");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Scenario {
    catalogue: Catalogue,
    rules: Option<Arc<dyn AnyRules>>,
    now: Timestamp,
    case: Option<Case>,
    supplies: Supplies,
}

impl std::fmt::Debug for dyn AnyRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AnyRules")
    }
}

/// What came of a command.
#[derive(Debug)]
pub struct Outcome {
    events: Result<Vec<String>, Refusal>,
    acting: Option<KeySlot>,
    after: Scenario,
}

/// Fresh slots of a scenario; more than any case needs.
const SLOTS: u64 = 4_096;

impl Scenario {
    /// A service, in force, with everybody taking part and no register.
    pub fn of(service: Service) -> Self {
        let slots: Vec<KeySlot> = (1..=SLOTS).map(KeySlot).collect();
        let key = |slot: &KeySlot| {
            let mut bytes = [0; 32];
            for (to, from) in bytes.iter_mut().zip(slot.0.to_le_bytes()) {
                *to = from;
            }
            (*slot, KeyState::Alive(Key::from_bytes(bytes)))
        };
        // What a missing case costs; no administrative case has a slot here.
        let nobody = [(KeySlot(0), KeyState::Unknown)];
        Self {
            catalogue: Catalogue::with_services([service]),
            rules: None,
            now: Timestamp::default(),
            case: None,
            supplies: Supplies {
                keys: slots.iter().map(key).chain(nobody).collect(),
                slots,
                ..Supplies::default()
            },
        }
    }

    /// The same with rules of the service's own.
    #[must_use]
    pub fn with_rules(mut self, rules: impl Rules) -> Self {
        self.rules = Some(Arc::new(rules));
        self
    }

    /// The same with a register.
    #[must_use]
    pub fn with_register(mut self, register: Register) -> Self {
        self.catalogue.set_register(register);
        self
    }

    /// The same at this moment.
    #[must_use]
    pub fn on(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// The case so far.
    pub const fn case(&self) -> Option<&Case> {
        self.case.as_ref()
    }

    /// Something that has happened: a command that is taken.
    ///
    /// # Panics
    /// If the command is refused.
    #[must_use]
    pub fn given(self, actor: &Actor, command: Command) -> Self {
        let name = command.name();
        let outcome = self.when(actor, command);
        if let Err(refusal) = &outcome.events {
            fail(&format!(
                "given {name}: refused with {}: {refusal}",
                refusal.code
            ));
        }
        outcome.after
    }

    /// What somebody wants now.
    ///
    /// # Panics
    /// If the decision neither takes nor refuses the command, because something can't be written,
    /// read back or opened.
    // By value, so that a scenario reads as sentences.
    #[allow(clippy::needless_pass_by_value)]
    #[must_use]
    pub fn when(mut self, actor: &Actor, command: Command) -> Outcome {
        let decided = self.decide(actor, &command);
        let mut acting = None;
        let events = match decided {
            Ok((changes, used)) => {
                acting = changes.acting_party();
                self.supplies.slots.drain(..used);
                Ok(self.take(changes))
            }
            Err(Stop::Refused(refusal)) => Err(*refusal),
            Err(Stop::Need(Need::Case(case))) => fail(&format!("case {case} isn't here")),
            Err(other) => fail(&format!("{}: {other:?}", command.name())),
        };
        Outcome {
            events,
            acting,
            after: self,
        }
    }

    fn decide(&self, actor: &Actor, command: &Command) -> Result<(Changes, usize), Stop> {
        let rules = self.rules.as_deref();
        let mut context = Context::new(
            self.now,
            actor,
            &self.catalogue,
            &FieldRules,
            &self.supplies,
        );
        let changes = decide(self.case.as_ref(), rules, command, &mut context)?;
        Ok((changes, context.slots_used()))
    }

    /// Writes the events and folds them, read back, as the engine does.
    fn take(&mut self, changes: Changes) -> Vec<String> {
        let Some(first) = changes.into_cases().into_iter().next() else {
            return Vec::new();
        };
        let mut case = self
            .case
            .take()
            .unwrap_or_else(|| Case::new(first.case, first.service));
        let names = first.events.iter().map(|event| name(event.kind)).collect();
        let draft = PartDraft {
            case: first.case,
            service: first.service,
            authority: first.responsible,
            first: case.version.next(),
            previous: case.tip,
            events: first
                .events
                .into_iter()
                .map(|event| EventDraft {
                    kind: event.kind,
                    schema: event.schema,
                    occurred: event.occurred.unwrap_or(self.now),
                    encoded: event.encoded,
                })
                .collect(),
        };
        let keys = &self.supplies.keys;
        let written = Record::write(&head(), &[draft], keys, &mut || [7; 16]);
        let record = written.unwrap_or_else(|error| fail(&format!("can't be written: {error}")));
        for (part, summary) in record.read().parts().zip(record.parts()) {
            let folded = case.fold(&part, summary.hash, self.rules.as_deref());
            folded.unwrap_or_else(|error| fail(&error.to_string()));
        }
        self.case = Some(case);
        names
    }
}

impl Outcome {
    /// The command was taken, and made these events, by the names of their kinds; a service's own
    /// by their numbers, such as `0x8001`.
    ///
    /// # Panics
    /// If it was refused, or made other events.
    pub fn then(self, events: &[&str]) -> Scenario {
        match self.events {
            Ok(made) if made == events => self.after,
            Ok(made) => fail(&format!("then {events:?}: there are {made:?}")),
            Err(refusal) => fail(&format!(
                "then {events:?}: refused with {}: {refusal}",
                refusal.code
            )),
        }
    }

    /// The command was refused with this code.
    ///
    /// # Panics
    /// If it was taken, or refused with another code.
    pub fn then_refused(self, code: &str) -> Scenario {
        match self.events {
            Err(refusal) if refusal.code == code => self.after,
            Err(refusal) => fail(&format!("then {code}: it is {}: {refusal}", refusal.code)),
            Ok(made) => fail(&format!("then {code}: there are {made:?}")),
        }
    }

    /// As which party the command was given, if by one.
    pub fn acting_party(&self) -> Option<PartyId> {
        let mut parties = self.after.case.iter().flat_map(|case| &case.parties);
        let party = parties.find(|(_, party)| Some(party.slot) == self.acting);
        party.map(|(id, _)| *id)
    }

    /// The refusal, if it was refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.events.as_ref().err()
    }
}

/// A test that fails, fails with a panic.
#[allow(clippy::panic)]
#[track_caller]
fn fail(why: &str) -> ! {
    panic!("{why}")
}

fn name(kind: u16) -> String {
    kind_name(kind).map_or_else(|| format!("{kind:#06x}"), str::to_owned)
}

fn head() -> Head {
    Head {
        command: CommandId::from_bytes([0; 16]),
        acting: Acting::Installation,
        assurance: Assurance::NONE,
        channel: Channel::SYSTEM,
        fingerprint: [0; 16],
        cause: None,
        acting_for: None,
        mandate: None,
    }
}
