//! `verify` finds what was done to a store behind its back, and says where.

use std::path::{Path, PathBuf};

use fjall::{Database, Keyspace, KeyspaceCreateOptions, Readable};
use kanzlei::core::record::{Frontier, Hash, RecordRef, Stamp, leaf_hash};

use crate::hand::{copy, copy_folder, done, run};

/// The bytes of a stamp, of a record's frame, and of the headers of segments and groups.
const STAMP: usize = 16;
const FRAME: usize = 16;
const SEGMENT_HEADER: usize = 4_096;
const GROUP_HEADER: usize = 64;
/// The checksum in front of a stamp.
const CHECK: usize = 4;

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

/// A group of the log: the root that it states, and the stamps and records of its commits.
struct Group {
    root: Vec<u8>,
    commits: Vec<Vec<u8>>,
}

/// The log, segment by segment: each header, and its groups.
type Log = Vec<(Vec<u8>, Vec<Group>)>;

fn segment(store: &Path, index: usize) -> PathBuf {
    store.join(format!("log/segments/{:08}.seg", index + 1))
}

fn read(store: &Path) -> Log {
    let mut log = Log::new();
    while let Ok(bytes) = std::fs::read(segment(store, log.len())) {
        let (header, mut rest) = bytes.split_at(SEGMENT_HEADER);
        let mut groups = Vec::new();
        while rest.starts_with(b"KZLGROUP") {
            let (group, behind) = rest.split_at(GROUP_HEADER + number(rest, 20));
            let (root, mut records) = (group[24..56].to_vec(), &group[GROUP_HEADER..]);
            let mut commits = Vec::new();
            while !records.is_empty() {
                let (commit, others) = records.split_at(CHECK + areas(&records[CHECK..]).2);
                commits.push(commit[CHECK..].to_vec());
                records = others;
            }
            groups.push(Group { root, commits });
            rest = behind;
        }
        if groups.is_empty() {
            break;
        }
        log.push((header.to_vec(), groups));
    }
    log
}

/// Writes the log as somebody would who knows all about its checksums.
fn write(store: &Path, log: &Log) {
    for (index, (header, groups)) in log.iter().enumerate() {
        let path = segment(store, index);
        let length = std::fs::metadata(&path).unwrap().len();
        let mut bytes = header[..SEGMENT_HEADER - 4].to_vec();
        bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
        for Group { root, commits } in groups.iter().filter(|group| !group.commits.is_empty()) {
            let checked = commits.iter().flat_map(|commit| {
                let check = crc32c::crc32c(&commit[..STAMP + FRAME]).to_le_bytes();
                check.into_iter().chain(commit.iter().copied())
            });
            let records: Vec<u8> = checked.collect();
            let mut group = b"KZLGROUP".to_vec();
            group.extend(&commits[0][..8]);
            group.extend(u16::try_from(commits.len()).unwrap().to_le_bytes());
            group.extend(1_u16.to_le_bytes());
            group.extend(u32::try_from(records.len()).unwrap().to_le_bytes());
            group.extend(root);
            group.extend(crc32c::crc32c(&records).to_le_bytes());
            group.extend(crc32c::crc32c(&group).to_le_bytes());
            bytes.extend(group);
            bytes.extend(records);
        }
        bytes.resize(usize::try_from(length).unwrap(), 0);
        std::fs::write(path, bytes).unwrap();
    }
}

/// Lets somebody change the log who makes all its checksums right again.
fn change_log(store: &Path, harm: impl FnOnce(&mut Log)) {
    let mut log = read(store);
    harm(&mut log);
    write(store, &log);
}

/// The commit at a position.
fn commit(log: &mut Log, wanted: u64) -> &mut Vec<u8> {
    let groups = log.iter_mut().flat_map(|(_, groups)| groups);
    let mut commits = groups.flat_map(|group| &mut group.commits);
    commits.find(|commit| position(commit) == wanted).unwrap()
}

/// Makes one group of those in which these two commits of a segment stand.
fn together(log: &mut Log, first: u64, second: u64) {
    let has = |group: &Group, wanted| group.commits.iter().any(|one| position(one) == wanted);
    let of_first = |(_, groups): &&mut (_, Vec<Group>)| groups.iter().any(|one| has(one, first));
    let (_, groups) = log.iter_mut().find(of_first).unwrap();
    let at = groups.iter().position(|one| has(one, first)).unwrap();
    while !has(&groups[at], second) {
        let Group { root, commits } = groups.remove(at + 1);
        groups[at].root = root;
        groups[at].commits.extend(commits);
    }
}

/// The verdict on a store: it must be bad, and name the place.
fn found(store: &Path, place: &str) {
    let ran = run(store, &["verify", "--json"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    let said = format!("{}{}", ran.out, ran.err);
    assert!(said.contains(place), "{place} isn't named in {said}");
}

/// A commit in the middle of the log that holds sealed values.
fn victim(log: &Log) -> u64 {
    let commits = log
        .iter()
        .flat_map(|(_, groups)| groups)
        .flat_map(|group| &group.commits);
    let mut commits = commits.filter(|commit| position(commit) > 100);
    let with_values = commits.find(|commit| areas(commit).2 > areas(commit).1);
    position(with_values.unwrap())
}

#[test]
fn a_store_as_it_was_is_good() {
    let store = copy();
    change_log(store.path(), |_| {});
    let ran = done(store.path(), &["verify", "--json"]).json();
    assert_eq!(ran["findings"], serde_json::json!([]));
    assert_eq!(ran["root"].as_str().unwrap().len(), 64);
    assert!(ran["events"].as_u64() > ran["commits"].as_u64());
}

#[test]
fn how_commits_are_grouped_is_no_part_of_the_log() {
    let store = copy();
    change_log(store.path(), |log| together(log, 131, 160));
    done(store.path(), &["verify"]);
}

#[test]
fn a_flipped_bit_in_content_or_sealed_bytes_is_found() {
    for sealed in [false, true] {
        let store = copy();
        let mut log = read(store.path());
        let wanted = victim(&log);
        let whole = commit(&mut log, wanted).clone();
        let index = (0..log.len()).find(|index| {
            let bytes = std::fs::read(segment(store.path(), *index)).unwrap();
            bytes.windows(whole.len()).any(|bytes| bytes == whole)
        });
        let path = segment(store.path(), index.unwrap());
        let mut bytes = std::fs::read(&path).unwrap();
        let mut places = bytes.windows(whole.len());
        let begins = places.position(|bytes| bytes == whole).unwrap();
        let (_, values, end) = areas(&whole);
        bytes[begins + if sealed { end } else { values } - 1] ^= 1;
        std::fs::write(path, bytes).unwrap();
        found(store.path(), &format!("position {wanted}"));
    }
}

#[test]
fn a_flipped_bit_in_sealed_bytes_with_right_checksums_is_found() {
    let store = copy();
    let mut wanted = 0;
    change_log(store.path(), |log| {
        wanted = victim(log);
        let commit = commit(log, wanted);
        let last = commit.len() - 1;
        commit[last] ^= 1;
        seal_off(commit);
    });
    found(store.path(), &format!("position {wanted}"));
}

#[test]
fn a_flipped_bit_in_content_with_right_checksums_is_found_by_the_tree() {
    let store = copy();
    change_log(store.path(), |log| {
        // A bit of the first part's service.
        let commit = commit(log, 100);
        let head_end = areas(commit).0 + 60;
        commit[head_end + 16] ^= 1;
        seal_off(commit);
    });
    found(store.path(), "the tree");
}

#[test]
fn a_changed_time_of_recording_is_found_by_the_tree() {
    let store = copy();
    change_log(store.path(), |log| commit(log, 100)[8] ^= 1);
    found(store.path(), "the tree");
}

/// Makes all roots right again, and throws away the witness.
fn plant_anew(store: &Path, log: &mut Log) {
    let mut tree = Frontier::default();
    for (header, groups) in log {
        header[32..SEGMENT_HEADER - 4].fill(0);
        let peaks: Vec<u8> = tree
            .peaks()
            .iter()
            .flat_map(Hash::as_bytes)
            .copied()
            .collect();
        header[32..32 + peaks.len()].copy_from_slice(&peaks);
        for Group { root, commits } in groups {
            for commit in commits {
                let (stamp, record) = Stamp::split(commit).unwrap();
                let content = RecordRef::parse(record).unwrap().hashes().content;
                tree.push(leaf_hash(stamp, content));
            }
            *root = tree.root().as_bytes().to_vec();
        }
    }
    std::fs::remove_file(store.join("log/witness")).unwrap();
}

/// Somebody who knows the format, and forgets only that the case's next part holds a hash.
#[test]
fn a_change_for_which_tree_and_witness_were_made_anew_is_found_by_the_chain() {
    let store = copy();
    change_log(store.path(), |log| {
        let cases = |commit: &[u8]| {
            let parsed = RecordRef::parse(&commit[STAMP..]).unwrap();
            parsed.parts().map(|part| part.case).collect::<Vec<_>>()
        };
        let groups = log.iter().flat_map(|(_, groups)| groups);
        let all: Vec<_> = groups
            .flat_map(|group| &group.commits)
            .map(|commit| cases(commit))
            .collect();
        let goes_on = |at: &usize| {
            all[at + 1..]
                .iter()
                .any(|later| later.contains(&all[*at][0]))
        };
        let at = (100..all.len()).find(goes_on).unwrap();
        let commit = commit(log, at as u64 + 1);
        let last = areas(commit).1 - 1;
        commit[last] ^= 1;
        seal_off(commit);
        plant_anew(store.path(), log);
    });
    found(store.path(), "doesn't follow from the part before it");
}

#[test]
fn a_removed_commit_is_found() {
    let store = copy();
    change_log(store.path(), |log| {
        for group in log.iter_mut().flat_map(|(_, groups)| groups) {
            group.commits.retain(|commit| position(commit) != 121);
        }
    });
    found(store.path(), "position 121");
}

#[test]
fn swapped_commits_are_found() {
    for stamped_anew in [false, true] {
        let store = copy();
        change_log(store.path(), |log| {
            // In two groups each could begin the one in which it is looked for.
            together(log, 131, 132);
            let (mut first, mut second) = (commit(log, 131).clone(), commit(log, 132).clone());
            if stamped_anew {
                let (one, two) = (&mut first[..STAMP], &mut second[..STAMP]);
                one.swap_with_slice(two);
            }
            *commit(log, 131) = second;
            let groups = log.iter_mut().flat_map(|(_, groups)| groups);
            let mut commits = groups.flat_map(|group| &mut group.commits).skip(131);
            *commits.next().unwrap() = first;
        });
        let place = if stamped_anew {
            "the tree"
        } else {
            "position 131"
        };
        found(store.path(), place);
    }
}

#[test]
fn a_log_that_was_shortened_behind_the_witness_is_found() {
    let (store, older) = (copy(), copy());
    done(store.path(), &["demo", "--more", "3"]);
    let log = store.path().join("log/segments");
    std::fs::remove_dir_all(&log).unwrap();
    copy_folder(&older.path().join("log/segments"), &log);
    found(store.path(), "lost its end");
    found(store.path(), "`repair`");
    found(
        store.path(),
        &store.path().join("log").display().to_string(),
    );
    let refused = run(store.path(), &["stats"]);
    assert!(refused.err.contains("`repair`"), "{refused:?}");
    done(store.path(), &["repair", "--yes"]);
    done(store.path(), &["verify"]);
}

#[test]
fn a_log_whose_file_was_cut_off_is_found_although_no_witness_knows_how_long_it_was() {
    let store = copy();
    done(store.path(), &["verify"]);
    let path = segment(store.path(), 0);
    let bytes = std::fs::read(&path).unwrap();
    let length = bytes.iter().rposition(|byte| *byte != 0).unwrap() / 2;
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_len(length as u64).unwrap();
    std::fs::remove_file(store.path().join("log/witness")).unwrap();
    found(store.path(), &format!("00000001.seg ends at byte {length}"));
    // Before it says that a view can be rebuilt, which would hide it.
    found(store.path(), "Look whether commits are missing in it first");
    let repair = run(store.path(), &["repair"]);
    assert_eq!(repair.code, 4, "{repair:?}");
    for said in ["00000001.seg is damaged at byte", "was cut off", "--yes"] {
        let all = format!("{}{}", repair.out, repair.err);
        assert!(all.contains(said), "{repair:?}");
    }
    done(store.path(), &["repair", "--yes"]);
    done(store.path(), &["verify"]);
}

#[test]
fn a_backup_of_a_damaged_log_says_what_repairs_it() {
    let (store, folder) = (copy(), tempfile::tempdir().unwrap());
    let path = segment(store.path(), 0);
    let mut bytes = std::fs::read(&path).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    bytes[end / 2] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let ran = run(
        store.path(),
        &["backup", &folder.path().display().to_string()],
    );
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.err.contains("`repair`"), "{ran:?}");
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
