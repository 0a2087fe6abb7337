//! Hands a form in. Its command's id is the draft's, so that a double click makes one case.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kanzlei::core::domain::Field;
use kanzlei::core::engine::EngineError;
use kanzlei::{CaseId, Command, CommandId, DraftId, Naming, Order};

use super::super::receipt::receipt;
use super::check;
use super::desk::Desk;
use super::papers::papers;
use crate::web::form::{Typed, read};
use crate::web::page::{May, Pages};
use crate::web::posted::Posted;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new().post("/drafts/{draft}/submit", May::Resident, submit)
}

async fn submit(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response, Trouble> {
    let draft = DraftId::parse(&id).ok_or(Trouble::NotFound)?;
    let (drafts, actor) = (visit.site.kanzlei.drafts(), visit.session.actor());
    let command = drafts.command_id(actor, draft).await?;
    if let Some(case) = drafts.handed_in(actor, draft).await? {
        // An earlier try may have broken off before all papers were in the case.
        let left = drafts.left_behind(actor, draft).await?;
        let typed = left.map(|content| content.fields).unwrap_or_default();
        return Ok(ended(&visit, (draft, command), &typed, case).await);
    }
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
    let submission = Command::Submit {
        service: desk.service.name.clone(),
        form,
        applicant: None,
    };
    let sent = desk
        .visit
        .session
        .send(Order::new(command, None, submission));
    let case = match sent.await {
        Ok(receipt) => receipt.case,
        Err(EngineError::Refused(refusal)) => {
            let page = check::page(&desk, Some(&refusal)).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    Ok(ended(&desk.visit, (draft, command), &desk.typed, case).await)
}

/// Has the papers named in the case, discards the draft, and leads to the receipt.
async fn ended(
    visit: &Visit,
    (draft, command): (DraftId, CommandId),
    typed: &Typed,
    case: CaseId,
) -> Response {
    let (drafts, actor) = (visit.site.kanzlei.drafts(), visit.session.actor());
    let left = name_papers(visit, draft, typed, case).await;
    // It is a case now. A draft that stays behind is known for what it is, and swept.
    if let Err(error) = drafts.discard(actor, draft).await {
        tracing::warn!(%error, "a draft that was handed in could not be discarded");
    }
    visit.to(&receipt(command, &left))
}

/// Lets the case name the papers that were uploaded. The form is handed in by now: a paper that is
/// gone, because it waited too long, is missing in the case, where it can be added: the kinds of which
/// some are, and how many there should be.
async fn name_papers(
    visit: &Visit,
    draft: DraftId,
    typed: &Typed,
    case: CaseId,
) -> Vec<(String, usize)> {
    let (kanzlei, session) = (&visit.site.kanzlei, &visit.session);
    let identity = visit.viewer.as_ref();
    let identity = identity.map_or("", |viewer| viewer.identity.as_str());
    let mut left = Vec::new();
    for (kind, all) in papers(typed) {
        let expected = (kind.to_string(), all.len());
        let mut named = 0;
        for digest in all {
            let key = format!("draft {draft} {digest}");
            let id = kanzlei.command_id_for(identity, &key).await.ok();
            let naming = Naming {
                id,
                case,
                if_version: None,
                kind: kind.clone(),
                digest,
            };
            match session.name_document(naming).await {
                Ok(_) => named += 1,
                Err(error) => {
                    tracing::warn!(%error, "a paper of a form that was handed in is not in its case");
                }
            }
        }
        if named < expected.1 {
            left.push(expected);
        }
    }
    left
}
