//! Entropy that one knows.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::ports::{Entropy, EntropyError};
use crate::record::Hash;

/// The same bytes in the same order for the same seed. Never for real data: whoever knows the seed
/// knows every key and salt.
#[derive(Debug)]
pub struct FixedEntropy {
    seed: u64,
    drawn: AtomicU64,
}

impl FixedEntropy {
    /// The bytes that follow from this seed.
    pub const fn new(seed: u64) -> Self {
        Self {
            seed,
            drawn: AtomicU64::new(0),
        }
    }
}

impl Entropy for FixedEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in bytes.chunks_mut(32) {
            let drawn = self.drawn.fetch_add(1, Ordering::SeqCst);
            let block = Hash::of(&[&self.seed.to_le_bytes(), &drawn.to_le_bytes()]);
            for (to, from) in chunk.iter_mut().zip(block.as_bytes()) {
                *to = *from;
            }
        }
        Ok(())
    }
}
