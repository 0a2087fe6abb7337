//! `backup` and `restore` as whoever operates an installation meets them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use futures::executor::block_on;
use kanzlei::{Actor, Form, Kanzlei, PersonId};
use serde_json::{Value, json};

use crate::hand::{Ran, copy, done, figures, run};
use crate::repair::{documents, with_documents};

/// A store, and places beside it.
struct Place {
    store: tempfile::TempDir,
    beside: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            store: copy(),
            beside: tempfile::tempdir().unwrap(),
        }
    }

    fn store(&self) -> &Path {
        self.store.path()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.beside.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// Backs both up.
    fn back_up(&self) -> Value {
        let (log, keys) = (self.text("log"), self.text("keys"));
        done(self.store(), &["backup", &log, "--vault", &keys, "--json"]).json()
    }

    /// The file that the first backup of the log made.
    fn commits(&self) -> PathBuf {
        let entries = fs::read_dir(self.path("log")).unwrap();
        let mut paths = entries.map(|entry| entry.unwrap().path());
        let file = paths.find(|path| path.extension().is_some_and(|end| end == "commits"));
        file.unwrap()
    }

    fn put_key_back(&self, to: &Path) {
        fs::copy(
            self.store().join("installation.key"),
            to.join("installation.key"),
        )
        .unwrap();
    }
}

/// Some case, and its first party.
fn case(store: &Path) -> String {
    let cases = done(store, &["cases", "--status", "closed", "--json"]).json();
    cases[0]["case"].as_str().unwrap().to_owned()
}

fn refused(ran: &Ran, code: i32, said: &[&str]) {
    assert_eq!(ran.code, code, "{ran:?}");
    for said in said {
        assert!(ran.err.contains(said), "“{said}” isn't in {}", ran.err);
    }
}

#[test]
fn an_installation_is_backed_up_and_restored_with_the_same_root_and_figures() {
    let place = Place::new();
    let said = place.back_up();
    let verified = done(place.store(), &["verify", "--json"]).json();
    assert_eq!(said["log"]["root"], verified["root"]);
    assert_eq!(said["log"]["added"], verified["commits"]);
    assert!(said["vault"]["slots"].as_u64() > Some(100));

    let (to, log, keys) = (place.text("again"), place.text("log"), place.text("keys"));
    let restored = run(place.store(), &["restore", &log, "--to", &to]);
    assert_eq!(restored.code, 0, "{restored:?}");
    assert!(
        restored.err.contains("positions:"),
        "it tells how far it is: {restored:?}"
    );
    let without = run(&place.path("again"), &["verify"]);
    refused(&without, 3, &["vault", "is missing"]);
    done(&place.path("again"), &["restore", "--vault", &keys]);
    place.put_key_back(&place.path("again"));
    let again = done(&place.path("again"), &["verify", "--json"]).json();
    assert_eq!(again, verified);
    assert_eq!(figures(&place.path("again")), figures(place.store()));
}

#[test]
fn a_second_backup_adds_nothing_and_a_check_reads_it_through() {
    let place = Place::new();
    let first = place.back_up();
    let second = place.back_up();
    assert_eq!(second["log"]["added"], 0);
    assert_eq!(second["log"]["root"], first["log"]["root"]);
    let log = place.text("log");
    let checked = done(place.store(), &["restore", &log, "--check", "--json"]).json();
    assert_eq!(checked["root"], first["log"]["root"]);
    let file = place.commits();
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let name = file.display().to_string();
    let damaged = run(place.store(), &["restore", &log, "--check"]);
    refused(&damaged, 3, &[&name, "is damaged at byte"]);
    let damaged = run(
        place.store(),
        &["restore", &log, "--to", &place.text("again")],
    );
    refused(&damaged, 3, &[&name]);
    assert!(!place.path("again/log").exists());
}

#[test]
fn a_damaged_backup_says_how_far_it_is_sound_and_gives_that_and_what_is_sound_behind_it() {
    let place = Place::new();
    let commits = place.back_up()["log"]["commits"].as_u64().unwrap();
    let log = place.text("log");
    let entries = fs::read_dir(place.path("log")).unwrap();
    let mut paths = entries.map(|entry| entry.unwrap().path());
    let file = paths.find(|path| path.extension().is_some_and(|end| end == "commits"));
    let file = file.unwrap();
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let to = place.text("again");
    let whole = ["restore", &log, "--to", &to];
    let mut until = String::new();
    for restore in [&["restore", &log, "--check"][..], &whole] {
        let said = run(place.store(), restore);
        let (_, rest) = said.err.split_once("sound up to position ").unwrap();
        until = rest.split(':').next().unwrap().to_owned();
        let so_far = format!("`restore {log} --until {until}` restores so far");
        let behind = format!("`repair --from {log}` then takes what is sound behind it");
        refused(&said, 3, &["is damaged at byte", &so_far, &behind]);
        assert!(!place.path("again/log").exists());
    }
    let further = (until.parse::<u64>().unwrap() + 1).to_string();
    let further = run(
        place.store(),
        &[&whole[..], &["--until", &further]].concat(),
    );
    refused(&further, 3, &[&format!("--until {until}` restores so far")]);
    let restored = done(
        place.store(),
        &[&whole[..], &["--until", &until, "--json"]].concat(),
    );
    let restored = restored.json();
    assert_eq!(restored["position"].to_string(), until);
    let behind = restored["damaged_behind"].as_str().unwrap();
    assert!(behind.contains("is damaged at byte"), "{restored}");
    let repair = run(
        &place.path("again"),
        &["repair", "--from", &log, "--yes", "--json"],
    );
    let repaired = repair.json();
    assert_eq!(repaired["lost"]["count"], 1, "{repair:?}");
    let aside = repaired["aside"]["count"].as_u64().unwrap();
    assert_eq!(repaired["commits"].as_u64(), Some(commits - 1 - aside));
}

#[test]
fn places_that_are_no_backup_or_nowhere_end_with_3() {
    let place = Place::new();
    place.back_up();
    let (keys, nowhere) = (place.text("keys"), place.text("nowhere"));
    for wrong in [
        &["restore", "--vault", &nowhere][..],
        &["restore", &nowhere, "--to", &place.text("again")],
        &["restore", &keys, "--to", &place.text("again")],
        &["backup", &keys],
    ] {
        refused(&run(place.store(), wrong), 3, &[]);
    }
}

#[test]
fn what_is_refused_to_be_restored_leaves_nothing_behind() {
    let place = Place::new();
    place.back_up();
    let (log, to) = (place.text("log"), place.text("again"));
    let beyond = run(
        place.store(),
        &["restore", &log, "--to", &to, "--until", "999999"],
    );
    refused(&beyond, 1, &["it has no position 999999"]);
    assert!(!place.path("again").exists());
    for inside in [log.clone(), format!("{log}/below")] {
        let itself = run(place.store(), &["restore", &log, "--to", &inside]);
        refused(&itself, 1, &["restore to another folder"]);
    }
    assert!(!place.path("log/log").exists() && !place.path("log/below").exists());
}

#[test]
fn what_is_missing_of_documents_is_said_by_a_backup_a_check_and_a_restore() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let text = |name: &str| path(name).display().to_string();
    let (store, backup) = (path("store"), text("backup"));
    with_documents(&store);
    let lost = documents(&store).remove(0);
    fs::remove_file(&lost).unwrap();
    let missing = "1 document is missing: lost, or kept elsewhere; --json names them";
    let said = done(&store, &["backup", &backup]).out;
    assert!(said.contains(missing), "{said}");
    for what in [&["--check"][..], &["--to", &text("again")]] {
        let restore = [&["restore", &backup], what].concat();
        let said = done(&store, &restore).out;
        assert!(said.contains(missing), "{said}");
    }
    fs::remove_dir_all(path("backup/documents")).unwrap();
    let checked = done(&store, &["restore", &backup, "--check", "--json"]).json();
    assert_eq!(checked["erased"], 0);
    let named = checked["missing"].as_array().unwrap();
    assert_eq!((named.len(), &checked["documents"]), (2, &0.into()));
    let lost = lost.file_name().unwrap().to_str().unwrap();
    assert!(named.iter().any(|digest| digest == lost), "{checked}");
}

#[test]
fn a_document_that_was_skipped_is_said_until_it_can_be_copied_and_then_to_be_late() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (store, backup) = (path("store"), path("backup").display().to_string());
    with_documents(&store);
    let (late, other) = (documents(&store).remove(0), path("elsewhere"));
    fs::rename(&late, &other).unwrap();
    for _ in 0..2 {
        let said = done(&store, &["backup", &backup]).out;
        assert!(said.contains("1 document is missing"), "{said}");
        assert!(!said.contains("before"), "{said}");
    }
    fs::write(&late, "something else").unwrap();
    let damaged = ["1 document is damaged and not in this backup"];
    refused(&run(&store, &["backup", &backup]), 4, &damaged);
    fs::remove_file(&late).unwrap();
    fs::rename(&other, &late).unwrap();
    let said = done(&store, &["backup", &backup]).out;
    let added = [
        "log: 0 commits and 1 document",
        "1 document is among them that could not be copied before",
    ];
    assert!(added.iter().all(|line| said.contains(line)), "{said}");
    assert!(!said.contains("missing"), "{said}");
    let said = done(&store, &["backup", &backup, "--json"]).json();
    assert_eq!(
        (&said["log"]["late"], &said["log"]["missing"]),
        (&0.into(), &json!([]))
    );
}

#[test]
fn a_backup_in_which_a_commit_is_damaged_says_so_where_it_must_be_read() {
    let place = Place::new();
    place.back_up();
    let log = place.text("log");
    let file = place.commits();
    let mut bytes = fs::read(&file).unwrap();
    bytes[300] ^= 1;
    fs::write(&file, bytes).unwrap();
    done(place.store(), &["backup", &log]);
    // As an earlier release left it.
    fs::remove_file(place.path("log/skipped")).unwrap();
    let told = run(place.store(), &["backup", &log]);
    refused(
        &told,
        4,
        &["this backup itself is damaged", "begin another one"],
    );
    let damage = format!("in the backup, {} is damaged at byte 256", file.display());
    assert!(told.out.contains(&damage), "{told:?}");
}

#[test]
fn a_log_is_restored_up_to_a_position() {
    let place = Place::new();
    place.back_up();
    let (log, to) = (place.text("log"), place.text("again"));
    let until = ["restore", &log, "--to", &to, "--until", "100", "--json"];
    let restored = done(place.store(), &until).json();
    assert_eq!(
        (&restored["position"], &restored["commits"]),
        (&100.into(), &100.into())
    );
    let beyond = [
        "restore",
        &log,
        "--to",
        &place.text("more"),
        "--until",
        "99999999",
    ];
    refused(
        &run(place.store(), &beyond),
        1,
        &["has no position 99999999"],
    );
}

#[test]
fn what_was_erased_stays_erased_when_everything_is_restored() {
    let place = Place::new();
    let case = case(place.store());
    place.back_up();
    done(place.store(), &["erase", &case, "--all", "--yes"]);
    // The vault's backup is the old one, that of the log is new.
    done(place.store(), &["backup", &place.text("log")]);
    let again = place.path("again");
    done(&again, &["restore", &place.text("log")]);
    let restored = done(
        &again,
        &["restore", "--vault", &place.text("keys"), "--json"],
    )
    .json();
    assert_eq!(restored["known"], true);
    assert!(restored["destroyed_again"].as_u64() > Some(0), "{restored}");
    place.put_key_back(&again);
    let erased = done(&again, &["erase", &case, "--all", "--json"]).json();
    assert_eq!(erased["erased"], true);
    done(&again, &["verify"]);
}

#[test]
fn an_old_vault_is_refused_with_what_it_would_undo_and_with_yes_undoes_no_erasure() {
    let place = Place::new();
    let case = case(place.store());
    place.back_up();
    done(place.store(), &["erase", &case, "--all", "--yes"]);
    let keys = place.text("keys");
    let before = fs::read(place.store().join("vault")).unwrap();
    let old = run(place.store(), &["restore", "--vault", &keys]);
    refused(
        &old,
        1,
        &[
            "Keys destroyed since",
            "nothing was restored",
            "--yes",
            "vault.replaced",
        ],
    );
    assert_eq!(fs::read(place.store().join("vault")).unwrap(), before);
    let restored = done(place.store(), &["restore", "--vault", &keys, "--yes"]).out;
    assert!(restored.contains("destroyed again") && restored.contains("vault.replaced"));
    let erased = done(place.store(), &["erase", &case, "--all", "--json"]).json();
    assert_eq!(erased["erased"], true);
}

#[test]
fn an_old_vault_that_was_put_back_by_hand_is_told_by_the_next_backup() {
    let place = Place::new();
    let case = case(place.store());
    let old = fs::read(place.store().join("vault")).unwrap();
    done(place.store(), &["erase", &case, "--all", "--yes"]);
    place.back_up();
    fs::write(place.store().join("vault"), old).unwrap();
    let log = place.text("log");
    let told = run(place.store(), &["backup", &log]);
    refused(
        &told,
        4,
        &["live that were destroyed before", "--destroyed"],
    );
    // As it says: the vault as it is, with the keys destroyed that the log's backup knows of.
    let now = place.text("now");
    done(place.store(), &["backup", "--vault", &now]);
    let restore = ["restore", "--vault", &now, "--destroyed", &log];
    done(place.store(), &restore);
    done(place.store(), &["backup", &log]);
    let erased = done(place.store(), &["erase", &case, "--all", "--json"]).json();
    assert_eq!(erased["erased"], true);
}

#[test]
fn a_backup_that_has_a_damaged_key_from_before_says_how_that_comes_back_and_what_may_with_it() {
    let place = Place::new();
    place.back_up();
    let path = place.store().join("vault");
    let mut vault = fs::read(&path).unwrap();
    vault[512 + 2 * 64 + 10] ^= 1;
    fs::write(&path, vault).unwrap();
    let keys = place.text("keys");
    let told = run(place.store(), &["backup", "--vault", &keys]);
    let how = format!("`restore --vault {keys} --yes`");
    let may = "which were destroyed since";
    refused(&told, 4, &["1 key (slot 3) is damaged", &how, may]);
    let told = run(place.store(), &["restore", "--vault", &keys]);
    let lives = "what may have been destroyed lives unless --destroyed names a backup of the log that knows";
    refused(&told, 1, &["would live: 1 (slot 3)", "--yes", lives]);
    // As it says.
    done(place.store(), &["restore", "--vault", &keys, "--yes"]);
    done(place.store(), &["verify"]);
    done(place.store(), &["backup", "--vault", &keys]);
}

#[test]
fn with_nothing_that_knows_what_was_destroyed_that_is_said() {
    let place = Place::new();
    place.back_up();
    let said = done(
        &place.path("again"),
        &["restore", "--vault", &place.text("keys")],
    )
    .out;
    assert!(
        said.contains("Nothing here knows which keys were destroyed"),
        "{said}"
    );
}

#[test]
fn wrong_places_are_refused_and_lose_nothing() {
    let place = Place::new();
    place.back_up();
    let (log, keys) = (place.text("log"), place.text("keys"));
    let store = place.store().display().to_string();
    refused(
        &run(place.store(), &["backup", &store]),
        1,
        &["is no backup"],
    );
    refused(
        &run(place.store(), &["restore", &log]),
        1,
        &["never overwritten"],
    );
    refused(
        &run(
            place.store(),
            &["restore", &store, "--to", &place.text("x")],
        ),
        3,
        &["no backup"],
    );
    refused(
        &run(place.store(), &["restore", "--vault", &log]),
        3,
        &[&log],
    );
    let key = place.store().join("installation.key").display().to_string();
    refused(
        &run(place.store(), &["restore", "--vault", &key]),
        3,
        &["as a backup of a vault"],
    );
    refused(
        &run(place.store(), &["backup", "--vault", &key]),
        3,
        &["as a backup of a vault"],
    );
    let another = tempfile::tempdir().unwrap();
    done(another.path(), &["demo", "--cases", "3", "--seed", "2"]);
    refused(&run(another.path(), &["backup", &log]), 1, &["another log"]);
    refused(
        &run(another.path(), &["backup", "--vault", &keys]),
        1,
        &["another vault"],
    );
    refused(
        &run(another.path(), &["restore", "--vault", &keys, "--yes"]),
        1,
        &["another vault"],
    );
    done(place.store(), &["verify"]);
    done(another.path(), &["verify"]);
}

#[test]
fn keys_are_backed_up_although_the_log_is_not() {
    let place = Place::new();
    let (nowhere, keys) = (place.store().display().to_string(), place.text("keys"));
    let ran = run(place.store(), &["backup", &nowhere, "--vault", &keys]);
    refused(&ran, 1, &["is no backup"]);
    assert!(ran.out.contains("vault: "), "{ran:?}");
    done(place.store(), &["restore", "--vault", &keys]);
    let neither = run(place.store(), &["backup", &nowhere, "--vault", &nowhere]);
    refused(&neither, 1, &["is no backup", "; "]);
    assert_eq!(neither.out, "");
}

/// Of a document that is a pipe, whoever reads it waits for who writes it.
#[test]
#[cfg(unix)]
fn a_portal_that_starts_while_the_store_is_backed_up_finds_it_free() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let backup = folder.path().join("backup").display().to_string();
    with_documents(&store);
    let document = documents(&store).remove(0);
    fs::remove_file(&document).unwrap();
    let made = Command::new("mkfifo").arg(&document).status().unwrap();
    assert!(made.success());
    thread::scope(|scope| {
        let ran = scope.spawn(|| run(&store, &["backup", &backup]));
        // From here on the backup is under way, until this is dropped.
        let writer = fs::OpenOptions::new().write(true).open(&document).unwrap();
        let started = Kanzlei::open(&store).start();
        drop(writer);
        let digest = document.file_name().unwrap().to_str().unwrap();
        let told = ran.join().unwrap();
        assert!(told.out.contains(&format!("document {digest} is damaged")));
        let damaged =
            "1 document is damaged and not in this backup: once that is mended, the next run adds";
        refused(&told, 4, &[damaged]);
        started.unwrap().close().unwrap();
    });
}

#[test]
fn a_log_is_backed_up_without_key_vault_and_views() {
    let place = Place::new();
    let root = place.back_up()["log"]["root"].clone();
    fs::remove_file(place.store().join("installation.key")).unwrap();
    fs::remove_file(place.store().join("vault")).unwrap();
    fs::remove_dir_all(place.store().join("views")).unwrap();
    fs::write(place.store().join("views"), "nothing").unwrap();
    let said = done(place.store(), &["backup", &place.text("again"), "--json"]).json();
    assert_eq!(
        (&said["log"]["root"], &said["log"]["destroyed"]),
        (&root, &Value::Null)
    );
    // Of a log that is there already what is known of keys stays known.
    let said = done(place.store(), &["backup", &place.text("log"), "--json"]).json();
    assert!(said["log"]["destroyed"].is_u64(), "{said}");
}

#[test]
fn a_store_that_another_process_has_open_is_backed_up_while_that_appends() {
    let place = Place::new();
    let (log, keys) = (place.text("log"), place.text("keys"));
    let kanzlei = Kanzlei::open(place.store()).start().unwrap();
    let luzern = kanzlei.authority("Luzern").unwrap();
    let resident = kanzlei.act_as(Actor::resident(
        PersonId::from_bytes([1; 16]),
        "Anna Muster",
    ));
    let stop = AtomicBool::new(false);
    let submit = || {
        let form = Form::new().with("municipality", luzern).unwrap();
        let form = form.with("copies", 2).unwrap();
        block_on(resident.submit("certificate-of-residence", form)).unwrap();
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                submit();
            }
        });
        let mut commits = 0;
        for run in 0..4 {
            // The first is in the witness once the second is answered.
            submit();
            submit();
            let both = ["backup", &log, "--vault", &keys, "--json"];
            let said = done(place.store(), &both).json();
            assert!(said["log"]["destroyed"].is_u64(), "{said}");
            let now = said["log"]["commits"].as_u64().unwrap();
            assert!(now > commits, "it grows: {run}");
            commits = now;
        }
        stop.store(true, Ordering::Relaxed);
    });
    // What another process has read is what its own would have.
    let known = kanzlei.backup(&log, &|_, _| {}).unwrap();
    let slots = done(place.store(), &["backup", "--vault", &keys, "--json"]).json();
    let copied = kanzlei.backup_vault(&keys, &|_, _| {}).unwrap();
    assert_eq!(slots["vault"]["slots"], copied.slots());
    let locked = run(place.store(), &["restore", "--vault", &keys, "--yes"]);
    refused(&locked, 3, &["open already"]);
    drop(resident);
    kanzlei.close().unwrap();
    let verified = done(place.store(), &["verify", "--json"]).json();
    assert_eq!(verified["root"], known.root.to_string());
    let again = place.path("again");
    done(&again, &["restore", &log]);
    done(&again, &["restore", "--vault", &keys]);
    place.put_key_back(&again);
    assert_eq!(done(&again, &["verify", "--json"]).json(), verified);
}
