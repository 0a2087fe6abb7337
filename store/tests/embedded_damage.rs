//! What the embedded store says of a log that the disk has damaged.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::executor::block_on;
use futures::future::join_all;
use kanzlei_core::ports::{AppendError, EventStore, Prepared, Read, StoreError};
use kanzlei_core::record::Page;
use kanzlei_core::testing::ManualClock;
use kanzlei_core::{Position, Version};
use kanzlei_store::conformance::commits::{BEGINNING, Commits, Tail, tails};
use kanzlei_store::{FjallEventStore, Options, SyncPolicy};
use tempfile::TempDir;

const EACH: SyncPolicy = SyncPolicy::EachGroup;
const UNSYNCED: SyncPolicy = SyncPolicy::Buffered {
    every: Duration::from_secs(1),
};
/// What a segment's header takes, and a group's.
const SEGMENT_HEADER: usize = 4_096;
const GROUP_HEADER: usize = 64;
/// A stamp, in front of each record, and the checksum in front of that.
const STAMP: usize = 16;
const CHECK: usize = 4;

fn open(directory: &Path, sync: SyncPolicy) -> Result<FjallEventStore, StoreError> {
    let clock = Arc::new(ManualClock::at(BEGINNING));
    FjallEventStore::open(directory, Options::new(sync, clock))
}

/// A closed store with so many commits, each a group of its own and of two cases, with so long a text.
fn store_of(count: usize, text: usize, sync: SyncPolicy, seed: u64) -> (TempDir, Vec<Prepared>) {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), sync).unwrap();
    let mut commits = Commits::seeded(seed);
    let mut written = Vec::new();
    for _ in 0..count {
        let cases = commits.cases(2);
        let commit = commits.commit(&cases, text);
        block_on(store.append(&commit)).unwrap();
        written.push(commit);
    }
    store.close().unwrap();
    (directory, written)
}

fn segment(directory: &Path, number: u32) -> PathBuf {
    directory.join(format!("segments/{number:08}.seg"))
}

/// Where the group of a commit begins that is alone in it.
fn group_of(bytes: &[u8], commit: &Prepared) -> usize {
    let record = &commit.record.bytes()[..];
    let mut places = bytes.windows(record.len());
    let at = places.position(|place| place == record).expect("a record");
    at - STAMP - CHECK - GROUP_HEADER
}

fn positions(page: &Page) -> Vec<u64> {
    let stamps = page.commits().map(|commit| commit.stamp.position.0);
    stamps.collect()
}

fn kept(directory: &Path) -> usize {
    let files = fs::read_dir(directory.join("segments")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(".torn-at-")).count()
}

/// Changes a segment, given where the groups of its commits begin, and where the last one ends.
type Harm = dyn Fn(&mut Vec<u8>, &[usize], usize);

fn harmed(directory: &Path, commits: &[Prepared], harm: &Harm) -> (Vec<u8>, Vec<usize>) {
    let path = segment(directory, 1);
    let mut bytes = fs::read(&path).unwrap();
    let groups: Vec<usize> = commits
        .iter()
        .map(|commit| group_of(&bytes, commit))
        .collect();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    harm(&mut bytes, &groups, end);
    fs::write(path, &bytes).unwrap();
    (bytes, groups)
}

#[test]
fn a_log_that_lost_its_end_is_noticed_by_the_witness_alone() {
    let harms: [(&str, &Harm); 4] = [
        ("cut off inside the last group", &|bytes, _, end| {
            bytes.truncate(end - 10);
        }),
        ("zeros inside the last group", &|bytes, groups, end| {
            bytes[groups[9] + 200..end].fill(0);
        }),
        ("zeros at its beginning", &|bytes, groups, _| {
            bytes[groups[9]..groups[9] + 100].fill(0);
        }),
        ("a flipped bit in it", &|bytes, groups, _| {
            bytes[groups[9] + 130] ^= 4;
        }),
    ];
    for (what, harm) in harms {
        let (directory, commits) = store_of(10, 300, EACH, 1);
        let (bytes, _) = harmed(directory.path(), &commits, harm);
        let error = open(directory.path(), EACH).expect_err(what);
        let shrank = StoreError::LogShrank {
            checkpoint: Position(10),
            head: Position(9),
        };
        assert_eq!(error, shrank, "{what}");
        let left = fs::read(segment(directory.path(), 1)).unwrap();
        assert!(left == bytes, "{what}: nothing is touched");
        fs::remove_file(directory.path().join("witness")).unwrap();
        let store = open(directory.path(), EACH).unwrap();
        assert_eq!(store.watermark().now(), Position(9), "{what}");
        assert_eq!(kept(directory.path()), 1, "{what}: what was cut is kept");
        block_on(store.append(&commits[9])).unwrap();
        drop(store);
        let store = open(directory.path(), EACH).unwrap();
        assert_eq!(store.watermark().now(), Position(10), "{what}");
    }
}

#[test]
fn what_is_damaged_before_the_end_is_named_and_the_rest_can_be_read_and_not_gone_on() {
    let harms: [(&str, &Harm); 5] = [
        ("a flipped bit in the record", &|bytes, groups, _| {
            bytes[groups[5] + 200] ^= 4;
        }),
        ("one in the group's header", &|bytes, groups, _| {
            bytes[groups[5] + 20] ^= 4;
        }),
        ("zeros over its beginning", &|bytes, groups, _| {
            bytes[groups[5]..groups[5] + 150].fill(0);
        }),
        ("another group in its place", &|bytes, groups, _| {
            let other = bytes[groups[6]..groups[7]].to_vec();
            let length = (groups[6] - groups[5]).min(other.len());
            bytes[groups[5]..groups[5] + length].copy_from_slice(&other[..length]);
        }),
        ("a wrong stamp with right checksums", &|bytes, groups, _| {
            let stamp = groups[5] + GROUP_HEADER + CHECK;
            bytes[stamp + 8] ^= 1;
            let crc = crc32c::crc32c(&bytes[stamp..stamp + 32]);
            bytes[stamp - CHECK..stamp].copy_from_slice(&crc.to_le_bytes());
            let crc = crc32c::crc32c(&bytes[groups[5] + GROUP_HEADER..groups[6]]);
            bytes[groups[5] + 56..groups[5] + 60].copy_from_slice(&crc.to_le_bytes());
            let crc = crc32c::crc32c(&bytes[groups[5]..groups[5] + 60]);
            bytes[groups[5] + 60..groups[5] + 64].copy_from_slice(&crc.to_le_bytes());
        }),
    ];
    for (what, harm) in harms {
        let (directory, commits) = store_of(10, 300, EACH, 2);
        let (bytes, groups) = harmed(directory.path(), &commits, harm);
        for _ in 0..2 {
            let store = open(directory.path(), EACH).unwrap();
            let AppendError::Closed(why) = block_on(store.append(&commits[0])).unwrap_err() else {
                panic!("{what}: damage and not closed");
            };
            assert!(why.contains("position 6 "), "{what}: {why}");
            let page = block_on(store.log(Position(6), usize::MAX)).unwrap();
            assert_eq!(
                (positions(&page), page.more()),
                (vec![7, 8, 9, 10], false),
                "{what}"
            );
            if !what.contains("stamp") {
                let path = segment(directory.path(), 1);
                let place = format!("{} is damaged at byte {}", path.display(), groups[5]);
                assert!(why.contains(&place), "{what}: {why}");
                let page = block_on(store.log(Position(0), usize::MAX)).unwrap();
                assert_eq!(
                    (positions(&page), page.more()),
                    (vec![1, 2, 3, 4, 5], true),
                    "{what}"
                );
                for answer in [
                    block_on(store.log(Position(5), usize::MAX)).map(Some),
                    block_on(store.at(Position(6))),
                ] {
                    let error = answer.expect_err(what);
                    let named =
                        matches!(error, StoreError::Damaged { position, .. } if position.0 == 6);
                    assert!(named, "{what}: {error}");
                }
            }
            let case = commits[8].record.parts()[1].case;
            let page = block_on(store.case(case, Version(0), usize::MAX, Read::Any)).unwrap();
            assert_eq!(positions(&page), [9], "{what}");
        }
        let left = fs::read(segment(directory.path(), 1)).unwrap();
        assert!(left == bytes, "{what}: nothing is touched");
    }
}

#[test]
fn a_witness_may_be_behind_the_log_and_not_of_another_log() {
    let every = Duration::ZERO;
    let (directory, commits) = store_of(1_100, 300, SyncPolicy::Buffered { every }, 3);
    let witness = directory.path().join("witness");
    let others = |count| {
        let (other, _) = store_of(count, 300, EACH, 3);
        fs::read(other.path().join("witness")).unwrap()
    };
    for count in [1, 2, 30] {
        fs::write(&witness, others(count)).unwrap();
        drop(open(directory.path(), EACH).unwrap());
    }
    let (foreign, _) = store_of(30, 300, EACH, 4);
    fs::copy(foreign.path().join("witness"), &witness).unwrap();
    let store = open(directory.path(), EACH).unwrap();
    let page = block_on(store.log(Position(0), usize::MAX)).unwrap();
    assert_eq!(page.len(), 1_100);
    let answer = block_on(store.append(&commits[0]));
    let closed = matches!(&answer, Err(AppendError::Closed(why)) if why.contains("witness"));
    assert!(closed, "{answer:?}");
    drop(store);
    fs::write(&witness, [1; 900]).unwrap();
    let said = open(directory.path(), EACH).unwrap_err().to_string();
    assert!(said.contains("`witness` is damaged"), "{said}");
}

/// A closed store of three segments, whose first is a megabyte.
fn of_three_segments(seed: u64) -> (TempDir, Vec<Prepared>) {
    let (directory, commits) = store_of(90, 40_000, UNSYNCED, seed);
    assert!(segment(directory.path(), 3).exists());
    (directory, commits)
}

#[test]
fn damage_far_behind_the_end_closes_nothing() {
    let (directory, commits) = of_three_segments(6);
    harmed(directory.path(), &commits[..3], &|bytes, groups, _| {
        bytes[groups[1] + 300] ^= 1;
    });
    let store = open(directory.path(), EACH).unwrap();
    let mut more = Commits::seeded(7);
    let case = more.case();
    let commit = more.commit(&[case], 10);
    assert_eq!(
        block_on(store.append(&commit)).unwrap().position,
        Position(91)
    );
    let error = block_on(store.log(Position(1), usize::MAX)).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { position, .. } if position.0 == 2));
    let page = block_on(store.log(Position(2), usize::MAX)).unwrap();
    assert_eq!(page.len(), 89);
}

#[test]
fn a_first_group_whose_segment_has_half_a_header_was_torn_with_it() {
    let (directory, _) = store_of(0, 0, EACH, 1);
    let witness = directory.path().join("witness");
    let before = fs::read(&witness).unwrap();
    let mut commits = Commits::seeded(2);
    let cases = commits.cases(2);
    let commit = commits.commit(&cases, 300);
    let store = open(directory.path(), EACH).unwrap();
    block_on(store.append(&commit)).unwrap();
    store.close().unwrap();
    // The power went before the sync: of the header only a part is there, and the witness knows nothing.
    let path = segment(directory.path(), 1);
    let mut bytes = fs::read(&path).unwrap();
    let whole = bytes.clone();
    bytes[512..SEGMENT_HEADER].fill(0);
    bytes[..16].fill(0);
    fs::write(&path, bytes).unwrap();
    fs::write(&witness, &before).unwrap();
    let store = open(directory.path(), EACH).unwrap();
    assert_eq!(kept(directory.path()), 1);
    let again = block_on(store.append(&commit)).unwrap();
    assert_eq!(again.position, Position(1));
    let second = commits.cases(2);
    let second = commits.commit(&second, 300);
    block_on(store.append(&second)).unwrap();
    store.close().unwrap();
    // With a group behind it that was written once all was synced, it is damage, whatever the witness says.
    let mut bytes = fs::read(&path).unwrap();
    bytes[..SEGMENT_HEADER].copy_from_slice(&whole[..SEGMENT_HEADER]);
    bytes[40] ^= 1;
    fs::write(&path, bytes).unwrap();
    fs::write(&witness, before).unwrap();
    let error = open(directory.path(), EACH).unwrap_err();
    assert!(error.to_string().contains("is damaged"), "{error}");
}

#[test]
fn damage_far_behind_the_end_closes_the_store_if_the_index_is_made_anew_over_it() {
    let harms: [&Harm; 2] = [
        &|bytes, groups, _| bytes[groups[2]..].fill(0),
        &|bytes, groups, _| bytes[groups[1] + 300] ^= 1,
    ];
    for harm in harms {
        let (directory, commits) = of_three_segments(6);
        harmed(directory.path(), &commits[..3], harm);
        fs::remove_dir_all(directory.path().join("index")).unwrap();
        // What was taken once isn't taken again, however often it is opened.
        for _ in 0..2 {
            let store = open(directory.path(), EACH).unwrap();
            let said = block_on(store.append(&commits[2])).unwrap_err();
            assert!(matches!(said, AppendError::Closed(_)), "{said}");
            assert!(said.to_string().contains("00000001.seg"), "{said}");
            let first = block_on(store.answered(commits[0].command())).unwrap();
            assert_eq!(first.map(|first| first.position), Some(Position(1)));
            let last = block_on(store.answered(commits[89].command())).unwrap();
            assert_eq!(last.map(|last| last.position), Some(Position(90)));
        }
    }
}

#[test]
fn of_a_damaged_group_the_other_commits_are_found_by_command_and_case() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), UNSYNCED).unwrap();
    let mut commits = Commits::seeded(8);
    let mut written: Vec<Prepared> = Vec::new();
    for _ in 0..8 {
        let made = (0..12).map(|_| {
            let cases = commits.cases(2);
            commits.commit(&cases, 40_000)
        });
        let made: Vec<Prepared> = made.collect();
        block_on(join_all(made.iter().map(|commit| store.append(commit))));
        written.extend(made);
    }
    store.close().unwrap();
    let path = segment(directory.path(), 1);
    let whole = fs::read(&path).unwrap();
    let harmed = &written[3].record.bytes()[..];
    let at = whole.windows(harmed.len()).position(|at| at == harmed);
    // A byte of the record, and one of its stamp.
    for at in at.map(|at| [at + 300, at - 9]).unwrap() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&path, bytes).unwrap();
        let _ = fs::remove_dir_all(directory.path().join("index"));
        let store = open(directory.path(), EACH).unwrap();
        for (commit, position) in written.iter().zip(1..) {
            let answered = block_on(store.answered(commit.command())).unwrap();
            let answered = answered.map(|first| first.position);
            let case = commit.record.parts()[0].case;
            let page = block_on(store.case(case, Version(0), usize::MAX, Read::Any)).unwrap();
            let there = (position != 4).then_some(Position(position));
            assert_eq!(answered, there);
            assert_eq!(
                positions(&page).first(),
                there.map(|there| there.0).as_ref()
            );
        }
    }
}

#[test]
fn a_full_segment_that_was_cut_off_gives_what_is_left_and_names_the_rest() {
    const COUNT: u64 = 150;
    // Groups that are shorter than what lies between two that the index has noted.
    let (directory, commits) = store_of(150, 5_000, UNSYNCED, 12);
    let store = open(directory.path(), EACH).unwrap();
    let page = block_on(store.log(Position(0), usize::MAX)).unwrap();
    let whole: Vec<Vec<u8>> = page
        .commits()
        .map(|commit| [&commit.stamp.to_bytes()[..], commit.record.as_bytes()].concat())
        .collect();
    store.close().unwrap();
    let path = segment(directory.path(), 1);
    let bytes = fs::read(&path).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    for cut in (SEGMENT_HEADER..end).step_by(end / 11) {
        fs::write(&path, &bytes[..cut]).unwrap();
        let store = open(directory.path(), EACH).unwrap();
        let what = format!("cut off at {cut}");
        for position in (1..=COUNT).map(Position) {
            let at = usize::try_from(position.0).unwrap() - 1;
            let page = match block_on(store.at(position)) {
                Ok(page) => page.unwrap(),
                Err(StoreError::Damaged {
                    position: named, ..
                }) => {
                    assert_eq!(named, position, "{what}");
                    continue;
                }
                Err(error) => panic!("{what}: {error}"),
            };
            let commit = page.commits().next().unwrap();
            assert!(whole[at].ends_with(commit.record.as_bytes()), "{what}");
        }
        let lost = |at: &u64| block_on(store.at(Position(*at))).is_err();
        assert!((1..=COUNT).any(|at| lost(&at)), "{what}");
        assert!(!lost(&COUNT), "{what}: the next segment is whole");
        same_or_named(&store, &whole, &commits[..2], &what);
    }
}

#[test]
fn a_segment_that_is_missing_or_begins_with_damage_is_named() {
    for number in 1..=3 {
        let (directory, _) = of_three_segments(8);
        let path = segment(directory.path(), number);
        let whole = fs::read(&path).unwrap();
        for at in (0..SEGMENT_HEADER).step_by(97) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&path, bytes).unwrap();
            let error = open(directory.path(), EACH).unwrap_err().to_string();
            let place = format!("{} is damaged at byte 0: `repair`", path.display());
            assert!(
                error.contains(&place) || error.contains("lost its end"),
                "{at}: {error}"
            );
        }
        fs::remove_file(&path).unwrap();
        let error = open(directory.path(), EACH).unwrap_err().to_string();
        let place = format!("{} is missing", path.display());
        assert!(
            error.contains(&place) || error.contains("lost its end"),
            "{error}"
        );
    }
}

#[test]
fn an_index_that_is_lost_or_damaged_is_made_anew() {
    let (directory, commits) = of_three_segments(9);
    let index = directory.path().join("index");
    let harms: [&dyn Fn(); 4] = [
        &|| fs::remove_dir_all(&index).unwrap(),
        &|| {
            let current = index.join("keyspaces/1/current");
            let mut bytes = fs::read(&current).unwrap();
            bytes[3] ^= 1;
            fs::write(current, bytes).unwrap();
        },
        // That of another log.
        &|| {
            let (other, _) = of_three_segments(10);
            fs::remove_dir_all(&index).unwrap();
            fs::rename(other.path().join("index"), &index).unwrap();
        },
        // That of a release with other rows.
        &|| {
            let db = fjall::Database::builder(&index).open().unwrap();
            let rows = db.keyspace("index", Default::default).unwrap();
            let known = rows.get([4]).unwrap().unwrap();
            rows.insert([0], known).unwrap();
            rows.remove([4]).unwrap();
            db.persist(fjall::PersistMode::SyncAll).unwrap();
        },
    ];
    for harm in harms {
        harm();
        let store = open(directory.path(), EACH).unwrap();
        for (commit, position) in commits.iter().zip(1..) {
            let answered = block_on(store.answered(commit.command())).unwrap().unwrap();
            assert_eq!(answered.position, Position(position));
            let case = commit.record.parts()[0].case;
            let page = block_on(store.case(case, Version(0), usize::MAX, Read::Any)).unwrap();
            assert_eq!(positions(&page), [position]);
        }
        store.close().unwrap();
    }
}

#[test]
fn an_index_that_cannot_be_gone_on_with_stops_no_append_and_is_made_anew_at_an_opening() {
    let (directory, mut written) = store_of(1_500, 600, UNSYNCED, 13);
    drop(open(directory.path(), EACH).unwrap());
    let clock = Arc::new(ManualClock::at(BEGINNING));
    let mut options = Options::new(UNSYNCED, clock);
    options.cache_bytes = 0;
    let store = FjallEventStore::open(directory.path(), options).unwrap();
    let first: Vec<Tail> = written[..10].iter().flat_map(tails).collect();
    let mut commits = Commits::seeded(14);
    let mut append = |cases: &[Tail], text| {
        let commit = commits.commit(cases, text);
        let appended = block_on(store.append(&commit));
        match appended {
            Ok(_) => written.push(commit),
            // One of some hundred, for which a filter leads to such a row.
            Err(AppendError::Damaged { .. } | AppendError::Unknown(_)) => {}
            Err(refused) => panic!("{refused}"),
        }
    };
    // These cases go on, and then the rows with what they had before can't be read any more.
    first.chunks(2).for_each(|cases| append(cases, 10));
    let tables = directory.path().join("index/keyspaces/1/tables");
    for table in fs::read_dir(tables).unwrap() {
        let path = table.unwrap().path();
        let mut bytes = fs::read(&path).unwrap();
        let end = bytes.len() * 3 / 4;
        bytes[..end].fill(7);
        fs::write(path, bytes).unwrap();
    }
    let mut others = Commits::seeded(15);
    for _ in 0..700 {
        append(&others.cases(2), 20_000);
    }
    assert!(written.len() > 2_100);
    store.close().unwrap();
    let store = open(directory.path(), EACH).unwrap();
    for (commit, position) in written.iter().zip(1..) {
        let answered = block_on(store.answered(commit.command())).unwrap();
        let answered = answered.map(|first| first.position);
        assert_eq!(answered, Some(Position(position)));
    }
}

#[test]
fn an_index_that_cannot_be_read_says_how_it_is_made_anew() {
    let (directory, commits) = store_of(1_500, 600, UNSYNCED, 13);
    let index = directory.path().join("index");
    drop(open(directory.path(), EACH).unwrap());
    let tables = fs::read_dir(index.join("keyspaces/1/tables")).unwrap();
    let tables = tables.map(|table| table.unwrap().path());
    let rows = tables.max_by_key(|path| fs::metadata(path).unwrap().len());
    let rows = rows.expect("a full segment is in the index");
    let mut bytes = fs::read(&rows).unwrap();
    // In one of the blocks before the last, which says what the index knows.
    let middle = bytes.len() / 2;
    bytes[middle..middle + 100].fill(7);
    fs::write(rows, bytes).unwrap();
    let ask = |store: &FjallEventStore| -> Vec<StoreError> {
        let asked = commits.iter().map(|commit| {
            let case = commit.record.parts()[0].case;
            let page = block_on(store.case(case, Version(0), 1, Read::Any));
            block_on(store.answered(commit.command())).and(page)
        });
        asked.filter_map(Result::err).collect()
    };
    let store = open(directory.path(), EACH).unwrap();
    let said = ask(&store);
    let way_out = "delete the folder `index`, and it is made anew";
    assert!(!said.is_empty());
    for said in said {
        assert!(said.to_string().contains(way_out), "{said}");
    }
    drop(store);
    fs::remove_dir_all(&index).unwrap();
    assert_eq!(ask(&open(directory.path(), EACH).unwrap()), []);
}

/// What the store has of each commit, in every way of asking for it: the same, or an error.
fn same_or_named(store: &FjallEventStore, whole: &[Vec<u8>], commits: &[Prepared], what: &str) {
    let bytes = |page: &Page| -> Vec<(u64, Vec<u8>)> {
        let stamped = page.commits().map(|commit| {
            let stamp = commit.stamp.to_bytes();
            let bytes = [&stamp[..], commit.record.as_bytes()].concat();
            (commit.stamp.position.0, bytes)
        });
        stamped.collect()
    };
    for (commit, position) in commits.iter().zip(1..) {
        let case = commit.record.parts()[0].case;
        let mut pages = vec![
            block_on(store.log(Position(position - 1), 1)),
            block_on(store.log(Position(0), usize::MAX)),
            block_on(store.at(Position(position))).map(Option::unwrap_or_default),
        ];
        if commit.record.parts().len() == 1 {
            pages.push(block_on(store.case(
                case,
                Version(0),
                usize::MAX,
                Read::Any,
            )));
        }
        for page in pages.iter().filter_map(|page| page.as_ref().ok()) {
            for (position, bytes) in bytes(page) {
                let at = usize::try_from(position).unwrap() - 1;
                assert!(
                    whole.get(at) == Some(&bytes),
                    "{what}: another commit at {position}"
                );
            }
        }
        if let Ok(Some(first)) = block_on(store.answered(commit.command())) {
            assert_eq!(first.position.0, position, "{what}");
            assert_eq!(
                first.recorded.micros(),
                recorded(&whole[usize::try_from(position).unwrap() - 1])
            );
        }
    }
}

fn recorded(stamped: &[u8]) -> i64 {
    i64::from_le_bytes(stamped[8..16].try_into().unwrap())
}

/// Every so many bytes are harmed: the soak has all of them.
const STEP: usize = 5;

#[test]
fn whatever_bit_is_flipped_no_other_commit_is_ever_given() {
    let directory = tempfile::tempdir().unwrap();
    let mut commits = Commits::seeded(11);
    let made: Vec<Prepared> = (0..4)
        .map(|_| {
            let case = commits.case();
            commits.commit(&[case], 5)
        })
        .collect();
    let store = open(directory.path(), EACH).unwrap();
    // The first alone; the others come while it is written, or are groups too.
    block_on(futures::future::join_all(
        made.iter().map(|commit| store.append(commit)),
    ));
    let page = block_on(store.log(Position(0), usize::MAX)).unwrap();
    let whole: Vec<Vec<u8>> = page
        .commits()
        .map(|commit| [&commit.stamp.to_bytes()[..], commit.record.as_bytes()].concat())
        .collect();
    let in_order: Vec<Prepared> = page
        .commits()
        .map(|commit| {
            let command = commit.record.head().command;
            let made = made.iter().find(|made| made.command() == command);
            made.unwrap().clone()
        })
        .collect();
    store.close().unwrap();
    let path = segment(directory.path(), 1);
    let bytes = fs::read(&path).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    for at in (SEGMENT_HEADER..end).step_by(STEP) {
        let mut harmed = bytes.clone();
        harmed[at] ^= 1 << (at % 8);
        fs::write(&path, harmed).unwrap();
        // The file `witness` is left: without it the last group could be taken for a torn one.
        if let Ok(store) = open(directory.path(), EACH) {
            same_or_named(&store, &whole, &in_order, &format!("byte {at}"));
            assert!(store.closed().is_some(), "byte {at}: nothing was noticed");
        }
    }
}
