//! Which view a thread goes on with: the one that serves, or one that is built beside it.

use futures::executor::block_on;
use kanzlei_core::Position;
use kanzlei_core::ports::{Checkpoint, StoreError, ViewId};

use super::GENERATION_BITS;
use super::line::Line;
use super::status::Failure;
use super::tail::{Target, Trouble};

impl Line {
    /// Finds the view to go on with, and checks that it follows from the log.
    pub(super) fn open(&self) -> Result<Target, Trouble> {
        let serving = self.views.serving(self.name());
        let serving = serving.map_err(|error| self.unwritten(&error))?;
        let first = self.worker.revision() << GENERATION_BITS;
        let current =
            serving.filter(|serving| serving >> GENERATION_BITS == self.worker.revision());
        let revision = current.unwrap_or(first);
        {
            let mut state = self.state();
            state.serving = serving;
            state.building |= serving != Some(revision);
        }
        let view = self.view(revision);
        let checkpoint = self.checked(view)?;
        let mut fault = None;
        if let Some(old) = serving.filter(|serving| *serving != revision) {
            match self.checked(self.view(old)) {
                Ok(checkpoint) => self.applied.advance(checkpoint.position),
                Err(Trouble::Fail(failure)) => fault = Some(failure),
                Err(wait) => return Err(wait),
            }
        }
        self.state().fault = fault;
        let target = Target {
            view,
            cursor: checkpoint.position,
            checkpoint,
            writing: None,
            behind: None,
            alone: false,
        };
        self.settle(&target)?;
        self.moved(&target);
        Ok(target)
    }

    /// Throws away what stands beside the view that serves: the one before it, and what a rebuild left that was broken
    /// off.
    pub(super) fn clear_beside(&self, target: &mut Target) -> Result<(), Trouble> {
        if target.alone {
            return Ok(());
        }
        for revision in self.revisions()? {
            if revision != target.view.revision {
                self.discard(revision)?;
            }
        }
        target.alone = true;
        Ok(())
    }

    fn revisions(&self) -> Result<Vec<u32>, Trouble> {
        let revisions = self.views.revisions(self.name());
        revisions.map_err(|error| self.unwritten(&error))
    }

    /// Throws a view away, and before it what only that view has outside.
    fn discard(&self, revision: u32) -> Result<(), Trouble> {
        let view = self.view(revision);
        let forsaken = self.worker.forsake(&*self.snapshot(view)?);
        forsaken.map_err(|error| self.stuck(error.into()))?;
        let discarded = self.views.discard(view);
        discarded.map_err(|error| self.unwritten(&error))
    }

    /// A view's checkpoint, if the log has that commit there.
    fn checked(&self, view: ViewId) -> Result<Checkpoint, Trouble> {
        let checkpoint = self.snapshot(view)?.checkpoint();
        let checkpoint = checkpoint.map_err(|error| self.unwritten(&error))?;
        let position = checkpoint.position;
        if position == Position::START {
            return Ok(checkpoint);
        }
        let ahead = |what: &str| {
            let why = format!(
                "the view has read up to here, and the log {what}: it was restored, or lost its end. Look \
                 whether commits are missing in it first, and only then rebuild the view"
            );
            Trouble::Fail(Failure {
                position,
                event: None,
                why,
            })
        };
        let page = match block_on(self.log.at(position)) {
            Ok(page) => page.unwrap_or_default(),
            Err(StoreError::LogShrank { .. }) => return Err(ahead("ends before")),
            Err(error) => return Err(self.unread(error)),
        };
        match page.commits().next() {
            None => Err(ahead("has no such commit")),
            Some(commit) if commit.record.hashes().content != checkpoint.content => {
                Err(ahead("holds another commit here"))
            }
            Some(_) => Ok(checkpoint),
        }
    }

    /// A fresh view beside the one that serves, and beside what another rebuild left that was broken off.
    pub(super) fn begin_anew(&self) -> Result<Target, Trouble> {
        let serving = self.views.serving(self.name());
        let serving = serving.map_err(|error| self.unwritten(&error))?;
        let first = self.worker.revision() << GENERATION_BITS;
        let same = |serving: &u32| serving >> GENERATION_BITS == self.worker.revision();
        let mut revision = serving.filter(same).map_or(first, generation_after);
        let taken = self.revisions()?;
        while taken.contains(&revision) {
            revision = generation_after(revision);
        }
        let mut state = self.state();
        state.serving = serving;
        state.building = true;
        state.position = Position::START;
        Ok(Target {
            view: self.view(revision),
            cursor: Position::START,
            checkpoint: Checkpoint::default(),
            writing: None,
            behind: None,
            alone: false,
        })
    }

    /// Lets queries read the view that has caught up.
    pub(super) fn swap(&self, target: &Target) -> Result<(), Trouble> {
        let served = self.views.serve(target.view);
        served.map_err(|error| self.unwritten(&error))?;
        {
            let mut state = self.state();
            state.building = false;
            state.fault = None;
            state.serving = Some(target.view.revision);
        }
        self.moved(target);
        Ok(())
    }
}

/// A view's revision with the generation that a rebuild gives it. Generations go round.
const fn generation_after(revision: u32) -> u32 {
    let generations = (1 << GENERATION_BITS) - 1;
    (revision & !generations) | (revision.wrapping_add(1) & generations)
}
