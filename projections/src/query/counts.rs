//! How much an authority has to do, and who does what.

use std::collections::BTreeMap;

use kanzlei_core::domain::Who;
use kanzlei_core::{OfficialId, Timestamp};
use serde::Serialize;

use super::inbox::{InboxFilter, InboxItem, Whose, listed};
use super::{Asked, QueryError};
use crate::scan::Scan;
use crate::worklist::{self, Stage, task_lane};

/// How many tasks an authority has: the numbers on the tabs of its inbox.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InboxCounts {
    /// Those that nobody does.
    pub open: u64,
    /// Those of the official who asks.
    pub mine: u64,
    /// Those that somebody does or is to do.
    pub taken: u64,
    /// All that are not completed.
    pub all: u64,
    /// Those that were added before the moment that the filter names.
    pub older: u64,
    /// When the one that has waited longest for somebody was added.
    pub oldest: Option<Timestamp>,
}

/// Who does what at an authority.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Workload {
    /// The officials who have tasks; who has most of them first.
    pub officials: Vec<OfficialLoad>,
    /// How many tasks nobody does.
    pub unassigned: u64,
    /// When the first of them was added.
    pub oldest_unassigned: Option<Timestamp>,
}

/// What an official has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfficialLoad {
    /// Who.
    pub official: OfficialId,
    /// How many tasks they do.
    pub claimed: u64,
    /// How many they are to do.
    pub assigned: u64,
    /// When the first of all of these was added.
    pub oldest: Timestamp,
}

/// The earlier of two moments.
fn earliest(one: Option<Timestamp>, other: Timestamp) -> Timestamp {
    one.map_or(other, |one| one.min(other))
}

impl Asked<'_> {
    /// How many tasks of the own authority fit a filter. Whose they are and since when is counted,
    /// so these parts of the filter leave nothing out.
    ///
    /// # Errors
    /// If the actor is no official or the view can't be read.
    pub fn inbox_counts(&self, filter: &InboxFilter) -> Result<InboxCounts, QueryError> {
        let me = match &self.actor.who {
            Who::Official { id, .. } => Some(*id),
            _ => None,
        };
        let older = |item: &InboxItem| filter.added_before.is_some_and(|end| item.added < end);
        let all = InboxFilter {
            added_before: None,
            ..filter.clone()
        };
        let mut counts = InboxCounts::default();
        self.each_task(&all, |item| {
            counts.all += 1;
            counts.older += u64::from(older(&item));
            if item.state == Stage::Open {
                counts.open += 1;
                counts.oldest = Some(earliest(counts.oldest, item.added));
            } else {
                counts.taken += 1;
                counts.mine += u64::from(item.official == me);
            }
        })?;
        Ok(counts)
    }

    /// Who does what at the own authority.
    ///
    /// # Errors
    /// If the actor is no official or the view can't be read.
    pub fn workload(&self) -> Result<Workload, QueryError> {
        let mut loads: BTreeMap<OfficialId, OfficialLoad> = BTreeMap::new();
        let mut workload = Workload::default();
        self.each_task(&InboxFilter::default(), |item| {
            let Some(official) = item.official.filter(|_| item.state != Stage::Open) else {
                workload.unassigned += 1;
                let oldest = earliest(workload.oldest_unassigned, item.added);
                workload.oldest_unassigned = Some(oldest);
                return;
            };
            let load = loads.entry(official).or_insert(OfficialLoad {
                official,
                claimed: 0,
                assigned: 0,
                oldest: item.added,
            });
            load.oldest = load.oldest.min(item.added);
            match item.state {
                Stage::Claimed => load.claimed += 1,
                _ => load.assigned += 1,
            }
        })?;
        workload.officials = loads.into_values().collect();
        let tasks = |load: &OfficialLoad| load.claimed + load.assigned;
        workload
            .officials
            .sort_by_key(|load| (std::cmp::Reverse(tasks(load)), load.oldest));
        Ok(workload)
    }

    /// Gives each task of the own authority that fits a filter, whosever it is.
    fn each_task(
        &self,
        filter: &InboxFilter,
        mut take: impl FnMut(InboxItem),
    ) -> Result<(), QueryError> {
        let official = self.official()?;
        let filter = InboxFilter {
            whose: Whose::All,
            ..filter.clone()
        };
        let snapshot = self.setting.views.open(worklist::NAME, worklist::OLDEST)?;
        let own = self.setting.answered_for(official.authority);
        let lanes = own.into_iter().map(task_lane);
        let mut scan = Scan::new(&*snapshot, lanes, None, false, usize::MAX);
        while let Some(row) = scan.next()? {
            let task = listed(&row)?.filter(|(_, (case, _))| official.works_on(case));
            if let Some(item) = task.and_then(|(at, task)| filter.item(at, task, self.setting)) {
                take(item);
            }
        }
        Ok(())
    }
}
