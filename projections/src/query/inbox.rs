//! An authority's inbox: what is to be done, by whom, since when.

use kanzlei_core::domain::TaskId;
use kanzlei_core::ports::Row;
use kanzlei_core::{AuthorityId, CaseId, Code, OfficialId, Reference, ServiceKey, Timestamp};
use serde::Serialize;

use super::page::{Paged, Paging};
use super::{Asked, Operator, QueryError, Setting};
use crate::views::decode;
use crate::worklist::{
    self, CaseHead, ListedTask, Stage, TASK_PLACE, TaskPlace, read_task_place, task_lane,
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
    pub(super) fn item(
        &self,
        (case, task): TaskPlace,
        found: ListedTask,
        setting: Setting<'_>,
    ) -> Option<InboxItem> {
        let (head, row) = found;
        let theirs = match self.whose {
            Whose::All => true,
            Whose::Unassigned => row.stage == Stage::Open,
            Whose::Taken => row.stage != Stage::Open,
            Whose::Of(official) => row.official == Some(official),
        };
        let fits = self.service.is_none_or(|service| service == head.service)
            && (self.phase.is_none() || self.phase == head.phase)
            && self.added_before.is_none_or(|end| row.added < end);
        (fits && theirs).then(|| InboxItem {
            case,
            reference: case.reference(),
            service: setting.name(head.service),
            phase: head.phase,
            responsible: head.responsible,
            task,
            kind: row.kind,
            authority: row.authority,
            state: row.stage,
            official: row.official,
            added: row.added,
            opened: head.opened,
        })
    }
}

/// A task, out of its row in a lane; nothing, if the key isn't one.
pub(super) fn listed(row: &Row) -> Result<Option<(TaskPlace, ListedTask)>, QueryError> {
    let at = read_task_place(&row.key);
    let task = at.map(|at| Ok((at, decode(&row.key, &row.value)?)));
    task.transpose()
}

fn list(
    setting: Setting<'_>,
    authority: AuthorityId,
    filter: &InboxFilter,
    paging: &Paging,
    may_see: impl Fn(&CaseHead) -> bool,
) -> Result<Paged<InboxItem>, QueryError> {
    let snapshot = setting.views.open(worklist::NAME, worklist::OLDEST)?;
    let lanes = setting.answered_for(authority).into_iter().map(task_lane);
    let mut scan = paging.scan(&*snapshot, lanes, TASK_PLACE)?;
    paging.take(&mut scan, |row| {
        let task = listed(row)?.filter(|(_, (case, _))| may_see(case));
        Ok(task.and_then(|(at, task)| filter.item(at, task, setting)))
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
