//! Information, messages and documents.

use super::super::case::{Case, Request, next_number};
use super::super::code::Code;
use super::super::command::Command;
use super::super::context::{Changes, Context};
use super::super::event::{
    DocumentDetails, DocumentReferenced, InformationProvided, InformationRequested, MessageSent,
};
use super::super::number::{DocumentId, PartyId, RequestId};
use super::super::refusal::Refusal;
use super::super::stop::Stop;
use super::permit::Permit;
use super::{Matter, list, text_of, too_many};
use crate::ids::KeySlot;
use crate::record::{Hash, Personal};

/// The longest name of a document, in bytes.
const NAME_MAX: usize = 1_024;
/// The longest media type, in bytes (RFC 6838, section 4.2: two names of 127 and a slash).
const MEDIA_TYPE_MAX: usize = 255;

pub(super) fn decide(
    matter: &Matter<'_>,
    permit: &Permit,
    command: &Command,
    context: &mut Context<'_>,
) -> Result<Changes, Stop> {
    match command {
        Command::RequestInformation { of, text } => ask(matter, permit, *of, text, context),
        Command::ProvideInformation { request, text } => answer(matter, permit, *request, text),
        Command::SendMessage { internal, text } => {
            if *internal {
                permit.official()?;
            }
            permit.in_the_case()?;
            let text = text_of("message", text)?;
            let case = matter.case;
            Changes::of(case).event(MessageSent {
                internal: *internal,
                text: Personal::new(case.slot, text),
            })
        }
        Command::ReferenceDocument {
            kind,
            digest,
            details,
            sealed_under,
        } => {
            permit.in_the_case()?;
            describes(matter, kind, details)?;
            let slot = match sealed_under {
                Some(slot) => unused(matter.case, *slot)?,
                None => context.slot()?,
            };
            document(matter.case, kind, *digest, details, slot)
        }
        _ => Err(Refusal::not_found().into()),
    }
}

fn ask(
    matter: &Matter<'_>,
    permit: &Permit,
    of: PartyId,
    text: &str,
    context: &Context<'_>,
) -> Result<Changes, Stop> {
    let case = matter.case;
    permit.responsible(case, context)?;
    if !case.parties.contains_key(&of) {
        let known: Vec<String> = case.parties.keys().map(PartyId::to_string).collect();
        let known = known.join(", ");
        let said = format!("the case has no party {of}; it has: {known}");
        let refusal = Refusal::new("party-unknown", said);
        return Err(refusal.with("party", of).with("allowed", known).into());
    }
    let number = next_number(&case.requests, |request| request.0);
    let request = RequestId(number.ok_or_else(|| too_many("request"))?);
    let text = Personal::new(case.slot, text_of("request", text)?);
    Changes::of(case).event(InformationRequested { request, of, text })
}

fn answer(
    matter: &Matter<'_>,
    permit: &Permit,
    request: RequestId,
    text: &str,
) -> Result<Changes, Stop> {
    let case = matter.case;
    let asked = answerable(case, permit.parties()?, request)?;
    let slot = case
        .parties
        .get(&asked.of)
        .map_or(case.slot, |party| party.slot);
    let text = Personal::new(slot, text_of("answer", text)?);
    let acting = case.parties.get(&asked.of).map(|party| party.slot);
    Ok(Changes::of(case)
        .event(InformationProvided { request, text })?
        .acting(acting))
}

/// The request, if these parties were asked it and haven't answered.
pub(super) fn answerable<'c>(
    case: &'c Case,
    parties: &[PartyId],
    request: RequestId,
) -> Result<&'c Request, Refusal> {
    let asked = case.requests.get(&request);
    let Some(asked) = asked.filter(|asked| parties.contains(&asked.of)) else {
        let said = format!("you were not asked anything under number {request}");
        return Err(Refusal::new("request-unknown", said).with("request", request));
    };
    if asked.answered {
        let said = format!("request {request} is answered already; send a message to add to it");
        return Err(Refusal::new("request-answered", said).with("request", request));
    }
    Ok(asked)
}

/// The service has such documents, and the details say enough about this one.
fn describes(matter: &Matter<'_>, kind: &Code, details: &DocumentDetails) -> Result<(), Stop> {
    let service = matter.service;
    if service.document(kind.as_str()).is_none() {
        let known = list(service.documents.iter().map(|document| &document.code));
        let said = format!(
            "the service {} has no document {kind}; it has: {known}",
            service.name
        );
        let refusal = Refusal::new("document-kind-unknown", said);
        return Err(refusal.with("kind", kind).with("allowed", known).into());
    }
    if details.name.trim().is_empty() || details.name.len() > NAME_MAX {
        let said = format!("a document needs a name of at most {NAME_MAX} bytes");
        return Err(Refusal::new("document-name", said)
            .with("limit", NAME_MAX)
            .into());
    }
    let media_type = details.media_type.len();
    if media_type == 0 || media_type > MEDIA_TYPE_MAX {
        let said = format!("a document needs a media type of at most {MEDIA_TYPE_MAX} bytes");
        let refusal = Refusal::new("document-media-type", said);
        return Err(refusal.with("limit", MEDIA_TYPE_MAX).into());
    }
    Ok(())
}

/// A slot that nothing else of the case is sealed under: who destroys it erases this document
/// alone.
fn unused(case: &Case, slot: KeySlot) -> Result<KeySlot, Stop> {
    let mut parties = case.parties.values();
    let taken = slot == KeySlot(0)
        || slot == case.slot
        || parties.any(|party| party.slot == slot)
        || case.documents.values().any(|document| *document == slot);
    if taken {
        let said = "the slot under which a document is sealed must be its own; seal it under a \
                    fresh slot of the vault";
        return Err(Refusal::new("document-slot", said).into());
    }
    Ok(slot)
}

fn document(
    case: &Case,
    kind: &Code,
    digest: Hash,
    details: &DocumentDetails,
    slot: KeySlot,
) -> Result<Changes, Stop> {
    let number = next_number(&case.documents, |document| document.0);
    let document = DocumentId(number.ok_or_else(|| too_many("document"))?);
    Changes::of(case).event(DocumentReferenced {
        document,
        kind: kind.clone(),
        slot,
        digest,
        details: Personal::new(slot, details.clone()),
    })
}
