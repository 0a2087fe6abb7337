//! Discards a draft, after a question.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kanzlei::DraftId;

use super::desk::Desk;
use crate::web::page::{Frame, May, Pages};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/drafts/{draft}/discard", May::Resident, ask)
        .post("/drafts/{draft}/discard", May::Resident, discard)
}

#[derive(Template)]
#[template(path = "resident/discard.html")]
struct Page {
    frame: Frame,
    name: String,
    address: String,
    back: String,
}

async fn ask(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let desk = Desk::open(visit, &id, None).await?;
    let words = desk.visit.words;
    desk.visit.show(&Page {
        frame: desk.visit.frame(words.t("discard-title")),
        name: desk.name(),
        address: format!("/drafts/{}/discard", desk.id),
        back: format!("/drafts/{}/{}", desk.id, desk.step.max(1)),
    })
}

async fn discard(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let id = DraftId::parse(&id).ok_or(Trouble::NotFound)?;
    let drafts = visit.site.kanzlei.drafts();
    drafts.discard(visit.session.actor(), id).await?;
    Ok(visit.to("/cases"))
}
