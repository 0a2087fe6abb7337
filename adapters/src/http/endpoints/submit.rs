//! Handing in a form, and so opening a case.

use axum::extract::State;
use axum::response::Response;
use kanzlei::core::domain::event::PartyDetails;
use kanzlei::core::engine::Receipt;
use kanzlei::{Code, Command, Form, PersonId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::http::Problem;
use crate::http::access::Access;
use crate::http::answer;
use crate::http::api::Api;
use crate::http::conditional::Conditions;
use crate::http::extract::Body;
use crate::http::register::Endpoints;
use crate::http::sign_in_layer::Caller;

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    endpoints.add(Access::SignedIn, routes!(submit))
}

/// A request for a service.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Submission {
    /// The service.
    service: Code,
    /// The form: values by field.
    form: Form,
    /// For whom, if an official hands it in at the counter; a person hands in for themselves.
    #[serde(default)]
    #[schema(nullable = false)]
    applicant: Option<Person>,
}

/// Who a party is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    /// The person as the portal knows them; nobody for who has no account.
    #[serde(default)]
    #[schema(nullable = false)]
    person: Option<PersonId>,
    /// Their name.
    name: String,
}

impl From<Person> for PartyDetails {
    fn from(person: Person) -> Self {
        Self {
            person: person.person,
            name: person.name,
        }
    }
}

/// Hand in a form
///
/// The receipt says which case was opened. Send an `Idempotency-Key`: a form that was sent twice
/// then opens one case.
#[utoipa::path(
    post, path = "/cases", operation_id = "submit", tag = "Cases",
    request_body = Submission,
    params(("Idempotency-Key" = Option<String>, Header, description = "A key of your own.")),
    responses((
        status = 201, body = Receipt, description = "A case was opened.",
        headers(
            ("Location" = String, description = "Where the case is."),
            ("ETag" = String, description = "The case's version."),
            ("Kanzlei-Position" = String, description = "Where the log is now."),
        ),
    )),
)]
async fn submit(
    State(api): State<Api>,
    caller: Caller,
    conditions: Conditions,
    Body(submission): Body<Submission>,
) -> Result<Response, Problem> {
    let command = Command::Submit {
        service: submission.service,
        form: submission.form,
        applicant: submission.applicant.map(Into::into),
    };
    answer::command(&api, &caller, &conditions, None, command).await
}
