//! Hands a form in. Its command's id is the draft's, so that a double click makes one case.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kanzlei::core::domain::Field;
use kanzlei::core::engine::EngineError;
use kanzlei::{Command, Order};

use super::check;
use super::desk::Desk;
use crate::web::form::read;
use crate::web::page::{May, Pages};
use crate::web::posted::Posted;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new().post("/drafts/{draft}/submit", May::Resident, submit)
}

async fn submit(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response, Trouble> {
    let desk = Desk::open(visit, &id, Some(&posted)).await?;
    // What is handed in is what was read, and not what another device has saved since.
    if posted.get("revision") != Some(desk.seen.0.to_string().as_str()) {
        return Err(Trouble::Elsewhere(format!("/drafts/{}/check", desk.id)));
    }
    let fields: Vec<&Field> = desk.service.fields.iter().collect();
    let (form, wrong) = read(&desk.service, &fields, &desk.typed);
    if !wrong.is_empty() {
        return Err(Trouble::Elsewhere(format!("/drafts/{}/check", desk.id)));
    }
    let (drafts, actor) = (desk.visit.site.kanzlei.drafts(), desk.visit.session.actor());
    let key = drafts.command_id(actor, desk.id).await?;
    let command = Command::Submit {
        service: desk.service.name.clone(),
        form,
        applicant: None,
    };
    match desk
        .visit
        .session
        .send(Order::new(key, None, command))
        .await
    {
        Ok(_) => {}
        Err(EngineError::Refused(refusal)) => {
            let page = check::page(&desk, Some(&refusal)).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Err(error) => return Err(error.into()),
    }
    // It is a case now. A draft that stays behind is known for what it is, and swept.
    if let Err(error) = drafts.discard(actor, desk.id).await {
        tracing::warn!(%error, "a draft that was handed in could not be discarded");
    }
    Ok(desk.visit.to(&format!("/receipts/{key}")))
}
