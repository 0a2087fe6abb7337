//! How many cases are opened and ended, month by month.
//!
//! For an overseer two tables are published: services by the month of opening, and services by the
//! month of the end. Both always reach back as far, whatever is asked, so that no two answers can
//! be subtracted from each other. How many cases were open at the end of a month follows from the
//! two; a service that had few open ones at the end of some month tells nothing of its ends.

use kanzlei_core::domain::Status;
use kanzlei_core::{Code, Date, ServiceKey, Timestamp};
use serde::Serialize;

use super::courses::{Reach, Standing, each, services};
use super::{Asked, QueryError};
use crate::overview::suppress::{Published, publish};
use crate::process;

/// Months that a trend reaches back, at most.
pub const TREND_MONTHS: usize = 36;

/// How many cases are opened and ended, month by month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Trend {
    /// The service; `None` for all services together.
    pub service: Option<Code>,
    /// Figures that rest on fewer cases than this are left out; 0 if nothing is.
    pub threshold: u64,
    /// The months, the oldest first; the last is the present one, so far.
    pub months: Vec<Month>,
}

/// A month (in UTC); `None` was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Month {
    /// Its first day.
    pub first: Date,
    /// How many cases were opened in it.
    pub opened: Option<u64>,
    /// How many cases ended in it and have not been taken up again: closed or withdrawn.
    pub ended: Option<u64>,
    /// How many of these cases were open at its end.
    pub open: Option<u64>,
}

/// Cases by month; the first place is for all that was before.
type Line = [u64; TREND_MONTHS + 1];

/// The cases of one service.
struct Course {
    service: ServiceKey,
    opened: Line,
    ended: Line,
    /// What an overview shows of the service.
    shown: Vec<Status>,
}

impl Course {
    const fn new(service: ServiceKey) -> Self {
        Self {
            service,
            opened: [0; TREND_MONTHS + 1],
            ended: [0; TREND_MONTHS + 1],
            shown: Vec::new(),
        }
    }
}

impl Asked<'_> {
    /// How many cases were opened and ended in each of the last months (at most
    /// [`TREND_MONTHS`]), of one service or of all: for an overseer those of the services that
    /// they oversee, small figures left out; for another official those of the own authority,
    /// exactly.
    ///
    /// All cases of that reach are read: some microseconds each.
    ///
    /// # Errors
    /// If the actor is no official or the view can't be read.
    pub fn trend(&self, service: Option<ServiceKey>, months: usize) -> Result<Trend, QueryError> {
        let official = self.official()?;
        let snapshot = self.setting.views.open(process::NAME, process::OLDEST)?;
        let calendar = Calendar::up_to(self.setting.on);
        let known = services(&*snapshot)?;
        let oversees = match service {
            Some(service) => matches!(official.reach(service), Reach::All),
            None => official.oversees_any(&known),
        };
        let threshold = if oversees { self.threshold } else { 0 };
        let mut courses = Vec::new();
        for service in known {
            let reach = official.reach(service);
            if matches!(reach, Reach::All) != oversees {
                continue;
            }
            let mut course = Course::new(service);
            let mut standing = Standing::default();
            each(&*snapshot, service, &reach, |authority, one| {
                standing.count(self.setting, authority, one.status);
                calendar.count(&mut course.opened, one.opened);
                if let Some(end) = one.ended {
                    calendar.count(&mut course.ended, end);
                }
            })?;
            course.shown = standing.shown(threshold);
            courses.push(course);
        }
        let figures = figures(&courses, service, threshold);
        Ok(Trend {
            service: service.and_then(|service| self.setting.name(service)),
            threshold,
            months: calendar.months(&figures, months),
        })
    }
}

/// What may be shown of each place of a line.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    opened: Vec<Option<u64>>,
    ended: Vec<Option<u64>>,
    open: Vec<Option<u64>>,
}

fn figures(courses: &[Course], service: Option<ServiceKey>, threshold: u64) -> Shown {
    let enough: Vec<&Course> = courses
        .iter()
        .filter(|course| course.opened.iter().sum::<u64>() >= threshold)
        .collect();
    let opened: Vec<Vec<u64>> = enough.iter().map(|one| one.opened.to_vec()).collect();
    let tells = |course: &Course| {
        let told = course.shown.contains(&Status::Open);
        told && open(&course.opened, &course.ended).all(|open| open == 0 || open >= threshold)
    };
    let telling: Vec<bool> = enough.iter().map(|one| tells(one)).collect();
    let ended = enough.iter().zip(&telling).filter(|(_, tells)| **tells);
    let ended: Vec<Vec<u64>> = ended.map(|(one, _)| one.ended.to_vec()).collect();
    let row = service.map(|service| enough.iter().position(|one| one.service == service));
    let before = |at: usize| telling.iter().take(at).filter(|tells| **tells).count();
    let (opened, ended) = match row {
        None if telling.iter().all(|tells| *tells) => {
            (sums(&opened, threshold), sums(&ended, threshold))
        }
        None => (sums(&opened, threshold), unknown()),
        Some(None) if threshold == 0 => (nothing(), nothing()),
        Some(None) => (unknown(), unknown()),
        Some(Some(at)) if telling.get(at) == Some(&true) => {
            let ended = cells(&ended, before(at), threshold);
            (cells(&opened, at, threshold), ended)
        }
        Some(Some(at)) => (cells(&opened, at, threshold), unknown()),
    };
    let known = |line: &[Option<u64>]| line.iter().copied().collect::<Option<Vec<u64>>>();
    let open = match (known(&opened), known(&ended)) {
        (Some(opened), Some(ended)) => open(&opened, &ended).map(Some).collect(),
        _ => unknown(),
    };
    Shown {
        opened,
        ended,
        open,
    }
}

/// How many were open at the end of each month.
fn open<'a>(opened: &'a [u64], ended: &'a [u64]) -> impl Iterator<Item = u64> + 'a {
    let (mut all_opened, mut all_ended) = (0_u64, 0_u64);
    opened.iter().zip(ended).map(move |(opened, ended)| {
        (all_opened, all_ended) = (all_opened + opened, all_ended + ended);
        // What arrived before its case was opened may end it in an earlier month.
        all_opened.saturating_sub(all_ended)
    })
}

fn unknown() -> Vec<Option<u64>> {
    vec![None; TREND_MONTHS + 1]
}

fn nothing() -> Vec<Option<u64>> {
    vec![Some(0); TREND_MONTHS + 1]
}

/// The sums of a table's columns, as they may be published.
fn sums(table: &[Vec<u64>], threshold: u64) -> Vec<Option<u64>> {
    let Some(published) = publish(table, threshold) else {
        let none = table.iter().flatten().sum::<u64>() == 0;
        return if none { nothing() } else { unknown() };
    };
    spread(&published, |line, _| Some(line))
}

/// A row of a table, as it may be published.
fn cells(table: &[Vec<u64>], at: usize, threshold: u64) -> Vec<Option<u64>> {
    let empty = |row: &Vec<u64>| row.iter().sum::<u64>() == 0;
    if table.get(at).is_none_or(empty) {
        return nothing();
    }
    let Some(published) = publish(table, threshold) else {
        return unknown();
    };
    let row = |line: &crate::overview::suppress::Line| !line.others && line.of.contains(&at);
    let place = published.rows.iter().position(row);
    let row = place.and_then(|place| published.cells.get(place));
    spread(&published, |_, column| *row?.get(column)?)
}

/// Columns that aren't published have no case at all; those that were put together stay unknown.
fn spread(published: &Published, figure: impl Fn(u64, usize) -> Option<u64>) -> Vec<Option<u64>> {
    let mut shown = nothing();
    for (column, line) in published.columns.iter().enumerate() {
        for at in &line.of {
            if let Some(shown) = shown.get_mut(*at) {
                *shown = figure(line.total, column).filter(|_| !line.others);
            }
        }
    }
    shown
}

/// The months of a trend, counted from the year 0.
struct Calendar {
    last: i32,
}

impl Calendar {
    fn up_to(day: Date) -> Self {
        Self {
            last: month_of(day),
        }
    }

    /// Counts a moment in its month. What a clock that was wrong puts after the last month belongs
    /// to that.
    fn count(&self, line: &mut Line, at: Timestamp) {
        let back = self.last.saturating_sub(month_of(at.date_utc())).max(0);
        let back = usize::try_from(back).unwrap_or(usize::MAX);
        let place = TREND_MONTHS.saturating_sub(back);
        if let Some(count) = line.get_mut(place) {
            *count += 1;
        }
    }

    /// The last of these months.
    fn months(&self, figures: &Shown, months: usize) -> Vec<Month> {
        let months = months.min(TREND_MONTHS);
        let places = TREND_MONTHS + 1 - months..=TREND_MONTHS;
        let at = |line: &[Option<u64>], place: usize| line.get(place).copied().flatten();
        places
            .filter_map(|place| {
                let back = i32::try_from(TREND_MONTHS - place).ok()?;
                Some(Month {
                    first: first_day(self.last - back)?,
                    opened: at(&figures.opened, place),
                    ended: at(&figures.ended, place),
                    open: at(&figures.open, place),
                })
            })
            .collect()
    }
}

fn month_of(day: Date) -> i32 {
    let (year, month, _) = day.ymd();
    year * 12 + i32::from(month) - 1
}

fn first_day(month: i32) -> Option<Date> {
    let number = u8::try_from(month.rem_euclid(12) + 1).ok()?;
    Date::new(month.div_euclid(12), number, 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ended_a_month_before_it_was_opened_is_open_in_neither() {
        assert!(open(&[0, 1, 2], &[1, 0, 0]).eq([0, 0, 2]));
    }
}
