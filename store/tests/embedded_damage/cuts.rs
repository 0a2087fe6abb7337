//! A small log that ends at each of its bytes: what stands whole before is read, and nothing else.

use std::fs::{self, File};
use std::path::Path;

use futures::executor::block_on;
use futures::future::join_all;
use kanzlei_core::Position;
use kanzlei_core::ports::{Appended, EventStore, Prepared, StoreError};
use kanzlei_store::FjallEventStore;
use kanzlei_store::conformance::commits::Commits;
use tempfile::TempDir;

use super::{CHECK, EACH, GROUP_HEADER, SEGMENT_HEADER, open, segment, stamped};

/// What callers bring at once, round by round: a group or two each.
const ROUNDS: [usize; 4] = [1, 1, 3, 2];
/// Where the system keeps files in memory: a store is opened thousands of times.
const MEMORY: &str = "/dev/shm";
/// Where it doesn't, and in the zeros of a header, every so many bytes are enough.
const STEP: usize = 61;

/// How a segment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// With its file.
    File,
    /// With zeros up to the file's end, as a write does that was torn.
    Zeros,
}

/// A log as it was written, of one segment.
struct Log {
    directory: TempDir,
    /// The segment up to the end of its last group, and how long its file was made.
    written: Vec<u8>,
    length: u64,
    /// In the order of the log.
    commits: Vec<Prepared>,
    stamped: Vec<Vec<u8>>,
    /// Where each group ends, and how many commits there are up to there.
    groups: Vec<(usize, usize)>,
    /// After each round how many commits there were, and the witness.
    witnesses: Vec<(usize, Vec<u8>)>,
}

impl Log {
    fn new() -> Self {
        let directory = if Path::new(MEMORY).is_dir() {
            tempfile::tempdir_in(MEMORY)
        } else {
            tempfile::tempdir()
        };
        let directory = directory.unwrap();
        let witness = directory.path().join("witness");
        open(directory.path(), EACH).unwrap().close().unwrap();
        let mut witnesses = vec![(0, fs::read(&witness).unwrap())];
        let (mut made, mut commits) = (Vec::new(), Commits::seeded(21));
        for count in ROUNDS {
            let store = open(directory.path(), EACH).unwrap();
            let round = (0..count).map(|_| {
                let case = commits.case();
                commits.commit(&[case], 5)
            });
            let round: Vec<Prepared> = round.collect();
            let done = block_on(join_all(round.iter().map(|commit| store.append(commit))));
            let done = done
                .into_iter()
                .map(|done: Result<Appended, _>| done.unwrap());
            made.extend(done.map(|done| done.position).zip(round));
            store.close().unwrap();
            witnesses.push((made.len(), fs::read(&witness).unwrap()));
        }
        made.sort_by_key(|(position, _)| *position);
        let store = open(directory.path(), EACH).unwrap();
        let stamped = stamped(&store);
        store.close().unwrap();
        let bytes = fs::read(segment(directory.path(), 1)).unwrap();
        let groups = groups(&bytes, &stamped);
        let (end, all) = *groups.last().unwrap();
        assert_eq!(all, made.len());
        Self {
            directory,
            written: bytes[..end].to_vec(),
            length: bytes.len() as u64,
            commits: made.into_iter().map(|(_, commit)| commit).collect(),
            stamped,
            groups,
            witnesses,
        }
    }

    /// Each image of the segment that ends before the log does, and where it does.
    fn images(&self, ends: Ends) -> impl Iterator<Item = (usize, Vec<u8>)> {
        let is_zero = |at: usize| self.written.get(at).is_none_or(|byte| *byte == 0);
        let step = if Path::new(MEMORY).is_dir() { 1 } else { STEP };
        let cuts = (0..self.written.len())
            .step_by(step)
            .filter(move |cut| match ends {
                // In the header there is hardly anything but zeros.
                Ends::File if *cut < SEGMENT_HEADER => {
                    cut % STEP == 0 || !is_zero(*cut) || !is_zero(cut - 1)
                }
                Ends::File => true,
                // Else it is the image before.
                Ends::Zeros => *cut == 0 || !is_zero(cut - 1),
            });
        cuts.map(move |cut| {
            let mut image = self.written[..cut].to_vec();
            if ends == Ends::Zeros {
                image.resize(self.written.len(), 0);
            }
            (cut, image)
        })
    }

    /// Where the last group ends that stands whole in an image, and how many commits there are up to there.
    fn whole(&self, image: &[u8]) -> (usize, usize) {
        let stands = |(end, _): &&(usize, usize)| image.get(..*end) == Some(&self.written[..*end]);
        let last = self.groups.iter().rev().find(stands);
        last.copied().unwrap_or_default()
    }

    /// Opens it with another segment, and a witness that knows of no more than so many commits.
    fn opened(&self, image: &[u8], ends: Ends, seen: usize) -> Result<FjallEventStore, StoreError> {
        let path = segment(self.directory.path(), 1);
        fs::write(&path, image).unwrap();
        if ends == Ends::Zeros {
            let file = File::options().write(true).open(path).unwrap();
            file.set_len(self.length).unwrap();
        }
        let mut known = self.witnesses.iter().rev();
        let (_, witness) = known.find(|(count, _)| *count <= seen).unwrap();
        fs::write(self.directory.path().join("witness"), witness).unwrap();
        open(self.directory.path(), EACH)
    }

    /// That these commits are read, and nothing else, whichever way it is asked for.
    fn gives(&self, store: &FjallEventStore, count: usize, what: &str) {
        assert_eq!(store.watermark().now(), Position(count as u64), "{what}");
        assert_eq!(stamped(store), self.stamped[..count], "{what}");
        for (commit, position) in self.commits.iter().zip(1..) {
            let there = (position <= count as u64).then_some(Position(position));
            let answered = block_on(store.answered(commit.command())).unwrap();
            let found = block_on(store.at(Position(position))).unwrap();
            let found = found.map(|page| page.through());
            let answered = answered.map(|answered| answered.position);
            assert_eq!((answered, found), (there, there), "{what}");
        }
    }

    /// The segment's bytes, up to as many as it had.
    fn left(&self) -> Vec<u8> {
        let bytes = fs::read(segment(self.directory.path(), 1)).unwrap();
        let (log, zeros) = bytes.split_at(self.written.len().min(bytes.len()));
        assert!(zeros == vec![0; zeros.len()]);
        log.to_vec()
    }

    /// What was cut off of the segment, by where it stood; it is removed.
    fn kept(&self) -> Vec<(usize, Vec<u8>)> {
        let files = fs::read_dir(self.directory.path().join("segments")).unwrap();
        let kept = files.filter_map(|file| {
            let path = file.unwrap().path();
            let (_, at) = path.to_str()?.split_once(".torn-at-")?;
            let bytes = fs::read(&path).unwrap();
            fs::remove_file(&path).unwrap();
            Some((at.parse().unwrap(), bytes))
        });
        kept.collect()
    }
}

/// Where the groups of these commits end: between two of a group stands a checksum alone.
fn groups(bytes: &[u8], stamped: &[Vec<u8>]) -> Vec<(usize, usize)> {
    let (mut groups, mut end) = (Vec::new(), SEGMENT_HEADER);
    for (commit, before) in stamped.iter().zip(0..) {
        let mut places = bytes.windows(commit.len());
        let at = places.position(|place| place == commit).expect("a commit");
        if at - end == CHECK {
            groups.pop();
        } else {
            assert_eq!(at - end, GROUP_HEADER + CHECK);
        }
        end = at + commit.len();
        groups.push((end, before + 1));
    }
    groups
}

fn without_zeros(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != 0);
    &bytes[..end.map_or(0, |last| last + 1)]
}

#[test]
fn what_was_torn_at_any_byte_is_cut_off_and_kept_and_what_stands_whole_before_is_read() {
    let log = Log::new();
    for (cut, image) in log.images(Ends::Zeros) {
        let what = format!("zeros from byte {cut} on");
        let (end, count) = log.whole(&image);
        let store = log.opened(&image, Ends::Zeros, count).expect(&what);
        log.gives(&store, count, &what);
        assert_eq!(store.closed(), None, "{what}");
        drop(store);
        // Of a header that is torn nothing is left.
        let header = image[..SEGMENT_HEADER] == log.written[..SEGMENT_HEADER];
        let end = if header { end.max(SEGMENT_HEADER) } else { 0 };
        let torn = without_zeros(&image[end..]);
        let kept = (!torn.is_empty()).then(|| (end, torn.to_vec()));
        assert_eq!(log.kept(), Vec::from_iter(kept), "{what}");
        let mut left = image[..end].to_vec();
        left.resize(log.written.len(), 0);
        assert!(log.left() == left, "{what}: what is left");
    }
}

#[test]
fn a_file_that_ends_at_any_byte_gives_what_stands_whole_before_and_is_not_gone_on_with() {
    let log = Log::new();
    let path = segment(log.directory.path(), 1);
    for (cut, image) in log.images(Ends::File) {
        let what = format!("cut off at byte {cut}");
        let (_, count) = log.whole(&image);
        let store = log.opened(&image, Ends::File, count).expect(&what);
        log.gives(&store, count, &what);
        let said = store.closed().expect(&what);
        let place = format!("{} ends at byte {cut} ", path.display());
        let position = format!("position {} ", count + 1);
        assert!(said.contains(&place) && said.contains(&position), "{said}");
        drop(store);
        assert!(log.left() == image && log.kept().is_empty(), "{what}");
    }
}

/// Opens none of these: the witness knows of all commits.
fn refused(ends: Ends) {
    let log = Log::new();
    let all = log.commits.len();
    for (cut, image) in log.images(ends) {
        let what = format!("{ends:?} from byte {cut} on");
        let (_, count) = log.whole(&image);
        let shrank = StoreError::LogShrank {
            checkpoint: Position(all as u64),
            head: Position(count as u64),
        };
        let error = log.opened(&image, ends, all).expect_err(&what);
        assert_eq!(error, shrank, "{what}");
        assert!(log.left() == image && log.kept().is_empty(), "{what}");
    }
}

#[test]
fn zeros_in_what_the_witness_has_seen_are_no_end() {
    refused(Ends::Zeros);
}

#[test]
fn a_file_that_ends_before_what_the_witness_has_seen_is_refused() {
    refused(Ends::File);
}
