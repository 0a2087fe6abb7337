//! Figures computed from whole lists, the plain way.
#![allow(clippy::cast_precision_loss)]

use std::collections::{BTreeMap, BTreeSet};

use kanzlei_core::CaseId;
use kanzlei_core::domain::TypedEvent;
use kanzlei_core::domain::event::{Event, kind_name};

use super::oracle::{Happened, Sum, sum};

fn median(mut values: Vec<i64>) -> Option<f64> {
    values.sort_unstable();
    let half = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[half] as f64),
        _ => Some((values[half - 1] + values[half]) as f64 / 2.0),
    }
}

/// What an exact overview says of the cases of one service and authority.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    pub cases: u64,
    pub by_status: BTreeMap<&'static str, u64>,
    pub phases: BTreeMap<Option<String>, u64>,
    pub outcomes: BTreeMap<Option<String>, u64>,
    pub median_hours: Option<f64>,
    pub mean_hours: Option<f64>,
    pub first: i64,
    pub last: i64,
}

fn closed_after(happened: &[Happened]) -> i64 {
    let opened = happened.first().unwrap().at.micros();
    let closed = happened.iter().rev();
    let closed = closed.filter(|one| matches!(one.event, Event::Closed(_)));
    (closed.clone().next().unwrap().at.micros() - opened).max(0)
}

type Member<'a> = (Sum, &'a [Happened]);
/// Activities and when they happened.
type Trace = Vec<(String, i64)>;

pub fn rows(cases: &BTreeMap<CaseId, Vec<Happened>>) -> BTreeMap<(u64, u32), Row> {
    let mut groups: BTreeMap<(u64, u32), Vec<Member<'_>>> = BTreeMap::new();
    for happened in cases.values() {
        let sum = sum(happened);
        let key = (sum.service, sum.responsible);
        groups.entry(key).or_default().push((sum, happened));
    }
    let row = |members: &Vec<Member<'_>>| {
        let mut row = Row {
            cases: members.len() as u64,
            first: members.iter().map(|(sum, _)| sum.opened).min().unwrap(),
            last: members.iter().map(|(sum, _)| sum.opened).max().unwrap(),
            ..Row::default()
        };
        let mut closed = Vec::new();
        for (sum, happened) in members {
            *row.by_status.entry(sum.status).or_default() += 1;
            if sum.status == "open" {
                *row.phases.entry(sum.phase.clone()).or_default() += 1;
            }
            if sum.status == "closed" {
                *row.outcomes.entry(sum.outcome.clone()).or_default() += 1;
                closed.push(closed_after(happened));
            }
        }
        row.median_hours = median(closed.iter().map(|micros| micros / 3_600_000_000).collect());
        let total: i64 = closed.iter().sum();
        row.mean_hours =
            (!closed.is_empty()).then(|| total as f64 / closed.len() as f64 / 3_600_000_000.0);
        row
    };
    groups
        .iter()
        .map(|(key, members)| (*key, row(members)))
        .collect()
}

/// How the cases of a service go.
#[derive(Debug, Clone, PartialEq)]
pub struct Stats {
    pub cases: u64,
    pub events: u64,
    pub activities: usize,
    pub variants: usize,
    pub first: i64,
    pub last: i64,
    pub median_seconds: f64,
    pub mean_seconds: f64,
    pub starts: BTreeMap<String, u64>,
    pub ends: BTreeMap<String, u64>,
}

fn activity(one: &Happened, taken_over: bool) -> Option<String> {
    let name = kind_name(one.event.kind()).unwrap();
    match &one.event {
        Event::ActivityRecorded(done) => taken_over.then(|| format!("activity {}", done.activity)),
        Event::CaseTakenOver(_) => None,
        _ if taken_over => None,
        Event::PhaseEntered(entered) => Some(format!("{name}:{}", entered.phase)),
        _ => Some(name.to_owned()),
    }
}

pub fn stats(cases: &BTreeMap<CaseId, Vec<Happened>>) -> BTreeMap<(u64, bool), Stats> {
    let mut traces: BTreeMap<(u64, bool), Vec<Trace>> = BTreeMap::new();
    for happened in cases.values() {
        let is_taken = |one: &Happened| matches!(one.event, Event::CaseTakenOver(_));
        let taken_over = happened.iter().any(is_taken);
        let trace: Trace = happened
            .iter()
            .filter_map(|one| Some((activity(one, taken_over)?, one.at.micros())))
            .collect();
        if !trace.is_empty() {
            let key = (happened[0].service.0, taken_over);
            traces.entry(key).or_default().push(trace);
        }
    }
    let stats = |traces: &Vec<Trace>| {
        let all: Vec<&(String, i64)> = traces.iter().flatten().collect();
        let times = |trace: &[(String, i64)]| {
            let times: Vec<i64> = trace.iter().map(|(_, at)| *at).collect();
            times.iter().max().unwrap() - times.iter().min().unwrap()
        };
        let durations: Vec<i64> = traces.iter().map(|trace| times(trace)).collect();
        let names =
            |trace: &Trace| -> Vec<String> { trace.iter().map(|(name, _)| name.clone()).collect() };
        let variants: BTreeSet<Vec<String>> = traces.iter().map(names).collect();
        let tally = |which: &dyn Fn(&Trace) -> String| {
            let mut tally = BTreeMap::new();
            for trace in traces {
                *tally.entry(which(trace)).or_default() += 1;
            }
            tally
        };
        Stats {
            cases: traces.len() as u64,
            events: all.len() as u64,
            activities: all
                .iter()
                .map(|(name, _)| name)
                .collect::<BTreeSet<_>>()
                .len(),
            variants: variants.len(),
            first: all.iter().map(|(_, at)| *at).min().unwrap(),
            last: all.iter().map(|(_, at)| *at).max().unwrap(),
            median_seconds: median(durations.clone()).unwrap() / 1e6,
            mean_seconds: durations.iter().sum::<i64>() as f64 / durations.len() as f64 / 1e6,
            starts: tally(&|trace| trace.first().unwrap().0.clone()),
            ends: tally(&|trace| trace.last().unwrap().0.clone()),
        }
    };
    traces
        .iter()
        .map(|(key, traces)| (*key, stats(traces)))
        .collect()
}
