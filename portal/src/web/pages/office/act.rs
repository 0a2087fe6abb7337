//! What is done with one press: claim, complete, assign, enter a phase, close. What is written first
//! has pages of its own.

use axum::extract::Path;
use axum::response::Response;
use kanzlei::core::engine::Order;
use kanzlei::{AuthorityId, Code, Command, CommandId, TaskId};

use super::case::{Said, show_with};
use super::desk::Desk;
use crate::web::page::{May, Pages};
use crate::web::parts::Problems;
use crate::web::posted::Posted;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new().post("/office/{case}/act", May::Office, act)
}

async fn act(visit: Visit, Path(case): Path<String>, posted: Posted) -> Result<Response, Trouble> {
    let desk = Desk::of(&visit, &case).await?;
    let (Some(command), version) = (command(&posted), posted.version()?) else {
        return Err(Trouble::Unreadable);
    };
    let id = id(&visit, &posted).await?;
    let order = Order::new(id, Some(desk.case), command).if_version(version);
    let said = match visit.session.send(order).await.map_err(Trouble::from) {
        Ok(_) => return Ok(visit.to(&done(&desk, &posted))),
        Err(Trouble::Refused(refusal)) => Said::Refused(Problems::refused(visit.words, &refusal)),
        Err(Trouble::Changed(_)) => Said::Changed(version),
        Err(other) => return Err(other),
    };
    let desk = Desk::of(&visit, &case).await?;
    show_with(&visit, &desk, posted.raw("list"), said).await
}

/// The page to which one comes back, in the list from which one came.
pub fn done(desk: &Desk, posted: &Posted) -> String {
    let list = crate::web::headers::encoded(posted.raw("list"));
    format!("{}?done=1&list={list}", desk.address())
}

/// The command's id: drawn by the page, and another for each act on it.
pub async fn id(visit: &Visit, posted: &Posted) -> Result<CommandId, Trouble> {
    let key = posted.key()?;
    let identity = visit.viewer.as_ref().map_or("", |viewer| &viewer.identity);
    let names = ["act", "task", "to", "phase", "authority", "kind"];
    let what = names.map(|name| posted.raw(name)).join(" ");
    let kanzlei = &visit.site.kanzlei;
    Ok(kanzlei
        .command_id_for(identity, &format!("{key} {what}"))
        .await?)
}

/// What a button asks for.
fn command(posted: &Posted) -> Option<Command> {
    let task = || posted.raw("task").parse().ok().map(TaskId);
    let authority = || posted.raw("authority").parse().ok().map(AuthorityId);
    let code = |name| Code::new(posted.raw(name)).ok();
    Some(match posted.raw("act") {
        "accept" => Command::AcceptHandover,
        "claim" => Command::ClaimTask { task: task()? },
        "release" => Command::ReleaseTask { task: task()? },
        "complete" => Command::CompleteTask { task: task()? },
        "assign" => Command::AssignTask {
            task: task()?,
            to: posted.raw("to").parse().ok()?,
        },
        "enter" => Command::EnterPhase {
            phase: code("phase")?,
        },
        "add-task" => Command::AddTask {
            kind: code("kind")?,
            authority: authority(),
        },
        "involve" => Command::InvolveAuthority {
            authority: authority()?,
        },
        "end-involvement" => Command::EndInvolvement {
            authority: authority()?,
        },
        "close" => Command::Close,
        _ => return None,
    })
}
