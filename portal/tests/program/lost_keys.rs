//! An old vault that was restored beside a newer log, as whoever operates an installation meets it: keys that are lost
//! aren't destroyed.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::hand::{done, figures, run, says};

/// An installation with two backups of its vault, between which cases were added.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        let a = place.path("a");
        done(&a, &["demo", "--cases", "6"]);
        done(&a, &["backup", "--vault", &place.text("monday")]);
        done(&a, &["demo", "--more", "6"]);
        let both = [
            "backup",
            &place.text("log"),
            "--vault",
            &place.text("tuesday"),
        ];
        done(&a, &both);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// The log, beside the vault of Monday.
    fn restored_with_the_old_vault(&self) -> PathBuf {
        let b = self.path("b");
        done(&b, &["restore", &self.text("log")]);
        let monday = self.text("monday");
        let refused = run(&b, &["restore", "--vault", &monday]);
        says(
            &refused,
            1,
            &["older than the log", "in cases such as", "count as lost"],
        );
        let restored = done(&b, &["restore", "--vault", &monday, "--yes", "--json"]).json();
        assert!(restored["lost"].as_u64() > Some(0), "{restored}");
        self.put_key_back(&b);
        b
    }

    fn put_key_back(&self, to: &Path) {
        fs::copy(self.path("a/installation.key"), to.join("installation.key")).unwrap();
    }

    fn tuesday(&self, to: &Path) -> Value {
        let restore = ["restore", "--vault", &self.text("tuesday"), "--json"];
        done(to, &restore).json()
    }

    /// Has everything that the first one has.
    fn is_entire(&self, store: &Path) {
        let verified = done(store, &["verify", "--json"]).json();
        assert_eq!(
            verified,
            done(&self.path("a"), &["verify", "--json"]).json()
        );
        assert_eq!(figures(store), figures(&self.path("a")));
        let shown = |store: &Path| done(store, &["cases", "--json"]).out;
        assert_eq!(shown(store), shown(&self.path("a")));
    }
}

#[test]
fn lost_keys_are_found_and_a_newer_vault_brings_them_back_unasked() {
    let place = Place::new();
    let b = place.restored_with_the_old_vault();
    let verified = run(&b, &["verify"]);
    says(
        &verified,
        4,
        &[
            "the vault: keys that the log needs are lost, and not destroyed",
            "restore a newer one",
        ],
    );
    let restored = place.tuesday(&b);
    assert_eq!(
        (&restored["destroyed_again"], &restored["lost"]),
        (&0.into(), &0.into())
    );
    assert!(restored["back"].as_u64() > Some(0), "{restored}");
    place.is_entire(&b);
}

#[test]
fn a_backup_of_a_log_whose_keys_are_lost_takes_nobody_s_away() {
    let place = Place::new();
    let b = place.restored_with_the_old_vault();
    let (log, tuesday) = (place.text("log"), place.text("tuesday"));
    let said = done(&b, &["backup", &log, "--json"]).json();
    assert_eq!(said["log"]["destroyed"], 0);
    let other = place.text("other");
    let said = done(&b, &["backup", "--vault", &other]).out;
    assert!(said.contains("keys are lost, and not destroyed"), "{said}");

    let c = place.path("c");
    done(&c, &["restore", &log]);
    let restored = place.tuesday(&c);
    assert_eq!(
        (&restored["destroyed_again"], &restored["lost"]),
        (&0.into(), &0.into())
    );
    place.put_key_back(&c);
    place.is_entire(&c);

    // Where nothing was lost that backup is as good as before, and tells nothing wrong.
    let a = place.path("a");
    let said = done(&a, &["backup", &log, "--vault", &tuesday, "--json"]).json();
    assert_eq!(said["log"]["alive_again"], 0);
}

#[test]
fn a_case_whose_keys_are_lost_can_be_erased_and_stays_so() {
    let place = Place::new();
    let b = place.restored_with_the_old_vault();
    let closed = done(&b, &["cases", "--status", "closed", "--json"]).json();
    let case = closed[0]["case"].as_str().unwrap();
    done(&b, &["erase", case, "--all", "--yes"]);
    let restore = ["restore", "--vault", &place.text("tuesday")];
    says(&run(&b, &restore), 1, &["Keys destroyed since", "stays so"]);
    done(&b, &[&restore[..], &["--yes"]].concat());
    let erased = done(&b, &["erase", case, "--all", "--json"]).json();
    assert_eq!(erased["erased"], true);
    done(&b, &["verify"]);
}

#[test]
fn an_older_vault_that_was_copied_in_is_told_and_the_newest_backup_is_restored_with_a_list_that_knows()
 {
    let place = Place::new();
    let (a, tuesday, log) = (place.path("a"), place.text("tuesday"), place.text("log"));
    let old = fs::read(place.path("monday")).unwrap();
    fs::write(a.join("vault"), &old[512..]).unwrap();
    says(
        &run(&a, &["cases"]),
        3,
        &["older than the log", "restore its newest backup"],
    );
    let verified = run(&a, &["verify"]);
    says(
        &verified,
        4,
        &["the vault: it has never given away keys that the log needs"],
    );
    assert!(!verified.out.contains("is damaged"), "{verified:?}");
    let restore = ["restore", "--vault", &tuesday];
    let refused = run(&a, &restore);
    says(
        &refused,
        1,
        &["may have been destroyed", "--destroyed", "needs no --yes"],
    );
    assert!(!refused.err.contains("older than"), "{refused:?}");
    done(&a, &[&restore[..], &["--destroyed", &log]].concat());
    done(&a, &["verify"]);
}

#[test]
fn a_vault_that_can_t_be_read_is_said_to_be_moved_away() {
    let place = Place::new();
    let (a, tuesday) = (place.path("a"), place.text("tuesday"));
    let path = a.join("vault");
    let mut vault = fs::read(&path).unwrap();
    vault[100] ^= 1;
    fs::write(&path, &vault).unwrap();
    let restore = ["restore", "--vault", &tuesday, "--yes"];
    says(&run(&a, &restore), 3, &["Move this file away"]);
    fs::write(&path, []).unwrap();
    says(
        &run(&a, &["verify"]),
        3,
        &["cut off within its header", "restore its backup"],
    );
    let refused = run(&a, &["backup", "--vault", &place.text("new")]);
    says(&refused, 3, &["it ends within its header"]);
    done(&a, &restore);
    done(&a, &["verify"]);
}
