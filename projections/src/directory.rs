//! The directory: which cases a person is a party in. It is the one reader of the log with keys.
//!
//! ```text
//! P token            the person's slot, and how many chunks there are
//! C token number     a chunk of (case, party), sealed under that slot
//! D slot             a slot that is to be destroyed
//! ```
//!
//! The token is the vault's, so the rows say of nobody who they are. The slot never stands in the
//! log. A case is taken out by sealing the rest anew under a new slot and destroying the old one;
//! row `D` is written together with the new chunks, so that a crash between the two is made good.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError};

use futures::executor::block_on;
use kanzlei_core::domain::event::{Event, PartyAdded};
use kanzlei_core::ports::{Access, Entropy, KeyVault, Purpose, Row, ViewSnapshot};
use kanzlei_core::record::{Key as SlotKey, KeyState, Keyring, Page, Sealed, Unopened};
use kanzlei_core::{CaseId, KeySlot, PersonId};
use serde::{Deserialize, Serialize};

use crate::error::ProjectionError;
use crate::involvement::Involvement;
use crate::key::{Fields, Key, end_of};
use crate::projection::{Interest, PartInLog};
use crate::runner::worker::{Amendment, Stuck, Worker};
use crate::views::{Views, decode, hex};

/// The view's name.
pub const NAME: &str = "directory";
const REVISION: u32 = 1;
/// The oldest revision whose rows are like these.
const OLDEST: u32 = 1;

const PERSON: u8 = b'P';
const CHUNK: u8 = b'C';
const DOOMED: u8 = b'D';

/// Slots that are minted at once: each time is a sync.
const MINTED: usize = 64;
/// Cases in one chunk.
const CHUNK_CASES: usize = 256;
/// Slots whose keys are fetched at once.
const FETCHED: usize = 1_024;
/// Chunks of one person that are read at once.
const CHUNKS_READ: usize = 1_024;

const WHY: Access = Access {
    purpose: Purpose::Directory,
    case: None,
};

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct PersonRow {
    slot: KeySlot,
    chunks: u32,
}

type Chunk = Sealed<Vec<Involvement>>;
type Token = [u8; 16];

/// The directory, which a [`Runner`](crate::Runner) keeps current as long as the vault answers.
/// Without the vault it waits, and the other views go on.
pub struct Directory {
    vault: Arc<dyn KeyVault>,
    entropy: Arc<dyn Entropy>,
    interest: Interest,
    minted: Mutex<Vec<KeySlot>>,
}

impl Directory {
    /// A directory with the keys of this vault.
    pub fn new(vault: Arc<dyn KeyVault>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            vault,
            entropy,
            // PartyAdded
            interest: Interest::in_cases().of_kinds([0x0101..=0x0101]),
            minted: Mutex::default(),
        }
    }

    /// The oldest revision whose rows can be read.
    pub(crate) const fn oldest() -> u32 {
        OLDEST
    }

    /// The token under which a person's rows stand.
    pub(crate) async fn token(&self, person: PersonId) -> Result<Token, ProjectionError> {
        let token = self.vault.token(Purpose::Directory, person.as_bytes());
        Ok(token.await?)
    }

    /// Opens what [`listed`] has read; `None` if its key was destroyed meanwhile.
    pub(crate) async fn opened(
        &self,
        list: &Listed,
    ) -> Result<Option<Vec<Involvement>>, ProjectionError> {
        let keys = self.vault.fetch(&[list.slot], WHY).await?;
        if key_of(&keys, list.slot)?.is_none() {
            return Ok(None);
        }
        let mut found = Vec::new();
        for chunk in &list.chunks {
            found.extend(chunk.open(&keys).map_err(unopened)?);
        }
        found.sort_unstable();
        Ok(Some(found))
    }

    /// Who became a party in which case, in the order of the log.
    fn parties(&self, page: &Page) -> Result<Vec<(CaseId, PartyAdded)>, Stuck> {
        let mut parties = Vec::new();
        for commit in page.commits() {
            for part in commit.record.parts() {
                if !self.interest.takes(&part) {
                    continue;
                }
                let part = PartInLog {
                    stamp: commit.stamp,
                    head: commit.record.head(),
                    part,
                };
                for event in part.decoded() {
                    match event {
                        Ok((_, Some(Event::PartyAdded(added)))) => {
                            parties.push((part.part.case, added));
                        }
                        Ok(_) => {}
                        Err(error) => {
                            let at = (commit.stamp.position, part.part.case, error.version());
                            return Err(Stuck {
                                at: Some(at),
                                error,
                            });
                        }
                    }
                }
            }
        }
        Ok(parties)
    }

    fn fetch(&self, slots: &[KeySlot]) -> Result<Keyring, ProjectionError> {
        let mut keys = Keyring::default();
        for slots in slots.chunks(FETCHED) {
            keys.extend(block_on(self.vault.fetch(slots, WHY))?);
        }
        Ok(keys)
    }

    fn mint(&self) -> Result<KeySlot, ProjectionError> {
        let mut minted = self.minted.lock().unwrap_or_else(PoisonError::into_inner);
        if minted.is_empty() {
            *minted = block_on(self.vault.mint(MINTED))?;
        }
        let none = || ProjectionError::Own("the vault has minted no slot".to_owned());
        minted.pop().ok_or_else(none)
    }

    /// Adds to a person's list, which begins if there is none or its key was destroyed.
    fn add(
        &self,
        token: Token,
        cases: &[Involvement],
        views: &mut Views<'_>,
    ) -> Result<(), ProjectionError> {
        let key = Key::of(PERSON).bytes(&token);
        if let Some(row) = views.read::<PersonRow>(key.as_slice())? {
            let keys = self.fetch(&[row.slot])?;
            if let Some(slot_key) = key_of(&keys, row.slot)? {
                return self.append(token, row, slot_key, cases, views);
            }
            drop_chunks(token, views)?;
        }
        self.begin(token, cases, views)
    }

    /// Seals a list under a new slot.
    fn begin(
        &self,
        token: Token,
        cases: &[Involvement],
        views: &mut Views<'_>,
    ) -> Result<(), ProjectionError> {
        let row = PersonRow {
            slot: self.mint()?,
            chunks: 0,
        };
        let keys = self.fetch(&[row.slot])?;
        let key = keys.key(row.slot).ok_or_else(|| {
            ProjectionError::Own("the vault doesn't know a slot that it has minted".to_owned())
        })?;
        self.append(token, row, key, cases, views)
    }

    fn append(
        &self,
        token: Token,
        mut row: PersonRow,
        key: &SlotKey,
        cases: &[Involvement],
        views: &mut Views<'_>,
    ) -> Result<(), ProjectionError> {
        for cases in cases.chunks(CHUNK_CASES) {
            let mut salt = [0; 16];
            let own = |error: &dyn std::fmt::Display| ProjectionError::Own(error.to_string());
            self.entropy.fill(&mut salt).map_err(|error| own(&error))?;
            let chunk: Chunk =
                Sealed::seal(row.slot, &cases.to_vec(), key, salt).map_err(|error| own(&error))?;
            let place = Key::of(CHUNK).bytes(&token).u32(row.chunks);
            views.write(place.as_slice(), &chunk)?;
            row.chunks += 1;
        }
        views.write(Key::of(PERSON).bytes(&token).as_slice(), &row)
    }

    fn forget(
        &self,
        person: PersonId,
        involvement: Involvement,
        views: &mut Views<'_>,
    ) -> Result<(), ProjectionError> {
        let token = block_on(self.token(person))?;
        let key = Key::of(PERSON).bytes(&token);
        let Some(row) = views.read::<PersonRow>(key.as_slice())? else {
            return Ok(());
        };
        let keys = self.fetch(&[row.slot])?;
        let mut rest = Vec::new();
        for chunk in drop_chunks(token, views)? {
            match chunk.open(&keys) {
                Ok(cases) => rest.extend(cases),
                Err(Unopened::Erased) => {}
                Err(other) => return Err(unopened(other)),
            }
        }
        rest.retain(|one| *one != involvement);
        views.remove(key.as_slice());
        if !rest.is_empty() {
            self.begin(token, &rest, views)?;
        }
        views.put(Key::of(DOOMED).u64(row.slot.0).as_slice(), Vec::new());
        Ok(())
    }
}

/// The key of a person's list; `None` if it was destroyed. Where an older vault was put back the list is there, and
/// begun again it would lack what it had.
fn key_of(keys: &Keyring, slot: KeySlot) -> Result<Option<&SlotKey>, ProjectionError> {
    match keys.get(slot) {
        Some(KeyState::Alive(key)) => Ok(Some(key)),
        Some(KeyState::Destroyed) => Ok(None),
        Some(KeyState::Lost | KeyState::Unknown) | None => Err(ProjectionError::Own(
            "the key of a person's list isn't in the vault, since an older one was put back: rebuild the directory"
                .to_owned(),
        )),
    }
}

fn unopened(why: Unopened) -> ProjectionError {
    ProjectionError::Own(format!("a row of the directory doesn't open: {why}"))
}

/// Removes all chunks of a person, and gives them back.
fn drop_chunks(token: Token, views: &mut Views<'_>) -> Result<Vec<Chunk>, ProjectionError> {
    let mut chunks = Vec::new();
    let prefix = Key::of(CHUNK).bytes(&token);
    loop {
        let rows = views.with_prefix(prefix.as_slice(), CHUNKS_READ)?;
        for row in &rows {
            chunks.push(decode(&row.key, &row.value)?);
            views.remove(&row.key);
        }
        if rows.len() < CHUNKS_READ {
            return Ok(chunks);
        }
    }
}

/// A person's list, sealed.
pub(crate) struct Listed {
    slot: KeySlot,
    chunks: Vec<Chunk>,
}

/// Reads a person's list, sealed; `None` if there is none.
pub(crate) fn listed(
    snapshot: &dyn ViewSnapshot,
    token: Token,
) -> Result<Option<Listed>, ProjectionError> {
    let key = Key::of(PERSON).bytes(&token);
    let Some(row) = snapshot.get(key.as_slice())? else {
        return Ok(None);
    };
    let row: PersonRow = decode(key.as_slice(), &row)?;
    let prefix = Key::of(CHUNK).bytes(&token);
    let end = end_of(prefix.as_slice());
    let mut from = Bound::Included(prefix.into_vec());
    let mut chunks = Vec::new();
    loop {
        let between = (
            from.as_ref().map(Vec::as_slice),
            end.as_ref().map(Vec::as_slice),
        );
        let rows = snapshot.range(between, false, CHUNKS_READ)?;
        for row in &rows {
            chunks.push(decode(&row.key, &row.value)?);
        }
        match rows.last() {
            Some(last) if rows.len() == CHUNKS_READ => from = Bound::Excluded(last.key.clone()),
            _ => break,
        }
    }
    if usize::try_from(row.chunks) != Ok(chunks.len()) {
        let key = hex(key.as_slice());
        return Err(ProjectionError::Row { key });
    }
    let slot = row.slot;
    Ok(Some(Listed { slot, chunks }))
}

impl Worker for Directory {
    fn name(&self) -> &'static str {
        NAME
    }

    fn revision(&self) -> u32 {
        REVISION
    }

    fn apply(&self, page: &Page, views: &mut Views<'_>, _: usize) -> Result<(), Stuck> {
        let parties = self.parties(page)?;
        if parties.is_empty() {
            return Ok(());
        }
        let mut slots: Vec<KeySlot> = parties.iter().map(|(_, added)| added.slot).collect();
        slots.sort_unstable();
        slots.dedup();
        let keys = self.fetch(&slots)?;
        let mut found: BTreeMap<PersonId, Vec<Involvement>> = BTreeMap::new();
        for (case, added) in parties {
            let person = match added.details.open(&keys) {
                Ok(details) => details.person,
                // Who was erased is nobody.
                Err(Unopened::Erased) => None,
                Err(other) => {
                    let why = format!("party {} of case {case} doesn't open: {other}", added.party);
                    return Err(ProjectionError::Own(why).into());
                }
            };
            if let Some(person) = person {
                let party = added.party;
                found
                    .entry(person)
                    .or_default()
                    .push(Involvement { case, party });
            }
        }
        for (person, cases) in found {
            let token = block_on(self.token(person))?;
            self.add(token, &cases, views)?;
        }
        Ok(())
    }

    fn amend(&self, amendment: Amendment, views: &mut Views<'_>) -> Result<(), ProjectionError> {
        match amendment {
            Amendment::Forget {
                person,
                involvement,
            } => self.forget(person, involvement, views),
        }
    }

    fn owes(&self, views: &mut Views<'_>) -> Result<bool, ProjectionError> {
        Ok(!views.with_prefix(&[DOOMED], 1)?.is_empty())
    }

    fn settle(&self, views: &mut Views<'_>) -> Result<(), ProjectionError> {
        let doomed = views.with_prefix(&[DOOMED], CHUNKS_READ)?;
        let slots: Vec<KeySlot> = doomed.iter().filter_map(slot_of).collect();
        block_on(self.vault.destroy(&slots))?;
        for row in &doomed {
            views.remove(&row.key);
        }
        Ok(())
    }

    /// Destroys the keys of all its lists, and what it owes: their bytes may stay on the disk for long. A view that can't
    /// be read is thrown away without.
    fn forsake(&self, view: &dyn ViewSnapshot) -> Result<(), ProjectionError> {
        let end = [DOOMED.max(PERSON) + 1];
        let mut from = vec![DOOMED.min(PERSON)];
        loop {
            let between = (Bound::Excluded(&*from), Bound::Excluded(&end[..]));
            let rows = view.range(between, false, CHUNKS_READ).unwrap_or_default();
            let Some(last) = rows.last() else {
                return Ok(());
            };
            let slots: Vec<KeySlot> = rows.iter().filter_map(slot_of).collect();
            block_on(self.vault.destroy(&slots))?;
            from.clone_from(&last.key);
        }
    }
}

/// The slot of a list, or one that is to be destroyed.
fn slot_of(row: &Row) -> Option<KeySlot> {
    match row.key.split_first()? {
        (&PERSON, _) => Some(decode::<PersonRow>(&row.key, &row.value).ok()?.slot),
        (&DOOMED, slot) => Fields(slot).u64().map(KeySlot),
        _ => None,
    }
}
