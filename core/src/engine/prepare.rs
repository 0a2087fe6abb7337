//! Preparing: what was decided becomes bytes, sealed and hashed on the caller's thread.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fingerprint::fingerprint;
use super::{EngineError, Inner};
use crate::domain::event::NewEvent;
use crate::domain::{Actor, Case, CaseChanges, Changes, Command, Refusal, Who};
use crate::ids::{CaseId, CommandId, KeySlot, Version};
use crate::ports::{Access, Guard, Prepared, Purpose};
use crate::record::{Acting, EventDraft, Hash, Head, Keyring, PartDraft, Record};
use crate::time::Timestamp;

/// What there is to prepare.
pub(super) struct Decided<'a> {
    pub(super) id: CommandId,
    pub(super) actor: &'a Actor,
    pub(super) command: &'a Command,
    pub(super) now: Timestamp,
    pub(super) changes: Changes,
    pub(super) guards: Vec<Guard>,
}

/// A commit ready to be sent, and the cases as they will be once it is stored.
pub(super) struct Ready {
    pub(super) prepared: Prepared,
    pub(super) cases: Vec<Arc<Case>>,
}

impl Inner {
    /// Encodes, seals and hashes what was decided, and folds it back as a reader will.
    pub(super) async fn prepare(
        &self,
        decided: Decided<'_>,
        before: &BTreeMap<CaseId, Arc<Case>>,
        keys: &mut Keyring,
    ) -> Result<Ready, EngineError> {
        let acting = acting(decided.actor, &decided.changes);
        let mut head = Head {
            command: decided.id,
            acting,
            assurance: decided.actor.assurance,
            channel: decided.actor.channel,
            fingerprint: [0; 16],
            cause: None,
            acting_for: None,
            mandate: None,
        };
        let changes = decided.changes.into_cases();
        let own = first_case(&changes, before);
        let slots = slots(&head, &changes);
        self.fetch_for_sealing(&slots, own, keys).await?;
        let print = fingerprint(&slots, own, keys, decided.actor, decided.command)?;
        head.fingerprint = print.ok_or_else(erased)?;
        let parts = parts(changes, before, decided.now);
        let mut salts = self.salts(&parts)?;
        let record = Record::write(&head, &parts, keys, &mut || {
            salts.next().unwrap_or_default()
        })?;
        let cases = self.fold_ahead(&record, before)?;
        let guards = decided.guards.into();
        let prepared = Prepared { record, guards };
        Ok(Ready { prepared, cases })
    }

    async fn fetch_for_sealing(
        &self,
        slots: &BTreeSet<KeySlot>,
        own: (CaseId, KeySlot),
        keys: &mut Keyring,
    ) -> Result<(), EngineError> {
        let own_slot = (own.1 != KeySlot(0)).then_some(own.1);
        let wanted = slots.iter().copied().chain(own_slot);
        let missing: Vec<KeySlot> = wanted.filter(|slot| !keys.has(*slot)).collect();
        if !missing.is_empty() {
            let why = Access {
                purpose: Purpose::Seal,
                case: Some(own.0),
            };
            keys.extend(self.ports.vault.fetch(&missing, why).await?);
        }
        Ok(())
    }

    /// A fresh salt for each value.
    fn salts(
        &self,
        parts: &[PartDraft],
    ) -> Result<impl Iterator<Item = [u8; 16]> + use<>, EngineError> {
        let events = parts.iter().flat_map(|part| &part.events);
        let count: usize = events.map(|event| event.encoded.values.len()).sum();
        let mut salts = vec![[0; 16]; count];
        self.ports.entropy.fill(salts.as_flattened_mut())?;
        Ok(salts.into_iter())
    }

    /// Folds the record as it was written, read back: one path for what happens now and for replay.
    fn fold_ahead(
        &self,
        record: &Record,
        before: &BTreeMap<CaseId, Arc<Case>>,
    ) -> Result<Vec<Arc<Case>>, EngineError> {
        let mut cases = Vec::new();
        for (part, summary) in record.read().parts().zip(record.parts()) {
            let known = before.get(&part.case).map(Arc::as_ref);
            let mut case = known.map_or_else(|| Case::new(part.case, part.service), Case::clone);
            let rules = self.rules.get(&part.service).map(AsRef::as_ref);
            case.fold(&part, summary.hash, rules)?;
            cases.push(Arc::new(case));
        }
        Ok(cases)
    }
}

/// What would be written belongs to somebody who was erased.
fn erased() -> Refusal {
    let said = "what this is about was erased; nothing can be added to it any more";
    Refusal::new("erased", said)
}

fn acting(actor: &Actor, changes: &Changes) -> Acting {
    match (&actor.who, changes.acting_party()) {
        (Who::Official { id, authority, .. }, _) => Acting::Official(*id, *authority),
        (_, Some(slot)) => Acting::Party(slot),
        _ => Acting::Installation,
    }
}

/// The command's own case, and its slot: of a case that begins, the one that it is given.
fn first_case(changes: &[CaseChanges], before: &BTreeMap<CaseId, Arc<Case>>) -> (CaseId, KeySlot) {
    let Some(first) = changes.first() else {
        return (CaseId::INSTALLATION, KeySlot(0));
    };
    let slot = match before.get(&first.case) {
        Some(case) => case.slot,
        None => first.slot.unwrap_or(KeySlot(0)),
    };
    (first.case, slot)
}

fn slots(head: &Head, changes: &[CaseChanges]) -> BTreeSet<KeySlot> {
    let events = changes.iter().flat_map(|part| &part.events);
    let values = events.flat_map(|event| &event.encoded.values);
    values.map(|value| value.slot).chain(head.slots()).collect()
}

fn parts(
    changes: Vec<CaseChanges>,
    before: &BTreeMap<CaseId, Arc<Case>>,
    now: Timestamp,
) -> Vec<PartDraft> {
    let draft = |event: NewEvent| EventDraft {
        kind: event.kind,
        schema: event.schema,
        occurred: event.occurred.unwrap_or(now),
        encoded: event.encoded,
    };
    let part = |change: CaseChanges| {
        let known = before.get(&change.case);
        PartDraft {
            case: change.case,
            service: change.service,
            authority: change.responsible,
            first: known.map_or(Version::NONE, |case| case.version).next(),
            previous: known.map_or(Hash::ZERO, |case| case.tip),
            events: change.events.into_iter().map(draft).collect(),
        }
    };
    let written = changes
        .into_iter()
        .filter(|change| !change.events.is_empty());
    written.map(part).collect()
}
