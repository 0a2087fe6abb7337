//! What somebody sent after their sign-in had ended: here it is, to be sent now.

use askama::Template;
use axum::body::Body;
use axum::extract::{FromRequest, Path};
use axum::http::{Request, header};
use axum::response::Response;

use crate::web::page::{Frame, May, Pages};
use crate::web::posted::Posted;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new().get("/continue/{token}", May::SignedIn, show)
}

/// What the browser said that it sent.
const FORM: &str = "application/x-www-form-urlencoded";

#[derive(Template)]
#[template(path = "public/continue.html")]
struct Page {
    frame: Frame,
    action: String,
    pairs: Vec<(String, String)>,
}

async fn show(visit: Visit, Path(token): Path<String>) -> Result<Response, Trouble> {
    let viewer = visit.viewer.as_ref().ok_or(Trouble::NotFound)?;
    let parked = visit.site.parking.find(&token, &viewer.identity);
    let parked = parked.ok_or(Trouble::NotFound)?;
    let sent = Request::post("/").header(header::CONTENT_TYPE, FORM);
    let sent = sent.body(Body::from(parked.body));
    let posted = Posted::from_request(sent.map_err(Trouble::broken)?, &()).await?;
    visit.show(&Page {
        frame: visit.frame(visit.words.t("continue-title")),
        action: parked.path,
        pairs: posted.pairs().to_vec(),
    })
}
