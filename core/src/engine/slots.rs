//! Fresh slots at hand, so that a new case costs no sync of its own.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::lock::Mutex as AsyncMutex;

use super::EngineError;
use crate::ids::KeySlot;
use crate::ports::KeyVault;

/// Slots minted at first.
const BLOCK_MIN: usize = 1_024;
/// Slots minted at once, at most: each time twice as many, since who needs many pays a sync for
/// each block, and who needs few leaves few unused.
const BLOCK_MAX: usize = 8_192;
/// Slots that one decision gets at a time.
const SHARE: usize = 4;

/// Minted slots that nobody uses yet. The lowest goes first, so that the last commits name the highest.
pub(super) struct Slots {
    free: Mutex<VecDeque<KeySlot>>,
    /// Held while minting: how many it will be.
    block: AsyncMutex<usize>,
}

impl Default for Slots {
    fn default() -> Self {
        Self {
            free: Mutex::default(),
            block: AsyncMutex::new(BLOCK_MIN),
        }
    }
}

impl Slots {
    /// Some fresh slots.
    pub(super) async fn take(&self, vault: &dyn KeyVault) -> Result<Vec<KeySlot>, EngineError> {
        loop {
            if let Some(share) = self.share() {
                return Ok(share);
            }
            let mut block = self.block.lock().await;
            if self.free().len() < SHARE {
                let minted = vault.mint(*block).await?;
                self.free().extend(minted);
                *block = BLOCK_MAX.min(2 * *block);
            }
        }
    }

    /// Takes back what a decision didn't use.
    pub(super) fn give_back(&self, slots: impl DoubleEndedIterator<Item = KeySlot>) {
        let mut free = self.free();
        slots.rev().for_each(|slot| free.push_front(slot));
    }

    fn share(&self) -> Option<Vec<KeySlot>> {
        let mut free = self.free();
        (free.len() >= SHARE).then(|| free.drain(..SHARE).collect())
    }

    fn free(&self) -> MutexGuard<'_, VecDeque<KeySlot>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
