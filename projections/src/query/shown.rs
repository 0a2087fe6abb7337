//! Figures as they are shown.

use kanzlei_core::{AuthorityId, Code, Date};
use serde::Serialize;

/// The figures of a service.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceFigures {
    /// The service.
    pub service: Option<Code>,
    /// All its cases.
    pub total: Figures,
    /// Those of each authority that has enough of them.
    pub authorities: Vec<AuthorityFigures>,
    /// Those of the other authorities together, if there are any.
    pub others: Option<Figures>,
}

/// The figures of an authority in a service.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuthorityFigures {
    /// The authority responsible for these cases, by who answers for it on the day asked about.
    pub authority: AuthorityId,
    /// The figures.
    pub figures: Figures,
}

/// Figures about some cases; `None` was left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Figures {
    /// How many.
    pub cases: u64,
    /// How many are open.
    pub open: Option<u64>,
    /// How many are closed.
    pub closed: Option<u64>,
    /// How many were withdrawn.
    pub withdrawn: Option<u64>,
    /// In which phase the open ones are.
    pub phases: Vec<Share>,
    /// How the closed ones came out.
    pub outcomes: Vec<Share>,
    /// How many hours the closed ones took, each rounded down: the median.
    pub median_hours: Option<f64>,
    /// How many hours the closed ones took: the mean.
    pub mean_hours: Option<f64>,
    /// On which day (UTC) the first was opened.
    pub first: Option<Date>,
    /// On which day (UTC) the last was opened.
    pub last: Option<Date>,
}

/// How many cases have a code; `None` stands for those that have none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Share {
    /// The phase or outcome.
    pub code: Option<Code>,
    /// How many cases; `None` was left out.
    pub cases: Option<u64>,
}
