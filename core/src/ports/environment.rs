//! Time and chance, which core doesn't have.

use crate::time::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present, as the machine knows it. It may go back.
    fn now(&self) -> Timestamp;
}

/// The system gave no random bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no random bytes: {0}")]
pub struct EntropyError(pub String);

/// Gives random bytes that nobody can guess.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with random bytes.
    ///
    /// # Errors
    /// If the system has none.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}
