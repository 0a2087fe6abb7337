//! About the interface itself: who one is, what is allowed, how far the log has come, the
//! description and the page to try it.

use std::sync::{Arc, LazyLock};

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use kanzlei::core::LogId;
use kanzlei::core::domain::Who;
use kanzlei::{AuthorityId, Code, Position, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;
use utoipa_swagger_ui::Config;

use crate::http::access::Access;
use crate::http::answer::private;
use crate::http::api::Api;
use crate::http::extract::Named;
use crate::http::limits::LimitsBody;
use crate::http::position::{POSITION, token};
use crate::http::problem::title;
use crate::http::refusals::STATUSES;
use crate::http::register::Endpoints;
use crate::http::sign_in_layer::Caller;
use crate::http::{Problem, observe};

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(Access::SignedIn, routes!(me))
        .add(Access::Public, routes!(limits))
        .add(Access::Public, routes!(position))
        .add(Access::Public, routes!(problem))
        .add(Access::Public, routes!(description))
        .add(Access::Public, routes!(docs))
        .add(Access::Public, routes!(docs_file))
}

/// Who one is here.
#[derive(Serialize, ToSchema)]
struct Me {
    /// What to call them.
    name: String,
    /// As what they are signed in: `person`, `official` or `operator`.
    kind: &'static str,
    /// For whom an official acts.
    authority: Option<AuthorityId>,
    /// In which role.
    role: Option<Code>,
    /// How surely it is known who they are: 1 to 3 are eIDAS' low, substantial and high.
    assurance: u8,
    /// When the sign-in ends, if that is known.
    until: Option<Timestamp>,
}

/// Who I am here
#[utoipa::path(
    get, path = "/me", operation_id = "get-me", tag = "Interface",
    responses((status = 200, body = Me, description = "As whom one is signed in.")),
)]
async fn me(caller: Caller) -> Result<Response, Problem> {
    let viewer = caller.viewer()?;
    let (kind, role) = match &viewer.actor.who {
        Who::Person { .. } => ("person", None),
        Who::Official { role, .. } => ("official", Some(role.clone())),
        Who::Installation => ("operator", None),
        _ => ("somebody", None),
    };
    Ok(private(Me {
        name: viewer.name.clone(),
        kind,
        authority: viewer.actor.authority(),
        role,
        assurance: viewer.actor.assurance.0,
        until: viewer.until,
    }))
}

/// What one may ask for at most
#[utoipa::path(
    get, path = "/limits", operation_id = "get-limits", tag = "Interface",
    responses((status = 200, body = LimitsBody, description = "The limits.")),
)]
async fn limits(State(api): State<Api>) -> Response {
    let documents = api.kanzlei().documents().options();
    axum::Json(LimitsBody::of(api.limits(), documents)).into_response()
}

/// How far the log has come.
#[derive(Serialize, ToSchema)]
struct Reached {
    /// The log.
    log: LogId,
    /// The last commit that can be read.
    position: Position,
}

/// How far the log has come
#[utoipa::path(
    get, path = "/position", operation_id = "get-position", tag = "Interface",
    responses((
        status = 200, body = Reached, description = "How far.",
        headers(("Kanzlei-Position" = String, description = "The same, as a token.")),
    )),
)]
async fn position(State(api): State<Api>) -> Response {
    let engine = api.kanzlei().engine();
    let reached = Reached {
        log: engine.log_id(),
        position: engine.ports().store.watermark().now(),
    };
    let token = [(POSITION, token(&api, reached.position))];
    let fresh = [(header::CACHE_CONTROL, "no-store")];
    (token, fresh, axum::Json(reached)).into_response()
}

/// A kind of problem.
#[derive(Serialize, ToSchema)]
struct ProblemKind {
    /// Its code.
    code: String,
    /// In a few words.
    title: String,
    /// The status of answers with it, if it is the engine's.
    status: Option<u16>,
}

/// A kind of problem
///
/// What the `type` of a problem leads to.
#[utoipa::path(
    get, path = "/problems/{code}", operation_id = "get-problem", tag = "Interface",
    responses((status = 200, body = ProblemKind, description = "The kind of problem.")),
)]
async fn problem(Named(code): Named<String>) -> Result<Response, Problem> {
    let Ok(code) = Code::new(&code) else {
        return Err(observe::nothing_here());
    };
    let known = STATUSES.iter().find(|(known, _)| code == *known);
    let kind = ProblemKind {
        title: title(code.as_str()),
        code: code.to_string(),
        status: known.map(|(_, status)| status.as_u16()),
    };
    Ok(axum::Json(kind).into_response())
}

/// This description
#[utoipa::path(
    get, path = "/openapi.json", operation_id = "get-description", tag = "Interface",
    responses((status = 200, body = serde_json::Value, description = "OpenAPI 3.1.")),
)]
async fn description(Extension(description): Extension<Arc<utoipa::openapi::OpenApi>>) -> Response {
    axum::Json(&*description).into_response()
}

/// A page to try the interface
#[utoipa::path(
    get, path = "/docs", operation_id = "get-docs", tag = "Interface",
    responses((status = 303, description = "To the page.")),
)]
async fn docs(State(api): State<Api>) -> Redirect {
    Redirect::to(&format!("{}/docs/index.html", api.options().path))
}

static PAGE: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let config = Config::from("../openapi.json");
    Arc::new(config.try_it_out_enabled(true).validator_url("none"))
});

/// A part of the page to try the interface
#[utoipa::path(
    get, path = "/docs/{file}", operation_id = "get-docs-file", tag = "Interface",
    responses((status = 200, body = String, content_type = "text/html", description = "It.")),
)]
async fn docs_file(Named(file): Named<String>) -> Result<Response, Problem> {
    let served = utoipa_swagger_ui::serve(&file, PAGE.clone());
    let Some(file) = served.ok().flatten() else {
        return Err(observe::nothing_here());
    };
    let mut response = file.bytes.into_owned().into_response();
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(&file.content_type) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if file.gzpipped {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}
