//! Who a person is in a case.

use kanzlei_core::CaseId;
use kanzlei_core::domain::PartyId;
use serde::{Deserialize, Serialize};

/// A person's role in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Involvement {
    /// The case.
    pub case: CaseId,
    /// Which party of it the person is.
    pub party: PartyId,
}
