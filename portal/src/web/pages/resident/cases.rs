//! All cases of a person, whatever the authority: first those in which it is their turn.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::Response;
use kanzlei::{Answer, Draft, Drafts, EngineError, ServiceKey, Status as Life};

use super::case::open_request;
use crate::web::page::{Frame, May, Pages};
use crate::web::parts::Status;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::{Label, Zurich};

pub(super) fn pages() -> Pages {
    Pages::new().get("/cases", May::Resident, show)
}

/// So many cases are shown, the newest ones: each is opened and folded.
const CASES_MAX: usize = 200;

#[derive(Template)]
#[template(path = "resident/cases.html")]
struct Page {
    frame: Frame,
    turns: Vec<Row>,
    running: Vec<Row>,
    drafts: Vec<DraftRow>,
    damaged: bool,
    closed: Vec<Row>,
    withheld: Vec<Row>,
    turn_sign: Status,
    draft_sign: Status,
    more: bool,
}

impl Page {
    fn is_empty(&self) -> bool {
        self.turns.is_empty()
            && self.running.is_empty()
            && self.drafts.is_empty()
            && self.closed.is_empty()
            && self.withheld.is_empty()
    }
}

struct Row {
    address: String,
    service: Label,
    reference: String,
    status: Option<Status>,
    said: String,
    asked: Option<String>,
}

struct DraftRow {
    address: String,
    service: Label,
    saved: String,
    ends: String,
    soon: bool,
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let involvements = visit.session.my_cases().await?;
    // A case id begins with its moment: the last ones are the newest.
    let ids: BTreeSet<_> = involvements.iter().map(|one| one.case).collect();
    let words = visit.words;
    let mut page = Page {
        frame: visit.frame(words.t("cases-title")),
        turns: Vec::new(),
        running: Vec::new(),
        drafts: Vec::new(),
        damaged: false,
        closed: Vec::new(),
        withheld: Vec::new(),
        turn_sign: Status::your_turn(words),
        draft_sign: Status::draft(words),
        more: ids.len() > CASES_MAX,
    };
    for id in ids.into_iter().rev().take(CASES_MAX) {
        match visit.session.case(id).await {
            Ok(answers) => answers
                .iter()
                .for_each(|answer| sort_in(&visit, answer, &mut page)),
            // Who was erased from a case is nobody in it.
            Err(EngineError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let list = visit
        .site
        .kanzlei
        .drafts()
        .list(visit.session.actor())
        .await?;
    page.damaged = list.unreadable > 0;
    page.drafts = list.drafts.iter().map(|one| draft(&visit, one)).collect();
    visit.show(&page)
}

fn sort_in(visit: &Visit, answer: &Answer, page: &mut Page) {
    match answer {
        Answer::Own(own) => {
            let mut row = row(visit, answer);
            if let Some(request) = open_request(own) {
                row.asked = request.text;
                row.address = format!("/cases/{}/requests/{}", own.outline.case, request.id.0);
                page.turns.push(row);
            } else if own.outline.status == Life::Open {
                page.running.push(row);
            } else {
                page.closed.push(row);
            }
        }
        Answer::Withheld(_) => page.withheld.push(row(visit, answer)),
        _ => {}
    }
}

fn row(visit: &Visit, answer: &Answer) -> Row {
    let (title, words) = (answer.title(), visit.words);
    let catalogue = visit.site.kanzlei.catalogue();
    let edition = catalogue.edition(ServiceKey::of(title.service.as_str()), title.edition);
    let service = edition.map(|edition| edition.service.as_ref());
    let said = answer.outline().map(|outline| {
        let authority = visit.authority_name(outline.responsible, visit.today());
        let day = words.short_date(Zurich::of(outline.changed).day);
        words.t2("cases-row", ("authority", authority), ("day", day))
    });
    Row {
        address: format!("/cases/{}", title.case),
        service: service.map_or_else(
            || Label::plain(title.service.as_str()),
            |service| words.label(&service.labels),
        ),
        reference: title.reference.to_string(),
        status: answer
            .outline()
            .map(|outline| Status::of(words, outline, service)),
        said: said.unwrap_or_default(),
        asked: None,
    }
}

fn draft(visit: &Visit, draft: &Draft) -> DraftRow {
    let words = visit.words;
    let catalogue = visit.site.kanzlei.catalogue();
    let key = ServiceKey::of(draft.content.service.as_str());
    let edition = catalogue.in_force(key, visit.day_in_force());
    let service = edition.map_or_else(
        || Label::plain(draft.content.service.as_str()),
        |edition| words.label(&edition.service.labels),
    );
    DraftRow {
        address: format!("/drafts/{}/{}", draft.id, draft.content.step.max(1)),
        service,
        saved: words.short_moment(draft.saved),
        ends: words.date(Zurich::of(draft.expires).day),
        soon: draft.expires <= visit.now.plus_micros(Drafts::WARNING_DAYS * 86_400_000_000),
    }
}
