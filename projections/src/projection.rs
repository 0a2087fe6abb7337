//! What a projection is: code that folds what commits did to cases into the rows of a view.

use std::ops::RangeInclusive;

use kanzlei_core::ServiceKey;
use kanzlei_core::domain::event::Event;
use kanzlei_core::domain::{EDITIONS, INSTALLATION, PARTICIPATION, REGISTER, TypedEvent};
use kanzlei_core::record::{EventRef, Events, Head, PartRef, Stamp};

use crate::error::ProjectionError;
use crate::views::Views;

/// Folds the log into the rows of one view.
///
/// It is given what each commit did to each case that it is [interested](Interest) in, in the order
/// of the log, each exactly once. It has no keys, so it can't open a personal value: a view holds
/// [sealed](kanzlei_core::record::Sealed) ones, if any. Whatever it keeps it keeps in its rows.
///
/// ```
/// use kanzlei_projections::{Interest, PartInLog, Projection, ProjectionError, Views};
///
/// /// How many commits there were on each case.
/// struct Commits;
///
/// impl Projection for Commits {
///     fn name(&self) -> &'static str {
///         "commits"
///     }
///     fn revision(&self) -> u32 {
///         1
///     }
///     fn interest(&self) -> Interest {
///         Interest::in_cases()
///     }
///     fn apply(&self, part: &PartInLog<'_>, views: &mut Views<'_>) -> Result<(), ProjectionError> {
///         let key = part.part.case.as_bytes();
///         let commits: u64 = views.read(key)?.unwrap_or(0);
///         views.write(key, &(commits + 1))
///     }
/// }
/// ```
pub trait Projection: Send + Sync {
    /// The view's name: the same for ever, and of no other projection.
    fn name(&self) -> &'static str;

    /// Counts what this code makes of the log: with another revision the view is rebuilt. Below
    /// 2²⁴.
    fn revision(&self) -> u32;

    /// What it wants to be given.
    fn interest(&self) -> Interest;

    /// Whether it reads and writes the rows of the part's own case alone, and adds to figures by
    /// [`Views::count`] without reading them. Where the log is far ahead of such a view its cases
    /// are shared among the machine's cores. A view in which two cases write one row nevertheless
    /// stops, and says so.
    fn by_case(&self) -> bool {
        false
    }

    /// Takes in what one commit did to one case.
    ///
    /// # Errors
    /// If it can't; the view stops before this commit, with the error.
    fn apply(&self, part: &PartInLog<'_>, views: &mut Views<'_>) -> Result<(), ProjectionError>;
}

/// What one commit did to one case, and where in the log it stands.
#[derive(Debug, Clone, Copy)]
pub struct PartInLog<'a> {
    /// The commit's place in the log and when the store took it in.
    pub stamp: Stamp,
    /// Who did it, for whom, and how.
    pub head: &'a Head,
    /// What was done to the case.
    pub part: PartRef<'a>,
}

impl<'a> PartInLog<'a> {
    /// The events, undecoded.
    pub fn events(&self) -> Events<'a> {
        self.part.events()
    }

    /// The events, each with what the kernel understands of it: nothing of a service's own events,
    /// of unknown kinds and of newer schemas.
    pub fn decoded(
        &self,
    ) -> impl Iterator<Item = Result<(EventRef<'a>, Option<Event>), ProjectionError>> + use<'a>
    {
        self.events().map(|event| match Event::decode(&event) {
            Ok(decoded) => Ok((event, decoded)),
            Err(cause) => Err(ProjectionError::Event {
                version: event.version,
                cause,
            }),
        })
    }
}

/// What a projection wants to be given: parts of cases of some services that hold an event of some
/// kinds. The rest is passed over by its header.
#[derive(Debug, Clone)]
pub struct Interest {
    services: Services,
    kinds: Vec<RangeInclusive<u16>>,
}

#[derive(Debug, Clone)]
enum Services {
    Except(Vec<ServiceKey>),
    Only(Vec<ServiceKey>),
}

impl Interest {
    /// Everything, the administrative cases too.
    pub fn everywhere() -> Self {
        Self {
            services: Services::Except(Vec::new()),
            kinds: Vec::new(),
        }
    }

    /// All but the administrative cases.
    pub fn in_cases() -> Self {
        let administrative = [INSTALLATION, EDITIONS, REGISTER, PARTICIPATION];
        Self {
            services: Services::Except(administrative.map(ServiceKey::of).to_vec()),
            kinds: Vec::new(),
        }
    }

    /// Only the cases of these services.
    #[must_use]
    pub fn of_services(mut self, services: impl IntoIterator<Item = ServiceKey>) -> Self {
        self.services = Services::Only(services.into_iter().collect());
        self
    }

    /// Only parts that hold an event of one of these kinds.
    #[must_use]
    pub fn of_kinds(mut self, kinds: impl IntoIterator<Item = RangeInclusive<u16>>) -> Self {
        self.kinds = kinds.into_iter().collect();
        self
    }

    /// Whether this part is wanted.
    pub fn takes(&self, part: &PartRef<'_>) -> bool {
        let service = match &self.services {
            Services::Except(services) => !services.contains(&part.service),
            Services::Only(services) => services.contains(&part.service),
        };
        let wanted = |kind: u16| self.kinds.iter().any(|kinds| kinds.contains(&kind));
        service && (self.kinds.is_empty() || part.events().any(|event| wanted(event.kind)))
    }
}
