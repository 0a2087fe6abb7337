//! Answers that have headers of their own: receipts, cases, lists.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kanzlei::{Answer, CaseId, Command, Order, Receipt, Version};
use serde::Serialize;

use super::Problem;
use super::api::Api;
use super::conditional::{Conditions, IfMatch, etag};
use super::position::{POSITION, token};
use super::sign_in_layer::Caller;

/// What is about somebody is kept nowhere, not in their own browser either: a case's tag names its
/// version and not who saw it, so that who signs in there next could be shown what was kept.
pub(super) const PRIVATE: (header::HeaderName, HeaderValue) = (
    header::CACHE_CONTROL,
    HeaderValue::from_static("private, no-store"),
);

/// A list or figure as JSON, about the viewer.
pub(super) fn private<T: Serialize>(body: T) -> Response {
    ([PRIVATE], Json(body)).into_response()
}

/// Sends a command on its way, and answers with its receipt.
pub(super) async fn command(
    api: &Api,
    caller: &Caller,
    conditions: &Conditions,
    case: Option<CaseId>,
    command: Command,
) -> Result<Response, Problem> {
    let opens = case.is_none();
    let receipt = send(api, caller, conditions, case, command).await?;
    Ok(if opens {
        opened(api, receipt)
    } else {
        done(api, receipt)
    })
}

/// The receipt of a command in a case.
pub(super) fn done(api: &Api, receipt: Receipt) -> Response {
    (told(api, &receipt), Json(receipt)).into_response()
}

/// The receipt of a command that opened a case.
pub(super) fn opened(api: &Api, receipt: Receipt) -> Response {
    (StatusCode::CREATED, told(api, &receipt), Json(receipt)).into_response()
}

/// Sends a command on its way.
pub(super) async fn send(
    api: &Api,
    caller: &Caller,
    conditions: &Conditions,
    case: Option<CaseId>,
    command: Command,
) -> Result<Receipt, Problem> {
    let engine = caller.session.engine();
    let name = command.name();
    let order = match &conditions.key {
        Some(key) => {
            let identity = &caller.viewer()?.identity;
            let id = api.kanzlei().command_id_for(identity, key).await?;
            Order::new(id, case, command)
        }
        None => Order::new(engine.command_id()?, case, command).unused(),
    };
    let order = match (case, &conditions.if_match) {
        (_, IfMatch::Any) | (None, _) => order,
        (Some(case), IfMatch::OneOf(versions)) => {
            order.if_version(expected(caller, case, versions).await?)
        }
    };
    let begun = std::time::Instant::now();
    let receipt = caller.session.send(order).await;
    let outcome = match &receipt {
        Ok(_) => "done",
        Err(error) if error.refusal().is_some() => "refused",
        Err(_) => "failed",
    };
    api.figures().record(|| {
        let labels = [("command", name), ("outcome", outcome)];
        metrics::histogram!("kanzlei_command_seconds", &labels)
            .record(begun.elapsed().as_secs_f64());
    });
    Ok(receipt?)
}

/// The version for which a command is meant. Of several that would do it is the one that the case
/// has; of none that could, one that no case has.
pub(super) async fn expected(
    caller: &Caller,
    case: CaseId,
    versions: &[Version],
) -> Result<Version, Problem> {
    match versions {
        [only] => Ok(*only),
        [] => Ok(Version(u32::MAX)),
        several => {
            let answers = caller.session.case(case).await?;
            let now = answers.first().and_then(Answer::outline);
            let now = now.map(|outline| outline.version);
            let fits = now.filter(|now| several.contains(now));
            Ok(fits.unwrap_or(Version(u32::MAX)))
        }
    }
}

/// The headers of a receipt.
fn told(api: &Api, receipt: &Receipt) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ETAG, etag(receipt.version));
    headers.insert(POSITION, token(api, receipt.position));
    let location = format!("{}/cases/{}", api.options().path, receipt.case);
    if let Ok(location) = HeaderValue::from_str(&location) {
        headers.insert(header::LOCATION, location);
    }
    headers.extend([PRIVATE]);
    headers
}
