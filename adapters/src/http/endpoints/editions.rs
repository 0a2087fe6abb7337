//! The editions of a service: what was published when, what one changed, and publishing one.

use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, Limited};
use kanzlei::core::domain::{Difference, Edition, publish_edition};
use kanzlei::core::engine::Receipt;
use kanzlei::core::record::Hash;
use kanzlei::{Date, Service};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::services::known;
use crate::http::Problem;
use crate::http::access::Access;
use crate::http::answer::{self, PRIVATE};
use crate::http::api::Api;
use crate::http::conditional::{Conditions, IfMatch};
use crate::http::extract::{Asked, Named};
use crate::http::position::{POSITION, token};
use crate::http::register::Endpoints;
use crate::http::sign_in_layer::Caller;

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(Access::Public, routes!(editions))
        .add(Access::Public, routes!(edition))
        .add(Access::Public, routes!(difference))
        .add(Access::Operator, routes!(publish))
}

/// The editions of a service.
#[derive(Serialize, ToSchema)]
struct Editions {
    /// The editions, in order.
    items: Vec<EditionSummary>,
}

/// An edition in a list.
#[derive(Serialize, ToSchema)]
struct EditionSummary {
    /// Its number, from 1.
    edition: u32,
    /// SHA-256 of its definition: what every case names that was opened under it.
    definition: Hash,
    /// The first day on which a case can be opened under it.
    valid_from: Date,
    /// The last such day, if there is one.
    valid_until: Option<Date>,
    /// Whether it is the one under which cases are opened today.
    in_force: bool,
}

/// An edition of a service.
#[derive(Serialize, ToSchema)]
struct EditionShown {
    /// What stands in lists.
    #[serde(flatten)]
    summary: EditionSummary,
    /// The service, spelt as in a service file.
    service: Service,
}

fn summary(edition: &Edition, in_force: Option<u32>) -> EditionSummary {
    EditionSummary {
        edition: edition.number,
        definition: edition.definition,
        valid_from: edition.service.valid_from,
        valid_until: edition.service.valid_until,
        in_force: in_force == Some(edition.number),
    }
}

/// The editions of a service
#[utoipa::path(
    get, path = "/services/{service}/editions", operation_id = "list-editions", tag = "Services",
    responses((status = 200, body = Editions, description = "All of them.")),
)]
async fn editions(State(api): State<Api>, Named(name): Named<String>) -> Result<Response, Problem> {
    let catalogue = api.kanzlei().catalogue();
    let key = known(&catalogue, &name)?;
    let in_force = catalogue.in_force(key, api.kanzlei().today());
    let in_force = in_force.map(|edition| edition.number);
    let all = catalogue.editions(key).iter();
    let items = all.map(|edition| summary(edition, in_force)).collect();
    Ok(axum::Json(Editions { items }).into_response())
}

/// An edition of a service
#[utoipa::path(
    get, path = "/services/{service}/editions/{edition}", operation_id = "get-edition",
    tag = "Services",
    responses((status = 200, body = EditionShown, description = "The edition.")),
)]
async fn edition(
    State(api): State<Api>,
    Named((name, number)): Named<(String, u32)>,
) -> Result<Response, Problem> {
    let catalogue = api.kanzlei().catalogue();
    let key = known(&catalogue, &name)?;
    let edition = catalogue.edition(key, number).ok_or_else(unknown)?;
    let in_force = catalogue.in_force(key, api.kanzlei().today());
    let shown = EditionShown {
        summary: summary(edition, in_force.map(|edition| edition.number)),
        service: edition.service.as_ref().clone(),
    };
    Ok(axum::Json(shown).into_response())
}

fn unknown() -> Problem {
    let said = "the service has no such edition; its list of editions says which there are";
    Problem::new(StatusCode::NOT_FOUND, "edition-not-found", said)
}

/// Compared with which edition.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Compared {
    /// With this one; the one before, if it is left out.
    #[param(value_type = Option<u64>, maximum = 4_294_967_295_u64)]
    with: Option<u32>,
}

/// What an edition changed
#[utoipa::path(
    get, path = "/services/{service}/editions/{edition}/difference",
    operation_id = "get-difference", tag = "Services", params(Compared),
    responses((status = 200, body = Difference, description = "Each change.")),
)]
async fn difference(
    State(api): State<Api>,
    Named((name, number)): Named<(String, u32)>,
    Asked(compared): Asked<Compared>,
) -> Result<Response, Problem> {
    let catalogue = api.kanzlei().catalogue();
    let key = known(&catalogue, &name)?;
    let find = |number| catalogue.edition(key, number).ok_or_else(unknown);
    let newer = find(number)?;
    let older = find(compared.with.unwrap_or(number.saturating_sub(1)))?;
    let difference = older.service.difference_to(&newer.service);
    Ok(axum::Json(difference).into_response())
}

/// A service that somebody sends, as a service file or as the JSON of one.
struct Definition(Service);

impl FromRequest<Api> for Definition {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_owned();
        let limit = api.limits().definition_bytes;
        let body = Limited::new(request.into_body(), limit).collect().await;
        let Ok(body) = body else {
            let said = format!("a definition may have at most {limit} bytes here");
            return Err(
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", said)
                    .with("limit", limit),
            );
        };
        let bytes = body.to_bytes();
        let invalid = |said: String| {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "definition-invalid", said)
        };
        let service = match kind.as_str() {
            "application/toml" => {
                let text = std::str::from_utf8(&bytes);
                let text = text.map_err(|_| invalid("the file is no UTF-8".to_owned()))?;
                Service::from_toml(text).map_err(|errors| invalid(errors.to_string()))?
            }
            "application/json" => {
                let read = Service::from_definition(&bytes);
                read.map_err(|error| invalid(error.to_string()))?
            }
            _ => {
                let said = "send a service as application/toml or application/json";
                let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
                return Err(Problem::new(status, "media-type", said));
            }
        };
        let checked = service.check();
        checked.map_err(|problems| invalid(problems.to_string()))?;
        Ok(Self(service))
    }
}

/// Publish an edition
///
/// A service file, or the JSON of one. It is in force for cases that are opened from its first day
/// on; those that are open go on under their own.
#[utoipa::path(
    post, path = "/services/{service}/editions", operation_id = "publish-edition",
    tag = "Services",
    request_body(content(
        (Service = "application/json"),
        (String = "application/toml"),
    )),
    responses((status = 201, body = Receipt, description = "It is published.")),
)]
async fn publish(
    State(api): State<Api>,
    caller: Caller,
    conditions: Conditions,
    Named(name): Named<String>,
    Definition(service): Definition,
) -> Result<Response, Problem> {
    if service.name != *name {
        let said = "the path names another service than the definition";
        return Err(
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "service-differs", said).at("name"),
        );
    }
    let mut last = None;
    for (at, command) in publish_edition(&service).into_iter().enumerate() {
        let piece = Conditions {
            if_match: IfMatch::Any,
            key: conditions.key.as_ref().map(|key| format!("{key}\n{at}")),
        };
        last = Some(answer::send(&api, &caller, &piece, None, command).await?);
    }
    let receipt = last.ok_or_else(unknown)?;
    let position = [(POSITION, token(&api, receipt.position))];
    let created = StatusCode::CREATED;
    Ok((created, position, [PRIVATE], axum::Json(receipt)).into_response())
}
