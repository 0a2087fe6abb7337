//! Finding a case by its number.

use askama::Template;
use axum::response::Response;

use super::desk::address;
use crate::web::page::{Frame, May, Pages};
use crate::web::stronger;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new().get("/find", May::Office, show)
}

#[derive(Template)]
#[template(path = "office/find.html")]
struct Page {
    frame: Frame,
    sought: String,
    found: Vec<(String, String)>,
    stronger: Option<String>,
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let sought = visit.asked("number").unwrap_or_default().to_owned();
    let found = visit.session.find(&sought).await?;
    if let [only] = found.as_slice() {
        return Ok(visit.to(&address(*only)));
    }
    let row = |case: &kanzlei::CaseId| (address(*case), case.reference().to_string());
    visit.show(&Page {
        frame: visit
            .frame(visit.words.t("find-title"))
            .back("/inbox", "file-back"),
        sought,
        found: found.iter().map(row).collect(),
        stronger: stronger::for_lists(&visit),
    })
}
