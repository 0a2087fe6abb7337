//! A vault in which keys are damaged: what is verified nevertheless.

use super::backup::Place;
use super::documents::{opening, submit, upload};
use super::*;
use std::collections::BTreeSet;
use std::fs;

use kanzlei::core::domain::TaskId;
use kanzlei::core::ports::Read;
use kanzlei::core::{KeySlot, Version};
use kanzlei::{CaseId, Command};
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

/// As when a file system check cut it, or one from before was put back by hand: what is minted next would have the
/// numbers of other people's keys.
#[test]
fn an_installation_does_not_start_with_a_vault_that_lacks_slots_of_its_log() {
    let place = Place::new();
    let kanzlei = place.open("store");
    let session = kanzlei.act_as(anna());
    let (first, second) = (submit(&session).case, submit(&session).case);
    let named = slots(&kanzlei, second);
    // The last commit names none of the last slots itself.
    let office = kanzlei.act_as(official("clerk", LUZERN));
    office.has_seen(session.position());
    let claim = Command::ClaimTask { task: TaskId(1) };
    block_on(office.act(first, claim)).unwrap();
    drop((session, office));
    kanzlei.close().unwrap();

    let path = place.path("store/vault");
    let vault = fs::read(&path).unwrap();
    let up_to = |slot: KeySlot| 512 + 64 * usize::try_from(slot.0).unwrap();
    let highest = *named.last().unwrap();
    fs::write(&path, &vault[..up_to(highest)]).unwrap();
    place.open("store").close().unwrap();
    for slot in 1..=highest.0 {
        fs::write(&path, &vault[..up_to(KeySlot(slot)) - 64]).unwrap();
        let error = opening(&place.path("store")).start().unwrap_err();
        let error = error.to_string();
        assert!(error.contains("the vault doesn't know"), "{error}");
    }
    fs::write(&path, &vault).unwrap();
    place.open("store").close().unwrap();
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

/// An installation with one draft of anna's and one entry of an embedder's own folder, which has expired; and the files
/// of both.
fn with_sealed_entries(place: &Place) -> [std::path::PathBuf; 2] {
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
    let sessions = kanzlei
        .sealed_folder(SealedOptions::new("sessions"))
        .unwrap();
    let (sign_in, long_ago) = (EntryId::from_bytes([1; 16]), Timestamp::from_micros(1));
    let put = sessions.put(b"anna", sign_in, Revision::NONE, long_ago, b"signed in");
    block_on(put).unwrap();
    drop(sessions);
    kanzlei.close().unwrap();
    ["drafts", "sessions"].map(|folder| {
        let below = |path: &Path| {
            let entries = fs::read_dir(path).unwrap();
            entries.map(|entry| entry.unwrap().path())
        };
        let mut drawers = below(&place.path("store").join(folder)).filter(|path| path.is_dir());
        below(&drawers.next().unwrap()).next().unwrap()
    })
}

#[test]
fn a_draft_whose_key_is_damaged_is_named_by_a_sweep_and_all_else_that_expired_is_gone() {
    let place = Place::new();
    let [draft, _] = with_sealed_entries(&place);
    let name = draft.file_name().unwrap().to_str().unwrap();
    let slot = u64::from_str_radix(name.split('-').nth(1).unwrap(), 16).unwrap();
    damage(&place, &[KeySlot(slot)].into());
    let kanzlei = place.open("store");
    kanzlei
        .sealed_folder(SealedOptions::new("sessions"))
        .unwrap();
    let swept = block_on(kanzlei.sweep()).unwrap();
    let said: Vec<_> = swept.unreadable.iter().map(ToString::to_string).collect();
    let why = format!(
        "{} is damaged: its key is damaged in the vault",
        draft.display()
    );
    assert_eq!((said, swept.entries), (vec![why], 1));
    let list = block_on(kanzlei.drafts().list(&anna())).unwrap();
    assert_eq!(list.unreadable, 1);
}

#[test]
fn verify_reads_the_folders_of_the_embedder_and_no_stranger_s() {
    let place = Place::new();
    let files = with_sealed_entries(&place);
    for file in &files {
        let mut bytes = fs::read(file).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(file, bytes).unwrap();
    }
    let stranger = place.path("store/photographs");
    fs::create_dir(&stranger).unwrap();
    let ground = opening(&place.path("store")).ground().unwrap();
    let found = ground.verify(&|| {}).unwrap().findings;
    let found: Vec<_> = found.into_iter().map(|finding| finding.place).collect();
    assert_eq!(found, files.map(|file| file.display().to_string()));
    assert_eq!(fs::read_dir(stranger).unwrap().count(), 0);
}
