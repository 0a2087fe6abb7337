//! The sections of a case's page.

use kanzlei::core::domain::{Disclosed, Fields, Grant, Opening};
use kanzlei::{CaseId, Paging, Status as Life};

use crate::web::form::shown;
use crate::web::headers::encoded;
use crate::web::pages::office::acts::Act;
use crate::web::pages::office::colleagues::called;
use crate::web::pages::office::desk::{Desk, address};
use crate::web::pages::office::list::List;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::Label;

/// Cases among which one goes on to the next, at most.
const LIST_MAX: usize = 1_000;

/// A button: what it does, to which task, and what it says.
pub struct Button {
    pub act: &'static str,
    pub task: String,
    pub text: String,
}

/// What is to be done next.
pub struct Next {
    pub text: String,
    pub buttons: Vec<Button>,
    /// The page on which it is written, and what leads there.
    pub write: Option<(&'static str, String)>,
    /// The phase that is entered, and what that says.
    pub phase: Option<(String, String)>,
}

fn button(desk: &Desk, act: &Act) -> Option<Button> {
    let (act, task, key) = match act {
        Act::Accept => ("accept", None, "act-accept"),
        Act::Complete(task) => ("complete", Some(*task), "act-complete"),
        Act::Claim(task) => ("claim", Some(*task), "act-claim"),
        Act::Release(task) => ("release", Some(*task), "act-release"),
        Act::Close => ("close", None, "act-close"),
        _ => return None,
    };
    Some(Button {
        act,
        task: task.map_or_else(String::new, |task| task.to_string()),
        text: desk.words.t(key),
    })
}

/// What is to be done next, in words, and what does it.
pub fn next(desk: &Desk, acts: &[Act]) -> Next {
    let words = desk.words;
    let step = desk.ground().next_step(acts);
    let mut next = Next {
        text: String::new(),
        buttons: step.iter().filter_map(|act| button(desk, act)).collect(),
        write: None,
        phase: None,
    };
    let task = |key: &str, id| words.t1(key, "task", desk.task(id).text);
    next.text = match step {
        Some(Act::Accept) => {
            next.write = Some(("refuse", words.t("act-refuse")));
            words.t1("next-accept", "other", desk.name(desk.outline.responsible))
        }
        Some(Act::Complete(id)) => {
            next.buttons.extend(button(desk, &Act::Release(id)));
            task("next-complete", id)
        }
        Some(Act::Claim(id)) if is_mine(desk, id) => task("next-assigned", id),
        Some(Act::Claim(id)) => task("next-claim", id),
        Some(Act::Decide) => {
            next.write = Some(("decide", words.t("act-decide")));
            words.t("next-decide")
        }
        Some(Act::Close) => words.t("next-close"),
        Some(Act::Enter(phase)) => {
            let name = desk.phase(phase.as_str()).text;
            next.phase = Some((
                phase.to_string(),
                words.t1("act-enter", "phase", name.clone()),
            ));
            words.t1("next-enter", "phase", name)
        }
        _ => waiting(desk),
    };
    next
}

/// Whether a task is assigned to the visitor.
fn is_mine(desk: &Desk, id: kanzlei::TaskId) -> bool {
    let mut tasks = desk.tasks.iter();
    tasks.any(|task| task.task == id && task.official == Some(desk.me))
}

/// For whom a case waits, if there is nothing to do here.
fn waiting(desk: &Desk) -> String {
    let words = desk.words;
    match desk.outline.status {
        Life::Closed => return words.t("next-closed"),
        Life::Withdrawn => return words.t("next-withdrawn"),
        Life::Open => {}
    }
    let mut open = desk.tasks.iter().filter(|task| task.state != "completed");
    if let Some(task) = open.next() {
        let name = desk.task(task.task).text;
        let with = match task.official {
            Some(official) if desk.answers_for(task.authority) => {
                called(words, official, Some(desk.me))
            }
            _ => desk.name(task.authority),
        };
        return words.t2("next-with", ("task", name), ("with", with));
    }
    match desk.handover {
        Some(to) => words.t1("next-handover", "other", desk.name(to)),
        None => words.t("next-nothing"),
    }
}

/// A task in the table.
pub struct TaskRow {
    pub number: String,
    pub name: Label,
    pub authority: String,
    pub state: String,
    pub buttons: Vec<Button>,
    pub assign: bool,
}

pub fn tasks(desk: &Desk, acts: &[Act]) -> Vec<TaskRow> {
    let words = desk.words;
    let row = |task: &kanzlei::core::domain::TaskShown| {
        let id = task.task;
        let all = [Act::Complete(id), Act::Claim(id), Act::Release(id)];
        let offered = all.iter().filter(|act| acts.contains(act));
        let state = match (task.state, task.official) {
            ("open", _) => words.t("task-open"),
            ("completed", _) => words.t("task-completed"),
            (state, official) => {
                let with = official.map_or_else(String::new, |official| {
                    called(words, official, Some(desk.me))
                });
                let key = if state == "assigned" {
                    "task-assigned"
                } else {
                    "task-claimed"
                };
                words.t1(key, "with", with)
            }
        };
        TaskRow {
            number: id.to_string(),
            name: desk.task(id),
            authority: desk.name(task.authority),
            state,
            buttons: offered.filter_map(|act| button(desk, act)).collect(),
            assign: acts.contains(&Act::Assign(id)),
        }
    };
    desk.tasks.iter().map(row).collect()
}

/// A field of the form and what it holds.
pub struct Fact {
    pub name: Label,
    pub value: Label,
}

pub fn facts(desk: &Desk) -> Vec<Fact> {
    let fields = desk.contents.fields.iter();
    fields
        .map(|one| {
            let field = desk.service.field(one.field.as_str());
            Fact {
                name: field.map_or_else(
                    || Label::plain(one.field.as_str()),
                    |field| desk.words.label(&field.labels),
                ),
                value: shown(desk.words, field, &one.value, |id| desk.name(id)),
            }
        })
        .collect()
}

/// A party.
pub struct Person {
    pub name: String,
    pub role: String,
}

pub fn people(desk: &Desk) -> Vec<Person> {
    let telling = desk.telling();
    let parties = desk.contents.parties.iter();
    parties
        .map(|party| Person {
            name: match &party.name {
                Disclosed::Shown(name) => name.clone(),
                Disclosed::Erased => desk.words.t("line-erased-party"),
            },
            role: telling.role(party.role.as_str()),
        })
        .collect()
}

/// A document.
pub struct Paper {
    pub kind: Label,
    pub name: String,
    /// Where it is had; nowhere, if it was erased.
    pub address: Option<String>,
}

pub fn papers(desk: &Desk) -> Vec<Paper> {
    let documents = desk.contents.documents.iter();
    documents
        .map(|document| {
            let kind = desk.service.document(document.kind.as_str());
            Paper {
                kind: kind.map_or_else(
                    || Label::plain(document.kind.as_str()),
                    |kind| desk.words.label(&kind.labels),
                ),
                address: document
                    .details
                    .shown()
                    .map(|_| format!("/documents/{}/{}", desk.case, document.document)),
                name: match &document.details {
                    Disclosed::Shown(details) => details.name.clone(),
                    Disclosed::Erased => desk.words.t("line-erased"),
                },
            }
        })
        .collect()
}

/// What somebody sees of the case, and on which legal basis.
pub struct Seer {
    pub who: String,
    pub fields: String,
    pub rest: [bool; 4],
    pub basis: String,
}

/// Who sees what, as the service says.
pub fn seers(desk: &Desk) -> Vec<Seer> {
    let words = desk.words;
    let disclosure = &desk.service.disclosure;
    let granted = |key: &str, grant: &Grant| Seer {
        who: words.t(key),
        fields: fields(desk, &grant.fields),
        rest: [
            grant.parties,
            grant.documents,
            grant.messages,
            grant.grounds,
        ],
        basis: grant.basis.clone(),
    };
    let opened = |key: &str, opening: &Opening| {
        opening.open.then(|| Seer {
            who: words.t(key),
            fields: words.t("sees-outline"),
            rest: [false; 4],
            basis: opening.basis.clone(),
        })
    };
    let all = [
        granted("sees-own", &disclosure.own),
        granted("sees-file", &disclosure.file),
        granted("sees-shared", &disclosure.shared),
    ];
    let open = [
        opened("sees-oversight", &disclosure.outline),
        opened("sees-public", &disclosure.public),
    ];
    all.into_iter().chain(open.into_iter().flatten()).collect()
}

fn fields(desk: &Desk, fields: &Fields) -> String {
    let words = desk.words;
    match fields {
        Fields::All => words.t("sees-all"),
        Fields::Only(codes) if codes.is_empty() => words.t("sees-none"),
        Fields::Only(codes) => {
            let labels = codes.iter().map(|code| {
                let field = desk.service.field(code.as_str());
                let label = field.map(|field| field.labels.get(words.language()));
                label.unwrap_or(code.as_str())
            });
            labels.collect::<Vec<_>>().join(", ")
        }
    }
}

/// Where a case stands in the list from which one came.
pub struct Neighbours {
    pub place: String,
    pub previous: Option<String>,
    pub next: Option<String>,
}

/// The cases before and after this one in a list; of a list in which it isn't any more the first.
pub async fn neighbours(
    visit: &Visit,
    query: &str,
    case: CaseId,
) -> Result<Option<Neighbours>, Trouble> {
    if query.is_empty() {
        return Ok(None);
    }
    let list = List::written(query);
    let paging = Paging {
        limit: LIST_MAX,
        after: None,
        newest_first: list.newest_first,
    };
    let filter = list.filter(&visit.session, visit.now);
    let items = visit.session.inbox(&filter, &paging).await?.items;
    let mut cases: Vec<CaseId> = Vec::new();
    for item in items {
        if !cases.contains(&item.case) {
            cases.push(item.case);
        }
    }
    let link = |at: Option<usize>| {
        let case = cases.get(at?)?;
        Some(format!("{}?list={}", address(*case), encoded(query)))
    };
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let Some(at) = cases.iter().position(|one| *one == case) else {
        let left = number(cases.len());
        return Ok(Some(Neighbours {
            place: visit.words.t1("file-not-in-list", "of", left),
            previous: None,
            next: link(Some(0)),
        }));
    };
    let place = visit.words.t2(
        "file-place",
        ("at", number(at + 1)),
        ("of", number(cases.len())),
    );
    Ok(Some(Neighbours {
        place,
        previous: link(at.checked_sub(1)),
        next: link(Some(at + 1)),
    }))
}
