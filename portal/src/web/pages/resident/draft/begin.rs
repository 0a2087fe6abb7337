//! Begins a form: draws the draft's id. Nothing is kept before something is filled in.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use kanzlei::Service;
use kanzlei::core::record::Assurance;

use crate::web::headers::encoded;
use crate::web::offer::Offer;
use crate::web::page::{Frame, May, Pages};
use crate::web::stronger::sign_in;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new().get("/services/{service}/form", May::Resident, begin)
}

#[derive(Template)]
#[template(path = "resident/stronger.html")]
struct Stronger {
    frame: Frame,
    stronger: String,
}

fn stronger(visit: &Visit, service: &Service, needed: Assurance) -> Result<Response, Trouble> {
    visit.show(&Stronger {
        frame: visit
            .frame(service.labels.get(visit.words.language()))
            .back(format!("/services/{}", service.name), "form-back-service"),
        stronger: sign_in(&format!("/services/{}/form", service.name), needed),
    })
}

async fn begin(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let offer = Offer::of(&visit);
    let edition = offer.service(&name).ok_or(Trouble::NotFound)?;
    let needed = edition.service.assurance.submit;
    // Said before the first page is filled in, not when it is handed in.
    if visit.session.actor().assurance < needed {
        return stronger(&visit, &edition.service, needed);
    }
    let id = visit.site.kanzlei.drafts().new_id()?;
    let municipality = visit.asked("municipality");
    let municipality = municipality.map(|id| format!("&municipality={}", encoded(id)));
    let query = municipality.unwrap_or_default();
    Ok(visit.to(&format!("/drafts/{id}/1?service={name}{query}")))
}
