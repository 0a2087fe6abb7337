//! Verifying the documents that cases name.

use futures::executor::block_on;
use kanzlei_store::{Documents, DocumentsError, NamedDocument};

use super::log::LogCheck;
use super::{DocumentsCounted, Finding};
use crate::{Error, Ground};

/// Reads them all to their ends, and counts them by what came of that.
pub(super) fn check(
    ground: &Ground,
    log: &LogCheck<'_>,
) -> Result<(DocumentsCounted, Vec<Finding>), Error> {
    let options = ground.documents.clone();
    let documents = ground.directory.documents(&ground.ports, options)?;
    let (mut counted, mut findings) = (DocumentsCounted::default(), Vec::new());
    for named in &log.documents {
        // That the vault hasn't got a key, which was told, says nothing about the document.
        if log.lost.contains_key(&named.slot) {
            counted.lost += 1;
        } else if !log.unknown.contains_key(&named.slot) {
            match read(&documents, named) {
                Ok(()) => counted.here += 1,
                Err(DocumentsError::Erased { .. }) => counted.erased += 1,
                // It may be in a store of the embedder's own, which is all that a case says of it.
                Err(DocumentsError::Missing { .. }) => counted.elsewhere += 1,
                Err(error) => findings.push(Finding {
                    place: format!("case {}, document {}", named.case, named.document),
                    what: error.to_string(),
                }),
            }
        }
    }
    Ok((counted, findings))
}

fn read(documents: &Documents, named: &NamedDocument) -> Result<(), DocumentsError> {
    block_on(documents.read(named.digest, named.slot))?.try_for_each(|frame| frame.map(drop))
}
