//! Several tasks at once: each is a command of its own, with a result of its own.

use askama::Template;
use axum::response::Response;
use kanzlei::core::engine::Order;
use kanzlei::{CaseId, Command, OfficialId, TaskId};

use super::desk::address;
use super::list::{List, PAGE};
use crate::web::page::{Frame, May, Pages};
use crate::web::posted::Posted;
use crate::web::trouble::{Trouble, refusal_in_words};
use crate::web::visit::Visit;
use crate::web::words::Label;

pub(super) fn pages() -> Pages {
    Pages::new().post("/inbox/several", May::Office, act)
}

/// What became of one task.
struct Done {
    pick: String,
    reference: String,
    address: String,
    failed: Option<Label>,
}

#[derive(Template)]
#[template(path = "office/several.html")]
struct Page {
    frame: Frame,
    failed: Vec<Done>,
    done: Vec<Done>,
    key: String,
    act: String,
    to: String,
    query: String,
    said: String,
}

async fn act(visit: Visit, posted: Posted) -> Result<Response, Trouble> {
    let key = posted.key()?;
    let list = List::written(posted.raw("list"));
    let back = format!("/inbox?{}", list.query());
    let picks: Vec<(CaseId, TaskId)> = posted.all("pick").filter_map(pick).take(PAGE).collect();
    if picks.is_empty() {
        return Ok(visit.to(&back));
    }
    let to: Option<OfficialId> = match posted.raw("act") {
        "claim" => None,
        "assign" => Some(posted.raw("to").parse().map_err(|_| Trouble::Unreadable)?),
        _ => return Err(Trouble::Unreadable),
    };
    let (mut failed, mut done) = (Vec::new(), Vec::new());
    for (case, task) in picks {
        let one = Done {
            pick: format!("{case}.{task}"),
            reference: case.reference().to_string(),
            address: address(case),
            failed: send(&visit, &key.to_string(), case, task, to).await?,
        };
        if one.failed.is_some() {
            failed.push(one);
        } else {
            done.push(one);
        }
    }
    let count = |of: &Vec<Done>| i64::try_from(of.len()).unwrap_or(i64::MAX);
    let words = visit.words;
    let said = words.t2(
        "several-said",
        ("done", count(&done)),
        ("failed", count(&failed)),
    );
    let shown = visit.show(&Page {
        frame: visit
            .frame(words.t("several-title"))
            .back(back, "several-back"),
        key: visit.new_key()?.to_string(),
        act: posted.raw("act").to_owned(),
        to: posted.raw("to").to_owned(),
        query: list.query(),
        said,
        failed,
        done,
    })?;
    Ok(visit.told(shown))
}

/// Does it for one task; gives why not, if the engine says no.
async fn send(
    visit: &Visit,
    key: &str,
    case: CaseId,
    task: TaskId,
    to: Option<OfficialId>,
) -> Result<Option<Label>, Trouble> {
    let identity = visit.viewer.as_ref().map_or("", |viewer| &viewer.identity);
    let kanzlei = &visit.site.kanzlei;
    let id = kanzlei
        .command_id_for(identity, &format!("{key}.{case}.{task}"))
        .await?;
    let command = match to {
        None => Command::ClaimTask { task },
        Some(to) => Command::AssignTask { task, to },
    };
    let sent = visit
        .session
        .send(Order::new(id, Some(case), command))
        .await;
    match sent.map_err(Trouble::from) {
        Ok(_) => Ok(None),
        Err(Trouble::Refused(refusal)) => Ok(Some(refusal_in_words(visit.words, &refusal))),
        Err(Trouble::NotFound) => Ok(Some(Label::plain(visit.words.t("several-gone")))),
        Err(Trouble::Busy) => Ok(Some(Label::plain(visit.words.t("several-busy")))),
        Err(other) => Err(other),
    }
}

fn pick(text: &str) -> Option<(CaseId, TaskId)> {
    let (case, task) = text.split_once('.')?;
    Some((case.parse().ok()?, TaskId(task.parse().ok()?)))
}
