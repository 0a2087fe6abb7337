//! Which authorities take part in a service, and from when.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kanzlei::core::domain::event::ParticipationState;
use kanzlei::core::engine::Receipt;
use kanzlei::core::{Authority, Competence};
use kanzlei::projections::PAGE_MAX;
use kanzlei::{AuthorityId, Code, Command, Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::services::known;
use crate::http::Problem;
use crate::http::access::Access;
use crate::http::answer::{self, PRIVATE};
use crate::http::api::Api;
use crate::http::conditional::Conditions;
use crate::http::extract::{Asked, Body, Named};
use crate::http::limits::page_of;
use crate::http::position::{POSITION, token};
use crate::http::register::Endpoints;
use crate::http::sign_in_layer::Caller;

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(Access::Public, routes!(participation))
        .add(Access::SignedIn, routes!(set_participation))
}

/// Of whom, as of when.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ParticipationAsked {
    /// As of this day; today, if it is left out.
    on: Option<Date>,
    /// How many, at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// After this authority.
    after: Option<AuthorityId>,
}

/// Who takes part in a service.
#[derive(Serialize, ToSchema)]
struct Participation {
    /// The service.
    service: Code,
    /// As of when.
    on: Date,
    /// The authorities that could be responsible, by number.
    items: Vec<Participant>,
    /// Where the list goes on; nothing at its end.
    next: Option<AuthorityId>,
}

/// An authority and a service.
#[derive(Serialize, ToSchema)]
struct Participant {
    /// The authority.
    authority: AuthorityId,
    /// Its name on that day.
    name: String,
    /// Whether cases can be opened there.
    takes_part: bool,
    /// What was said of it, by day.
    states: Vec<StateFrom>,
}

/// What an authority does from a day on.
#[derive(Serialize, ToSchema)]
struct StateFrom {
    /// The day.
    from: Date,
    /// What it does.
    state: ParticipationState,
}

/// Who takes part in a service
///
/// Once some authority was said to join a service, only those that joined take part; in any other
/// everybody does who wasn't said to have stopped.
#[utoipa::path(
    get, path = "/services/{service}/participation", operation_id = "get-participation",
    tag = "Services", params(ParticipationAsked),
    responses((status = 200, body = Participation, description = "A page of them.")),
)]
async fn participation(
    State(api): State<Api>,
    Named(name): Named<String>,
    Asked(asked): Asked<ParticipationAsked>,
) -> Result<Response, Problem> {
    let catalogue = api.kanzlei().catalogue();
    let on = asked.on.unwrap_or_else(|| api.kanzlei().today());
    let key = known(&catalogue, &name)?;
    let edition = catalogue.in_force(key, on);
    let edition = edition.or_else(|| catalogue.editions(key).last());
    let fixed = edition.and_then(|edition| match edition.service.competence {
        Competence::Fixed(authority) => Some(authority),
        Competence::MunicipalityOf(_) => None,
    });
    let could = |one: &&Authority| match fixed {
        Some(authority) => one.id == authority,
        None => one.is_municipality(),
    };
    let after = asked.after;
    let all = catalogue.register().into_iter();
    let all = all.flat_map(|register| register.all_on(on)).filter(could);
    let rest = all.filter(|one| after.is_none_or(|after| one.id > after));
    let (page, next) = page_of(rest, (asked.limit, PAGE_MAX), |last| last.id)?;
    let participant = |one: &Authority| {
        let mut lines = catalogue.participants(key);
        let line = lines.find(|(authority, _)| *authority == one.id);
        let line = line.map_or(&[][..], |(_, line)| line);
        let state = |(from, state): &(Date, ParticipationState)| StateFrom {
            from: *from,
            state: *state,
        };
        Participant {
            authority: one.id,
            name: one.name.clone(),
            takes_part: catalogue.takes_part(key, one.id, on),
            states: line.iter().map(state).collect(),
        }
    };
    let items = page.into_iter().map(participant).collect();
    let service = catalogue.name(key).cloned();
    let service = service.ok_or_else(crate::http::observe::nothing_here)?;
    let body = Participation {
        service,
        on,
        items,
        next,
    };
    Ok(axum::Json(body).into_response())
}

/// What an authority does from a day on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewState {
    /// What it does.
    state: ParticipationState,
    /// From which day on; today, if it is left out.
    #[serde(default)]
    #[schema(nullable = false)]
    from: Option<Date>,
}

/// Say whether an authority takes part
///
/// By its own steward, or by whoever operates the installation.
#[utoipa::path(
    put, path = "/services/{service}/participation/{authority}",
    operation_id = "set-participation", tag = "Services", request_body = NewState,
    responses((status = 200, body = Receipt, description = "It is said.")),
)]
async fn set_participation(
    State(api): State<Api>,
    caller: Caller,
    conditions: Conditions,
    Named((name, authority)): Named<(String, u32)>,
    Body(new): Body<NewState>,
) -> Result<Response, Problem> {
    let catalogue = api.kanzlei().catalogue();
    let key = known(&catalogue, &name)?;
    let service = catalogue.name(key).cloned();
    let command = Command::SetParticipation {
        service: service.ok_or_else(crate::http::observe::nothing_here)?,
        authority: AuthorityId(authority),
        state: new.state,
        from: new.from.unwrap_or_else(|| api.kanzlei().today()),
    };
    let receipt = answer::send(&api, &caller, &conditions, None, command).await?;
    let position = [(POSITION, token(&api, receipt.position))];
    Ok((position, [PRIVATE], axum::Json(receipt)).into_response())
}
