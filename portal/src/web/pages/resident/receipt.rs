//! The receipt: that it has arrived, when, and what it was. Its address stays, for who handed it in.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kanzlei::core::DocumentKind;
use kanzlei::core::domain::OwnCase;
use kanzlei::core::ports::Read;
use kanzlei::{CommandId, Service, ServiceKey, Version};

use super::case::Own;
use crate::web::page::{Frame, May, Pages};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::{Label, Zurich};

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/receipts/{command}", May::Resident, show)
        .get("/cases/{case}/receipt", May::Resident, of_case)
}

#[derive(Template)]
#[template(path = "resident/receipt.html")]
struct Page {
    frame: Frame,
    service: Label,
    reference: String,
    authority: String,
    arrived: String,
    hash: String,
    case: String,
    missing: Vec<Label>,
}

/// The address of a receipt, with how many papers of which kinds should be in the case and aren't.
pub(super) fn receipt(command: CommandId, left: &[(String, usize)]) -> String {
    let left = left.iter().map(|(kind, count)| format!("{kind}.{count}"));
    let left: Vec<String> = left.collect();
    let query = if left.is_empty() { "" } else { "?papers=" };
    format!("/receipts/{command}{query}{}", left.join(","))
}

/// Leads to the receipt of a case's submission.
async fn of_case(visit: Visit, Path(case): Path<String>) -> Result<Response, Trouble> {
    let own = Own::at(visit, &case).await?;
    if !own.case.handed_in() {
        return Err(Trouble::NotFound);
    }
    let store = &own.visit.site.kanzlei.engine().ports().store;
    let case = own.case.outline.case;
    let first = store.case(case, Version::NONE, 1, Read::Any).await;
    let first = first.map_err(Trouble::broken)?;
    let commit = first.commits().next().ok_or(Trouble::NotFound)?;
    let command = commit.record.head().command;
    Ok(own.visit.to(&format!("/receipts/{command}")))
}

async fn show(visit: Visit, Path(command): Path<String>) -> Result<Response, Trouble> {
    let command: CommandId = command.parse().map_err(|_| Trouble::NotFound)?;
    let (receipt, own) = visit.session.handed_in(command).await?;
    let (outline, words) = (&own.outline, visit.words);
    let catalogue = visit.site.kanzlei.catalogue();
    let key = ServiceKey::of(outline.service.as_str());
    let edition = catalogue.edition(key, outline.edition);
    let service = edition.map_or_else(
        || Label::plain(outline.service.as_str()),
        |edition| words.label(&edition.service.labels),
    );
    let day = Zurich::of(receipt.recorded).day;
    visit.show(&Page {
        frame: visit
            .frame(words.t("receipt-title"))
            .detail(outline.reference.to_string()),
        service,
        reference: outline.reference.to_string(),
        authority: visit.authority_name(outline.responsible, day),
        arrived: words.moment(receipt.recorded),
        hash: receipt.content.to_string(),
        case: format!("/cases/{}", receipt.case),
        missing: edition.map_or_else(Vec::new, |edition| missing(&visit, &own, &edition.service)),
    })
}

/// The kinds of papers of which too few are in the case: those that the service requires, and those
/// that were to come with the form.
fn missing(visit: &Visit, own: &OwnCase, service: &Service) -> Vec<Label> {
    if !own.offers.write {
        return Vec::new();
    }
    let told = visit.asked("papers").unwrap_or_default().split(',');
    let told: Vec<(&str, usize)> = told
        .filter_map(|one| one.split_once('.'))
        .filter_map(|(kind, count)| Some((kind, count.parse().ok()?)))
        .collect();
    let lacks = |kind: &&DocumentKind| {
        let there = own.contents.documents.iter();
        let there = there.filter(|one| one.kind == kind.code).count();
        let told = told.iter().find(|(code, _)| kind.code == *code);
        there < usize::from(kind.required).max(told.map_or(0, |(_, count)| *count))
    };
    let lacking = service.documents.iter().filter(lacks);
    lacking
        .map(|kind| visit.words.label(&kind.labels))
        .collect()
}
