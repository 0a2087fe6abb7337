//! A vault whose file was lost, and an older copy of it restored: no number of a slot has two owners.

use super::backup::{Place, erase, nothing};
use super::*;
use std::fs;

use kanzlei::{CaseId, EntryId, Revision, SealedFolder, SealedOptions, Timestamp};

const ID: EntryId = EntryId::from_bytes([1; 16]);

fn sessions(kanzlei: &Kanzlei) -> Arc<SealedFolder> {
    let options = SealedOptions::new("sessions");
    kanzlei.sealed_folder(options).unwrap()
}

fn sign_in(kanzlei: &Kanzlei, who: &[u8], until: i64) {
    let until = Timestamp::from_micros(until);
    let folder = sessions(kanzlei);
    block_on(folder.put(who, ID, Revision::NONE, until, b"a session")).unwrap();
}

fn submitted(kanzlei: &Kanzlei) -> CaseId {
    let session = kanzlei.act_as(anna());
    let case = block_on(session.submit("certificate-of-residence", certificate())).unwrap();
    block_on(kanzlei.up_to_date()).unwrap();
    case.case
}

fn my_cases(kanzlei: &Kanzlei) -> Vec<CaseId> {
    let cases = block_on(kanzlei.act_as(anna()).my_cases()).unwrap();
    cases.into_iter().map(|case| case.case).collect()
}

impl Place {
    /// The vault's file is lost, and the copy restored.
    fn lose_the_vault(&self) -> kanzlei::VaultRestored {
        fs::remove_file(self.path("store/vault")).unwrap();
        let (keys, store, log) = (self.path("keys"), self.path("store"), self.path("backup"));
        kanzlei::restore_vault(keys, store, Some(&log), false, &nothing).unwrap()
    }
}

#[test]
fn where_a_restore_was_broken_off_nothing_is_begun_anew() {
    let place = Place::new();
    let kanzlei = place.open("store");
    submitted(&kanzlei);
    kanzlei.backup(place.path("backup"), &nothing).unwrap();
    kanzlei.close().unwrap();
    let (backup, to) = (place.path("backup"), place.path("restored"));
    let commits = fs::read_dir(&backup).unwrap().map(|it| it.unwrap().path());
    let commits = commits.filter(|path| path.extension().is_some_and(|it| it == "commits"));
    let commits = commits.max().unwrap();
    let sound = fs::read(&commits).unwrap();
    let mut damaged = sound.clone();
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    fs::write(&commits, damaged).unwrap();
    kanzlei::restore(&backup, &to, None, &nothing).unwrap_err();
    fs::write(&commits, sound).unwrap();
    // As far as a restore of a longer log comes.
    let whole = place.path("whole");
    kanzlei::restore(&backup, &whole, None, &nothing).unwrap();
    fs::remove_dir_all(to.join("log.restoring")).unwrap();
    fs::rename(whole.join("log"), to.join("log.restoring")).unwrap();
    let left = || {
        let names = fs::read_dir(&to).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    for gone in ["destroyed", "log.restoring"] {
        let before = left();
        let error = super::documents::opening(&to).start().unwrap_err();
        assert!(matches!(error, Error::LogMissing { .. }), "{error}");
        assert_eq!(left(), before);
        let gone = to.join(gone);
        if gone.is_dir() {
            fs::remove_dir_all(gone).unwrap();
        } else {
            fs::remove_file(gone).unwrap();
        }
    }
    kanzlei::restore(&backup, &to, None, &nothing).unwrap();
}

#[test]
fn a_sign_in_whose_key_was_lost_takes_nobody_s_key_with_it_when_it_expires() {
    let place = Place::new();
    let kanzlei = place.open("store");
    kanzlei.backup_vault(place.path("keys"), &nothing).unwrap();
    kanzlei.backup(place.path("backup"), &nothing).unwrap();
    // Its key is behind the copy's last.
    sign_in(&kanzlei, b"anna", 1);
    kanzlei.close().unwrap();

    let restored = place.lose_the_vault();
    let kanzlei = place.open("store");
    sign_in(&kanzlei, b"beat", i64::MAX);
    kanzlei.close().unwrap();
    let kanzlei = place.open("store");
    sessions(&kanzlei);
    assert!(block_on(kanzlei.sweep()).unwrap().unreadable.is_empty());
    assert!(
        block_on(sessions(&kanzlei).get(b"beat", ID))
            .unwrap()
            .is_some()
    );
    assert!((1..=16).contains(&restored.beside), "{restored:?}");
}

#[test]
fn somebody_s_list_of_cases_whose_key_was_lost_is_made_anew() {
    let place = Place::new();
    let kanzlei = place.open("store");
    let (first, second) = (submitted(&kanzlei), submitted(&kanzlei));
    kanzlei.close().unwrap();
    let kanzlei = place.open("store");
    kanzlei.backup_vault(place.path("keys"), &nothing).unwrap();
    // The list is sealed anew without the case, under a key behind the copy's last.
    erase(&kanzlei, first);
    block_on(kanzlei.up_to_date()).unwrap();
    assert_eq!(my_cases(&kanzlei), [second]);
    kanzlei.backup(place.path("backup"), &nothing).unwrap();
    kanzlei.close().unwrap();

    place.lose_the_vault();
    place.verified("store");
    let kanzlei = place.open("store");
    assert_eq!(my_cases(&kanzlei), [second]);
}
