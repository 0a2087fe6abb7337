//! The catalogue of services: which there are, what each asks for.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kanzlei::core::domain::{Catalogue, Edition, NeededAssurance, Who, is_administrative};
use kanzlei::core::{Authority, Competence, Field};
use kanzlei::{Actor, AuthorityId, Code, Date, FieldKind, Labels, Language, Service, ServiceKey};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::http::Problem;
use crate::http::access::Access;
use crate::http::api::Api;
use crate::http::extract::{Asked, Named};
use crate::http::language::wanted;
use crate::http::register::Endpoints;
use crate::http::sign_in_layer::Caller;

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
    /// Those that these words may mean, the best first.
    q: Option<String>,
    /// Those of this category.
    category: Option<Code>,
    /// Those that somebody in this municipality can ask for.
    municipality: Option<AuthorityId>,
    /// Those that concern whoever asks: what a person is signed in surely enough to hand in, and
    /// what an official's authority is responsible for.
    for_me: Option<bool>,
    /// The language of texts; what the reader prefers, if it is left out.
    language: Option<Language>,
}

/// The services that are offered.
#[derive(Serialize, ToSchema)]
struct Services {
    /// The services: the best first if words were asked for, else by their names in the language.
    items: Vec<ServiceSummary>,
    /// Whether none has the words that were asked for: then these are the nearest.
    is_guess: bool,
    /// The categories that there are, by their names in the language.
    categories: Vec<Labelled>,
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
    /// In a sentence or two what it is for, in the language.
    summary: Option<String>,
    /// The code of its category.
    category: Option<Code>,
    /// The edition in force.
    edition: u32,
    /// The first day on which a case can be opened under it.
    valid_from: Date,
    /// The last such day, if there is one.
    valid_until: Option<Date>,
    /// How surely it must be known who signs in: 1 to 3 are eIDAS' low, substantial and high.
    assurance: NeededAssurance,
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
    caller: Caller,
    headers: HeaderMap,
    Asked(asked): Asked<ServicesAsked>,
) -> Response {
    let language = wanted(asked.language, &headers);
    let (catalogue, on) = (api.kanzlei().catalogue(), api.kanzlei().today());
    let found = catalogue.search(asked.q.as_deref().unwrap_or_default(), language, on);
    let offered = found.services.into_iter();
    let items = offered
        .filter(|edition| !is_administrative(edition.service.key()))
        .filter(|edition| {
            let service = edition.service.as_ref();
            let place = asked.municipality;
            place.is_none_or(|place| serves(&catalogue, service, place, on))
                && asked
                    .category
                    .as_ref()
                    .is_none_or(|code| is_in(service, code))
                && (asked.for_me != Some(true)
                    || concerns(&catalogue, service, caller.session.actor(), on))
        })
        .map(|edition| summary(edition, language))
        .collect();
    let body = Services {
        items,
        is_guess: found.is_guess,
        categories: categories(&catalogue, language, on),
    };
    // What concerns somebody is about them.
    ([(header::VARY, LANGUAGE_AND_WHO)], axum::Json(body)).into_response()
}

/// What answers about services depend on.
const LANGUAGE_AND_WHO: &str = "Accept-Language, Authorization, Cookie";

fn is_in(service: &Service, category: &Code) -> bool {
    let about = service.about.as_ref();
    about.is_some_and(|about| about.category.code == *category)
}

fn categories(catalogue: &Catalogue, language: Language, on: Date) -> Vec<Labelled> {
    let about = catalogue
        .offered(on)
        .filter_map(|edition| edition.service.about.as_ref());
    let mut all: Vec<Labelled> = about
        .map(|about| labelled(&about.category.code, &about.category.labels, language))
        .collect();
    all.sort_by(|one, other| (&one.label, &one.code).cmp(&(&other.label, &other.code)));
    all.dedup_by(|one, other| one.code == other.code);
    all
}

/// Whether somebody in a municipality can ask for a service: whoever would be responsible takes
/// part.
fn serves(catalogue: &Catalogue, service: &Service, municipality: AuthorityId, on: Date) -> bool {
    let responsible = match &service.competence {
        Competence::Fixed(authority) => *authority,
        Competence::MunicipalityOf(_) => municipality,
    };
    let current = catalogue.current(responsible, on);
    catalogue.takes_part(service.key(), current, on)
}

/// Whether a service concerns somebody: they can hand it in as they are signed in, or their
/// authority is responsible for it.
fn concerns(catalogue: &Catalogue, service: &Service, actor: &Actor, on: Date) -> bool {
    match (&actor.who, &service.competence) {
        (Who::Official { authority, .. }, Competence::Fixed(responsible)) => {
            catalogue.current(*responsible, on) == *authority
        }
        (Who::Official { authority, .. }, Competence::MunicipalityOf(_)) => {
            let register = catalogue.register();
            let known = register.and_then(|register| register.authority(*authority, on));
            known.is_some_and(Authority::is_municipality)
                && catalogue.takes_part(service.key(), *authority, on)
        }
        (Who::Person { .. }, _) => actor.assurance >= service.assurance.submit,
        _ => true,
    }
}

fn summary(edition: &Edition, language: Language) -> ServiceSummary {
    let service = &edition.service;
    let about = service.about.as_ref();
    ServiceSummary {
        service: service.name.clone(),
        label: service.labels.get(language).to_owned(),
        labels: service.labels.clone(),
        summary: about.map(|about| about.summary.get(language).to_owned()),
        category: about.map(|about| about.category.code.clone()),
        edition: edition.number,
        valid_from: service.valid_from,
        valid_until: service.valid_until,
        assurance: service.assurance,
    }
}

/// A service: what it asks for and which way its cases take.
#[derive(Serialize, ToSchema)]
struct ServiceDetail {
    /// What stands in lists.
    #[serde(flatten)]
    summary: ServiceSummary,
    /// What it costs, in the language.
    cost: Option<String>,
    /// How many days it usually takes.
    duration_days: Option<u32>,
    /// What one should have at hand, in the language.
    needs: Option<String>,
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

fn labelled(code: &Code, labels: &Labels, language: Language) -> Labelled {
    Labelled {
        code: code.clone(),
        label: labels.get(language).to_owned(),
        labels: labels.clone(),
    }
}

fn field(field: &Field, language: Language) -> FieldDetail {
    let mut detail = FieldDetail {
        named: labelled(&field.code, &field.labels, language),
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
            let choice = |one: &kanzlei::core::Choice| labelled(&one.code, &one.labels, language);
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
        named: labelled(&kind.code, &kind.labels, language),
        required: kind.required,
    };
    let name = |(code, labels): (&Code, &Labels)| labelled(code, labels, language);
    let phases = service.phases.iter().map(|one| (&one.code, &one.labels));
    let tasks = service.tasks.iter().map(|one| (&one.code, &one.labels));
    let outcomes = service.outcomes.iter().map(|one| (&one.code, &one.labels));
    let about = service.about.as_ref();
    let text = |labels: &Labels| labels.get(language).to_owned();
    ServiceDetail {
        summary: summary(edition, language),
        cost: about.and_then(|about| about.cost.as_ref()).map(text),
        duration_days: about.and_then(|about| about.duration_days),
        needs: about.and_then(|about| about.needs.as_ref()).map(text),
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
