//! Which service? Search, and all of them from A to Z.

use askama::Template;
use axum::response::Response;
use kanzlei::Service;
use kanzlei::core::domain::Edition;

use crate::web::offer::{Offer, is_municipal};
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
    categories: Vec<Category>,
    all: Vec<Row>,
}

struct Found {
    said: String,
    guess: bool,
    rows: Vec<Row>,
}

struct Category {
    name: Label,
    code: String,
    rows: Vec<Row>,
}

#[derive(Clone)]
struct Row {
    address: String,
    name: Label,
    summary: Option<Label>,
    absent: bool,
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let offer = Offer::of(&visit);
    let municipality = offer.municipality(&visit);
    let services = offer.services(&visit);
    let row = |edition: &&Edition| row(&visit, &offer, &edition.service, municipality.as_ref());
    let found = visit.asked("q").map(|sought| {
        let language = visit.words.language();
        let hits = offer.catalogue.search(sought, language, offer.today);
        let count = if hits.is_guess {
            0
        } else {
            hits.services.len()
        };
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        Found {
            said: visit
                .words
                .t2("start-found", ("count", count), ("sought", sought)),
            guess: hits.is_guess,
            rows: hits.services.iter().map(row).collect(),
        }
    });
    visit.show(&Page {
        frame: visit.frame(visit.words.t("start-title")),
        sought: visit.asked("q").unwrap_or_default().to_owned(),
        categories: categories(&visit, &services, row),
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
    let about = service.about.as_ref();
    Row {
        address: format!("/services/{}{}", service.name, asked.unwrap_or_default()),
        name: visit.words.label(&service.labels),
        summary: about.map(|about| visit.words.label(&about.summary)),
        absent: municipality
            .is_some_and(|(id, _)| is_municipal(service) && !offer.takes_part(service, *id)),
    }
}

/// The services by what they are about, the groups by their names.
fn categories(
    visit: &Visit,
    services: &[&Edition],
    row: impl Fn(&&Edition) -> Row,
) -> Vec<Category> {
    let mut groups: Vec<Category> = Vec::new();
    for edition in services {
        let Some(about) = &edition.service.about else {
            continue;
        };
        let code = about.category.code.as_str();
        if let Some(group) = groups.iter_mut().find(|group| group.code == code) {
            group.rows.push(row(edition));
        } else {
            groups.push(Category {
                name: visit.words.label(&about.category.labels),
                code: code.to_owned(),
                rows: vec![row(edition)],
            });
        }
    }
    groups.sort_by_key(|group| group.name.text.to_lowercase());
    groups
}
