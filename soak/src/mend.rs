//! Repairs an installation whose log was damaged, and checks that what isn't said to be lost is there; and that
//! nothing is repaired that isn't.

use std::collections::BTreeMap;
use std::path::Path;

use futures::executor::block_on;
use kanzlei::Position;
use kanzlei::core::ports::EventStore;
use kanzlei::core::record::Hash;
use kanzlei::store::{Positions, WitnessFound};

use crate::{Outcome, ensure, town};

/// Bytes of the log that are read at once.
const PAGE: usize = 1 << 20;

/// What a crash or a power loss leaves, opening puts right: there is nothing to repair.
pub(crate) fn nothing_to_mend(folder: &Path) -> Outcome {
    if !folder.join("log").is_dir() {
        return Ok(());
    }
    let repaired = kanzlei::repair(folder, None, false, &|_, _| {})?;
    ensure(repaired.found.is_sound(), || {
        format!(
            "undamaged, and yet it is to be repaired: {:?}",
            repaired.found
        )
    })
}

/// Repairs the log whatever is lost, which once had these commits.
pub(crate) fn mend(folder: &Path, records: &BTreeMap<Position, String>) -> Outcome {
    let found = match kanzlei::repair(folder, None, true, &|_, _| {}) {
        Ok(repaired) => repaired.found,
        Err(error) if error.to_string().contains("restore a backup") => return Ok(()),
        Err(error) => return Err(format!("repairing: {error}").into()),
    };
    let count = |some: &[Positions]| some.iter().map(Positions::count).sum::<u64>();
    let accounted = found.commits + count(&found.lost) + count(&found.aside);
    let had = records.len() as u64;
    ensure(
        accounted == had || (accounted < had && found.witness == WitnessFound::Damaged),
        || format!("of {had} commits, repairing accounts for {accounted}"),
    )?;
    let ground = town::opening(folder)?.ground()?;
    let now = readable(ground.ports.store.as_ref());
    ensure(now.len() as u64 == found.commits, || {
        format!(
            "{} commits are repaired, and {} are there",
            found.commits,
            now.len()
        )
    })?;
    let unchanged = |position: &Position| found.changed.is_none_or(|from| *position < from);
    let other = now
        .iter()
        .find(|(position, hash)| unchanged(position) && records.get(position) != Some(hash));
    ensure(other.is_none(), || {
        format!("after repairing there is another commit: {other:?}")
    })?;
    let findings = ground.verify(&|| {})?.findings;
    ensure(findings.is_empty(), || {
        format!("after repairing, verifying finds {findings:?}")
    })
}

/// Every commit that can be read, by a hash of all its bytes.
pub(crate) fn readable(store: &dyn EventStore) -> BTreeMap<Position, String> {
    let (mut found, mut after) = (BTreeMap::new(), Position::START);
    while after < store.watermark().now() {
        match block_on(store.log(after, PAGE)) {
            Ok(page) => {
                let commits = page.commits();
                found.extend(commits.map(|commit| {
                    let bytes = [&commit.stamp.to_bytes(), commit.record.as_bytes()];
                    (commit.stamp.position, Hash::of(&bytes).to_string())
                }));
                after = page.through();
            }
            Err(_) => after = Position(after.0 + 1),
        }
    }
    found
}
