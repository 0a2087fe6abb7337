//! A vault in which keys are damaged: what is verified nevertheless.

use super::backup::Place;
use super::documents::{opening, submit, upload};
use super::*;
use std::collections::BTreeSet;
use std::fs;

use kanzlei::CaseId;
use kanzlei::core::ports::Read;
use kanzlei::core::{KeySlot, Version};

/// The slots under which a case has values.
fn slots(kanzlei: &Kanzlei, case: CaseId) -> BTreeSet<KeySlot> {
    let store = &kanzlei.engine().ports().store;
    let page = block_on(store.case(case, Version::NONE, 1 << 20, Read::Fresh)).unwrap();
    let parts = page.commits().flat_map(|commit| commit.record.parts());
    parts
        .flat_map(|part| part.values())
        .map(|value| value.slot)
        .collect()
}

#[test]
fn verify_names_what_a_damaged_key_closes_and_reads_all_else() {
    let place = Place::new();
    let kanzlei = place.open("store");
    let session = kanzlei.act_as(anna());
    let (first, second) = (submit(&session).case, submit(&session).case);
    upload(&session).unwrap();
    block_on(kanzlei.up_to_date()).unwrap();
    let slots = slots(&kanzlei, first);
    let commits = end(&kanzlei).0;
    drop(session);
    kanzlei.close().unwrap();

    let path = place.path("store/vault");
    let mut vault = fs::read(&path).unwrap();
    for slot in &slots {
        let at = usize::try_from(slot.0 - 1).unwrap();
        vault[512 + at * 64 + 10] ^= 1;
    }
    fs::write(path, vault).unwrap();
    let ground = opening(&place.path("store")).ground().unwrap();
    let verified = ground.verify(&|| {}).unwrap();
    assert_eq!(verified.commits, commits);
    let found = |place: &str, what: &str| {
        let is = |it: &&kanzlei::Finding| it.place.contains(place) && it.what.contains(what);
        verified.findings.iter().filter(is).count()
    };
    for slot in &slots {
        let what = format!("the key of {slot} is damaged");
        assert_eq!(found(&format!(", case {first}"), &what), 1, "{verified:?}");
        assert_eq!(found(&format!("the vault, {slot}"), "damaged"), 1);
    }
    assert_eq!(verified.findings.len(), 2 * slots.len(), "{verified:?}");
    assert_eq!(found("", &second.to_string()), 0);
}
