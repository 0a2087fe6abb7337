//! Figures by service and authority.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use kanzlei_core::domain::Who;
use kanzlei_core::ports::{Row, ViewSnapshot};
use kanzlei_core::{AuthorityId, ServiceKey, Timestamp};
use serde::Serialize;

use super::figures::service_figures;
use super::shown::{AuthorityFigures, ServiceFigures};
use super::together::Together;
use super::{Asked, Operator, QueryError, Setting};
use crate::error::ProjectionError;
use crate::key::{Fields, Key, end_of};
use crate::overview::{self, COUNT, HOURS, OPENED, SUM, State, Tally};
use crate::scan::rows;
use crate::views::{decode, hex};

/// Figures by service and authority. What was left out can't be computed from what is there.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Overview {
    /// Figures that rest on fewer cases than this are left out; 0 if nothing is.
    pub threshold: u64,
    /// The services that have enough cases, by their names.
    pub services: Vec<ServiceFigures>,
    /// All services together, by authority: the sums of what is shown of it in each service,
    /// without phases and outcomes, which are each service's own. Durations rest on the closed
    /// cases whose number is shown.
    pub together: Vec<AuthorityFigures>,
}

type Tallies = BTreeMap<ServiceKey, BTreeMap<AuthorityId, Tally>>;

impl Asked<'_> {
    /// An overseer gets the figures of the services that they oversee, small ones left out; another
    /// official the exact figures of their own authority. Nobody else gets any.
    ///
    /// # Errors
    /// If the actor is no official or the view can't be read.
    pub fn overview(&self) -> Result<Overview, QueryError> {
        let Who::Official { .. } = &self.actor.who else {
            return Err(QueryError::NotAllowed("only an official gets an overview"));
        };
        let official = self.official()?;
        let mut tallies = read(self.setting)?;
        let overseen: BTreeSet<ServiceKey> = tallies
            .keys()
            .copied()
            .chain(self.setting.catalogue.services().map(|(key, _)| key))
            .filter(|service| {
                let edition = self.setting.edition(*service);
                edition.is_some_and(|edition| official.oversees(edition))
            })
            .collect();
        if overseen.is_empty() {
            for authorities in tallies.values_mut() {
                authorities.retain(|authority, _| *authority == official.authority);
            }
            return Ok(overview(tallies, 0, self.setting));
        }
        tallies.retain(|service, _| overseen.contains(service));
        Ok(overview(tallies, self.threshold, self.setting))
    }
}

impl Operator<'_> {
    /// The exact figures of all services.
    ///
    /// # Errors
    /// If the view can't be read.
    pub fn overview(&self) -> Result<Overview, QueryError> {
        Ok(overview(read(self.0)?, 0, self.0))
    }
}

/// Reads all figures, by who answers for an authority.
fn read(setting: Setting<'_>) -> Result<Tallies, QueryError> {
    let snapshot = setting.views.open(overview::NAME, overview::OLDEST)?;
    let snapshot = &*snapshot;
    let mut tallies: Tallies = BTreeMap::new();
    for kind in [COUNT, HOURS, SUM] {
        rows(snapshot, &Key::of(kind), |row| {
            let (service, authority, rest) = place(&row)?;
            let services = tallies.entry(service).or_default();
            let tally = services.entry(authority).or_default();
            take(tally, kind, rest, &row)
        })?;
    }
    let mut current: Tallies = BTreeMap::new();
    for (service, authorities) in tallies {
        for (authority, mut tally) in authorities {
            tally.opened = opened(snapshot, service, authority)?;
            let answers = setting.catalogue.current(authority, setting.on);
            let services = current.entry(service).or_default();
            services.entry(answers).or_default().add(&tally);
        }
    }
    Ok(current)
}

fn damaged(key: &[u8]) -> ProjectionError {
    ProjectionError::Row { key: hex(key) }
}

fn place(row: &Row) -> Result<(ServiceKey, AuthorityId, &[u8]), ProjectionError> {
    let mut fields = Fields(row.key.get(1..).unwrap_or_default());
    let place = fields.service().zip(fields.authority());
    let (service, authority) = place.ok_or_else(|| damaged(&row.key))?;
    Ok((service, authority, fields.0))
}

fn take(tally: &mut Tally, kind: u8, rest: &[u8], row: &Row) -> Result<(), ProjectionError> {
    let figure: i128 = decode(&row.key, &row.value)?;
    let count = u64::try_from(figure);
    match kind {
        COUNT => {
            let state: State = decode(&row.key, rest)?;
            let count = count.map_err(|_| damaged(&row.key))?;
            tally.states.insert(state, count);
        }
        HOURS => {
            let hours = Fields(rest).u64().ok_or_else(|| damaged(&row.key))?;
            let count = count.map_err(|_| damaged(&row.key))?;
            tally.hours.insert(hours, count);
        }
        _ => tally.micros = figure,
    }
    Ok(())
}

/// When the first and the last case of an authority was opened.
fn opened(
    snapshot: &dyn ViewSnapshot,
    service: ServiceKey,
    authority: AuthorityId,
) -> Result<Option<(Timestamp, Timestamp)>, QueryError> {
    let prefix = Key::of(OPENED).service(service).authority(authority);
    let end = end_of(prefix.as_slice());
    let end_at = |backwards| -> Result<Option<Timestamp>, QueryError> {
        let between = (
            Bound::Included(prefix.as_slice()),
            end.as_ref().map(Vec::as_slice),
        );
        let rows = snapshot.range(between, backwards, 1)?;
        let at = |row: &Row| Fields(row.key.get(prefix.as_slice().len()..)?).time();
        Ok(rows.first().and_then(at))
    };
    Ok(end_at(false)?.zip(end_at(true)?))
}

fn overview(tallies: Tallies, threshold: u64, setting: Setting<'_>) -> Overview {
    let mut together = Together::default();
    let mut services = Vec::new();
    for (service, authorities) in tallies {
        let figures = service_figures(setting.name(service), &authorities, threshold);
        if let Some(figures) = figures {
            together.add(&figures, &authorities);
            services.push(figures);
        }
    }
    services.sort_by(|a, b| a.service.cmp(&b.service));
    Overview {
        threshold,
        services,
        together: together.figures(),
    }
}
