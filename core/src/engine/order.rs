//! A command on its way: what is to happen, and what its sender has seen.

use crate::domain::Command;
use crate::ids::{CaseId, CommandId, Version};
use crate::time::Timestamp;

/// A command on its way.
#[derive(Debug, Clone)]
pub struct Order {
    /// Its id. Sent again with the same id it gets the same receipt.
    pub id: CommandId,
    /// For which case; none for a command that opens one.
    pub case: Option<CaseId>,
    /// The version that who sends it has seen, if it must still be that one.
    pub if_version: Option<Version>,
    /// What is to happen.
    pub command: Command,
    /// When it arrived, if that was before it came to the engine: a letter at the counter, a
    /// message in a queue.
    pub arrived: Option<Timestamp>,
    /// Whether the id was made just now, or nobody is likely to have used it.
    pub(super) fresh: bool,
}

impl Order {
    /// A command with an id of its sender's.
    pub const fn new(id: CommandId, case: Option<CaseId>, command: Command) -> Self {
        Self {
            id,
            case,
            if_version: None,
            command,
            arrived: None,
            fresh: false,
        }
    }

    /// The same, with an id that nobody is likely to have used: it isn't looked up beforehand. If it
    /// was used all the same, the store says so, and the receipt is the first one.
    #[must_use]
    pub const fn unused(mut self) -> Self {
        self.fresh = true;
        self
    }

    /// The same, having arrived at this moment.
    #[must_use]
    pub const fn arrived(mut self, at: Timestamp) -> Self {
        self.arrived = Some(at);
        self
    }

    /// The same, only if the case is still at this version.
    #[must_use]
    pub const fn if_version(mut self, version: Version) -> Self {
        self.if_version = Some(version);
        self
    }
}
