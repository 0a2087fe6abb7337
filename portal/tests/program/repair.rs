//! `repair` as whoever operates an installation with a broken disk meets it.

use std::fs;
use std::path::{Path, PathBuf};

use futures::executor::block_on;
use kanzlei::core::DocumentKind;
use kanzlei::core::record::RecordRef;
use kanzlei::{
    Actor, AuthorityId, Code, Declared, Form, Kanzlei, Labels, Naming, PersonId, services,
};
use serde_json::json;

use crate::hand::{copy, copy_folder, done, figures, run, says};
use crate::running::Running;

fn segments(store: &Path) -> PathBuf {
    store.join("log/segments")
}

/// Where the first record of each group stands in a segment, and what it is.
fn records(segment: &[u8]) -> Vec<(usize, RecordRef<'_>)> {
    let magic = b"KZLGROUP";
    let groups = (0..segment.len() - magic.len()).filter(|at| segment[*at..].starts_with(magic));
    let records = groups.map(|group| {
        // Behind the group's header, the checksum and the stamp.
        let at = group + 64 + 4 + 16;
        let number = |at: usize| u32::from_le_bytes(segment[at..at + 4].try_into().unwrap());
        let length = 16 + number(at + 4) + number(at + 8);
        let record = &segment[at..at + usize::try_from(length).unwrap()];
        (at, RecordRef::parse(record).unwrap())
    });
    records.collect()
}

/// Flips a bit of a record in the first segment, whose case goes on later.
fn hit(store: &Path) -> PathBuf {
    let path = segments(store).join("00000001.seg");
    let mut bytes = fs::read(&path).unwrap();
    let records = records(&bytes);
    let case = |record: &RecordRef<'_>| record.parts().next().unwrap().case;
    let middle = records.len() / 2;
    let goes_on = |at: &usize| {
        let later = records[at + 1..].iter();
        let mut cases = later.flat_map(|(_, record)| record.parts());
        cases.any(|part| part.case == case(&records[*at].1))
    };
    let at = records[(middle..records.len()).find(goes_on).unwrap()].0;
    // Behind the record's frame.
    bytes[at + 16] ^= 16;
    fs::write(&path, &bytes).unwrap();
    path
}

#[test]
fn a_damaged_log_is_repaired_from_its_backup_to_the_same_root() {
    let (store, backup) = (copy(), tempfile::tempdir().unwrap());
    let folder = backup.path().display().to_string();
    done(store.path(), &["backup", &folder]);
    let (before, figured) = (
        done(store.path(), &["verify", "--json"]).json(),
        figures(store.path()),
    );
    let path = hit(store.path());
    assert_eq!(run(store.path(), &["verify"]).code, 4);
    let place = format!("{} is damaged at byte", path.display());
    let repaired = run(store.path(), &["repair", "--from", &folder]);
    says(
        &repaired,
        0,
        &[
            &place,
            "1 commit is taken from the backup",
            "damaged-1",
            "bytes: ",
        ],
    );
    assert_eq!(done(store.path(), &["verify", "--json"]).json(), before);
    assert_eq!(figures(store.path()), figured);
    let again = run(store.path(), &["repair"]);
    says(
        &again,
        0,
        &[
            "there is nothing to repair",
            before["root"].as_str().unwrap(),
        ],
    );
}

#[test]
fn a_damaged_backup_gives_what_is_sound_in_it_and_is_said_to_be_damaged() {
    let (store, backup) = (copy(), tempfile::tempdir().unwrap());
    let folder = backup.path().display().to_string();
    done(store.path(), &["backup", &folder]);
    let before = done(store.path(), &["verify", "--json"]).json();
    let files = fs::read_dir(backup.path()).unwrap();
    let mut paths = files.map(|entry| entry.unwrap().path());
    let file = paths.find(|path| path.extension().is_some_and(|end| end == "commits"));
    let file = file.unwrap();
    let mut bytes = fs::read(&file).unwrap();
    // In its first commit, which the log has.
    bytes[300] ^= 1;
    fs::write(&file, bytes).unwrap();
    let place = format!("in the backup, {} is damaged at byte 256", file.display());
    let from = ["repair", "--from", &folder];
    let sound = run(store.path(), &from);
    says(&sound, 0, &[&place, "there is nothing to repair"]);
    hit(store.path());
    let repaired = run(store.path(), &from);
    says(&repaired, 0, &[&place, "1 commit is taken from the backup"]);
    assert_eq!(done(store.path(), &["verify", "--json"]).json(), before);
    // Nothing else takes it.
    let to = store.path().join("again").display().to_string();
    let restored = run(store.path(), &["restore", &folder, "--to", &to]);
    says(&restored, 3, &["is damaged at byte 256"]);
}

/// A store in which a case has two documents.
pub fn with_documents(store: &Path) {
    let mut service = services::certificate_of_residence().unwrap();
    service.documents.push(DocumentKind {
        code: Code::new("lease").unwrap(),
        labels: Labels::de("Mietvertrag"),
        required: false,
    });
    let opening = Kanzlei::open(store).register(services::register::lucerne().unwrap());
    let kanzlei = opening.service(service).start().unwrap();
    let anna = Actor::resident(PersonId::from_bytes([1; 16]), "Anna Muster");
    let session = kanzlei.act_as(anna);
    let form = Form::new().with("municipality", AuthorityId(1061)).unwrap();
    let form = form.with("copies", 1).unwrap();
    let case = block_on(session.submit("certificate-of-residence", form))
        .unwrap()
        .case;
    for text in ["%PDF-1.7 a lease", "%PDF-1.7 another"] {
        let declared = Declared {
            name: "Vertrag.pdf".into(),
            media_type: "application/pdf".into(),
            length: None,
        };
        let mut upload = block_on(session.upload(declared)).unwrap();
        upload.write(text.as_bytes()).unwrap();
        let digest = block_on(upload.finish()).unwrap().digest;
        let kind = Code::new("lease").unwrap();
        let naming = Naming {
            id: None,
            case,
            if_version: None,
            kind,
            digest,
        };
        block_on(session.name_document(naming)).unwrap();
    }
    drop(session);
    kanzlei.close().unwrap();
}

/// The documents in a folder.
pub fn documents(of: &Path) -> Vec<PathBuf> {
    let inside = |folder: &Path| {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    let folders = inside(&of.join("documents")).filter(|path| name(path).len() == 2);
    let mut files: Vec<_> = folders
        .flat_map(|folder| inside(&folder).collect::<Vec<_>>())
        .collect();
    files.sort();
    files
}

#[test]
fn documents_come_back_from_a_backup_and_what_does_not_is_said() {
    let (folder, backup) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = folder.path().join("store");
    with_documents(&store);
    let from = backup.path().display().to_string();
    done(&store, &["backup", &from]);
    let before = done(&store, &["verify", "--json"]).json();
    let files = documents(&store);
    let [lost, damaged] = &files[..] else {
        panic!("{files:?}");
    };
    fs::remove_file(lost).unwrap();
    fs::write(damaged, "nothing").unwrap();
    says(&run(&store, &["verify"]), 4, &["document"]);
    // Without a backup they are left alone.
    says(
        &run(&store, &["repair"]),
        0,
        &["there is nothing to repair in the log"],
    );
    assert_eq!(documents(&store).len(), 1);
    let place = segments(&store).join("00000001.seg");
    let mut bytes = fs::read(&place).unwrap();
    let at = records(&bytes)[1].0;
    bytes[at + 16] ^= 16;
    fs::write(place, bytes).unwrap();
    let repair = ["repair", "--from", &from];
    let said = [
        "1 commit is taken from the backup",
        "2 documents are brought back from the backup",
        "the damaged ones are kept in ",
        "documents/damaged-1",
    ];
    says(&run(&store, &repair), 0, &said);
    assert_eq!(done(&store, &["verify", "--json"]).json(), before);
    // What the backup hasn't either.
    for file in documents(backup.path()) {
        fs::write(file, "nothing").unwrap();
    }
    fs::remove_file(lost).unwrap();
    fs::write(damaged, "nothing").unwrap();
    let said = [
        "1 document is neither here nor to be had from the backup",
        " is damaged, and not to be had from the backup",
    ];
    says(&run(&store, &repair), 4, &said);
    let report = run(&store, &["repair", "--from", &from, "--json"]).json();
    let documents = &report["documents"];
    assert_eq!(
        (&documents["brought_back"], &documents["keyless"]),
        (&json!(0), &json!(0))
    );
    for (what, file) in [("missing", lost), ("damaged", damaged)] {
        let digest = file.file_name().unwrap().to_str().unwrap();
        let named = documents[what].as_array().unwrap();
        assert_eq!(
            named.iter().map(|one| &one["digest"]).collect::<Vec<_>>(),
            [digest]
        );
    }
}

#[test]
fn what_would_be_lost_is_said_before_it_is_and_what_is_left_is_sound() {
    let store = copy();
    hit(store.path());
    let damaged = tempfile::tempdir().unwrap();
    copy_folder(&segments(store.path()), damaged.path());
    let looked = run(store.path(), &["repair"]);
    let said = [
        "1 commit is lost: position ",
        "receipts are void",
        "nothing was changed",
        "--yes",
        "--from",
    ];
    says(&looked, 4, &said);
    for entry in fs::read_dir(damaged.path()).unwrap() {
        let entry = entry.unwrap();
        let now = fs::read(segments(store.path()).join(entry.file_name())).unwrap();
        assert!(fs::read(entry.path()).unwrap() == now, "nothing is touched");
    }
    let would = run(store.path(), &["repair", "--json"]);
    assert_eq!(would.code, 4);
    let would = would.json();
    let repaired = done(store.path(), &["repair", "--yes", "--json"]).json();
    assert_eq!(
        (&would["repaired"], &repaired["repaired"]),
        (&json!(false), &json!(true))
    );
    for same in [
        "commits",
        "root",
        "lost",
        "aside",
        "shortened",
        "changed",
        "damage",
    ] {
        assert_eq!(would[same], repaired[same], "{same}");
    }
    assert_eq!(repaired["lost"]["count"], 1);
    let aside = repaired["aside"]["count"].as_u64().unwrap();
    let shortened = repaired["shortened"].as_array().unwrap();
    assert!(aside > 0 && !shortened.is_empty(), "{repaired}");
    // The views too are those of the repaired log.
    let verified = done(store.path(), &["verify", "--json"]).json();
    assert_eq!(
        (&verified["commits"], &verified["root"]),
        (&repaired["commits"], &repaired["root"])
    );
    done(store.path(), &["stats"]);
    // What was put aside can be read.
    let salvaged = Path::new(repaired["kept"].as_str().unwrap()).join("salvaged");
    let salvaged = salvaged.display().to_string();
    let checked = done(store.path(), &["restore", "--check", &salvaged, "--json"]).json();
    assert_eq!(checked["commits"], aside);
    // And the log goes on.
    done(store.path(), &["demo", "--more", "2"]);
    done(store.path(), &["verify"]);
}

#[test]
fn a_log_that_does_not_open_says_what_repairs_it() {
    let store = copy();
    let path = segments(store.path()).join("00000001.seg");
    let mut bytes = fs::read(&path).unwrap();
    bytes[100] ^= 1;
    fs::write(&path, &bytes).unwrap();
    if segments(store.path()).join("00000002.seg").exists() {
        says(&run(store.path(), &["verify"]), 3, &["`repair`"]);
    }
    done(store.path(), &["repair"]);
    done(store.path(), &["verify"]);
}

#[test]
fn an_open_store_a_missing_one_and_a_wrong_backup_are_refused() {
    let store = copy();
    let portal = Running::start(store.path(), &["portal", "--port", "0"]);
    says(&run(store.path(), &["repair"]), 3, &["is in use"]);
    drop(portal);
    let nowhere = store.path().join("nowhere");
    says(&run(&nowhere, &["repair"]), 3, &["there is no store"]);
    let (other, backup) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    done(other.path(), &["demo", "--cases", "1"]);
    let folder = backup.path().display().to_string();
    done(other.path(), &["backup", &folder]);
    let from = ["repair", "--from", &folder];
    says(&run(store.path(), &from), 1, &["another log"]);
}

#[test]
fn where_nothing_can_be_read_nothing_is_changed() {
    let store = copy();
    let folder = segments(store.path());
    for entry in fs::read_dir(&folder).unwrap() {
        fs::write(entry.unwrap().path(), [1; 5_000]).unwrap();
    }
    let views = store.path().join("views");
    assert!(views.is_dir());
    says(
        &run(store.path(), &["repair", "--yes"]),
        3,
        &["restore a backup"],
    );
    assert!(views.is_dir() && folder.is_dir());
}
