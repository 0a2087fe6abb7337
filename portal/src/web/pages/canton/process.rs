//! Process: where do cases wait? The steps that they take, as a picture and as tables.

use askama::Template;
use axum::response::Response;
use kanzlei::projections::{Duration, Span, Step};
use kanzlei::{Process, Service};

use super::named::{self, Choice, Named, lasting};
use crate::web::flow::{self, Drawing, Flow, Link};
use crate::web::page::{Frame, May, Pages};
use crate::web::table::{Cell, Table};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::{Label, Words};

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/canton/process", May::Canton, show)
        .get("/canton/process/steps.csv", May::Canton, steps_file)
        .get("/canton/process/ways.csv", May::Canton, ways_file)
}

#[derive(Template)]
#[template(path = "canton/process.html")]
struct Page {
    frame: Frame,
    services: Vec<Choice>,
    service: Label,
    code: String,
    lead: String,
    finding: String,
    drawings: Option<[Picture; 2]>,
    steps: Table,
    spans: Table,
    ways: Table,
}

/// A drawing for one width, and the class by which the style sheet shows it.
#[derive(Template)]
#[template(path = "canton/flow.html")]
struct Picture {
    class: &'static str,
    title: String,
    drawing: Drawing,
}

impl askama::filters::HtmlSafe for Picture {}

/// What is known of a service's process, with the names of its parts.
struct Known {
    named: Named,
    service: Option<Service>,
    process: Process,
}

impl Known {
    /// The service that the address asks for, else the first.
    async fn of(visit: &Visit) -> Result<Self, Trouble> {
        let named = match visit.asked("service") {
            Some(code) => named::service(visit, code)?,
            None => named::services(visit)
                .into_iter()
                .next()
                .ok_or(Trouble::NotFound)?,
        };
        let edition = named::edition(visit, named.key);
        Ok(Self {
            process: visit.session.process(named.key).await?,
            service: edition.map(|edition| (*edition.service).clone()),
            named,
        })
    }

    fn step(&self, words: Words, step: &Step) -> String {
        let service = self.service.as_ref();
        match step {
            Step::Submitted => words.t("step-submitted"),
            Step::PhaseEntered(code) => {
                let phase = named::phase(words, service, code.as_str());
                words.t1("step-phase", "phase", phase.text.as_str())
            }
            Step::TaskCompleted(code) => {
                let task = named::task(words, service, code.as_str());
                words.t1("step-task", "task", task.text.as_str())
            }
            Step::InformationRequested => words.t("step-information-requested"),
            Step::InformationProvided => words.t("step-information-provided"),
            Step::AuthorityInvolved => words.t("step-authority-involved"),
            Step::InvolvementEnded => words.t("step-involvement-ended"),
            Step::HandedOver => words.t("step-handed-over"),
            Step::HandoverAccepted => words.t("step-handover-accepted"),
            Step::HandoverRefused => words.t("step-handover-refused"),
            Step::DecisionIssued => words.t("step-decision"),
            Step::Closed => words.t("step-closed"),
            Step::Withdrawn => words.t("step-withdrawn"),
            Step::Reopened => words.t("step-reopened"),
            Step::Recorded(name) => name.clone(),
        }
    }

    fn span(&self, words: Words, span: &Span) -> String {
        let service = self.service.as_ref();
        match span {
            Span::Phase(code) => {
                let phase = named::phase(words, service, code.as_str());
                words.t1("span-phase", "phase", phase.text.as_str())
            }
            Span::Task(code) => {
                let task = named::task(words, service, code.as_str());
                words.t1("span-task", "task", task.text.as_str())
            }
            Span::Information => words.t("span-information"),
            Span::Handover => words.t("span-handover"),
        }
    }

    fn flow(&self, words: Words) -> Flow {
        let all = &self.process.steps;
        let place = |step: &Step| all.iter().position(|one| one.step == *step);
        let links = self.process.links.iter().filter_map(|link| {
            let hours = link.duration.median_hours;
            Some(Link {
                from: place(link.from.as_ref()?)?,
                to: place(&link.to)?,
                cases: link.cases,
                hours,
                wait: hours.map_or_else(String::new, |hours| lasting(words, hours)),
            })
        });
        let steps = all.iter().map(|one| flow::Step {
            label: self.step(words, &one.step),
            cases: one.cases,
            count: words.number(one.cases),
        });
        Flow {
            steps: steps.collect(),
            links: links.collect(),
        }
    }

    /// The transition before which cases wait longest, of those that are taken often.
    fn finding(&self, words: Words) -> String {
        let often = |cases: u64| cases.saturating_mul(flow::OFTEN) >= self.process.drawn;
        let links = self.process.links.iter().filter(|link| often(link.cases));
        let waits = links.filter_map(|link| Some((link.duration.median_hours?, link)));
        let longest = waits.max_by(|(a, _), (b, _)| a.total_cmp(b));
        match longest {
            Some((hours, link)) if hours > 0.0 => words.text(
                "process-finding",
                &[
                    ("step", self.step(words, &link.to).as_str().into()),
                    ("wait", lasting(words, hours).as_str().into()),
                    ("cases", link.cases.into()),
                ],
            ),
            _ => words.t("process-no-finding"),
        }
    }

    fn steps(&self, words: Words) -> Table {
        let mut table = Table::new(words.t("process-steps"))
            .texts(words.t("process-from"))
            .texts(words.t("process-to"))
            .figures(words.t("figure-cases"))
            .figures(words.t("figure-median"))
            .figures(words.t("figure-p90"));
        let mut links: Vec<_> = self.process.links.iter().collect();
        links.sort_by_key(|link| std::cmp::Reverse(link.cases));
        for link in links {
            let from = link.from.as_ref();
            let from = from.map_or_else(|| words.t("step-begin"), |step| self.step(words, step));
            let mut row = vec![
                Cell::text(from),
                Cell::text(self.step(words, &link.to)),
                Cell::figure(words.number(link.cases)),
            ];
            row.extend(duration(words, link.duration));
            table.row(row);
        }
        table
    }

    fn spans(&self, words: Words) -> Table {
        let mut table = Table::new(words.t("process-spans"))
            .texts(words.t("process-part"))
            .figures(words.t("figure-cases"))
            .figures(words.t("figure-median"))
            .figures(words.t("figure-p90"));
        for one in &self.process.spans {
            let mut row = vec![
                Cell::text(self.span(words, &one.span)),
                Cell::figure(words.number(one.cases)),
            ];
            row.extend(duration(words, one.duration));
            table.row(row);
        }
        table
    }

    fn ways(&self, words: Words) -> Table {
        let mut table = Table::new(words.t("process-ways"))
            .with_id("ways")
            .texts(words.t("process-way"))
            .figures(words.t("figure-cases"))
            .figures(words.t("process-share"))
            .figures(words.t("figure-median"));
        for way in &self.process.ways {
            let steps = way.steps.iter().map(|step| self.step(words, step));
            let [median, _] = duration(words, way.duration);
            table.row(vec![
                Cell::text(steps.collect::<Vec<_>>().join(" → ")),
                Cell::figure(words.number(way.cases)),
                Cell::figure(words.percent(way.share)),
                median,
            ]);
        }
        if self.process.other_ways > 0 {
            table.row(vec![
                Cell::text(words.t("process-other-ways")),
                Cell::figure(words.number(self.process.other_ways)),
                Cell::figure(String::new()),
                Cell::figure(String::new()),
            ]);
        }
        table
    }
}

/// Median and ninth decile.
#[allow(clippy::cast_precision_loss)] // Hours.
fn duration(words: Words, duration: Duration) -> [Cell; 2] {
    let said = |hours: Option<f64>| hours.map_or_else(|| "–".to_owned(), |one| lasting(words, one));
    let p90 = duration.p90_hours.map(|hours| hours as f64);
    [duration.median_hours, p90].map(|hours| Cell::figure(said(hours)))
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let known = Known::of(&visit).await?;
    let words = visit.words;
    let flow = known.flow(words);
    let finding = known.finding(words);
    let picture = |class, width| Picture {
        class,
        title: finding.clone(),
        drawing: flow::draw(&flow, width),
    };
    let some = !flow.steps.is_empty();
    let drawings = some.then(|| [picture("large", 640.0), picture("slim", 320.0)]);
    let process = &known.process;
    let lead = if some {
        words.text(
            "process-lead",
            &[
                ("cases", process.cases.into()),
                ("drawn", process.drawn.into()),
                ("threshold", process.threshold.into()),
            ],
        )
    } else {
        words.t1("process-too-few", "threshold", process.threshold)
    };
    visit.show(&Page {
        frame: visit
            .frame(words.t("process-title"))
            .back("/canton", "nav-canton"),
        services: named::service_choices(&visit, None, Some(&known.named.code)),
        service: known.named.label.clone(),
        code: known.named.code.clone(),
        lead,
        drawings,
        steps: known.steps(words),
        spans: known.spans(words),
        ways: known.ways(words),
        finding,
    })
}

async fn steps_file(visit: Visit) -> Result<Response, Trouble> {
    Known::of(&visit).await?.steps(visit.words).file("steps")
}

async fn ways_file(visit: Visit) -> Result<Response, Trouble> {
    Known::of(&visit).await?.ways(visit.words).file("ways")
}
