//! A backup that is damaged itself gives what is sound in it, and says where it isn't.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use kanzlei_store::conformance::Random;
use kanzlei_store::{BackupError, LogRepair};
use tempfile::TempDir;

use crate::oracle::expected;
use crate::{Log, add_to, back_up, interleaved, looked, mended, same_as_before, segment};

const HEADER: usize = 256;
/// In a backup, length and checksum before the stamp.
const ENTRY: usize = 8;
/// Every so many bytes are hit, or a file ends.
const STEP: usize = 5;
/// Commits in the first of two files.
const FIRST: usize = 8;
/// What is hit in the log: a commit in each file, and two next to each other.
const HOLES: [usize; 4] = [2, 5, 6, 10];

/// A log with holes, and its backup of two files.
struct Scene {
    log: Log,
    harmed: TempDir,
    backup: TempDir,
    files: [PathBuf; 2],
}

impl Scene {
    fn new() -> Self {
        let log = Log::small();
        let begun = Log::of(interleaved(1, FIRST, 5), 4);
        let backup = back_up(begun.path());
        add_to(backup.path(), log.path());
        let name = |first: usize, last: usize| format!("{first:020}-{last:020}.commits");
        let names = [name(1, FIRST), name(FIRST + 1, 14)];
        Self {
            harmed: hit(&log, &HOLES),
            files: names.map(|name| backup.path().join(name)),
            log,
            backup,
        }
    }

    fn looked(&self) -> Result<LogRepair, BackupError> {
        looked(self.harmed.path(), Some(self.backup.path()))
    }

    /// Where the commits stand in a file, each from its length on.
    fn entries(&self, bytes: &[u8]) -> Vec<(usize, Range<usize>)> {
        let place = |(index, place): (usize, Option<Range<usize>>)| {
            // As in a segment, a stamp is before the record; before it four bytes more.
            let place = place?;
            Some((index, place.start - (ENTRY - 4)..place.end))
        };
        let places = self.log.places(bytes).into_iter().enumerate();
        places.filter_map(place).collect()
    }

    /// What is lost is this and nothing else; the rest is filled in.
    fn loses(&self, found: &LogRepair, lost: &BTreeSet<usize>, what: &str) {
        let filled = HOLES.iter().filter(|hole| !lost.contains(hole)).count();
        if lost.is_empty() {
            assert_eq!((found.root, found.changed), (self.log.root, None), "{what}");
            assert_eq!(found.filled, filled as u64, "{what}");
        }
        let mut said = found.clone();
        assert!(found.filled <= filled as u64, "{what}: {found:?}");
        said.filled = 0;
        expected(&self.log.commits, lost).said(&said, what);
    }

    fn restored(&self, file: &Path, bytes: &[u8]) {
        fs::write(file, bytes).unwrap();
        self.loses(&self.looked().unwrap(), &BTreeSet::new(), "sound again");
    }
}

/// A copy of a log in which these commits aren't what was written.
fn hit(log: &Log, commits: &[usize]) -> TempDir {
    let copy = log.copy();
    let path = segment(copy.path(), 1);
    let mut bytes = fs::read(&path).unwrap();
    let places = log.places(&bytes);
    for commit in commits {
        bytes[places[*commit].clone().unwrap().start + 30] ^= 1;
    }
    fs::write(path, bytes).unwrap();
    copy
}

/// Its only damage is in this file, at or before this byte.
fn named(found: &LogRepair, file: &Path, at: usize, what: &str) {
    let [damage] = &found.backup_damage[..] else {
        panic!("{what}: {:?}", found.backup_damage);
    };
    assert_eq!(damage.file, file, "{what}");
    let said = usize::try_from(damage.at.unwrap()).unwrap();
    assert!(said <= at && said + 1_000 > at, "{what}: {said}");
}

#[test]
fn whatever_bit_of_a_backup_is_flipped_all_but_the_commit_that_it_hits_is_filled_in() {
    let scene = Scene::new();
    let (mut lost, mut harmless) = (0, 0);
    for file in &scene.files {
        let bytes = fs::read(file).unwrap();
        let entries = scene.entries(&bytes);
        for at in (0..bytes.len()).step_by(STEP) {
            let what = format!("{}, byte {at}", file.display());
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            fs::write(file, &damaged).unwrap();
            let found = scene
                .looked()
                .unwrap_or_else(|error| panic!("{what}: {error}"));
            let hit = entries.iter().find(|(_, place)| place.contains(&at));
            let hit = hit.map(|(index, _)| *index).filter(|at| HOLES.contains(at));
            scene.loses(&found, &hit.into_iter().collect(), &what);
            named(&found, file, at, &what);
            *(if hit.is_some() {
                &mut lost
            } else {
                &mut harmless
            }) += 1;
        }
        scene.restored(file, &bytes);
    }
    assert!(lost > 50 && harmless > 50, "{lost} and {harmless}");
}

#[test]
fn wherever_a_file_of_a_backup_is_cut_off_what_stands_before_is_filled_in() {
    let scene = Scene::new();
    for file in &scene.files {
        let bytes = fs::read(file).unwrap();
        let entries = scene.entries(&bytes);
        for length in (0..bytes.len()).step_by(STEP) {
            let what = format!("{}, {length} bytes", file.display());
            fs::write(file, &bytes[..length]).unwrap();
            let found = scene
                .looked()
                .unwrap_or_else(|error| panic!("{what}: {error}"));
            let gone = entries.iter().filter(|(_, place)| {
                // Without its header nothing tells how long it was.
                length < HEADER || place.end > length
            });
            let gone = gone
                .map(|(index, _)| *index)
                .filter(|at| HOLES.contains(at));
            scene.loses(&found, &gone.collect(), &what);
            named(&found, file, length, &what);
        }
        fs::write(file, [&bytes[..], b"more"].concat()).unwrap();
        let found = scene.looked().unwrap();
        scene.loses(&found, &BTreeSet::new(), "longer");
        named(&found, file, bytes.len(), "longer");
        scene.restored(file, &bytes);
    }
}

#[test]
fn a_file_of_a_backup_that_is_missing_is_named_and_the_other_is_used() {
    let scene = Scene::new();
    let bytes = fs::read(&scene.files[0]).unwrap();
    fs::remove_file(&scene.files[0]).unwrap();
    let found = scene.looked().unwrap();
    scene.loses(&found, &[2, 5, 6].into(), "the first is missing");
    let [damage] = &found.backup_damage[..] else {
        panic!("{found:?}");
    };
    assert_eq!((&damage.file, damage.at), (&scene.files[0], None));
    // The second in its place is none.
    fs::copy(&scene.files[1], &scene.files[0]).unwrap();
    let found = scene.looked().unwrap();
    scene.loses(&found, &[2, 5, 6].into(), "another file in its place");
    named(&found, &scene.files[0], 0, "another file in its place");
    scene.restored(&scene.files[0], &bytes);
    fs::remove_file(&scene.files[0]).unwrap();
    fs::remove_file(&scene.files[1]).unwrap();
    let none = scene.looked().unwrap_err();
    assert!(matches!(none, BackupError::Nothing { .. }), "{none}");
}

#[test]
fn what_a_damaged_backup_gives_becomes_the_log() {
    for (number, lost) in [BTreeSet::new(), [5].into()].into_iter().enumerate() {
        let scene = Scene::new();
        let file = &scene.files[0];
        let mut bytes = fs::read(file).unwrap();
        let entries = scene.entries(&bytes);
        // In the log that commit is sound, or it isn't.
        let hit = if lost.is_empty() { 4 } else { 5 };
        bytes[entries[hit].1.end - 1] ^= 1;
        fs::write(file, &bytes).unwrap();
        let what = format!("{number}");
        let (found, kept) = mended(scene.harmed.path(), Some(scene.backup.path()));
        scene.loses(&found, &lost, &what);
        if lost.is_empty() {
            same_as_before(scene.harmed.path(), &scene.log, &what);
        } else {
            let expected = expected(&scene.log.commits, &lost);
            expected.is(scene.harmed.path(), &kept, &scene.log, &what);
        }
    }
}

#[test]
fn behind_much_that_is_damaged_the_next_commit_is_found() {
    let log = Log::large();
    let backup = log.back_up();
    let file = backup.path().join(format!("{:020}-{:020}.commits", 1, 100));
    let mut bytes = fs::read(&file).unwrap();
    let places = log.places(&bytes);
    let place = |index: usize| places[index].clone().unwrap();
    // More than is read at once, and wherever one looks a commit could begin.
    let damaged = place(20).start + 1_000..place(60).end - 1_000;
    assert!(damaged.len() > 1_500_000);
    for some in bytes[damaged].chunks_exact_mut(4) {
        some.copy_from_slice(&[0, 0, 1, 0]);
    }
    fs::write(&file, bytes).unwrap();
    let harmed = log.copy();
    for number in 1..=3 {
        let path = segment(harmed.path(), number);
        let mut bytes = fs::read(&path).unwrap();
        let places = log.places(&bytes);
        for place in [2, 19, 61, 99].into_iter().flat_map(|index| &places[index]) {
            bytes[place.start + 30] ^= 1;
        }
        fs::write(path, bytes).unwrap();
    }
    let found = looked(harmed.path(), Some(backup.path())).unwrap();
    assert_eq!((found.filled, found.root), (4, log.root), "{found:?}");
    let [damage] = &found.backup_damage[..] else {
        panic!("{found:?}");
    };
    let at = place(20).start - (ENTRY - 4);
    assert_eq!((&damage.file, damage.at), (&file, Some(at as u64)));
}

/// A commit of a backup gets another moment, and all that tells is its leaf in the tree.
fn forge(bytes: &mut [u8], entry: &Range<usize>) {
    // Behind its position.
    bytes[entry.start + ENTRY + 8] ^= 1;
    let (begins, from) = (entry.start as u64, entry.start);
    let crc = crc32c::crc32c(&begins.to_le_bytes());
    let crc = crc32c::crc32c_append(crc, &bytes[from..from + 4]);
    let crc = crc32c::crc32c_append(crc, &bytes[from + ENTRY..entry.end]);
    bytes[from + 4..from + ENTRY].copy_from_slice(&crc.to_le_bytes());
}

#[test]
fn a_commit_that_is_not_the_log_s_is_never_filled_in() {
    let scene = Scene::new();
    let file = &scene.files[0];
    let mut bytes = fs::read(file).unwrap();
    let entries = scene.entries(&bytes);
    forge(&mut bytes, &entries[5].1);
    fs::write(file, &bytes).unwrap();
    // The file's own root says so.
    let error = scene.looked().unwrap_err();
    assert!(matches!(error, BackupError::Damaged { .. }), "{error}");
    // Where it can't, the log's does.
    bytes[entries[3].1.end - 1] ^= 1;
    fs::write(file, &bytes).unwrap();
    let error = scene.looked().unwrap_err();
    assert!(matches!(error, BackupError::OtherCommit { .. }), "{error}");
    // A header that isn't what was written is believed to be what leads to the end, or not.
    bytes[100] ^= 1;
    fs::write(file, &bytes).unwrap();
    let found = scene.looked().unwrap();
    scene.loses(&found, &[2, 5, 6].into(), "nothing of it is believed");
}

#[test]
fn files_of_two_backups_are_not_mixed() {
    let scene = Scene::new();
    let whole = Log::of(interleaved(5, 20, 5), 4);
    let other = back_up(Log::of(interleaved(5, FIRST, 5), 4).path());
    add_to(other.path(), whole.path());
    fs::remove_file(&scene.files[1]).unwrap();
    let name = format!("{:020}-{:020}.commits", FIRST + 1, 20);
    fs::copy(other.path().join(&name), scene.backup.path().join(&name)).unwrap();
    let mixed = || match scene.looked() {
        Err(BackupError::Damaged { path, at: 16, .. }) => {
            assert_eq!(path, scene.backup.path().join(&name));
        }
        other => panic!("{other:?}"),
    };
    mixed();
    // Also where nothing tells whether it follows.
    let between = format!("{:020}-{:020}.commits", FIRST + 1, FIRST + 1);
    fs::write(scene.backup.path().join(between), "nothing").unwrap();
    mixed();
}

#[test]
fn whatever_stands_in_a_backup_no_commit_becomes_another() {
    let scene = Scene::new();
    let whole = scene.files.clone().map(|file| fs::read(file).unwrap());
    let mut random = Random::seeded(17);
    let (mut refused, mut looked) = (0, 0);
    for round in 0..600 {
        for (file, whole) in scene.files.iter().zip(&whole) {
            let mut bytes = whole.clone();
            for _ in 0..random.below(4) {
                let at = usize::try_from(random.below(bytes.len() as u64)).unwrap();
                match random.below(3) {
                    0 => bytes[at] = random.bytes::<1>()[0],
                    1 => bytes.truncate(at.max(1)),
                    _ => {
                        let end = bytes.len().min(at + 8);
                        let extreme = [[0xff; 8], [0; 8], random.bytes()];
                        let number = extreme[usize::try_from(random.below(3)).unwrap()];
                        bytes[at..end].copy_from_slice(&number[..end - at]);
                    }
                }
            }
            if let (0, Some(header)) = (random.below(2), bytes.get_mut(..HEADER)) {
                let crc = crc32c::crc32c(&header[..HEADER - 4]);
                header[HEADER - 4..].copy_from_slice(&crc.to_le_bytes());
            }
            fs::write(file, bytes).unwrap();
        }
        let Ok(found) = scene.looked() else {
            refused += 1;
            continue;
        };
        looked += 1;
        let lost: BTreeSet<usize> = found
            .lost
            .iter()
            .flat_map(|some| some.first.0..=some.last.0)
            .map(|at| usize::try_from(at).unwrap() - 1)
            .collect();
        assert!(lost.iter().all(|at| HOLES.contains(at)), "round {round}");
        scene.loses(&found, &lost, &format!("round {round}"));
        if round % 50 == 0 {
            let harmed = hit(&scene.log, &HOLES);
            let (_, kept) = mended(harmed.path(), Some(scene.backup.path()));
            let expected = expected(&scene.log.commits, &lost);
            expected.is(harmed.path(), &kept, &scene.log, &format!("round {round}"));
        }
    }
    assert!(refused > 10 && looked > 200, "{refused} and {looked}");
}
