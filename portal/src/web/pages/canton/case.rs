//! A case as oversight sees it: by its number, and nothing of it that is about a person.

use askama::Template;
use axum::response::Response;
use kanzlei::core::domain::Outline;

use super::named::{authority, phase};
use crate::web::page::{Frame, May, Pages};
use crate::web::parts::Status;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::Zurich;

pub(super) fn pages() -> Pages {
    Pages::new().get("/canton/case", May::Canton, show)
}

#[derive(Template)]
#[template(path = "canton/case.html")]
struct Page {
    frame: Frame,
    sought: String,
    /// Whether something was sought.
    asked: bool,
    found: Vec<Found>,
}

/// What oversight sees of a case.
struct Found {
    reference: String,
    status: Status,
    facts: Vec<(String, String)>,
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let sought = visit.asked("q").unwrap_or_default().to_owned();
    let mut found = Vec::new();
    if !sought.is_empty() {
        for case in visit.session.find(&sought).await? {
            // Between the two questions it may have become none of theirs.
            let Ok(answers) = visit.session.case(case).await else {
                continue;
            };
            found.extend(
                answers
                    .first()
                    .and_then(|one| Some(shown(&visit, one.outline()?))),
            );
        }
    }
    visit.show(&Page {
        frame: visit
            .frame(visit.words.t("case-seek-title"))
            .back("/canton", "nav-canton"),
        asked: !sought.is_empty(),
        sought,
        found,
    })
}

fn shown(visit: &Visit, outline: &Outline) -> Found {
    let words = visit.words;
    let catalogue = visit.site.kanzlei.catalogue();
    let key = kanzlei::ServiceKey::of(outline.service.as_str());
    let edition = catalogue.edition(key, outline.edition);
    let service = edition.map(|edition| edition.service.as_ref());
    let day = |at| words.date(Zurich::of(at).day);
    let name = service.map_or_else(
        || outline.service.to_string(),
        |service| words.label(&service.labels).text,
    );
    let mut facts = vec![
        (words.t("word-service"), name),
        (
            words.t("word-authority"),
            authority(visit, outline.responsible),
        ),
    ];
    if let Some(code) = &outline.phase {
        let label = phase(words, service, code.as_str());
        facts.push((words.t("prop-phase"), label.text));
    }
    facts.push((words.t("case-opened"), day(outline.opened)));
    facts.push((words.t("case-changed"), day(outline.changed)));
    Found {
        reference: outline.reference.to_string(),
        status: Status::of(words, outline, service),
        facts,
    }
}
