//! Events of history: what another system recorded before the case came here.

use serde::{Deserialize, Serialize};

use crate::record::Personal;

/// The case was taken over from another system.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaseTakenOver {
    /// What that system said of the case, as JSON, under the case's slot.
    pub details: Personal<String>,
}

/// Something that the other system recorded. It occurred when that system says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ActivityRecorded {
    /// What was done: an index into the activities of the service's edition.
    pub activity: u16,
    /// What that system said of it, as JSON, under the case's slot.
    pub details: Personal<String>,
}
