//! Disclosure: what a standing may see of a case. There is one answer type per standing, and
//! everything that leaves the engine about a case comes out of one of them.

mod answer;
mod disclosed;
mod entry;

pub use answer::{
    Answer, CaseFile, CaseOutline, Contents, DocumentShown, FieldShown, Outline, OutlineStep,
    OwnCase, PartyShown, PublicCase, SharedCase, TaskShown, Title, WithheldCase,
};
pub use disclosed::Disclosed;
pub use entry::{By, Entry};

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use super::case::Case;
use super::decide::Offers;
use super::event::{Event, SERVICE_KINDS, TypedEvent, kind_name};
use super::form::Form;
use super::number::PartyId;
use super::service::{Grant, Service};
use super::standing::Standing;
use super::stop::{Need, Stop};
use crate::ids::KeySlot;
use crate::record::{Assurance, EventRef, Head, Keyring, Page, Personal, PersonalError, Unopened};

/// Shows a case to a standing of somebody who is known with this assurance. `pages` hold the whole
/// case, from its first commit.
///
/// Only the values that this standing may see are opened, so only their keys are asked for. Below
/// the assurance that the service needs, nothing is opened and no key is asked for.
///
/// # Errors
/// [`Need::Keys`] with the slots whose keys are needed; [`Stop::Unopened`] if a value doesn't open
/// for another reason than erasure; [`Stop::Unwritable`] if an event can't be read.
pub fn disclose(
    (standing, known): (Standing, Assurance),
    case: &Case,
    service: &Service,
    pages: &[Page],
    keys: &Keyring,
) -> Result<Answer, Stop> {
    let outline = Outline::of(case, service);
    let disclosure = &service.disclosure;
    let (grant, viewer) = match standing {
        Standing::Public => return Ok(Answer::Public(PublicCase { outline })),
        Standing::Oversight => {
            let steps = steps(pages);
            return Ok(Answer::Outline(CaseOutline { outline, steps }));
        }
        _ if known < service.assurance.read => {
            return Ok(Answer::Withheld(WithheldCase {
                title: outline.title(),
                standing,
                needs: service.assurance.read,
            }));
        }
        Standing::Party(party) => (&disclosure.own, Some(party)),
        Standing::Responsible => (&disclosure.file, None),
        Standing::Involved => (&disclosure.shared, None),
    };
    let mut view = View {
        case,
        service,
        grant,
        viewer,
        opener: Opener::new(keys),
        contents: Contents::default(),
    };
    view.parties();
    for (head, event) in events(pages) {
        view.event(&head, &event)?;
    }
    let contents = view.finish()?;
    let tasks = || TaskShown::all(case);
    let involved = case.involved.iter().copied().collect();
    Ok(match standing {
        Standing::Party(party) => Answer::Own(OwnCase {
            outline,
            party,
            offers: Offers::of(case, party),
            contents,
        }),
        Standing::Responsible => Answer::File(CaseFile {
            outline,
            involved,
            handover: case.handover,
            tasks: tasks(),
            contents,
        }),
        _ => Answer::Shared(SharedCase {
            outline,
            involved,
            handover: case.handover,
            tasks: tasks(),
            contents,
        }),
    })
}

fn events(pages: &[Page]) -> impl Iterator<Item = (Head, EventRef<'_>)> {
    pages.iter().flat_map(Page::commits).flat_map(|commit| {
        let head = *commit.record.head();
        let parts = commit.record.parts();
        parts.flat_map(move |part| part.events().map(move |event| (head, event)))
    })
}

fn steps(pages: &[Page]) -> Vec<OutlineStep> {
    let step = |(_, event): (Head, EventRef<'_>)| OutlineStep {
        at: event.occurred,
        event: name_of(event.kind),
    };
    events(pages).map(step).collect()
}

/// A service's own kinds have no name that every viewer may know.
fn name_of(kind: u16) -> &'static str {
    match kind_name(kind) {
        Some(name) => name,
        None if kind >= SERVICE_KINDS => "Own",
        None => "Unknown",
    }
}

/// Opens values and remembers which keys were missing.
struct Opener<'a> {
    keys: &'a Keyring,
    missing: BTreeSet<KeySlot>,
    broken: Option<Unopened>,
}

impl<'a> Opener<'a> {
    fn new(keys: &'a Keyring) -> Self {
        Self {
            keys,
            missing: BTreeSet::new(),
            broken: None,
        }
    }

    fn open<T: DeserializeOwned + Clone>(&mut self, value: &Personal<T>) -> Disclosed<T> {
        match value.open(self.keys) {
            Ok(value) => return Disclosed::Shown(value),
            Err(Unopened::Erased) => {}
            Err(Unopened::NotFetched(slot)) => {
                self.missing.insert(slot);
            }
            Err(other) => self.broken = Some(other),
        }
        Disclosed::Erased
    }
}

/// One standing's look at one case, being filled.
struct View<'a> {
    case: &'a Case,
    service: &'a Service,
    grant: &'a Grant,
    /// The party that looks; none for an authority.
    viewer: Option<PartyId>,
    opener: Opener<'a>,
    contents: Contents,
}

impl View<'_> {
    fn parties(&mut self) {
        for (id, party) in &self.case.parties {
            if self.grant.parties || self.viewer == Some(*id) {
                let name = match self.opener.open(&party.details) {
                    Disclosed::Shown(details) => Disclosed::Shown(details.name),
                    Disclosed::Erased => Disclosed::Erased,
                };
                self.contents.parties.push(PartyShown {
                    party: *id,
                    role: party.role.clone(),
                    name,
                });
            }
        }
    }

    fn event(&mut self, head: &Head, event: &EventRef<'_>) -> Result<(), PersonalError> {
        let by = By::of(self.case, head, self.viewer.is_none());
        let name = name_of(event.kind);
        if event.kind >= SERVICE_KINDS {
            if self.viewer.is_none() {
                self.contents.timeline.push(Entry::new(event, name, by));
            }
            return Ok(());
        }
        let Some(decoded) = Event::decode(event)? else {
            return Ok(());
        };
        if !self.visible(&decoded, by) {
            return Ok(());
        }
        let mut entry = Entry::new(event, name, by);
        entry.describe(&decoded);
        entry.text = self.text(&decoded);
        self.contents.timeline.push(entry);
        match decoded {
            Event::Submitted(submitted) => {
                self.form(&submitted.plain);
                if self.opens_any_field() {
                    match self.opener.open(&submitted.personal) {
                        Disclosed::Shown(form) => self.form(&form),
                        Disclosed::Erased => self.contents.erased_fields = true,
                    }
                }
            }
            Event::DocumentReferenced(document) if self.grant.documents => {
                let details = self.opener.open(&document.details);
                self.contents.documents.push(DocumentShown {
                    document: document.document,
                    kind: document.kind,
                    digest: document.digest,
                    slot: document.slot,
                    details,
                });
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether this viewer learns that the event happened. Authorities that work on a case see all
    /// that happens; a party sees what concerns them, and not how an office divides its work.
    fn visible(&self, event: &Event, by: By) -> bool {
        let Some(party) = self.viewer else {
            return true;
        };
        match event {
            Event::PartyAdded(added) => self.grant.parties || added.party == party,
            Event::Submitted(submitted) => submitted.party == party,
            Event::InformationRequested(asked) => asked.of == party,
            Event::InformationProvided(_) => by == By::Party(party),
            Event::MessageSent(message) => !message.internal,
            Event::DocumentReferenced(_) => {
                by == By::Party(party) || !matches!(by, By::Party(_)) && self.grant.documents
            }
            Event::CaseOpened(_)
            | Event::PhaseEntered(_)
            | Event::AuthorityInvolved(_)
            | Event::AuthorityNoLongerInvolved(_)
            | Event::DecisionIssued(_)
            | Event::Closed(_)
            | Event::Withdrawn(_)
            | Event::Reopened(_)
            | Event::HandoverAccepted(_) => true,
            _ => false,
        }
    }

    /// The text of an event, if this standing may read it.
    fn text(&mut self, event: &Event) -> Option<Disclosed<String>> {
        let authority = self.viewer.is_none();
        let (granted, text) = match event {
            Event::DecisionIssued(issued) => (self.grant.grounds, &issued.grounds),
            Event::Withdrawn(withdrawn) => {
                let own = self.viewer == Some(withdrawn.party);
                (self.grant.messages && (authority || own), &withdrawn.reason)
            }
            Event::Reopened(reopened) => (self.grant.messages && authority, &reopened.reason),
            Event::InformationRequested(asked) => (self.grant.messages, &asked.text),
            Event::InformationProvided(answer) => (self.grant.messages, &answer.text),
            Event::MessageSent(message) => (self.grant.messages, &message.text),
            Event::HandedOver(handed) => (self.grant.messages && authority, &handed.reason),
            Event::HandoverRefused(no) => (self.grant.messages && authority, &no.reason),
            Event::CaseTakenOver(taken) => (self.grant.messages && authority, &taken.details),
            Event::ActivityRecorded(done) => (self.grant.messages && authority, &done.details),
            _ => return None,
        };
        granted.then(|| self.opener.open(text))
    }

    fn opens_any_field(&self) -> bool {
        let mut personal = self
            .service
            .fields
            .iter()
            .filter(|field| field.is_personal());
        personal.any(|field| self.grant.discloses(field.code.as_str()))
    }

    fn form(&mut self, form: &Form) {
        for (field, value) in form {
            if self.grant.discloses(field.as_str()) {
                self.contents.fields.push(FieldShown {
                    field: field.clone(),
                    value: value.clone(),
                });
            }
        }
    }

    fn finish(mut self) -> Result<Contents, Stop> {
        if let Some(broken) = self.opener.broken {
            return Err(Stop::Unopened(broken));
        }
        if !self.opener.missing.is_empty() {
            let missing = self.opener.missing.into_iter().collect();
            return Err(Stop::Need(Need::Keys(missing)));
        }
        let order = |field: &FieldShown| {
            let mut fields = self.service.fields.iter();
            fields.position(|known| known.code == field.field)
        };
        self.contents.fields.sort_by_key(order);
        Ok(self.contents)
    }
}
