//! Adds a paper to a case: a letter that came by post, a report, the decision that was signed.

use axum::extract::{Path, Request};
use axum::response::Response;
use kanzlei::Status as Life;

use super::desk::Desk;
use crate::web::page::{May, Pages};
use crate::web::papers::Adding;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/office/{case}/papers", May::Office, show)
        .post("/office/{case}/papers", May::Office, add)
}

async fn show(visit: Visit, Path(case): Path<String>) -> Result<Response, Trouble> {
    let desk = Desk::of(&visit, &case).await?;
    if desk.outline.status != Life::Open {
        return Ok(visit.to(&desk.address()));
    }
    adding(&visit, &desk).show()
}

async fn add(
    visit: Visit,
    Path(case): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    // Before the body: what nobody may send isn't taken in.
    let desk = Desk::of(&visit, &case).await?;
    adding(&visit, &desk).add(request).await
}

fn adding<'a>(visit: &'a Visit, desk: &'a Desk) -> Adding<'a> {
    Adding {
        visit,
        case: desk.case,
        service: Some(&desk.service),
        title: "act-paper",
        back: (desk.address(), "write-back"),
        done: format!("{}?done=1", desk.address()),
    }
}
