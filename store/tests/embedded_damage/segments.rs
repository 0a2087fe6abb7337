//! Damage of full segments, which aren't read when the store opens, since the index has their rows.

use std::fs;

use futures::executor::block_on;
use futures::future::join_all;
use kanzlei_core::ports::{AppendError, EventStore, Prepared, Read, StoreError};
use kanzlei_core::{Position, Version};
use kanzlei_store::conformance::commits::Commits;

use super::{
    CHECK, EACH, Harm, SEGMENT_HEADER, STAMP, UNSYNCED, harmed, of_three_segments, open, positions,
    same_or_named, segment, stamped, store_of,
};

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
    let stands = at.unwrap() - STAMP - CHECK;
    for at in at.map(|at| [at + 300, at - 9]).unwrap() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&path, bytes).unwrap();
        let _ = fs::remove_dir_all(directory.path().join("index"));
        let store = open(directory.path(), EACH).unwrap();
        let said = store.closed().unwrap();
        let (which, place) = ("position 4 is damaged", format!("at byte {stands};"));
        assert!(said.contains(which) && said.contains(&place), "{said}");
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
    let whole = stamped(&store);
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
