//! Whether the portal runs, and whether it can answer: for whoever restarts it or sends it requests.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use kanzlei::Kanzlei;
use kanzlei::projections::ViewStatus;
use serde::Serialize;

/// `/healthz` and `/readyz`.
pub fn router(kanzlei: Kanzlei) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .with_state(kanzlei)
}

/// What `/readyz` answers.
#[derive(Serialize)]
struct Readiness {
    ready: bool,
    /// The views that queries can't read now.
    not_served: Vec<&'static str>,
}

/// It runs: whoever gets this needn't restart it.
async fn healthz() -> Response {
    ([(CACHE_CONTROL, "no-store")], "ok\n").into_response()
}

/// It can answer: every view serves.
async fn readyz(State(kanzlei): State<Kanzlei>) -> Response {
    let views = kanzlei.runner().status();
    let served = |view: &&ViewStatus| view.serving.is_some() && !view.stopped;
    let missing = views.iter().filter(|view| !served(view));
    let not_served: Vec<_> = missing.map(|view| view.name).collect();
    let ready = not_served.is_empty();
    let code = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let said = Json(Readiness { ready, not_served });
    (code, [(CACHE_CONTROL, "no-store")], said).into_response()
}
