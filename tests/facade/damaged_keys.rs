//! A vault in which keys are damaged: what is verified nevertheless.

use super::backup::Place;
use super::documents::{opening, submit, upload};
use super::*;
use std::collections::BTreeSet;
use std::fs;

use kanzlei::CaseId;
use kanzlei::core::ports::Read;
use kanzlei::core::{KeySlot, Version};
use kanzlei::{Code, DraftContent, EntryId, Revision, SealedOptions, Timestamp};

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

/// Flips a bit in each of these slots.
fn damage(place: &Place, slots: &BTreeSet<KeySlot>) {
    let path = place.path("store/vault");
    let mut vault = fs::read(&path).unwrap();
    for slot in slots {
        let at = usize::try_from(slot.0 - 1).unwrap();
        vault[512 + at * 64 + 10] ^= 1;
    }
    fs::write(path, vault).unwrap();
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

    damage(&place, &slots);
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

/// The vault is asked for the keys of the last commit when the engine opens.
#[test]
fn an_installation_opens_whose_last_case_has_damaged_keys() {
    let place = Place::new();
    let kanzlei = place.open("store");
    let session = kanzlei.act_as(anna());
    let (first, last) = (submit(&session).case, submit(&session).case);
    let slots = slots(&kanzlei, last);
    drop(session);
    kanzlei.close().unwrap();
    damage(&place, &slots);

    let kanzlei = place.open("store");
    let session = kanzlei.act_as(anna());
    block_on(session.case(first)).unwrap();
    submit(&session);
}

/// What a restore left that was killed has keys that may be destroyed from now on.
#[test]
fn a_vault_that_was_being_restored_is_gone_once_the_installation_is_open() {
    let place = Place::new();
    place.open("store").close().unwrap();
    let unfinished = place.path("store/vault.new");
    fs::copy(place.path("store/vault"), &unfinished).unwrap();
    place.open("store").close().unwrap();
    assert!(!unfinished.exists());
}

#[test]
fn verify_finds_a_damaged_key_behind_many_that_were_never_given_away() {
    let place = Place::new();
    let kanzlei = place.open("store");
    submit(&kanzlei.act_as(anna()));
    kanzlei.close().unwrap();
    // A crash took the block in which they were minted, and then some more were.
    let path = place.path("store/vault");
    let mut vault = fs::read(&path).unwrap();
    vault.resize(512 + 20_000 * 64, 0);
    vault.extend([7; 64]);
    fs::write(path, vault).unwrap();
    let ground = opening(&place.path("store")).ground().unwrap();
    let verified = ground.verify(&|| {}).unwrap();
    let found: Vec<_> = verified.findings.iter().map(|it| &*it.place).collect();
    assert_eq!(found, ["the vault, slot 20001"], "{verified:?}");
}

#[test]
fn a_draft_whose_key_is_damaged_is_named_by_a_sweep_and_all_else_that_expired_is_gone() {
    let place = Place::new();
    let kanzlei = place.open("store");
    let id = kanzlei.drafts().new_id().unwrap();
    let content = DraftContent {
        service: Code::new("certificate-of-residence").unwrap(),
        edition: 1,
        language: None,
        fields: [("purpose".to_owned(), "a lease".to_owned())].into(),
        step: 1,
    };
    let anna = anna();
    let saved = kanzlei.drafts().save(&anna, id, Revision::NONE, content);
    block_on(saved).unwrap();
    let options = || SealedOptions::new("sessions");
    let sessions = kanzlei.sealed_folder(options()).unwrap();
    let (sign_in, long_ago) = (EntryId::from_bytes([1; 16]), Timestamp::from_micros(1));
    let put = sessions.put(b"anna", sign_in, Revision::NONE, long_ago, b"signed in");
    block_on(put).unwrap();
    drop(sessions);
    kanzlei.close().unwrap();

    let below = |path: &Path| {
        fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    let drawers = below(&place.path("store/drafts")).filter(|path| path.is_dir());
    let drafts: Vec<_> = drawers.flat_map(|drawer| below(&drawer)).collect();
    let name = drafts[0].file_name().unwrap().to_str().unwrap();
    let slot = u64::from_str_radix(name.split('-').nth(1).unwrap(), 16).unwrap();
    damage(&place, &[KeySlot(slot)].into());
    let kanzlei = place.open("store");
    kanzlei.sealed_folder(options()).unwrap();
    let swept = block_on(kanzlei.sweep()).unwrap();
    assert_eq!((swept.damaged, swept.entries), (drafts, 1));
    assert_eq!(
        block_on(kanzlei.drafts().list(&anna)).unwrap().unreadable,
        1
    );
}
