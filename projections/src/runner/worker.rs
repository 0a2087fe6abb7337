//! What the runner drives: projections, and the directory, which alone has keys.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use kanzlei_core::ports::ViewSnapshot;
use kanzlei_core::record::Page;
use kanzlei_core::{CaseId, PersonId, Position, Version};

use crate::error::ProjectionError;
use crate::involvement::Involvement;
use crate::projection::{Interest, PartInLog, Projection};
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

    /// Takes in a page, on so many threads if they can share it. It may be called again with the same
    /// page if its rows weren't written.
    fn apply(&self, page: &Page, views: &mut Views<'_>, threads: usize) -> Result<(), Stuck>;

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

    /// Takes away outside what a view has there that is going to be thrown away.
    fn forsake(&self, _view: &dyn ViewSnapshot) -> Result<(), ProjectionError> {
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

    /// Takes in the cases of one share of so many.
    fn share(
        &self,
        page: &Page,
        views: &mut Views<'_>,
        (share, of): (usize, usize),
    ) -> Result<(), Stuck> {
        for commit in page.commits() {
            for part in commit.record.parts() {
                let [.., last] = *part.case.as_bytes();
                if usize::from(last) % of != share || !self.interest.takes(&part) {
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

    /// Takes in each share on a thread of its own, this one among them.
    fn shared(&self, page: &Page, views: &mut Views<'_>, of: usize) -> Result<(), Stuck> {
        let base = &*views;
        let taken_in = |share| {
            let mut beside = base.beside();
            let outcome = self.share(page, &mut beside, (share, of));
            outcome.map(|()| beside.into_share())
        };
        let outcomes = thread::scope(|scope| {
            let (mut others, mut own) = (Vec::new(), vec![0]);
            for share in 1..of {
                match thread::Builder::new().spawn_scoped(scope, move || taken_in(share)) {
                    Ok(thread) => others.push(thread),
                    // More threads can't be had.
                    Err(_) => own.push(share),
                }
            }
            let own: Vec<_> = own.into_iter().map(taken_in).collect();
            let others = others
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
            own.into_iter().chain(others).collect::<Vec<_>>()
        });
        let (shares, stuck): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        let first = stuck.into_iter().filter_map(Result::err);
        if let Some(first) = first.min_by_key(|stuck| stuck.at) {
            return Err(first);
        }
        for share in shares.into_iter().flatten() {
            views.join(share);
        }
        Ok(())
    }
}

impl Worker for Plain {
    fn name(&self) -> &'static str {
        self.projection.name()
    }

    fn revision(&self) -> u32 {
        self.projection.revision()
    }

    fn apply(&self, page: &Page, views: &mut Views<'_>, threads: usize) -> Result<(), Stuck> {
        if threads > 1 && self.projection.by_case() {
            self.shared(page, views, threads)
        } else {
            self.share(page, views, (0, 1))
        }
    }
}
