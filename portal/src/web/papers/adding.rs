//! The page on which a paper is added to a case that is under way, whoever adds it.

use askama::Template;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kanzlei::{CaseId, Naming, Service};

use super::{accept, hint, receive, said};
use crate::web::page::Frame;
use crate::web::parts::Problems;
use crate::web::trouble::{Trouble, refusal_in_words};
use crate::web::visit::Visit;
use crate::web::words::Label;

/// A case to which a paper is added.
pub struct Adding<'a> {
    /// Who adds it.
    pub visit: &'a Visit,
    /// The case.
    pub case: CaseId,
    /// Its service, which says what kinds of papers there are.
    pub service: Option<&'a Service>,
    /// The key of what the page is called.
    pub title: &'static str,
    /// The case's page, and the key of what leads back there.
    pub back: (String, &'static str),
    /// Where one is led once it is added.
    pub done: String,
}

#[derive(Template)]
#[template(path = "paper.html")]
struct Page {
    frame: Frame,
    problems: Problems,
    service: String,
    reference: String,
    address: String,
    key: String,
    hint: String,
    accept: String,
    kinds: Vec<(String, Label)>,
    chosen: String,
}

impl Adding<'_> {
    /// The form.
    ///
    /// # Errors
    /// What doesn't work.
    pub fn show(&self) -> Result<Response, Trouble> {
        self.page(Problems::none(self.visit.words), "")
    }

    /// Takes the form in, and names the paper in the case.
    ///
    /// # Errors
    /// If it is no such form, or what doesn't work; what is wrong with the paper is said on the page.
    pub async fn add(&self, request: Request) -> Result<Response, Trouble> {
        let (visit, words) = (self.visit, self.visit.words);
        let received = receive(visit, request).await?;
        let mut problems = Problems::none(words);
        let code = received.kind.as_ref().map_or("", |code| code.as_str());
        let kind = self.service.and_then(|service| service.document(code));
        let key = received.field("key").and_then(|key| key.parse().ok());
        let key = key.ok_or(Trouble::Unreadable)?;
        match (kind, &received.file) {
            (None, _) => problems.add("kind", Label::plain(words.t("paper-kind"))),
            (_, None) => problems.add("file", Label::plain(words.t("paper-file"))),
            (_, Some(Err(said))) => problems.add("file", Label::plain(said.as_str())),
            (Some(kind), Some(Ok(uploaded))) => {
                let naming = Naming {
                    id: Some(key),
                    case: self.case,
                    if_version: None,
                    kind: kind.code.clone(),
                    digest: uploaded.digest,
                };
                match visit.session.name_document(naming).await {
                    Ok(_) => return Ok(visit.to(&self.done)),
                    Err(error) => match error.refusal() {
                        Some(refusal) => problems.add("", refusal_in_words(words, refusal)),
                        None => problems.add("file", Label::plain(said(visit, error)?)),
                    },
                }
            }
        }
        let page = self.page(problems, code)?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    }

    fn page(&self, problems: Problems, chosen: &str) -> Result<Response, Trouble> {
        let (visit, words) = (self.visit, self.visit.words);
        let kinds = self.service.iter().flat_map(|service| &service.documents);
        let kinds = kinds.map(|kind| (kind.code.to_string(), words.label(&kind.labels)));
        let service = self
            .service
            .map(|service| words.label(&service.labels).text);
        let (back, back_key) = &self.back;
        visit.show(&Page {
            frame: visit
                .frame(words.t(self.title))
                .detail(self.case.reference().to_string())
                .failed(!problems.is_empty())
                .back(back.clone(), back_key),
            problems,
            service: service.unwrap_or_default(),
            reference: self.case.reference().to_string(),
            address: format!("{back}/papers"),
            key: visit.new_key()?.to_string(),
            hint: hint(visit),
            accept: accept(visit),
            kinds: kinds.collect(),
            chosen: chosen.to_owned(),
        })
    }
}
