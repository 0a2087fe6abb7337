//! How the cases of each service go.

use std::collections::{BTreeMap, HashSet};

use kanzlei_core::ports::{Row, ViewSnapshot};
use kanzlei_core::{Code, ServiceKey, Timestamp};
use serde::Serialize;

use super::{Operator, QueryError, Setting};
use crate::error::ProjectionError;
use crate::median::Spread;
use crate::process::{self, ACTIVITY, Activity, BEGUN, CaseRow, Gone, Ledger, happened};
use crate::scan::rows;
use crate::views::{decode, hex};

/// How the cases of a service go. What they took goes from a case's first to its last event.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceStats {
    /// The service.
    pub service: Option<Code>,
    /// Whether these are the cases that were taken over from another system, of which only what
    /// that system recorded counts.
    pub taken_over: bool,
    /// How many cases.
    pub cases: u64,
    /// How many events.
    pub events: u64,
    /// How many different activities.
    pub activities: usize,
    /// How many different orders of activities.
    pub variants: usize,
    /// When the first event happened.
    pub first: Timestamp,
    /// When the last event happened.
    pub last: Timestamp,
    /// How long a case takes: the median.
    pub median_seconds: f64,
    /// How long a case takes: the mean.
    pub mean_seconds: f64,
    /// How many cases begin with an activity.
    pub start_activities: BTreeMap<String, u64>,
    /// How many cases end with an activity.
    pub end_activities: BTreeMap<String, u64>,
}

impl Operator<'_> {
    /// How the cases of each service go, or of one; services without a case are left out.
    ///
    /// All cases are read.
    ///
    /// # Errors
    /// If the view can't be read.
    pub fn stats(&self, service: Option<ServiceKey>) -> Result<Vec<ServiceStats>, QueryError> {
        let snapshot = self.0.views.open(process::NAME, process::OLDEST)?;
        let mut tallies: BTreeMap<Ledger, Tally> = BTreeMap::new();
        rows(&*snapshot, &process::cases(service), |row| {
            let (service, _) = process::place_of(&row.key)?;
            let case: CaseRow = decode(&row.key, &row.value)?;
            let taken_over = case.taken_over;
            if let Some(gone) = case.gone {
                let ledger = Ledger {
                    service,
                    taken_over,
                };
                tallies.entry(ledger).or_default().take(gone);
            }
            Ok(())
        })?;
        let mut stats = Vec::new();
        for (ledger, tally) in tallies {
            stats.push(tally.stats(&*snapshot, ledger, self.0)?);
        }
        stats.sort_by(|a, b| (&a.service, a.taken_over).cmp(&(&b.service, b.taken_over)));
        Ok(stats)
    }
}

fn damaged(row: &Row) -> ProjectionError {
    ProjectionError::Row { key: hex(&row.key) }
}

/// What the cases of a ledger come to.
#[derive(Default)]
struct Tally {
    lasted: Spread,
    micros: i128,
    variants: HashSet<[u8; 16]>,
    /// How many ended with an activity.
    ended: BTreeMap<Vec<u8>, u64>,
    span: Option<(Timestamp, Timestamp)>,
}

impl Tally {
    fn take(&mut self, gone: Gone) {
        let duration = gone.duration();
        self.lasted.add(duration);
        self.micros += i128::from(duration);
        self.variants.insert(gone.variant);
        *self.ended.entry(gone.end).or_default() += 1;
        let (first, last) = self.span.unwrap_or((gone.first, gone.last));
        self.span = Some((first.min(gone.first), last.max(gone.last)));
    }

    #[allow(clippy::cast_precision_loss)] // Durations are far below 2^53.
    fn stats(
        self,
        snapshot: &dyn ViewSnapshot,
        ledger: Ledger,
        setting: Setting<'_>,
    ) -> Result<ServiceStats, ProjectionError> {
        let cases = self.lasted.count();
        let activities = by_name(snapshot, ledger, ACTIVITY, setting)?;
        let mut end_activities = BTreeMap::new();
        for (activity, ended) in self.ended {
            let name = name(ledger, decode(&activity, &activity)?, setting);
            *end_activities.entry(name).or_default() += ended;
        }
        let (first, last) = self.span.unwrap_or_default();
        Ok(ServiceStats {
            service: setting.name(ledger.service),
            taken_over: ledger.taken_over,
            cases,
            events: activities.values().sum(),
            activities: activities.len(),
            variants: self.variants.len(),
            first,
            last,
            median_seconds: self.lasted.median().unwrap_or_default() / 1e6,
            mean_seconds: self.micros as f64 / cases.max(1) as f64 / 1e6,
            start_activities: by_name(snapshot, ledger, BEGUN, setting)?,
            end_activities,
        })
    }
}

fn count(row: &Row) -> Result<u64, ProjectionError> {
    let figure: i128 = decode(&row.key, &row.value)?;
    u64::try_from(figure).map_err(|_| damaged(row))
}

/// Figures by the activity's name.
fn by_name(
    snapshot: &dyn ViewSnapshot,
    ledger: Ledger,
    kind: u8,
    setting: Setting<'_>,
) -> Result<BTreeMap<String, u64>, ProjectionError> {
    let lane = ledger.lane(kind);
    let mut figures = BTreeMap::new();
    rows(snapshot, &lane, |row| {
        let rest = row.key.get(lane.as_slice().len()..).unwrap_or_default();
        let name = name(ledger, decode(&row.key, rest)?, setting);
        *figures.entry(name).or_default() += count(&row)?;
        Ok(())
    })?;
    Ok(figures)
}

fn name(ledger: Ledger, activity: Activity, setting: Setting<'_>) -> String {
    match activity {
        Activity::Happened(kind, phase) => happened(kind, &phase),
        Activity::Recorded(edition, index) => {
            let edition = setting.catalogue.edition(ledger.service, edition);
            let names = edition.map(|edition| &edition.service.activities);
            let name = names.and_then(|names| names.get(usize::from(index)));
            name.map_or_else(|| format!("activity {index}"), String::clone)
        }
    }
}
