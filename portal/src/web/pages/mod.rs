//! The pages.

use std::sync::Arc;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use kanzlei::Kanzlei;
use kanzlei_adapters::http::SignIn;

/// All pages.
pub fn router(_kanzlei: Kanzlei, _sign_in: Arc<dyn SignIn>) -> Router {
    Router::new().route("/", get(start))
}

async fn start() -> Html<&'static str> {
    Html(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Kanzlei</title>\
         <main><h1>Kanzlei</h1></main></html>",
    )
}
