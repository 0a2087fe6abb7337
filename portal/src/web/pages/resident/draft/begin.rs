//! Begins a form: draws the draft's id. Nothing is kept before something is filled in.

use axum::extract::Path;
use axum::response::Response;

use crate::web::headers::encoded;
use crate::web::offer::Offer;
use crate::web::page::{May, Pages};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new().get("/services/{service}/form", May::Resident, begin)
}

async fn begin(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let offer = Offer::of(&visit);
    offer.service(&name).ok_or(Trouble::NotFound)?;
    let id = visit.site.kanzlei.drafts().new_id()?;
    let municipality = visit.asked("municipality");
    let municipality = municipality.map(|id| format!("&municipality={}", encoded(id)));
    let query = municipality.unwrap_or_default();
    Ok(visit.to(&format!("/drafts/{id}/1?service={name}{query}")))
}
