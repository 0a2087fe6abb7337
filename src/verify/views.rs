//! Verifying the views: each is built anew from the log in memory, and compared row by row.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::domain::TypedEvent;
use kanzlei_core::domain::event::Event;
use kanzlei_core::engine::Ports;
use kanzlei_core::ports::{Purpose, Row, ViewId, ViewSnapshot, ViewStore, ViewStoreError};
use kanzlei_core::record::Unopened;
use kanzlei_core::{PersonId, Position};
use kanzlei_projections::{Directory, Involvement, Queries, Runner, RunnerBuilder, directory};
use kanzlei_store::MemoryViewStore;

use super::{Finding, PAGE, to};
use crate::Error;

/// Rows that are read at once.
const ROWS: usize = 1_024;
/// Rows of one view that are named; more say nothing new.
const NAMED_MAX: usize = 10;

/// Compares what is stored with what the log gives.
pub(super) fn check(ports: &Ports, views: &Arc<dyn ViewStore>) -> Result<Vec<Finding>, Error> {
    let end = ports.store.watermark().now();
    let mut findings = Vec::new();
    let fresh: Arc<dyn ViewStore> = Arc::new(MemoryViewStore::new());
    let log = &ports.store;
    let directory = Directory::new(Arc::clone(&ports.vault), Arc::clone(&ports.entropy));
    let runners = [
        Runner::builder(Arc::clone(log), Arc::clone(views))
            .standard()
            .directory(directory),
        Runner::builder(Arc::clone(log), Arc::clone(&fresh)).standard(),
    ];
    let mut names = Vec::new();
    let [stored, computed] = runners.map(RunnerBuilder::start);
    let (stored, computed) = (stored?, computed?);
    for (runner, whose) in [(&stored, "stored"), (&computed, "computed")] {
        for view in runner.status() {
            match block_on(runner.caught_up(view.name, end)) {
                Ok(()) if view.name == directory::NAME => {
                    findings.extend(directory_lists(ports, runner, end)?);
                }
                Ok(()) if whose == "computed" => names.push(view.name),
                Ok(()) => {}
                Err(error) => findings.push(Finding {
                    place: format!("view {}, {whose}", view.name),
                    what: error.to_string(),
                }),
            }
        }
    }
    // Nothing changes any more.
    stored.stop();
    computed.stop();
    for name in names {
        findings.extend(rows(name, views.as_ref(), fresh.as_ref())?);
    }
    Ok(findings)
}

/// Compares the rows of one view.
fn rows(
    name: &'static str,
    stored: &dyn ViewStore,
    computed: &dyn ViewStore,
) -> Result<Vec<Finding>, Error> {
    let (stored, computed) = (snapshot(name, stored)?, snapshot(name, computed)?);
    let (mut left, mut right) = (all(stored.as_ref()), all(computed.as_ref()));
    let mut findings = Vec::new();
    let (mut has, mut should) = (left.next().transpose()?, right.next().transpose()?);
    while findings.len() < NAMED_MAX {
        let order = match (&has, &should) {
            (None, None) => break,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(has), Some(should)) => has.key.cmp(&should.key),
        };
        let (key, what) = match order {
            std::cmp::Ordering::Less => (&has, Some("it is there, and the log doesn't give it")),
            std::cmp::Ordering::Greater => (&should, Some("it is missing")),
            std::cmp::Ordering::Equal if has == should => (&has, None),
            std::cmp::Ordering::Equal => (&has, Some("it holds something else")),
        };
        if let (Some(row), Some(what)) = (key, what) {
            let key = hex(&row.key);
            findings.push(Finding {
                place: format!("view {name}, row {key}"),
                what: what.to_owned(),
            });
        }
        if order.is_le() {
            has = left.next().transpose()?;
        }
        if order.is_ge() {
            should = right.next().transpose()?;
        }
    }
    Ok(findings)
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

fn snapshot(
    name: &'static str,
    views: &dyn ViewStore,
) -> Result<Box<dyn ViewSnapshot>, ViewStoreError> {
    let revision = views.serving(name)?.unwrap_or(0);
    views.snapshot(ViewId { name, revision })
}

/// All rows of a view, in their order.
fn all(view: &dyn ViewSnapshot) -> impl Iterator<Item = Result<Row, ViewStoreError>> {
    let mut from: Option<Bound<Vec<u8>>> = Some(Bound::Unbounded);
    let pages = std::iter::from_fn(move || {
        let after = from.take()?;
        let between = (after.as_ref().map(Vec::as_slice), Bound::Unbounded);
        let rows = view.range(between, false, ROWS);
        if let Ok(rows) = &rows {
            from = rows.last().map(|last| Bound::Excluded(last.key.clone()));
        }
        Some(rows)
    });
    pages.flat_map(|page| match page {
        Ok(rows) => rows.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    })
}

/// The directory's rows are sealed and differ each time: what it answers is compared.
fn directory_lists(ports: &Ports, runner: &Runner, end: Position) -> Result<Vec<Finding>, Error> {
    let queries = Queries::new(runner.reader());
    let mut findings = Vec::new();
    let Parties { people, unknown } = parties(ports, end)?;
    for (person, mut cases) in people {
        let mut found = match block_on(queries.cases_of(person)) {
            Ok(found) => found,
            Err(error) => {
                findings.push(Finding {
                    place: format!("view {}", directory::NAME),
                    what: error.to_string(),
                });
                continue;
            }
        };
        found.retain(|one| !unknown.contains(one));
        cases.sort();
        found.sort();
        if found != cases && findings.len() < NAMED_MAX {
            let case = cases
                .first()
                .map_or_else(String::new, |first| first.case.to_string());
            findings.push(Finding {
                place: format!("view {}, the list with case {case}", directory::NAME),
                what: format!(
                    "it has {} cases and should have {}: build the view anew, or, if an erasure broke off, do that again",
                    found.len(),
                    cases.len()
                ),
            });
        }
    }
    Ok(findings)
}

/// Whose case is whose, as the log has it.
#[derive(Default)]
struct Parties {
    people: BTreeMap<PersonId, Vec<Involvement>>,
    /// Parties of whom nobody knows who they are, because their keys are damaged.
    unknown: BTreeSet<Involvement>,
}

fn parties(ports: &Ports, end: Position) -> Result<Parties, Error> {
    let mut parties = Parties::default();
    let mut after = Position::START;
    while after < end {
        let page = block_on(ports.store.log(after, PAGE))?;
        after = page.through();
        let mut added = Vec::new();
        for part in page.commits().flat_map(|commit| commit.record.parts()) {
            for event in part.events() {
                if let Ok(Some(Event::PartyAdded(party))) = Event::decode(&event) {
                    added.push((part.case, party));
                }
            }
        }
        let slots: Vec<_> = added.iter().map(|(_, party)| party.slot).collect();
        let fetched = ports.vault.fetch_sound(&slots, to(Purpose::Directory));
        let keys = block_on(fetched)?;
        for (case, added) in added {
            let party = added.party;
            let one = Involvement { case, party };
            match added.details.open(&keys).map(|details| details.person) {
                Ok(Some(person)) => parties.people.entry(person).or_default().push(one),
                Err(Unopened::NotFetched(_)) => {
                    parties.unknown.insert(one);
                }
                // Erased: nobody's any more.
                Ok(None) | Err(_) => {}
            }
        }
    }
    Ok(parties)
}
