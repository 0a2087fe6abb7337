//! Which service? Search, and all of them from A to Z.

use askama::Template;
use axum::response::Response;
use kanzlei::Service;

use crate::web::offer::Offer;
use crate::web::page::{Frame, May, Pages};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::Label;

pub(super) fn pages() -> Pages {
    Pages::new().get("/", May::Everybody, show)
}

#[derive(Template)]
#[template(path = "public/start.html")]
struct Page {
    frame: Frame,
    sought: String,
    municipality: Option<(u32, String)>,
    municipalities: Vec<(u32, String)>,
    found: Option<Found>,
    all: Vec<Row>,
}

struct Found {
    said: String,
    rows: Vec<Row>,
}

struct Row {
    address: String,
    name: Label,
    absent: bool,
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let offer = Offer::of(&visit);
    let municipality = offer.municipality(&visit);
    let services: Vec<&Service> = offer
        .services(&visit)
        .into_iter()
        .map(|edition| edition.service.as_ref())
        .collect();
    let row = |service: &&Service| row(&visit, &offer, service, municipality.as_ref());
    let found = visit.asked("q").map(|sought| {
        let hits = hits(&services, sought);
        let count = i64::try_from(hits.len()).unwrap_or(i64::MAX);
        Found {
            said: visit
                .words
                .t2("start-found", ("count", count), ("sought", sought)),
            rows: hits.iter().map(row).collect(),
        }
    });
    visit.show(&Page {
        frame: visit.frame(visit.words.t("start-title")),
        sought: visit.asked("q").unwrap_or_default().to_owned(),
        all: services.iter().map(row).collect(),
        municipalities: offer.municipalities(),
        municipality,
        found,
    })
}

fn row(
    visit: &Visit,
    offer: &Offer,
    service: &Service,
    municipality: Option<&(u32, String)>,
) -> Row {
    let asked = municipality.map(|(id, _)| format!("?municipality={id}"));
    Row {
        address: format!("/services/{}{}", service.name, asked.unwrap_or_default()),
        name: visit.words.label(&service.labels),
        absent: municipality.is_some_and(|(id, _)| !offer.takes_part(service, *id)),
    }
}

/// The services that have one of the words sought in their name, in any language.
fn hits<'a>(services: &[&'a Service], sought: &str) -> Vec<&'a Service> {
    let sought = sought.to_lowercase();
    let words: Vec<&str> = sought.split_whitespace().collect();
    let names = |service: &Service| {
        let labels = kanzlei::Language::ALL.map(|language| service.labels.get(language));
        labels.join(" ").to_lowercase()
    };
    let hit = |service: &&&Service| words.iter().any(|word| names(service).contains(word));
    services.iter().filter(hit).copied().collect()
}
