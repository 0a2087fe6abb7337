//! Service editions: which there are, what one says, and what changed from one to another.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kanzlei::AuthorityId;
use kanzlei::core::domain::Edition;

use super::named::{self, base};
use crate::web::editions::{Group, Part, Reader, difference_in_words, in_words};
use crate::web::page::{Frame, May, Pages};
use crate::web::table::{Cell, Table};
use crate::web::trouble::Trouble;
use crate::web::visit::{Side, Visit};

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/canton/editions", May::Canton, list)
        .get("/operator/editions", May::Operator, list)
        .get("/canton/editions/{service}", May::Canton, of_service)
        .get("/operator/editions/{service}", May::Operator, of_service)
        .get("/canton/editions/{service}/{number}", May::Canton, one)
        .get("/operator/editions/{service}/{number}", May::Operator, one)
        .get(
            "/canton/editions/{service}/{old}/{new}",
            May::Canton,
            difference,
        )
        .get(
            "/operator/editions/{service}/{old}/{new}",
            May::Operator,
            difference,
        )
}

#[derive(Template)]
#[template(path = "canton/editions.html")]
struct List {
    frame: Frame,
    services: Table,
    publish: bool,
}

async fn list(visit: Visit) -> Result<Response, Trouble> {
    let words = visit.words;
    let base = base(visit.side);
    let catalogue = visit.site.kanzlei.catalogue();
    let mut table = Table::new(words.t("editions-table"))
        .texts(words.t("word-service"))
        .figures(words.t("editions-count"))
        .figures(words.t("editions-in-force"))
        .texts(words.t("prop-valid-from"));
    for service in named::services(&visit) {
        let editions = catalogue.editions(service.key);
        let in_force = catalogue.in_force(service.key, visit.today());
        let none = || "–".to_owned();
        let number = in_force.map_or_else(none, |one| one.number.to_string());
        let since = in_force.map(|one| words.short_date(one.service.valid_from));
        table.row(vec![
            Cell::label(service.label).to(format!("{base}/editions/{}", service.code)),
            Cell::figure(editions.len().to_string()),
            Cell::figure(number),
            Cell::text(since.unwrap_or_else(none)),
        ]);
    }
    visit.show(&List {
        frame: visit.frame(words.t("editions-title")),
        services: table,
        publish: visit.side == Side::Operator,
    })
}

#[derive(Template)]
#[template(path = "canton/editions-service.html")]
struct OfService {
    frame: Frame,
    editions: Table,
}

async fn of_service(visit: Visit, Path(code): Path<String>) -> Result<Response, Trouble> {
    let words = visit.words;
    let service = named::service(&visit, &code)?;
    let base = base(visit.side);
    let catalogue = visit.site.kanzlei.catalogue();
    let in_force = catalogue
        .in_force(service.key, visit.today())
        .map(|one| one.number);
    let caption = words.t1("editions-of", "service", service.label.text.as_str());
    let mut table = Table::new(caption)
        .texts(words.t("editions-edition"))
        .texts(words.t("prop-valid-from"))
        .texts(words.t("prop-valid-until"))
        .texts(words.t("editions-state"))
        .texts(words.t("editions-changes"))
        .texts(words.t("editions-hash"));
    for edition in catalogue.editions(service.key).iter().rev() {
        let number = edition.number;
        let name = words.t1("editions-number", "number", i64::from(number));
        let until = edition.service.valid_until;
        let until = until.map_or_else(|| "–".to_owned(), |day| words.short_date(day));
        let state = if in_force == Some(number) {
            words.t("editions-now")
        } else {
            "–".to_owned()
        };
        let changes = match number.checked_sub(1).filter(|before| *before > 0) {
            Some(before) => {
                let said = words.t1("editions-compared", "number", i64::from(before));
                Cell::text(said).to(format!("{base}/editions/{code}/{before}/{number}"))
            }
            None => Cell::text("–"),
        };
        let hash = edition.definition.to_string();
        table.row(vec![
            Cell::text(name).to(format!("{base}/editions/{code}/{number}")),
            Cell::text(words.short_date(edition.service.valid_from)),
            Cell::text(until),
            Cell::text(state),
            changes,
            Cell::text(hash.get(..16).unwrap_or(&hash)),
        ]);
    }
    visit.show(&OfService {
        frame: visit
            .frame(service.label.text)
            .back(format!("{base}/editions"), "editions-title"),
        editions: table,
    })
}

/// The edition of that number.
fn edition(visit: &Visit, code: &str, number: u32) -> Result<Edition, Trouble> {
    let service = named::service(visit, code)?;
    let catalogue = visit.site.kanzlei.catalogue();
    let edition = catalogue.edition(service.key, number);
    edition.cloned().ok_or(Trouble::NotFound)
}

#[derive(Template)]
#[template(path = "canton/edition.html")]
struct One {
    frame: Frame,
    lead: String,
    parts: Vec<Part>,
    hash: String,
}

async fn one(visit: Visit, Path((code, number)): Path<(String, u32)>) -> Result<Response, Trouble> {
    let words = visit.words;
    let edition = edition(&visit, &code, number)?;
    let label = words.label(&edition.service.labels);
    let names = |id: AuthorityId| named::authority(&visit, id);
    let reader = Reader {
        words,
        authority: &names,
    };
    let back = format!("{}/editions/{code}", base(visit.side));
    visit.show(&One {
        frame: visit.frame(label.text).back(back, "editions-title"),
        lead: words.t1("editions-number", "number", i64::from(number)),
        parts: in_words(reader, &edition.service),
        hash: edition.definition.to_string(),
    })
}

#[derive(Template)]
#[template(path = "canton/difference.html")]
struct Compared {
    frame: Frame,
    lead: String,
    groups: Vec<Group>,
}

async fn difference(
    visit: Visit,
    Path((code, old, new)): Path<(String, u32, u32)>,
) -> Result<Response, Trouble> {
    let words = visit.words;
    let (old, new) = (edition(&visit, &code, old)?, edition(&visit, &code, new)?);
    let names = |id: AuthorityId| named::authority(&visit, id);
    let reader = Reader {
        words,
        authority: &names,
    };
    let back = format!("{}/editions/{code}", base(visit.side));
    let lead = words.t2(
        "difference-lead",
        ("old", i64::from(old.number)),
        ("new", i64::from(new.number)),
    );
    let label = words.label(&new.service.labels);
    visit.show(&Compared {
        frame: visit.frame(label.text).back(back, "editions-title"),
        lead,
        groups: difference_in_words(reader, &old.service, &new.service),
    })
}
