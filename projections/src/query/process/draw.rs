//! The picture of a process: sums over the ways that enough cases took.

use std::collections::{BTreeMap, BTreeSet};

use kanzlei_core::Timestamp;
use kanzlei_core::domain::Status;

use super::{Duration, Link, Namer, Process, Span, SpanFigures, Step, StepFigures, Way};
use crate::median::Spread;
use crate::overview::suppress::publish;
use crate::process::Course;
use crate::query::courses::HOUR;

/// Ways that are shown, at most: rarer ones are counted.
const WAYS_MAX: usize = 20;

/// Among fewer cases an overseer isn't told the ninth decile: it is what the slowest one took.
const DECILE_MIN: u64 = 10;

/// A way, and how it ended.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Path {
    pub ended: Status,
    steps: Vec<Step>,
    /// What has lasted, and how often: cases of one path differ in durations only.
    spans: BTreeMap<Span, u64>,
}

impl Path {
    pub fn of(course: &Course, namer: &Namer<'_>) -> Self {
        let steps = course.way.iter();
        let steps = steps.map(|(happening, _)| namer.step(happening, course.edition));
        let mut spans = BTreeMap::new();
        for (lasting, _) in &course.lasted {
            *spans.entry(Namer::span(lasting)).or_default() += 1;
        }
        Self {
            ended: course.status,
            steps: steps.collect(),
            spans,
        }
    }
}

/// The cases that took a path.
#[derive(Default)]
pub(super) struct Taken {
    durations: Spread,
    /// How long it was to each step from the one before.
    between: Vec<Spread>,
    spans: BTreeMap<Span, Spread>,
}

impl Taken {
    pub fn take(&mut self, course: &Course) {
        self.durations
            .add(course.duration().unwrap_or_default() / HOUR);
        let mut before = course.opened;
        self.between.resize_with(course.way.len(), Spread::default);
        for (spread, (_, at)) in self.between.iter_mut().zip(&course.way) {
            spread.add(hours_between(before, *at));
            before = *at;
        }
        for (lasting, micros) in &course.lasted {
            let spread = self.spans.entry(Namer::span(lasting)).or_default();
            spread.add(micros / HOUR);
        }
    }
}

fn hours_between(from: Timestamp, to: Timestamp) -> i64 {
    to.micros().saturating_sub(from.micros()).max(0) / HOUR
}

/// How many cases there are, and the paths that enough of them took.
pub(super) fn often_taken(
    found: BTreeMap<Path, Taken>,
    threshold: u64,
) -> (u64, Vec<(Path, Taken)>) {
    let mut cases = 0;
    let mut often = Vec::new();
    let mut by_end: BTreeMap<Status, Vec<(Path, Taken)>> = BTreeMap::new();
    for (path, taken) in found {
        by_end.entry(path.ended).or_default().push((path, taken));
    }
    for paths in by_end.into_values() {
        let counts = paths.iter().map(|(_, taken)| taken.durations.count());
        // One row: its sum is what an overview says of these cases, if it says it.
        let Some(published) = publish(&[counts.collect()], threshold) else {
            continue;
        };
        cases += published.total;
        let apart = published.columns.iter().filter(|line| !line.others);
        let apart: BTreeSet<usize> = apart.flat_map(|line| line.of.clone()).collect();
        let paths = paths.into_iter().enumerate();
        often.extend(paths.filter_map(|(at, path)| apart.contains(&at).then_some(path)));
    }
    (cases, often)
}

/// The cases in which something happened, how often, and how long it took.
#[derive(Default)]
struct Sum {
    cases: u64,
    times: u64,
    hours: Spread,
}

impl Sum {
    fn add(&mut self, hours: &Spread) {
        self.times += hours.count();
        self.hours.add_all(hours);
    }

    fn duration(&self, threshold: u64) -> Duration {
        duration(&self.hours, self.cases, threshold)
    }
}

fn duration(hours: &Spread, cases: u64, threshold: u64) -> Duration {
    let told = threshold <= 1 || cases >= DECILE_MIN.max(threshold);
    Duration {
        median_hours: hours.median(),
        p90_hours: hours.ninth_decile().filter(|_| told),
    }
}

pub(super) fn draw(cases: u64, paths: &[(Path, Taken)], threshold: u64) -> Process {
    let mut all = Spread::default();
    let mut steps: BTreeMap<&Step, Sum> = BTreeMap::new();
    let mut links: BTreeMap<(Option<&Step>, &Step), Sum> = BTreeMap::new();
    let mut spans: BTreeMap<&Span, Sum> = BTreeMap::new();
    for (path, taken) in paths {
        let count = taken.durations.count();
        all.add_all(&taken.durations);
        let before = std::iter::once(None).chain(path.steps.iter().map(Some));
        let mut met_steps: BTreeSet<&Step> = BTreeSet::new();
        let mut met_links: BTreeSet<(Option<&Step>, &Step)> = BTreeSet::new();
        for ((from, to), hours) in before.zip(&path.steps).zip(&taken.between) {
            let (step, link) = (steps.entry(to).or_default(), links.entry((from, to)));
            let link = link.or_default();
            step.cases += if met_steps.insert(to) { count } else { 0 };
            link.cases += if met_links.insert((from, to)) {
                count
            } else {
                0
            };
            step.times += count;
            link.add(hours);
        }
        for (span, hours) in &taken.spans {
            let sum = spans.entry(span).or_default();
            sum.cases += count;
            sum.add(hours);
        }
    }
    let drawn = all.count();
    let ways = ways(cases, paths, threshold);
    Process {
        service: None,
        threshold,
        cases,
        drawn,
        duration: duration(&all, drawn, threshold),
        other_ways: cases - ways.iter().map(|way| way.cases).sum::<u64>(),
        ways,
        steps: steps.into_iter().map(step_figures).collect(),
        links: links
            .into_iter()
            .map(|link| self::link(link, threshold))
            .collect(),
        spans: spans
            .into_iter()
            .map(|span| span_figures(span, threshold))
            .collect(),
    }
}

fn step_figures((step, sum): (&Step, Sum)) -> StepFigures {
    StepFigures {
        step: step.clone(),
        cases: sum.cases,
        times: sum.times,
    }
}

fn link(((from, to), sum): ((Option<&Step>, &Step), Sum), threshold: u64) -> Link {
    Link {
        from: from.cloned(),
        to: to.clone(),
        cases: sum.cases,
        times: sum.times,
        duration: sum.duration(threshold),
    }
}

fn span_figures((span, sum): (&Span, Sum), threshold: u64) -> SpanFigures {
    SpanFigures {
        span: span.clone(),
        cases: sum.cases,
        times: sum.times,
        duration: sum.duration(threshold),
    }
}

/// The ways that most cases took, however their spans overlapped.
#[allow(clippy::cast_precision_loss)] // Figures for people.
fn ways(cases: u64, paths: &[(Path, Taken)], threshold: u64) -> Vec<Way> {
    let mut ways: BTreeMap<&[Step], Spread> = BTreeMap::new();
    for (path, taken) in paths {
        let way = ways.entry(path.steps.as_slice()).or_default();
        way.add_all(&taken.durations);
    }
    let way = |(steps, hours): (&[Step], Spread)| Way {
        steps: steps.to_vec(),
        cases: hours.count(),
        share: hours.count() as f64 / cases.max(1) as f64,
        duration: duration(&hours, hours.count(), threshold),
    };
    let mut ways: Vec<Way> = ways.into_iter().map(way).collect();
    ways.sort_by(|a, b| (b.cases, &a.steps).cmp(&(a.cases, &b.steps)));
    ways.truncate(WAYS_MAX);
    ways
}
