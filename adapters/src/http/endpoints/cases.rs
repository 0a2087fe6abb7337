//! Lists of cases: a person's own, and those of an official's authority.

use axum::response::Response;
use kanzlei::core::domain::{Contents, Outline, Title};
use kanzlei::projections::{Cursor, PAGE_MAX};
use kanzlei::{
    AuthorityId, CaseFilter, CaseId, CaseSummary, Code, Involvement, Paged, Paging, PartyId,
    Reference, ServiceKey, Status,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::http::Problem;
use crate::http::access::Access;
use crate::http::answer::private;
use crate::http::extract::Asked;
use crate::http::limits::{OWN_CASES_MAX, page_limit, page_of};
use crate::http::register::Endpoints;
use crate::http::sign_in_layer::Caller;

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(Access::Person, routes!(my_cases))
        .add(Access::Official, routes!(cases))
        .add(Access::Official, routes!(find))
}

/// Which of one's own cases.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OwnCases {
    /// How many, at most.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<usize>,
    /// Where the page before ended.
    after: Option<String>,
}

/// A page of one's own cases.
#[derive(Serialize, ToSchema)]
pub(super) struct MyCases {
    /// The cases, the newest first.
    items: Vec<MyCase>,
    /// Where the list goes on; nothing at its end.
    next: Option<String>,
}

/// A case in which the viewer is a party.
#[derive(Serialize, ToSchema)]
pub(super) struct MyCase {
    /// Which party of it they are.
    party: PartyId,
    /// That there is the case, and of which service.
    title: Title,
    /// What is never personal; nothing, while the case is withheld because it isn't known surely
    /// enough who looks.
    outline: Option<Outline>,
    /// How many requests for information wait for their answer.
    open_requests: usize,
}

/// My cases
///
/// The cases in which the viewer is a party, whichever authority is responsible.
#[utoipa::path(
    get, path = "/me/cases", operation_id = "my-cases", tag = "Cases", params(OwnCases),
    responses((status = 200, body = MyCases, description = "A page of them.")),
)]
async fn my_cases(caller: Caller, Asked(asked): Asked<OwnCases>) -> Result<Response, Problem> {
    let mut own = caller.session.my_cases().await?;
    // An id begins with the moment at which the case was opened.
    own.sort_unstable_by(|one, other| other.cmp(one));
    if let Some(after) = &asked.after {
        let last = place(after)?;
        own.retain(|one| *one < last);
    }
    let cursor = |last: &Involvement| format!("{}.{}", last.case, last.party);
    let (page, next) = page_of(own, (asked.limit, OWN_CASES_MAX), cursor)?;
    let mut items = Vec::with_capacity(page.len());
    for one in page {
        items.extend(my_case(&caller, one).await?);
    }
    Ok(private(MyCases { items, next }))
}

fn place(cursor: &str) -> Result<Involvement, Problem> {
    let read = || {
        let (case, party) = cursor.split_once('.')?;
        let (case, party) = (case.parse::<CaseId>().ok()?, party.parse().ok()?);
        Some(Involvement {
            case,
            party: PartyId(party),
        })
    };
    read().ok_or_else(|| kanzlei::QueryError::Cursor.into())
}

/// A case of the viewer's; none, if they aren't the party any more.
async fn my_case(caller: &Caller, one: Involvement) -> Result<Option<MyCase>, Problem> {
    let answers = match caller.session.case(one.case).await {
        Ok(answers) => answers,
        Err(error) if error.refusal().is_some() => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let theirs = answers
        .into_iter()
        .find(|answer| answer.standing() == kanzlei::Standing::Party(one.party));
    Ok(theirs.map(|answer| MyCase {
        party: one.party,
        title: answer.title(),
        outline: answer.outline().cloned(),
        open_requests: answer.contents().map_or(0, open_requests),
    }))
}

/// Requests for information that a time line shows, less the answers to them.
fn open_requests(contents: &Contents) -> usize {
    let count = |kind| {
        let entries = contents.timeline.iter();
        entries.filter(|entry| entry.event == kind).count()
    };
    count("InformationRequested").saturating_sub(count("InformationProvided"))
}

/// Which cases of the official's authority.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuthorityCases {
    /// Those of this service.
    service: Option<Code>,
    /// Those for which this authority is responsible, or answers for who was.
    authority: Option<AuthorityId>,
    /// Those that are so far in their life.
    status: Option<Status>,
    /// Those in this phase.
    phase: Option<Code>,
    /// How many, at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// Where the page before ended.
    after: Option<String>,
    /// From the newest to the oldest, and not the other way round.
    newest_first: Option<bool>,
}

/// The cases of an authority
///
/// The cases that the official's authority works on or is asked to take, by when they were opened.
#[utoipa::path(
    get, path = "/cases", operation_id = "list-cases", tag = "Cases", params(AuthorityCases),
    responses((status = 200, body = Paged<CaseSummary>, description = "A page of them.")),
)]
async fn cases(caller: Caller, Asked(asked): Asked<AuthorityCases>) -> Result<Response, Problem> {
    let filter = CaseFilter {
        service: asked.service.map(|name| ServiceKey::of(name.as_str())),
        authority: asked.authority,
        status: asked.status,
        phase: asked.phase,
    };
    let paging = paging(asked.limit, asked.after.as_deref(), asked.newest_first)?;
    let page = caller.session.cases(&filter, &paging).await?;
    Ok(private(page))
}

/// What is looked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Sought {
    /// A reference or an id, or how an id begins: at least four digits.
    q: String,
}

/// Cases that were found.
#[derive(Serialize, ToSchema)]
struct Found {
    /// At most twenty.
    items: Vec<FoundCase>,
}

/// A case that was found.
#[derive(Serialize, ToSchema)]
struct FoundCase {
    /// The case.
    case: CaseId,
    /// Its short number.
    reference: Reference,
}

/// Find a case
///
/// By what people say or copy: its reference or its id. Only cases that the official may know of
/// are found.
#[utoipa::path(
    get, path = "/find", operation_id = "find-cases", tag = "Cases", params(Sought),
    responses((status = 200, body = Found, description = "What was found.")),
)]
async fn find(caller: Caller, Asked(sought): Asked<Sought>) -> Result<Response, Problem> {
    let found = caller.session.find(&sought.q).await?;
    let item = |case: CaseId| FoundCase {
        case,
        reference: case.reference(),
    };
    let items = found.into_iter().map(item).collect();
    Ok(private(Found { items }))
}

/// Which page of a list is asked for.
pub(super) fn paging(
    limit: Option<usize>,
    after: Option<&str>,
    newest_first: Option<bool>,
) -> Result<Paging, Problem> {
    Ok(Paging {
        limit: page_limit(limit, PAGE_MAX)?,
        after: after.and_then(|text| text.parse::<Cursor>().ok()),
        newest_first: newest_first.unwrap_or(false),
    })
}
