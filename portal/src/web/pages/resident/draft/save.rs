//! Saves a form while it is filled in: a script asks for it every ten seconds.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kanzlei::DraftsError;
use serde::Serialize;

use super::desk::Desk;
use crate::web::page::{May, Pages};
use crate::web::posted::Posted;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new().post("/drafts/{draft}/save", May::Resident, save)
}

/// What the script shows.
#[derive(Serialize)]
struct Saved {
    said: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u64>,
}

async fn save(visit: Visit, Path(id): Path<String>, posted: Posted) -> Result<Response, Trouble> {
    let mut desk = Desk::open(visit, &id, Some(&posted)).await?;
    // The page's address ends with its number.
    let step = posted.get("step").and_then(|step| step.rsplit('/').next());
    let step = step.and_then(|step| step.parse().ok());
    desk.take_in(&posted, step.ok_or(Trouble::Unreadable)?);
    let words = desk.visit.words;
    match desk.save().await {
        Ok(draft) => {
            let said = words.t1("form-saved", "time", words.short_time(draft.saved));
            let revision = Some(draft.revision);
            Ok(Json(Saved { said, revision }).into_response())
        }
        Err(DraftsError::Conflict { .. }) => {
            let said = words.t("form-saved-elsewhere");
            let revision = None;
            Ok((StatusCode::CONFLICT, Json(Saved { said, revision })).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
