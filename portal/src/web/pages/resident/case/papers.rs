//! Adds a paper to a case that is under way.

use axum::extract::{Path, Request};
use axum::response::Response;

use super::own::Own;
use crate::web::page::{May, Pages};
use crate::web::papers::Adding;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/cases/{case}/papers", May::Resident, show)
        .post("/cases/{case}/papers", May::Resident, add)
}

async fn show(visit: Visit, Path(case): Path<String>) -> Result<Response, Trouble> {
    let own = Own::at(visit, &case).await?;
    if !own.case.offers.write {
        return Ok(own.visit.to(&own.address()));
    }
    adding(&own).show()
}

async fn add(
    visit: Visit,
    Path(case): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    // Before the body: what nobody may send isn't taken in.
    let own = Own::at(visit, &case).await?;
    adding(&own).add(request).await
}

fn adding(own: &Own) -> Adding<'_> {
    Adding {
        visit: &own.visit,
        case: own.case.outline.case,
        service: own.service.as_deref(),
        title: "paper-title",
        back: (own.address(), "act-back"),
        done: own.address(),
    }
}
