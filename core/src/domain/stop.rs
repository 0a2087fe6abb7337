//! Why a decision stops: it is refused, or something must be fetched first.

use super::refusal::Refusal;
use crate::ids::{CaseId, KeySlot};
use crate::record::{PersonalError, Unopened};

/// What must be fetched before a decision can be made. The engine fetches it and decides again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Need {
    /// Keys of these slots.
    Keys(Vec<KeySlot>),
    /// This case.
    Case(CaseId),
    /// More fresh slots.
    Slots,
}

/// Why there is no decision yet, or none at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// The domain says no.
    Refused(Box<Refusal>),
    /// Something must be fetched first.
    Need(Need),
    /// A personal value that the decision rests on doesn't open, and not because it was erased.
    Unopened(Unopened),
    /// An event that was decided can't be written.
    Unwritable(PersonalError),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<PersonalError> for Stop {
    fn from(error: PersonalError) -> Self {
        Self::Unwritable(error)
    }
}
