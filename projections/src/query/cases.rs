//! Lists of cases.

use kanzlei_core::domain::{Standing, Status, TaskId, answers_for};
use kanzlei_core::ports::ViewSnapshot;
use kanzlei_core::{
    AuthorityId, CaseId, Code, OfficialId, Reference, ServiceKey, Timestamp, Version,
};
use serde::Serialize;

use super::page::{Paged, Paging};
use super::{Asked, Operator, QueryError, Setting};
use crate::views::decode;
use crate::worklist::{
    self, CASE_PLACE, CaseHead, CaseRow, OPEN, OVER, Scope, Stage, case_key, read_case_place,
};

/// Which cases; all by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseFilter {
    /// Those of this service.
    pub service: Option<ServiceKey>,
    /// Those for which this authority is responsible, or answers for who was.
    pub authority: Option<AuthorityId>,
    /// Those that are so far in their life.
    pub status: Option<Status>,
    /// Those in this phase.
    pub phase: Option<Code>,
}

impl CaseFilter {
    fn fits(&self, row: &CaseRow, setting: Setting<'_>) -> bool {
        let Setting { catalogue, on, .. } = setting;
        let head = &row.head;
        let responsible = |authority| answers_for(catalogue, authority, head.responsible, on);
        self.service.is_none_or(|service| service == head.service)
            && self.status.is_none_or(|status| status == row.status)
            && self.authority.is_none_or(responsible)
            && (self.phase.is_none() || self.phase == head.phase)
    }

    /// The groups in which such cases stand.
    fn groups(&self) -> &'static [u8] {
        match self.status {
            Some(Status::Open) => &[OPEN],
            Some(Status::Closed | Status::Withdrawn) => &[OVER],
            None => &[OPEN, OVER],
        }
    }
}

/// A case in a list, as an authority that works on it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseSummary {
    /// The case.
    pub case: CaseId,
    /// Its short number.
    pub reference: Reference,
    /// Its version.
    pub version: Version,
    /// The service.
    pub service: Option<Code>,
    /// The edition of the service.
    pub edition: u32,
    /// Where it is in its life.
    pub status: Status,
    /// Its phase.
    pub phase: Option<Code>,
    /// The authority responsible.
    pub responsible: AuthorityId,
    /// Who else works on it.
    pub involved: Vec<AuthorityId>,
    /// Who was asked to take it.
    pub handover: Option<AuthorityId>,
    /// How the decision came out.
    pub outcome: Option<Code>,
    /// When it was opened.
    pub opened: Timestamp,
    /// When a form was last handed in.
    pub submitted: Option<Timestamp>,
    /// When something last happened.
    pub changed: Timestamp,
    /// How many parties it has.
    pub parties: u16,
    /// How many requests for information wait for an answer.
    pub open_requests: usize,
    /// What is to be done.
    pub tasks: Vec<TaskSummary>,
}

/// A task that is not completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskSummary {
    /// Its number in the case.
    pub task: TaskId,
    /// What kind.
    pub kind: Code,
    /// Whose.
    pub authority: AuthorityId,
    /// How far it is.
    pub state: Stage,
    /// The official who has it.
    pub official: Option<OfficialId>,
    /// When it was added.
    pub added: Timestamp,
}

impl CaseSummary {
    pub(super) fn of(case: CaseId, row: CaseRow, setting: Setting<'_>) -> Self {
        let task = |(task, row): (TaskId, worklist::TaskRow)| TaskSummary {
            task,
            kind: row.kind,
            authority: row.authority,
            state: row.stage,
            official: row.official,
            added: row.added,
        };
        let head = row.head;
        Self {
            case,
            reference: case.reference(),
            version: row.version,
            service: setting.name(head.service),
            edition: head.edition,
            status: row.status,
            phase: head.phase,
            responsible: head.responsible,
            involved: head.involved.into_iter().collect(),
            handover: head.handover,
            outcome: row.outcome,
            opened: head.opened,
            submitted: row.submitted,
            changed: row.changed,
            parties: row.parties,
            open_requests: row.requests.len(),
            tasks: row.tasks.into_iter().map(task).collect(),
        }
    }
}

pub(super) fn row(
    snapshot: &dyn ViewSnapshot,
    case: CaseId,
) -> Result<Option<CaseRow>, QueryError> {
    let key = case_key(case);
    let row = snapshot.get(key.as_slice())?;
    let row = row.map(|row| decode(key.as_slice(), &row));
    Ok(row.transpose()?)
}

/// Lists what fits a filter and may be seen.
fn list(
    setting: Setting<'_>,
    scopes: &[Scope],
    filter: &CaseFilter,
    paging: &Paging,
    may_see: impl Fn(&CaseHead) -> bool,
) -> Result<Paged<CaseSummary>, QueryError> {
    let snapshot = setting.views.open(worklist::NAME, worklist::OLDEST)?;
    let groups = filter.groups();
    let lanes = scopes
        .iter()
        .flat_map(|scope| groups.iter().map(|group| scope.lane(*group)));
    let mut scan = paging.scan(&*snapshot, lanes, CASE_PLACE)?;
    paging.take(&mut scan, |found| {
        let Some((_, case)) = read_case_place(&found.key) else {
            return Ok(None);
        };
        let row =
            row(&*snapshot, case)?.filter(|row| filter.fits(row, setting) && may_see(&row.head));
        Ok(row.map(|row| CaseSummary::of(case, row, setting)))
    })
}

impl Asked<'_> {
    /// The cases that the official's authority works on or is asked to take, by when they were
    /// opened. An overseer handles no cases, and so has no list of them.
    ///
    /// # Errors
    /// If the actor is no official, the cursor is wrong, or the view can't be read.
    pub fn cases(
        &self,
        filter: &CaseFilter,
        paging: &Paging,
    ) -> Result<Paged<CaseSummary>, QueryError> {
        let official = self.official()?;
        let own = self.setting.answered_for(official.authority);
        let scopes: Vec<Scope> = own.into_iter().map(Scope::Authority).collect();
        list(self.setting, &scopes, filter, paging, |row| {
            official.works_on(row)
        })
    }

    /// A case that the official's authority works on, and the standing it has there; `None` if
    /// there is none.
    ///
    /// # Errors
    /// If the actor is no official, or the view can't be read.
    pub fn case(&self, case: CaseId) -> Result<Option<(Standing, CaseSummary)>, QueryError> {
        let official = self.official()?;
        let snapshot = self.setting.views.open(worklist::NAME, worklist::OLDEST)?;
        let row = row(&*snapshot, case)?.filter(|row| official.works_on(&row.head));
        let standing = row.as_ref().and_then(|row| official.standing(&row.head));
        let both = standing.zip(row);
        Ok(both.map(|(standing, row)| (standing, CaseSummary::of(case, row, self.setting))))
    }
}

impl Operator<'_> {
    /// All cases but the administrative ones, by when they were opened.
    ///
    /// # Errors
    /// If the cursor is wrong or the view can't be read.
    pub fn cases(
        &self,
        filter: &CaseFilter,
        paging: &Paging,
    ) -> Result<Paged<CaseSummary>, QueryError> {
        let scopes = match filter.authority {
            None => vec![Scope::All],
            Some(authority) => {
                let own = self.0.answered_for(authority);
                own.into_iter().map(Scope::Authority).collect()
            }
        };
        list(self.0, &scopes, filter, paging, |_| true)
    }

    /// One case; `None` if there is none.
    ///
    /// # Errors
    /// If the view can't be read.
    pub fn case(&self, case: CaseId) -> Result<Option<CaseSummary>, QueryError> {
        let snapshot = self.0.views.open(worklist::NAME, worklist::OLDEST)?;
        let row = row(&*snapshot, case)?;
        Ok(row.map(|row| CaseSummary::of(case, row, self.0)))
    }
}
