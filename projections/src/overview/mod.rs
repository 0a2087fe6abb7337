//! The overview: figures by service and authority responsible. Nothing in it is about one person,
//! but small figures may be: what is shown of it goes through [`suppress`].
//!
//! ```text
//! c case                              where the case stands
//! n service authority state           how many cases: by status, phase and outcome
//! d service authority hours           how many closed cases took so many whole hours
//! s service authority                 how long the closed cases took together
//! o service authority opened case     when cases were opened: the first and the last
//! ```

pub mod suppress;

use std::collections::BTreeMap;

use kanzlei_core::domain::Status;
use kanzlei_core::domain::event::Event;
use kanzlei_core::{AuthorityId, CaseId, Code, ServiceKey, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::ProjectionError;
use crate::key::Key;
use crate::projection::{Interest, PartInLog, Projection};
use crate::views::Views;

/// The view's name.
pub const NAME: &str = "overview";
const REVISION: u32 = 1;
/// The oldest revision whose rows are like these.
pub(crate) const OLDEST: u32 = 1;

const CASE: u8 = b'c';
pub(crate) const COUNT: u8 = b'n';
pub(crate) const HOURS: u8 = b'd';
pub(crate) const SUM: u8 = b's';
pub(crate) const OPENED: u8 = b'o';

const HOUR: i64 = 3_600_000_000;

/// Projects the [overview](self).
#[derive(Debug, Clone, Copy, Default)]
pub struct Overview;

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct State {
    pub status: Status,
    pub phase: Option<Code>,
    pub outcome: Option<Code>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct CaseRow {
    service: ServiceKey,
    authority: AuthorityId,
    state: State,
    opened: Timestamp,
    /// When it was closed, if it is.
    closed: Option<Timestamp>,
}

impl CaseRow {
    fn new(service: ServiceKey) -> Self {
        Self {
            service,
            authority: AuthorityId::INSTALLATION,
            state: State {
                status: Status::Open,
                phase: None,
                outcome: None,
            },
            opened: Timestamp::default(),
            closed: None,
        }
    }

    fn take_in(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::CaseOpened(_) => self.opened = at,
            Event::PhaseEntered(entered) => self.state.phase = Some(entered.phase.clone()),
            Event::DecisionIssued(issued) => self.state.outcome = Some(issued.outcome.clone()),
            Event::Closed(_) => {
                self.state.status = Status::Closed;
                self.closed = Some(at);
            }
            Event::Withdrawn(_) => {
                self.state.status = Status::Withdrawn;
                self.closed = None;
            }
            Event::Reopened(_) => {
                self.state.status = Status::Open;
                self.state.outcome = None;
                self.closed = None;
            }
            _ => {}
        }
    }

    /// How long it took; a clock that went back makes it no shorter than nothing.
    fn duration(&self) -> Option<i64> {
        let closed = self.closed?.micros();
        Some(closed.saturating_sub(self.opened.micros()).max(0))
    }
}

impl Projection for Overview {
    fn name(&self) -> &'static str {
        NAME
    }

    fn revision(&self) -> u32 {
        REVISION
    }

    fn interest(&self) -> Interest {
        Interest::in_cases()
    }

    fn by_case(&self) -> bool {
        true
    }

    fn apply(&self, part: &PartInLog<'_>, views: &mut Views<'_>) -> Result<(), ProjectionError> {
        let case = part.part.case;
        let key = Key::of(CASE).case(case);
        let before: Option<CaseRow> = views.read(key.as_slice())?;
        let new = || CaseRow::new(part.part.service);
        let mut row = before.clone().unwrap_or_else(new);
        row.authority = part.part.authority;
        for event in part.decoded() {
            if let (event, Some(decoded)) = event? {
                row.take_in(&decoded, event.occurred);
            }
        }
        if before.as_ref() == Some(&row) {
            return Ok(());
        }
        if let Some(before) = before {
            count(case, &before, -1, views)?;
        }
        count(case, &row, 1, views)?;
        views.write(key.as_slice(), &row)
    }
}

/// Adds a case to the figures that it belongs to, or takes it out.
fn count(
    case: CaseId,
    row: &CaseRow,
    by: i64,
    views: &mut Views<'_>,
) -> Result<(), ProjectionError> {
    let lane = |kind| Key::of(kind).service(row.service).authority(row.authority);
    let opened = lane(OPENED).time(row.opened).case(case);
    if by > 0 {
        views.put(opened.as_slice(), Vec::new());
    } else {
        views.remove(opened.as_slice());
    }
    let state = postcard::to_stdvec(&row.state);
    let state = state.map_err(|error| ProjectionError::Own(error.to_string()))?;
    views.count(lane(COUNT).bytes(&state).as_slice(), by.into());
    if let Some(duration) = row.duration() {
        let hours = (duration / HOUR).unsigned_abs();
        views.count(lane(HOURS).u64(hours).as_slice(), by.into());
        let sum = i128::from(duration) * i128::from(by);
        views.count(lane(SUM).as_slice(), sum);
    }
    Ok(())
}

/// What the view knows of the cases of a service that one authority is responsible for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub states: BTreeMap<State, u64>,
    pub hours: BTreeMap<u64, u64>,
    /// How long the closed cases took together, in microseconds.
    pub micros: i128,
    pub opened: Option<(Timestamp, Timestamp)>,
}

impl Tally {
    /// Adds the cases of another.
    pub fn add(&mut self, other: &Self) {
        for (state, cases) in &other.states {
            *self.states.entry(state.clone()).or_default() += cases;
        }
        for (hours, cases) in &other.hours {
            *self.hours.entry(*hours).or_default() += cases;
        }
        self.micros += other.micros;
        self.opened = match (self.opened, other.opened) {
            (Some(own), Some(theirs)) => Some((own.0.min(theirs.0), own.1.max(theirs.1))),
            (own, theirs) => own.or(theirs),
        };
    }
}
