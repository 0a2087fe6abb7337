//! Verifying what lies beside the log: drafts, and the documents that cases name.

use futures::executor::block_on;
use kanzlei_core::domain::TypedEvent;
use kanzlei_core::domain::event::{DocumentReferenced, Event};
use kanzlei_core::{CaseId, Position};
use kanzlei_store::{Documents, DocumentsError, SealedError};

use super::{Finding, PAGE};
use crate::{Drafts, Error, Ground};

pub(super) fn check(ground: &Ground) -> Result<Vec<Finding>, Error> {
    let mut findings = drafts(ground)?;
    let options = ground.documents.clone();
    let documents = ground.directory.documents(&ground.ports, options)?;
    let store = &ground.ports.store;
    let (mut after, end) = (Position::START, store.watermark().now());
    while after < end {
        let page = block_on(store.log(after, PAGE))?;
        after = page.through();
        for part in page.commits().flat_map(|commit| commit.record.parts()) {
            for event in part.events() {
                if let Ok(Some(Event::DocumentReferenced(named))) = Event::decode(&event) {
                    findings.extend(document(&documents, part.case, &named));
                }
            }
        }
    }
    Ok(findings)
}

fn drafts(ground: &Ground) -> Result<Vec<Finding>, Error> {
    let folder = ground.directory.sealed(&ground.ports, Drafts::options())?;
    let mut findings = Vec::new();
    for at in block_on(folder.everywhere())? {
        if let Err(error) = block_on(folder.read_at(&at)) {
            let place = match &error {
                SealedError::Damaged { path, .. } => path.display().to_string(),
                _ => format!("draft {}", at.id),
            };
            let what = error.to_string();
            findings.push(Finding { place, what });
        }
    }
    Ok(findings)
}

/// Reads a document to its end. One whose key was destroyed is gone, and should be; one that isn't here
/// may be in a store of the embedder's own, which is all that a case says of it.
fn document(documents: &Documents, case: CaseId, named: &DocumentReferenced) -> Option<Finding> {
    let read = || -> Result<(), DocumentsError> {
        block_on(documents.read(named.digest, named.slot))?.try_for_each(|frame| frame.map(drop))
    };
    match read() {
        Ok(()) | Err(DocumentsError::Erased { .. } | DocumentsError::Missing { .. }) => None,
        Err(error) => Some(Finding {
            place: format!("case {case}, document {}", named.document),
            what: error.to_string(),
        }),
    }
}
