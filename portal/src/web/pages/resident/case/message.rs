//! Writes to the authority.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kanzlei::{Command, Status as Life};

use super::act::{Outcome, again, checked, send};
use super::own::Own;
use crate::web::page::{Frame, May, Pages};
use crate::web::parts::Problems;
use crate::web::posted::Posted;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/cases/{case}/message", May::Resident, ask)
        .post("/cases/{case}/message", May::Resident, act)
}

#[derive(Template)]
#[template(path = "resident/message.html")]
struct Page {
    frame: Frame,
    problems: Problems,
    service: String,
    reference: String,
    authority: String,
    open: bool,
    address: String,
    key: String,
    version: u32,
    text: String,
}

async fn ask(visit: Visit, Path(case): Path<String>) -> Result<Response, Trouble> {
    let own = Own::at(visit, &case).await?;
    let problems = Problems::none(own.visit.words);
    page(&own, problems, "")
}

async fn act(visit: Visit, Path(case): Path<String>, posted: Posted) -> Result<Response, Trouble> {
    let own = Own::at(visit.clone(), &case).await?;
    let problems = checked(&own, &posted, true);
    let text = posted.raw("text").replace("\r\n", "\n");
    if !problems.is_empty() {
        return page(&own, problems, &text).map(again);
    }
    let command = Command::SendMessage {
        internal: false,
        text: text.trim().to_owned(),
    };
    match send(&own, &posted, command).await? {
        Outcome::Done => Ok(own.visit.to(&own.address())),
        Outcome::Not(problems) => {
            let fresh = Own::at(visit, &case).await?;
            page(&fresh, problems, &text).map(again)
        }
    }
}

fn page(own: &Own, problems: Problems, text: &str) -> Result<Response, Trouble> {
    let visit = &own.visit;
    let outline = &own.case.outline;
    visit.show(&Page {
        frame: visit
            .frame(visit.words.t("message-title"))
            .detail(outline.reference.to_string())
            .failed(!problems.is_empty())
            .back(own.address(), "act-back"),
        service: own.name().text,
        reference: outline.reference.to_string(),
        authority: own.authority(),
        open: outline.status == Life::Open,
        address: format!("{}/message", own.address()),
        key: visit.new_key()?.to_string(),
        version: outline.version.0,
        text: text.to_owned(),
        problems,
    })
}
