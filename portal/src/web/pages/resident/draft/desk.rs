//! A draft as its pages work on it: opened, or about to begin.

use std::sync::Arc;

use kanzlei::core::domain::Field;
use kanzlei::store::Revision;
use kanzlei::{Draft, DraftContent, DraftId, DraftsError, Service, Timestamp};

use crate::web::form::{Typed, Wrong, read, steps};
use crate::web::offer::Offer;
use crate::web::posted::Posted;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

/// A draft that somebody works on.
pub(super) struct Desk {
    pub visit: Visit,
    pub offer: Offer,
    pub id: DraftId,
    pub service: Arc<Service>,
    pub edition: u32,
    pub typed: Typed,
    /// How far they got.
    pub step: u16,
    /// The revision that they saw.
    pub seen: Revision,
    /// When it is gone, if it is kept already.
    pub expires: Option<Timestamp>,
}

impl Desk {
    /// Opens a draft. One that isn't kept yet begins with the service that the address or the form
    /// names.
    ///
    /// # Errors
    /// [`Trouble::Elsewhere`] with its receipt, if it was handed in.
    pub async fn open(visit: Visit, id: &str, posted: Option<&Posted>) -> Result<Self, Trouble> {
        let id = DraftId::parse(id).ok_or(Trouble::NotFound)?;
        let drafts = visit.site.kanzlei.drafts();
        let actor = visit.session.actor();
        let draft = match drafts.get(actor, id).await {
            Ok(draft) => Some(draft),
            Err(DraftsError::HandedIn { .. }) => return Err(handed_in(&visit, id).await?),
            Err(DraftsError::NotFound) => {
                if drafts.handed_in(actor, id).await?.is_some() {
                    return Err(handed_in(&visit, id).await?);
                }
                None
            }
            Err(error) => return Err(error.into()),
        };
        let offer = Offer::of(&visit);
        match draft {
            Some(draft) => Self::kept(visit, offer, draft),
            None => Self::new(visit, offer, id, posted),
        }
    }

    fn kept(visit: Visit, offer: Offer, draft: Draft) -> Result<Self, Trouble> {
        let name = draft.content.service.as_str();
        let edition = offer
            .service(name)
            .ok_or(Trouble::Said("draft-not-offered"))?;
        Ok(Self {
            service: Arc::clone(&edition.service),
            edition: edition.number,
            id: draft.id,
            typed: draft.content.fields,
            step: draft.content.step,
            seen: Revision(draft.revision),
            expires: Some(draft.expires),
            visit,
            offer,
        })
    }

    fn new(
        visit: Visit,
        offer: Offer,
        id: DraftId,
        posted: Option<&Posted>,
    ) -> Result<Self, Trouble> {
        let named = posted.and_then(|posted| posted.get("service"));
        let named = named.or_else(|| visit.asked("service"));
        let edition = named.and_then(|name| offer.service(name));
        let edition = edition.ok_or(Trouble::Said("draft-gone"))?;
        Ok(Self {
            service: Arc::clone(&edition.service),
            edition: edition.number,
            id,
            typed: Typed::new(),
            step: 1,
            seen: Revision::NONE,
            expires: None,
            visit,
            offer,
        })
    }

    /// The pages of the form.
    pub fn steps(&self) -> Vec<Vec<&Field>> {
        steps(&self.service)
    }

    /// Takes in what was typed into these fields, and which revision who typed it saw.
    pub fn take_in(&mut self, posted: &Posted, step: usize) {
        let service = Arc::clone(&self.service);
        let steps = steps(&service);
        let fields = steps.get(step.saturating_sub(1));
        let fields = fields.map_or(&[][..], Vec::as_slice);
        for field in fields {
            let names = [
                field.code.to_string(),
                format!("{}_day", field.code),
                format!("{}_month", field.code),
                format!("{}_year", field.code),
            ];
            for name in names {
                if !posted.has(&name) {
                    self.typed.remove(&name);
                    continue;
                }
                let value = posted.raw(&name).to_owned();
                self.typed.insert(name, value);
            }
        }
        let seen = posted.get("revision").and_then(|text| text.parse().ok());
        self.seen = Revision(seen.unwrap_or(0));
        self.step = self.step.max(u16::try_from(step).unwrap_or(u16::MAX));
    }

    /// Keeps the draft.
    ///
    /// # Errors
    /// [`DraftsError::Conflict`] if another device has saved it meanwhile.
    pub async fn save(&mut self) -> Result<Draft, DraftsError> {
        let drafts = self.visit.site.kanzlei.drafts();
        let content = DraftContent {
            service: self.service.name.clone(),
            edition: self.edition,
            language: Some(self.visit.words.language()),
            fields: self.typed.clone(),
            step: self.step,
        };
        let actor = self.visit.session.actor();
        let draft = drafts.save(actor, self.id, self.seen, content).await?;
        self.seen = Revision(draft.revision);
        self.expires = Some(draft.expires);
        Ok(draft)
    }

    /// The same, if what is kept doesn't say so already: a page that saves itself may have done so a moment before.
    ///
    /// # Errors
    /// [`DraftsError::Conflict`] if another device has saved something else meanwhile.
    pub async fn keep(&mut self) -> Result<(), DraftsError> {
        match self.save().await {
            Err(conflict @ DraftsError::Conflict { .. }) => {
                let drafts = self.visit.site.kanzlei.drafts();
                let there = drafts.get(self.visit.session.actor(), self.id).await?;
                if there.content.fields != self.typed {
                    return Err(conflict);
                }
                self.seen = Revision(there.revision);
                self.expires = Some(there.expires);
                Ok(())
            }
            saved => saved.map(drop),
        }
    }

    /// What is wrong on each page of the form: its number and the problems.
    pub fn wrong(&self) -> Vec<(usize, Wrong)> {
        let mut wrong = Vec::new();
        for (at, fields) in self.steps().iter().enumerate() {
            let (_, on_page) = read(&self.service, fields, &self.typed);
            wrong.extend(on_page.into_iter().map(|one| (at + 1, one)));
        }
        wrong
    }

    /// What the service is called.
    pub fn name(&self) -> String {
        let language = self.visit.words.language();
        self.service.labels.get(language).to_owned()
    }
}

/// Where the receipt of a draft that was handed in is found.
async fn handed_in(visit: &Visit, id: DraftId) -> Result<Trouble, Trouble> {
    let drafts = visit.site.kanzlei.drafts();
    let command = drafts.command_id(visit.session.actor(), id).await?;
    Ok(Trouble::Elsewhere(format!("/receipts/{command}")))
}
