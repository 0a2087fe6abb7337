//! A case's page: what happens now, what has happened, what was filled in, what one can do.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kanzlei::core::domain::{Disclosed, Entry, Offers, WithheldCase};
use kanzlei::{ServiceKey, Status as Life};

use super::own::{Asked, Found, Own, open_request};
use crate::web::form::shown;
use crate::web::page::{Frame, May, Pages};
use crate::web::parts::{Status, TimeLine};
use crate::web::stronger::sign_in;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::{Label, Zurich};

pub(super) fn pages() -> Pages {
    Pages::new().get("/cases/{case}", May::Resident, show)
}

#[derive(Template)]
#[template(path = "resident/case.html")]
struct Page {
    frame: Frame,
    reference: String,
    address: String,
    status: Status,
    authority: String,
    now: String,
    asked: Option<Asked>,
    line: TimeLine,
    fields: Vec<(Label, Label)>,
    erased: bool,
    papers: Vec<(Label, Option<String>, String)>,
    offers: Offers,
    receipt: bool,
}

#[derive(Template)]
#[template(path = "resident/withheld.html")]
struct Withheld {
    frame: Frame,
    reference: String,
    stronger: String,
}

async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    match Found::at(visit.clone(), &id).await? {
        Found::Own(own) => own_page(&own),
        Found::Withheld(case) => withheld(&visit, &case),
    }
}

fn own_page(own: &Own) -> Result<Response, Trouble> {
    let (visit, words) = (&own.visit, own.visit.words);
    let (outline, contents) = (&own.case.outline, &own.case.contents);
    let service = own.service.as_deref();
    let asked = open_request(&own.case);
    let fields = contents.fields.iter().map(|one| {
        let field = service.and_then(|service| service.field(one.field.as_str()));
        let label = field.map_or_else(
            || Label::plain(one.field.as_str()),
            |field| words.label(&field.labels),
        );
        let opened = Zurich::of(outline.opened).day;
        let name = |authority| visit.authority_name(authority, opened);
        (label, shown(words, field, &one.value, name))
    });
    let papers = contents.documents.iter().map(|one| {
        let kind = service.and_then(|service| service.document(one.kind.as_str()));
        let label = kind.map_or_else(
            || Label::plain(one.kind.as_str()),
            |kind| words.label(&kind.labels),
        );
        let name = match &one.details {
            Disclosed::Shown(details) => Some(details.name.clone()),
            Disclosed::Erased => None,
        };
        let address = format!("/documents/{}/{}", outline.case, one.document);
        (label, name, address)
    });
    let authority = own.authority();
    let now = now(own, asked.as_ref(), &authority);
    let receipt = own.case.handed_in();
    // That a case was opened and one takes part in it goes without saying to who handed it in.
    let told = contents.timeline.iter().filter(|entry| match entry.event {
        "CaseOpened" => false,
        "PartyAdded" => !receipt || entry.number != Some(own.case.party.0),
        _ => true,
    });
    let told: Vec<Entry> = told.cloned().collect();
    visit.show(&Page {
        frame: visit
            .frame(own.name().text)
            .detail(outline.reference.to_string())
            .back("/cases", "nav-cases"),
        reference: outline.reference.to_string(),
        address: own.address(),
        status: if asked.is_some() {
            Status::your_turn(words)
        } else {
            Status::of(words, outline, service)
        },
        authority,
        now,
        asked,
        line: TimeLine::new(&own.telling(), &told, visit.today()),
        fields: fields.collect(),
        erased: contents.erased_fields,
        papers: papers.collect(),
        offers: own.case.offers.clone(),
        receipt,
    })
}

/// What happens now, in a sentence.
fn now(own: &Own, asked: Option<&Asked>, authority: &str) -> String {
    let (outline, words) = (&own.case.outline, own.visit.words);
    let phase = outline.phase.as_ref().and_then(|code| {
        let phase = own.service.as_ref()?.phase(code.as_str())?;
        Some(phase.labels.get(words.language()))
    });
    match (outline.status, asked, phase) {
        (Life::Open, Some(_), _) => words.t1("case-now-asked", "authority", authority),
        (Life::Open, None, Some(phase)) => {
            words.t2("case-now-phase", ("authority", authority), ("phase", phase))
        }
        (Life::Open, None, None) => words.t1("case-now-open", "authority", authority),
        (Life::Withdrawn, ..) => words.t("case-now-withdrawn"),
        (Life::Closed, ..) => words.t1("case-now-closed", "authority", authority),
    }
}

fn withheld(visit: &Visit, case: &WithheldCase) -> Result<Response, Trouble> {
    let words = visit.words;
    let catalogue = visit.site.kanzlei.catalogue();
    let key = ServiceKey::of(case.title.service.as_str());
    let edition = catalogue.edition(key, case.title.edition);
    let name = edition.map_or_else(
        || case.title.service.to_string(),
        |edition| edition.service.labels.get(words.language()).to_owned(),
    );
    visit.show(&Withheld {
        frame: visit
            .frame(name)
            .detail(case.title.reference.to_string())
            .back("/cases", "nav-cases"),
        reference: case.title.reference.to_string(),
        stronger: sign_in(&format!("/cases/{}", case.title.case), case.needs),
    })
}
