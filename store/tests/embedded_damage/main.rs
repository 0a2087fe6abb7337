//! What the embedded store says of a log, or of its index, that the disk has damaged.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod cuts;
mod end;
mod index;
mod log;
mod segments;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::executor::block_on;
use kanzlei_core::ports::{EventStore, Prepared, Read, StoreError};
use kanzlei_core::record::{CommitRef, Page};
use kanzlei_core::testing::ManualClock;
use kanzlei_core::{Position, Version};
use kanzlei_store::conformance::commits::{BEGINNING, Commits};
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

/// A closed store of three segments, whose first is a megabyte.
fn of_three_segments(seed: u64) -> (TempDir, Vec<Prepared>) {
    let (directory, commits) = store_of(90, 40_000, UNSYNCED, seed);
    assert!(segment(directory.path(), 3).exists());
    (directory, commits)
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

fn positions(page: &Page) -> Vec<u64> {
    let stamps = page.commits().map(|commit| commit.stamp.position.0);
    stamps.collect()
}

/// Stamp and record of each commit that the store has.
fn stamped(store: &FjallEventStore) -> Vec<Vec<u8>> {
    let page = block_on(store.log(Position(0), usize::MAX)).unwrap();
    page.commits().map(|commit| bytes(&commit)).collect()
}

fn bytes(commit: &CommitRef<'_>) -> Vec<u8> {
    [&commit.stamp.to_bytes()[..], commit.record.as_bytes()].concat()
}

/// What the store has of each commit, in every way of asking for it: the same, or an error.
fn same_or_named(store: &FjallEventStore, whole: &[Vec<u8>], commits: &[Prepared], what: &str) {
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
            for commit in page.commits() {
                let position = commit.stamp.position.0;
                let at = usize::try_from(position).unwrap() - 1;
                assert!(
                    whole.get(at) == Some(&bytes(&commit)),
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
