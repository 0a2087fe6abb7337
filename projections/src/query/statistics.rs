//! The figures of an official's own authority, service by service.

use std::collections::BTreeMap;

use kanzlei_core::Code;
use kanzlei_core::domain::Status;
use serde::Serialize;

use super::courses::{HOUR, Reach, each, services};
use super::shown::Share;
use super::{Asked, QueryError};
use crate::median::Spread;
use crate::process;

/// The figures of an authority, exactly.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Statistics {
    /// Which cases count as quick: those that took fewer days than this.
    pub within_days: u32,
    /// All services together; its `service` is `None`.
    pub total: ServiceStatistics,
    /// The services of which the authority has cases, by their names.
    pub services: Vec<ServiceStatistics>,
}

/// The figures of an authority in a service. A case takes from its opening to its closing, in whole
/// hours.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceStatistics {
    /// The service.
    pub service: Option<Code>,
    /// How many cases.
    pub cases: u64,
    /// How many of them are open.
    pub open: u64,
    /// How many are closed.
    pub closed: u64,
    /// How many were withdrawn.
    pub withdrawn: u64,
    /// How the closed ones came out; `None` stands for those without a decision.
    pub outcomes: Vec<Share>,
    /// How many days the closed ones took: the median; `None` if none is closed.
    pub median_days: Option<f64>,
    /// Nine of ten closed ones took no more days than this; `None` if none is closed.
    pub p90_days: Option<f64>,
    /// How many of the closed ones took fewer than `within_days` days.
    pub within: u64,
    /// Their share of the closed ones, from 0 to 1; `None` if none is closed.
    pub within_share: Option<f64>,
}

/// What is counted.
#[derive(Default)]
struct Tally {
    open: u64,
    withdrawn: u64,
    outcomes: BTreeMap<Option<Code>, u64>,
    hours: Spread,
}

impl Asked<'_> {
    /// The exact figures of the official's own authority, and of those it answers for, in the
    /// services that the official doesn't oversee. Who oversees has an overview.
    ///
    /// All cases of the authority are read: some microseconds each.
    ///
    /// # Errors
    /// If the actor is no official or the view can't be read.
    pub fn statistics(&self, within_days: u32) -> Result<Statistics, QueryError> {
        let official = self.official()?;
        let snapshot = self.setting.views.open(process::NAME, process::OLDEST)?;
        let mut total = Tally::default();
        let mut found = Vec::new();
        for service in services(&*snapshot)? {
            let reach = official.reach(service);
            if matches!(reach, Reach::All) {
                continue;
            }
            let mut tally = Tally::default();
            each(&*snapshot, service, &reach, |_, course| tally.take(&course))?;
            if tally.cases() > 0 {
                total.add(&tally);
                found.push(tally.figures(self.setting.name(service), within_days));
            }
        }
        found.sort_by(|a, b| a.service.cmp(&b.service));
        Ok(Statistics {
            within_days,
            total: total.figures(None, within_days),
            services: found,
        })
    }
}

impl Tally {
    fn take(&mut self, course: &process::Course) {
        match course.status {
            Status::Open => self.open += 1,
            Status::Withdrawn => self.withdrawn += 1,
            Status::Closed => {
                *self.outcomes.entry(course.outcome.clone()).or_default() += 1;
                self.hours.add(course.duration().unwrap_or_default() / HOUR);
            }
        }
    }

    fn add(&mut self, other: &Self) {
        self.open += other.open;
        self.withdrawn += other.withdrawn;
        self.hours.add_all(&other.hours);
        for (outcome, cases) in &other.outcomes {
            *self.outcomes.entry(outcome.clone()).or_default() += cases;
        }
    }

    fn cases(&self) -> u64 {
        self.open + self.withdrawn + self.hours.count()
    }

    #[allow(clippy::cast_precision_loss)] // Figures for people.
    fn figures(self, service: Option<Code>, within_days: u32) -> ServiceStatistics {
        let closed = self.hours.count();
        let within = self.hours.below(i64::from(within_days) * 24);
        let days = |hours: f64| hours / 24.0;
        let share = |(code, cases): (Option<Code>, u64)| Share {
            code,
            cases: Some(cases),
        };
        ServiceStatistics {
            cases: self.cases(),
            service,
            open: self.open,
            closed,
            withdrawn: self.withdrawn,
            median_days: self.hours.median().map(days),
            p90_days: self.hours.ninth_decile().map(|hours| days(hours as f64)),
            within,
            within_share: (closed > 0).then(|| within as f64 / closed as f64),
            outcomes: self.outcomes.into_iter().map(share).collect(),
        }
    }
}
