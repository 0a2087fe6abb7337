//! Documents that an installation lost come back from a backup, and nothing that was erased does.

use super::backup::{Place, erase, nothing};
use super::documents::{PDF, naming, read, submit, upload};
use super::*;
use std::fs;
use std::path::PathBuf;

use kanzlei::core::record::Hash;
use kanzlei::{BackupError, CaseId, DocumentsRepair};

/// Three cases of Anna's with a document each, backed up; closed.
struct Scene {
    place: Place,
    cases: Vec<(CaseId, Hash)>,
}

impl Scene {
    fn new() -> Self {
        let place = Place::new();
        let kanzlei = place.open("store");
        let anna = kanzlei.act_as(anna());
        let case = |_| {
            let (case, digest) = (submit(&anna).case, upload(&anna).unwrap().digest);
            block_on(anna.name_document(naming(case, digest))).unwrap();
            (case, digest)
        };
        let cases = (0..3).map(case).collect();
        drop(anna);
        kanzlei.backup(place.path("backup"), &nothing).unwrap();
        kanzlei.backup_vault(place.path("keys"), &nothing).unwrap();
        kanzlei.close().unwrap();
        Self { place, cases }
    }

    fn file(&self, of: &str, number: usize) -> PathBuf {
        let name = self.cases[number].1.to_string();
        let folder = self.place.path(of).join("documents").join(&name[..2]);
        folder.join(name)
    }

    fn lose(&self, of: &str, number: usize) {
        fs::remove_file(self.file(of, number)).unwrap();
    }

    /// Flips a bit; gives what is there then.
    fn damage(&self, of: &str, number: usize) -> Vec<u8> {
        let file = self.file(of, number);
        let mut bytes = fs::read(&file).unwrap();
        bytes[20] ^= 1;
        fs::write(file, &bytes).unwrap();
        bytes
    }

    fn repaired(&self) -> Result<DocumentsRepair, Error> {
        kanzlei::repair_documents(
            self.place.path("store"),
            &self.place.path("backup"),
            &nothing,
        )
    }

    fn reads(&self, numbers: &[usize]) {
        self.place.verified("store");
        let kanzlei = self.place.open("store");
        for number in numbers {
            let session = kanzlei.act_as(anna());
            assert_eq!(read(&session, self.cases[*number].0).unwrap(), PDF);
        }
        kanzlei.close().unwrap();
    }

    fn erase(&self, number: usize) {
        let kanzlei = self.place.open("store");
        erase(&kanzlei, self.cases[number].0);
        kanzlei.close().unwrap();
    }

    /// All files of documents, and their bytes.
    fn documents(&self) -> Vec<(PathBuf, Option<Vec<u8>>)> {
        let files = (0..3).map(|number| self.file("store", number));
        files
            .map(|file| (file.clone(), fs::read(file).ok()))
            .collect()
    }
}

#[test]
fn a_missing_document_and_a_damaged_one_come_back_and_the_damaged_one_is_kept() {
    let scene = Scene::new();
    scene.lose("store", 0);
    let damaged = scene.damage("store", 1);
    // In a sound one's place nothing comes, whatever the backup has.
    scene.damage("backup", 2);
    let repaired = scene.repaired().unwrap();
    let kept = scene.place.path("store/documents/damaged-1");
    assert_eq!(
        (repaired.brought_back, repaired.kept),
        (2, Some(kept.clone()))
    );
    assert_eq!(
        (repaired.missing, repaired.damaged, repaired.keyless),
        (vec![], vec![], 0)
    );
    let name = scene.cases[1].1.to_string();
    assert_eq!(fs::read(kept.join(name)).unwrap(), damaged);
    scene.reads(&[0, 1, 2]);
    // Once more, and it is kept by itself.
    scene.damage("store", 1);
    let again = scene.repaired().unwrap();
    assert_eq!(
        again.kept,
        Some(scene.place.path("store/documents/damaged-2"))
    );
    assert_eq!(scene.repaired().unwrap(), DocumentsRepair::default());
    let ground = documents::opening(&scene.place.path("store"))
        .ground()
        .unwrap();
    let evidence = ground.compact(&|_, _, _| {}).unwrap().evidence;
    let evidence: Vec<_> = evidence.into_iter().map(|one| one.path).collect();
    assert_eq!(evidence, [Some(kept), again.kept].map(Option::unwrap));
}

/// Its place is a folder at first: it opens, and isn't read, as on a disk that doesn't give a file's blocks.
#[test]
fn a_document_that_a_backup_has_late_comes_back_from_it_like_any_other() {
    let scene = Scene::new();
    let (store, backup) = (scene.place.path("store"), scene.place.path("backup"));
    fs::remove_dir_all(&backup).unwrap();
    let (file, elsewhere) = (scene.file("store", 0), scene.place.path("elsewhere"));
    fs::rename(&file, &elsewhere).unwrap();
    fs::create_dir(&file).unwrap();
    let done = kanzlei::backup(&store, &backup, &nothing).unwrap();
    assert_eq!((done.documents, done.damaged), (2, vec![scene.cases[0].1]));
    fs::remove_dir(&file).unwrap();
    fs::rename(&elsewhere, &file).unwrap();
    let done = kanzlei::backup(&store, &backup, &nothing).unwrap();
    assert_eq!((done.late, done.damaged), (1, vec![]));
    scene.lose("store", 0);
    assert_eq!(scene.repaired().unwrap().brought_back, 1);
    scene.reads(&[0, 1, 2]);
    let restored = kanzlei::restore(&backup, scene.place.path("again"), None, &nothing);
    assert_eq!(restored.unwrap().documents, 3);
}

#[test]
fn what_the_backup_has_not_either_is_named_and_left_as_it_is() {
    let scene = Scene::new();
    scene.lose("store", 0);
    scene.lose("backup", 0);
    scene.damage("store", 1);
    scene.damage("backup", 1);
    scene.lose("store", 2);
    scene.damage("backup", 2);
    let before = scene.documents();
    let repaired = scene.repaired().unwrap();
    let named = |of: &[kanzlei::store::NamedDocument]| {
        let mut named: Vec<_> = of.iter().map(|one| (one.case, one.digest)).collect();
        named.sort();
        named
    };
    let mut missing = vec![scene.cases[0], scene.cases[2]];
    missing.sort();
    assert_eq!(named(&repaired.missing), missing);
    assert_eq!(named(&repaired.damaged), [scene.cases[1]]);
    assert_eq!((repaired.brought_back, repaired.kept), (0, None));
    assert_eq!(scene.documents(), before);
    // Missing ones may be kept elsewhere, as far as the log says.
    let ground = documents::opening(&scene.place.path("store"));
    let found = ground.ground().unwrap().verify(&|| {}).unwrap().findings;
    let places: Vec<_> = found.iter().map(|one| one.place.as_str()).collect();
    let (case, document) = (scene.cases[1].0, kanzlei::DocumentId(1));
    assert_eq!(places, [format!("case {case}, document {document}")]);
}

#[test]
fn a_document_that_was_erased_does_not_come_back() {
    let scene = Scene::new();
    scene.erase(0);
    assert!(!scene.file("store", 0).exists() && scene.file("backup", 0).exists());
    scene.lose("store", 1);
    let repaired = scene.repaired().unwrap();
    let expected = (1, vec![], 0);
    assert_eq!(
        (repaired.brought_back, repaired.missing, repaired.keyless),
        expected
    );
    assert!(!scene.file("store", 0).exists());
    scene.reads(&[1, 2]);
}

#[test]
fn an_erasure_stays_one_although_an_older_vault_was_put_back() {
    for knows in ["backup", "store"] {
        let scene = Scene::new();
        let vault = scene.place.path("store/vault");
        let older = fs::read(&vault).unwrap();
        scene.erase(0);
        let kanzlei = scene.place.open("store");
        kanzlei.backup(scene.place.path("newer"), &nothing).unwrap();
        kanzlei.close().unwrap();
        fs::write(&vault, older).unwrap();
        let (from, to) = (scene.place.path("newer"), scene.place.path(knows));
        fs::copy(from.join("destroyed"), to.join("destroyed")).unwrap();
        let repaired = scene.repaired().unwrap();
        assert_eq!(repaired, DocumentsRepair::default(), "{knows}");
        assert!(!scene.file("store", 0).exists(), "{knows}");
    }
}

#[test]
fn where_no_vault_tells_what_was_erased_nothing_comes_back() {
    let scene = Scene::new();
    scene.erase(0);
    scene.lose("store", 1);
    let vault = scene.place.path("store/vault");
    let whole = fs::read(&vault).unwrap();
    fs::remove_file(&vault).unwrap();
    let repaired = scene.repaired().unwrap();
    assert_eq!((repaired.brought_back, repaired.keyless), (0, 2));
    // A vault that has lost its last keys tells nothing of those.
    fs::write(&vault, &whole[..4_096]).unwrap();
    let repaired = scene.repaired().unwrap();
    assert_eq!((repaired.brought_back, repaired.keyless), (0, 2));
    assert!(!scene.file("store", 0).exists() && !scene.file("store", 1).exists());
    fs::write(&vault, &whole).unwrap();
    assert_eq!(scene.repaired().unwrap().brought_back, 1);
}

#[test]
fn a_list_that_can_not_be_read_or_is_another_vault_s_lets_nothing_come_back() {
    let scene = Scene::new();
    scene.lose("store", 0);
    let list = scene.place.path("backup/destroyed");
    let whole = fs::read(&list).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&list, bytes).unwrap();
        scene.repaired().unwrap_err();
        assert!(!scene.file("store", 0).exists(), "byte {at}");
    }
    let other = Scene::new();
    fs::copy(other.place.path("backup/destroyed"), &list).unwrap();
    let error = scene.repaired().unwrap_err();
    assert!(
        matches!(error, Error::Backup(BackupError::AnotherVault(_))),
        "{error}"
    );
    fs::write(&list, whole).unwrap();
    // Neither does anything while the installation is open.
    let kanzlei = scene.place.open("store");
    scene.repaired().unwrap_err();
    kanzlei.close().unwrap();
    assert_eq!(scene.repaired().unwrap().brought_back, 1);
}
