//! The receipt of a form, fetched again.

use axum::extract::State;
use axum::response::Response;
use kanzlei::core::engine::Receipt;
use utoipa_axum::routes;

use crate::http::Problem;
use crate::http::access::Access;
use crate::http::answer::done;
use crate::http::api::Api;
use crate::http::extract::Named;
use crate::http::register::Endpoints;
use crate::http::sign_in_layer::Caller;

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    endpoints.add(Access::Person, routes!(receipt))
}

/// Fetch a receipt again
///
/// Of a form that the same person handed in, by the command that the receipt named.
#[utoipa::path(
    get, path = "/receipts/{command}", operation_id = "get-receipt", tag = "Cases",
    responses((status = 200, body = Receipt, description = "The receipt.")),
)]
async fn receipt(
    State(api): State<Api>,
    caller: Caller,
    Named(command): Named<String>,
) -> Result<Response, Problem> {
    let command = command.parse().map_err(|_| Problem::case_not_found())?;
    let (receipt, _) = caller.session.handed_in(command).await?;
    Ok(done(&api, receipt))
}
