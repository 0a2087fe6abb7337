//! A log that isn't there beside the rest of a store: its disk may not be mounted.

use std::fs;
use std::path::{Path, PathBuf};

use crate::hand::{copy, done, run};

/// All files and folders below one.
fn all(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut all: Vec<PathBuf> = entries
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            let below = if path.is_dir() {
                all(&path)
            } else {
                Vec::new()
            };
            [path].into_iter().chain(below)
        })
        .collect();
    all.sort();
    all
}

#[test]
fn a_log_that_is_missing_beside_a_vault_is_asked_for_and_none_is_begun() {
    let backup = tempfile::tempdir().unwrap();
    let (folder, other) = (backup.path().join("log"), backup.path().join("other"));
    let (folder, other) = (folder.display().to_string(), other.display().to_string());
    for empty in [true, false] {
        let store = copy();
        done(store.path(), &["backup", &folder]);
        let root = done(store.path(), &["verify", "--json"]).json()["root"].clone();
        let log = store.path().join("log");
        fs::remove_dir_all(&log).unwrap();
        if empty {
            fs::create_dir_all(log.join("lost+found")).unwrap();
        }
        let before = all(store.path());
        let commands: [&[&str]; 11] = [
            &["cases"],
            &["verify"],
            &["log"],
            &["stats"],
            &["rebuild"],
            &["compact"],
            &["repair", "--from", &folder],
            &["backup", &other],
            &["demo", "--cases", "3"],
            &["portal", "--port", "0"],
            &[],
        ];
        for arguments in commands {
            let ran = run(store.path(), arguments);
            assert_eq!(ran.code, 3, "{arguments:?}: {ran:?}");
            for said in ["there is no log in", "vault", "views", "mount", "`restore`"] {
                assert!(ran.err.contains(said), "{arguments:?}: {ran:?}");
            }
            assert_eq!(all(store.path()), before, "{arguments:?}");
        }
        let _ = fs::remove_dir_all(&log);
        fs::remove_dir_all(store.path().join("views")).unwrap();
        done(store.path(), &["restore", &folder]);
        assert_eq!(
            done(store.path(), &["verify", "--json"]).json()["root"],
            root
        );
    }
}

#[test]
fn where_a_store_was_never_begun_a_command_that_reads_begins_none() {
    let store = tempfile::tempdir().unwrap();
    fs::create_dir(store.path().join("log")).unwrap();
    for arguments in [["cases"], ["verify"]] {
        let ran = run(store.path(), &arguments);
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(ran.err.contains("there is no store"), "{ran:?}");
    }
    assert_eq!(all(store.path()), [store.path().join("log")]);
}
