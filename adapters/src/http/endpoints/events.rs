//! Event streams: of a case, and of an inbox.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use axum::response::sse::Event;
use kanzlei::projections::TaskSummary;
use kanzlei::{Answer, AuthorityId, CaseId, InboxFilter, Position, Reference, Session, Version};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_axum::routes;

use super::case::happened;
use crate::http::access::Access;
use crate::http::api::Api;
use crate::http::extract::{Asked, Named};
use crate::http::news::Place;
use crate::http::register::Endpoints;
use crate::http::sign_in_layer::{Caller, sign_in_first};
use crate::http::stream::{self, Subject, event, last_seen};
use crate::http::{Problem, resolve};

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(Access::Standing, routes!(case_events))
        .add(Access::Official, routes!(inbox_events))
}

/// Cases that one event of an inbox names, at most; of more the list is read anew.
const CASES_MAX: usize = 100;

/// From where on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct From {
    /// After this version, if there is no `Last-Event-ID`; from now on, if it is left out.
    after: Option<Version>,
}

/// What happens in a case
///
/// Server-sent events, each with the version as its id: `happened` with an entry of the time line
/// as the viewer may see it, `version` where something happened that they learn no more of, and at
/// last `end` with a problem that says why. With `Last-Event-ID` the stream goes on after that
/// version.
#[utoipa::path(
    get, path = "/cases/{case}/events", operation_id = "case-events", tag = "Cases",
    params(
        From,
        ("Last-Event-ID" = Option<String>, Header, description = "The last event that was seen."),
    ),
    responses((
        status = 200, body = String, content_type = "text/event-stream",
        description = "The events.",
    )),
)]
async fn case_events(
    State(api): State<Api>,
    caller: Caller,
    Named(named): Named<String>,
    Asked(from): Asked<From>,
    request: Parts,
) -> Result<Response, Problem> {
    let last = last_seen(&request)?;
    let last = last.map(|last| Version(u32::try_from(last).unwrap_or(u32::MAX)));
    let case = resolve::case(&caller, &named).await?;
    // Before anything is read, so that nothing falls between reading and waiting.
    let waiting = api.news().of_case(api.kanzlei(), case);
    let answers = resolve::shown(&caller, caller.session.case(case).await)?;
    let now = answers.first().and_then(Answer::outline);
    let now = now.map_or(Version::NONE, |outline| outline.version);
    let after = last.or(from.after).unwrap_or(now).min(now);
    let place = place(&api, &caller, &request)?;
    let subject = CaseNews { case, after };
    stream::open(api, caller, request, place, waiting, subject).await
}

fn place(api: &Api, caller: &Caller, request: &Parts) -> Result<Place, Problem> {
    let identity = caller
        .viewer
        .as_ref()
        .map(|viewer| viewer.identity.as_str());
    let who = api.door().rates().key(request, identity);
    api.news().place(api.limits(), &who)
}

/// What is new in a case.
struct CaseNews {
    case: CaseId,
    after: Version,
}

/// That something happened of which the viewer learns no more.
#[derive(Serialize)]
struct VersionReached {
    version: Version,
}

impl Subject for CaseNews {
    async fn read(&mut self, _: &Api, session: &Session) -> Result<Vec<Event>, Problem> {
        let answers = session.case(self.case).await?;
        let Some(now) = answers.first().and_then(Answer::outline) else {
            return Err(withheld(&answers));
        };
        let version = now.version;
        let new = happened(answers, self.after);
        let mut told = self.after;
        let mut events = Vec::with_capacity(new.len() + 1);
        for one in new {
            told = one.version();
            events.push(event("happened", Some(told.0.into()), &one));
        }
        if told < version {
            let reached = VersionReached { version };
            events.push(event("version", Some(version.0.into()), &reached));
        }
        self.after = version;
        Ok(events)
    }
}

/// The case is there, and isn't shown to a sign-in that is no surer than this.
fn withheld(answers: &[Answer]) -> Problem {
    match answers.first() {
        Some(Answer::Withheld(case)) => {
            let said = "sign in more strongly to follow this case";
            Problem::new(StatusCode::FORBIDDEN, "assurance-too-low", said)
                .with("needed", case.needs)
        }
        _ => Problem::case_not_found(),
    }
}

/// What changes in an inbox
///
/// Server-sent events, each with a position as its id: `counts` with how many tasks there are,
/// `changed` with the open tasks of a case that changed, `refresh` where the list is to be read
/// anew, and at last `end` with a problem that says why. With `Last-Event-ID` the stream goes on
/// there, if that isn't too long ago.
#[utoipa::path(
    get, path = "/inbox/events", operation_id = "inbox-events", tag = "Tasks",
    params(
        ("Last-Event-ID" = Option<String>, Header, description = "The last event that was seen."),
    ),
    responses((
        status = 200, body = String, content_type = "text/event-stream",
        description = "The events.",
    )),
)]
async fn inbox_events(
    State(api): State<Api>,
    caller: Caller,
    request: Parts,
) -> Result<Response, Problem> {
    let last = last_seen(&request)?.map(Position);
    let authority = caller.session.actor().authority();
    let authority = authority.ok_or_else(sign_in_first)?;
    let place = place(&api, &caller, &request)?;
    let waiting = api.news().of_inbox(api.kanzlei(), authority);
    let now = api.kanzlei().engine().ports().store.watermark().now();
    caller.session.has_seen(now);
    let subject = InboxNews {
        authority,
        // Not the log's end: what is there and wasn't told yet is still to come.
        after: last.unwrap_or(now).min(api.news().told()),
    };
    stream::open(api, caller, request, place, waiting, subject).await
}

/// What is new in an inbox.
struct InboxNews {
    authority: AuthorityId,
    after: Position,
}

/// A case of which something changed.
#[derive(Serialize)]
struct CaseChanged {
    /// The case.
    case: CaseId,
    /// Its short number.
    reference: Reference,
    /// What is to be done in it.
    tasks: Vec<TaskSummary>,
}

/// The list is to be read anew.
#[derive(Serialize)]
struct Refresh {}

impl Subject for InboxNews {
    async fn read(&mut self, api: &Api, session: &Session) -> Result<Vec<Event>, Problem> {
        let all = InboxFilter::default();
        let counts = match session.inbox_counts(&all).await {
            // The next piece of news finds it here again.
            Err(kanzlei::Error::Behind) => return Ok(Vec::new()),
            counts => counts?,
        };
        let (cases, told) = api.news().changed(self.authority, self.after, CASES_MAX);
        // What was told meanwhile may not be in the rows yet that this session reads.
        let through = told.min(session.position());
        let id = Some(through.0);
        let mut events = Vec::new();
        match cases {
            Some(cases) => {
                let many = cases.len();
                let found = changed(api, session, cases)?;
                events.extend(found.iter().map(|one| event("changed", id, one)));
                // One that isn't theirs any more is named by nothing but its absence.
                if found.len() < many {
                    events.push(event("refresh", id, &Refresh {}));
                }
            }
            None => events.push(event("refresh", id, &Refresh {})),
        }
        events.push(event("counts", id, &counts));
        self.after = through;
        Ok(events)
    }
}

/// The cases that the official still works on, with what is to be done there.
fn changed(
    api: &Api,
    session: &Session,
    cases: impl IntoIterator<Item = CaseId>,
) -> Result<Vec<CaseChanged>, Problem> {
    let (catalogue, today) = (api.kanzlei().catalogue(), api.kanzlei().today());
    let asked = api.kanzlei().queries();
    let asked = asked.ask(session.actor(), &catalogue, today);
    let mut changed = Vec::new();
    for case in cases {
        if let Some((_, row)) = asked.case(case)? {
            changed.push(CaseChanged {
                case,
                reference: row.reference,
                tasks: row.tasks,
            });
        }
    }
    Ok(changed)
}
