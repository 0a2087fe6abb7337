//! Adds a paper to a case that is under way.

use askama::Template;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kanzlei::{Naming, Status as Life};

use super::own::Own;
use crate::web::page::{Frame, May, Pages};
use crate::web::papers::{accept, hint, receive, said};
use crate::web::parts::Problems;
use crate::web::trouble::{Trouble, refusal_in_words};
use crate::web::visit::Visit;
use crate::web::words::Label;

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/cases/{case}/papers", May::Resident, show)
        .post("/cases/{case}/papers", May::Resident, add)
}

#[derive(Template)]
#[template(path = "resident/paper.html")]
struct Page {
    frame: Frame,
    problems: Problems,
    service: String,
    reference: String,
    open: bool,
    authority: String,
    address: String,
    key: String,
    hint: String,
    accept: String,
    kinds: Vec<(String, Label)>,
    chosen: String,
}

async fn show(visit: Visit, Path(case): Path<String>) -> Result<Response, Trouble> {
    let own = Own::at(visit, &case).await?;
    let problems = Problems::none(own.visit.words);
    page(&own, problems, "")
}

async fn add(
    visit: Visit,
    Path(case): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    // Before the body: what nobody may send isn't taken in.
    let own = Own::at(visit, &case).await?;
    let received = receive(&own.visit, request).await?;
    let words = own.visit.words;
    let mut problems = Problems::none(words);
    let code = received.kind.as_ref().map_or("", |code| code.as_str());
    let kind = own.service.as_ref().and_then(|one| one.document(code));
    let key = received.field("key").and_then(|key| key.parse().ok());
    let key = key.ok_or(Trouble::Unreadable)?;
    match (kind, &received.file) {
        (None, _) => problems.add("kind", Label::plain(words.t("paper-kind"))),
        (_, None) => problems.add("file", Label::plain(words.t("paper-file"))),
        (_, Some(Err(said))) => problems.add("file", Label::plain(said.as_str())),
        (Some(kind), Some(Ok(uploaded))) => {
            let naming = Naming {
                id: Some(key),
                case: own.case.outline.case,
                if_version: None,
                kind: kind.code.clone(),
                digest: uploaded.digest,
            };
            match own.visit.session.name_document(naming).await {
                Ok(_) => return Ok(own.visit.to(&own.address())),
                Err(error) => match error.refusal() {
                    Some(refusal) => problems.add("", refusal_in_words(words, refusal)),
                    None => problems.add("file", Label::plain(said(&own.visit, error)?)),
                },
            }
        }
    }
    let page = page(&own, problems, code)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn page(own: &Own, problems: Problems, chosen: &str) -> Result<Response, Trouble> {
    let (visit, words) = (&own.visit, own.visit.words);
    let outline = &own.case.outline;
    let kinds = own.service.iter().flat_map(|service| &service.documents);
    let kinds = kinds.map(|kind| (kind.code.to_string(), words.label(&kind.labels)));
    visit.show(&Page {
        frame: visit
            .frame(words.t("paper-title"))
            .detail(outline.reference.to_string())
            .failed(!problems.is_empty())
            .back(own.address(), "act-back"),
        problems,
        service: own.name().text,
        reference: outline.reference.to_string(),
        open: outline.status == Life::Open,
        authority: own.authority(),
        address: format!("{}/papers", own.address()),
        key: visit.new_key()?.to_string(),
        hint: hint(visit),
        accept: accept(visit),
        kinds: kinds.collect(),
        chosen: chosen.to_owned(),
    })
}
