//! One page of a form.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kanzlei::DraftsError;
use kanzlei::core::domain::Competence;

use super::conflict;
use super::desk::Desk;
use crate::web::form::{Input, Wrong, read, says};
use crate::web::page::{Frame, May, Pages};
use crate::web::parts::Problems;
use crate::web::posted::Posted;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::Label;

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/drafts/{draft}/{step}", May::Resident, show)
        .post("/drafts/{draft}/{step}", May::Resident, go_on)
}

#[derive(Template)]
#[template(path = "resident/step.html")]
struct Page {
    frame: Frame,
    problems: Problems,
    place: String,
    address: String,
    save: String,
    discard: Option<String>,
    service: String,
    revision: u64,
    inputs: Vec<Input>,
    expires: Option<String>,
}

async fn show(visit: Visit, Path((id, step)): Path<(String, String)>) -> Result<Response, Trouble> {
    let mut desk = Desk::open(visit, &id, None).await?;
    let step = number(&desk, &step)?;
    let source = prefill(&mut desk);
    page(&desk, step, &[], source.as_deref())
}

async fn go_on(
    visit: Visit,
    Path((id, step)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Trouble> {
    let mut desk = Desk::open(visit, &id, Some(&posted)).await?;
    let step = number(&desk, &step)?;
    desk.take_in(&posted, step);
    match desk.keep().await {
        Ok(()) => {}
        Err(DraftsError::Conflict { .. }) => return conflict::page(desk, step).await,
        Err(error) => return Err(error.into()),
    }
    if posted.has("later") {
        return Ok(desk.visit.to("/cases"));
    }
    let steps = desk.steps();
    let fields = steps.get(step - 1).ok_or(Trouble::NotFound)?;
    let (_, wrong) = read(&desk.service, fields, &desk.typed);
    if !wrong.is_empty() {
        let page = page(&desk, step, &wrong, None)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let next = if step < steps.len() && !posted.has("check") {
        format!("/drafts/{}/{}", desk.id, step + 1)
    } else if desk.service.documents.is_empty() || posted.has("check") {
        format!("/drafts/{}/check", desk.id)
    } else {
        format!("/drafts/{}/papers", desk.id)
    };
    Ok(desk.visit.to(&next))
}

/// The number of a page that the form has.
fn number(desk: &Desk, step: &str) -> Result<usize, Trouble> {
    let number: usize = step.parse().map_err(|_| Trouble::NotFound)?;
    let there = (1..=desk.steps().len()).contains(&number);
    there.then_some(number).ok_or(Trouble::NotFound)
}

/// Fills in the municipality with which somebody came, and gives the field in which it stands.
fn prefill(desk: &mut Desk) -> Option<String> {
    let (id, _) = desk.offer.municipality(&desk.visit)?;
    let Competence::MunicipalityOf(code) = &desk.service.competence else {
        return None;
    };
    let code = code.to_string();
    if desk.typed.contains_key(&code) {
        return None;
    }
    desk.typed.insert(code.clone(), id.to_string());
    Some(code)
}

fn page(
    desk: &Desk,
    step: usize,
    wrong: &[Wrong],
    source: Option<&str>,
) -> Result<Response, Trouble> {
    let (visit, words) = (&desk.visit, desk.visit.words);
    let steps = desk.steps();
    let fields = steps.get(step - 1).ok_or(Trouble::NotFound)?;
    let municipalities = desk.offer.municipalities();
    let mut problems = Problems::none(words);
    let mut inputs = Vec::with_capacity(fields.len());
    for field in fields {
        let code = field.code.as_str();
        let code_wrong = wrong.iter().find(|one| one.field == code);
        let code_wrong = code_wrong.map(|one| one.code);
        if let Some(wrong) = code_wrong {
            problems.add(code, Label::plain(says(words, field, wrong)));
        }
        let input = Input::new(words, field, &desk.typed, code_wrong, &municipalities);
        inputs.push(if source == Some(code) {
            input.from(words.t("form-from-search"))
        } else {
            input
        });
    }
    let place = words.t2(
        "form-step",
        ("step", i64::try_from(step).unwrap_or(0)),
        ("steps", i64::try_from(steps.len()).unwrap_or(0)),
    );
    let frame = visit
        .frame(desk.name())
        .detail(place.clone())
        .failed(!wrong.is_empty())
        .checked();
    let frame = if step == 1 {
        frame.back(
            format!("/services/{}", desk.service.name),
            "form-back-service",
        )
    } else {
        frame.back(format!("/drafts/{}/{}", desk.id, step - 1), "form-back")
    };
    visit.show(&Page {
        frame,
        problems,
        place,
        address: format!("/drafts/{}/{step}", desk.id),
        save: format!("/drafts/{}/save", desk.id),
        discard: desk.expires.map(|_| format!("/drafts/{}/discard", desk.id)),
        service: desk.service.name.to_string(),
        revision: desk.seen.0,
        inputs,
        expires: desk
            .expires
            .map(|at| words.date(crate::web::words::Zurich::of(at).day)),
    })
}
