//! Everything that was filled in, before it is handed in.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kanzlei::core::domain::{Competence, Field};
use kanzlei::{Refusal, Value};

use super::desk::Desk;
use super::papers;
use crate::web::form::{read, says, shown};
use crate::web::page::{Frame, May, Pages};
use crate::web::parts::{Problems, Status};
use crate::web::trouble::{Trouble, refusal_in_words};
use crate::web::visit::Visit;
use crate::web::words::Label;

pub(super) fn pages() -> Pages {
    Pages::new().get("/drafts/{draft}/check", May::Resident, show)
}

#[derive(Template)]
#[template(path = "resident/check.html")]
struct Page {
    frame: Frame,
    problems: Problems,
    status: Status,
    groups: Vec<Group>,
    missing: Vec<Label>,
    to: Option<String>,
    submit: String,
    key: String,
    revision: u64,
}

struct Group {
    title: String,
    change: String,
    rows: Vec<(Label, Option<Label>)>,
}

/// The papers, and which of those that belong to a whole request are missing.
async fn papers(desk: &Desk) -> (Option<Group>, Vec<Label>) {
    let words = desk.visit.words;
    let (mut rows, mut missing) = (Vec::new(), Vec::new());
    for kind in &desk.service.documents {
        let label = words.label(&kind.labels);
        let files = papers::files(desk, kind).await;
        let names: Vec<String> = files.into_iter().filter_map(|file| file.name).collect();
        if names.is_empty() && kind.required {
            missing.push(label.clone());
        }
        let said = (!names.is_empty()).then(|| Label::plain(names.join(", ")));
        rows.push((label, said));
    }
    let group = (!rows.is_empty()).then(|| Group {
        title: words.t("papers-title"),
        change: format!("/drafts/{}/papers", desk.id),
        rows,
    });
    (group, missing)
}

async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let desk = Desk::open(visit, &id, None).await?;
    page(&desk, None).await
}

/// The page, with why it was refused when it was handed in.
pub(super) async fn page(desk: &Desk, refusal: Option<&Refusal>) -> Result<Response, Trouble> {
    let (visit, words) = (&desk.visit, desk.visit.words);
    let drafts = visit.site.kanzlei.drafts();
    let key = drafts.command_id(visit.session.actor(), desk.id).await?;
    let steps = desk.steps();
    let mut groups: Vec<Group> = steps
        .iter()
        .enumerate()
        .map(|(at, fields)| group(desk, at + 1, steps.len(), fields))
        .collect();
    let (papers, missing) = papers(desk).await;
    groups.extend(papers);
    let mut problems = Problems::none(words);
    for (step, wrong) in desk.wrong() {
        if let Some(field) = desk.service.field(wrong.field.as_str()) {
            let address = format!("/drafts/{}/{step}#{}", desk.id, wrong.field);
            problems.link(&address, Label::plain(says(words, field, wrong.code)));
        }
    }
    if let Some(refusal) = refusal {
        problems.add("", refusal_in_words(words, refusal));
    }
    let frame = visit
        .frame(words.t("check-title"))
        .detail(desk.name())
        .failed(!problems.is_empty())
        .back(before(desk), "form-back");
    visit.show(&Page {
        frame,
        problems,
        status: Status::draft(words),
        groups,
        missing,
        to: addressee(desk),
        submit: format!("/drafts/{}/submit", desk.id),
        key: key.to_string(),
        revision: desk.seen.0,
    })
}

/// The page before this one.
fn before(desk: &Desk) -> String {
    if desk.service.documents.is_empty() {
        format!("/drafts/{}/{}", desk.id, desk.steps().len())
    } else {
        format!("/drafts/{}/papers", desk.id)
    }
}

fn group(desk: &Desk, step: usize, steps: usize, fields: &[&Field]) -> Group {
    let words = desk.visit.words;
    let (form, _) = read(&desk.service, fields, &desk.typed);
    let value = |field: &&Field| {
        let value = form.get(field.code.as_str());
        let shown = value.map(|value| {
            shown(words, Some(field), value, |authority| {
                desk.offer.name(authority)
            })
        });
        (words.label(&field.labels), shown)
    };
    Group {
        title: words.t2(
            "form-step",
            ("step", i64::try_from(step).unwrap_or(0)),
            ("steps", i64::try_from(steps).unwrap_or(0)),
        ),
        change: format!("/drafts/{}/{step}", desk.id),
        rows: fields.iter().map(value).collect(),
    }
}

/// Who will be responsible.
fn addressee(desk: &Desk) -> Option<String> {
    let fields: Vec<&Field> = desk.service.fields.iter().collect();
    match &desk.service.competence {
        Competence::Fixed(authority) => Some(desk.offer.name(*authority)),
        Competence::MunicipalityOf(code) => {
            let (form, _) = read(&desk.service, &fields, &desk.typed);
            match form.get(code.as_str()) {
                Some(Value::Authority(authority)) => Some(desk.offer.name(*authority)),
                _ => None,
            }
        }
    }
}
