//! What one can do in a case: each command of the engine as an endpoint of its own.

use axum::extract::State;
use axum::response::Response;
use kanzlei::{AuthorityId, Code, Command, OfficialId, PartyId, RequestId, TaskId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::submit::Person;
use crate::http::Problem;
use crate::http::access::Access;
use crate::http::api::Api;
use crate::http::conditional::Conditions;
use crate::http::extract::{Body, Named};
use crate::http::register::Endpoints;
use crate::http::sign_in_layer::Caller;
use crate::http::{answer, resolve};

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    let act = |endpoints: Endpoints, endpoint| endpoints.add(Access::Acting, endpoint);
    [
        routes!(add_task),
        routes!(claim_task),
        routes!(release_task),
        routes!(complete_task),
        routes!(assign_task),
        routes!(request_information),
        routes!(provide_information),
        routes!(send_message),
        routes!(hand_over),
        routes!(accept_handover),
        routes!(refuse_handover),
        routes!(involve_authority),
        routes!(end_involvement),
        routes!(issue_decision),
        routes!(enter_phase),
        routes!(close),
        routes!(withdraw),
        routes!(reopen),
        routes!(add_party),
        routes!(own),
    ]
    .into_iter()
    .fold(endpoints, act)
}

/// A command on its way: who sends it, on which condition, to which case.
pub(super) struct Act {
    api: Api,
    caller: Caller,
    conditions: Conditions,
}

impl Act {
    /// Lets it happen, and answers with the receipt.
    pub async fn on(self, case: &str, command: Command) -> Result<Response, Problem> {
        let Self {
            api,
            caller,
            conditions,
        } = self;
        let case = resolve::case(&caller, case).await?;
        answer::command(&api, &caller, &conditions, Some(case), command).await
    }
}

impl axum::extract::FromRequestParts<Api> for Act {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        api: &Api,
    ) -> Result<Self, Problem> {
        let State(api) = State::<Api>::from_request_parts(parts, api)
            .await
            .unwrap_or_else(|never| match never {});
        Ok(Self {
            caller: Caller::from_request_parts(parts, &api).await?,
            conditions: Conditions::from_request_parts(parts, &api).await?,
            api,
        })
    }
}

/// A task that is to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTask {
    /// What kind.
    kind: Code,
    /// Whose; the authority responsible if it is left out.
    #[serde(default)]
    #[schema(nullable = false)]
    authority: Option<AuthorityId>,
}

/// Add a task
#[utoipa::path(
    post, path = "/cases/{case}/tasks", operation_id = "add-task", tag = "Tasks",
    request_body = NewTask,
)]
async fn add_task(
    act: Act,
    Named(case): Named<String>,
    Body(task): Body<NewTask>,
) -> Result<Response, Problem> {
    let NewTask { kind, authority } = task;
    act.on(&case, Command::AddTask { kind, authority }).await
}

/// Claim a task
#[utoipa::path(
    post,
    path = "/cases/{case}/tasks/{task}/claim",
    operation_id = "claim-task",
    tag = "Tasks"
)]
async fn claim_task(
    act: Act,
    Named((case, task)): Named<(String, u16)>,
) -> Result<Response, Problem> {
    let task = TaskId(task);
    act.on(&case, Command::ClaimTask { task }).await
}

/// Give a task back
#[utoipa::path(
    post,
    path = "/cases/{case}/tasks/{task}/release",
    operation_id = "release-task",
    tag = "Tasks"
)]
async fn release_task(
    act: Act,
    Named((case, task)): Named<(String, u16)>,
) -> Result<Response, Problem> {
    let task = TaskId(task);
    act.on(&case, Command::ReleaseTask { task }).await
}

/// Say that a task is done
#[utoipa::path(
    post,
    path = "/cases/{case}/tasks/{task}/complete",
    operation_id = "complete-task",
    tag = "Tasks"
)]
async fn complete_task(
    act: Act,
    Named((case, task)): Named<(String, u16)>,
) -> Result<Response, Problem> {
    let task = TaskId(task);
    act.on(&case, Command::CompleteTask { task }).await
}

/// Who is to do a task.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Assignment {
    /// The official.
    to: OfficialId,
}

/// Say who is to do a task
#[utoipa::path(
    post, path = "/cases/{case}/tasks/{task}/assign", operation_id = "assign-task", tag = "Tasks",
    request_body = Assignment,
)]
async fn assign_task(
    act: Act,
    Named((case, task)): Named<(String, u16)>,
    Body(Assignment { to }): Body<Assignment>,
) -> Result<Response, Problem> {
    let task = TaskId(task);
    act.on(&case, Command::AssignTask { task, to }).await
}

/// What a party is asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Question {
    /// Which party.
    of: PartyId,
    /// What.
    text: String,
}

/// Ask a party for something
#[utoipa::path(
    post, path = "/cases/{case}/requests", operation_id = "request-information",
    tag = "Exchange", request_body = Question,
)]
async fn request_information(
    act: Act,
    Named(case): Named<String>,
    Body(Question { of, text }): Body<Question>,
) -> Result<Response, Problem> {
    act.on(&case, Command::RequestInformation { of, text })
        .await
}

/// What somebody writes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Text {
    /// What they write.
    text: String,
}

/// Answer a request for information
#[utoipa::path(
    post, path = "/cases/{case}/requests/{request}/answer", operation_id = "provide-information",
    tag = "Exchange", request_body = Text,
)]
async fn provide_information(
    act: Act,
    Named((case, request)): Named<(String, u16)>,
    Body(Text { text }): Body<Text>,
) -> Result<Response, Problem> {
    let request = RequestId(request);
    act.on(&case, Command::ProvideInformation { request, text })
        .await
}

/// A message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Message {
    /// Whether only authorities see it.
    #[serde(default)]
    internal: bool,
    /// What it says.
    text: String,
}

/// Write to the others in the case
#[utoipa::path(
    post, path = "/cases/{case}/messages", operation_id = "send-message", tag = "Exchange",
    request_body = Message,
)]
async fn send_message(
    act: Act,
    Named(case): Named<String>,
    Body(Message { internal, text }): Body<Message>,
) -> Result<Response, Problem> {
    act.on(&case, Command::SendMessage { internal, text }).await
}

/// To whom a case is passed on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Handover {
    /// To whom.
    to: AuthorityId,
    /// Why.
    reason: String,
}

/// Pass the case on
///
/// Until the other authority answers, the one responsible stays responsible.
#[utoipa::path(
    post, path = "/cases/{case}/handover", operation_id = "hand-over", tag = "Responsibility",
    request_body = Handover,
)]
async fn hand_over(
    act: Act,
    Named(case): Named<String>,
    Body(Handover { to, reason }): Body<Handover>,
) -> Result<Response, Problem> {
    act.on(&case, Command::HandOver { to, reason }).await
}

/// Take the case that another authority passes on
#[utoipa::path(
    post,
    path = "/cases/{case}/handover/accept",
    operation_id = "accept-handover",
    tag = "Responsibility"
)]
async fn accept_handover(act: Act, Named(case): Named<String>) -> Result<Response, Problem> {
    act.on(&case, Command::AcceptHandover).await
}

/// Why something is done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reason {
    /// Why.
    reason: String,
}

/// Leave the case with the other authority
#[utoipa::path(
    post, path = "/cases/{case}/handover/refuse", operation_id = "refuse-handover",
    tag = "Responsibility", request_body = Reason,
)]
async fn refuse_handover(
    act: Act,
    Named(case): Named<String>,
    Body(Reason { reason }): Body<Reason>,
) -> Result<Response, Problem> {
    act.on(&case, Command::RefuseHandover { reason }).await
}

/// An authority.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Involved {
    /// Which.
    authority: AuthorityId,
}

/// Let another authority work on the case
#[utoipa::path(
    post, path = "/cases/{case}/involvements", operation_id = "involve-authority",
    tag = "Responsibility", request_body = Involved,
)]
async fn involve_authority(
    act: Act,
    Named(case): Named<String>,
    Body(Involved { authority }): Body<Involved>,
) -> Result<Response, Problem> {
    act.on(&case, Command::InvolveAuthority { authority }).await
}

/// End an authority's involvement
#[utoipa::path(
    delete,
    path = "/cases/{case}/involvements/{authority}",
    operation_id = "end-involvement",
    tag = "Responsibility"
)]
async fn end_involvement(
    act: Act,
    Named((case, authority)): Named<(String, u32)>,
) -> Result<Response, Problem> {
    let authority = AuthorityId(authority);
    act.on(&case, Command::EndInvolvement { authority }).await
}

/// A decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Decision {
    /// How it comes out.
    outcome: Code,
    /// On which grounds.
    grounds: String,
}

/// Issue the decision
#[utoipa::path(
    post, path = "/cases/{case}/decision", operation_id = "issue-decision", tag = "Life",
    request_body = Decision,
)]
async fn issue_decision(
    act: Act,
    Named(case): Named<String>,
    Body(Decision { outcome, grounds }): Body<Decision>,
) -> Result<Response, Problem> {
    act.on(&case, Command::IssueDecision { outcome, grounds })
        .await
}

/// A phase.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Entered {
    /// Which.
    phase: Code,
}

/// Let the case enter a phase
#[utoipa::path(
    post, path = "/cases/{case}/phase", operation_id = "enter-phase", tag = "Life",
    request_body = Entered,
)]
async fn enter_phase(
    act: Act,
    Named(case): Named<String>,
    Body(Entered { phase }): Body<Entered>,
) -> Result<Response, Problem> {
    act.on(&case, Command::EnterPhase { phase }).await
}

/// Close the case
#[utoipa::path(
    post,
    path = "/cases/{case}/close",
    operation_id = "close",
    tag = "Life"
)]
async fn close(act: Act, Named(case): Named<String>) -> Result<Response, Problem> {
    act.on(&case, Command::Close).await
}

/// Take the request back
#[utoipa::path(
    post, path = "/cases/{case}/withdraw", operation_id = "withdraw", tag = "Life",
    request_body = Reason,
)]
async fn withdraw(
    act: Act,
    Named(case): Named<String>,
    Body(Reason { reason }): Body<Reason>,
) -> Result<Response, Problem> {
    act.on(&case, Command::Withdraw { reason }).await
}

/// Take a closed case up again
#[utoipa::path(
    post, path = "/cases/{case}/reopen", operation_id = "reopen", tag = "Life",
    request_body = Reason,
)]
async fn reopen(
    act: Act,
    Named(case): Named<String>,
    Body(Reason { reason }): Body<Reason>,
) -> Result<Response, Problem> {
    act.on(&case, Command::Reopen { reason }).await
}

/// Somebody with a role in the case.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewParty {
    /// The role: applicant, representative, objector or third-party.
    role: Code,
    /// Who that is.
    party: Person,
}

/// Give somebody a role in the case
#[utoipa::path(
    post, path = "/cases/{case}/parties", operation_id = "add-party", tag = "Life",
    request_body = NewParty,
)]
async fn add_party(
    act: Act,
    Named(case): Named<String>,
    Body(NewParty { role, party }): Body<NewParty>,
) -> Result<Response, Problem> {
    let details = party.into();
    act.on(&case, Command::AddParty { role, details }).await
}

/// A command of the service's own
///
/// What its rules understand; see the service's description.
#[utoipa::path(
    post, path = "/cases/{case}/own", operation_id = "own", tag = "Life",
    request_body = serde_json::Value,
)]
async fn own(
    act: Act,
    Named(case): Named<String>,
    Body(command): Body<serde_json::Value>,
) -> Result<Response, Problem> {
    let json = command.to_string();
    act.on(&case, Command::Own { json }).await
}
