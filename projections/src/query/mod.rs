//! Questions to the views. Whoever asks says who they are; what comes back is what that standing
//! may see, and nothing personal: views hold none.

mod cases;
mod counts;
mod courses;
mod figures;
mod find;
mod inbox;
mod overview;
mod page;
mod people;
mod process;
mod shown;
mod statistics;
mod stats;
mod together;
mod trend;

use kanzlei_core::domain::{
    Actor, Catalogue, Code, Register, Service, Standing, Who, answers_for, oversees,
};
use kanzlei_core::ports::{VaultError, ViewStoreError};
use kanzlei_core::record::Assurance;
use kanzlei_core::{AuthorityId, Date, Position, ServiceKey, Timestamp};

use crate::error::ProjectionError;
use crate::moments;
use crate::runner::{ReadError, ViewError, ViewReader};
use crate::worklist::CaseHead;

pub use self::cases::{CaseFilter, CaseSummary, TaskSummary};
pub use self::counts::{InboxCounts, OfficialLoad, Workload};
pub use self::inbox::{InboxFilter, InboxItem, Whose};
pub use self::overview::Overview;
pub use self::page::{Cursor, PAGE_MAX, Paged, Paging};
pub use self::process::{Duration, Link, Process, Span, SpanFigures, Step, StepFigures, Way};
pub use self::shown::{AuthorityFigures, Figures, ServiceFigures, Share};
pub use self::statistics::{ServiceStatistics, Statistics};
pub use self::stats::ServiceStats;
pub use self::trend::{Month, TREND_MONTHS, Trend};

/// Below so many cases a figure is left out of an overview, unless the installation says otherwise.
pub const SMALL_FIGURE: u64 = 3;

/// Why a question isn't answered: by what can be done about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// Whoever asks may not ask this.
    #[error("{0}")]
    NotAllowed(&'static str),
    /// The cursor isn't one that this question has given.
    #[error("this is no cursor of this list; begin again without one")]
    Cursor,
    /// The view has stopped; retry it or rebuild it.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The view is being built; ask again later.
    #[error("the view “{0}” is being built; ask again later")]
    Building(String),
    /// The views can't be read.
    #[error(transparent)]
    Store(#[from] ViewStoreError),
    /// The vault can't be asked; ask again later.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A row isn't what it should be; rebuild the view.
    #[error("{0}")]
    Damaged(ProjectionError),
}

impl From<ReadError> for QueryError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::View(error) => Self::View(error),
            ReadError::Building(view) => Self::Building(view),
            ReadError::Store(error) => Self::Store(error),
        }
    }
}

impl From<ProjectionError> for QueryError {
    fn from(error: ProjectionError) -> Self {
        match error {
            ProjectionError::Store(error) => Self::Store(error),
            ProjectionError::Vault(error) => Self::Vault(error),
            other => Self::Damaged(other),
        }
    }
}

/// A door to all questions. Cheap to clone.
#[derive(Clone)]
pub struct Queries {
    views: ViewReader,
    threshold: u64,
}

impl Queries {
    /// Questions to the views of a runner, as [`Runner::reader`](crate::Runner::reader) gives them.
    pub const fn new(views: ViewReader) -> Self {
        Self {
            views,
            threshold: SMALL_FIGURE,
        }
    }

    /// The same, with figures left out that rest on fewer cases than this.
    #[must_use]
    pub const fn leaving_out_below(mut self, cases: u64) -> Self {
        self.threshold = cases;
        self
    }

    /// What an actor asks, with what the installation knows on a day.
    pub const fn ask<'a>(
        &'a self,
        actor: &'a Actor,
        catalogue: &'a Catalogue,
        on: Date,
    ) -> Asked<'a> {
        let setting = Setting {
            views: &self.views,
            catalogue,
            on,
        };
        Asked {
            setting,
            actor,
            threshold: self.threshold,
        }
    }

    /// What whoever operates the installation asks on its own machine, where the store lies open
    /// to them anyway: each case as an official of the authority responsible for it sees it, with
    /// exact figures. Never reachable through a portal.
    pub const fn operate<'a>(&'a self, catalogue: &'a Catalogue, on: Date) -> Operator<'a> {
        Operator(Setting {
            views: &self.views,
            catalogue,
            on,
        })
    }

    /// The last commit recorded up to the second of this moment: what "as of" is. `None` if there
    /// is none.
    ///
    /// # Errors
    /// If the view can't be read.
    pub fn position_at(&self, moment: Timestamp) -> Result<Option<Position>, QueryError> {
        let snapshot = self.views.open(moments::NAME, moments::OLDEST)?;
        Ok(moments::position_at(&*snapshot, moment)?)
    }

    /// Waits until questions to a view see all commits up to `position`.
    ///
    /// # Errors
    /// If there is no such view, or it doesn't go on.
    pub async fn caught_up(&self, view: &str, position: Position) -> Result<(), QueryError> {
        Ok(self.views.caught_up(view, position).await?)
    }
}

/// What every question needs.
#[derive(Clone, Copy)]
struct Setting<'a> {
    views: &'a ViewReader,
    catalogue: &'a Catalogue,
    on: Date,
}

impl<'a> Setting<'a> {
    /// A service's name; its key where the installation knows no name.
    fn name(self, service: ServiceKey) -> Option<Code> {
        let hex = || Code::new(&format!("{:016x}", service.0)).ok();
        self.catalogue.name(service).cloned().or_else(hex)
    }

    /// The edition that says who oversees a service: the one in force, else the newest.
    fn edition(self, service: ServiceKey) -> Option<&'a Service> {
        let newest = || self.catalogue.editions(service).last();
        let edition = self.catalogue.in_force(service, self.on).or_else(newest)?;
        Some(&edition.service)
    }

    /// Whom this authority answers for: itself, and those it took over from.
    fn answered_for(self, authority: AuthorityId) -> Vec<AuthorityId> {
        let register = self.catalogue.register();
        let ended = register.into_iter().flat_map(Register::successions);
        let theirs = |other: &AuthorityId| answers_for(self.catalogue, authority, *other, self.on);
        let mut all: Vec<AuthorityId> = ended.map(|one| one.old).filter(theirs).collect();
        all.push(authority);
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// An official who asks.
#[derive(Clone, Copy)]
struct Official<'a> {
    setting: Setting<'a>,
    authority: AuthorityId,
    role: &'a Code,
    /// How surely it is known who that is.
    known: Assurance,
}

impl Official<'_> {
    fn oversees(self, service: &Service) -> bool {
        oversees(
            service,
            self.setting.catalogue,
            self.authority,
            self.role,
            self.setting.on,
        )
    }

    /// The standing that the official has in a case, as
    /// [`of_official`](kanzlei_core::domain::of_official) finds it in the case itself.
    fn standing(self, row: &CaseHead) -> Option<Standing> {
        let Setting { catalogue, on, .. } = self.setting;
        let edition = catalogue.edition(row.service, row.edition);
        if edition.is_some_and(|edition| self.oversees(&edition.service)) {
            return Some(Standing::Oversight);
        }
        let answers = |other| answers_for(catalogue, self.authority, other, on);
        if answers(row.responsible) {
            Some(Standing::Responsible)
        } else if row.concerned().into_iter().any(answers) {
            Some(Standing::Involved)
        } else {
            None
        }
    }

    /// Whether the official works on a case, and is known surely enough to read it: a list says more
    /// of a case than that it is there.
    fn works_on(self, row: &CaseHead) -> bool {
        let edition = self.setting.catalogue.edition(row.service, row.edition);
        let needed = edition.map_or(Assurance::NONE, |edition| edition.service.assurance.read);
        let standing = self.standing(row);
        self.known >= needed && matches!(standing, Some(Standing::Responsible | Standing::Involved))
    }
}

/// Questions of one actor.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    setting: Setting<'a>,
    actor: &'a Actor,
    threshold: u64,
}

impl<'a> Asked<'a> {
    fn official(&self) -> Result<Official<'a>, QueryError> {
        match &self.actor.who {
            Who::Official {
                authority, role, ..
            } => Ok(Official {
                setting: self.setting,
                authority: *authority,
                role,
                known: self.actor.assurance,
            }),
            _ => Err(QueryError::NotAllowed(
                "only an official sees the cases of an authority",
            )),
        }
    }
}

/// Questions of whoever operates the installation; see [`Queries::operate`].
#[derive(Clone, Copy)]
pub struct Operator<'a>(Setting<'a>);
