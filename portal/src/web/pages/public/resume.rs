//! What somebody sent after their sign-in had ended: here it is, to be sent now.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use crate::web::page::{Frame, May, Pages};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new().get("/continue/{token}", May::SignedIn, show)
}

#[derive(Template)]
#[template(path = "public/continue.html")]
struct Page {
    frame: Frame,
    action: String,
    pairs: Vec<(String, String)>,
}

async fn show(visit: Visit, Path(token): Path<String>) -> Result<Response, Trouble> {
    let parked = visit.site.parking.take(&token).ok_or(Trouble::NotFound)?;
    visit.show(&Page {
        frame: visit.frame(visit.words.t("continue-title")),
        action: parked.path,
        pairs: parked.pairs,
    })
}
