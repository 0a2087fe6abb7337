//! The position token: how somebody reads, through whichever process, at least what they wrote.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use kanzlei::Position;

use super::Problem;
use super::api::Api;

/// Tells with every write how far the log had come, and with a read how far it must have come.
pub(super) const POSITION: HeaderName = HeaderName::from_static("kanzlei-position");

/// The token of a place in the log.
pub(super) fn token(api: &Api, position: Position) -> HeaderValue {
    let text = api.kanzlei().position_token(position);
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// The position that a request names, if it names one.
pub(super) fn seen(headers: &HeaderMap, api: &Api) -> Result<Option<Position>, Problem> {
    let Some(token) = headers.get(POSITION) else {
        return Ok(None);
    };
    let position = api
        .kanzlei()
        .position_of(token.to_str().unwrap_or_default());
    position.map(Some).map_err(|error| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "position-invalid",
            error.to_string(),
        )
    })
}

/// Waits until the log can be read up to a position, and not for ever.
pub(super) async fn reach(api: &Api, position: Position) -> Result<(), Problem> {
    let Some(before) = position.0.checked_sub(1).map(Position) else {
        return Ok(());
    };
    let watermark = api.kanzlei().engine().ports().store.watermark();
    let waiting = watermark.past(before);
    match tokio::time::timeout(api.limits().read_wait, waiting).await {
        Ok(_) => Ok(()),
        Err(_) if watermark.now() >= position => Ok(()),
        Err(_) => Err(Problem::later(
            "position-not-reached",
            "this process can't read as far as that yet; ask again",
            1,
        )),
    }
}
