//! Whether the vault is the log's: one that gives away a number a second time would seal one person's values
//! under another's key.

use super::cases::PAGE;
use super::{EngineError, Inner};
use crate::domain::{named_slots, party_slots};
use crate::ids::{KeySlot, Position};
use crate::ports::{Access, Purpose, Read, StoreError};
use crate::record::{KeyState, Unopened};

/// Commits at the log's end that are looked through. Slots are given out in about the order of their numbers, so the
/// highest that a log names is among theirs, unless all of them are about older cases.
const LOOKED_THROUGH: u64 = 4_096;

impl Inner {
    /// Asks the vault for the highest slot that the last commits name, and for those of the last one's cases.
    pub(super) async fn has_the_log_s_vault(&self) -> Result<(), EngineError> {
        let store = &self.ports.store;
        let end = store.watermark().now();
        let last = store.at(end).await?;
        let Some(commit) = last.as_ref().and_then(|page| page.commits().next()) else {
            return Ok(());
        };
        let named = named_slots(&commit.record).into_iter();
        let mut slots: Vec<KeySlot> = named.map(|(slot, _)| slot).collect();
        for part in commit.record.parts() {
            if let (Some(case), _) = self.catch_up(part.case, None, Read::Any).await? {
                slots.extend((case.slot != KeySlot(0)).then_some(case.slot));
                slots.extend(party_slots(&case));
            }
        }
        slots.extend(self.highest_named(end).await?);
        slots.sort_unstable();
        slots.dedup();
        let why = Access {
            purpose: Purpose::Compare,
            case: None,
        };
        // One that is damaged was minted, and keeps nobody from the rest.
        let keys = self.ports.vault.fetch_sound(&slots, why).await?;
        let unknown = |slot: &&KeySlot| matches!(keys.get(**slot), Some(KeyState::Unknown));
        match slots.iter().find(unknown) {
            Some(slot) => Err(Unopened::Unknown(*slot).into()),
            None => Ok(()),
        }
    }

    async fn highest_named(&self, end: Position) -> Result<Option<KeySlot>, EngineError> {
        let mut after = Position(end.0.saturating_sub(LOOKED_THROUGH));
        let mut highest = None;
        while after < end {
            let page = match self.ports.store.log(after, PAGE).await {
                // Of a log that is damaged here, what can be read is read nevertheless.
                Err(StoreError::Damaged { .. }) => break,
                page => page?,
            };
            let named = page
                .commits()
                .flat_map(|commit| named_slots(&commit.record));
            highest = highest.max(named.map(|(slot, _)| slot).max());
            after = page.through();
        }
        Ok(highest)
    }
}
