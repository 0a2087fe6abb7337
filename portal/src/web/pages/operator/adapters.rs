//! Adapters: by which ways programs and people reach this installation.

use askama::Template;
use axum::response::Response;
use kanzlei_adapters::http::Http;

use crate::web::page::{Frame, May, Pages};
use crate::web::table::{Cell, Table};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new().get("/operator/adapters", May::Operator, show)
}

#[derive(Template)]
#[template(path = "operator/adapters.html")]
struct Page {
    frame: Frame,
    adapters: Table,
    sign_in: Table,
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let words = visit.words;
    let mut table = Table::new(words.t("adapters-table"))
        .texts(words.t("adapters-what"))
        .texts(words.t("adapters-where"))
        .figures(words.t("adapters-routes"));
    let pages = crate::web::pages::all().routes().count();
    let endpoints = Http::endpoints().len();
    for (key, address, routes) in [
        ("adapter-pages", "/", pages.to_string()),
        ("adapter-api", "/api/docs", endpoints.to_string()),
        ("adapter-openapi", "/api/openapi.json", "1".to_owned()),
        ("adapter-health", "/healthz", "1".to_owned()),
        ("adapter-ready", "/readyz", "1".to_owned()),
        ("adapter-metrics", "/metrics", "1".to_owned()),
    ] {
        table.row(vec![
            Cell::text(words.t(key)),
            Cell::text(address).to(address),
            Cell::figure(routes),
        ]);
    }
    let mut sign_in = Table::new(words.t("adapters-sign-in")).texts(words.t("adapters-issuer"));
    for issuer in &visit.site.issuers {
        sign_in.row(vec![Cell::text(issuer)]);
    }
    visit.show(&Page {
        frame: visit.frame(words.t("adapters-title")),
        adapters: table,
        sign_in,
    })
}
