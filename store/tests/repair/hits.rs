//! Single bits: what isn't hit comes back, and what is hit is named.

use std::collections::BTreeSet;
use std::fs;

use crate::oracle::expected;
use crate::{
    GROUP_HEADER, Log, SEGMENT_HEADER, interleaved, looked, mended, same_as_before, segment,
};

/// Every so many bytes are hit.
const STEP: usize = 7;
/// Every so many hits the log is repaired as well.
const MENDED: usize = 40;

#[test]
fn whatever_bit_is_flipped_every_commit_that_it_did_not_hit_comes_back() {
    let log = Log::small();
    let backup = log.back_up();
    let path = segment(log.path(), 1);
    let bytes = fs::read(&path).unwrap();
    let places = log.places(&bytes);
    let end = places.last().unwrap().as_ref().unwrap().end;
    let (mut lost, mut harmless) = (0, 0);
    for (number, at) in (SEGMENT_HEADER..end).step_by(STEP).enumerate() {
        let what = format!("byte {at}");
        let hit = places
            .iter()
            .position(|place| place.as_ref().unwrap().contains(&at));
        let mut harmed = bytes.clone();
        harmed[at] ^= 1 << (at % 8);
        fs::write(&path, &harmed).unwrap();
        let expected = expected(&log.commits, &hit.into_iter().collect());
        let found = looked(log.path(), None).unwrap();
        expected.said(&found, &what);
        // The group that was hit is named by the file and the byte where it begins.
        let [damage] = &found.damage[..] else {
            panic!("{what}: {found:?}");
        };
        let named = usize::try_from(damage.at.unwrap()).unwrap();
        assert_eq!(damage.file, path, "{what}");
        assert!(
            bytes[named..].starts_with(b"KZLGROUP") && named <= at,
            "{what}"
        );
        let filled = looked(log.path(), Some(backup.path())).unwrap();
        assert!(
            !filled.loses() && filled.changed.is_none(),
            "{what}: {filled:?}"
        );
        assert_eq!(
            (filled.filled, filled.root),
            (hit.iter().count() as u64, log.root),
            "{what}"
        );
        if number % MENDED == 0 {
            let copy = log.copy();
            let (_, kept) = mended(copy.path(), None);
            expected.is(copy.path(), &kept, &log, &what);
            if hit.is_none() {
                same_as_before(copy.path(), &log, &what);
            }
            let copy = log.copy();
            mended(copy.path(), Some(backup.path()));
            same_as_before(copy.path(), &log, &what);
        }
        lost += expected.losses();
        harmless += usize::from(hit.is_none());
    }
    assert!(
        lost > 100 && harmless > 4 * GROUP_HEADER / STEP,
        "{lost} {harmless}"
    );
}

#[test]
fn several_hits_lose_what_they_hit_and_what_followed_it_in_its_case() {
    let log = Log::small();
    let path = segment(log.path(), 1);
    let bytes = fs::read(&path).unwrap();
    let places = log.places(&bytes);
    for first in 0..log.commits.len() {
        for second in [first + 1, first + 4] {
            let hit: BTreeSet<usize> = [first, second.min(log.commits.len() - 1)].into();
            let mut harmed = bytes.clone();
            for index in &hit {
                let place = places[*index].clone().unwrap();
                harmed[place.start + 40] ^= 8;
            }
            fs::write(&path, &harmed).unwrap();
            let what = format!("commits {hit:?}");
            expected(&log.commits, &hit).said(&looked(log.path(), None).unwrap(), &what);
        }
    }
}

/// Whoever may write a text may write the bytes of a commit into it, which nothing but checksums guards.
#[test]
fn what_looks_like_a_commit_within_a_damaged_one_takes_no_place_behind_it() {
    let log = Log::of(interleaved(1, 14, 1_000), 4);
    let path = segment(log.path(), 1);
    let bytes = fs::read(&path).unwrap();
    let places = log.places(&bytes);
    let other = Log::of(interleaved(9, 1, 5), 1);
    let others = fs::read(segment(other.path(), 1)).unwrap();
    let forged = other.places(&others)[0].clone().unwrap();
    // Those of the last group have nothing sound behind them.
    for (hit, place) in places.iter().flatten().enumerate().take(10) {
        for position in [log.commits.len() as u64 + 1, 1 << 62, u64::MAX] {
            let mut forged = others[forged.clone()].to_vec();
            forged[4..12].copy_from_slice(&position.to_le_bytes());
            let checksum = crc32c::crc32c(&forged[4..4 + 16 + 16]);
            forged[..4].copy_from_slice(&checksum.to_le_bytes());
            let mut harmed = bytes.clone();
            harmed[place.start] ^= 1;
            let within = place.end - forged.len() - 50;
            harmed[within..within + forged.len()].copy_from_slice(&forged);
            fs::write(&path, &harmed).unwrap();
            let what = format!("commit {hit}, and one of {position} in it");
            let found = looked(log.path(), None).unwrap();
            expected(&log.commits, &[hit].into()).said(&found, &what);
        }
    }
}

#[test]
fn a_sound_log_and_one_whose_end_was_torn_have_nothing_to_repair() {
    let log = Log::small();
    assert!(looked(log.path(), None).unwrap().is_sound());
    let path = segment(log.path(), 1);
    let mut bytes = fs::read(&path).unwrap();
    let end = log.places(&bytes).last().unwrap().as_ref().unwrap().end;
    bytes[end..end + 500].fill(7);
    fs::write(&path, &bytes).unwrap();
    let found = looked(log.path(), None).unwrap();
    assert!(found.is_sound(), "{found:?}");
    assert_eq!(
        fs::read(&path).unwrap(),
        bytes,
        "nothing is cut off by looking"
    );
    same_as_before(log.path(), &log, "opened");
}
