//! For whoever operates the installation: the log with its values sealed, and the views.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kanzlei::core::domain::event::kind_name;
use kanzlei::core::record::{Acting, CommitRef};
use kanzlei::projections::{ViewError, ViewStatus};
use kanzlei::{AuthorityId, CaseId, Code, Position, Reference, Timestamp, Version};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::http::Problem;
use crate::http::access::Access;
use crate::http::answer::private;
use crate::http::api::Api;
use crate::http::extract::{Asked, Named};
use crate::http::limits::page_limit;
use crate::http::register::Endpoints;

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(Access::Operator, routes!(log))
        .add(Access::Operator, routes!(views))
        .add(Access::Operator, routes!(retry_view))
        .add(Access::Operator, routes!(rebuild_view))
}

/// Commits on a page of the log, at most.
const COMMITS_MAX: usize = 500;
/// Bytes of the log that are read for one page.
const LOG_BYTES: usize = 1024 * 1024;

/// Which part of the log.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Part {
    /// After this position.
    #[serde(default, deserialize_with = "position")]
    after: Option<u64>,
    /// How many commits, at most.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// Positions stay below 2^63, whatever holds them.
fn position<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    let asked: Option<i64> = Option::deserialize(from)?;
    let position = asked.map(u64::try_from).transpose();
    position.map_err(serde::de::Error::custom)
}

/// A page of the log.
#[derive(Serialize, ToSchema)]
struct Log {
    /// The commits, in order.
    items: Vec<Commit>,
    /// Where the log goes on; nothing at its end.
    next: Option<Position>,
}

/// A commit, without what it says.
#[derive(Serialize, ToSchema)]
struct Commit {
    /// Its place.
    position: Position,
    /// When the store took it in.
    recorded: Timestamp,
    /// Who acted: `party`, `authority`, `installation` or `other`.
    by: &'static str,
    /// The authority that acted, if it was one.
    authority: Option<AuthorityId>,
    /// The way on which it came: 0 the installation itself, 1 a portal, 2 the counter, 3 a letter,
    /// 4 the telephone, 5 another system.
    channel: u8,
    /// The share of each case.
    parts: Vec<PartShown>,
}

/// The share of a case in a commit.
#[derive(Serialize, ToSchema)]
struct PartShown {
    /// The case.
    case: CaseId,
    /// Its short number.
    reference: Reference,
    /// The service.
    service: Option<Code>,
    /// The authority responsible.
    authority: AuthorityId,
    /// The version of the first event.
    first: Version,
    /// The kinds of the events.
    events: Vec<String>,
}

/// The log
///
/// Commit by commit, with the kinds of its events and nothing personal: sealed values stay sealed.
#[utoipa::path(
    get, path = "/log", operation_id = "get-log", tag = "Operation", params(Part),
    responses((status = 200, body = Log, description = "A page of it.")),
)]
async fn log(State(api): State<Api>, Asked(part): Asked<Part>) -> Result<Response, Problem> {
    let store = &api.kanzlei().engine().ports().store;
    let after = Position(part.after.unwrap_or(0)).min(store.watermark().now());
    let limit = page_limit(part.limit, COMMITS_MAX)?;
    let page = store.log(after, LOG_BYTES).await?;
    let mut commits = page.commits();
    let items: Vec<Commit> = commits
        .by_ref()
        .take(limit)
        .map(|one| shown(&api, &one))
        .collect();
    let cut = commits.next().is_some();
    let next = if cut {
        items.last().map(|last| last.position)
    } else {
        page.more().then(|| page.through())
    };
    Ok(private(Log { items, next }))
}

fn shown(api: &Api, commit: &CommitRef<'_>) -> Commit {
    let catalogue = api.kanzlei().catalogue();
    let head = commit.record.head();
    let (by, authority) = match head.acting {
        Acting::Party(_) => ("party", None),
        Acting::Official(_, authority) => ("authority", Some(authority)),
        Acting::Installation => ("installation", None),
        _ => ("other", None),
    };
    let kind = |kind: u16| kind_name(kind).map_or_else(|| format!("{kind:#06x}"), str::to_owned);
    let parts = commit.record.parts().map(|part| PartShown {
        case: part.case,
        reference: part.case.reference(),
        service: catalogue.name(part.service).cloned(),
        authority: part.authority,
        first: part.first,
        events: part.events().map(|event| kind(event.kind)).collect(),
    });
    Commit {
        position: commit.stamp.position,
        recorded: commit.stamp.recorded,
        by,
        authority,
        channel: head.channel.0,
        parts: parts.collect(),
    }
}

/// The views.
#[derive(Serialize, ToSchema)]
struct ViewList {
    /// How each is.
    items: Vec<ViewStatus>,
}

/// How the views are
///
/// How far each has read, and why it has stopped if it has.
#[utoipa::path(
    get, path = "/views", operation_id = "list-views", tag = "Operation",
    responses((status = 200, body = ViewList, description = "All of them.")),
)]
async fn views(State(api): State<Api>) -> Response {
    let items = api.kanzlei().runner().status();
    private(ViewList { items })
}

/// Have a view that has stopped go on
#[utoipa::path(
    post, path = "/views/{view}/retry", operation_id = "retry-view", tag = "Operation",
    responses((status = 202, description = "It is told to. If the views take nothing any more since their disk failed, \
                                            the answer is 503 until the program is started anew.")),
)]
async fn retry_view(
    State(api): State<Api>,
    Named(view): Named<String>,
) -> Result<Response, Problem> {
    let retried = api.kanzlei().runner().retry(&view);
    retried.map_err(|error| match error {
        ViewError::Stopped { view, failure } => {
            tracing::error!(view, %failure, "a view would stop again");
            let said = format!(
                "the view {view} would stop again, since its store takes nothing any more: make good what is wrong, \
                 and start this program anew"
            );
            Problem::later("view-stopped", said, 60)
        }
        other => other.into(),
    })?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Rebuild a view from the log
///
/// The old one serves meanwhile.
#[utoipa::path(
    post, path = "/views/{view}/rebuild", operation_id = "rebuild-view", tag = "Operation",
    responses((status = 202, description = "It is being rebuilt.")),
)]
async fn rebuild_view(
    State(api): State<Api>,
    Named(view): Named<String>,
) -> Result<Response, Problem> {
    api.kanzlei().runner().rebuild(&view)?;
    Ok(StatusCode::ACCEPTED.into_response())
}
