//! What the runner drives: projections, and the directory, which alone has keys.

use std::sync::Arc;

use kanzlei_core::record::Page;
use kanzlei_core::{CaseId, PersonId, Position, Version};

use crate::directory::Involvement;
use crate::projection::{Interest, PartInLog, Projection, ProjectionError};
use crate::views::Views;

/// A part that couldn't be taken in.
pub(crate) struct Stuck {
    /// The commit, and the event if it is known; `None` if it is about the page as a whole.
    pub at: Option<(Position, CaseId, Option<Version>)>,
    pub error: ProjectionError,
}

impl From<ProjectionError> for Stuck {
    fn from(error: ProjectionError) -> Self {
        Self { at: None, error }
    }
}

/// A change to a view that no event says.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Amendment {
    /// A person's case is taken out of the directory.
    Forget {
        person: PersonId,
        involvement: Involvement,
    },
}

/// Makes rows of pages.
pub(crate) trait Worker: Send + Sync {
    fn name(&self) -> &'static str;
    fn revision(&self) -> u32;

    /// Takes in a page. It may be called again with the same page if its rows weren't written.
    fn apply(&self, page: &Page, views: &mut Views<'_>) -> Result<(), Stuck>;

    /// Makes a change that no event says.
    fn amend(&self, _amendment: Amendment, _views: &mut Views<'_>) -> Result<(), ProjectionError> {
        Ok(())
    }

    /// Whether the rows that are now written ask for something outside.
    fn owes(&self, _views: &mut Views<'_>) -> Result<bool, ProjectionError> {
        Ok(false)
    }

    /// Does outside what they ask for.
    fn settle(&self, _views: &mut Views<'_>) -> Result<(), ProjectionError> {
        Ok(())
    }
}

/// A projection and what it is interested in.
pub(crate) struct Plain {
    projection: Arc<dyn Projection>,
    interest: Interest,
}

impl Plain {
    pub fn new(projection: Arc<dyn Projection>) -> Self {
        let interest = projection.interest();
        Self {
            projection,
            interest,
        }
    }
}

impl Worker for Plain {
    fn name(&self) -> &'static str {
        self.projection.name()
    }

    fn revision(&self) -> u32 {
        self.projection.revision()
    }

    fn apply(&self, page: &Page, views: &mut Views<'_>) -> Result<(), Stuck> {
        for commit in page.commits() {
            for part in commit.record.parts() {
                if !self.interest.takes(&part) {
                    continue;
                }
                let part = PartInLog {
                    stamp: commit.stamp,
                    head: commit.record.head(),
                    part,
                };
                self.projection.apply(&part, views).map_err(|error| Stuck {
                    at: Some((commit.stamp.position, part.part.case, error.version())),
                    error,
                })?;
            }
        }
        Ok(())
    }
}
