//! Every view equals its oracle, whatever the pages, the kills and the erasures.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::domain::event::Event;
use kanzlei_core::domain::{Actor, Catalogue, Status};
use kanzlei_core::ports::KeyVault;
use kanzlei_core::record::Page;
use kanzlei_core::{AuthorityId, CaseId, Date, PersonId, Position, Timestamp};
use kanzlei_projections::{
    CaseFilter, CaseSummary, Directory, Figures, InboxFilter, Paged, Paging, Queries, Runner,
    Stage, Whose,
};
use kanzlei_store::{MemoryEventStore, Nastiness, NastyEventStore, SystemClock, SystemEntropy};
use proptest::prelude::*;

use super::history::{AUTHORITIES, PERSONS, Step, official, play, steps};
use super::new_questions::new_questions_are_right;
use super::oracle::{self, Happened, Sum};
use super::oracle_figures::{self, Row};
use super::stores::TestViews;
use super::town::{Town, code, person};

pub const VIEWS: [&str; 5] = ["worklist", "overview", "process", "directory", "moments"];

pub fn day() -> Date {
    Date::new(2026, 6, 1).unwrap()
}

/// A runner of all views.
pub fn start(town: &Town, views: &TestViews, page_bytes: usize) -> Runner {
    let directory = Directory::new(town.vault.clone(), Arc::new(SystemEntropy));
    let builder = Runner::builder(town.log.clone(), Arc::new(views.clone()));
    let builder = builder.standard().directory(directory);
    // Two threads for each of five views that are behind.
    let builder = builder.page_bytes(page_bytes).share_pages(2, 10);
    builder.start().unwrap()
}

pub fn catch_up(runner: &Runner, position: Position) {
    for view in VIEWS {
        block_on(runner.caught_up(view, position)).unwrap();
    }
}

/// All pages of a list.
fn all<T>(limit: usize, page: impl Fn(&Paging) -> Paged<T>) -> Vec<T> {
    let mut paging = Paging::first(limit);
    let mut items = Vec::new();
    loop {
        let next = page(&paging);
        assert!(next.items.len() <= limit);
        items.extend(next.items);
        match next.next {
            Some(cursor) => paging.after = Some(cursor),
            None => return items,
        }
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Closed => "closed",
        Status::Withdrawn => "withdrawn",
    }
}

fn summed(summary: &CaseSummary, service: u64) -> Sum {
    assert_eq!(
        summary.service.as_ref().unwrap().as_str(),
        format!("{service:016x}")
    );
    let stage = |stage| match stage {
        Stage::Open => "open",
        Stage::Assigned => "assigned",
        Stage::Claimed => "claimed",
    };
    Sum {
        service,
        status: status(summary.status),
        phase: summary.phase.as_ref().map(ToString::to_string),
        outcome: summary.outcome.as_ref().map(ToString::to_string),
        responsible: summary.responsible.0,
        asked: summary.handover.map(|to| to.0),
        involved: summary.involved.iter().map(|one| one.0).collect(),
        opened: summary.opened.micros(),
        changed: summary.changed.micros(),
        submitted: summary.submitted.map(Timestamp::micros),
        parties: summary.parties,
        requests: BTreeSet::new(),
        tasks: summary
            .tasks
            .iter()
            .map(|task| {
                let row = (
                    task.authority.0,
                    stage(task.state),
                    task.official,
                    task.added.micros(),
                );
                (task.task.0, row)
            })
            .collect(),
        events: summary.version.0,
    }
}

fn cases_are_right(queries: &Queries, sums: &BTreeMap<CaseId, Sum>, limit: usize) {
    let catalogue = Catalogue::default();
    let operator = queries.operate(&catalogue, day());
    let listed = all(limit, |paging| {
        operator.cases(&CaseFilter::default(), paging).unwrap()
    });
    let ids: BTreeSet<CaseId> = listed.iter().map(|summary| summary.case).collect();
    assert_eq!(ids.len(), listed.len(), "no case comes twice");
    assert!(ids.iter().eq(sums.keys()));
    assert!(listed.is_sorted_by_key(|summary| (summary.opened, summary.case)));
    for summary in &listed {
        let mut sum = sums[&summary.case].clone();
        assert_eq!(summary.open_requests, sum.requests.len());
        sum.requests.clear();
        assert_eq!(summed(summary, sum.service), sum);
        let reference = summary.reference.to_string();
        assert!(operator.find(&reference).unwrap().contains(&summary.case));
        let beginning = &summary.case.to_string()[..17];
        assert!(operator.find(beginning).unwrap().contains(&summary.case));
    }
    for authority in AUTHORITIES {
        let actor = Actor::official(official(0), AuthorityId(authority), code("clerk"));
        let asked = queries.ask(&actor, &catalogue, day());
        for wanted in [None, Some(Status::Open), Some(Status::Closed)] {
            let filter = CaseFilter {
                status: wanted,
                ..CaseFilter::default()
            };
            let listed = all(limit, |paging| asked.cases(&filter, paging).unwrap());
            let expected = sums.iter().filter(|(_, sum)| {
                let concerns = sum.responsible == authority
                    || sum.asked == Some(authority)
                    || sum.involved.contains(&authority);
                concerns && wanted.is_none_or(|wanted| status(wanted) == sum.status)
            });
            let listed: BTreeSet<CaseId> = listed.iter().map(|one| one.case).collect();
            assert!(listed.iter().eq(expected.map(|(case, _)| case)));
        }
    }
}

fn inboxes_are_right(queries: &Queries, sums: &BTreeMap<CaseId, Sum>, limit: usize) {
    let catalogue = Catalogue::default();
    let operator = queries.operate(&catalogue, day());
    for authority in AUTHORITIES.map(AuthorityId) {
        for whose in [
            Whose::All,
            Whose::Unassigned,
            Whose::Taken,
            Whose::Of(official(1)),
        ] {
            for phase in [None, Some(code("check"))] {
                let filter = InboxFilter {
                    whose,
                    phase: phase.clone(),
                    ..InboxFilter::default()
                };
                let items = all(limit, |paging| {
                    operator.inbox(authority, &filter, paging).unwrap()
                });
                assert!(items.is_sorted_by_key(|item| item.added));
                let found: BTreeSet<(CaseId, u16)> =
                    items.iter().map(|item| (item.case, item.task.0)).collect();
                assert_eq!(found.len(), items.len());
                let mut expected = BTreeSet::new();
                for (case, sum) in sums.iter().filter(|(_, sum)| sum.status == "open") {
                    let in_phase = phase
                        .as_ref()
                        .is_none_or(|wanted| sum.phase.as_deref() == Some(wanted.as_str()));
                    for (task, (whose_is_it, stage, who, _)) in &sum.tasks {
                        let theirs = match whose {
                            Whose::All => true,
                            Whose::Unassigned => *stage == "open",
                            Whose::Taken => *stage != "open",
                            Whose::Of(official) => *who == Some(official),
                        };
                        if *whose_is_it == authority.0 && theirs && in_phase {
                            expected.insert((*case, *task));
                        }
                    }
                }
                assert_eq!(found, expected);
            }
        }
    }
}

fn figures_of(figures: &Figures) -> Row {
    let some = |pairs: [(&'static str, Option<u64>); 3]| {
        let pairs = pairs.into_iter();
        let known = pairs.map(|(name, count)| (name, count.expect("nothing is left out")));
        known.filter(|(_, count)| *count > 0).collect()
    };
    let shares = |shares: &[kanzlei_projections::Share]| {
        let known = shares.iter().map(|share| {
            let code = share.code.as_ref().map(ToString::to_string);
            (code, share.cases.expect("nothing is left out"))
        });
        known.filter(|(_, count)| *count > 0).collect()
    };
    Row {
        cases: figures.cases,
        by_status: some([
            ("open", figures.open),
            ("closed", figures.closed),
            ("withdrawn", figures.withdrawn),
        ]),
        phases: shares(&figures.phases),
        outcomes: shares(&figures.outcomes),
        median_hours: figures.median_hours,
        mean_hours: figures.mean_hours,
        first: 0,
        last: 0,
    }
}

fn figures_are_right(queries: &Queries, cases: &BTreeMap<CaseId, Vec<Happened>>) {
    let catalogue = Catalogue::default();
    let operator = queries.operate(&catalogue, day());
    let mut expected = oracle_figures::rows(cases);
    for service in &operator.overview().unwrap().services {
        let key = u64::from_str_radix(service.service.as_ref().unwrap().as_str(), 16).unwrap();
        assert!(service.others.is_none());
        for authority in &service.authorities {
            let mut row = expected.remove(&(key, authority.authority.0)).unwrap();
            let day = |micros: i64| Timestamp::from_micros(micros).date_utc();
            assert_eq!(authority.figures.first, Some(day(row.first)));
            assert_eq!(authority.figures.last, Some(day(row.last)));
            (row.first, row.last) = (0, 0);
            assert_eq!(figures_of(&authority.figures), row);
        }
    }
    assert!(expected.is_empty(), "left over: {expected:?}");
    let mut expected = oracle_figures::stats(cases);
    for stats in operator.stats(None).unwrap() {
        let key = u64::from_str_radix(stats.service.as_ref().unwrap().as_str(), 16).unwrap();
        let oracle = expected.remove(&(key, stats.taken_over)).unwrap();
        let found = oracle_figures::Stats {
            cases: stats.cases,
            events: stats.events,
            activities: stats.activities,
            variants: stats.variants,
            first: stats.first.micros(),
            last: stats.last.micros(),
            median_seconds: stats.median_seconds,
            mean_seconds: stats.mean_seconds,
            starts: stats.start_activities,
            ends: stats.end_activities,
        };
        assert_eq!(found, oracle);
    }
    assert!(expected.is_empty(), "left over: {expected:?}");
}

/// Who is a party where, by what the test planted; `erased` is nobody.
fn directory_is_right(town: &Town, queries: &Queries, erased: &BTreeSet<u64>) {
    let mut expected: BTreeMap<PersonId, BTreeSet<(CaseId, u16)>> = BTreeMap::new();
    let why = kanzlei_core::ports::Access {
        purpose: kanzlei_core::ports::Purpose::Authorise,
        case: None,
    };
    for (case, happened) in oracle::cases(&*town.log) {
        for one in happened {
            if let Event::PartyAdded(added) = one.event {
                let keys = block_on(town.vault.fetch(&[added.slot], why)).unwrap();
                let details = added.details.open(&keys);
                assert_eq!(details.is_err(), erased.contains(&added.slot.0));
                if let Some(person) = details.ok().and_then(|details| details.person) {
                    expected
                        .entry(person)
                        .or_default()
                        .insert((case, added.party.0));
                }
            }
        }
    }
    for person in (0..PERSONS).map(person) {
        let found = block_on(queries.cases_of(person)).unwrap();
        let found: BTreeSet<(CaseId, u16)> =
            found.iter().map(|one| (one.case, one.party.0)).collect();
        assert_eq!(found, expected.remove(&person).unwrap_or_default());
    }
}

fn moments_are_right(town: &Town, queries: &Queries, through: Position) {
    let page: Page = block_on(town.log.log(Position::START, 1 << 24)).unwrap();
    let last = page.commits().next_back().unwrap();
    assert_eq!(last.stamp.position, through);
    let recorded = last.stamp.recorded;
    assert_eq!(queries.position_at(recorded).unwrap(), Some(through));
    let first = page.commits().next().unwrap().stamp.recorded;
    assert_eq!(
        queries.position_at(first.plus_micros(-1_000_000)).unwrap(),
        None
    );
}

pub fn everything_is_right(town: &Town, queries: &Queries, limit: usize, through: Position) {
    let cases = oracle::cases(&*town.log);
    let sums: BTreeMap<CaseId, Sum> = cases
        .iter()
        .map(|(case, happened)| (*case, oracle::sum(happened)))
        .collect();
    cases_are_right(queries, &sums, limit);
    inboxes_are_right(queries, &sums, limit);
    figures_are_right(queries, &cases);
    new_questions_are_right(queries, &cases, &sums);
    moments_are_right(town, queries, through);
}

/// Runs views over a log and kills them after some writes, until they are through.
fn run_and_kill(town: &Town, views: &TestViews, kills: &[i64], page_bytes: usize, to: Position) {
    for writes in kills {
        views.die_after(*writes);
        let runner = start(town, views, page_bytes);
        for view in VIEWS {
            // It stops at the kill, or gets through.
            let _ = block_on(runner.caught_up(view, to));
        }
        runner.stop();
    }
    views.live();
}

fn check(town: &mut Town, history: &[Step], kills: &[i64], page_bytes: usize, limit: usize) {
    let half = history.len() / 2;
    let views = TestViews::new();
    let Some(middle) = play(town, &history[..half]).last().copied() else {
        return;
    };
    run_and_kill(town, &views, kills, page_bytes, middle);
    // Somebody is erased whom no view had met, or had; nothing else changes.
    let mut erased = BTreeSet::new();
    for happened in oracle::cases(&*town.log).values().flatten().take(40) {
        if let Event::PartyAdded(added) = &happened.event {
            erased.insert(added.slot.0);
            block_on(town.vault.destroy(&[added.slot])).unwrap();
            break;
        }
    }
    let last = play(town, &history[half..])
        .last()
        .copied()
        .unwrap_or(middle);
    run_and_kill(town, &views, kills, page_bytes, last);
    let runner = start(town, &views, page_bytes);
    catch_up(&runner, last);
    let queries = Queries::new(runner.reader());
    everything_is_right(town, &queries, limit, last);
    // The directory had met the erased one, perhaps; built anew it has not.
    runner.rebuild("directory").unwrap();
    super::runner::until(|| {
        let status = runner
            .status()
            .into_iter()
            .find(|view| view.name == "directory")
            .unwrap();
        !status.building && status.position >= last
    });
    directory_is_right(town, &queries, &erased);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn each_view_equals_its_oracle(
        history in steps(120),
        kills in proptest::collection::vec(0_i64..12, 0..3),
        page_bytes in 1_usize..6_000,
        limit in 1_usize..9,
    ) {
        check(&mut Town::new(), &history, &kills, page_bytes, limit);
    }

    #[test]
    fn and_does_so_on_a_nasty_store(
        history in steps(80),
        seed in any::<u64>(),
        page_bytes in 1_usize..6_000,
    ) {
        let store = NastyEventStore::new(Arc::new(SystemClock), seed);
        store.be(Nastiness { rivals: kanzlei_store::Chance::NEVER, ..Nastiness::ALL });
        check(&mut Town::on(Arc::new(store)), &history, &[3], page_bytes, 50);
    }
}

#[test]
fn administrative_cases_stand_in_no_list() {
    let mut town = Town::on(Arc::new(MemoryEventStore::new(Arc::new(SystemClock))));
    let at = town.case("kanzlei-editions", 0);
    let opened = kanzlei_core::domain::event::CaseOpened {
        slot: town.cases[at].slot,
        edition: 0,
        definition: kanzlei_core::record::Hash::ZERO,
        parent: None,
    };
    let now = town.now;
    let position = town.commit(vec![(at, vec![(opened.into(), now)])]);
    let views = TestViews::new();
    let runner = start(&town, &views, 1_000);
    catch_up(&runner, position);
    let queries = Queries::new(runner.reader());
    let catalogue = Catalogue::default();
    let operator = queries.operate(&catalogue, day());
    let page = operator
        .cases(&CaseFilter::default(), &Paging::first(10))
        .unwrap();
    assert_eq!(page.items, []);
    assert_eq!(operator.stats(None).unwrap(), []);
    assert_eq!(operator.overview().unwrap().services, []);
}
