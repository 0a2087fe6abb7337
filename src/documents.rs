//! Documents of cases: uploaded, named by a command, read by whoever may see them.

use std::ops::ControlFlow;
use std::sync::Arc;

use async_trait::async_trait;
use kanzlei_core::domain::event::{DocumentDetails, Event};
use kanzlei_core::domain::{DocumentId, TypedEvent, Who};
use kanzlei_core::engine::{Order, Receipt};
use kanzlei_core::ports::{EventStore, Read, StoreError};
use kanzlei_core::record::{EventRef, Hash, Head};
use kanzlei_core::{Actor, CaseId, Code, Command, KeySlot, Refusal, Version};
use kanzlei_store::{
    Declared, DocumentReader, Documents, DocumentsError, References, Upload, Uploaded,
};

use crate::{CommandId, Error, Kanzlei, Session};

/// Bytes of a case that are read at a time.
const PAGE: usize = 64 * 1_024;

/// The naming of an uploaded document in a case.
#[derive(Debug, Clone)]
pub struct Naming {
    /// The command's id; made if it is left out. Sent again with the same id it gets the same
    /// receipt.
    pub id: Option<CommandId>,
    /// The case.
    pub case: CaseId,
    /// The version that the actor has seen, if it must still be that one.
    pub if_version: Option<Version>,
    /// What kind of document, as the service calls it.
    pub kind: Code,
    /// The digest of the upload.
    pub digest: Hash,
}

impl Kanzlei {
    /// The documents, sealed beside the log. What an actor may do with them is better asked in a
    /// [`Session`].
    pub fn documents(&self) -> &Documents {
        &self.keeping().documents
    }
}

impl Session {
    /// Begins an upload of this actor. Once it is [finished](Upload::finish) it waits a day for
    /// [`name_document`](Self::name_document).
    ///
    /// # Errors
    /// A refusal if nobody is signed in; if such a document isn't taken; or what doesn't work.
    pub async fn upload(&self, declared: Declared) -> Result<Upload, Error> {
        let owner = owner(self.actor())?;
        let documents = self.kanzlei().documents();
        Ok(documents.begin(&owner, declared).await?)
    }

    /// What this actor has uploaded under this digest, as long as no command has named it.
    ///
    /// # Errors
    /// [`DocumentsError::NotUploaded`] if there is none; or what doesn't work.
    pub async fn uploaded(&self, digest: Hash) -> Result<Uploaded, Error> {
        let owner = owner(self.actor())?;
        let documents = self.kanzlei().documents();
        Ok(documents.uploaded(&owner, digest).await?)
    }

    /// Lets a case name a document that this actor has uploaded; from then on it belongs to the
    /// case. A crash at any moment neither loses a document that the case names nor leaves one that
    /// it doesn't.
    ///
    /// # Errors
    /// [`DocumentsError::NotUploaded`] if no such upload of theirs waits; a refusal; or what
    /// doesn't work.
    pub async fn name_document(&self, naming: Naming) -> Result<Receipt, Error> {
        let owner = owner(self.actor())?;
        let documents = self.kanzlei().documents();
        let claimed = documents.claim(&owner, naming.digest, naming.case).await;
        let (slot, details) = match (claimed, naming.id) {
            (Ok(uploaded), _) => (uploaded.slot, uploaded.details()),
            (Err(DocumentsError::NotUploaded { digest }), Some(id)) => {
                let named = self.named_before(id, naming.case, digest).await?;
                named.ok_or(DocumentsError::NotUploaded { digest })?
            }
            (Err(error), _) => return Err(error.into()),
        };
        let id = match naming.id {
            Some(id) => id,
            None => self.kanzlei().engine().command_id()?,
        };
        let command = Command::ReferenceDocument {
            kind: naming.kind,
            digest: naming.digest,
            details,
            sealed_under: Some(slot),
        };
        let mut order = Order::new(id, Some(naming.case), command);
        order.if_version = naming.if_version;
        let receipt = self.send(order).await?;
        // The case names it. If this fails, the next sweep finds that out.
        let _ = documents.keep(&owner, naming.digest).await;
        Ok(receipt)
    }

    /// A document of a case, if this actor may see it there.
    ///
    /// # Errors
    /// The refusal `case-not-found` or `document-unknown`; [`DocumentsError::Erased`]; or what
    /// doesn't work.
    pub async fn read_document(
        &self,
        case: CaseId,
        document: DocumentId,
    ) -> Result<(DocumentDetails, DocumentReader), Error> {
        let answers = self.case(case).await?;
        let contents = answers.iter().filter_map(|answer| answer.contents());
        let mut shown = contents.flat_map(|contents| &contents.documents);
        let Some(found) = shown.find(|shown| shown.document == document) else {
            let said = format!("you see no document {document} in this case");
            return Err(Refusal::new("document-unknown", said)
                .with("document", document)
                .into());
        };
        let digest = found.digest;
        let details = found.details.shown().cloned();
        let details = details.ok_or(DocumentsError::Erased { digest })?;
        let documents = self.kanzlei().documents();
        Ok((details, documents.read(digest, found.slot).await?))
    }

    /// Slot and details of a document that this command has named already: what the same command
    /// is made of again once the upload is no longer known.
    async fn named_before(
        &self,
        id: CommandId,
        case: CaseId,
        digest: Hash,
    ) -> Result<Option<(KeySlot, DocumentDetails)>, Error> {
        let store = &self.kanzlei().engine().ports().store;
        if store.answered(id).await?.is_none() {
            return Ok(None);
        }
        let answers = self.case(case).await?;
        let contents = answers.iter().filter_map(|answer| answer.contents());
        let mut shown = contents.flat_map(|contents| &contents.documents);
        let found = shown.find(|shown| shown.digest == digest);
        Ok(found.and_then(|shown| Some((shown.slot, shown.details.shown()?.clone()))))
    }
}

/// Whose an upload is.
fn owner(actor: &Actor) -> Result<[u8; 17], Refusal> {
    let (kind, id) = match &actor.who {
        Who::Installation => (0, &[0; 16]),
        Who::Person { id, .. } => (1, id.as_bytes()),
        Who::Official { id, .. } => (2, id.as_bytes()),
        _ => {
            let said = "who uploads a document must be signed in";
            return Err(Refusal::new("sign-in-needed", said));
        }
    };
    let mut owner = [kind; 17];
    let to = owner.iter_mut().skip(1);
    to.zip(id).for_each(|(to, from)| *to = *from);
    Ok(owner)
}

/// Asks the log itself which documents a case names.
pub(crate) struct InLog(pub(crate) Arc<dyn EventStore>);

#[async_trait]
impl References for InLog {
    async fn names(&self, case: CaseId, digest: Hash) -> Result<bool, StoreError> {
        let mut found = false;
        let named = each_event(self.0.as_ref(), case, |_, event| {
            // One that can't be read might name it.
            found = match Event::decode(event) {
                Ok(Some(Event::DocumentReferenced(document))) => document.digest == digest,
                Ok(_) => false,
                Err(_) => true,
            };
            if found {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        named.await?;
        Ok(found)
    }
}

/// Reads all events of a case, each with the head of its commit, until told to stop.
pub(crate) async fn each_event(
    store: &dyn EventStore,
    case: CaseId,
    mut each: impl FnMut(&Head, &EventRef<'_>) -> ControlFlow<()> + Send,
) -> Result<(), StoreError> {
    let mut after = Version::NONE;
    loop {
        let page = store.case(case, after, PAGE, Read::Fresh).await?;
        for commit in page.commits() {
            for part in commit.record.parts().filter(|part| part.case == case) {
                for event in part.events() {
                    if each(commit.record.head(), &event).is_break() {
                        return Ok(());
                    }
                }
                after = part.last();
            }
        }
        if !page.more() {
            return Ok(());
        }
    }
}
