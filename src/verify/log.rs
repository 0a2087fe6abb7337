//! Verifying the log: every hash, every chain, every value, the case index and the tree's root.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures::executor::block_on;
use kanzlei_core::domain::named_slots;
use kanzlei_core::engine::Ports;
use kanzlei_core::ports::{Purpose, Read, StoreError, TreeHead};
use kanzlei_core::record::{
    CommitRef, Frontier, Hash, KeyState, Keyring, Page, PartRef, Unopened, extract_part, leaf_hash,
};
use kanzlei_core::{CaseId, KeySlot, Position, Version};
use kanzlei_store::{Few, NamedDocument};

use super::{Finding, PAGE, to};
use crate::Error;

/// How many cases are named.
const CASES: usize = 3;

/// What was read and what is wrong with it.
pub(super) struct LogCheck<'a> {
    ports: &'a Ports,
    /// The last version of each case, and its part's hash.
    tips: HashMap<CaseId, (Version, Hash)>,
    tree: Frontier,
    pub(super) commits: u64,
    pub(super) events: u64,
    /// The documents that cases name.
    pub(super) documents: Vec<NamedDocument>,
    /// Slots of values whose keys are damaged.
    damaged: BTreeSet<KeySlot>,
    /// Slots whose keys are lost, each with a case that needs them.
    pub(super) lost: BTreeMap<KeySlot, CaseId>,
    /// Slots that the vault never gave away, each with a case that names them.
    pub(super) unknown: BTreeMap<KeySlot, CaseId>,
    /// Whether a commit couldn't be read at all.
    pub(super) unreadable: bool,
    pub(super) findings: Vec<Finding>,
}

impl<'a> LogCheck<'a> {
    pub(super) fn new(ports: &'a Ports) -> Self {
        Self {
            ports,
            tips: HashMap::new(),
            tree: Frontier::default(),
            commits: 0,
            events: 0,
            documents: Vec::new(),
            damaged: BTreeSet::new(),
            lost: BTreeMap::new(),
            unknown: BTreeMap::new(),
            unreadable: false,
            findings: Vec::new(),
        }
    }

    pub(super) fn root(&self) -> Hash {
        self.tree.root()
    }

    fn found(&mut self, place: String, what: impl Into<String>) {
        let what = what.into();
        self.findings.push(Finding { place, what });
    }

    /// Reads the whole log; what is damaged is noted and passed over.
    pub(super) fn run(&mut self, told: &dyn Fn()) -> Result<(), Error> {
        let end = self.ports.store.watermark().now();
        let mut after = Position::START;
        while after < end {
            match block_on(self.ports.store.log(after, PAGE)) {
                Ok(page) => {
                    self.page(&page, told)?;
                    after = page.through();
                }
                Err(StoreError::Damaged { position, why }) if position > after => {
                    self.unreadable = true;
                    self.found(format!("position {position}"), why);
                    after = position;
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.ends()?;
        self.keys();
        self.head()
    }

    fn page(&mut self, page: &Page, told: &dyn Fn()) -> Result<(), Error> {
        let named = page.commits();
        let named: Vec<_> = named
            .flat_map(|commit| named_slots(&commit.record))
            .collect();
        let slots: Vec<_> = named.iter().map(|(slot, _)| *slot).collect();
        let vault = &self.ports.vault;
        let keys = block_on(vault.fetch_sound(&slots, to(Purpose::Disclose)))?;
        for (slot, case) in named {
            match keys.get(slot) {
                Some(KeyState::Lost) => self.lost.entry(slot).or_insert(case),
                Some(KeyState::Unknown) => self.unknown.entry(slot).or_insert(case),
                _ => continue,
            };
        }
        for commit in page.commits() {
            self.commit(&commit, &keys)?;
            told();
        }
        Ok(())
    }

    fn commit(&mut self, commit: &CommitRef<'_>, keys: &Keyring) -> Result<(), Error> {
        let (position, record) = (commit.stamp.position, &commit.record);
        let place = format!("position {position}");
        let hashes = record.hashes();
        self.commits += 1;
        self.tree.push(leaf_hash(commit.stamp, hashes.content));
        match block_on(self.ports.store.answered(record.head().command)) {
            Ok(Some(first)) if first.position == position => {}
            Ok(_) => self.found(place.clone(), "its command doesn't lead to it"),
            Err(StoreError::Damaged { why, .. }) => self.found(place.clone(), why),
            Err(error) => return Err(error.into()),
        }
        self.documents.extend(NamedDocument::in_record(record));
        for (part, hash) in record.parts().zip(hashes.parts) {
            self.events += u64::from(part.event_count());
            let place = format!("{place}, case {}", part.case);
            self.chain(&part, hash, &place);
            let share = match record.part_count() {
                1 => Some(record.as_bytes().to_vec()),
                _ => extract_part(record, part.index),
            };
            self.share(position, &part, share.as_deref(), &place)?;
            for value in part.values() {
                match value.check(keys) {
                    // What the vault doesn't know is told once.
                    Ok(()) | Err(Unopened::Erased | Unopened::Unknown(_)) => {}
                    // Its damage alone keeps a key from being fetched. Where it is needed first says enough.
                    Err(Unopened::NotFetched(slot)) => {
                        if self.damaged.insert(slot) {
                            self.found(place.clone(), format!("the key of {slot} is damaged"));
                        }
                    }
                    Err(wrong) => self.found(place.clone(), wrong.to_string()),
                }
            }
        }
        Ok(())
    }

    /// Keys that the vault should have, and hasn't.
    fn keys(&mut self) {
        if !self.lost.is_empty() {
            let what = format!(
                "keys that the log needs are lost, and not destroyed: {}; it was restored from a backup that hadn't \
                 got them: restore a newer one, which brings back those that it has, or erase these cases",
                needed(&self.lost)
            );
            self.found("the vault".to_owned(), what);
        }
        if !self.unknown.is_empty() {
            let what = format!(
                "it has never given away keys that the log needs: {}; it is older than the log, or another's: restore \
                 its newest backup before anybody goes on with it",
                needed(&self.unknown)
            );
            self.found("the vault".to_owned(), what);
        }
    }

    /// The part follows the one before it in its case.
    fn chain(&mut self, part: &PartRef<'_>, hash: Hash, place: &str) {
        let tip = (part.last(), hash);
        let (version, before) = match self.tips.entry(part.case) {
            Entry::Vacant(entry) => {
                entry.insert(tip);
                (Version::NONE, Hash::ZERO)
            }
            Entry::Occupied(mut entry) => entry.insert(tip),
        };
        if part.first != version.next() {
            let what = format!("event {} follows event {version}", part.first);
            self.found(place.to_owned(), what);
        } else if part.previous != before {
            self.found(
                place.to_owned(),
                "it doesn't follow from the part before it",
            );
        }
    }

    /// The case index has the same bytes.
    fn share(
        &mut self,
        position: Position,
        part: &PartRef<'_>,
        bytes: Option<&[u8]>,
        place: &str,
    ) -> Result<(), Error> {
        let before = Version(part.first.0.saturating_sub(1));
        let page = match block_on(self.ports.store.case(part.case, before, 1, Read::Fresh)) {
            Ok(page) => page,
            Err(StoreError::Damaged { why, .. }) => {
                self.found(format!("{place}, in the case index"), why);
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        let found = page.commits().next();
        let same = found.is_some_and(|found| {
            found.stamp.position == position && Some(found.record.as_bytes()) == bytes
        });
        if !same {
            self.found(place.to_owned(), "the case index has something else");
        }
        Ok(())
    }

    /// No case goes on behind its end in the log.
    fn ends(&mut self) -> Result<(), Error> {
        let tips: Vec<_> = self
            .tips
            .iter()
            .map(|(case, (last, _))| (*case, *last))
            .collect();
        for (case, last) in tips {
            match block_on(self.ports.store.case(case, last, 1, Read::Fresh)) {
                Ok(page) if page.is_empty() => {}
                Ok(_) => self.found(format!("case {case}"), "the case index has more of it"),
                Err(StoreError::Damaged { why, .. }) => self.found(format!("case {case}"), why),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// The root is the one that store and witness have.
    fn head(&mut self) -> Result<(), Error> {
        let (size, root) = (self.tree.size(), self.tree.root());
        if let Some(head) = self.ports.store.tree()? {
            let TreeHead { size: said, .. } = head;
            if (said, head.root) != (size, root) {
                let what = format!(
                    "{size} commits with the root {root} were read, and it says {said} with {}",
                    head.root
                );
                self.found("the tree".to_owned(), what);
            }
        }
        Ok(())
    }
}

/// How many keys it is, and some of the cases that need them.
fn needed(keys: &BTreeMap<KeySlot, CaseId>) -> String {
    let mut cases = Vec::new();
    for case in keys.values().map(|case| case.reference().to_string()) {
        if cases.len() < CASES && !cases.contains(&case) {
            cases.push(case);
        }
    }
    let few = Few::of(keys.keys().copied());
    format!("{few}, in cases such as {}", cases.join(", "))
}
