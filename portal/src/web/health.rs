//! Whether the portal runs, and whether it can answer: for whoever restarts it or sends it requests.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use kanzlei_adapters::http::Http;

/// `/healthz` and `/readyz`.
pub fn router(http: Http) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .with_state(http)
}

/// It runs: whoever gets this needn't restart it.
async fn healthz() -> Response {
    ([(CACHE_CONTROL, "no-store")], "ok\n").into_response()
}

/// It can answer: store and vault do, what is written is taken, and every view serves.
async fn readyz(State(http): State<Http>) -> Response {
    let readiness = http.ready().await;
    let code = if readiness.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (code, [(CACHE_CONTROL, "no-store")], Json(readiness)).into_response()
}
