//! Damage before the log's end, in what is read when the store opens.

use std::fs;

use futures::executor::block_on;
use futures::future::join_all;
use kanzlei_core::ports::{AppendError, EventStore, Prepared, Read, StoreError};
use kanzlei_core::{Position, Version};
use kanzlei_store::conformance::commits::Commits;

use super::{
    CHECK, EACH, GROUP_HEADER, Harm, SEGMENT_HEADER, harmed, open, positions, same_or_named,
    segment, stamped, store_of,
};

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
                let commit = if what.contains("record") {
                    GROUP_HEADER
                } else {
                    0
                };
                let at = groups[5] + commit;
                let place = format!("{} is damaged at byte {at};", path.display());
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
    block_on(join_all(made.iter().map(|commit| store.append(commit))));
    let whole = stamped(&store);
    let page = block_on(store.log(Position(0), usize::MAX)).unwrap();
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
