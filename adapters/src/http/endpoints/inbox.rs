//! What an official's authority has to do, and claiming many tasks at once.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kanzlei::core::engine::Receipt;
use kanzlei::{
    CaseId, Code, Command, InboxFilter, InboxItem, Paged, Position, ServiceKey, TaskId, Timestamp,
    Whose,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::cases::paging;
use crate::http::access::Access;
use crate::http::answer::{self, PRIVATE, private};
use crate::http::api::Api;
use crate::http::conditional::{Conditions, IfMatch};
use crate::http::extract::{Asked, Body};
use crate::http::limits::CLAIMS_MAX;
use crate::http::position::{POSITION, token};
use crate::http::register::Endpoints;
use crate::http::sign_in_layer::Caller;
use crate::http::{Problem, ProblemBody};
use axum::http::StatusCode;

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(Access::Official, routes!(inbox))
        .add(Access::Official, routes!(claim_tasks))
}

/// Whose tasks of the authority.
#[derive(Deserialize, ToSchema, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Holder {
    /// All that are not completed.
    All,
    /// Those that nobody does.
    Unassigned,
    /// Those that somebody does or is to do.
    Taken,
    /// Those of the official who asks.
    Mine,
}

/// Which tasks.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct InboxAsked {
    /// Whose.
    #[param(inline)]
    whose: Option<Holder>,
    /// Those in cases of this service.
    service: Option<Code>,
    /// Those in cases in this phase.
    phase: Option<Code>,
    /// Those that were added before this moment.
    added_before: Option<Timestamp>,
    /// How many, at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// Where the page before ended.
    after: Option<String>,
    /// From the newest to the oldest, and not the other way round.
    newest_first: Option<bool>,
}

/// The inbox
///
/// What the official's authority has to do, by when it was added.
#[utoipa::path(
    get, path = "/inbox", operation_id = "get-inbox", tag = "Tasks", params(InboxAsked),
    responses((status = 200, body = Paged<InboxItem>, description = "A page of it.")),
)]
async fn inbox(caller: Caller, Asked(asked): Asked<InboxAsked>) -> Result<Response, Problem> {
    let mine = || {
        let id = caller.session.actor().official_id();
        id.map_or(Whose::All, Whose::Of)
    };
    let filter = InboxFilter {
        whose: match asked.whose.unwrap_or(Holder::All) {
            Holder::All => Whose::All,
            Holder::Unassigned => Whose::Unassigned,
            Holder::Taken => Whose::Taken,
            Holder::Mine => mine(),
        },
        service: asked.service.map(|name| ServiceKey::of(name.as_str())),
        phase: asked.phase,
        added_before: asked.added_before,
    };
    let paging = paging(asked.limit, asked.after.as_deref(), asked.newest_first)?;
    let page = caller.session.inbox(&filter, &paging).await?;
    Ok(private(page))
}

/// Tasks that are to be claimed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Claims {
    /// The tasks.
    #[schema(min_items = 1, max_items = 100)]
    tasks: Vec<TaskNamed>,
}

/// A task of a case.
#[derive(Deserialize, Serialize, ToSchema, Clone, Copy)]
#[serde(deny_unknown_fields)]
struct TaskNamed {
    /// The case.
    case: CaseId,
    /// The task's number in the case.
    task: TaskId,
}

/// What became of each claim.
#[derive(Serialize, ToSchema)]
struct Claimed {
    /// In the order of the request.
    results: Vec<ClaimResult>,
}

/// What became of a claim: a receipt or a problem.
#[derive(Serialize, ToSchema)]
struct ClaimResult {
    /// The case.
    case: CaseId,
    /// The task.
    task: TaskId,
    /// The receipt, if the task is the official's now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    receipt: Option<Receipt>,
    /// The problem, if it isn't.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ProblemBody>, nullable = false)]
    problem: Option<serde_json::Value>,
}

/// Claim many tasks
///
/// Each claim is a command of its own, with a result of its own: one that is refused holds up no
/// other.
#[utoipa::path(
    post, path = "/inbox/claims", operation_id = "claim-tasks", tag = "Tasks",
    request_body = Claims,
    responses((status = 200, body = Claimed, description = "What became of each claim.")),
)]
async fn claim_tasks(
    State(api): State<Api>,
    caller: Caller,
    conditions: Conditions,
    Body(claims): Body<Claims>,
) -> Result<Response, Problem> {
    if !(1..=CLAIMS_MAX).contains(&claims.tasks.len()) {
        let said = format!("claim from 1 to {CLAIMS_MAX} tasks at once");
        return Err(
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "claims-too-many", said)
                .with("max", CLAIMS_MAX)
                .at("tasks"),
        );
    }
    let mut results = Vec::with_capacity(claims.tasks.len());
    for named in claims.tasks {
        results.push(claim(&api, &caller, &conditions, named).await?);
    }
    let position = caller.session.position();
    let seen = (position > Position::START).then(|| [(POSITION, token(&api, position))]);
    let body = axum::Json(Claimed { results });
    Ok(([PRIVATE], seen, body).into_response())
}

/// Claims one task. What is refused is this row's result; what is broken ends all.
async fn claim(
    api: &Api,
    caller: &Caller,
    conditions: &Conditions,
    TaskNamed { case, task }: TaskNamed,
) -> Result<ClaimResult, Problem> {
    let row = Conditions {
        if_match: IfMatch::Any,
        key: conditions.key.as_ref().map(|key| {
            // A header has no line feed, so no other key is this one.
            format!("{key}\n{case}\n{task}")
        }),
    };
    let command = Command::ClaimTask { task };
    let (receipt, problem) = match answer::send(api, caller, &row, Some(case), command).await {
        Ok(receipt) => (Some(receipt), None),
        Err(problem) if problem.status().is_client_error() => (None, Some(problem)),
        Err(problem) => return Err(problem),
    };
    let prefix = &api.options().path;
    let problem =
        problem.map(|problem| serde_json::to_value(problem.body(prefix, &caller.request_id)));
    Ok(ClaimResult {
        case,
        task,
        receipt,
        problem: problem.and_then(Result::ok),
    })
}
