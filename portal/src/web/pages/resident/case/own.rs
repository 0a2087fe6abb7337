//! A case of one's own, found by its address.

use std::sync::Arc;

use kanzlei::core::domain::{Catalogue, OwnCase, WithheldCase};
use kanzlei::{Answer, CaseId, RequestId, Service, ServiceKey};

use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::{Label, Telling};

/// A case of one's own.
pub struct Own {
    pub visit: Visit,
    pub case: OwnCase,
    pub service: Option<Arc<Service>>,
    pub catalogue: Arc<Catalogue>,
}

/// What somebody finds at a case's address.
pub enum Found {
    /// Their case. Boxed: it is much larger than the other.
    Own(Box<Own>),
    /// Their case, if they sign in more strongly.
    Withheld(WithheldCase),
}

/// What a party was asked and hasn't answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// The request's number.
    pub id: RequestId,
    /// What is asked; none if it was erased.
    pub text: Option<String>,
}

/// The oldest request that waits for this party.
pub fn open_request(case: &OwnCase) -> Option<Asked> {
    let id = *case.offers.answer.first()?;
    let mut line = case.contents.timeline.iter();
    let asked = line.find(|one| one.event == "InformationRequested" && one.number == Some(id.0));
    let text = asked.and_then(|entry| entry.text.as_ref()?.shown().cloned());
    Some(Asked { id, text })
}

impl Found {
    /// Finds the case with this id, if it is the visitor's.
    pub async fn at(visit: Visit, id: &str) -> Result<Self, Trouble> {
        let id: CaseId = id.parse().map_err(|_| Trouble::NotFound)?;
        let catalogue = visit.site.kanzlei.catalogue();
        for answer in visit.session.case(id).await? {
            match answer {
                Answer::Own(case) => {
                    let key = ServiceKey::of(case.outline.service.as_str());
                    let edition = catalogue.edition(key, case.outline.edition);
                    let service = edition.map(|edition| Arc::clone(&edition.service));
                    return Ok(Self::Own(Box::new(Own {
                        visit,
                        case,
                        service,
                        catalogue,
                    })));
                }
                Answer::Withheld(case) => return Ok(Self::Withheld(case)),
                _ => {}
            }
        }
        Err(Trouble::NotFound)
    }
}

impl Own {
    /// The case with this id, to act in.
    ///
    /// # Errors
    /// [`Trouble::NotFound`]; or [`Trouble::Elsewhere`] with its page, if it is withheld.
    pub async fn at(visit: Visit, id: &str) -> Result<Box<Self>, Trouble> {
        match Found::at(visit, id).await? {
            Found::Own(own) => Ok(own),
            Found::Withheld(case) => Err(Trouble::Elsewhere(address(case.title.case))),
        }
    }

    /// Its page.
    pub fn address(&self) -> String {
        address(self.case.outline.case)
    }

    /// What the service is called.
    pub fn name(&self) -> Label {
        self.service.as_ref().map_or_else(
            || Label::plain(self.case.outline.service.as_str()),
            |service| self.visit.words.label(&service.labels),
        )
    }

    /// The authority responsible, as it is called today.
    pub fn authority(&self) -> String {
        let responsible = self.case.outline.responsible;
        self.visit.authority_name(responsible, self.visit.today())
    }

    /// How its time line is told.
    pub fn telling(&self) -> Telling<'_> {
        Telling {
            words: self.visit.words,
            catalogue: &self.catalogue,
            service: self.service.as_deref(),
            reader: Some(self.case.party),
            parties: &self.case.contents.parties,
            tasks: &[],
        }
    }
}

fn address(case: CaseId) -> String {
    format!("/cases/{case}")
}
