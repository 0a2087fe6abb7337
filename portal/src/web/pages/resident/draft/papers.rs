//! The papers of a form in the making: one input per kind, and what became of each file.

use askama::Template;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kanzlei::core::domain::DocumentKind;
use kanzlei::core::record::Hash;
use kanzlei::{Code, DraftsError};

use super::desk::Desk;
use crate::web::form::Typed;
use crate::web::page::{Frame, May, Pages};
use crate::web::papers::{accept, hint, receive, size};
use crate::web::parts::Problems;
use crate::web::posted::Posted;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::Label;

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/drafts/{draft}/papers", May::Resident, show)
        .post("/drafts/{draft}/papers", May::Resident, upload)
        .post("/drafts/{draft}/papers/remove", May::Resident, remove)
}

#[derive(Template)]
#[template(path = "resident/papers.html")]
struct Page {
    frame: Frame,
    problems: Problems,
    place: String,
    address: String,
    remove: String,
    next: String,
    service: String,
    revision: u64,
    hint: String,
    accept: String,
    papers: Vec<Paper>,
}

struct Paper {
    code: String,
    label: Label,
    required: bool,
    files: Vec<File>,
}

/// A file that waits to be handed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct File {
    pub digest: String,
    /// Its name; none if it waited for too long and is gone.
    pub name: Option<String>,
    pub size: String,
}

async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let desk = Desk::open(visit, &id, None).await?;
    let problems = Problems::none(desk.visit.words);
    page(&desk, problems).await
}

async fn upload(
    visit: Visit,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    // Before the body: what nobody may send isn't taken in.
    let desk = Desk::open(visit, &id, None).await?;
    let received = receive(&desk.visit, request).await?;
    let words = desk.visit.words;
    let code = received.kind.as_ref().map_or("", |code| code.as_str());
    let kind = desk.service.document(code).ok_or(Trouble::Unreadable)?;
    let (code, label) = (kind.code.to_string(), kind.labels.clone());
    let mut problems = Problems::none(words);
    match &received.file {
        Some(Ok(uploaded)) => {
            let digest = uploaded.digest.to_string();
            let desk = changed(desk, &code, |files| *files = format!("{files} {digest}"));
            let desk = desk.await?;
            return Ok(desk.visit.to(&format!("/drafts/{}/papers#{code}", desk.id)));
        }
        Some(Err(said)) => problems.add(&code, Label::plain(said.as_str())),
        None => {
            let label = label.get(words.language());
            problems.add(
                &code,
                Label::plain(words.t1("paper-choose", "paper", label)),
            );
        }
    }
    let page = page(&desk, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn remove(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response, Trouble> {
    let desk = Desk::open(visit, &id, None).await?;
    let (code, digest) = (posted.raw("kind"), posted.raw("digest"));
    let desk = changed(desk, code, |files| {
        let kept: Vec<&str> = files.split(' ').filter(|one| *one != digest).collect();
        *files = kept.join(" ");
    });
    let desk = desk.await?;
    Ok(desk.visit.to(&format!("/drafts/{}/papers", desk.id)))
}

/// Changes the files of a kind in a draft, whatever else is saved meanwhile: another paper, or a page of the form.
async fn changed(
    mut desk: Desk,
    kind: &str,
    change: impl Fn(&mut String),
) -> Result<Desk, Trouble> {
    let mut tries = 0;
    loop {
        change(desk.typed.entry(key(kind)).or_default());
        match desk.save().await {
            Ok(_) => return Ok(desk),
            Err(DraftsError::Conflict { .. }) if tries < TRIES_MAX => tries += 1,
            Err(error) => return Err(error.into()),
        }
        let id = desk.id.to_string();
        desk = Desk::open(desk.visit, &id, None).await?;
    }
}

/// How often a draft is opened again because somebody saved it meanwhile.
const TRIES_MAX: usize = 16;

/// Under what follows this the digests of a kind's files stand in the draft. No field's code has an underscore.
const PAPERS: &str = "papers_";

fn key(kind: &str) -> String {
    format!("{PAPERS}{kind}")
}

/// The files of each kind in a draft, by their digests.
pub(super) fn papers(typed: &Typed) -> impl Iterator<Item = (Code, Vec<Hash>)> {
    typed.iter().filter_map(|(name, files)| {
        let kind = Code::new(name.strip_prefix(PAPERS)?).ok()?;
        Some((kind, digests(files)))
    })
}

fn digests(files: &str) -> Vec<Hash> {
    let files = files.split_whitespace();
    files.filter_map(|digest| digest.parse().ok()).collect()
}

/// The files of a kind, with what they are called.
pub(super) async fn files(desk: &Desk, kind: &DocumentKind) -> Vec<File> {
    let mut files = Vec::new();
    let all = desk.typed.get(&key(kind.code.as_str()));
    for digest in digests(all.map_or("", String::as_str)) {
        let uploaded = desk.visit.session.uploaded(digest).await.ok();
        files.push(File {
            digest: digest.to_string(),
            size: uploaded
                .as_ref()
                .map(|one| size(desk.visit.words, one.length))
                .unwrap_or_default(),
            name: uploaded.map(|one| one.name),
        });
    }
    files
}

async fn page(desk: &Desk, problems: Problems) -> Result<Response, Trouble> {
    let (visit, words) = (&desk.visit, desk.visit.words);
    let mut papers = Vec::new();
    for kind in &desk.service.documents {
        papers.push(Paper {
            code: kind.code.to_string(),
            label: words.label(&kind.labels),
            required: kind.required,
            files: files(desk, kind).await,
        });
    }
    let place = words.t("papers-title");
    let steps = desk.steps().len();
    let frame = visit
        .frame(desk.name())
        .detail(place.clone())
        .failed(!problems.is_empty())
        .back(format!("/drafts/{}/{steps}", desk.id), "form-back");
    visit.show(&Page {
        frame,
        problems,
        place,
        address: format!("/drafts/{}/papers", desk.id),
        remove: format!("/drafts/{}/papers/remove", desk.id),
        next: format!("/drafts/{}/check", desk.id),
        service: desk.service.name.to_string(),
        revision: desk.seen.0,
        hint: hint(visit),
        accept: accept(visit),
        papers,
    })
}
