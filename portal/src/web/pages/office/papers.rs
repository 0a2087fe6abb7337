//! Adds a paper to a case: a letter that came by post, a report, the decision that was signed.

use askama::Template;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kanzlei::{Naming, Status as Life};

use super::desk::Desk;
use crate::web::page::{Frame, May, Pages};
use crate::web::papers::{accept, hint, receive, said};
use crate::web::parts::Problems;
use crate::web::trouble::{Trouble, refusal_in_words};
use crate::web::visit::Visit;
use crate::web::words::Label;

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/office/{case}/papers", May::Office, show)
        .post("/office/{case}/papers", May::Office, add)
}

#[derive(Template)]
#[template(path = "office/paper.html")]
struct Page {
    frame: Frame,
    problems: Problems,
    case: String,
    address: String,
    key: String,
    hint: String,
    accept: String,
    kinds: Vec<(String, Label)>,
    chosen: String,
}

async fn show(visit: Visit, Path(case): Path<String>) -> Result<Response, Trouble> {
    let desk = Desk::of(&visit, &case).await?;
    if desk.outline.status != Life::Open {
        return Ok(visit.to(&desk.address()));
    }
    page(&visit, &desk, Problems::none(visit.words), "")
}

async fn add(
    visit: Visit,
    Path(case): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    // Before the body: what nobody may send isn't taken in.
    let desk = Desk::of(&visit, &case).await?;
    let received = receive(&visit, request).await?;
    let words = visit.words;
    let mut problems = Problems::none(words);
    let code = received.kind.as_ref().map_or("", kanzlei::Code::as_str);
    let kind = desk.service.document(code);
    let key = received.field("key").and_then(|key| key.parse().ok());
    let key = key.ok_or(Trouble::Unreadable)?;
    match (kind, &received.file) {
        (None, _) => problems.add("kind", Label::plain(words.t("paper-kind"))),
        (_, None) => problems.add("file", Label::plain(words.t("paper-file"))),
        (_, Some(Err(said))) => problems.add("file", Label::plain(said.as_str())),
        (Some(kind), Some(Ok(uploaded))) => {
            let naming = Naming {
                id: Some(key),
                case: desk.case,
                if_version: None,
                kind: kind.code.clone(),
                digest: uploaded.digest,
            };
            match visit.session.name_document(naming).await {
                Ok(_) => return Ok(visit.to(&format!("{}?done=1", desk.address()))),
                Err(error) => match error.refusal() {
                    Some(refusal) => problems.add("", refusal_in_words(words, refusal)),
                    None => problems.add("file", Label::plain(said(&visit, error)?)),
                },
            }
        }
    }
    let page = page(&visit, &desk, problems, code)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn page(visit: &Visit, desk: &Desk, problems: Problems, chosen: &str) -> Result<Response, Trouble> {
    let words = visit.words;
    let kinds = desk.service.documents.iter();
    let kinds = kinds.map(|kind| (kind.code.to_string(), words.label(&kind.labels)));
    visit.show(&Page {
        frame: visit
            .frame(words.t("act-paper"))
            .failed(!problems.is_empty())
            .back(desk.address(), "write-back"),
        problems,
        case: format!("{} {}", desk.service_name().text, desk.outline.reference),
        address: format!("{}/papers", desk.address()),
        key: visit.new_key()?.to_string(),
        hint: hint(visit),
        accept: accept(visit),
        kinds: kinds.collect(),
        chosen: chosen.to_owned(),
    })
}
