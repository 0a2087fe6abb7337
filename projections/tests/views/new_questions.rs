//! Counts, workloads, processes, trends and statistics against their oracles.
#![allow(clippy::cast_precision_loss)]

use std::collections::BTreeMap;

use kanzlei_core::domain::{Actor, Catalogue};
use kanzlei_core::{AuthorityId, CaseId, OfficialId, ServiceKey, Timestamp};
use kanzlei_projections::{
    Asked, Duration, InboxCounts, InboxFilter, Process, Queries, Span, Step, TREND_MONTHS,
};

use super::history::{AUTHORITIES, SERVICES, official};
use super::oracle::{Happened, Sum};
use super::oracle_ways::{self, Drawn, Figures, Picture, decile, median, picture};
use super::town::code;
use super::views_equal_oracles::day;

pub fn new_questions_are_right(
    queries: &Queries,
    cases: &BTreeMap<CaseId, Vec<Happened>>,
    sums: &BTreeMap<CaseId, Sum>,
) {
    let drawn = oracle_ways::draw(cases);
    let catalogue = Catalogue::default();
    for authority in AUTHORITIES {
        let actor = Actor::official(official(0), AuthorityId(authority), code("clerk"));
        let asked = queries.ask(&actor, &catalogue, day());
        work_is_right(&asked, authority, sums);
        for service in SERVICES.map(ServiceKey::of) {
            let own = drawn
                .iter()
                .filter(|one| one.service == service.0 && one.authority == authority);
            assert_eq!(pictured(&asked.process(service).unwrap()), picture(own));
            trend_is_right(&asked, Some(service), authority, &drawn);
        }
        trend_is_right(&asked, None, authority, &drawn);
        statistics_are_right(&asked, authority, &drawn);
    }
}

/// A task: case, number, how far, by whom, since when.
type Work = (CaseId, u16, &'static str, Option<OfficialId>, i64);

fn work_is_right(asked: &Asked<'_>, authority: u32, sums: &BTreeMap<CaseId, Sum>) {
    let mut tasks: Vec<Work> = Vec::new();
    for (case, sum) in sums.iter().filter(|(_, sum)| sum.status == "open") {
        // A task of an authority that isn't concerned by the case is in nobody's inbox.
        let concerned = sum.responsible == authority
            || sum.asked == Some(authority)
            || sum.involved.contains(&authority);
        for (task, (whose, stage, who, added)) in &sum.tasks {
            if *whose == authority && concerned {
                tasks.push((*case, *task, stage, *who, *added));
            }
        }
    }
    let count =
        |fits: &dyn Fn(&Work) -> bool| tasks.iter().filter(|task| fits(task)).count() as u64;
    let oldest = |fits: &dyn Fn(&Work) -> bool| {
        let fitting = tasks.iter().filter(|task| fits(task));
        fitting.map(|task| task.4).min()
    };
    let counts = asked.inbox_counts(&InboxFilter::default()).unwrap();
    assert_eq!(counts.all, tasks.len() as u64);
    assert_eq!(counts.open, count(&|task| task.2 == "open"));
    assert_eq!(counts.taken, count(&|task| task.2 != "open"));
    assert_eq!(counts.mine, count(&|task| task.3 == Some(official(0))));
    let waiting = oldest(&|task| task.2 == "open");
    assert_eq!(counts.oldest.map(Timestamp::micros), waiting);
    assert_eq!(counts.older, 0, "no moment is named");
    if let Some(newest) = tasks.iter().map(|task| task.4).max() {
        let since = asked.inbox_counts(&InboxFilter {
            added_before: Some(Timestamp::from_micros(newest)),
            ..InboxFilter::default()
        });
        let since = since.unwrap();
        assert_eq!(since.older, count(&|task| task.4 < newest));
        let older = since.older;
        assert_eq!(
            since,
            InboxCounts {
                older,
                ..counts.clone()
            }
        );
    }

    let workload = asked.workload().unwrap();
    assert_eq!(workload.unassigned, counts.open);
    assert_eq!(workload.oldest_unassigned.map(Timestamp::micros), waiting);
    let all: u64 = workload
        .officials
        .iter()
        .map(|one| one.claimed + one.assigned)
        .sum();
    assert_eq!(all, counts.taken);
    assert!(
        workload
            .officials
            .is_sorted_by(|a, b| { a.claimed + a.assigned >= b.claimed + b.assigned })
    );
    for load in &workload.officials {
        let whose = Some(load.official);
        assert_eq!(
            load.claimed,
            count(&|task| task.3 == whose && task.2 == "claimed")
        );
        assert_eq!(
            load.assigned,
            count(&|task| task.3 == whose && task.2 == "assigned")
        );
        assert_eq!(Some(load.oldest.micros()), oldest(&|task| task.3 == whose));
    }
}

pub fn step_name(step: &Step) -> String {
    match step {
        Step::Submitted => "submitted".to_owned(),
        Step::PhaseEntered(phase) => format!("phase {phase}"),
        Step::TaskCompleted(kind) => format!("task {kind}"),
        Step::InformationRequested => "asked".to_owned(),
        Step::InformationProvided => "answered".to_owned(),
        Step::AuthorityInvolved => "involved".to_owned(),
        Step::InvolvementEnded => "not involved".to_owned(),
        Step::HandedOver => "handed over".to_owned(),
        Step::HandoverAccepted => "accepted".to_owned(),
        Step::HandoverRefused => "not accepted".to_owned(),
        Step::DecisionIssued => "decided".to_owned(),
        Step::Closed => "closed".to_owned(),
        Step::Withdrawn => "withdrawn".to_owned(),
        Step::Reopened => "reopened".to_owned(),
        Step::Recorded(name) => name.clone(),
    }
}

fn pictured(process: &Process) -> Picture {
    let figures = |cases: u64, times: u64, took: Duration| -> Figures {
        (cases, times, took.median_hours, took.p90_hours)
    };
    assert_eq!(
        (process.threshold, process.other_ways),
        (0, 0),
        "the histories are small"
    );
    assert_eq!(process.drawn, process.cases);
    assert!(process.ways.is_sorted_by(|a, b| a.cases >= b.cases));
    Picture {
        cases: process.cases,
        steps: process
            .steps
            .iter()
            .map(|step| (step_name(&step.step), (step.cases, step.times)))
            .collect(),
        ways: process
            .ways
            .iter()
            .map(|way| {
                let share = way.cases as f64 / process.cases as f64;
                assert!((way.share - share).abs() < 1e-9);
                let steps = way.steps.iter().map(step_name).collect();
                (steps, figures(way.cases, way.cases, way.duration))
            })
            .collect(),
        links: process
            .links
            .iter()
            .map(|link| {
                let from = link.from.as_ref().map_or_else(String::new, step_name);
                let figures = figures(link.cases, link.times, link.duration);
                ((from, step_name(&link.to)), figures)
            })
            .collect(),
        spans: process
            .spans
            .iter()
            .map(|span| {
                let name = match &span.span {
                    Span::Phase(phase) => format!("phase {phase}"),
                    Span::Task(kind) => format!("task {kind}"),
                    Span::Information => "information".to_owned(),
                    Span::Handover => "handover".to_owned(),
                };
                (name, figures(span.cases, span.times, span.duration))
            })
            .collect(),
    }
}

/// The year and month of a moment, as it is written.
fn month(micros: i64) -> String {
    Timestamp::from_micros(micros).to_string()[..7].to_owned()
}

fn trend_is_right(asked: &Asked<'_>, service: Option<ServiceKey>, authority: u32, drawn: &[Drawn]) {
    let own: Vec<&Drawn> = drawn
        .iter()
        .filter(|one| one.authority == authority)
        .filter(|one| service.is_none_or(|service| service.0 == one.service))
        .collect();
    let trend = asked.trend(service, 14).unwrap();
    assert_eq!((trend.threshold, trend.months.len()), (0, 14));
    assert_eq!(trend.months[13].first.to_string(), "2026-06-01");
    assert_eq!(trend.months[0].first.to_string(), "2025-05-01");
    for one in &trend.months {
        let this = one.first.to_string()[..7].to_owned();
        let in_month = |at: i64| month(at) == this || this == "2026-06" && month(at) > this;
        let until = |at: i64| month(at) <= this || this == "2026-06";
        let count =
            |fits: &dyn Fn(&Drawn) -> bool| Some(own.iter().filter(|one| fits(one)).count() as u64);
        assert_eq!(one.opened, count(&|one| in_month(one.opened)));
        assert_eq!(one.ended, count(&|one| one.ended.is_some_and(in_month)));
        let begun = own.iter().filter(|one| until(one.opened)).count();
        let over = own
            .iter()
            .filter(|one| one.ended.is_some_and(until))
            .count();
        assert_eq!(one.open, Some(begun.saturating_sub(over) as u64), "{this}");
    }
    let all = asked.trend(service, 1_000).unwrap().months;
    assert_eq!(all.len(), TREND_MONTHS);
    assert_eq!(all[TREND_MONTHS - 14..], trend.months);
}

fn statistics_are_right(asked: &Asked<'_>, authority: u32, drawn: &[Drawn]) {
    let statistics = asked.statistics(2).unwrap();
    let mut cases = 0;
    for row in std::iter::once(&statistics.total).chain(&statistics.services) {
        let key = row
            .service
            .as_ref()
            .map(|name| u64::from_str_radix(name.as_str(), 16).unwrap());
        let own = drawn
            .iter()
            .filter(|one| one.authority == authority && key.is_none_or(|key| key == one.service));
        let own: Vec<&Drawn> = own.collect();
        let count = |status: &str| own.iter().filter(|one| one.status == status).count() as u64;
        assert_eq!(row.cases, own.len() as u64);
        assert_eq!(
            (row.open, row.closed, row.withdrawn),
            (count("open"), count("closed"), count("withdrawn"))
        );
        let closed: Vec<&&Drawn> = own.iter().filter(|one| one.status == "closed").collect();
        let took = |one: &&&Drawn| (one.ended.unwrap() - one.opened).max(0) / 3_600_000_000;
        let mut hours: Vec<i64> = closed.iter().map(took).collect();
        hours.sort_unstable();
        assert_eq!(row.median_days, median(&hours).map(|hours| hours / 24.0));
        assert_eq!(
            row.p90_days,
            decile(&hours).map(|hours| hours as f64 / 24.0)
        );
        let quick = hours.iter().filter(|hours| **hours < 48).count();
        assert_eq!(row.within, quick as u64);
        let share = (!hours.is_empty()).then(|| quick as f64 / hours.len() as f64);
        assert_eq!(row.within_share, share);
        let mut outcomes: BTreeMap<Option<String>, u64> = BTreeMap::new();
        for one in closed {
            *outcomes.entry(one.outcome.clone()).or_default() += 1;
        }
        let found = row.outcomes.iter();
        let found = found.map(|share| {
            (
                share.code.as_ref().map(ToString::to_string),
                share.cases.unwrap(),
            )
        });
        assert_eq!(found.collect::<BTreeMap<_, _>>(), outcomes);
        cases += if key.is_some() { row.cases } else { 0 };
    }
    assert_eq!(statistics.total.cases, cases);
}
