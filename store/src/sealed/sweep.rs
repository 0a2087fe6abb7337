//! Sweeping: what has expired, and what crashes left.

use std::collections::BTreeSet;
use std::path::Path;

use kanzlei_core::record::KeyState;
use kanzlei_core::{KeySlot, Timestamp};

use super::drawer::{Drawer, Named, header};
use super::entry::{Entry, EntryId, Header, Unreadable};
use super::error::SealedError;
use super::folder::{Folder, Swept, Whereabouts};
use super::within::unreadable;

/// What a sweep found in a drawer.
#[derive(Default)]
struct Findings {
    expired: Vec<Named>,
    /// Written in part, or robbed of its key: it never becomes an entry again.
    leftovers: Vec<Named>,
    swept: Swept,
}

impl Folder {
    pub(super) async fn everywhere(&self) -> Result<Vec<Whereabouts>, SealedError> {
        let mut all = Vec::new();
        for drawer in self.drawers().await? {
            let files = drawer.files()?.into_iter();
            all.extend(files.filter(|named| !named.unfinished).map(|named| {
                let (drawer, id) = (drawer.clone(), named.id);
                Whereabouts { drawer, id }
            }));
        }
        Ok(all)
    }

    pub(super) async fn read_at(
        &self,
        drawer: &Drawer,
        id: EntryId,
    ) -> Result<Option<Entry>, SealedError> {
        let mut files = drawer.files()?.into_iter();
        match files.find(|named| named.id == id && !named.unfinished) {
            Some(named) => Ok(self.opened(drawer, &named).await?.map(|kept| kept.entry)),
            None => Ok(None),
        }
    }

    /// Removes what had expired in a drawer at a moment, and what crashes left.
    pub(super) async fn sweep_drawer(
        &self,
        drawer: &Drawer,
        moment: Timestamp,
    ) -> Result<Swept, SealedError> {
        let files = drawer.files()?;
        let slots: Vec<KeySlot> = files.iter().map(|named| named.slot).collect();
        let keys = self.slots.sound_keys(&slots).await?;
        let mut findings = Findings::default();
        let mut kept = BTreeSet::new();
        let (unfinished, finished) = files.into_iter().partition::<Vec<_>, _>(|it| it.unfinished);
        for named in finished {
            if matches!(keys.get(named.slot), Some(KeyState::Destroyed)) {
                findings.leftovers.push(named);
            } else if !expired(&named, moment, &mut findings.swept) {
                // One whose key is lost, too: that may come back with a newer vault.
                kept.insert(named.slot);
            } else if self.owns_slot(drawer, &named).await? {
                findings.expired.push(named);
            } else {
                let why = Unreadable::Damaged("its slot's key is another's");
                findings.swept.unreadable.push(unreadable(&named.path, why));
            }
        }
        // A new revision is written under the key of the one before, which is still needed.
        let (beside, alone): (Vec<_>, Vec<_>) = unfinished
            .into_iter()
            .partition(|named| kept.contains(&named.slot));
        findings.leftovers.extend(alone);
        let mut swept = findings.swept;
        swept.expired += findings.expired.len();
        swept.leftovers += findings.leftovers.len() + beside.len();
        self.discard(drawer, beside.iter())?;
        self.erase(drawer, &[findings.expired, findings.leftovers].concat())
            .await?;
        Ok(swept)
    }
}

/// Whether a file's entry had expired by that moment; one that can't be read is noted.
fn expired(named: &Named, moment: Timestamp, swept: &mut Swept) -> bool {
    match header_of(&named.path) {
        Ok(header) => header.expires <= moment,
        Err(error) => {
            swept.unreadable.push(error);
            false
        }
    }
}

fn header_of(path: &Path) -> Result<Header, SealedError> {
    let (bytes, length) = header(path).map_err(|error| SealedError::disk(path, error))?;
    Header::read(&bytes, length).map_err(|why| unreadable(path, why))
}
