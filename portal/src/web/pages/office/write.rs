//! What is written before it is done: ask, message, note, hand over, refuse, decide, reopen. Each says
//! what it will do, shows how the resident will read it, and keeps what was typed when it fails.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kanzlei::core::domain::Entry;
use kanzlei::core::engine::Order;
use kanzlei::{AuthorityId, PartyId};

use super::act::{done, id};
use super::case::{Choice, changed_since, people};
use super::desk::Desk;
use super::writing::Writing;
use crate::web::headers::encoded;
use crate::web::page::{Frame, May, Pages};
use crate::web::parts::{Problems, TimeLine};
use crate::web::posted::Posted;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::{Label, Telling};

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/office/{case}/{writing}", May::Office, show)
        .post("/office/{case}/{writing}", May::Office, act)
}

#[derive(Template)]
#[template(path = "office/write.html")]
struct Page {
    frame: Frame,
    problems: Problems,
    changed: Vec<String>,
    case: String,
    action: String,
    effect: String,
    choose: Option<String>,
    choices: Vec<Choice>,
    chosen: String,
    many: bool,
    write: String,
    text: String,
    preview: Option<TimeLine>,
    unseen: bool,
    previews: bool,
    submit: String,
    key: String,
    version: String,
    list: String,
}

async fn show(
    visit: Visit,
    Path((case, writing)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let writing = Writing::read(&writing)?;
    let desk = Desk::of(&visit, &case).await?;
    let list = visit.asked("list").unwrap_or_default();
    let posted: Posted = [("list".to_owned(), list.to_owned())].into_iter().collect();
    let acts = desk.acts();
    if !acts.iter().any(|act| Writing::of(act) == Some(writing)) {
        return Ok(visit.to(&desk.address()));
    }
    let form = Form::of(&visit, &desk, writing, &posted);
    form.shown(StatusCode::OK)
}

async fn act(
    visit: Visit,
    Path((case, writing)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Trouble> {
    let writing = Writing::read(&writing)?;
    let desk = Desk::of(&visit, &case).await?;
    let (key, version) = (id(&visit, &posted).await?, posted.version()?);
    let mut form = Form::of(&visit, &desk, writing, &posted);
    let command = match writing.command(&posted) {
        Ok(command) => command,
        Err((field, sentence)) => {
            let sentence = Label::plain(visit.words.t(sentence));
            form.problems.add(field, sentence);
            return form.shown(StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    if posted.has("preview") {
        form.preview = true;
        return form.shown(StatusCode::OK);
    }
    let order = Order::new(key, Some(desk.case), command).if_version(version);
    match visit.session.send(order).await.map_err(Trouble::from) {
        Ok(_) => Ok(visit.to(&done(&desk, &posted))),
        Err(Trouble::Refused(refusal)) => {
            form.problems = Problems::refused(visit.words, &refusal);
            form.shown(StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(Trouble::Changed(_)) => {
            let now = Desk::of(&visit, &case).await?;
            let mut form = Form::of(&visit, &now, writing, &posted);
            form.changed = changed_since(&now, version);
            form.shown(StatusCode::PRECONDITION_FAILED)
        }
        Err(other) => Err(other),
    }
}

/// The form, with what was typed.
struct Form<'a> {
    visit: &'a Visit,
    desk: &'a Desk,
    writing: Writing,
    posted: &'a Posted,
    problems: Problems,
    changed: Vec<String>,
    preview: bool,
}

impl<'a> Form<'a> {
    fn of(visit: &'a Visit, desk: &'a Desk, writing: Writing, posted: &'a Posted) -> Self {
        Self {
            visit,
            desk,
            writing,
            posted,
            problems: Problems::none(visit.words),
            changed: Vec::new(),
            preview: false,
        }
    }

    fn shown(self, status: StatusCode) -> Result<Response, Trouble> {
        let (visit, desk, writing) = (self.visit, self.desk, self.writing);
        let words = visit.words;
        let (name, title) = writing.names();
        let (effect, write) = writing.keys();
        let list = self.posted.raw("list").to_owned();
        let back = format!("{}?list={}", desk.address(), encoded(&list));
        let choices = choices(desk, writing);
        let only = choices.first().filter(|_| choices.len() == 1);
        let only = only.map(|choice| choice.code.clone());
        let entry = writing.told(desk, self.posted, visit.now);
        let page = Page {
            frame: visit
                .frame(words.t(title))
                .back(back, "write-back")
                .failed(!self.problems.is_empty()),
            changed: self.changed,
            case: format!("{} {}", desk.service_name().text, desk.outline.reference),
            action: format!("{}/{name}", desk.address()),
            effect: words.t1(effect, "authority", desk.name(desk.outline.responsible)),
            choose: writing.choose().map(|key| words.t(key)),
            chosen: self
                .posted
                .get("choice")
                .map_or_else(|| only.unwrap_or_default(), ToOwned::to_owned),
            many: choices.len() > 6,
            choices,
            write: words.t(write),
            text: self.posted.raw("text").to_owned(),
            unseen: self.preview && entry.is_none(),
            previews: entry.is_some(),
            preview: entry
                .filter(|_| self.preview)
                .map(|entry| preview(desk, &entry)),
            submit: words.t(title),
            key: self
                .posted
                .get("key")
                .filter(|_| self.problems.is_empty())
                .map_or_else(
                    || visit.new_key().map(|key| key.to_string()),
                    |key| Ok(key.to_owned()),
                )?,
            version: desk.outline.version.to_string(),
            list,
            problems: self.problems,
        };
        Ok((status, visit.show(&page)?).into_response())
    }
}

fn choices(desk: &Desk, writing: Writing) -> Vec<Choice> {
    match writing {
        Writing::Ask => {
            let parties = desk.contents.parties.iter().zip(people(desk));
            parties
                .map(|(party, person)| Choice {
                    code: party.party.to_string(),
                    text: format!("{} ({})", person.name, person.role),
                })
                .collect()
        }
        Writing::Decide => {
            let outcomes = desk.service.outcomes.iter();
            outcomes
                .map(|outcome| Choice {
                    code: outcome.code.to_string(),
                    text: desk.words.label(&outcome.labels).text,
                })
                .collect()
        }
        Writing::HandOver => takers(desk),
        _ => Vec::new(),
    }
}

/// The authorities that can take the case: those that take part in the service, and those of the
/// same kind first.
fn takers(desk: &Desk) -> Vec<Choice> {
    let Some(register) = desk.catalogue.register() else {
        return Vec::new();
    };
    let level = register.level_on(desk.authority, desk.day_in_force);
    let key = desk.service.key();
    let responsible = desk
        .catalogue
        .current(desk.outline.responsible, desk.day_in_force);
    let others = register.all_on(desk.day_in_force).filter(|one| {
        one.id != responsible && desk.catalogue.takes_part(key, one.id, desk.day_in_force)
    });
    let mut others: Vec<_> = others
        .map(|one| (Some(&one.level) != level, one.name.clone(), one.id))
        .collect();
    others.sort();
    let choice = |(_, text, id): (bool, String, AuthorityId)| Choice {
        code: id.to_string(),
        text,
    };
    others.into_iter().map(choice).collect()
}

/// How the resident will read it.
fn preview(desk: &Desk, entry: &Entry) -> TimeLine {
    let parties = desk.contents.parties.as_slice();
    let reader = parties.first().map_or(PartyId(1), |party| party.party);
    let telling = Telling {
        reader: Some(reader),
        tasks: &[],
        ..desk.telling()
    };
    TimeLine::new(&telling, std::slice::from_ref(entry), desk.today)
}
