//! What a party can do in a case now: by the rules that refuse, so that nobody is offered what they
//! may not do.

use serde::Serialize;

use super::super::case::Case;
use super::super::number::{PartyId, RequestId};
use super::{at_rest, exchange, outcome};

/// What a party can do in a case now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Offers {
    /// Write, and add documents.
    pub write: bool,
    /// The requests for information that wait for this party, the oldest first. Once the case is
    /// decided, or over, it is nobody's turn.
    pub answer: Vec<RequestId>,
    /// Take the request back.
    pub withdraw: bool,
}

impl Offers {
    /// What this party can do.
    pub fn of(case: &Case, party: PartyId) -> Self {
        if case.unreadable.is_some() || at_rest(case).is_some() {
            return Self::default();
        }
        let parties = [party];
        let waits = |id: &RequestId| exchange::answerable(case, &parties, *id).is_ok();
        let asked = case.requests.keys().copied().filter(waits);
        Self {
            write: true,
            answer: asked.filter(|_| case.decision.is_none()).collect(),
            withdraw: outcome::withdrawable(case, &parties).is_ok(),
        }
    }
}
