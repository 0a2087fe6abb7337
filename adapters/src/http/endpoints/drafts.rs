//! Forms in the making, which aren't in the log until they are handed in.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use kanzlei::core::engine::Receipt;
use kanzlei::{
    Code, Draft, DraftContent, DraftId, DraftsError, Form, Language, Revision, Timestamp,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::http::Problem;
use crate::http::access::Access;
use crate::http::answer::{PRIVATE, opened, private};
use crate::http::api::Api;
use crate::http::conditional::{Conditions, IfMatch, etag};
use crate::http::extract::{Body, Named};
use crate::http::register::Endpoints;
use crate::http::sign_in_layer::Caller;

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(Access::Person, routes!(drafts))
        .add(Access::Person, routes!(new_draft))
        .add(Access::Person, routes!(draft))
        .add(Access::Person, routes!(save_draft))
        .add(Access::Person, routes!(discard_draft))
        .add(Access::Person, routes!(submit_draft))
}

/// What somebody has filled in so far.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Filled {
    /// The service.
    service: Code,
    /// The edition of it whose form was shown.
    #[schema(value_type = u64, maximum = 4_294_967_295_u64)]
    edition: u32,
    /// In which language, if that was chosen.
    #[serde(default)]
    language: Option<Language>,
    /// What was typed, by field, just as it was typed: a form in the making isn't valid.
    fields: BTreeMap<String, String>,
    /// How far they got, in the form's own steps.
    #[serde(default)]
    #[schema(maximum = 65_535)]
    step: u16,
}

impl From<Filled> for DraftContent {
    fn from(filled: Filled) -> Self {
        Self {
            service: filled.service,
            edition: filled.edition,
            language: filled.language,
            fields: filled.fields,
            step: filled.step,
        }
    }
}

/// A draft, as it was saved last.
#[derive(Serialize, ToSchema)]
struct DraftShown {
    /// Its id.
    #[schema(value_type = String)]
    draft: DraftId,
    /// How often it was saved: also its `ETag`.
    revision: u64,
    /// When it was saved.
    saved: Timestamp,
    /// From when on it is gone.
    expires: Timestamp,
    /// Whether that is soon.
    expires_soon: bool,
    /// What it holds.
    content: Filled,
}

impl DraftShown {
    fn of(draft: Draft, now: Timestamp) -> Self {
        Self {
            expires_soon: draft.expires_soon(now),
            draft: draft.id,
            revision: draft.revision,
            saved: draft.saved,
            expires: draft.expires,
            content: Filled {
                service: draft.content.service,
                edition: draft.content.edition,
                language: draft.content.language,
                fields: draft.content.fields,
                step: draft.content.step,
            },
        }
    }
}

/// A person's drafts.
#[derive(Serialize, ToSchema)]
struct Drafts {
    /// Those that can be read, the one saved last first.
    items: Vec<DraftShown>,
    /// How many there are beside that can't be read any more.
    unreadable: usize,
}

fn now(api: &Api) -> Timestamp {
    api.kanzlei().engine().ports().clock.now()
}

fn shown(api: &Api, status: StatusCode, draft: Draft) -> Response {
    let tag = [(header::ETAG, etag(draft.revision)), PRIVATE];
    let body = DraftShown::of(draft, now(api));
    (status, tag, axum::Json(body)).into_response()
}

fn id(text: &str) -> Result<DraftId, Problem> {
    DraftId::parse(text).ok_or_else(|| DraftsError::NotFound.into())
}

/// My drafts
#[utoipa::path(
    get, path = "/me/drafts", operation_id = "list-drafts", tag = "Drafts",
    responses((status = 200, body = Drafts, description = "All of them.")),
)]
async fn drafts(State(api): State<Api>, caller: Caller) -> Result<Response, Problem> {
    let list = api.kanzlei().drafts().list(caller.session.actor()).await?;
    let now = now(&api);
    let drafts = list.drafts.into_iter();
    Ok(private(Drafts {
        items: drafts.map(|draft| DraftShown::of(draft, now)).collect(),
        unreadable: list.unreadable,
    }))
}

/// Begin a draft
#[utoipa::path(
    post, path = "/me/drafts", operation_id = "begin-draft", tag = "Drafts",
    request_body = Filled,
    responses((
        status = 201, body = DraftShown, description = "It is kept.",
        headers(("ETag" = String, description = "Its revision.")),
    )),
)]
async fn new_draft(
    State(api): State<Api>,
    caller: Caller,
    Body(filled): Body<Filled>,
) -> Result<Response, Problem> {
    let drafts = api.kanzlei().drafts();
    let (id, actor) = (drafts.new_id()?, caller.session.actor());
    let draft = drafts
        .save(actor, id, Revision::NONE, filled.into())
        .await?;
    Ok(shown(&api, StatusCode::CREATED, draft))
}

/// A draft
#[utoipa::path(
    get, path = "/me/drafts/{draft}", operation_id = "get-draft", tag = "Drafts",
    responses((
        status = 200, body = DraftShown, description = "The draft.",
        headers(("ETag" = String, description = "Its revision.")),
    )),
)]
async fn draft(
    State(api): State<Api>,
    caller: Caller,
    Named(named): Named<String>,
) -> Result<Response, Problem> {
    let actor = caller.session.actor();
    let draft = api.kanzlei().drafts().get(actor, id(&named)?).await?;
    Ok(shown(&api, StatusCode::OK, draft))
}

/// Save a draft
///
/// With the revision that was seen as `If-Match`, so that two devices don't overwrite each other.
#[utoipa::path(
    put, path = "/me/drafts/{draft}", operation_id = "save-draft", tag = "Drafts",
    request_body = Filled,
    params(("If-Match" = String, Header, description = "The revision that was seen.")),
    responses(
        (
            status = 200, body = DraftShown, description = "It is kept.",
            headers(("ETag" = String, description = "Its revision.")),
        ),
        (
            status = 428, description = "There is no If-Match.",
            body = crate::http::ProblemBody, content_type = "application/problem+json",
        ),
    ),
)]
async fn save_draft(
    State(api): State<Api>,
    caller: Caller,
    conditions: Conditions,
    Named(named): Named<String>,
    Body(filled): Body<Filled>,
) -> Result<Response, Problem> {
    let IfMatch::OneOf(seen) = conditions.if_match else {
        let said = "say with If-Match which revision you have seen";
        let status = StatusCode::PRECONDITION_REQUIRED;
        return Err(Problem::new(status, "revision-needed", said));
    };
    let (drafts, actor) = (api.kanzlei().drafts(), caller.session.actor());
    let id = id(&named)?;
    let seen = match seen.as_slice() {
        [only] => u64::from(only.0),
        // Of several that would do it is the one that the draft has; of none that could, one that none has.
        several => {
            let now = drafts.get(actor, id).await?.revision;
            let fits = several.iter().any(|seen| u64::from(seen.0) == now);
            if fits { now } else { u64::MAX }
        }
    };
    let draft = drafts
        .save(actor, id, Revision(seen), filled.into())
        .await?;
    Ok(shown(&api, StatusCode::OK, draft))
}

/// Discard a draft
///
/// It can't be had back.
#[utoipa::path(
    delete, path = "/me/drafts/{draft}", operation_id = "discard-draft", tag = "Drafts",
    responses((status = 204, description = "It is gone.")),
)]
async fn discard_draft(
    State(api): State<Api>,
    caller: Caller,
    Named(named): Named<String>,
) -> Result<Response, Problem> {
    let actor = caller.session.actor();
    if api.kanzlei().drafts().discard(actor, id(&named)?).await? {
        return Ok((StatusCode::NO_CONTENT, [PRIVATE]).into_response());
    }
    Err(DraftsError::NotFound.into())
}

/// The form that a draft became.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Finished {
    /// The service.
    service: Code,
    /// The form: values by field.
    form: Form,
}

/// Hand a draft in
///
/// Opens a case with this form, and discards the draft. Sent again it gets the same receipt.
#[utoipa::path(
    post, path = "/me/drafts/{draft}/submit", operation_id = "submit-draft", tag = "Drafts",
    request_body = Finished,
    responses((
        status = 201, body = Receipt, description = "A case was opened.",
        headers(("Location" = String, description = "Where the case is.")),
    )),
)]
async fn submit_draft(
    State(api): State<Api>,
    caller: Caller,
    Named(named): Named<String>,
    Body(Finished { service, form }): Body<Finished>,
) -> Result<Response, Problem> {
    let draft = id(&named)?;
    let receipt = caller.session.submit_draft(draft, service, form).await?;
    Ok(opened(&api, receipt))
}

impl From<DraftsError> for Problem {
    fn from(error: DraftsError) -> Self {
        let said = error.to_string();
        let new = |status, code| Self::new(status, code, said.clone());
        match error {
            DraftsError::NotAPerson => new(StatusCode::FORBIDDEN, "persons-only"),
            DraftsError::NotFound => new(StatusCode::NOT_FOUND, "draft-not-found"),
            DraftsError::HandedIn { case, reference } => {
                new(StatusCode::CONFLICT, "draft-handed-in")
                    .with("case", case)
                    .with("reference", reference)
            }
            DraftsError::Conflict { found, .. } => {
                new(StatusCode::PRECONDITION_FAILED, "draft-conflict")
                    .with("actual", found.0)
                    .header(header::ETAG, etag(found.0))
            }
            DraftsError::TooLarge { bytes_max, .. } => {
                new(StatusCode::PAYLOAD_TOO_LARGE, "draft-too-large").with("limit", bytes_max)
            }
            DraftsError::TooMany { drafts_max } => {
                new(StatusCode::CONFLICT, "drafts-too-many").with("limit", drafts_max)
            }
            DraftsError::Full => Self::later("no-room", said, 60),
            DraftsError::Vault(error) => error.into(),
            DraftsError::Store(error) => error.into(),
            broken => Self::internal(&broken),
        }
    }
}
