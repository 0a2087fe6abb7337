//! How a view is, as its operator and its readers learn it.

use kanzlei_core::{CaseId, Position, Version};
use serde::Serialize;

/// Why a view has stopped. It names no person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Failure {
    /// The commit that couldn't be taken in, or how far the view had read.
    pub position: Position,
    /// The case and the event in it, if it is about one.
    pub event: Option<(CaseId, Version)>,
    /// What is wrong, and what helps.
    pub why: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "at position {}", self.position)?;
        if let Some((case, version)) = self.event {
            write!(f, ", event {version} of case {case}")?;
        }
        write!(f, ": {}", self.why)
    }
}

/// How a view is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ViewStatus {
    /// The projection's name.
    pub name: &'static str,
    /// The projection's revision.
    pub revision: u32,
    /// The revision that queries read; `None` until it has read the log once.
    pub serving: Option<u32>,
    /// Which of the buildings of that revision it is: another one once a rebuild is done.
    pub generation: Option<u32>,
    /// Whether the view is being built beside the one that serves.
    pub building: bool,
    /// How far it has read the log.
    pub position: Position,
    /// How far the log can be read.
    pub watermark: Position,
    /// Whether it has stopped: it goes on when it is retried or rebuilt.
    pub stopped: bool,
    /// For what it waits, if it can't go on by itself, such as a vault that doesn't answer.
    pub waiting: Option<String>,
    /// Why it has stopped, if it has. Queries don't read such a view.
    pub failure: Option<Failure>,
}

/// A view that doesn't go on: whoever waits for it must know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ViewError {
    /// No projection has this name.
    #[error("there is no view “{0}”")]
    Unknown(String),
    /// It has stopped; retry it or rebuild it.
    #[error("the view “{view}” has stopped {failure}")]
    Stopped {
        /// The view.
        view: &'static str,
        /// Where and why.
        failure: Failure,
    },
    /// It waits for something outside; ask again later.
    #[error("the view “{view}” waits: {why}")]
    Waiting {
        /// The view.
        view: &'static str,
        /// For what.
        why: String,
    },
    /// The runner was stopped.
    #[error("the views are no longer kept current: the runner was stopped")]
    Closed,
}

/// Why a runner doesn't start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunnerError {
    /// Two projections have one name.
    #[error("two projections are called “{0}”")]
    Twice(&'static str),
    /// A revision is too large.
    #[error(
        "revision {revision} of the projection “{name}” is too large (at most {})",
        super::REVISION_MAX
    )]
    Revision {
        /// The projection.
        name: &'static str,
        /// Its revision.
        revision: u32,
    },
    /// The system starts no thread.
    #[error("no thread for the view “{name}”: {why}")]
    Thread {
        /// The projection.
        name: &'static str,
        /// What the system says.
        why: String,
    },
}
