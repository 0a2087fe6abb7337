//! Backups of an installation: what comes back, what stays erased, and what nobody loses by them.

use super::documents::{PDF, naming, opening, read, submit, upload};
use super::*;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use kanzlei::core::domain::Disclosed;
use kanzlei::core::record::Hash;
use kanzlei::store::{Backup, DiskFaults, DiskStep};
use kanzlei::{BackupError, CaseId, SyncPolicy, Verified};

/// A directory with an installation, and places beside it.
pub(super) struct Place(tempfile::TempDir);

impl Place {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(super) fn open(&self, name: &str) -> Kanzlei {
        opening(&self.path(name)).start().unwrap()
    }

    /// Anna's case with a document.
    fn with_a_document(&self) -> (Kanzlei, CaseId, Hash) {
        let kanzlei = self.open("store");
        let anna = kanzlei.act_as(anna());
        let case = submit(&anna).case;
        let digest = upload(&anna).unwrap().digest;
        block_on(anna.name_document(naming(case, digest))).unwrap();
        (kanzlei, case, digest)
    }

    fn verify(&self, name: &str) -> Verified {
        let ground = opening(&self.path(name)).ground().unwrap();
        ground.verify(&|| {}).unwrap()
    }

    /// Nothing is wrong with it; gives the root of its log's tree.
    pub(super) fn verified(&self, name: &str) -> Hash {
        let verified = self.verify(name);
        assert_eq!(verified.findings, []);
        verified.root
    }

    /// The installation's key, which is kept elsewhere, is put back.
    fn put_key_back(&self, to: &str) {
        let key = "installation.key";
        fs::copy(self.path("store").join(key), self.path(to).join(key)).unwrap();
    }

    fn restore(&self, to: &str) {
        let restored = kanzlei::restore(self.path("backup"), self.path(to), None, &|_, _| {});
        assert!(restored.unwrap().damaged.is_empty());
    }
}

pub(super) fn nothing(_: u64, _: u64) {}

pub(super) fn erase(kanzlei: &Kanzlei, case: CaseId) {
    let erasure = block_on(kanzlei.erasure(case, Some(PartyId(1)))).unwrap();
    block_on(kanzlei.erase(&erasure)).unwrap();
}

/// The name of the first party, as its office sees it.
fn name(kanzlei: &Kanzlei, case: CaseId) -> Disclosed<String> {
    let office = kanzlei.act_as(official("clerk", LUZERN));
    let answers = block_on(office.case(case)).unwrap();
    answers[0].contents().unwrap().parties[0].name.clone()
}

#[test]
fn an_installation_comes_back_with_log_documents_and_keys() {
    let place = Place::new();
    let (kanzlei, case, digest) = place.with_a_document();
    let done = kanzlei.backup(place.path("backup"), &nothing).unwrap();
    assert_eq!((done.documents, done.position), (1, end(&kanzlei)));
    kanzlei.backup_vault(place.path("keys"), &nothing).unwrap();
    // What nobody has named in a case isn't backed up.
    let anna_again = kanzlei.act_as(anna());
    upload(&anna_again).unwrap();
    submit(&anna_again);
    let done = kanzlei.backup(place.path("backup"), &nothing).unwrap();
    assert_eq!((done.documents, done.added), (0, 1));
    kanzlei.backup_vault(place.path("keys"), &nothing).unwrap();
    drop(anna_again);
    kanzlei.close().unwrap();

    place.restore("again");
    kanzlei::restore_vault(
        place.path("keys"),
        place.path("again"),
        None,
        false,
        &nothing,
    )
    .unwrap();
    place.put_key_back("again");
    assert_eq!(place.verified("again"), done.root);
    let kanzlei = place.open("again");
    let session = kanzlei.act_as(anna());
    assert_eq!(read(&session, case).unwrap(), PDF);
    assert_eq!(block_on(session.my_cases()).unwrap().len(), 2);
    submit(&session);
    // A backup of what was restored goes on in the same folder.
    assert_eq!(
        kanzlei
            .backup(place.path("backup"), &nothing)
            .unwrap()
            .added,
        1
    );
    assert!(
        place
            .path("backup/documents")
            .join(&digest.to_string()[..2])
            .is_dir()
    );
}

#[test]
fn an_old_log_never_brings_back_a_destroyed_key() {
    let place = Place::new();
    let (kanzlei, case, digest) = place.with_a_document();
    kanzlei.backup(place.path("backup"), &nothing).unwrap();
    erase(&kanzlei, case);
    kanzlei.close().unwrap();
    // The log's disk was lost, and the vault is there.
    fs::create_dir(place.path("again")).unwrap();
    fs::copy(place.path("store/vault"), place.path("again/vault")).unwrap();
    place.restore("again");
    place.put_key_back("again");
    let kanzlei = place.open("again");
    assert_eq!(name(&kanzlei, case), Disclosed::Erased);
    // Its file came back, sealed, and nothing opens it.
    let file = place.path("again/documents").join(&digest.to_string()[..2]);
    assert!(file.join(digest.to_string()).is_file());
    let office = kanzlei.act_as(official("clerk", LUZERN));
    let document = block_on(office.read_document(case, kanzlei::DocumentId(1)));
    assert!(
        document
            .map(drop)
            .unwrap_err()
            .to_string()
            .contains("was erased")
    );
}

#[test]
fn an_erasure_stays_one_although_vault_and_log_are_lost() {
    let place = Place::new();
    let (kanzlei, case, _) = place.with_a_document();
    kanzlei.backup_vault(place.path("keys"), &nothing).unwrap();
    erase(&kanzlei, case);
    let done = kanzlei.backup(place.path("backup"), &nothing).unwrap();
    // The document is erased.
    assert_eq!((done.erased, done.missing, done.documents), (1, vec![], 0));
    kanzlei.close().unwrap();
    let checked = Backup::open(place.path("backup")).unwrap().check(&nothing);
    let checked = checked.unwrap();
    assert_eq!((checked.erased, checked.missing), (1, vec![]));
    place.restore("again");
    let restored = kanzlei::restore_vault(
        place.path("keys"),
        place.path("again"),
        None,
        false,
        &nothing,
    );
    let restored = restored.unwrap();
    assert!(restored.known && restored.again >= 2, "{restored:?}");
    place.put_key_back("again");
    assert_eq!(name(&place.open("again"), case), Disclosed::Erased);
}

#[test]
fn an_old_vault_is_refused_with_what_it_would_undo_and_the_cases_that_it_would_close() {
    let place = Place::new();
    let kanzlei = place.open("store");
    let first = submit(&kanzlei.act_as(anna())).case;
    kanzlei.backup_vault(place.path("keys"), &nothing).unwrap();
    kanzlei.close().unwrap();
    // Keys are minted in blocks, of which a process uses its own.
    let kanzlei = place.open("store");
    let second = submit(&kanzlei.act_as(anna())).case;
    erase(&kanzlei, first);
    let end = end(&kanzlei);
    kanzlei.close().unwrap();
    let restore = |anyway| {
        kanzlei::restore_vault(
            place.path("keys"),
            place.path("store"),
            None,
            anyway,
            &nothing,
        )
    };
    let refused = || match restore(false) {
        Err(Error::Backup(BackupError::WouldUndo(undoing))) => *undoing,
        other => panic!("{other:?}"),
    };
    let undoing = refused();
    assert_eq!((undoing.again.count, undoing.lost.count), (1, 0));
    // Anyway: what was erased stays so, and newer keys are those of the vault that was there.
    let restored = restore(true).unwrap();
    assert_eq!((restored.again, restored.lost), (1, 0));
    assert!(restored.kept > 0);
    place.verified("store");
    let kanzlei = place.open("store");
    assert_eq!(name(&kanzlei, first), Disclosed::Erased);
    assert!(name(&kanzlei, second).shown().is_some());
    kanzlei.close().unwrap();

    fs::remove_file(place.path("store/vault")).unwrap();
    let undoing = refused();
    assert!(undoing.lost.count > 0);
    assert_eq!(undoing.cases, [second]);
    assert!(
        undoing
            .to_string()
            .contains(&second.reference().to_string())
    );

    // Anyway: the installation works, what is lost reads as erased, and that it is lost is found.
    let restored = restore(true).unwrap();
    assert_eq!((restored.kept, restored.lost), (0, undoing.lost.count));
    let findings = place.verify("store").findings;
    assert_eq!((findings.len(), &*findings[0].place), (1, "the vault"));
    assert!(findings[0].what.contains("lost, and not destroyed"));
    let kanzlei = place.open("store");
    assert_eq!(name(&kanzlei, second), Disclosed::Erased);
    assert_eq!(self::end(&kanzlei), end);
    let case = submit(&kanzlei.act_as(anna())).case;
    assert!(name(&kanzlei, case).shown().is_some());
}

#[test]
fn commands_go_on_while_it_is_backed_up() {
    let place = Place::new();
    let kanzlei = place.open("store");
    let enough = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let anna = kanzlei.act_as(anna());
                while !enough.load(Ordering::Relaxed) {
                    submit(&anna);
                }
            });
        }
        let mut runs = 0;
        while runs < 4 {
            let done = kanzlei.backup(place.path("backup"), &nothing).unwrap();
            // After the log, so that it has the keys of all that the log names.
            kanzlei.backup_vault(place.path("keys"), &nothing).unwrap();
            runs += usize::from(done.added > 0);
        }
        enough.store(true, Ordering::Relaxed);
    });
    kanzlei.close().unwrap();
    place.restore("again");
    kanzlei::restore_vault(
        place.path("keys"),
        place.path("again"),
        None,
        false,
        &nothing,
    )
    .unwrap();
    place.put_key_back("again");
    place.verified("again");
}

/// As after a kill: the witness hasn't seen the last group.
#[test]
fn a_backup_of_a_log_that_nobody_has_open_has_all_that_was_answered() {
    let place = Place::new();
    let kanzlei = place.open("store");
    let witness = place.path("store/log/witness");
    let before = fs::read(&witness).unwrap();
    submit(&kanzlei.act_as(anna()));
    let end = end(&kanzlei);
    kanzlei.close().unwrap();
    fs::write(&witness, before).unwrap();
    let done = kanzlei::backup(place.path("store"), place.path("backup"), &nothing).unwrap();
    assert_eq!(done.position, end);
}

/// A repair loses what no backup has.
#[test]
fn what_stands_behind_damage_that_a_backup_has_is_added_to_it() {
    let place = Place::new();
    let kanzlei = place.open("store");
    let anna = kanzlei.act_as(anna());
    let (damaged, _) = (submit(&anna), submit(&anna));
    let backed_up = kanzlei.backup(place.path("backup"), &nothing).unwrap();
    assert!(backed_up.position > damaged.position);
    submit(&anna);
    let witness = place.path("store/log/witness");
    let seen = fs::read(&witness).unwrap();
    submit(&anna);
    let end = end(&kanzlei);
    let at = kanzlei.engine().ports().store.at(damaged.position);
    let page = block_on(at).unwrap().unwrap();
    let record = page.commits().next().unwrap().record.as_bytes().to_vec();
    drop(anna);
    kanzlei.close().unwrap();
    let root = place.verified("store");

    let segment = place.path("store/log/segments/00000001.seg");
    let mut bytes = fs::read(&segment).unwrap();
    let mut places = bytes.windows(record.len());
    let at = places.position(|bytes| bytes == record).unwrap();
    bytes[at + record.len() / 2] ^= 1;
    fs::write(&segment, bytes).unwrap();
    // Killed before the witness had seen the last one.
    fs::write(&witness, &seen).unwrap();

    let done = kanzlei::backup(place.path("store"), place.path("backup"), &nothing).unwrap();
    assert_eq!((done.added, done.position, done.root), (2, end, root));
    assert_eq!(fs::read(&witness).unwrap(), seen);
    // What it hasn't got is refused, and named.
    let other = kanzlei::backup(place.path("store"), place.path("other"), &nothing);
    let refused = other.map(drop).unwrap_err().to_string();
    assert!(
        refused.contains(&format!("position {} ", damaged.position)),
        "{refused}"
    );
}

#[test]
fn nothing_is_restored_over_an_installation_or_its_views() {
    let place = Place::new();
    let (kanzlei, ..) = place.with_a_document();
    kanzlei.backup(place.path("backup"), &nothing).unwrap();
    kanzlei.close().unwrap();
    let restore = || kanzlei::restore(place.path("backup"), place.path("store"), None, &nothing);
    let exists = |restored| matches!(restored, Err(Error::Backup(BackupError::Exists(_))));
    assert!(exists(restore()));
    // Views may be of a longer log than what is restored.
    fs::rename(place.path("store/log"), place.path("log")).unwrap();
    assert!(exists(restore()));
    fs::rename(place.path("store/views"), place.path("views")).unwrap();
    assert!(restore().is_ok());
}

#[test]
fn a_damaged_document_is_told_and_the_rest_is_backed_up() {
    let place = Place::new();
    let (kanzlei, _, digest) = place.with_a_document();
    let file = |name| {
        let folder = place.path(name).join(&digest.to_string()[..2]);
        folder.join(digest.to_string())
    };
    let source = file("store/documents");
    let whole = fs::read(&source).unwrap();
    let mut bytes = whole.clone();
    bytes[20] ^= 1;
    fs::write(&source, &bytes).unwrap();
    let done = kanzlei.backup(place.path("damaged"), &nothing).unwrap();
    assert_eq!((done.damaged, done.documents), (vec![digest], 0));
    assert_eq!(done.position, end(&kanzlei));
    assert!(!file("damaged/documents").exists());
    fs::remove_file(&source).unwrap();
    let done = kanzlei.backup(place.path("absent"), &nothing).unwrap();
    assert_eq!(
        (done.damaged, done.erased, done.missing),
        (vec![], 0, vec![digest])
    );
    fs::write(&source, &whole).unwrap();
    let done = kanzlei.backup(place.path("backup"), &nothing).unwrap();
    assert_eq!((done.documents, done.missing), (1, vec![]));
    assert_eq!(fs::read(file("backup/documents")).unwrap(), whole);
    // One that is damaged in the backup isn't restored.
    fs::write(file("backup/documents"), bytes).unwrap();
    let backup = Backup::open(place.path("backup")).unwrap();
    assert_eq!(backup.check(&nothing).unwrap().damaged, [digest]);
    let restored = kanzlei::restore(place.path("backup"), place.path("again"), None, &nothing);
    assert_eq!(restored.unwrap().damaged, [digest]);
    assert!(!file("again/documents").exists());
}

/// A power loss takes what isn't synced, and the log goes on otherwise.
#[test]
fn of_a_log_that_is_synced_now_and_then_what_is_synced_is_backed_up() {
    let place = Place::new();
    let hourly = SyncPolicy::Buffered {
        every: Duration::from_hours(1),
    };
    let open = || opening(&place.path("store")).sync(hourly).start().unwrap();
    let kanzlei = open();
    submit(&kanzlei.act_as(anna()));
    let all = end(&kanzlei);
    let done = kanzlei.backup(place.path("backup"), &nothing).unwrap();
    assert!(done.position < all, "{done:?}");
    kanzlei.close().unwrap();
    let kanzlei = open();
    let done = kanzlei.backup(place.path("backup"), &nothing).unwrap();
    assert_eq!(done.position, all);
}

/// As where the documents' disk is still there and the log's isn't.
#[test]
fn a_restore_reads_the_documents_that_are_there_and_copies_those_that_are_damaged() {
    let place = Place::new();
    let (kanzlei, _, digest) = place.with_a_document();
    kanzlei.backup(place.path("backup"), &nothing).unwrap();
    let folder = place.path("again/documents").join(&digest.to_string()[..2]);
    fs::create_dir_all(&folder).unwrap();
    let there = folder.join(digest.to_string());
    fs::write(&there, b"not what its name says").unwrap();
    let restore =
        |store: &str| kanzlei::restore(place.path("backup"), place.path(store), None, &nothing);
    let restored = restore("again").unwrap();
    assert_eq!((restored.documents, restored.damaged), (1, vec![]));
    let whole = fs::read(&there).unwrap();
    // The log is lost again; of the backup's copy something isn't there any more.
    let copy = place
        .path("backup/documents")
        .join(&digest.to_string()[..2]);
    fs::remove_dir_all(copy).unwrap();
    for (bytes, counted) in [(&whole[..], (1, vec![])), (&whole[1..], (0, vec![digest]))] {
        fs::remove_dir_all(place.path("again/log")).unwrap();
        fs::write(&there, bytes).unwrap();
        let restored = restore("again").unwrap();
        assert_eq!((restored.documents, restored.damaged), counted);
        assert_eq!(fs::read(&there).unwrap(), bytes);
    }
}

#[test]
fn documents_that_a_backup_has_lost_are_told_and_not_those_that_were_erased() {
    let place = Place::new();
    let (kanzlei, erased, _) = place.with_a_document();
    let anna = kanzlei.act_as(anna());
    let case = submit(&anna).case;
    let lost = upload(&anna).unwrap().digest;
    block_on(anna.name_document(naming(case, lost))).unwrap();
    drop(anna);
    erase(&kanzlei, erased);
    kanzlei.backup(place.path("backup"), &nothing).unwrap();
    fs::remove_dir_all(place.path("backup/documents")).unwrap();
    let backup = Backup::open(place.path("backup")).unwrap();
    let checked = backup.check(&nothing).unwrap();
    assert_eq!(
        (checked.documents, checked.erased, checked.missing),
        (0, 1, vec![lost])
    );
    let restored = kanzlei::restore(place.path("backup"), place.path("again"), None, &nothing);
    let restored = restored.unwrap();
    assert_eq!(
        (restored.documents, restored.erased, restored.missing),
        (0, 1, vec![lost])
    );
}

/// It is a folder: it opens, and isn't read, as on a disk that doesn't give a file's blocks.
#[test]
fn a_document_that_the_disk_does_not_give_is_told_and_the_rest_is_backed_up_and_restored() {
    let place = Place::new();
    let (kanzlei, case, digest) = place.with_a_document();
    let file = |name: &str| {
        let folder = place.path(name).join(&digest.to_string()[..2]);
        folder.join(digest.to_string())
    };
    let unreadable = |file: &Path| {
        fs::remove_file(file).unwrap();
        fs::create_dir(file).unwrap();
    };
    let anna = kanzlei.act_as(anna());
    let other = upload(&anna).unwrap().digest;
    block_on(anna.name_document(naming(case, other))).unwrap();
    kanzlei.backup(place.path("backup"), &nothing).unwrap();
    unreadable(&file("store/documents"));
    let done = kanzlei.backup(place.path("other"), &nothing).unwrap();
    assert_eq!((done.damaged, done.documents), (vec![digest], 1));
    assert_eq!(done.position, end(&kanzlei));
    let beside = file("other/documents");
    let beside = beside.parent().unwrap();
    assert!(!beside.join(format!("{digest}.new")).exists());

    unreadable(&file("backup/documents"));
    let backup = Backup::open(place.path("backup")).unwrap();
    assert_eq!(backup.check(&nothing).unwrap().damaged, [digest]);
    let restored = kanzlei::restore(place.path("backup"), place.path("again"), None, &nothing);
    let restored = restored.unwrap();
    assert_eq!(
        (restored.damaged, restored.documents, restored.position),
        (vec![digest], 1, end(&kanzlei))
    );
}

/// A disk that takes so many steps, and then no more; any number, as long as it isn't told.
#[derive(Clone)]
struct Steps(Arc<AtomicI64>);

impl DiskFaults for Steps {
    fn before(&self, _: DiskStep) -> io::Result<()> {
        let left = self.0.fetch_sub(1, Ordering::SeqCst);
        if left > 0 {
            return Ok(());
        }
        Err(io::ErrorKind::Other.into())
    }
}

#[test]
fn a_backup_that_dies_at_any_step_has_no_commit_without_its_document_and_is_completed() {
    let place = Place::new();
    let (kanzlei, _, digest) = place.with_a_document();
    kanzlei.close().unwrap();
    let steps = Steps(Arc::new(AtomicI64::new(i64::MAX)));
    let opened = opening(&place.path("store")).disk_faults(steps.clone());
    let kanzlei = opened.start().unwrap();
    for taken in 0.. {
        let folder = place.path(&format!("backup-{taken}"));
        steps.0.store(taken, Ordering::SeqCst);
        let done = kanzlei.backup(&folder, &nothing);
        steps.0.store(i64::MAX, Ordering::SeqCst);
        let place = folder.join("documents").join(&digest.to_string()[..2]);
        let document = place.join(digest.to_string());
        if let Ok(backup) = Backup::open(&folder) {
            assert_eq!(
                backup.check(&nothing).unwrap().documents,
                1,
                "after {taken} steps"
            );
        }
        if done.is_ok() {
            assert!(taken > 15, "there are {taken} steps");
            return;
        }
        let there = document.exists();
        let done = kanzlei.backup(&folder, &nothing).unwrap();
        assert_eq!(done.documents, u64::from(!there));
        let checked = Backup::open(&folder).unwrap().check(&nothing).unwrap();
        assert_eq!((checked.documents, checked.position), (1, end(&kanzlei)));
        assert_eq!(
            fs::read_dir(&place).unwrap().count(),
            1,
            "nothing is left beside it"
        );
    }
}

#[test]
fn verify_finds_an_older_vault_that_was_put_back_by_hand() {
    let place = Place::new();
    let (kanzlei, case, _) = place.with_a_document();
    let old = fs::read(place.path("store/vault")).unwrap();
    erase(&kanzlei, case);
    kanzlei.backup(place.path("backup"), &nothing).unwrap();
    kanzlei.close().unwrap();
    place.restore("again");
    fs::write(place.path("again/vault"), old).unwrap();
    place.put_key_back("again");
    let ground = opening(&place.path("again")).ground().unwrap();
    let found = ground.verify(&|| {}).unwrap().findings;
    assert!(found.len() >= 2, "{found:?}");
    for finding in found {
        assert!(finding.place.starts_with("the vault, slot "), "{finding:?}");
        assert!(finding.what.contains("is there again"), "{finding:?}");
    }
    // As it says.
    ground.backup_vault(place.path("keys"), &nothing).unwrap();
    drop(ground);
    kanzlei::restore_vault(
        place.path("keys"),
        place.path("again"),
        None,
        false,
        &nothing,
    )
    .unwrap();
    place.verified("again");
}

#[test]
fn verify_counts_the_documents_that_are_here_erased_and_not_here() {
    let place = Place::new();
    let (kanzlei, case, _) = place.with_a_document();
    kanzlei.close().unwrap();
    let counted = || {
        let ground = opening(&place.path("store")).ground().unwrap();
        let of = ground.verify(&|| {}).unwrap().documents;
        (of.here, of.erased, of.elsewhere)
    };
    assert_eq!(counted(), (1, 0, 0));
    let (documents, away) = (place.path("store/documents"), place.path("away"));
    fs::rename(&documents, &away).unwrap();
    assert_eq!(counted(), (0, 0, 1));
    fs::remove_dir_all(&documents).unwrap();
    fs::rename(&away, &documents).unwrap();
    assert_eq!(counted(), (1, 0, 0));
    let kanzlei = place.open("store");
    erase(&kanzlei, case);
    kanzlei.close().unwrap();
    assert_eq!(counted(), (0, 1, 0));
}

#[test]
fn keys_that_are_kept_elsewhere_are_backed_up_there() {
    let place = Place::new();
    let vault = MemoryKeyVault::new(Arc::new(SystemEntropy)).unwrap();
    let kanzlei = opening(&place.path("store")).vault(vault).start().unwrap();
    let refused = kanzlei.backup_vault(place.path("keys"), &nothing).map(drop);
    assert!(matches!(refused, Err(Error::VaultElsewhere)), "{refused:?}");
    let done = kanzlei.backup(place.path("backup"), &nothing).unwrap();
    assert_eq!(done.destroyed, None);
}
