//! Events of exchange: information, messages, documents, handovers.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::code::Code;
use crate::domain::number::{DocumentId, PartyId, RequestId};
use crate::ids::{AuthorityId, KeySlot};
use crate::record::{Hash, Personal};

/// An authority asks a party for something.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InformationRequested {
    /// The request's number in the case, from 1.
    pub request: RequestId,
    /// Who is asked.
    pub of: PartyId,
    /// What is asked, under the case's slot.
    pub text: Personal<String>,
}

/// A party answers what it was asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InformationProvided {
    /// The request.
    pub request: RequestId,
    /// The answer, under the party's slot.
    pub text: Personal<String>,
}

/// Somebody writes to the others in the case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MessageSent {
    /// Whether it is a note among authorities, which no party sees.
    pub internal: bool,
    /// What it says, under the case's slot.
    pub text: Personal<String>,
}

/// A document belongs to the case. It is kept outside the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DocumentReferenced {
    /// The document's number in the case, from 1.
    pub document: DocumentId,
    /// What kind of document.
    pub kind: Code,
    /// The slot under which the document itself is sealed.
    pub slot: KeySlot,
    /// SHA-256 of the sealed document, by which it is found.
    pub digest: Hash,
    /// What it is called, under the document's slot.
    pub details: Personal<DocumentDetails>,
}

/// What a document is called.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentDetails {
    /// The file's name.
    pub name: String,
    /// Its media type, such as `application/pdf`.
    pub media_type: String,
    /// Its length in bytes, before it was sealed.
    pub length: u64,
}

impl fmt::Debug for DocumentDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DocumentDetails(…)")
    }
}

/// The authority responsible wants to pass the case on. Until the other answers, it stays
/// responsible.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HandedOver {
    /// To whom.
    pub to: AuthorityId,
    /// Why, under the case's slot.
    pub reason: Personal<String>,
}

/// The other authority takes the case. From here on it is responsible, the former is involved, and
/// what the former had to do is open to the new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverAccepted {
    /// Who was responsible.
    pub from: AuthorityId,
    /// Who is responsible now.
    pub by: AuthorityId,
}

/// The other authority doesn't take the case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HandoverRefused {
    /// Who refuses.
    pub by: AuthorityId,
    /// Why, under the case's slot.
    pub reason: Personal<String>,
}
