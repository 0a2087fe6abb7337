//! The steps of a command and of a read, one by one: what criterion times and valgrind counts.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::executor::block_on;
use kanzlei_core::domain::event::Event;
use kanzlei_core::domain::{Case, Catalogue, Changes, Context, Supplies, TypedEvent, decide};
use kanzlei_core::engine::Ports;
use kanzlei_core::ports::{Access, Clock, Entropy, EntropyError, KeyVault, Purpose, Read};
use kanzlei_core::record::{
    Acting, Assurance, Channel, EventDraft, Hash, Head, Keyring, Page, PartDraft, Record,
};
use kanzlei_core::{
    Actor, Code, Command, CommandId, FieldRules, Form, KeySlot, OfficialId, PersonId, ServiceKey,
    Timestamp, Version,
};
use kanzlei_store::{MemoryEventStore, MemoryKeyVault};

use crate::Outcome;
use crate::mix::{SERVICE, TownHall};

/// Does a step once.
pub type Step = fn(&Steps) -> Outcome;

/// The steps by name.
pub const STEPS: &[(&str, Step)] = &[
    ("decide a request", Steps::decide_request),
    ("decide a further task", Steps::decide_task),
    (
        "prepare a request (5 events, 2 sealed)",
        Steps::prepare_request,
    ),
    ("decode 20 events", Steps::decode),
    ("fold 20 events", Steps::fold),
];

/// All that the steps need.
pub struct Steps {
    catalogue: Arc<Catalogue>,
    now: Timestamp,
    resident: Actor,
    request: Command,
    clerk: Actor,
    task: Command,
    case: Case,
    page: Page,
    head: Head,
    drafts: Vec<PartDraft>,
    keys: Keyring,
    supplies: Supplies,
}

impl Steps {
    /// Lays out a request, a case of 20 events and their keys.
    ///
    /// # Errors
    /// If the engine can't make them.
    pub fn ready() -> Outcome<Self> {
        block_on(Self::laid_out())
    }

    async fn laid_out() -> Outcome<Self> {
        let entropy = Arc::new(Counting::default());
        let vault = Arc::new(MemoryKeyVault::new(entropy.clone() as Arc<dyn Entropy>)?);
        let ports = Ports {
            store: Arc::new(MemoryEventStore::new(Arc::new(Monday))),
            vault: Arc::clone(&vault) as Arc<dyn KeyVault>,
            clock: Arc::new(Monday),
            entropy,
        };
        let hall = TownHall::founded(ports).await?;
        let id = hall.long_case().await?;
        let page = hall
            .store()
            .case(id, Version::NONE, usize::MAX, Read::Fresh)
            .await?;
        let case = folded(&page, Case::new(id, ServiceKey(0)))?;
        let municipality = case.responsible;
        let form = Form::new()
            .with("municipality", municipality)?
            .with("purpose", "to rent a dwelling on Pilatusstrasse")?
            .with("copies", 2)?;
        let slots = vault.mint(4).await?;
        let why = Access {
            purpose: Purpose::Seal,
            case: None,
        };
        let clerk = OfficialId::from_bytes([7; 16]);
        let mut steps = Self {
            catalogue: hall.engine().catalogue(),
            now: Monday.now(),
            resident: Actor::resident(PersonId::from_bytes([1; 16]), "Resident 1"),
            request: Command::Submit {
                service: Code::new(SERVICE)?,
                form,
                applicant: None,
            },
            clerk: Actor::official(clerk, municipality, Code::new("clerk")?),
            task: Command::AddTask {
                kind: Code::new("check-residence")?,
                authority: None,
            },
            case,
            page,
            head: head(slots.first().copied().unwrap_or(KeySlot(1))),
            drafts: Vec::new(),
            keys: vault.fetch(&slots, why).await?,
            supplies: Supplies {
                slots,
                ..Supplies::default()
            },
        };
        steps.drafts = drafts(
            steps.decided(&steps.resident, &steps.request, None)?,
            steps.now,
        );
        Ok(steps)
    }

    fn decided(&self, actor: &Actor, command: &Command, case: Option<&Case>) -> Outcome<Changes> {
        let mut context = Context::new(
            self.now,
            actor,
            &self.catalogue,
            &FieldRules,
            &self.supplies,
        );
        decide(case, None, command, &mut context).map_err(|stop| format!("{stop:?}").into())
    }

    fn decide_request(&self) -> Outcome {
        black_box(self.decided(&self.resident, &self.request, None)?);
        Ok(())
    }

    fn decide_task(&self) -> Outcome {
        black_box(self.decided(&self.clerk, &self.task, Some(&self.case))?);
        Ok(())
    }

    fn prepare_request(&self) -> Outcome {
        let record = Record::write(&self.head, &self.drafts, &self.keys, &mut || [5; 16])?;
        black_box(record);
        Ok(())
    }

    fn decode(&self) -> Outcome {
        for commit in self.page.commits() {
            for event in commit.record.parts().flat_map(|part| part.events()) {
                black_box(Event::decode(&event)?);
            }
        }
        Ok(())
    }

    fn fold(&self) -> Outcome {
        black_box(folded(&self.page, Case::new(self.case.id, ServiceKey(0)))?);
        Ok(())
    }
}

fn folded(page: &Page, mut case: Case) -> Outcome<Case> {
    for commit in page.commits() {
        for part in commit.record.parts() {
            case.fold(&part, Hash::ZERO, None)?;
        }
    }
    Ok(case)
}

fn head(party: KeySlot) -> Head {
    Head {
        command: CommandId::from_bytes([9; 16]),
        acting: Acting::Party(party),
        assurance: Assurance::NONE,
        channel: Channel::PORTAL,
        fingerprint: [0; 16],
        cause: None,
        acting_for: None,
        mandate: None,
    }
}

fn drafts(changes: Changes, now: Timestamp) -> Vec<PartDraft> {
    let drafted = changes.into_cases().into_iter().map(|change| PartDraft {
        case: change.case,
        service: change.service,
        authority: change.responsible,
        first: Version(1),
        previous: Hash::ZERO,
        events: change
            .events
            .into_iter()
            .map(|event| EventDraft {
                kind: event.kind,
                schema: event.schema,
                occurred: now,
                encoded: event.encoded,
            })
            .collect(),
    });
    drafted.collect()
}

/// A Monday morning that doesn't pass, so that counts are the same tomorrow.
struct Monday;

impl Clock for Monday {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_767_605_400_000_000)
    }
}

/// Bytes that are never the same and always the same.
#[derive(Default)]
struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in bytes.chunks_mut(8) {
            let next = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
            chunk.iter_mut().zip(next).for_each(|(to, from)| *to = from);
        }
        Ok(())
    }
}
