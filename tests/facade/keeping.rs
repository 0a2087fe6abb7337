//! What an installation keeps beside the log: drafts, folders of the embedder's, and the ids and
//! places that it gives away.

use super::*;
use kanzlei::core::ports::Clock;
use kanzlei::core::testing::ManualClock;
use kanzlei::{
    DraftContent, DraftId, DraftsError, EntryId, PositionError, Revision, SealedOptions, Timestamp,
};

fn now() -> Timestamp {
    "2026-11-26T09:00:00Z".parse().unwrap()
}

/// A clock that outlives the installation.
#[derive(Clone)]
pub(crate) struct Hand(Arc<ManualClock>);

impl Hand {
    pub(crate) fn new() -> Self {
        Self(Arc::new(ManualClock::at(now())))
    }

    pub(crate) fn move_by_days(&self, days: i64) {
        self.0.move_by_days(days);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

fn open(directory: &Path) -> (Kanzlei, Hand) {
    let clock = Hand::new();
    let opening = offering(Kanzlei::open(directory)).clock(clock.clone());
    (opening.start().unwrap(), clock)
}

fn beat() -> Actor {
    Actor::resident(PersonId::from_bytes([2; 16]), "Beat Keller")
}

fn content(purpose: &str) -> DraftContent {
    DraftContent {
        service: Code::new("certificate-of-residence").unwrap(),
        edition: 1,
        language: None,
        fields: [("purpose".to_owned(), purpose.to_owned())].into(),
        step: 2,
    }
}

fn save(kanzlei: &Kanzlei, seen: Revision, id: DraftId, purpose: &str) -> Result<u64, DraftsError> {
    let anna = anna();
    let save = kanzlei.drafts().save(&anna, id, seen, content(purpose));
    block_on(save).map(|draft| draft.revision)
}

fn new_draft(kanzlei: &Kanzlei, purpose: &str) -> DraftId {
    let id = kanzlei.drafts().new_id().unwrap();
    save(kanzlei, Revision::NONE, id, purpose).unwrap();
    id
}

fn certificate_code() -> Code {
    Code::new("certificate-of-residence").unwrap()
}

#[test]
fn a_draft_goes_on_after_a_restart_and_on_another_device_and_is_nobody_else_s() {
    let directory = tempfile::tempdir().unwrap();
    let (kanzlei, _) = open(directory.path());
    let id = new_draft(&kanzlei, "a le");
    kanzlei.close().unwrap();
    let (kanzlei, clock) = open(directory.path());
    let drafts = kanzlei.drafts();
    let seen = block_on(drafts.get(&anna(), id)).unwrap();
    assert_eq!((seen.content, seen.revision), (content("a le"), 1));
    assert_eq!(DraftId::parse(&id.to_string()), Some(id));
    clock.0.move_by(1);
    let other = new_draft(&kanzlei, "a visa");
    let list = block_on(drafts.list(&anna())).unwrap();
    let ids: Vec<DraftId> = list.drafts.iter().map(|draft| draft.id).collect();
    assert_eq!(ids, [other, id], "the one saved last comes first");

    assert_eq!(save(&kanzlei, Revision(1), id, "a lease").unwrap(), 2);
    let conflict = save(&kanzlei, Revision(1), id, "a loan").unwrap_err();
    assert!(matches!(
        conflict,
        DraftsError::Conflict {
            seen: Revision(1),
            found: Revision(2)
        }
    ));

    assert!(matches!(
        block_on(drafts.get(&beat(), id)),
        Err(DraftsError::NotFound)
    ));
    assert!(!block_on(drafts.discard(&beat(), id)).unwrap());
    assert_eq!(block_on(drafts.list(&beat())).unwrap().drafts, []);
    let clerk = official("clerk", LUZERN);
    assert!(matches!(
        block_on(drafts.list(&clerk)),
        Err(DraftsError::NotAPerson)
    ));

    assert!(block_on(drafts.discard(&anna(), id)).unwrap());
    assert!(matches!(
        block_on(drafts.get(&anna(), id)),
        Err(DraftsError::NotFound)
    ));
    assert!(matches!(
        save(&kanzlei, Revision(2), id, ""),
        Err(DraftsError::NotFound)
    ));
    assert_eq!(
        block_on(drafts.erase(PersonId::from_bytes([1; 16]))).unwrap(),
        1
    );
    assert_eq!(block_on(drafts.list(&anna())).unwrap().drafts, []);
}

#[test]
fn a_draft_expires_with_a_warning_and_saving_it_begins_anew() {
    let directory = tempfile::tempdir().unwrap();
    let (kanzlei, clock) = open(directory.path());
    let id = new_draft(&kanzlei, "a lease");
    let soon = || {
        let draft = block_on(kanzlei.drafts().get(&anna(), id)).ok()?;
        Some(draft.expires_soon(clock.0.now()))
    };
    clock.move_by_days(15);
    assert_eq!(soon(), Some(false));
    clock.move_by_days(1);
    assert_eq!(soon(), Some(true));
    save(&kanzlei, Revision(1), id, "a lease").unwrap();
    clock.move_by_days(29);
    assert_eq!(soon(), Some(true));
    assert_eq!(block_on(kanzlei.sweep()).unwrap().drafts, 0);
    clock.move_by_days(1);
    assert_eq!(soon(), None);
    assert_eq!(block_on(kanzlei.sweep()).unwrap().drafts, 1);
}

#[test]
fn a_draft_that_is_handed_in_is_one_case_however_often_and_gone() {
    let directory = tempfile::tempdir().unwrap();
    let (kanzlei, _) = open(directory.path());
    let (id, session) = (new_draft(&kanzlei, "a lease"), kanzlei.act_as(anna()));
    let submit = |form| block_on(session.submit_draft(id, certificate_code(), form));
    let refused = submit(Form::new()).unwrap_err();
    assert!(refused.refusal().is_some(), "{refused}");
    assert!(
        block_on(kanzlei.drafts().get(&anna(), id)).is_ok(),
        "nothing was handed in"
    );
    let receipt = submit(certificate()).unwrap();
    assert_eq!(
        block_on(kanzlei.sweep()).unwrap().drafts,
        0,
        "it was left behind"
    );
    assert_eq!(submit(certificate()).unwrap(), receipt);
    assert_eq!(block_on(session.my_cases()).unwrap().len(), 1);
    assert_eq!(block_on(kanzlei.drafts().list(&anna())).unwrap().drafts, []);
    // Another device, which still has the form open.
    let error = submit(certificate().with("copies", 2).unwrap()).unwrap_err();
    let handed_in = |error: &DraftsError| matches!(error, DraftsError::HandedIn { case, .. } if *case == receipt.case);
    assert!(
        matches!(&error, Error::Drafts(error) if handed_in(error)),
        "{error}"
    );
    assert!(handed_in(&save(&kanzlei, Revision(1), id, "").unwrap_err()));
    assert!(handed_in(
        &save(&kanzlei, Revision::NONE, id, "").unwrap_err()
    ));
}

/// As after a crash between the commit and the removal of the draft.
#[test]
fn a_draft_that_was_left_behind_is_known_for_handed_in_and_swept() {
    let directory = tempfile::tempdir().unwrap();
    let (kanzlei, _) = open(directory.path());
    let id = new_draft(&kanzlei, "a lease");
    let session = kanzlei.act_as(anna());
    let command = block_on(kanzlei.drafts().command_id(&anna(), id)).unwrap();
    let submit = kanzlei::Command::Submit {
        service: certificate_code(),
        form: certificate(),
        applicant: None,
    };
    let receipt = block_on(session.send(kanzlei::Order::new(command, None, submit))).unwrap();
    let drafts = kanzlei.drafts();
    assert!(matches!(
        block_on(drafts.get(&anna(), id)),
        Err(DraftsError::HandedIn { .. })
    ));
    assert_eq!(block_on(drafts.list(&anna())).unwrap().drafts, []);
    let again = || block_on(session.submit_draft(id, certificate_code(), certificate()));
    assert_eq!(block_on(kanzlei.sweep()).unwrap().drafts, 1);
    assert_eq!(again().unwrap(), receipt);
    assert_eq!(block_on(kanzlei.sweep()).unwrap().drafts, 0);
}

#[test]
fn an_embedder_has_folders_of_their_own_and_none_of_ours() {
    let directory = tempfile::tempdir().unwrap();
    let (kanzlei, clock) = open(directory.path());
    let folder = kanzlei
        .sealed_folder(SealedOptions::new("sessions"))
        .unwrap();
    let again = kanzlei
        .sealed_folder(SealedOptions::new("sessions"))
        .unwrap();
    let id = EntryId::from_bytes([1; 16]);
    let expires = now().plus_micros(5);
    block_on(folder.put(b"anna", id, Revision::NONE, expires, b"signed in")).unwrap();
    assert!(block_on(again.get(b"anna", id)).unwrap().is_some());
    assert!(directory.path().join("sessions").is_dir());
    for name in [
        "",
        "..",
        "log",
        "vault",
        "views",
        "drafts",
        "documents",
        "a/b",
        "Sessions",
    ] {
        let error = kanzlei.sealed_folder(SealedOptions::new(name)).unwrap_err();
        assert!(matches!(error, Error::FolderName { .. }), "{name}");
    }
    clock.0.move_by(5);
    assert_eq!(block_on(kanzlei.sweep()).unwrap().entries, 1);
}

#[test]
fn a_key_of_a_client_s_own_is_one_command_for_one_who_is_signed_in() {
    let directory = tempfile::tempdir().unwrap();
    let (kanzlei, _) = open(directory.path());
    let id = |who: &str, key: &str| block_on(kanzlei.command_id_for(who, key)).unwrap();
    assert_eq!(id("anna", "Grüezi 1"), id("anna", "Grüezi 1"));
    let others = [
        id("anna", "Grüezi 2"),
        id("beat", "Grüezi 1"),
        id("annaG", "rüezi 1"),
    ];
    assert!(!others.contains(&id("anna", "Grüezi 1")));
}

#[test]
fn a_place_in_the_log_is_read_by_the_installation_that_it_is_of() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (kanzlei, _) = open(here.path());
    let text = kanzlei.position_token(Position(17));
    assert_eq!(kanzlei.position_of(&text), Ok(Position(17)));
    let (other, _) = open(there.path());
    let log = kanzlei.engine().log_id();
    assert_eq!(
        other.position_of(&text),
        Err(PositionError::AnotherLog(log))
    );
    kanzlei.close().unwrap();
    let (kanzlei, _) = open(here.path());
    assert_eq!(kanzlei.position_of(&text), Ok(Position(17)));
}
