//! A command that was answered before gets the same receipt, if it is the same command.

use super::fingerprint::{fingerprint, slots_of};
use super::{EngineError, Inner, Order, Receipt};
use crate::domain::event::{Event, TypedEvent};
use crate::domain::{Actor, Refusal};
use crate::ids::{CaseId, KeySlot, Position, Version};
use crate::ports::{Access, Appended, Purpose, Read, StoreError};

impl Inner {
    /// The receipt of a command that the store has answered before. It is given only to who sent
    /// that command, and only for the same content; else the id is somebody else's.
    pub(super) async fn compare(
        &self,
        first: Appended,
        actor: &Actor,
        order: &Order,
    ) -> Result<Receipt, EngineError> {
        let id = order.id;
        let page = self.ports.store.at(first.position).await?;
        let commit = page.as_ref().and_then(|page| page.commits().next());
        let (Some(commit), Some((case, _))) = (commit, first.cases.first()) else {
            return Err(missing(first.position).into());
        };
        let own = (*case, self.slot_of(*case).await?);
        let slots = slots_of(&commit.record);
        let mut wanted: Vec<KeySlot> = slots.iter().copied().collect();
        wanted.extend((own.1 != KeySlot(0)).then_some(own.1));
        let why = Access {
            purpose: Purpose::Compare,
            case: Some(own.0),
        };
        let keys = self.ports.vault.fetch(&wanted, why).await?;
        match fingerprint(&slots, own, &keys, actor, &order.command)? {
            None => Err(EngineError::AnsweredBefore { command: id }),
            Some(print) if print == commit.record.head().fingerprint && is_for(order, &first) => {
                let content = commit.record.hashes().content;
                Ok(Receipt::new(first, id, content))
            }
            Some(_) => {
                let said = "this command id was used for something else; choose a new one";
                Err(Refusal::new("command-id-used", said)
                    .with("command", id)
                    .into())
            }
        }
    }
}

impl Inner {
    /// The slot of a case, from its first commit; 0 if it has none.
    async fn slot_of(&self, case: CaseId) -> Result<KeySlot, EngineError> {
        let store = &self.ports.store;
        let first = store.case(case, Version::NONE, 1, Read::Fresh).await?;
        for event in first
            .commits()
            .flat_map(|commit| commit.record.parts())
            .flat_map(|part| part.events())
        {
            if let Some(Event::CaseOpened(opened)) = Event::decode(&event)? {
                return Ok(opened.slot);
            }
        }
        Ok(KeySlot(0))
    }
}

/// Whether it was the case of an order that was changed: its content doesn't say which that is.
fn is_for(order: &Order, first: &Appended) -> bool {
    let is_its = |own| first.cases.iter().any(|(case, _)| *case == own);
    order.case.is_none_or(is_its)
}

fn missing(position: Position) -> StoreError {
    StoreError::Damaged {
        position,
        why: "a command points to it, and it isn't there".to_owned(),
    }
}
