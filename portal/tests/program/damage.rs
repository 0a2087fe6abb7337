//! `verify` finds what was done to a store behind its back, and says where.

use std::cell::{Cell, RefCell};
use std::path::Path;

use fjall::{Database, Keyspace, KeyspaceCreateOptions, Readable};
use kanzlei::core::record::{Frontier, RecordRef, Stamp, leaf_hash};

use crate::hand::{copy, copy_folder, done, run};

/// The bytes of a stamp, and of a record's frame.
const STAMP: usize = 16;
const FRAME: usize = 16;

type Rows = Vec<(Vec<u8>, Vec<u8>)>;
type Harm = dyn Fn(&Rows, &Keyspace);

/// Opens a database of the store, and lets somebody change the rows of a keyspace.
fn change(database: &Path, keyspaces: &[&str], harm: impl Fn(Rows, &Keyspace)) {
    let db = Database::builder(database).open().unwrap();
    for name in keyspaces {
        let keyspace = db.keyspace(name, KeyspaceCreateOptions::default).unwrap();
        let rows = db.snapshot().iter(&keyspace).map(|row| {
            let (key, value) = row.into_inner().unwrap();
            (key.to_vec(), value.to_vec())
        });
        harm(rows.collect(), &keyspace);
    }
    db.persist(fjall::PersistMode::SyncAll).unwrap();
}

fn number(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

/// Where content and sealed values of a stamped record lie.
fn areas(row: &[u8]) -> (usize, usize, usize) {
    let content = STAMP + FRAME;
    let sealed = content + number(row, STAMP + 4);
    (content, sealed, sealed + number(row, STAMP + 8))
}

/// Makes the checksum right again, as somebody who knows the format would.
fn seal_off(row: &mut [u8]) {
    let crc = crc32c::crc32c(&row[STAMP + FRAME..]);
    row[STAMP + 12..STAMP + 16].copy_from_slice(&crc.to_le_bytes());
}

fn position(row: &[u8]) -> u64 {
    u64::from_le_bytes(row[..8].try_into().unwrap())
}

/// The verdict on a store: it must be bad, and name the place.
fn found(store: &Path, place: &str) {
    let ran = run(store, &["verify", "--json"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    let said = format!("{}{}", ran.out, ran.err);
    assert!(said.contains(place), "{place} isn't named in {said}");
}

/// A commit of one case in the middle of the log that holds sealed values.
fn victim(rows: &Rows) -> usize {
    let with_values = |row: &[u8]| areas(row).2 > areas(row).1;
    let mut places = (100..rows.len()).filter(|at| with_values(&rows[*at].1));
    places.next().unwrap()
}

/// Changes a byte of content or sealed values of one commit, in the log and the case index.
fn flipped(sealed: bool, clever: bool) {
    let store = copy();
    let log = store.path().join("log/log");
    let wanted = Cell::new(0);
    change(&log, &["log", "cases"], |rows, keyspace| {
        if wanted.get() == 0 {
            wanted.set(position(&rows[victim(&rows)].1));
        }
        for (key, mut row) in rows
            .into_iter()
            .filter(|row| position(&row.1) == wanted.get())
        {
            let (_, values, end) = areas(&row);
            let at = if sealed { end - 1 } else { values - 1 };
            row[at] ^= 1;
            if clever {
                seal_off(&mut row);
            }
            keyspace.insert(key, row).unwrap();
        }
    });
    found(store.path(), &format!("position {}", wanted.get()));
}

#[test]
fn a_store_as_it_was_is_good() {
    let ran = done(copy().path(), &["verify", "--json"]).json();
    assert_eq!(ran["findings"], serde_json::json!([]));
    assert_eq!(ran["root"].as_str().unwrap().len(), 64);
    assert!(ran["events"].as_u64() > ran["commits"].as_u64());
}

#[test]
fn a_flipped_byte_in_content_is_found() {
    flipped(false, false);
}

#[test]
fn a_flipped_byte_in_sealed_bytes_is_found() {
    flipped(true, false);
}

#[test]
fn a_flipped_byte_in_sealed_bytes_with_a_right_checksum_is_found() {
    flipped(true, true);
}

#[test]
fn a_flipped_byte_in_content_with_a_right_checksum_is_found() {
    let store = copy();
    let at = Cell::new(0);
    change(
        &store.path().join("log/log"),
        &["log"],
        |mut rows, keyspace| {
            let (key, row) = &mut rows[100];
            at.set(position(row));
            // A bit of the first part's service: nothing but hashes and the index can tell.
            let head_end = areas(row).0 + 60;
            row[head_end + 16] ^= 1;
            seal_off(row);
            keyspace.insert(key.clone(), row.clone()).unwrap();
        },
    );
    found(store.path(), &format!("position {}", at.get()));
}

#[test]
fn a_changed_time_of_recording_is_found_by_the_tree() {
    let store = copy();
    change(
        &store.path().join("log/log"),
        &["log", "cases"],
        |rows, keyspace| {
            for (key, mut row) in rows.into_iter().filter(|row| position(&row.1) == 100) {
                row[8] ^= 1;
                keyspace.insert(key, row).unwrap();
            }
        },
    );
    found(store.path(), "the tree");
}

/// Somebody who knows the format, and forgets only that the case's next part holds a hash.
#[test]
fn a_change_for_which_tree_and_witness_were_made_anew_is_found_by_the_chain() {
    let store = copy();
    let log = store.path().join("log/log");
    let parts = |row: &[u8]| {
        let parsed = RecordRef::parse(&row[STAMP..]).unwrap();
        parsed.parts().map(|part| part.case).collect::<Vec<_>>()
    };
    let (wanted, tree) = (Cell::new(0), RefCell::new(Frontier::default()));
    change(&log, &["log", "cases"], |rows, keyspace| {
        if wanted.get() == 0 {
            let goes_on = |at: &usize| {
                let case = parts(&rows[*at].1)[0];
                rows[at + 1..]
                    .iter()
                    .any(|row| parts(&row.1).contains(&case))
            };
            let at = (100..rows.len()).find(goes_on).unwrap();
            wanted.set(position(&rows[at].1));
        }
        for (key, mut row) in rows {
            if position(&row) == wanted.get() {
                let last = areas(&row).1 - 1;
                row[last] ^= 1;
                seal_off(&mut row);
                keyspace.insert(key.clone(), row.clone()).unwrap();
            }
            if key.len() == 8 {
                let (stamp, record) = Stamp::split(&row).unwrap();
                let content = RecordRef::parse(record).unwrap().hashes().content;
                tree.borrow_mut().push(leaf_hash(stamp, content));
            }
        }
    });
    change(&log, &["index"], |_, keyspace| {
        let tree = tree.borrow();
        let head = [&tree.size().to_le_bytes()[..], tree.root().as_bytes()].concat();
        keyspace.insert([1], head).unwrap();
    });
    std::fs::remove_file(store.path().join("log/witness")).unwrap();
    found(store.path(), "doesn't follow from the part before it");
}

#[test]
fn a_removed_commit_is_found() {
    let store = copy();
    change(&store.path().join("log/log"), &["log"], |rows, keyspace| {
        keyspace.remove(rows[120].0.clone()).unwrap();
    });
    found(store.path(), "position 121");
}

#[test]
fn swapped_commits_are_found() {
    for stamped_anew in [false, true] {
        let store = copy();
        change(&store.path().join("log/log"), &["log"], |rows, keyspace| {
            let (first, second) = (&rows[130], &rows[131]);
            for (to, from) in [(first, second), (second, first)] {
                let mut row = from.1.clone();
                if stamped_anew {
                    row[..STAMP].copy_from_slice(&to.1[..STAMP]);
                }
                keyspace.insert(to.0.clone(), row).unwrap();
            }
        });
        found(store.path(), "position 131");
    }
}

#[test]
fn a_log_that_was_shortened_behind_the_witness_is_found() {
    let (store, older) = (copy(), copy());
    done(store.path(), &["demo", "--more", "3"]);
    let log = store.path().join("log/log");
    std::fs::remove_dir_all(&log).unwrap();
    copy_folder(&older.path().join("log/log"), &log);
    found(store.path(), "lost its end");
}

#[test]
fn a_changed_a_missing_and_a_foreign_row_of_a_view_are_found() {
    for view in ["worklist", "overview", "process", "moments", "directory"] {
        let harms: [&Harm; 3] = [
            &|rows, keyspace| {
                let (key, mut row) = rows.last().unwrap().clone();
                match row.last_mut() {
                    Some(last) => *last ^= 1,
                    None => row.push(1),
                }
                keyspace.insert(key, row).unwrap();
            },
            &|rows, keyspace| keyspace.remove(rows.last().unwrap().0.clone()).unwrap(),
            &|_, keyspace| keyspace.insert([1, b'?'], [1]).unwrap(),
        ];
        for (which, harm) in harms.iter().enumerate() {
            if (view, which) == ("directory", 2) {
                continue; // Nobody asks for it: its lists are compared, not its sealed rows.
            }
            let store = copy();
            let views = store.path().join("views/views");
            let db = Database::builder(&views).open().unwrap();
            let name = db.list_keyspace_names().into_iter();
            let name = name
                .map(|name| name.to_string())
                .find(|name| name.ends_with(view))
                .unwrap();
            drop(db);
            change(&views, &[&name], |rows, keyspace| harm(&rows, keyspace));
            found(store.path(), &format!("view {view}"));
            // And mended from the log.
            done(store.path(), &["rebuild", view]);
            done(store.path(), &["verify"]);
        }
    }
}
