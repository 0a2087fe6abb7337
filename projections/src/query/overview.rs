//! Figures by service and authority.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use kanzlei_core::domain::{Status, Who};
use kanzlei_core::ports::{Row, ViewSnapshot};
use kanzlei_core::{AuthorityId, Code, Date, ServiceKey, Timestamp};
use serde::Serialize;

use super::{Asked, Operator, QueryError, Setting};
use crate::key::{Fields, Key, end_of};
use crate::median::Median;
use crate::overview::suppress::{Line, publish};
use crate::overview::{self, COUNT, HOURS, OPENED, SUM, State, Tally};
use crate::projection::ProjectionError;
use crate::scan::rows;
use crate::views::{decode, hex};

/// Figures by service and authority. What was left out can't be computed from what is there.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Overview {
    /// Figures that rest on fewer cases than this are left out; 0 if nothing is.
    pub threshold: u64,
    /// The services that have enough cases, by their names.
    pub services: Vec<ServiceFigures>,
}

/// The figures of a service.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ServiceFigures {
    /// The service.
    pub service: Option<Code>,
    /// All its cases.
    pub total: Figures,
    /// Those of each authority that has enough of them.
    pub authorities: Vec<AuthorityFigures>,
    /// Those of the other authorities together, if there are any.
    pub others: Option<Figures>,
}

/// The figures of an authority in a service.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AuthorityFigures {
    /// The authority responsible for these cases, by who answers for it on the day asked about.
    pub authority: AuthorityId,
    /// The figures.
    pub figures: Figures,
}

/// Figures about some cases; `None` was left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Figures {
    /// How many.
    pub cases: u64,
    /// How many are open.
    pub open: Option<u64>,
    /// How many are closed.
    pub closed: Option<u64>,
    /// How many were withdrawn.
    pub withdrawn: Option<u64>,
    /// In which phase the open ones are.
    pub phases: Vec<Share>,
    /// How the closed ones came out.
    pub outcomes: Vec<Share>,
    /// How many hours the closed ones took, each rounded down: the median.
    pub median_hours: Option<f64>,
    /// How many hours the closed ones took: the mean.
    pub mean_hours: Option<f64>,
    /// On which day (UTC) the first was opened.
    pub first: Option<Date>,
    /// On which day (UTC) the last was opened.
    pub last: Option<Date>,
}

/// How many cases have a code; `None` stands for those that have none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Share {
    /// The phase or outcome.
    pub code: Option<Code>,
    /// How many cases; `None` was left out.
    pub cases: Option<u64>,
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
    let mut services: Vec<ServiceFigures> = tallies
        .into_iter()
        .filter_map(|(service, authorities)| {
            service_figures(setting.name(service), &authorities, threshold)
        })
        .collect();
    services.sort_by(|a, b| a.service.cmp(&b.service));
    Overview {
        threshold,
        services,
    }
}

const STATUSES: [Status; 3] = [Status::Open, Status::Closed, Status::Withdrawn];

fn service_figures(
    service: Option<Code>,
    authorities: &BTreeMap<AuthorityId, Tally>,
    threshold: u64,
) -> Option<ServiceFigures> {
    let tallies: Vec<&Tally> = authorities.values().collect();
    let names: Vec<AuthorityId> = authorities.keys().copied().collect();
    let cells: Vec<Vec<u64>> = tallies.iter().map(|tally| by_status(tally)).collect();
    let table = publish(&cells, threshold)?;
    let mut groups: Vec<Group> = table
        .rows
        .iter()
        .zip(&table.cells)
        .map(|(line, cells)| {
            let columns = table.columns.iter().zip(cells.iter().copied());
            Group::new(line.total, together(&tallies, &line.of), columns)
        })
        .collect();
    let everything: Vec<usize> = (0..tallies.len()).collect();
    let sums = table.columns.iter().map(|line| (line, Some(line.total)));
    let mut total = Group::new(table.total, together(&tallies, &everything), sums);
    for share in [PHASES, OUTCOMES] {
        share.fill(&mut groups, &mut total, threshold);
    }
    let mut figures = ServiceFigures {
        service,
        total: total.figures,
        authorities: Vec::new(),
        others: None,
    };
    for (line, group) in table.rows.iter().zip(groups) {
        let name = line.of.first().and_then(|at| names.get(*at));
        match name {
            Some(authority) if !line.others => figures.authorities.push(AuthorityFigures {
                authority: *authority,
                figures: group.figures,
            }),
            _ => figures.others = Some(group.figures),
        }
    }
    Some(figures)
}

fn by_status(tally: &Tally) -> Vec<u64> {
    let count = |status| {
        let states = tally.states.iter();
        let fits = states.filter(move |(state, _)| state.status == status);
        fits.map(|(_, cases)| cases).sum()
    };
    STATUSES.map(count).to_vec()
}

fn together(tallies: &[&Tally], of: &[usize]) -> Tally {
    let mut sum = Tally::default();
    for tally in of.iter().filter_map(|at| tallies.get(*at)) {
        sum.add(tally);
    }
    sum
}

/// Some cases: what is known of them, and what of that is shown.
struct Group {
    tally: Tally,
    figures: Figures,
}

impl Group {
    fn new<'a>(
        cases: u64,
        tally: Tally,
        columns: impl Iterator<Item = (&'a Line, Option<u64>)>,
    ) -> Self {
        // A column without any case isn't in the table.
        let mut shown = [Some(0); 3];
        for (line, cell) in columns {
            for at in &line.of {
                if let Some(shown) = shown.get_mut(*at) {
                    *shown = cell.filter(|_| !line.others);
                }
            }
        }
        let [open, closed, withdrawn] = shown;
        let lasting = closed.filter(|closed| *closed > 0);
        #[allow(clippy::cast_precision_loss)] // Figures for people.
        let mean = |closed| tally.micros as f64 / closed as f64 / 3.6e9;
        let figures = Figures {
            cases,
            open,
            closed,
            withdrawn,
            median_hours: lasting.and_then(|_| median(&tally.hours)),
            mean_hours: lasting.map(mean),
            first: tally.opened.map(|(first, _)| first.date_utc()),
            last: tally.opened.map(|(_, last)| last.date_utc()),
            ..Figures::default()
        };
        Self { tally, figures }
    }
}

fn median(hours: &BTreeMap<u64, u64>) -> Option<f64> {
    let mut median = Median::of(hours.values().sum());
    for (hours, cases) in hours {
        median.take(i64::try_from(*hours).unwrap_or(i64::MAX), *cases);
    }
    median.found()
}

/// What the cases of one status are divided into.
struct Division {
    status: Status,
    code: fn(&State) -> Option<&Code>,
    whole: fn(&Figures) -> Option<u64>,
    shares: fn(&mut Figures) -> &mut Vec<Share>,
}

const PHASES: Division = Division {
    status: Status::Open,
    code: |state| state.phase.as_ref(),
    whole: |figures| figures.open,
    shares: |figures| &mut figures.phases,
};

const OUTCOMES: Division = Division {
    status: Status::Closed,
    code: |state| state.outcome.as_ref(),
    whole: |figures| figures.closed,
    shares: |figures| &mut figures.outcomes,
};

impl Division {
    /// Divides the cases of a status where their number is shown. Those of all other groups are a
    /// row of the table too, because it follows from the sums.
    fn fill(&self, groups: &mut [Group], total: &mut Group, threshold: u64) {
        let codes: BTreeSet<Option<Code>> = self.counts(&total.tally).into_keys().collect();
        let codes: Vec<Option<Code>> = codes.into_iter().collect();
        let left_out = || -> Vec<Share> {
            let shares = codes.iter().cloned();
            shares.map(|code| Share { code, cases: None }).collect()
        };
        for figures in groups.iter_mut().map(|group| &mut group.figures) {
            if (self.whole)(figures) != Some(0) {
                *(self.shares)(figures) = left_out();
            }
        }
        *(self.shares)(&mut total.figures) = left_out();
        if (self.whole)(&total.figures).is_none() {
            return;
        }
        let known = |group: &Group| (self.whole)(&group.figures).is_some();
        let cells = |group: &Group| -> Vec<u64> {
            let counts = self.counts(&group.tally);
            let count = |code| counts.get(code).copied().unwrap_or(0);
            codes.iter().map(count).collect()
        };
        let mut table: Vec<Vec<u64>> = Vec::new();
        let mut rest = vec![0; codes.len()];
        for group in &*groups {
            if known(group) {
                table.push(cells(group));
            } else {
                table.push(vec![0; codes.len()]);
                let counts = rest.iter_mut().zip(cells(group));
                counts.for_each(|(sum, count)| *sum += count);
            }
        }
        table.push(rest);
        let Some(published) = publish(&table, threshold) else {
            return;
        };
        let set = |shares: &mut [Share], cells: Vec<Option<u64>>| {
            for share in shares.iter_mut() {
                share.cases = Some(0);
            }
            for (line, cell) in published.columns.iter().zip(cells) {
                for at in &line.of {
                    if let Some(share) = shares.get_mut(*at) {
                        share.cases = cell.filter(|_| !line.others);
                    }
                }
            }
        };
        for (line, cells) in published.rows.iter().zip(&published.cells) {
            let at = line.of.first().filter(|_| !line.others);
            if let Some(group) = at.and_then(|at| groups.get_mut(*at)) {
                set((self.shares)(&mut group.figures), cells.clone());
            }
        }
        let sums = published.columns.iter().map(|line| Some(line.total));
        set((self.shares)(&mut total.figures), sums.collect());
    }

    fn counts(&self, tally: &Tally) -> BTreeMap<Option<Code>, u64> {
        let mut counts = BTreeMap::new();
        for (state, cases) in &tally.states {
            if state.status == self.status {
                *counts.entry((self.code)(state).cloned()).or_default() += cases;
            }
        }
        counts
    }
}
