//! Drafts: forms in the making, kept outside the log until they are handed in.

mod error;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use kanzlei_core::engine::Ports;
use kanzlei_core::ports::{Purpose, StoreError};
use kanzlei_core::{Actor, CaseId, Code, CommandId, Language, PersonId, Timestamp};
use kanzlei_store::{Entry, EntryId, Revision, SealedError, SealedFolder, SealedOptions};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use error::DraftsError;

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;
/// How a draft's bytes begin: the schema of [`DraftContent`].
const SCHEMA: u8 = 1;

/// A draft's id: whoever has it has nothing yet, since a draft is found only by its person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DraftId(EntryId);

impl DraftId {
    /// The id that is written so; `None` if none is.
    pub fn parse(text: &str) -> Option<Self> {
        EntryId::parse(text).map(Self)
    }
}

/// Thirty-two hexadecimal digits.
impl fmt::Display for DraftId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for DraftId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DraftId({self})")
    }
}

impl Serialize for DraftId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// What somebody has filled in so far.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftContent {
    /// The service.
    pub service: Code,
    /// The edition of it whose form was shown.
    pub edition: u32,
    /// In which language, if that was chosen.
    pub language: Option<Language>,
    /// What was typed, by field, just as it was typed: a form in the making isn't valid.
    pub fields: BTreeMap<String, String>,
    /// How far they got, in the form's own steps.
    pub step: u16,
}

/// Without what was typed.
impl fmt::Debug for DraftContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DraftContent")
            .field("service", &self.service)
            .field("edition", &self.edition)
            .field("step", &self.step)
            .finish_non_exhaustive()
    }
}

/// A draft, as it was saved last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// How often it was saved: who saves it again says which they saw.
    pub revision: u64,
    /// When it was saved.
    pub saved: Timestamp,
    /// From when on it is gone.
    pub expires: Timestamp,
    /// What it holds.
    pub content: DraftContent,
}

impl Draft {
    /// Whether it will be gone within [`Drafts::WARNING_DAYS`] days.
    pub fn expires_soon(&self, now: Timestamp) -> bool {
        self.expires <= now.plus_micros(Drafts::WARNING_DAYS * DAY)
    }
}

/// A person's drafts.
#[derive(Debug, Default)]
pub struct DraftList {
    /// Those that can be read, the one saved last first.
    pub drafts: Vec<Draft>,
    /// How many there are beside that can't be read, because their files are damaged.
    pub unreadable: usize,
}

/// The drafts of all people, each of whom sees their own.
///
/// A draft is saved by whoever says which revision they saw, so that two devices don't overwrite
/// each other. It expires [`DAYS`](Self::DAYS) days after it was saved last. Handed in it is gone:
/// its id is that of the command too, so that handing it in twice makes one case, and one that a
/// crash left behind is known for what it is.
pub struct Drafts {
    folder: Arc<SealedFolder>,
    ports: Ports,
}

impl Drafts {
    /// Days from the last time that a draft was saved until it is gone.
    pub const DAYS: i64 = 30;
    /// Days before that in which its person is to be warned.
    pub const WARNING_DAYS: i64 = 14;
    /// How long a draft may be, in bytes.
    pub const BYTES_MAX: usize = 128 * 1024;
    /// How many drafts a person may have.
    pub const PER_PERSON_MAX: usize = 50;

    /// What their folder is called.
    pub(crate) const FOLDER: &str = "drafts";

    /// What their folder is opened with.
    pub(crate) fn options() -> SealedOptions {
        let mut options = SealedOptions::new(Self::FOLDER);
        options.entry_bytes_max = Self::BYTES_MAX;
        options.entries_per_owner_max = Self::PER_PERSON_MAX;
        options
    }

    pub(crate) fn new(folder: Arc<SealedFolder>, ports: Ports) -> Self {
        Self { folder, ports }
    }

    /// A new draft's id.
    ///
    /// # Errors
    /// If the system has no random bytes.
    pub fn new_id(&self) -> Result<DraftId, DraftsError> {
        Ok(self.folder.new_id().map(DraftId)?)
    }

    /// Saves a draft of this person: a new one under a [`new_id`](Self::new_id) with
    /// [`Revision::NONE`], another with the revision that was seen.
    ///
    /// # Errors
    /// [`DraftsError`] says what can be done.
    pub async fn save(
        &self,
        actor: &Actor,
        id: DraftId,
        seen: Revision,
        content: DraftContent,
    ) -> Result<Draft, DraftsError> {
        let owner = owner(actor)?;
        let command = self.command_id(actor, id).await?;
        self.not_handed_in(command).await?;
        let saved = self.ports.clock.now();
        let expires = saved.plus_micros(Self::DAYS * DAY);
        let kept = Kept {
            saved,
            command,
            content,
        };
        let bytes = kept.to_bytes();
        let content = kept.content;
        let put = self.folder.put(&owner, id.0, seen, expires, &bytes).await?;
        Ok(Draft {
            id,
            revision: put.0,
            saved,
            expires,
            content,
        })
    }

    /// A draft of this person.
    ///
    /// # Errors
    /// [`DraftsError::NotFound`], [`DraftsError::HandedIn`], or what doesn't work.
    pub async fn get(&self, actor: &Actor, id: DraftId) -> Result<Draft, DraftsError> {
        let entry = self.folder.get(&owner(actor)?, id.0).await?;
        let entry = entry.ok_or(DraftsError::NotFound)?;
        let damaged = || DraftsError::Damaged {
            path: self.folder.path().join(id.to_string()),
        };
        let kept = Kept::read(&entry).ok_or_else(damaged)?;
        self.not_handed_in(kept.command).await?;
        Ok(kept.draft(&entry))
    }

    /// The drafts of this person that aren't handed in.
    ///
    /// # Errors
    /// If the actor is no person, or what doesn't work.
    pub async fn list(&self, actor: &Actor) -> Result<DraftList, DraftsError> {
        let listing = self.folder.list(&owner(actor)?).await?;
        let mut list = DraftList {
            drafts: Vec::new(),
            unreadable: listing.unreadable.len(),
        };
        for entry in &listing.entries {
            match Kept::read(entry) {
                Some(kept) if self.answered(kept.command).await?.is_some() => {}
                Some(kept) => list.drafts.push(kept.draft(entry)),
                None => list.unreadable += 1,
            }
        }
        let newest = |draft: &Draft| (std::cmp::Reverse(draft.saved), draft.id);
        list.drafts.sort_by_key(newest);
        Ok(list)
    }

    /// Discards a draft of this person, and says whether there was one. It can't be had back: its
    /// key is destroyed.
    ///
    /// # Errors
    /// If the actor is no person, or what doesn't work.
    pub async fn discard(&self, actor: &Actor, id: DraftId) -> Result<bool, DraftsError> {
        Ok(self.folder.remove(&owner(actor)?, id.0).await?)
    }

    /// Erases all drafts of a person, and says how many there were.
    ///
    /// # Errors
    /// What doesn't work; then some may still be there.
    pub async fn erase(&self, person: PersonId) -> Result<usize, DraftsError> {
        Ok(self.folder.remove_all(person.as_bytes()).await?)
    }

    /// The id of the command by which this person hands a draft in.
    ///
    /// # Errors
    /// If the actor is no person, or the vault doesn't answer.
    pub async fn command_id(&self, actor: &Actor, id: DraftId) -> Result<CommandId, DraftsError> {
        let of = [b"draft".as_slice(), &owner(actor)?, id.0.as_bytes()].concat();
        let token = self.ports.vault.token(Purpose::Derive, &of).await?;
        Ok(CommandId::derived(token))
    }

    /// The case that a draft of this person became, if it was handed in.
    ///
    /// # Errors
    /// If the actor is no person, or store or vault don't answer.
    pub async fn handed_in(
        &self,
        actor: &Actor,
        id: DraftId,
    ) -> Result<Option<CaseId>, DraftsError> {
        let command = self.command_id(actor, id).await?;
        Ok(self.answered(command).await?)
    }

    /// What a draft of this person says that was handed in, as long as it isn't discarded: for whoever goes on with
    /// what comes after that, such as naming papers.
    ///
    /// # Errors
    /// If the actor is no person, or what doesn't work.
    pub async fn left_behind(
        &self,
        actor: &Actor,
        id: DraftId,
    ) -> Result<Option<DraftContent>, DraftsError> {
        let entry = self.folder.get(&owner(actor)?, id.0).await?;
        let kept = entry.as_ref().and_then(Kept::read);
        Ok(kept.map(|kept| kept.content))
    }

    async fn answered(&self, command: CommandId) -> Result<Option<CaseId>, StoreError> {
        let answered = self.ports.store.answered(command).await?;
        Ok(answered.and_then(|first| first.cases.first().map(|(case, _)| *case)))
    }

    async fn not_handed_in(&self, command: CommandId) -> Result<(), DraftsError> {
        match self.answered(command).await? {
            None => Ok(()),
            Some(case) => Err(DraftsError::HandedIn {
                case,
                reference: case.reference(),
            }),
        }
    }

    /// Removes those that were handed in, and those that have expired.
    pub(crate) async fn sweep(&self) -> Result<SweptDrafts, DraftsError> {
        let mut swept = SweptDrafts::default();
        for at in self.folder.everywhere().await? {
            let entry = match self.folder.read_at(&at).await {
                Ok(entry) => entry,
                Err(error) if error.file().is_some() => {
                    swept.unreadable.push(error);
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let kept = entry.as_ref().and_then(Kept::read);
            if let Some(kept) = kept
                && self.answered(kept.command).await?.is_some()
            {
                swept.gone += usize::from(self.folder.remove_at(&at).await?);
            }
        }
        swept.gone += self.folder.sweep().await?.expired;
        Ok(swept)
    }
}

/// What a sweep of drafts did.
#[derive(Debug, Default)]
pub(crate) struct SweptDrafts {
    pub(crate) gone: usize,
    pub(crate) unreadable: Vec<SealedError>,
}

impl fmt::Debug for Drafts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Drafts({})", self.folder.path().display())
    }
}

fn owner(actor: &Actor) -> Result<[u8; 16], DraftsError> {
    let person = actor.person().ok_or(DraftsError::NotAPerson)?;
    Ok(*person.as_bytes())
}

/// A draft as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    saved: Timestamp,
    /// By which it is handed in: whoever sweeps doesn't know whose it is.
    command: CommandId,
    content: DraftContent,
}

impl Kept {
    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // Texts and numbers always have bytes.
        let bytes = postcard::to_extend(self, vec![SCHEMA]).unwrap_or_default();
        Zeroizing::new(bytes)
    }

    fn read(entry: &Entry) -> Option<Self> {
        let (schema, bytes) = entry.bytes.split_first()?;
        let (kept, rest) = postcard::take_from_bytes(bytes).ok()?;
        (*schema == SCHEMA && rest.is_empty()).then_some(kept)
    }

    fn draft(self, entry: &Entry) -> Draft {
        Draft {
            id: DraftId(entry.id),
            revision: entry.revision.0,
            saved: self.saved,
            expires: entry.expires,
            content: self.content,
        }
    }
}
