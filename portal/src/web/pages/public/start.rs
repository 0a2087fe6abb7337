//! Which service? Search, and all of them from A to Z.

use askama::Template;
use axum::response::Response;

use crate::web::page::{Frame, May, Pages};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new().get("/", May::Everybody, show)
}

#[derive(Template)]
#[template(path = "public/start.html")]
struct Page {
    frame: Frame,
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    visit.show(&Page {
        frame: visit.frame(visit.words.t("start-title")),
    })
}
