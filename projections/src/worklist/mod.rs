//! The worklist: a summary of each case, and who has to do with it, by age.
//!
//! ```text
//! c case                                the summary
//! A group opened case                   all cases
//! a authority group opened case         those of an authority: responsible, involved or asked
//! t authority added case task           what an authority has to do in open cases
//! r reference case                      cases by their short number
//! ```
//!
//! The group is 0 for an open case and 1 for the rest. Tasks have none: a row that moves leaves a
//! trace where it was, and who reads a list from its old end would step over the traces of all that
//! was ever claimed.

mod row;

use kanzlei_core::domain::{Status, TaskId};
use kanzlei_core::{AuthorityId, CaseId, Reference, Timestamp};

use crate::error::ProjectionError;
use crate::key::{Fields, Key};
use crate::projection::{Interest, PartInLog, Projection};
use crate::views::Views;

pub use self::row::Stage;
pub(crate) use self::row::{CaseHead, CaseRow, ListedTask, TaskRow};

/// The view's name.
pub const NAME: &str = "worklist";
const REVISION: u32 = 3;
/// The oldest revision whose rows are like these.
pub(crate) const OLDEST: u32 = 2;

const CASE: u8 = b'c';
const ALL: u8 = b'A';
const OF_AUTHORITY: u8 = b'a';
const TASK: u8 = b't';
const REFERENCE: u8 = b'r';

/// A case that is open.
pub(crate) const OPEN: u8 = 0;
/// A case that is over.
pub(crate) const OVER: u8 = 1;

/// Projects the [worklist](self).
#[derive(Debug, Clone, Copy, Default)]
pub struct Worklist;

impl Projection for Worklist {
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
        let key = case_key(case);
        let before: Option<CaseRow> = views.read(key.as_slice())?;
        let new = || CaseRow::new(part.part.service);
        let mut row = before.clone().unwrap_or_else(new);
        row.head.responsible = part.part.authority;
        for event in part.decoded() {
            let (event, decoded) = event?;
            row.version = event.version;
            row.changed = event.occurred;
            if let Some(decoded) = decoded {
                row.take_in(&decoded, event.occurred);
            }
        }
        let old = before.as_ref().map(|before| index(case, before));
        let old = old.unwrap_or_default();
        let new = index(case, &row);
        for (key, _) in old.iter().filter(|(key, _)| at(&new, key).is_none()) {
            views.remove(key.as_slice());
        }
        for (key, listed) in new.iter().filter(|(key, now)| at(&old, key) != Some(now)) {
            match listed {
                Some(listed) => views.write(key.as_slice(), listed)?,
                None => views.put(key.as_slice(), Vec::new()),
            }
        }
        views.write(key.as_slice(), &row)
    }
}

/// What a [`ListedTask`] is read from.
type Listed<'a> = Option<(&'a CaseHead, &'a TaskRow)>;

/// The keys under which a case is found, in their order, with what stands there.
fn index(case: CaseId, row: &CaseRow) -> Vec<(Key, Listed<'_>)> {
    let open = row.status == Status::Open;
    let group = if open { OPEN } else { OVER };
    let opened = row.head.opened;
    let mut keys = vec![
        (Scope::All.lane(group).time(opened).case(case), None),
        (reference_lane(case.reference()).case(case), None),
    ];
    for authority in row.head.concerned() {
        let lane = Scope::Authority(authority).lane(group);
        keys.push((lane.time(opened).case(case), None));
    }
    for (id, task) in row.tasks.iter().filter(|_| open) {
        let lane = task_lane(task.authority).time(task.added);
        keys.push((lane.case(case).u16(id.0), Some((&row.head, task))));
    }
    keys.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    keys
}

/// What stands under a key of an index.
fn at<'k, 'a>(index: &'k [(Key, Listed<'a>)], key: &Key) -> Option<&'k Listed<'a>> {
    let place = index.binary_search_by(|(other, _)| other.cmp(key)).ok()?;
    index.get(place).map(|(_, listed)| listed)
}

/// Whose cases.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope {
    All,
    Authority(AuthorityId),
}

impl Scope {
    /// What the keys of a group of cases begin with; the moment of opening and the case follow.
    pub fn lane(self, group: u8) -> Key {
        match self {
            Self::All => Key::of(ALL),
            Self::Authority(authority) => Key::of(OF_AUTHORITY).authority(authority),
        }
        .u8(group)
    }
}

/// A task: its case, and its number there.
pub(crate) type TaskPlace = (CaseId, TaskId);

/// What the keys of an authority's tasks begin with; when it was added, case and task follow.
pub(crate) fn task_lane(authority: AuthorityId) -> Key {
    Key::of(TASK).authority(authority)
}

pub(crate) fn reference_lane(reference: Reference) -> Key {
    Key::of(REFERENCE).u64(reference.bits())
}

pub(crate) fn case_key(case: CaseId) -> Key {
    Key::of(CASE).case(case)
}

/// What the keys of cases begin with whose ids begin with `bytes`.
pub(crate) fn case_prefix(bytes: &[u8]) -> Key {
    Key::of(CASE).bytes(bytes)
}

/// The case that a key of `c` or `r` ends with.
pub(crate) fn case_at_end(key: &[u8]) -> Option<CaseId> {
    key.last_chunk().copied().map(CaseId::from_bytes)
}

/// The length of what follows the lane in the key of a case.
pub(crate) const CASE_PLACE: usize = 8 + 16;
/// The length of what follows the lane in the key of a task.
pub(crate) const TASK_PLACE: usize = 8 + 16 + 2;

/// Reads what follows the lane in the key of a case.
pub(crate) fn read_case_place(place: &[u8]) -> Option<(Timestamp, CaseId)> {
    let mut fields = Fields(place);
    Some((fields.time()?, fields.case()?))
}

/// Reads what follows the lane in the key of a task.
pub(crate) fn read_task_place(place: &[u8]) -> Option<TaskPlace> {
    let mut fields = Fields(place);
    fields.time()?;
    Some((fields.case()?, TaskId(fields.u16()?)))
}
