//! What is seen of a request from outside: its id, its span, its figures; and problems written out.
//!
//! None of it names a person: a span has the route's template and never the path, no query, no
//! header.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics::{counter, histogram};
use tracing::Instrument;

use super::Problem;
use super::api::Api;
use super::request_ids::RequestIds;

/// The id by which a request is found in the log.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that is taken over from outside, in bytes.
const REQUEST_ID_MAX: usize = 64;
/// The request's id, for whoever needs it inside.
#[derive(Clone)]
pub(super) struct RequestId(pub HeaderValue);

/// Goes around everything: gives a request its id and span, counts it, writes problems out.
pub(super) async fn observe(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = request_id(request.headers(), api.ids());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "(none)".to_owned(), |path| path.as_str().to_owned());
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        %method,
        route,
        status = tracing::field::Empty,
    );
    let answer = api.door().within(request, next);
    let response = answer.instrument(span.clone()).await;
    let response = response.unwrap_or_else(|away| Problem::from(away).into_response());
    let mut response = written(response, &api, &id);
    response.headers_mut().insert(REQUEST_ID, id);
    let status = response.status();
    span.record("status", status.as_u16());
    let took = begun.elapsed();
    span.in_scope(|| tracing::info!(micros = micros(took), "answered"));
    api.figures().record(|| {
        let labels = [
            ("method", method.to_string()),
            ("route", route),
            ("status", status.as_str().to_owned()),
        ];
        counter!("kanzlei_http_requests_total", &labels).increment(1);
        histogram!("kanzlei_http_request_seconds", &labels[..2]).record(took.as_secs_f64());
    });
    response
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn request_id(headers: &HeaderMap, ids: &RequestIds) -> HeaderValue {
    let sane = |id: &&HeaderValue| {
        let bytes = id.as_bytes();
        let fine = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        !bytes.is_empty() && bytes.len() <= REQUEST_ID_MAX && bytes.iter().all(fine)
    };
    let theirs = headers.get(REQUEST_ID).filter(sane);
    theirs.cloned().unwrap_or_else(|| ids.next())
}

/// Writes a problem's members. What says no without being a problem becomes one, so that nothing
/// that a library rejects reaches anybody in words of its own.
fn written(mut response: Response, api: &Api, id: &HeaderValue) -> Response {
    let status = response.status();
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if status.is_client_error() || status.is_server_error() => of_status(status),
        None => return response,
    };
    let id = id.to_str().unwrap_or_default();
    let body = serde_json::to_vec(&problem.body(&api.options().path, id)).unwrap_or_default();
    let (mut head, _) = response.into_parts();
    let json = HeaderValue::from_static("application/problem+json");
    head.headers.insert(header::CONTENT_TYPE, json);
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(head, body.into())
}

fn of_status(status: StatusCode) -> Problem {
    let (code, said) = match status {
        StatusCode::NOT_FOUND => ("not-found", "there is nothing here"),
        StatusCode::METHOD_NOT_ALLOWED => (
            "method-not-allowed",
            "this can't be done here; the header Allow says what can",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "body-too-large",
            "this is larger than is taken here; see GET /limits",
        ),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("media-type", "send this as application/json"),
        _ if status.is_server_error() => ("internal", "something is broken here"),
        _ => ("bad-request", "this request can't be understood"),
    };
    Problem::new(status, code, said)
}

/// The answer when a handler panics: a mistake of this program, told to nobody outside.
pub(super) fn panicked(why: Box<dyn std::any::Any + Send + 'static>) -> Response {
    drop(why);
    tracing::error!("a handler panicked");
    of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

/// Nothing is here.
pub(super) fn nothing_here() -> Problem {
    of_status(StatusCode::NOT_FOUND)
}

/// Nothing is mounted here.
pub(super) async fn not_found() -> Problem {
    nothing_here()
}

/// Something is mounted here, and not for this method.
pub(super) async fn method_not_allowed() -> Problem {
    of_status(StatusCode::METHOD_NOT_ALLOWED)
}
