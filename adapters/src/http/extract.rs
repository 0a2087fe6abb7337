//! What a request says, read into types; what doesn't fit is told with the field that it is about,
//! and never with what was sent.

use axum::body::Bytes;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::Problem;
use super::api::Api;
use super::upload::announced;

/// A JSON body.
pub(super) struct Body<T>(pub T);

/// The query of an address.
pub(super) struct Asked<T>(pub T);

/// What the path names. A path that names no such thing leads nowhere.
pub(super) struct Named<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Api> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let limit = api.limits().json_bytes;
        // Who says that they send too much needn't send it to learn so.
        if announced(request.headers()).is_some_and(|bytes| bytes > limit as u64) {
            return Err(too_large(limit));
        }
        let (head, body) = limited(request, limit).into_parts();
        let request = Request::from_parts(head.clone(), body);
        let bytes = Bytes::from_request(request, api)
            .await
            .map_err(|rejection| of_json(&rejection.into(), limit))?;
        let request = Request::from_parts(head, bytes.clone().into());
        match axum::Json::from_request(request, api).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(JsonRejection::JsonSyntaxError(error)) if is_json(&bytes) => {
                Err(of_value(&error.body_text()))
            }
            Err(rejection) => Err(of_json(&rejection, limit)),
        }
    }
}

/// Whether these bytes are JSON that isn't nested too deeply: serde calls it wrong syntax, too, where a number stands
/// for one of several kinds of values.
fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(bytes).is_ok()
}

/// The request with its body cut off after so many bytes.
fn limited(mut request: Request, limit: usize) -> Request {
    let body = std::mem::take(request.body_mut());
    request.map(|_| axum::body::Body::new(http_body_util::Limited::new(body, limit)))
}

fn too_large(limit: usize) -> Problem {
    let said = format!("a body may have at most {limit} bytes here");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", said).with("limit", limit)
}

/// Whether reading was given up because nothing more came.
fn is_late(rejection: &JsonRejection) -> bool {
    let mut cause = std::error::Error::source(rejection);
    while let Some(error) = cause {
        if error.is::<tower_http::timeout::TimeoutError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

fn of_json(rejection: &JsonRejection, limit: usize) -> Problem {
    match rejection {
        JsonRejection::JsonDataError(error) => of_value(&error.body_text()),
        JsonRejection::JsonSyntaxError(_) => Problem::new(
            StatusCode::BAD_REQUEST,
            "json-broken",
            "the body is no JSON, or is nested too deeply",
        ),
        JsonRejection::MissingJsonContentType(_) => Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media-type",
            "send this as application/json",
        ),
        _ if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => too_large(limit),
        _ if is_late(rejection) => Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "body-late",
            "the body didn't go on for too long",
        ),
        _ => Problem::new(
            StatusCode::BAD_REQUEST,
            "body-unreadable",
            "the body can't be read to its end",
        ),
    }
}

/// JSON that doesn't say what it should.
fn of_value(text: &str) -> Problem {
    of_text(text, StatusCode::UNPROCESSABLE_ENTITY, "body-invalid")
}

impl<T: DeserializeOwned> FromRequestParts<Api> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        match axum::extract::Query::from_request_parts(parts, api).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(of_query(&rejection)),
        }
    }
}

fn of_query(rejection: &QueryRejection) -> Problem {
    let text = rejection.body_text();
    of_text(&text, StatusCode::BAD_REQUEST, "query-invalid")
}

impl<T: DeserializeOwned + Send> FromRequestParts<Api> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, api).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(super::observe::nothing_here()),
        }
    }
}

/// What serde says, without the values in it: axum's sentence is
/// `Failed to deserialize …: path.to.field: what is wrong at line 1 column 2`.
fn of_text(text: &str, status: StatusCode, code: &'static str) -> Problem {
    let said = text.split_once(": ").map_or(text, |(_, said)| said);
    let (path, said) = match said.split_once(": ") {
        Some((path, said)) if is_path(path) => (Some(path), said),
        _ => (None, said),
    };
    let named = |prefix: &str| {
        let name = said.strip_prefix(prefix)?.split('`').next()?;
        is_path(name).then(|| beside(path, name))
    };
    if let Some(field) = named("unknown field `") {
        let said = format!("there is no field {field} here; leave it out");
        return Problem::new(status, "field-unknown", said).at(field);
    }
    if let Some(field) = named("missing field `") {
        let said = format!("the field {field} is missing");
        return Problem::new(status, "field-required", said).at(field);
    }
    if let Some(field) = named("duplicate field `") {
        let said = format!("the field {field} is there twice");
        return Problem::new(status, "field-twice", said).at(field);
    }
    let Some(path) = path else {
        return Problem::new(status, code, "this isn't what the description says");
    };
    let said = format!("the field {path} isn't what the description says");
    Problem::new(status, code, said).at(path)
}

/// Whether this is a path of field names, and short: a key of somebody's own may be anything.
fn is_path(text: &str) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']');
    !text.is_empty() && text.len() <= 128 && text.chars().all(fine)
}

/// A name in the object at a path. Where serde has put the name into the path already it stays.
fn beside(path: Option<&str>, name: &str) -> String {
    match path {
        None | Some(".") => name.to_owned(),
        Some(path) if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        Some(path) => format!("{path}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> (String, Option<String>) {
        let problem = of_text(text, StatusCode::UNPROCESSABLE_ENTITY, "body-invalid");
        let body = serde_json::to_value(problem.body("", "")).unwrap();
        let field = body.get("field").and_then(|field| field.as_str());
        (problem.code().to_owned(), field.map(str::to_owned))
    }

    #[test]
    fn a_field_at_fault_is_named_and_no_value_is_told() {
        let json = "Failed to deserialize the JSON body into the target type: ";
        for (text, code, field) in [
            (
                "unknown field `x`, expected `a` or `b` at line 1 column 4",
                "field-unknown",
                Some("x"),
            ),
            (
                "a.b: unknown field `x`, expected `c` at line 1 column 4",
                "field-unknown",
                Some("a.b.x"),
            ),
            (
                "x: unknown field `x`, there are no fields at line 1 column 4",
                "field-unknown",
                Some("x"),
            ),
            (
                "missing field `reason` at line 1 column 2",
                "field-required",
                Some("reason"),
            ),
            (
                "duplicate field `to` at line 1 column 9",
                "field-twice",
                Some("to"),
            ),
            (
                "to: invalid type: string \"Anna: Muster\", expected u32 at line 1 column 9",
                "body-invalid",
                Some("to"),
            ),
            (
                "invalid type: string \"Anna\", expected a map at line 1 column 9",
                "body-invalid",
                None,
            ),
            ("“Anna: Muster” is not a date", "body-invalid", None),
        ] {
            let found = told(&format!("{json}{text}"));
            assert_eq!(
                (found.0.as_str(), found.1.as_deref()),
                (code, field),
                "{text}"
            );
            let problem = of_text(text, StatusCode::BAD_REQUEST, "body-invalid");
            let body = serde_json::to_string(&problem.body("", "")).unwrap();
            assert!(!body.contains("Anna"), "{body}");
        }
    }
}
