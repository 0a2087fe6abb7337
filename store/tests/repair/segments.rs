//! Whole files: missing, cut off, called as another one, with a header that is damaged.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;

use futures::executor::block_on;
use kanzlei_core::ports::EventStore;

use crate::oracle::expected;
use crate::{Log, SEGMENT_HEADER, looked, mended, open, same_as_before, segment};

/// Which commits stand in a segment, and where.
fn within(log: &Log, number: u32) -> Vec<(usize, Range<usize>)> {
    let bytes = fs::read(segment(log.path(), number)).unwrap();
    let places = log.places(&bytes).into_iter().enumerate();
    places
        .filter_map(|(index, place)| Some((index, place?)))
        .collect()
}

#[test]
fn a_segment_that_is_missing_takes_its_commits_with_it_unless_a_backup_has_them() {
    let log = Log::large();
    let backup = log.back_up();
    for number in 1..=3 {
        let what = format!("segment {number}");
        let hit: BTreeSet<usize> = within(&log, number).iter().map(|(at, _)| *at).collect();
        assert!(!hit.is_empty());
        let expected = expected(&log.commits, &hit);
        let copy = log.copy();
        let path = segment(copy.path(), number);
        fs::remove_file(&path).unwrap();
        let again = tempfile::tempdir().unwrap();
        crate::copy_folder(copy.path(), again.path());
        if number == 1 {
            // Every case begins in it.
            expected.said(&looked(copy.path(), None).unwrap(), &what);
        } else {
            let (found, kept) = mended(copy.path(), None);
            expected.said(&found, &what);
            let named = found.damage.iter().any(|damage| damage.file == path);
            assert!(named || number == 3, "{found:?}");
            expected.is(copy.path(), &kept, &log, &what);
        }
        let (found, _) = mended(again.path(), Some(backup.path()));
        assert_eq!(
            (found.loses(), found.filled),
            (false, hit.len() as u64),
            "{what}"
        );
        same_as_before(again.path(), &log, &what);
    }
}

#[test]
fn a_header_that_is_damaged_loses_nothing() {
    let log = Log::large();
    for number in 1..=3 {
        let copy = log.copy();
        let path = segment(copy.path(), number);
        let bytes = fs::read(&path).unwrap();
        for at in (0..SEGMENT_HEADER).step_by(97) {
            let mut harmed = bytes.clone();
            harmed[at] ^= 1 << (at % 8);
            fs::write(&path, harmed).unwrap();
            let found = looked(copy.path(), None).unwrap();
            assert!(!found.loses(), "segment {number}, byte {at}: {found:?}");
            assert_eq!(found.root, log.root);
            let damage = &found.damage[0];
            assert_eq!((&damage.file, damage.at), (&path, Some(0)));
        }
        open(copy.path()).unwrap_err();
        mended(copy.path(), None);
        same_as_before(copy.path(), &log, &format!("segment {number}"));
    }
}

#[test]
fn a_segment_that_was_cut_off_loses_what_stood_behind() {
    let log = Log::large();
    for number in 1..=3 {
        let places = within(&log, number);
        let path = segment(log.path(), number);
        let bytes = fs::read(&path).unwrap();
        for (index, (_, place)) in places.iter().enumerate().step_by(5) {
            let cut = place.start + place.len() / 2;
            fs::write(&path, &bytes[..cut]).unwrap();
            let hit = places[index..].iter().map(|(at, _)| *at).collect();
            let found = looked(log.path(), None).unwrap();
            expected(&log.commits, &hit).said(&found, &format!("segment {number} at {cut}"));
        }
        fs::write(&path, bytes).unwrap();
    }
}

#[test]
fn segments_that_are_called_as_one_another_lose_nothing() {
    let log = Log::large();
    let copy = log.copy();
    let (one, other) = (segment(copy.path(), 2), segment(copy.path(), 3));
    let between = copy.path().join("between");
    fs::rename(&one, &between).unwrap();
    fs::rename(&other, &one).unwrap();
    fs::rename(&between, &other).unwrap();
    open(copy.path()).unwrap_err();
    let (found, _) = mended(copy.path(), None);
    assert!(!found.loses() && found.damage.len() == 2, "{found:?}");
    same_as_before(copy.path(), &log, "called as one another");
}

#[test]
fn a_segment_in_which_nothing_stands_any_more_is_told_from_one_that_is_ready() {
    let log = Log::large();
    let begun = (1..).take_while(|number| segment(log.path(), *number).exists());
    let last = begun
        .filter(|number| !within(&log, *number).is_empty())
        .max();
    let last = last.unwrap();
    for number in 2..=last {
        for left in [0, 1 << 20] {
            let what = format!("segment {number} with {left} zeros");
            let copy = log.copy();
            let path = segment(copy.path(), number);
            fs::write(&path, vec![0; left]).unwrap();
            fs::write(segment(copy.path(), last + 1), vec![0; 1 << 20]).unwrap();
            open(copy.path()).unwrap_err();
            let hit = within(&log, number).iter().map(|(at, _)| *at).collect();
            let expected = expected(&log.commits, &hit);
            let (found, kept) = mended(copy.path(), None);
            expected.said(&found, &what);
            expected.is(copy.path(), &kept, &log, &what);
            assert!(looked(copy.path(), None).unwrap().is_sound(), "{what}");
        }
    }
}

#[test]
fn a_segment_that_was_begun_and_never_synced_is_begun_again() {
    let log = Log::small();
    let copy = log.copy();
    for number in 2..=3 {
        fs::write(segment(copy.path(), number), vec![0; 1 << (19 + number)]).unwrap();
    }
    let store = open(copy.path()).unwrap();
    assert_eq!(store.closed(), None);
    let mut there = log.stamped.len();
    for commit in crate::interleaved(9, 80, 40_000) {
        block_on(store.append(&commit)).unwrap();
        there += 1;
    }
    let before = crate::all(&store);
    assert_eq!(before.len(), there);
    store.close().unwrap();
    assert!(
        fs::read(segment(copy.path(), 3))
            .unwrap()
            .starts_with(b"KZLSEGMT")
    );
    assert!(crate::all(&open(copy.path()).unwrap()) == before);
}

#[test]
fn a_last_segment_that_was_cut_off_may_have_lost_something_unless_the_witness_knows_its_end() {
    let log = Log::large();
    let backup = log.back_up();
    let before = fs::read(segment(log.path(), 3)).unwrap();
    let length = before.len() - 1;
    for (witness, from) in [(true, None), (false, None), (false, Some(backup.path()))] {
        let copy = log.copy();
        let path = segment(copy.path(), 3);
        fs::write(&path, &before[..length]).unwrap();
        if !witness {
            fs::remove_file(copy.path().join("witness")).unwrap();
        }
        let (found, _) = mended(copy.path(), from);
        let damage = &found.damage[0];
        assert_eq!(
            (&damage.file, damage.at),
            (&path, Some(length as u64)),
            "{found:?}"
        );
        assert_eq!((found.cut_off, found.loses()), (!witness, !witness));
        same_as_before(copy.path(), &log, "cut off behind its last commit");
    }
}

#[test]
fn a_blank_segment_far_behind_the_log_is_nothing_to_repair_and_a_folder_is_named() {
    let log = Log::small();
    fs::write(segment(log.path(), 9), []).unwrap();
    let found = looked(log.path(), None).unwrap();
    assert!(found.is_sound(), "{found:?}");
    let path = segment(log.path(), 2);
    // Made ready, perhaps.
    let _ = fs::remove_file(&path);
    fs::create_dir(&path).unwrap();
    let found = looked(log.path(), None).unwrap();
    let named: Vec<_> = found.damage.iter().map(|damage| &damage.file).collect();
    assert_eq!(named, [&path]);
    mended(log.path(), None);
    same_as_before(log.path(), &log, "without the folder");
}
