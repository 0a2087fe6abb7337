//! Ways, months and workloads counted from whole lists, the plain way.
#![allow(clippy::cast_precision_loss)]

use std::collections::{BTreeMap, BTreeSet};

use kanzlei_core::CaseId;
use kanzlei_core::domain::event::Event;

use super::oracle::{Happened, sum};

const HOUR: i64 = 3_600_000_000;

/// One case, as a clerk would draw it.
#[derive(Debug, Clone)]
pub struct Drawn {
    pub service: u64,
    pub authority: u32,
    pub status: &'static str,
    pub outcome: Option<String>,
    pub opened: i64,
    pub ended: Option<i64>,
    pub steps: Vec<(String, i64)>,
    /// What lasted, in hours.
    pub spans: Vec<(String, i64)>,
}

fn hours(from: i64, to: i64) -> i64 {
    (to - from).max(0) / HOUR
}

pub fn draw(cases: &BTreeMap<CaseId, Vec<Happened>>) -> Vec<Drawn> {
    cases.values().map(|happened| one(happened)).collect()
}

fn one(happened: &[Happened]) -> Drawn {
    let sum = sum(happened);
    let mut drawn = Drawn {
        service: sum.service,
        authority: sum.responsible,
        status: sum.status,
        outcome: sum.outcome,
        opened: sum.opened,
        ended: None,
        steps: Vec::new(),
        spans: Vec::new(),
    };
    let mut kinds: BTreeMap<u16, (String, i64)> = BTreeMap::new();
    let mut asked: BTreeMap<u16, i64> = BTreeMap::new();
    let (mut phase, mut handed): (Option<(String, i64)>, Option<i64>) = (None, None);
    for one in happened {
        let at = one.at.micros();
        let mut span = |what: String, since: Option<i64>| {
            if let Some(since) = since {
                drawn.spans.push((what, hours(since, at)));
            }
        };
        let step = match &one.event {
            Event::Submitted(_) => "submitted".to_owned(),
            Event::PhaseEntered(entered) => {
                if let Some((name, since)) = phase.take() {
                    span(format!("phase {name}"), Some(since));
                }
                phase = Some((entered.phase.to_string(), at));
                format!("phase {}", entered.phase)
            }
            Event::TaskAdded(added) => {
                kinds.insert(added.task.0, (added.kind.to_string(), at));
                continue;
            }
            Event::TaskCompleted(done) => {
                let Some((kind, since)) = kinds.remove(&done.task.0) else {
                    continue;
                };
                span(format!("task {kind}"), Some(since));
                format!("task {kind}")
            }
            Event::InformationRequested(request) => {
                asked.insert(request.request.0, at);
                "asked".to_owned()
            }
            Event::InformationProvided(answer) => {
                span("information".to_owned(), asked.remove(&answer.request.0));
                "answered".to_owned()
            }
            Event::AuthorityInvolved(_) => "involved".to_owned(),
            Event::AuthorityNoLongerInvolved(_) => "not involved".to_owned(),
            Event::HandedOver(_) => {
                handed = Some(at);
                "handed over".to_owned()
            }
            Event::HandoverAccepted(_) => {
                span("handover".to_owned(), handed.take());
                "accepted".to_owned()
            }
            Event::HandoverRefused(_) => {
                span("handover".to_owned(), handed.take());
                "not accepted".to_owned()
            }
            Event::DecisionIssued(_) => "decided".to_owned(),
            Event::Closed(_) | Event::Withdrawn(_) => {
                if let Some((name, since)) = phase.take() {
                    span(format!("phase {name}"), Some(since));
                }
                let closed = matches!(one.event, Event::Closed(_));
                if closed { "closed" } else { "withdrawn" }.to_owned()
            }
            Event::Reopened(_) => "reopened".to_owned(),
            Event::ActivityRecorded(done) => format!("activity {}", done.activity),
            _ => continue,
        };
        match step.as_str() {
            "closed" | "withdrawn" => drawn.ended = Some(at),
            "reopened" => drawn.ended = None,
            _ => {}
        }
        drawn.steps.push((step, at));
    }
    drawn
}

/// In how many cases, how often, the median and the ninth decile of hours.
pub type Figures = (u64, u64, Option<f64>, Option<i64>);

fn figures(pairs: &[(usize, i64)]) -> Figures {
    let cases: BTreeSet<usize> = pairs.iter().map(|(case, _)| *case).collect();
    let mut hours: Vec<i64> = pairs.iter().map(|(_, hours)| *hours).collect();
    hours.sort_unstable();
    (
        cases.len() as u64,
        hours.len() as u64,
        median(&hours),
        decile(&hours),
    )
}

pub fn median(sorted: &[i64]) -> Option<f64> {
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[half] as f64),
        _ => Some((sorted[half - 1] + sorted[half]) as f64 / 2.0),
    }
}

pub fn decile(sorted: &[i64]) -> Option<i64> {
    let enough = |value: &&i64| {
        let no_greater = sorted.iter().filter(|other| other <= value).count();
        no_greater * 10 >= sorted.len() * 9
    };
    sorted.iter().find(enough).copied()
}

/// The picture of a process.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Picture {
    pub cases: u64,
    /// In how many cases, and how often.
    pub steps: BTreeMap<String, (u64, u64)>,
    pub ways: BTreeMap<Vec<String>, Figures>,
    pub links: BTreeMap<(String, String), Figures>,
    pub spans: BTreeMap<String, Figures>,
}

pub fn picture<'a>(drawn: impl Iterator<Item = &'a Drawn>) -> Picture {
    let mut ways: BTreeMap<Vec<String>, Vec<(usize, i64)>> = BTreeMap::new();
    let mut links: BTreeMap<(String, String), Vec<(usize, i64)>> = BTreeMap::new();
    let mut spans: BTreeMap<String, Vec<(usize, i64)>> = BTreeMap::new();
    let mut steps: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut cases = 0;
    for (number, one) in drawn.filter(|one| one.status != "open").enumerate() {
        cases += 1;
        let way = one.steps.iter().map(|(step, _)| step.clone()).collect();
        let took = hours(one.opened, one.ended.unwrap());
        ways.entry(way).or_default().push((number, took));
        let names: Vec<&String> = one.steps.iter().map(|(step, _)| step).collect();
        for name in names.iter().copied().collect::<BTreeSet<_>>() {
            let times = names.iter().filter(|other| **other == name).count() as u64;
            let figures = steps.entry(name.clone()).or_default();
            *figures = (figures.0 + 1, figures.1 + times);
        }
        let mut before = (String::new(), one.opened);
        for (step, at) in &one.steps {
            let link = links.entry((before.0, step.clone())).or_default();
            link.push((number, hours(before.1, *at)));
            before = (step.clone(), *at);
        }
        for (span, took) in &one.spans {
            spans.entry(span.clone()).or_default().push((number, *took));
        }
    }
    let all = |pairs: Vec<(usize, i64)>| figures(&pairs);
    Picture {
        cases,
        steps,
        ways: ways
            .into_iter()
            .map(|(way, pairs)| (way, all(pairs)))
            .collect(),
        links: links
            .into_iter()
            .map(|(link, pairs)| (link, all(pairs)))
            .collect(),
        spans: spans
            .into_iter()
            .map(|(span, pairs)| (span, all(pairs)))
            .collect(),
    }
}
