//! The catalogue of services: which there are, what each asks for.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kanzlei::core::domain::{Catalogue, Edition, is_administrative};
use kanzlei::core::{Competence, Field};
use kanzlei::{AuthorityId, Code, Date, FieldKind, Labels, Language, Service, ServiceKey};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::http::Problem;
use crate::http::access::Access;
use crate::http::api::Api;
use crate::http::extract::{Asked, Named};
use crate::http::language::wanted;
use crate::http::register::Endpoints;

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(Access::Public, routes!(services))
        .add(Access::Public, routes!(service))
}

/// Which services.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ServicesAsked {
    /// Those that these words mean.
    q: Option<String>,
    /// Those that somebody in this municipality can ask for.
    municipality: Option<AuthorityId>,
    /// The language of texts; what the reader prefers, if it is left out.
    language: Option<Language>,
}

/// The services that are offered.
#[derive(Serialize, ToSchema)]
struct Services {
    /// The services, by their names in the language.
    items: Vec<ServiceSummary>,
}

/// A service in a list.
#[derive(Serialize, ToSchema)]
struct ServiceSummary {
    /// Its name in programs.
    service: Code,
    /// Its name for people, in the language.
    label: String,
    /// Its name for people.
    labels: Labels,
    /// The edition in force.
    edition: u32,
    /// The first day on which a case can be opened under it.
    valid_from: Date,
    /// The last such day, if there is one.
    valid_until: Option<Date>,
}

/// The services
///
/// Those under which a case can be opened today.
#[utoipa::path(
    get, path = "/services", operation_id = "list-services", tag = "Services",
    params(ServicesAsked),
    responses((status = 200, body = Services, description = "The services.")),
)]
async fn services(
    State(api): State<Api>,
    headers: HeaderMap,
    Asked(asked): Asked<ServicesAsked>,
) -> Response {
    let language = wanted(asked.language, &headers);
    let (catalogue, today) = (api.kanzlei().catalogue(), api.kanzlei().today());
    let offered = catalogue
        .services()
        .filter(|(key, _)| !is_administrative(*key));
    let mut items: Vec<ServiceSummary> = offered
        .filter_map(|(key, _)| catalogue.in_force(key, today))
        .filter(|edition| {
            let place = asked.municipality;
            place.is_none_or(|place| serves(&catalogue, &edition.service, place, today))
        })
        .filter(|edition| {
            let words = asked.q.as_deref().unwrap_or_default();
            means(words, &edition.service)
        })
        .map(|edition| summary(edition, language))
        .collect();
    items.sort_by(|one, other| one.label.cmp(&other.label));
    (
        [(header::VARY, "Accept-Language")],
        axum::Json(Services { items }),
    )
        .into_response()
}

/// Whether somebody in a municipality can ask for a service: whoever would be responsible takes
/// part.
pub(super) fn serves(
    catalogue: &Catalogue,
    service: &Service,
    municipality: AuthorityId,
    on: Date,
) -> bool {
    let responsible = match &service.competence {
        Competence::Fixed(authority) => *authority,
        Competence::MunicipalityOf(_) => municipality,
    };
    let current = catalogue.current(responsible, on);
    catalogue.takes_part(service.key(), current, on)
}

/// Whether all of these words are in one of a service's names.
fn means(words: &str, service: &Service) -> bool {
    let mut names = service.name.as_str().replace('-', " ");
    for language in Language::ALL {
        names.push(' ');
        names.push_str(service.labels.get(language));
    }
    let names = names.to_lowercase();
    let mut words = words.split_whitespace();
    words.all(|word| names.contains(&word.to_lowercase()))
}

fn summary(edition: &Edition, language: Language) -> ServiceSummary {
    let service = &edition.service;
    ServiceSummary {
        service: service.name.clone(),
        label: service.labels.get(language).to_owned(),
        labels: service.labels.clone(),
        edition: edition.number,
        valid_from: service.valid_from,
        valid_until: service.valid_until,
    }
}

/// A service: what it asks for and which way its cases take.
#[derive(Serialize, ToSchema)]
struct ServiceDetail {
    /// What stands in lists.
    #[serde(flatten)]
    summary: ServiceSummary,
    /// The authority responsible, if it is always the same.
    authority: Option<AuthorityId>,
    /// The field of the form that names the municipality responsible, if it is one.
    municipality_field: Option<Code>,
    /// The form.
    fields: Vec<FieldDetail>,
    /// The kinds of document.
    documents: Vec<DocumentDetail>,
    /// The phases, in their order.
    phases: Vec<Labelled>,
    /// The kinds of task.
    tasks: Vec<Labelled>,
    /// How a decision can come out; none if the service has no decision.
    outcomes: Vec<Labelled>,
}

/// A code and what people read for it.
#[derive(Serialize, ToSchema)]

struct Labelled {
    /// The code.
    code: Code,
    /// In the language.
    label: String,
    /// In all languages.
    labels: Labels,
}

/// A kind of document.
#[derive(Serialize, ToSchema)]
struct DocumentDetail {
    /// What it is called.
    #[serde(flatten)]
    named: Labelled,
    /// Whether a request isn't complete without it.
    required: bool,
}

/// A field of a form, as one draws it.
#[derive(Serialize, ToSchema)]
struct FieldDetail {
    /// What it is called.
    #[serde(flatten)]
    named: Labelled,
    /// What it holds: `text`, `integer`, `date`, `boolean`, `choice` or `municipality`.
    kind: &'static str,
    /// Whether it must be filled in.
    required: bool,
    /// The longest text, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max_length: Option<u32>,
    /// The smallest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    min: Option<i64>,
    /// The largest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max: Option<i64>,
    /// What can be chosen, in the order in which it is shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<Labelled>,
}

fn named(code: &Code, labels: &Labels, language: Language) -> Labelled {
    Labelled {
        code: code.clone(),
        label: labels.get(language).to_owned(),
        labels: labels.clone(),
    }
}

fn field(field: &Field, language: Language) -> FieldDetail {
    let mut detail = FieldDetail {
        named: named(&field.code, &field.labels, language),
        kind: field.kind.name(),
        required: field.required,
        max_length: None,
        min: None,
        max: None,
        choices: Vec::new(),
    };
    match &field.kind {
        FieldKind::Text { max_length } => detail.max_length = Some(*max_length),
        FieldKind::Integer { min, max } => {
            detail.min = Some(*min);
            detail.max = Some(*max);
        }
        FieldKind::Choice { choices } => {
            let choice = |one: &kanzlei::core::Choice| named(&one.code, &one.labels, language);
            detail.choices = choices.iter().map(choice).collect();
        }
        FieldKind::Date | FieldKind::Boolean | FieldKind::Municipality => {}
    }
    detail
}

fn detail(edition: &Edition, language: Language) -> ServiceDetail {
    let service = &edition.service;
    let (authority, municipality_field) = match &service.competence {
        Competence::Fixed(authority) => (Some(*authority), None),
        Competence::MunicipalityOf(field) => (None, Some(field.clone())),
    };
    let document = |kind: &kanzlei::core::DocumentKind| DocumentDetail {
        named: named(&kind.code, &kind.labels, language),
        required: kind.required,
    };
    let name = |(code, labels): (&Code, &Labels)| named(code, labels, language);
    let phases = service.phases.iter().map(|one| (&one.code, &one.labels));
    let tasks = service.tasks.iter().map(|one| (&one.code, &one.labels));
    let outcomes = service.outcomes.iter().map(|one| (&one.code, &one.labels));
    ServiceDetail {
        summary: summary(edition, language),
        authority,
        municipality_field,
        fields: service
            .fields
            .iter()
            .map(|one| field(one, language))
            .collect(),
        documents: service.documents.iter().map(document).collect(),
        phases: phases.map(name).collect(),
        tasks: tasks.map(name).collect(),
        outcomes: outcomes.map(name).collect(),
    }
}

/// In which language.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LanguageAsked {
    /// The language of texts; what the reader prefers, if it is left out.
    language: Option<Language>,
}

/// A service
///
/// What it asks for, and which way its cases take: the edition in force today, else the newest.
#[utoipa::path(
    get, path = "/services/{service}", operation_id = "get-service", tag = "Services",
    params(LanguageAsked),
    responses((status = 200, body = ServiceDetail, description = "The service.")),
)]
async fn service(
    State(api): State<Api>,
    headers: HeaderMap,
    Named(name): Named<String>,
    Asked(asked): Asked<LanguageAsked>,
) -> Result<Response, Problem> {
    let catalogue = api.kanzlei().catalogue();
    let key = known(&catalogue, &name)?;
    let newest = || catalogue.editions(key).last();
    let edition = catalogue
        .in_force(key, api.kanzlei().today())
        .or_else(newest);
    let edition = edition.ok_or_else(unknown)?;
    let detail = detail(edition, wanted(asked.language, &headers));
    let vary = [(header::VARY, "Accept-Language")];
    Ok((vary, axum::Json(detail)).into_response())
}

/// The service that a path names.
pub(super) fn known(catalogue: &Catalogue, name: &str) -> Result<ServiceKey, Problem> {
    let key = ServiceKey::of(name);
    let same = catalogue.name(key).is_some_and(|known| *known == *name);
    if same && !is_administrative(key) {
        return Ok(key);
    }
    Err(unknown())
}

fn unknown() -> Problem {
    let said = "there is no such service; GET /services lists them";
    Problem::new(StatusCode::NOT_FOUND, "service-not-found", said)
}
