//! How the cases of each service go.

use std::collections::BTreeMap;

use kanzlei_core::ports::{Row, ViewSnapshot};
use kanzlei_core::{Code, ServiceKey, Timestamp};
use serde::Serialize;

use super::{Operator, QueryError, Setting};
use crate::key::{Fields, Key};
use crate::median::Median;
use crate::process::{
    self, ACTIVITY, Activity, BEGUN, DURATION, ENDED, Ledger, TOTALS, Totals, VARIANT, happened,
};
use crate::projection::ProjectionError;
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
    /// # Errors
    /// If the view can't be read.
    pub fn stats(&self, service: Option<ServiceKey>) -> Result<Vec<ServiceStats>, QueryError> {
        let snapshot = self.0.views.open(process::NAME, process::OLDEST)?;
        let mut ledgers: Vec<(Ledger, Totals)> = Vec::new();
        rows(&*snapshot, &Key::of(TOTALS), |row| {
            let ledger = Ledger::read(&row.key).ok_or_else(|| damaged(&row))?;
            ledgers.push((ledger, decode(&row.key, &row.value)?));
            Ok(())
        })?;
        ledgers.retain(|(ledger, _)| service.is_none_or(|service| service == ledger.service));
        let mut stats = Vec::new();
        for (ledger, totals) in ledgers {
            stats.push(stats_of(&*snapshot, ledger, totals, self.0)?);
        }
        stats.sort_by(|a, b| (&a.service, a.taken_over).cmp(&(&b.service, b.taken_over)));
        Ok(stats)
    }
}

fn damaged(row: &Row) -> ProjectionError {
    ProjectionError::Row { key: hex(&row.key) }
}

#[allow(clippy::cast_precision_loss)] // Durations are far below 2^53.
fn stats_of(
    snapshot: &dyn ViewSnapshot,
    ledger: Ledger,
    totals: Totals,
    setting: Setting<'_>,
) -> Result<ServiceStats, ProjectionError> {
    let mut variants = 0;
    rows(snapshot, &ledger.lane(VARIANT), |_| {
        variants += 1;
        Ok(())
    })?;
    let mut median = Median::of(totals.cases);
    let lane = ledger.lane(DURATION);
    rows(snapshot, &lane, |row| {
        let duration = row.key.get(lane.as_slice().len()..);
        let duration = duration.and_then(|rest| Fields(rest).i64());
        median.take(duration.ok_or_else(|| damaged(&row))?, count(&row)?);
        Ok(())
    })?;
    let by_name = |kind| by_name(snapshot, ledger, kind, setting);
    Ok(ServiceStats {
        service: setting.name(ledger.service),
        taken_over: ledger.taken_over,
        cases: totals.cases,
        events: totals.events,
        activities: by_name(ACTIVITY)?.len(),
        variants,
        first: totals.first,
        last: totals.last,
        median_seconds: median.found().unwrap_or_default() / 1e6,
        mean_seconds: totals.micros as f64 / totals.cases.max(1) as f64 / 1e6,
        start_activities: by_name(BEGUN)?,
        end_activities: by_name(ENDED)?,
    })
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
        let name = match decode(&row.key, rest)? {
            Activity::Happened(kind, phase) => happened(kind, &phase),
            Activity::Recorded(edition, index) => {
                let edition = setting.catalogue.edition(ledger.service, edition);
                let names = edition.map(|edition| &edition.service.activities);
                let name = names.and_then(|names| names.get(usize::from(index)));
                name.map_or_else(|| format!("activity {index}"), String::clone)
            }
        };
        *figures.entry(name).or_default() += count(&row)?;
        Ok(())
    })?;
    Ok(figures)
}
