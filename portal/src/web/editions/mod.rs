//! Editions of services in words: one alone, and what differs between two.

mod difference;
mod steps;
mod values;
mod whole;

pub use difference::{Group, Row, difference_in_words};
pub use whole::{Part, in_words};

use kanzlei::{AuthorityId, Service};

use super::words::Words;

/// Who reads, and what the parts of an edition are called.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// Their language.
    pub words: Words,
    /// What an authority is called today.
    pub authority: &'a dyn Fn(AuthorityId) -> String,
}

/// The label of a part of a service that has a code; the code where it has none.
fn label(words: Words, service: &Service, part: &str, code: &str) -> Option<String> {
    let language = words.language();
    let labels = match part {
        "fields" => service.field(code).map(|one| &one.labels),
        "documents" => service.document(code).map(|one| &one.labels),
        "phases" => service.phase(code).map(|one| &one.labels),
        "tasks" => service.task(code).map(|one| &one.labels),
        "outcomes" => service.outcome(code).map(|one| &one.labels),
        _ => None,
    };
    labels.map(|labels| labels.get(language).to_owned())
}
