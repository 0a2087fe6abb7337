//! Adapters: by which ways programs and people reach this installation.

use askama::Template;
use axum::response::Response;

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
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let words = visit.words;
    let mut table = Table::new(words.t("adapters-table"))
        .texts(words.t("adapters-what"))
        .texts(words.t("adapters-where"))
        .figures(words.t("adapters-routes"));
    let pages = crate::web::pages::all().routes().count();
    for (key, address, routes) in [
        ("adapter-pages", "/", pages.to_string()),
        ("adapter-api", "/api", "–".to_owned()),
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
    visit.show(&Page {
        frame: visit.frame(words.t("adapters-title")),
        adapters: table,
    })
}
