//! Erasing a person from a case, or all that is personal in it. The keys go, and with them what they
//! open; the log stays as it is, and still folds and verifies.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use kanzlei_core::domain::event::{Event, PartyDetails};
use kanzlei_core::domain::{PartyId, Standing, Status, TypedEvent};
use kanzlei_core::ports::{Access, Purpose};
use kanzlei_core::record::{Hash, KeyState, Keyring, Personal};
use kanzlei_core::{Actor, CaseId, KeySlot, PersonId, Refusal};
use kanzlei_projections::{Involvement, QueryError, directory};

use crate::documents::each_event;
use crate::{Error, Kanzlei};

/// What an erasure takes away, to be looked at before it is [done](Kanzlei::erase).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Erasure {
    /// The case.
    pub case: CaseId,
    /// The party who is erased from it. `None`: all of them, and what can't be attributed to one,
    /// such as messages, notes and grounds.
    pub party: Option<PartyId>,
    /// Whether something is still to be done in the case.
    pub open: bool,
    /// How many documents go: those that the party handed in, or all.
    pub documents: usize,
    /// Whether all of it is erased already.
    pub erased: bool,
    /// The other cases in which these persons are parties, each of which has an erasure of its own.
    pub elsewhere: Vec<CaseId>,
    slots: BTreeSet<KeySlot>,
    files: Vec<(Hash, KeySlot)>,
    persons: Vec<(PersonId, Involvement)>,
}

impl Kanzlei {
    /// What erasing this party, or all that is personal in the case, would take away. Nothing is
    /// changed.
    ///
    /// # Errors
    /// The refusals `case-not-found` and `party-unknown`, or `case-open`: without its own key nobody
    /// could go on with a case, so all of it is erased only once it is over. Or what doesn't work.
    pub async fn erasure(&self, case: CaseId, party: Option<PartyId>) -> Result<Erasure, Error> {
        let operator = self.act_as(Actor::installation());
        let seen = operator.stand_in(case, Standing::Responsible).await?;
        let open = seen.outline().map(|one| one.status) == Some(Status::Open);
        let inside = Inside::of(self, case).await?;
        if party.is_some_and(|party| !inside.parties.contains_key(&party)) {
            let said = format!("the case has the parties {}", inside.numbers());
            return Err(Refusal::new("party-unknown", said).into());
        }
        if open && party.is_none() {
            let said = "the case is open: close it first, or erase its parties one by one";
            return Err(Refusal::new("case-open", said).into());
        }
        let (slots, files) = inside.taken(party);
        let every = slots.iter().chain(files.iter().map(|(_, slot)| slot));
        let every: Vec<KeySlot> = every.copied().collect();
        let why = Access {
            purpose: Purpose::Directory,
            case: Some(case),
        };
        let keys = self.engine().ports().vault.fetch(&every, why).await?;
        let gone = |slot: &KeySlot| matches!(keys.get(*slot), Some(KeyState::Destroyed));
        let persons = inside.persons(case, party, &keys);
        Ok(Erasure {
            case,
            party,
            open,
            documents: files.len(),
            erased: every.iter().all(gone),
            elsewhere: self.elsewhere(case, &persons).await?,
            slots,
            files,
            persons,
        })
    }

    /// Erases for ever: there is no way back but a backup of the vault, which keeps the keys until
    /// it is overwritten. Done again it makes good what a crash has left undone.
    ///
    /// # Errors
    /// What doesn't work; then do it again.
    pub async fn erase(&self, erasure: &Erasure) -> Result<(), Error> {
        // Once the keys are gone nobody knows any more whose list it was, so the lists go first; and
        // again after it, for what a view that is being rebuilt has found meanwhile.
        self.forget(erasure).await?;
        for (digest, slot) in &erasure.files {
            self.documents().erase(*digest, *slot).await?;
        }
        let slots: Vec<KeySlot> = erasure.slots.iter().copied().collect();
        self.engine().ports().vault.destroy(&slots).await?;
        self.forget(erasure).await
    }

    async fn forget(&self, erasure: &Erasure) -> Result<(), Error> {
        for (person, involvement) in &erasure.persons {
            let forgotten = self.runner().forget(*person, *involvement).await;
            forgotten.map_err(QueryError::from)?;
        }
        Ok(())
    }

    async fn elsewhere(
        &self,
        case: CaseId,
        persons: &[(PersonId, Involvement)],
    ) -> Result<Vec<CaseId>, Error> {
        let end = self.engine().ports().store.watermark().now();
        self.queries().caught_up(directory::NAME, end).await?;
        let mut cases = BTreeSet::new();
        for (person, _) in persons {
            let all = self.queries().cases_of(*person).await?;
            cases.extend(all.into_iter().map(|one| one.case));
        }
        cases.remove(&case);
        Ok(cases.into_iter().collect())
    }
}

/// What a case has under which key.
struct Inside {
    parties: BTreeMap<PartyId, (KeySlot, Personal<PartyDetails>)>,
    /// Each with who named it, if that was a party.
    documents: Vec<(Hash, KeySlot, Option<KeySlot>)>,
    /// Every slot that the case names.
    slots: BTreeSet<KeySlot>,
}

impl Inside {
    async fn of(kanzlei: &Kanzlei, case: CaseId) -> Result<Self, Error> {
        let mut inside = Self {
            parties: BTreeMap::new(),
            documents: Vec::new(),
            slots: BTreeSet::new(),
        };
        let store = kanzlei.engine().ports().store.as_ref();
        each_event(store, case, |head, event| {
            inside.slots.extend(event.values().map(|value| value.slot));
            match Event::decode(event) {
                Ok(Some(Event::CaseOpened(opened))) => {
                    inside.slots.insert(opened.slot);
                }
                Ok(Some(Event::PartyAdded(added))) => {
                    inside.slots.insert(added.slot);
                    inside
                        .parties
                        .insert(added.party, (added.slot, added.details));
                }
                Ok(Some(Event::DocumentReferenced(document))) => {
                    let one = (document.digest, document.slot, head.acting.party());
                    inside.documents.push(one);
                }
                _ => {}
            }
            ControlFlow::Continue(())
        })
        .await?;
        Ok(inside)
    }

    fn numbers(&self) -> String {
        let numbers = self.parties.keys().map(ToString::to_string);
        numbers.collect::<Vec<_>>().join(", ")
    }

    /// The slots that go, and the documents with them.
    fn taken(&self, party: Option<PartyId>) -> (BTreeSet<KeySlot>, Vec<(Hash, KeySlot)>) {
        let own = party.and_then(|party| self.parties.get(&party));
        let own = own.map(|(slot, _)| *slot);
        let theirs = |by: Option<KeySlot>| own.is_none() || by == own;
        let documents = self.documents.iter().filter(|(_, _, by)| theirs(*by));
        let files = documents
            .map(|(digest, slot, _)| (*digest, *slot))
            .collect();
        (
            own.map_or_else(|| self.slots.clone(), |own| [own].into()),
            files,
        )
    }

    /// Who is nobody in the case afterwards.
    fn persons(
        &self,
        case: CaseId,
        which: Option<PartyId>,
        keys: &Keyring,
    ) -> Vec<(PersonId, Involvement)> {
        let goes = |party: PartyId| which.is_none_or(|which| which == party);
        let parties = self.parties.iter().filter(|(party, _)| goes(**party));
        let opened = parties.filter_map(|(party, (_, details))| {
            let person = details.open(keys).ok()?.person?;
            let party = *party;
            Some((person, Involvement { case, party }))
        });
        opened.collect()
    }
}
