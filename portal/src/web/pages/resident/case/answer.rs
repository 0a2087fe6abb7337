//! Answers what an authority has asked.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kanzlei::core::domain::{Disclosed, Entry};
use kanzlei::{Command, RequestId};

use super::act::acted;
use super::own::Own;
use crate::web::page::{Frame, May, Pages};
use crate::web::parts::Problems;
use crate::web::posted::Posted;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::Zurich;

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/cases/{case}/requests/{request}", May::Resident, ask)
        .post("/cases/{case}/requests/{request}", May::Resident, act)
}

#[derive(Template)]
#[template(path = "resident/answer.html")]
struct Page {
    frame: Frame,
    problems: Problems,
    service: String,
    reference: String,
    authority: String,
    asked_on: String,
    asked: Option<String>,
    answered: Option<(String, Option<String>)>,
    open: bool,
    address: String,
    papers: String,
    key: String,
    version: u32,
    text: String,
}

async fn ask(
    visit: Visit,
    Path((case, request)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let own = Own::at(visit, &case).await?;
    let problems = Problems::none(own.visit.words);
    page(&own, number(&request)?, problems, "")
}

async fn act(
    visit: Visit,
    Path((case, request)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Trouble> {
    let request = number(&request)?;
    let answer = |text| Command::ProvideInformation { request, text };
    let page = |own: &Own, problems, text: &str| page(own, request, problems, text);
    acted(visit, &case, &posted, answer, page).await
}

fn number(request: &str) -> Result<RequestId, Trouble> {
    let number = request.parse().map_err(|_| Trouble::NotFound)?;
    Ok(RequestId(number))
}

fn page(
    own: &Own,
    request: RequestId,
    problems: Problems,
    text: &str,
) -> Result<Response, Trouble> {
    let (visit, words) = (&own.visit, own.visit.words);
    let named = |event: &'static str| {
        let mut line = own.case.contents.timeline.iter();
        line.find(move |entry| entry.event == event && entry.number == Some(request.0))
    };
    let asked = named("InformationRequested").ok_or(Trouble::NotFound)?;
    let answer = named("InformationProvided");
    let said = |entry: &Entry| entry.text.as_ref().and_then(Disclosed::shown).cloned();
    let outline = &own.case.outline;
    visit.show(&Page {
        frame: visit
            .frame(words.t("answer-title"))
            .detail(outline.reference.to_string())
            .failed(!problems.is_empty())
            .back(own.address(), "act-back"),
        service: own.name().text,
        reference: outline.reference.to_string(),
        authority: own.authority(),
        asked_on: words.day(Zurich::of(asked.at).day),
        asked: said(asked),
        answered: answer.map(|entry| (words.moment(entry.at), said(entry))),
        open: own.case.offers.answer.contains(&request),
        papers: format!("{}/papers", own.address()),
        address: format!("{}/requests/{}", own.address(), request.0),
        key: visit.new_key()?.to_string(),
        version: outline.version.0,
        text: text.to_owned(),
        problems,
    })
}
