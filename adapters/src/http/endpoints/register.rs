//! The register of authorities: who there is, and who there was.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kanzlei::core::Authority;
use kanzlei::projections::PAGE_MAX;
use kanzlei::{AuthorityId, Code, Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::http::Problem;
use crate::http::access::Access;
use crate::http::api::Api;
use crate::http::extract::{Asked, Named};
use crate::http::limits::page_of;
use crate::http::register::Endpoints;

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(Access::Public, routes!(authorities))
        .add(Access::Public, routes!(authority))
}

/// Which authorities.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuthoritiesAsked {
    /// Those with this name or number.
    q: Option<String>,
    /// Those of this tier of the state.
    level: Option<Code>,
    /// As of this day; today, if it is left out.
    on: Option<Date>,
    /// How many, at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// After this number.
    after: Option<AuthorityId>,
}

/// A page of the register.
#[derive(Serialize, ToSchema)]
struct Authorities {
    /// The authorities, by number.
    items: Vec<Authority>,
    /// Where the list goes on; nothing at its end.
    next: Option<AuthorityId>,
}

/// The authorities
///
/// Those in force on a day.
#[utoipa::path(
    get, path = "/register", operation_id = "list-authorities", tag = "Authorities",
    params(AuthoritiesAsked),
    responses((status = 200, body = Authorities, description = "A page of them.")),
)]
async fn authorities(
    State(api): State<Api>,
    Asked(asked): Asked<AuthoritiesAsked>,
) -> Result<Response, Problem> {
    let catalogue = api.kanzlei().catalogue();
    let on = asked.on.unwrap_or_else(|| api.kanzlei().today());
    let register = catalogue.register();
    let named: Vec<&Authority> = match (register, asked.q.as_deref()) {
        (None, _) => Vec::new(),
        (Some(register), Some(name)) => register.find(name, on),
        (Some(register), None) => register.all_on(on).collect(),
    };
    let after = asked.after;
    let fits = |one: &&Authority| {
        after.is_none_or(|after| one.id > after)
            && asked.level.as_ref().is_none_or(|level| one.level == *level)
    };
    let fitting = named.into_iter().filter(fits).cloned();
    let (items, next) = page_of(fitting, (asked.limit, PAGE_MAX), |last| last.id)?;
    Ok(axum::Json(Authorities { items, next }).into_response())
}

/// An authority, on a day and over time.
#[derive(Serialize, ToSchema)]
struct AuthorityShown {
    /// As it is on that day; nothing, if it isn't in force then.
    authority: Option<Authority>,
    /// Who answers for it on that day: itself, or who took over from it.
    current: Option<AuthorityId>,
    /// Each of its periods in which nothing about it changed.
    history: Vec<Authority>,
}

/// As of when.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Day {
    /// As of this day; today, if it is left out.
    on: Option<Date>,
}

/// An authority
#[utoipa::path(
    get, path = "/register/{authority}", operation_id = "get-authority", tag = "Authorities",
    params(Day),
    responses((status = 200, body = AuthorityShown, description = "The authority.")),
)]
async fn authority(
    State(api): State<Api>,
    Named(number): Named<u32>,
    Asked(day): Asked<Day>,
) -> Result<Response, Problem> {
    let id = AuthorityId(number);
    let catalogue = api.kanzlei().catalogue();
    let on = day.on.unwrap_or_else(|| api.kanzlei().today());
    let register = catalogue.register();
    let rows = register.map_or(&[][..], |register| register.rows());
    let history: Vec<Authority> = rows.iter().filter(|row| row.id == id).cloned().collect();
    if history.is_empty() {
        let said = "the register has no authority of this number";
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "authority-not-found",
            said,
        ));
    }
    let shown = AuthorityShown {
        authority: register.and_then(|known| known.authority(id, on)).cloned(),
        current: register.and_then(|known| known.current(id, on)),
        history,
    };
    Ok(axum::Json(shown).into_response())
}
