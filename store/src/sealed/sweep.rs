//! Sweeping: what has expired, and what crashes left.

use std::collections::BTreeSet;

use kanzlei_core::record::KeyState;
use kanzlei_core::{KeySlot, Timestamp};

use super::drawer::{Drawer, Named, header};
use super::entry::{Entry, Header};
use super::error::SealedError;
use super::folder::{Folder, Swept, Whereabouts};

/// What a sweep found in a drawer.
#[derive(Default)]
struct Findings {
    expired: Vec<Named>,
    /// Written in part, or robbed of its key: it never becomes an entry again.
    leftovers: Vec<Named>,
    swept: Swept,
}

impl Folder {
    /// Removes what had expired at a moment, and what crashes left.
    pub(super) async fn sweep_expired_by(&self, moment: Timestamp) -> Result<Swept, SealedError> {
        let mut swept = Swept::default();
        for drawer in self.drawers().await? {
            let _guard = self.lock(&drawer).lock().await;
            let of_drawer = self.sweep_drawer(&drawer, moment).await?;
            swept.expired += of_drawer.expired;
            swept.leftovers += of_drawer.leftovers;
            swept.damaged.extend(of_drawer.damaged);
        }
        Ok(swept)
    }

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

    pub(super) async fn read_at(&self, at: &Whereabouts) -> Result<Option<Entry>, SealedError> {
        let _guard = self.lock(&at.drawer).lock().await;
        let mut files = at.drawer.files()?.into_iter();
        match files.find(|named| named.id == at.id && !named.unfinished) {
            Some(named) => Ok(self
                .opened(&at.drawer, &named)
                .await?
                .map(|kept| kept.entry)),
            None => Ok(None),
        }
    }

    pub(super) async fn remove_at(&self, at: &Whereabouts) -> Result<bool, SealedError> {
        let _guard = self.lock(&at.drawer).lock().await;
        let mut files = at.drawer.files()?;
        files.retain(|named| named.id == at.id);
        self.erase(&at.drawer, &files).await?;
        Ok(files.iter().any(|named| !named.unfinished))
    }

    /// Sweeps a drawer whose lock is held.
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
                findings.swept.damaged.push(named.path);
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
    let read = header(&named.path).ok();
    let read = read.and_then(|(bytes, length)| Header::read(&bytes, length).ok());
    if read.is_none() {
        swept.damaged.push(named.path.clone());
    }
    read.is_some_and(|header| header.expires <= moment)
}
