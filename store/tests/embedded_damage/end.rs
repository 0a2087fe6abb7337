//! Damage of the log's end: only the witness tells it from what a crash has torn.

use std::fs;
use std::path::Path;
use std::time::Duration;

use futures::executor::block_on;
use kanzlei_core::Position;
use kanzlei_core::ports::{AppendError, EventStore, Prepared, StoreError};
use kanzlei_store::SyncPolicy;
use kanzlei_store::conformance::commits::Commits;

use super::{
    EACH, Harm, SEGMENT_HEADER, UNSYNCED, group_of, harmed, of_three_segments, open, segment,
    store_of,
};

fn kept(directory: &Path) -> usize {
    let files = fs::read_dir(directory.join("segments")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(".torn-at-")).count()
}

#[test]
fn a_log_that_lost_its_end_is_noticed_by_the_witness_alone() {
    let harms: [(&str, &Harm); 4] = [
        ("zeros at the end of the last group", &|bytes, _, end| {
            bytes[end - 10..end].fill(0);
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

/// A segment was filled with zeros before, so that commits are appended on a full disk until its end.
#[cfg(target_os = "linux")]
#[test]
fn what_is_torn_is_cut_off_on_a_full_disk_too() {
    let (directory, commits) = store_of(10, 300, EACH, 1);
    let (_, groups) = harmed(directory.path(), &commits, &|bytes, groups, end| {
        bytes[groups[9] + 200..end].fill(0);
    });
    fs::remove_file(directory.path().join("witness")).unwrap();
    let torn_at = format!("torn-at-{}", groups[9]);
    let kept = segment(directory.path(), 1).with_added_extension(torn_at);
    std::os::unix::fs::symlink("/dev/full", &kept).unwrap();
    let store = open(directory.path(), EACH).unwrap();
    assert_eq!(store.watermark().now(), Position(9));
    assert!(kept.symlink_metadata().is_err());
    block_on(store.append(&commits[9])).unwrap();
}

#[test]
fn a_segment_that_was_cut_off_is_damage_although_no_witness_knows_how_long_the_log_was() {
    let (one, _) = store_of(10, 300, EACH, 1);
    let (several, _) = of_three_segments(5);
    let begun = |number: &u32| {
        fs::read(segment(several.path(), *number)).is_ok_and(|bytes| bytes.starts_with(b"KZLSEGMT"))
    };
    let last = (1..9).take_while(begun).last().unwrap();
    let mut others = Commits::seeded(2);
    for (directory, number) in [(one, 1), (several, last)] {
        let path = segment(directory.path(), number);
        let whole = fs::read(&path).unwrap();
        let end = whole.iter().rposition(|byte| *byte != 0).unwrap();
        let cuts = [0, 100, SEGMENT_HEADER, end / 2, end + 1, whole.len() - 1];
        // A header of which a part is there says that there was one, if another segment follows.
        for cut in cuts.into_iter().filter(|cut| number == 1 || *cut != 100) {
            fs::write(&path, &whole[..cut]).unwrap();
            fs::remove_file(directory.path().join("witness")).unwrap();
            let what = format!("segment {number}, cut off at {cut}");
            let store = open(directory.path(), EACH).expect(&what);
            let case = others.case();
            let said = block_on(store.append(&others.commit(&[case], 10))).unwrap_err();
            let place = format!("{} ends at byte {cut} ", path.display());
            assert!(
                matches!(&said, AppendError::Closed(why) if why.contains(&place)),
                "{said}"
            );
            drop(store);
            assert_eq!(fs::read(&path).unwrap(), whole[..cut], "nothing is touched");
            assert_eq!(kept(directory.path()), 0);
        }
    }
}

#[test]
fn a_blank_segment_far_behind_the_log_is_nothing_of_it() {
    let (directory, _) = store_of(10, 300, EACH, 1);
    fs::write(segment(directory.path(), 9), []).unwrap();
    let store = open(directory.path(), EACH).unwrap();
    let mut commits = Commits::seeded(2);
    let case = commits.case();
    block_on(store.append(&commits.commit(&[case], 10))).unwrap();
}

/// Groups that weren't synced may reach the disk in any order, and what is missing of them may be long.
#[test]
fn what_a_power_loss_left_far_behind_a_hole_is_not_taken_for_a_part_of_the_log_later() {
    const LARGE: usize = 200_000;
    let (directory, commits) = store_of(140, LARGE, UNSYNCED, 1);
    let path = segment(directory.path(), 6);
    let mut bytes = fs::read(&path).unwrap();
    let in_it = |commit: &&Prepared| {
        let record = commit.record.bytes();
        memchr::memmem::find(&bytes, record).is_some()
    };
    let second = commits.iter().filter(in_it).nth(1).unwrap();
    let lost = group_of(&bytes, second);
    bytes[lost..lost + 12 * 1024 * 1024].fill(0);
    assert!(bytes[lost..].iter().any(|byte| *byte != 0));
    fs::write(&path, bytes).unwrap();
    fs::remove_file(directory.path().join("witness")).unwrap();

    let store = open(directory.path(), UNSYNCED).unwrap();
    assert_eq!(kept(directory.path()), 1);
    let mut others = Commits::seeded(2);
    while !segment(directory.path(), 8).exists() {
        let case = others.case();
        block_on(store.append(&others.commit(&[case], LARGE))).unwrap();
    }
    store.close().unwrap();
    fs::remove_dir_all(directory.path().join("index")).unwrap();
    let store = open(directory.path(), UNSYNCED).unwrap();
    assert_eq!(store.closed(), None);
}

#[test]
fn a_segment_that_is_a_folder_is_named() {
    let (directory, _) = store_of(10, 300, EACH, 1);
    let path = segment(directory.path(), 2);
    fs::create_dir(&path).unwrap();
    let said = open(directory.path(), EACH).unwrap_err().to_string();
    assert!(said.contains(&path.display().to_string()), "{said}");
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
