//! A case as an official works on it: the next step first, then everything in sections.

mod parts;

pub use self::parts::people;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kanzlei::core::domain::By;
use kanzlei::{Status as Life, Version};

use self::parts::{
    Fact, Neighbours, Next, Paper, Person, Seer, TaskRow, facts, neighbours, next, papers, seers,
    tasks,
};
use super::acts::Act;
use super::colleagues::{Colleague, colleagues, named};
use super::desk::Desk;
use super::list::List;
use super::writing::Writing;
use crate::web::page::{Frame, Link, May, Pages};
use crate::web::parts::{Problems, Status, TimeLine};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::Label;

pub(super) fn pages() -> Pages {
    Pages::new().get("/office/{case}", May::Office, show)
}

/// What is said above a case.
pub enum Said {
    /// Nothing.
    Nothing,
    /// Something was done.
    Done,
    /// The engine said no.
    Refused(Problems),
    /// Since this version something has changed; nothing was done.
    Changed(Version),
}

/// Something to choose.
pub struct Choice {
    pub code: String,
    pub text: String,
}

#[derive(Template)]
#[template(path = "office/case.html")]
struct Page {
    frame: Frame,
    problems: Problems,
    done: bool,
    changed: Vec<String>,
    address: String,
    service: Label,
    reference: String,
    status: Status,
    phase: Option<Label>,
    responsible: String,
    opened: String,
    changed_at: String,
    neighbours: Option<Neighbours>,
    next: Next,
    key: String,
    version: String,
    list: String,
    tasks: Vec<TaskRow>,
    colleagues: Vec<Colleague>,
    further: Vec<Link>,
    can_close: bool,
    phases: Vec<Choice>,
    kinds: Vec<Choice>,
    workers: Vec<Choice>,
    others: Vec<Choice>,
    fields: Vec<Fact>,
    erased_fields: bool,
    people: Vec<Person>,
    involved: Vec<(String, String, bool)>,
    papers: Vec<Paper>,
    line: TimeLine,
    seers: Vec<Seer>,
}

async fn show(visit: Visit, Path(case): Path<String>) -> Result<Response, Trouble> {
    let desk = Desk::of(&visit, &case).await?;
    let list = visit.asked("list").unwrap_or_default().to_owned();
    let said = if visit.asked("done").is_some() {
        Said::Done
    } else {
        Said::Nothing
    };
    show_with(&visit, &desk, &list, said).await
}

/// The page of a case, with what is to be said above it.
pub async fn show_with(
    visit: &Visit,
    desk: &Desk,
    list: &str,
    said: Said,
) -> Result<Response, Trouble> {
    let words = visit.words;
    let acts = desk.acts();
    let telling = desk.telling();
    let done = matches!(said, Said::Done);
    let (problems, changed, status) = match said {
        Said::Refused(problems) => (problems, Vec::new(), StatusCode::UNPROCESSABLE_ENTITY),
        Said::Changed(version) => {
            let changed = changed_since(desk, version);
            (
                Problems::none(words),
                changed,
                StatusCode::PRECONDITION_FAILED,
            )
        }
        _ => (Problems::none(words), Vec::new(), StatusCode::OK),
    };
    let outline = &desk.outline;
    let title = format!("{} {}", desk.service_name().text, outline.reference);
    let back = List::written(list);
    let frame = visit
        .frame(title)
        .wide()
        .failed(!problems.is_empty())
        .back(format!("/inbox?{}", back.query()), "file-back");
    let page = Page {
        done,
        changed,
        address: desk.address(),
        service: desk.service_name(),
        reference: outline.reference.to_string(),
        status: Status::of(words, outline, Some(&desk.service)),
        phase: outline.phase.as_ref().map(|code| desk.phase(code.as_str())),
        responsible: desk.name(outline.responsible),
        opened: words.moment(outline.opened),
        changed_at: words.moment(outline.changed),
        neighbours: neighbours(visit, list, desk.case).await?,
        next: next(desk, &acts),
        key: visit.new_key()?.to_string(),
        version: outline.version.to_string(),
        list: list.to_owned(),
        tasks: tasks(desk, &acts),
        colleagues: colleagues(visit).await?,
        further: further(desk, &acts, list),
        can_close: acts.contains(&Act::Close),
        phases: phases(desk, &acts),
        kinds: kinds(desk, &acts),
        workers: workers(desk),
        others: others(desk, &acts),
        fields: facts(desk),
        erased_fields: desk.contents.erased_fields,
        people: people(desk),
        involved: desk
            .involved
            .iter()
            .map(|id| {
                let ends = acts.contains(&Act::EndInvolvement(*id));
                (id.to_string(), desk.name(*id), ends)
            })
            .collect(),
        papers: papers(desk),
        line: TimeLine::new(&telling, &desk.contents.timeline, desk.today),
        seers: seers(desk),
        problems,
        frame,
    };
    Ok((status, visit.show(&page)?).into_response())
}

/// What has happened since somebody looked, told.
pub fn changed_since(desk: &Desk, version: Version) -> Vec<String> {
    let telling = desk.telling();
    let entries = desk.contents.timeline.iter();
    let later = entries.filter(|entry| entry.version > version);
    let told = later.map(|entry| {
        let (at, said) = (desk.words.time(entry.at), telling.sentence(entry));
        match entry.by {
            By::Official(id, authority) if desk.answers_for(authority) => {
                let who = named(desk.words, id, Some(desk.me));
                format!("{at}, {who}: {said}")
            }
            _ => format!("{at}: {said}"),
        }
    });
    told.collect()
}

/// What is written on pages of its own.
fn further(desk: &Desk, acts: &[Act], list: &str) -> Vec<Link> {
    let list = crate::web::headers::encoded(list);
    let link = |act: &Act| {
        let (name, key) = match act {
            Act::AddPaper => ("papers", "act-paper"),
            act => Writing::of(act)?.names(),
        };
        Some(Link {
            address: format!("{}/{name}?list={list}", desk.address()),
            text: desk.words.t(key),
            here: false,
        })
    };
    acts.iter().filter_map(link).collect()
}

/// The phases that can be entered, the next first.
fn phases(desk: &Desk, acts: &[Act]) -> Vec<Choice> {
    let next = desk.ground().next_phase().cloned();
    let mut codes: Vec<_> = desk
        .service
        .phases
        .iter()
        .map(|phase| &phase.code)
        .collect();
    codes.retain(|code| acts.contains(&Act::Enter((*code).clone())));
    codes.sort_by_key(|code| next.as_ref() != Some(*code));
    let choice = |code: &kanzlei::Code| Choice {
        code: code.to_string(),
        text: desk.phase(code.as_str()).text,
    };
    codes.into_iter().map(choice).collect()
}

/// The kinds of task that can be added.
fn kinds(desk: &Desk, acts: &[Act]) -> Vec<Choice> {
    if !acts.contains(&Act::AddTask) {
        return Vec::new();
    }
    let kinds = desk.service.tasks.iter();
    kinds
        .map(|kind| Choice {
            code: kind.code.to_string(),
            text: desk.words.label(&kind.labels).text,
        })
        .collect()
}

/// Who can be given a task: who works on the case.
fn workers(desk: &Desk) -> Vec<Choice> {
    let all = std::iter::once(desk.outline.responsible).chain(desk.involved.iter().copied());
    all.map(|id| Choice {
        code: id.to_string(),
        text: desk.name(id),
    })
    .collect()
}

/// The authorities that can be involved: all of today that don't work on the case.
fn others(desk: &Desk, acts: &[Act]) -> Vec<Choice> {
    if desk.outline.status != Life::Open || !acts.contains(&Act::Involve) {
        return Vec::new();
    }
    let works = |id: kanzlei::AuthorityId| {
        let current = |one| desk.catalogue.current(one, desk.day_in_force);
        let mut all = desk.involved.iter().copied().chain(desk.handover);
        current(desk.outline.responsible) == id || all.any(|one| current(one) == id)
    };
    let register = desk.catalogue.register();
    let all = register.map_or_else(Vec::new, |register| {
        let all = register
            .all_on(desk.day_in_force)
            .filter(|one| !works(one.id));
        all.map(|one| (one.name.clone(), one.id.to_string()))
            .collect()
    });
    let mut all: Vec<(String, String)> = all;
    all.sort();
    let choice = |(text, code)| Choice { code, text };
    all.into_iter().map(choice).collect()
}
