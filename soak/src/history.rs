//! What the log says, read commit by commit: where each command stands, and what was said in it.

use std::collections::BTreeMap;

use futures::executor::block_on;
use kanzlei::core::domain::TypedEvent;
use kanzlei::core::domain::event::Event;
use kanzlei::core::ports::{Access, Purpose};
use kanzlei::core::record::{CommitRef, EventRef, Keyring, Personal, Unopened};
use kanzlei::{AuthorityId, CaseId, CommandId, Kanzlei, Position, ServiceKey, Value, Version};

use crate::told::Receipt;
use crate::town::SERVICE;
use crate::{Outcome, ensure};

/// Bytes of the log that are read at once.
const PAGE: usize = 1 << 20;

/// A text in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It opens.
    Text(String),
    /// Its key is destroyed.
    Erased,
}

/// Where a command stands, and what was said in it.
#[derive(Debug)]
pub struct Found {
    /// What the command must have been answered.
    pub receipt: Receipt,
    /// Its texts.
    pub said: Vec<Said>,
}

/// An event of one of the service's cases.
#[derive(Debug)]
pub struct Happened {
    /// Who is responsible after it.
    pub authority: AuthorityId,
    /// What happened.
    pub event: Event,
}

/// The log.
#[derive(Debug, Default)]
pub struct History {
    /// By the command.
    pub commands: BTreeMap<CommandId, Found>,
    /// Every case of the service, in order.
    pub cases: BTreeMap<CaseId, Vec<Happened>>,
    /// The keys that were needed to read it.
    pub keys: Keyring,
    last: Position,
    versions: BTreeMap<CaseId, Version>,
}

impl History {
    /// Reads the whole log.
    ///
    /// # Errors
    /// If it can't be read, or its order isn't one.
    pub fn read(kanzlei: &Kanzlei) -> Outcome<Self> {
        let ports = kanzlei.engine().ports();
        let end = ports.store.watermark().now();
        let (mut history, mut after) = (Self::default(), Position::START);
        while after < end {
            let page = block_on(ports.store.log(after, PAGE))?;
            ensure(page.through() > after, || {
                format!("the log has no page after {after}, and ends at {end}")
            })?;
            after = page.through();
            let shares = page.commits().flat_map(|commit| commit.record.parts());
            let slots: Vec<_> = shares
                .flat_map(|part| part.values())
                .map(|value| value.slot)
                .collect();
            let why = Access {
                purpose: Purpose::Disclose,
                case: None,
            };
            let keys = block_on(ports.vault.fetch(&slots, why))?;
            for commit in page.commits() {
                history.commit(&commit, &keys)?;
            }
            history.keys.extend(keys);
        }
        Ok(history)
    }

    fn commit(&mut self, commit: &CommitRef<'_>, keys: &Keyring) -> Outcome {
        let position = commit.stamp.position;
        let command = commit.record.head().command;
        ensure(position > self.last, || {
            format!("position {position} follows position {}", self.last)
        })?;
        self.last = position;
        let (mut said, mut receipt) = (Vec::new(), None);
        for part in commit.record.parts() {
            let version = self.versions.entry(part.case).or_default();
            ensure(part.first == version.next(), || {
                format!(
                    "at position {position} event {} of case {} follows event {version}",
                    part.first, part.case
                )
            })?;
            *version = part.last();
            receipt.get_or_insert(Receipt {
                position,
                case: part.case,
                version: part.last(),
            });
            if part.service != ServiceKey::of(SERVICE) {
                continue;
            }
            for event in part.events() {
                let event = decoded(&event)?;
                said.extend(text(&event, keys)?);
                self.cases.entry(part.case).or_default().push(Happened {
                    authority: part.authority,
                    event,
                });
            }
        }
        let receipt = receipt.ok_or("a commit without a case")?;
        let before = self.commands.insert(command, Found { receipt, said });
        ensure(before.is_none(), || {
            format!("command {command} is there twice; the second time at {position}")
        })
    }
}

fn decoded(event: &EventRef<'_>) -> Outcome<Event> {
    let kind = event.kind;
    let decoded = Event::decode(event)?;
    Ok(decoded.ok_or_else(|| format!("an event of the kind {kind} isn't known"))?)
}

/// What is said in an event.
fn text(event: &Event, keys: &Keyring) -> Outcome<Option<Said>> {
    Ok(Some(match event {
        Event::MessageSent(sent) => opened(&sent.text, keys)?,
        Event::HandedOver(handed) => opened(&handed.reason, keys)?,
        Event::DecisionIssued(issued) => opened(&issued.grounds, keys)?,
        Event::Submitted(submitted) => match submitted.personal.open(keys) {
            Err(Unopened::Erased) => Said::Erased,
            Err(other) => return Err(other.into()),
            Ok(form) => match form.get("what") {
                Some(Value::Text(text)) => Said::Text(text.clone()),
                _ => return Err("a form without what was lost".into()),
            },
        },
        _ => return Ok(None),
    }))
}

fn opened(text: &Personal<String>, keys: &Keyring) -> Outcome<Said> {
    match text.open(keys) {
        Ok(text) => Ok(Said::Text(text)),
        Err(Unopened::Erased) => Ok(Said::Erased),
        Err(other) => Err(other.into()),
    }
}
