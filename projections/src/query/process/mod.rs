//! Which ways the cases of a service take, and how long each part of it lasts.
//!
//! An overseer's picture is drawn from ways that enough cases took, and from nothing else: each
//! figure in it is a sum over such ways, so that no figures can be subtracted from each other until
//! a small one is left. The cases that took rarer ways are one number, for those that were closed
//! and for those that were withdrawn, which is no small one either. Where an overview leaves out
//! how many were closed or withdrawn, they are left out here too.

mod draw;

use std::collections::BTreeMap;

use kanzlei_core::domain::Status;
use kanzlei_core::{Code, ServiceKey};
use serde::Serialize;

use self::draw::{Path, Taken, draw, often_taken};
use super::courses::{Reach, Standing, each};
use super::{Asked, QueryError, Setting};
use crate::process::{self, Happening, Lasting};

/// Which ways the cases of a service took that have ended, and how long each part of it lasted.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Process {
    /// The service.
    pub service: Option<Code>,
    /// Figures that rest on fewer cases than this are left out; 0 if nothing is.
    pub threshold: u64,
    /// How many cases have ended. What is left out of it altogether can't be told from it.
    pub cases: u64,
    /// How many of them took a way that is taken often enough to be drawn: links, steps and
    /// durations rest on these.
    pub drawn: u64,
    /// How long these took, from opening to end.
    pub duration: Duration,
    /// The ways, what most cases took first; at most twenty.
    pub ways: Vec<Way>,
    /// How many cases took another way than those.
    pub other_ways: u64,
    /// What happened, and in how many cases.
    pub steps: Vec<StepFigures>,
    /// What happened after what.
    pub links: Vec<Link>,
    /// How long phases, tasks, requests and handovers lasted.
    pub spans: Vec<SpanFigures>,
}

/// How long something took, in hours, each rounded down.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Duration {
    /// The median; `None` if there is nothing to measure.
    pub median_hours: Option<f64>,
    /// Nine of ten took no longer; `None` if there is nothing to measure or it was left out.
    pub p90_hours: Option<i64>,
}

/// A way that cases took.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Way {
    /// What happened, in order.
    pub steps: Vec<Step>,
    /// How many cases.
    pub cases: u64,
    /// Of all cases, from 0 to 1.
    pub share: f64,
    /// How long these cases took.
    pub duration: Duration,
}

/// In how many cases something happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepFigures {
    /// What.
    pub step: Step,
    /// In how many cases.
    pub cases: u64,
    /// How often.
    pub times: u64,
}

/// What happened next after something.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Link {
    /// What was before; `None` is the opening of the case.
    pub from: Option<Step>,
    /// What came next.
    pub to: Step,
    /// In how many cases.
    pub cases: u64,
    /// How often.
    pub times: u64,
    /// How much time passed between.
    pub duration: Duration,
}

/// How long a part of the process lasted.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SpanFigures {
    /// Which part.
    pub span: Span,
    /// In how many cases.
    pub cases: u64,
    /// How often.
    pub times: u64,
    /// How long.
    pub duration: Duration,
}

/// What happened on the way of a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", content = "of", rename_all = "kebab-case")]
pub enum Step {
    /// The form was handed in.
    Submitted,
    /// This phase was entered.
    PhaseEntered(Code),
    /// A task of this kind was completed.
    TaskCompleted(Code),
    /// A party was asked for something.
    InformationRequested,
    /// The party answered.
    InformationProvided,
    /// Another authority was involved.
    AuthorityInvolved,
    /// Another authority was no longer involved.
    InvolvementEnded,
    /// The case was handed over.
    HandedOver,
    /// The other authority took it.
    HandoverAccepted,
    /// The other authority didn't take it.
    HandoverRefused,
    /// The decision was issued.
    DecisionIssued,
    /// The case was closed.
    Closed,
    /// The case was withdrawn.
    Withdrawn,
    /// The case was taken up again.
    Reopened,
    /// Another system recorded this.
    Recorded(String),
}

/// What lasts a while.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", content = "of", rename_all = "kebab-case")]
pub enum Span {
    /// This phase, until the next one or the end of the case.
    Phase(Code),
    /// A task of this kind, from when it was added until it was completed.
    Task(Code),
    /// A request for information, until the answer.
    Information,
    /// A handover, until it was accepted or refused.
    Handover,
}

impl Asked<'_> {
    /// Which ways the cases of a service take: for who oversees the service those of all
    /// authorities, rare ones left out; for another official those of the own authority, exactly.
    ///
    /// All cases of that reach are read: some microseconds each.
    ///
    /// # Errors
    /// If the actor is no official or the view can't be read.
    pub fn process(&self, service: ServiceKey) -> Result<Process, QueryError> {
        let reach = self.official()?.reach(service);
        let threshold = match reach {
            Reach::All => self.threshold,
            Reach::Own(_) => 0,
        };
        let snapshot = self.setting.views.open(process::NAME, process::OLDEST)?;
        let namer = Namer {
            setting: self.setting,
            service,
        };
        let mut found: BTreeMap<Path, Taken> = BTreeMap::new();
        let mut standing = Standing::default();
        each(&*snapshot, service, &reach, |authority, course| {
            standing.count(self.setting, authority, course.status);
            if course.status != Status::Open {
                let path = Path::of(&course, &namer);
                found.entry(path).or_default().take(&course);
            }
        })?;
        let shown = standing.shown(threshold);
        found.retain(|path, _| shown.contains(&path.ended));
        let (cases, drawn) = often_taken(found, threshold);
        let mut process = draw(cases, &drawn, threshold);
        process.service = self.setting.name(service);
        Ok(process)
    }
}

/// How steps are called.
struct Namer<'a> {
    setting: Setting<'a>,
    service: ServiceKey,
}

impl Namer<'_> {
    fn step(&self, happening: &Happening, edition: u32) -> Step {
        match happening {
            Happening::Submitted => Step::Submitted,
            Happening::PhaseEntered(phase) => Step::PhaseEntered(phase.clone()),
            Happening::TaskCompleted(kind) => Step::TaskCompleted(kind.clone()),
            Happening::InformationRequested => Step::InformationRequested,
            Happening::InformationProvided => Step::InformationProvided,
            Happening::AuthorityInvolved => Step::AuthorityInvolved,
            Happening::InvolvementEnded => Step::InvolvementEnded,
            Happening::HandedOver => Step::HandedOver,
            Happening::HandoverAccepted => Step::HandoverAccepted,
            Happening::HandoverRefused => Step::HandoverRefused,
            Happening::DecisionIssued => Step::DecisionIssued,
            Happening::Closed => Step::Closed,
            Happening::Withdrawn => Step::Withdrawn,
            Happening::Reopened => Step::Reopened,
            Happening::Recorded(index) => {
                let edition = self.setting.catalogue.edition(self.service, edition);
                let names = edition.map(|edition| &edition.service.activities);
                let name = names.and_then(|names| names.get(usize::from(*index)));
                Step::Recorded(name.map_or_else(|| format!("activity {index}"), String::clone))
            }
        }
    }

    fn span(lasting: &Lasting) -> Span {
        match lasting {
            Lasting::Phase(phase) => Span::Phase(phase.clone()),
            Lasting::Task(kind) => Span::Task(kind.clone()),
            Lasting::Information => Span::Information,
            Lasting::Handover => Span::Handover,
        }
    }
}
