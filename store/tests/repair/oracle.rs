//! What must become of a log, worked out from what was appended and what was hit.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kanzlei_core::ports::{EventStore, Prepared};
use kanzlei_core::record::{Frontier, Record, Stamp, leaf_hash};
use kanzlei_core::{CaseId, Position, Version};
use kanzlei_store::{Backup, LogRepair, Positions};

use crate::{Log, all, open};

/// What becomes of each commit.
pub struct Expected {
    kept: Vec<usize>,
    aside: Vec<usize>,
    lost: Vec<usize>,
    shortened: BTreeMap<CaseId, (Version, Version)>,
}

/// A case is broken from its first commit that is lost; so is one that went on together with it.
pub fn expected(commits: &[Prepared], hit: &BTreeSet<usize>) -> Expected {
    let mut broken: BTreeSet<CaseId> = BTreeSet::new();
    let mut last: BTreeMap<CaseId, Version> = BTreeMap::new();
    let mut expected = Expected {
        kept: Vec::new(),
        aside: Vec::new(),
        lost: Vec::new(),
        shortened: BTreeMap::new(),
    };
    for (index, commit) in commits.iter().enumerate() {
        let parts = commit.record.parts();
        if hit.contains(&index) {
            broken.extend(parts.iter().map(|part| part.case));
            expected.lost.push(index);
        } else if parts.iter().any(|part| broken.contains(&part.case)) {
            for part in parts {
                broken.insert(part.case);
                let version = last.get(&part.case).copied().unwrap_or_default();
                expected.shortened.insert(part.case, (version, part.last));
            }
            expected.aside.push(index);
        } else {
            last.extend(parts.iter().map(|part| (part.case, part.last)));
            expected.kept.push(index);
        }
    }
    expected
}

impl Expected {
    /// What is said is what must be.
    pub fn said(&self, found: &LogRepair, what: &str) {
        assert_eq!(found.commits, self.kept.len() as u64, "{what}");
        assert_eq!(positions(&found.lost), self.lost, "{what}: lost");
        assert_eq!(positions(&found.aside), self.aside, "{what}: put aside");
        let shortened = found.shortened.iter();
        let shortened = shortened.map(|one| (one.case, (one.version, one.was)));
        assert_eq!(
            shortened.collect::<BTreeMap<_, _>>(),
            self.shortened,
            "{what}"
        );
        let first = self.lost.iter().chain(&self.aside).min();
        let first = first.map(|index| Position(*index as u64 + 1));
        assert_eq!(found.changed, first, "{what}");
        assert_eq!((found.filled, found.disputed), (0, None), "{what}");
    }

    /// The repaired log, and what lies beside it.
    pub fn is(&self, directory: &Path, kept: &Path, log: &Log, what: &str) {
        let store = open(directory).unwrap();
        assert_eq!(store.closed(), None, "{what}");
        let mut tree = Frontier::default();
        let mut stamped = Vec::new();
        for index in &self.kept {
            let (before, record) = Stamp::split(&log.stamped[*index]).unwrap();
            let position = Position(tree.size() + 1);
            let recorded = before.recorded;
            let stamp = Stamp { position, recorded };
            let content = Record::from_bytes(record.into()).unwrap().content_hash();
            tree.push(leaf_hash(stamp, content));
            stamped.push([&stamp.to_bytes(), record].concat());
        }
        assert!(all(&store) == stamped, "{what}");
        assert_eq!(store.tree().unwrap().unwrap().root, tree.root(), "{what}");
        drop(store);
        let salvaged = kept.join("salvaged");
        assert_eq!(salvaged.exists(), !self.aside.is_empty(), "{what}");
        if let Some(last) = self.aside.last() {
            let aside = Backup::open(salvaged).unwrap().check(&|_, _| {}).unwrap();
            assert_eq!(aside.commits, self.aside.len() as u64, "{what}");
            assert_eq!(aside.position, Position(*last as u64 + 1), "{what}");
        }
    }

    /// How many are lost.
    pub fn losses(&self) -> usize {
        self.lost.len()
    }
}

fn positions(of: &[Positions]) -> Vec<usize> {
    let positions = of.iter().flat_map(|some| some.first.0..=some.last.0);
    positions
        .map(|position| usize::try_from(position).unwrap() - 1)
        .collect()
}
