//! A segment of a log, from a disk that may be damaged or hostile.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::ports::{EventStore, Read};
use kanzlei_core::testing::ManualClock;
use kanzlei_core::{Position, Timestamp, Version};
use kanzlei_store::{FjallEventStore, Options, SyncPolicy};

const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);
const SEGMENT_HEADER: usize = 4_096;
const GROUP_HEADER: usize = 64;

/// A store opens or says why not, and gives of each position the commit that is its own, or none.
pub fn check(input: &[u8]) {
    thread_local!(static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("a folder can be made"));
    FOLDER.with(|folder| {
        holds(folder.path(), input);
        // Right checksums let everything behind them be reached.
        holds(folder.path(), &checked(input.to_vec()));
    });
}

fn holds(store: &Path, segment: &[u8]) {
    let segments = store.join("segments");
    fs::create_dir_all(&segments).expect("a folder can be made");
    fs::write(segments.join("00000001.seg"), segment).expect("it can be written");
    let options = Options::new(SyncPolicy::EachGroup, Arc::new(ManualClock::at(NOW)));
    if let Ok(store) = FjallEventStore::open(store, options) {
        reads(&store);
        // Who damaged the end finds the store closed.
        let _ = store.close();
    }
    fs::remove_dir_all(segments).expect("it can be removed");
    let _ = fs::remove_file(store.join("witness"));
}

fn reads(store: &FjallEventStore) {
    let end = store.watermark().now();
    let (mut after, mut pages) = (Position::START, 0);
    while after < end && pages < 100 {
        pages += 1;
        let Ok(page) = block_on(store.log(after, 1_000)) else {
            after = Position(after.0 + 1);
            continue;
        };
        for commit in page.commits() {
            assert_eq!(
                commit.stamp.position.0,
                after.0 + 1,
                "in the order of the log"
            );
            after = commit.stamp.position;
            let record = commit.record;
            for part in record.parts() {
                let _ = block_on(store.case(part.case, Version::NONE, 1_000, Read::Any));
            }
            let _ = block_on(store.answered(record.head().command));
        }
        assert!(page.through() >= after);
        after = page.through();
    }
}

/// Makes all checksums right: of the header, the groups and their commits.
fn checked(mut bytes: Vec<u8>) -> Vec<u8> {
    seal(&mut bytes, 0, SEGMENT_HEADER - 4, SEGMENT_HEADER - 4);
    let mut at = SEGMENT_HEADER;
    while bytes
        .get(at..)
        .is_some_and(|rest| rest.starts_with(b"KZLGROUP"))
    {
        let length = number(&bytes, at + 20);
        let end = (at + GROUP_HEADER).saturating_add(length).min(bytes.len());
        let mut commit = at + GROUP_HEADER;
        while commit + 36 <= end {
            seal(&mut bytes, commit + 4, commit + 36, commit);
            let (content, sealed) = (number(&bytes, commit + 24), number(&bytes, commit + 28));
            commit = commit
                .saturating_add(36)
                .saturating_add(content)
                .saturating_add(sealed);
        }
        seal(&mut bytes, at + GROUP_HEADER, end, at + 56);
        seal(&mut bytes, at, at + 60, at + 60);
        at = end;
    }
    bytes
}

fn number(bytes: &[u8], at: usize) -> usize {
    let number = bytes.get(at..).and_then(<[u8]>::first_chunk);
    number.map_or(0, |number| u32::from_le_bytes(*number) as usize)
}

fn seal(bytes: &mut [u8], from: usize, to: usize, at: usize) {
    let crc = bytes.get(from..to).map(crc32c::crc32c);
    if let (Some(crc), Some(place)) = (crc, bytes.get_mut(at..at.saturating_add(4))) {
        place.copy_from_slice(&crc.to_le_bytes());
    }
}
