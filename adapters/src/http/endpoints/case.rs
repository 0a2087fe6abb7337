//! One case, as the viewer may see it.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kanzlei::core::domain::{Entry, OutlineStep};
use kanzlei::{Answer, CaseId, Reference, Timestamp, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::http::access::Access;
use crate::http::answer::{PRIVATE, private};
use crate::http::conditional::{etag, not_modified};
use crate::http::extract::{Asked, Named};
use crate::http::limits::page_of;
use crate::http::register::Endpoints;
use crate::http::sign_in_layer::Caller;
use crate::http::{Problem, resolve};
use kanzlei::projections::PAGE_MAX;

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(Access::Standing, routes!(case))
        .add(Access::Standing, routes!(timeline))
}

/// A case as the viewer may see it.
#[derive(Serialize, ToSchema)]
pub(super) struct CaseShown {
    /// The case.
    case: CaseId,
    /// Its short number.
    reference: Reference,
    /// Its version; nothing, while the case is withheld because it isn't known surely enough who
    /// looks.
    version: Option<Version>,
    /// What each of the viewer's standings sees, the strongest first: who is two parties has two.
    answers: Vec<Answer>,
}

/// A case
///
/// By its id or its reference. Somebody else's case is answered like one that doesn't exist.
#[utoipa::path(
    get, path = "/cases/{case}", operation_id = "get-case", tag = "Cases",
    params(
        ("case" = String, Path, description = "The case's id or reference."),
        ("If-None-Match" = Option<String>, Header, description = "The version that is known."),
        ("Kanzlei-Position" = Option<String>, Header, description = "Read at least up to there."),
    ),
    responses(
        (
            status = 200, body = CaseShown, description = "The case.",
            headers(("ETag" = String, description = "The case's version.")),
        ),
        (status = 304, description = "It is still at that version."),
    ),
)]
async fn case(
    caller: Caller,
    Named(named): Named<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = resolve::case(&caller, &named).await?;
    let answers = resolve::shown(&caller, caller.session.case(id).await)?;
    let outline = answers.first().and_then(Answer::outline);
    let version = outline.map(|outline| outline.version);
    let tag = version.map(|version| [(header::ETAG, etag(version))]);
    if let Some(version) = version
        && not_modified(&headers, version)?
    {
        return Ok((StatusCode::NOT_MODIFIED, tag, [PRIVATE]).into_response());
    }
    let shown = CaseShown {
        case: id,
        reference: id.reference(),
        version,
        answers,
    };
    Ok((tag, [PRIVATE], axum::Json(shown)).into_response())
}

/// Which part of a time line.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Part {
    /// How many, at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// After this version.
    after: Option<Version>,
}

/// A part of a time line.
#[derive(Serialize, ToSchema)]
pub(super) struct Timeline {
    /// What happened, in order.
    items: Vec<Happened>,
    /// Where it goes on; nothing at its end.
    next: Option<Version>,
}

/// That something happened, as the viewer learns it.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Happened {
    /// To a party, or to an authority that works on the case.
    Entry(Entry),
    /// To oversight.
    Step(Step),
}

/// That something of a kind happened. It has no further fields, so that it is told from an entry.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// The event's number in the case.
    version: Version,
    /// When.
    at: Timestamp,
    /// The kind's name.
    event: &'static str,
}

impl Happened {
    pub(super) fn version(&self) -> Version {
        match self {
            Self::Entry(entry) => entry.version,
            Self::Step(step) => step.version,
        }
    }
}

/// What of a case happened after a version, as its strongest standing sees it.
pub(super) fn happened(answers: Vec<Answer>, after: Version) -> Vec<Happened> {
    let Some(answer) = answers.into_iter().next() else {
        return Vec::new();
    };
    let all: Vec<Happened> = match answer {
        Answer::Own(case) => entries(case.contents.timeline),
        Answer::File(case) => entries(case.contents.timeline),
        Answer::Shared(case) => entries(case.contents.timeline),
        // Versions are dense from 1, and an outline has a step for each.
        Answer::Outline(case) => (1..)
            .map(Version)
            .zip(case.steps)
            .map(|(version, OutlineStep { at, event })| Happened::Step(Step { version, at, event }))
            .collect(),
        Answer::Public(_) | Answer::Withheld(_) => Vec::new(),
    };
    let new = all.into_iter().filter(|one| one.version() > after);
    new.collect()
}

fn entries(timeline: Vec<Entry>) -> Vec<Happened> {
    timeline.into_iter().map(Happened::Entry).collect()
}

/// The time line of a case
///
/// What happened, as the viewer learns it; the public learns none of it.
#[utoipa::path(
    get, path = "/cases/{case}/timeline", operation_id = "get-timeline", tag = "Cases",
    params(("case" = String, Path, description = "The case's id or reference."), Part),
    responses((status = 200, body = Timeline, description = "A part of it.")),
)]
async fn timeline(
    caller: Caller,
    Named(named): Named<String>,
    Asked(part): Asked<Part>,
) -> Result<Response, Problem> {
    let id = resolve::case(&caller, &named).await?;
    let answers = resolve::shown(&caller, caller.session.case(id).await)?;
    let all = happened(answers, part.after.unwrap_or_default());
    let (items, next) = page_of(all, (part.limit, PAGE_MAX), Happened::version)?;
    Ok(private(Timeline { items, next }))
}
