//! Views of Kanzlei, and the runner that keeps them current.
//!
//! A [`Projection`] folds the log into the rows of a view; a [`Runner`] keeps each view current on a
//! thread of its own; [`Queries`] answers what an actor asks. Projections have no keys, so no view
//! holds anything that names a person; but for the [`Directory`], whose rows are sealed.
//!
//! | view | answers |
//! |---|---|
//! | [`worklist`] | lists of cases, an authority's inbox, a case by its reference |
//! | [`overview`] | figures by service and authority, small ones left out |
//! | [`process`] | how the cases of a service go: activities, variants, durations |
//! | [`directory`] | the cases of a person |
//! | [`moments`] | how far the log had come at a moment |
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod directory;
mod error;
mod involvement;
mod key;
mod median;
pub mod moments;
pub mod overview;
pub mod process;
mod projection;
mod query;
mod runner;
mod scan;
mod views;
pub mod worklist;

use std::sync::Arc;

pub use directory::Directory;
pub use error::ProjectionError;
pub use involvement::Involvement;
pub use projection::{Interest, PartInLog, Projection};
pub use query::{
    Asked, AuthorityFigures, CaseFilter, CaseSummary, Cursor, Duration, Figures, InboxCounts,
    InboxFilter, InboxItem, Link, Month, OfficialLoad, Operator, Overview, PAGE_MAX, Paged, Paging,
    Process, Queries, QueryError, SMALL_FIGURE, ServiceFigures, ServiceStatistics, ServiceStats,
    Share, Span, SpanFigures, Statistics, Step, StepFigures, TREND_MONTHS, TaskSummary, Trend, Way,
    Whose, Workload,
};
pub use runner::{
    Failure, REVISION_MAX, ReadError, Runner, RunnerBuilder, RunnerError, ViewError, ViewReader,
    ViewStatus,
};
pub use views::Views;
pub use worklist::Stage;

/// All projections of this crate, but for the directory, which needs a vault.
pub fn standard() -> Vec<Arc<dyn Projection>> {
    vec![
        Arc::new(worklist::Worklist),
        Arc::new(overview::Overview),
        Arc::new(process::Process),
        Arc::new(moments::Moments),
    ]
}
