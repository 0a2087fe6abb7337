//! Takes the request back: what that means, then the deed.

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
        .get("/cases/{case}/withdraw", May::Resident, ask)
        .post("/cases/{case}/withdraw", May::Resident, act)
}

#[derive(Template)]
#[template(path = "resident/withdraw.html")]
struct Page {
    frame: Frame,
    problems: Problems,
    service: String,
    reference: String,
    authority: String,
    late: Option<String>,
    address: String,
    back: String,
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
    let reason = text.trim().to_owned();
    match send(&own, &posted, Command::Withdraw { reason }).await? {
        Outcome::Done => Ok(own.visit.to(&own.address())),
        Outcome::Not(problems) => {
            let fresh = Own::at(visit, &case).await?;
            page(&fresh, problems, &text).map(again)
        }
    }
}

/// Why it is too late, if it is.
fn late(own: &Own) -> Option<String> {
    let outline = &own.case.outline;
    let key = match outline.status {
        Life::Withdrawn => "withdraw-already",
        Life::Closed => "withdraw-closed",
        Life::Open if outline.outcome.is_some() => "withdraw-decided",
        Life::Open => return None,
    };
    Some(own.visit.words.t(key))
}

fn page(own: &Own, problems: Problems, text: &str) -> Result<Response, Trouble> {
    let visit = &own.visit;
    let outline = &own.case.outline;
    visit.show(&Page {
        frame: visit
            .frame(visit.words.t("withdraw-title"))
            .detail(outline.reference.to_string())
            .failed(!problems.is_empty())
            .back(own.address(), "act-back"),
        service: own.name().text,
        reference: outline.reference.to_string(),
        authority: own.authority(),
        late: late(own),
        address: format!("{}/withdraw", own.address()),
        back: own.address(),
        key: visit.new_key()?.to_string(),
        version: outline.version.0,
        text: text.to_owned(),
        problems,
    })
}
