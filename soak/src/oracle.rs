//! What the views should say: summed up from the events with plain maps, by no code of theirs.

use std::collections::{BTreeMap, BTreeSet};

use futures::executor::block_on;
use kanzlei::core::domain::event::Event;
use kanzlei::core::domain::{Catalogue, Status};
use kanzlei::projections::Stage;
use kanzlei::{AuthorityId, CaseFilter, CaseId, CaseSummary, Kanzlei, Paging, PersonId};

use crate::history::{Happened, History};
use crate::{Outcome, ensure};

/// Cases that are listed at once.
const PAGE: usize = 200;

/// A case, as a clerk would sum it up.
#[derive(Debug, PartialEq, Eq)]
struct Sum {
    status: Status,
    events: usize,
    responsible: AuthorityId,
    asked: Option<AuthorityId>,
    outcome: Option<String>,
    /// The tasks that are to be done, and whether somebody does them.
    tasks: BTreeMap<u16, bool>,
}

fn sum(happened: &[Happened]) -> Option<Sum> {
    let mut sum = Sum {
        status: Status::Open,
        events: happened.len(),
        responsible: happened.last()?.authority,
        asked: None,
        outcome: None,
        tasks: BTreeMap::new(),
    };
    for one in happened {
        match &one.event {
            Event::TaskAdded(added) => drop(sum.tasks.insert(added.task.0, false)),
            Event::TaskClaimed(claimed) => drop(sum.tasks.insert(claimed.task.0, true)),
            Event::TaskCompleted(done) => drop(sum.tasks.remove(&done.task.0)),
            Event::HandedOver(handed) => sum.asked = Some(handed.to),
            Event::HandoverAccepted(_) => {
                sum.asked = None;
                sum.tasks.values_mut().for_each(|taken| *taken = false);
            }
            Event::DecisionIssued(issued) => sum.outcome = Some(issued.outcome.to_string()),
            Event::Closed(_) => sum.status = Status::Closed,
            _ => {}
        }
    }
    Some(sum)
}

fn listed(summary: &CaseSummary) -> Sum {
    let tasks = summary.tasks.iter();
    Sum {
        status: summary.status,
        events: summary.version.0 as usize,
        responsible: summary.responsible,
        asked: summary.handover,
        outcome: summary.outcome.as_ref().map(ToString::to_string),
        tasks: tasks
            .map(|task| (task.task.0, task.state != Stage::Open))
            .collect(),
    }
}

/// Compares the views with the log.
///
/// # Errors
/// What is different.
pub fn compare(kanzlei: &Kanzlei, history: &History) -> Outcome {
    block_on(kanzlei.up_to_date())?;
    let mut views = all(kanzlei)?;
    for (case, happened) in &history.cases {
        let (should, is) = (sum(happened), views.remove(case));
        ensure(should == is, || {
            format!("the view has {is:?} of case {case}, and it should be {should:?}")
        })?;
    }
    ensure(views.is_empty(), || {
        let cases: Vec<_> = views.keys().map(ToString::to_string).collect();
        format!(
            "the view has cases that aren't in the log: {}",
            cases.join(", ")
        )
    })?;
    people(kanzlei, history)
}

fn all(kanzlei: &Kanzlei) -> Outcome<BTreeMap<CaseId, Sum>> {
    // The service's name isn't asked for, so that no catalogue is needed.
    let catalogue = Catalogue::default();
    let operator = kanzlei.queries().operate(&catalogue, kanzlei.today());
    let (mut all, mut paging) = (BTreeMap::new(), Paging::first(PAGE));
    loop {
        let page = operator.cases(&CaseFilter::default(), &paging)?;
        for summary in &page.items {
            let before = all.insert(summary.case, listed(summary));
            ensure(before.is_none(), || {
                format!("the view has case {} twice", summary.case)
            })?;
        }
        match page.next {
            Some(cursor) => paging.after = Some(cursor),
            None => return Ok(all),
        }
    }
}

/// Whose cases are whose, those left out from which somebody was erased.
fn people(kanzlei: &Kanzlei, history: &History) -> Outcome {
    let mut people: BTreeMap<PersonId, BTreeSet<CaseId>> = BTreeMap::new();
    for (case, happened) in &history.cases {
        for one in happened {
            if let Event::PartyAdded(party) = &one.event
                && let Ok(details) = party.details.open(&history.keys)
                && let Some(person) = details.person
            {
                people.entry(person).or_default().insert(*case);
            }
        }
    }
    for (person, should) in people {
        let found = block_on(kanzlei.queries().cases_of(person))?;
        let is: BTreeSet<CaseId> = found.iter().map(|one| one.case).collect();
        ensure(is == should && found.len() == is.len(), || {
            format!("the view has {is:?} of {person}, and it should be {should:?}")
        })?;
    }
    Ok(())
}
