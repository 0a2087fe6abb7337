//! An authority's inbox: what is to be done, by whom, since when.

use kanzlei_core::domain::TaskId;
use kanzlei_core::{AuthorityId, CaseId, Code, OfficialId, Reference, ServiceKey, Timestamp};
use serde::Serialize;

use super::cases::row;
use super::page::{Paged, Paging};
use super::{Asked, Operator, QueryError, Setting};
use crate::key::Key;
use crate::scan::Scan;
use crate::worklist::{
    self, CaseRow, SETTLED, Stage, TASK_PLACE, WAITING, read_task_place, task_lane,
};

/// Whose tasks of an authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Whose {
    /// All that are not completed.
    #[default]
    All,
    /// Those that nobody does.
    Unassigned,
    /// Those that somebody does or is to do.
    Taken,
    /// Those of this official.
    Of(OfficialId),
}

/// Which tasks; all by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InboxFilter {
    /// Whose.
    pub whose: Whose,
    /// Those in cases of this service.
    pub service: Option<ServiceKey>,
    /// Those in cases in this phase.
    pub phase: Option<Code>,
    /// Those that were added before this moment.
    pub added_before: Option<Timestamp>,
}

/// A task in an inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InboxItem {
    /// The case.
    pub case: CaseId,
    /// Its short number.
    pub reference: Reference,
    /// The service.
    pub service: Option<Code>,
    /// The case's phase.
    pub phase: Option<Code>,
    /// The authority responsible for the case.
    pub responsible: AuthorityId,
    /// The task's number in the case.
    pub task: TaskId,
    /// What kind.
    pub kind: Code,
    /// Whose officials are to do it.
    pub authority: AuthorityId,
    /// How far it is.
    pub state: Stage,
    /// The official who has it.
    pub official: Option<OfficialId>,
    /// When it was added.
    pub added: Timestamp,
    /// When the case was opened.
    pub opened: Timestamp,
}

impl InboxFilter {
    pub(super) fn groups(&self) -> &'static [u8] {
        match self.whose {
            Whose::All => &[WAITING, SETTLED],
            Whose::Unassigned => &[WAITING],
            Whose::Taken | Whose::Of(_) => &[SETTLED],
        }
    }

    pub(super) fn item(
        &self,
        (case, task): (CaseId, TaskId),
        row: &CaseRow,
        setting: Setting<'_>,
    ) -> Option<InboxItem> {
        let found = row.tasks.get(&task)?;
        let fits = self.service.is_none_or(|service| service == row.service)
            && (self.phase.is_none() || self.phase == row.phase)
            && self.added_before.is_none_or(|end| found.added < end);
        let theirs = match self.whose {
            Whose::Of(official) => found.official == Some(official),
            _ => true,
        };
        (fits && theirs).then(|| InboxItem {
            case,
            reference: case.reference(),
            service: setting.name(row.service),
            phase: row.phase.clone(),
            responsible: row.responsible,
            task,
            kind: found.kind.clone(),
            authority: found.authority,
            state: found.stage,
            official: found.official,
            added: found.added,
            opened: row.opened,
        })
    }
}

fn list(
    setting: Setting<'_>,
    authority: AuthorityId,
    filter: &InboxFilter,
    paging: &Paging,
    may_see: impl Fn(&CaseRow) -> bool,
) -> Result<Paged<InboxItem>, QueryError> {
    let after = paging.after(TASK_PLACE)?;
    let snapshot = setting.views.open(worklist::NAME, worklist::OLDEST)?;
    let own = setting.answered_for(authority);
    let lanes: Vec<Key> = own
        .iter()
        .flat_map(|one| filter.groups().iter().map(|group| task_lane(*one, *group)))
        .collect();
    let mut scan = Scan::new(&*snapshot, lanes, after.as_deref(), paging.newest_first);
    paging.take(&mut scan, |place| {
        let Some(at) = read_task_place(place) else {
            return Ok(None);
        };
        let row = row(&*snapshot, at.0)?.filter(|row| may_see(row));
        Ok(row.and_then(|row| filter.item(at, &row, setting)))
    })
}

impl Asked<'_> {
    /// What the official's authority has to do, by when it was added. An overseer has nothing to
    /// do.
    ///
    /// # Errors
    /// If the actor is no official, the cursor is wrong, or the view can't be read.
    pub fn inbox(
        &self,
        filter: &InboxFilter,
        paging: &Paging,
    ) -> Result<Paged<InboxItem>, QueryError> {
        let official = self.official()?;
        list(self.setting, official.authority, filter, paging, |row| {
            official.works_on(row)
        })
    }
}

impl Operator<'_> {
    /// What an authority has to do, by when it was added.
    ///
    /// # Errors
    /// If the cursor is wrong or the view can't be read.
    pub fn inbox(
        &self,
        authority: AuthorityId,
        filter: &InboxFilter,
        paging: &Paging,
    ) -> Result<Paged<InboxItem>, QueryError> {
        list(self.0, authority, filter, paging, |_| true)
    }
}
