//! Two devices have saved the same draft: both are shown, and one is chosen.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kanzlei::DraftId;

use super::desk::Desk;
use crate::web::form::Typed;
use crate::web::page::Frame;
use crate::web::trouble::Trouble;
use crate::web::words::Label;

#[derive(Template)]
#[template(path = "resident/conflict.html")]
struct Page {
    frame: Frame,
    address: String,
    service: String,
    revision: u64,
    saved: String,
    pairs: Vec<(String, String)>,
    rows: Vec<Row>,
}

struct Row {
    field: Label,
    here: String,
    there: String,
}

/// The page of a draft whose save met another's.
pub(super) async fn page(desk: Desk, step: usize) -> Result<Response, Trouble> {
    let visit = &desk.visit;
    let drafts = visit.site.kanzlei.drafts();
    let there = drafts.get(visit.session.actor(), desk.id).await?;
    let words = visit.words;
    let steps = desk.steps();
    let fields = steps.get(step - 1).map_or(&[][..], Vec::as_slice);
    let said = |typed: &Typed, code: &str| {
        let named = |name: &String| name == code || name.starts_with(&format!("{code}_"));
        let values = typed.iter().filter(|(name, _)| named(name));
        let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
        values.join(" ")
    };
    let rows = fields.iter().map(|field| Row {
        field: words.label(&field.labels),
        here: said(&desk.typed, field.code.as_str()),
        there: said(&there.content.fields, field.code.as_str()),
    });
    let page = visit.show(&Page {
        frame: visit.frame(words.t("conflict-title")),
        address: address(desk.id, step),
        service: desk.service.name.to_string(),
        revision: there.revision,
        saved: words.moment(there.saved),
        pairs: desk.typed.clone().into_iter().collect(),
        rows: rows.filter(|row| row.here != row.there).collect(),
    })?;
    Ok((StatusCode::PRECONDITION_FAILED, page).into_response())
}

fn address(id: DraftId, step: usize) -> String {
    format!("/drafts/{id}/{step}")
}
