//! Whatever is done to a backup's files is found, with the file and the byte; nothing of it panics.

use std::fs;

use kanzlei_core::Position;
use kanzlei_store::conformance::Random;
use kanzlei_store::{Backup, BackupError};

use crate::{Ground, files, log, open, target};

/// Where a file's header ends.
const HEADER: usize = 256;

fn place(ground: &Ground) -> (String, u64) {
    match ground.check() {
        Err(BackupError::Damaged { path, at, .. }) => (path.display().to_string(), at),
        // The layout's number was flipped.
        Err(BackupError::Newer { path, .. }) => (path.display().to_string(), 8),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_flipped_bit_is_found_with_its_file_and_a_byte_before_it() {
    let mut ground = Ground::backed_up(2);
    ground.grow(1);
    ground.add().unwrap();
    for file in files(&ground.backup()) {
        let whole = fs::read(&file).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << (at % 8);
            fs::write(&file, damaged).unwrap();
            let (found, byte) = place(&ground);
            assert_eq!(found, file.display().to_string(), "byte {at}");
            assert!(
                byte <= at as u64 && byte + 2_000 > at as u64,
                "byte {at}: {byte}"
            );
        }
        fs::write(&file, whole).unwrap();
    }
    assert_eq!(ground.check().unwrap(), 3);
}

#[test]
fn every_truncation_is_found_with_the_byte_at_which_it_ends() {
    let ground = Ground::backed_up(2);
    let file = &files(&ground.backup())[0];
    let whole = fs::read(file).unwrap();
    for length in 0..whole.len() {
        fs::write(file, &whole[..length]).unwrap();
        assert_eq!(place(&ground), (file.display().to_string(), length as u64));
    }
    fs::write(file, [whole.as_slice(), &[0]].concat()).unwrap();
    assert_eq!(place(&ground).1, whole.len() as u64);
}

#[test]
fn a_damaged_backup_is_not_restored_but_added_to_unless_its_end_is_damaged() {
    let mut ground = Ground::backed_up(3);
    let file = &files(&ground.backup())[0];
    let whole = fs::read(file).unwrap();
    let mut damaged = whole.clone();
    damaged[HEADER + 100] ^= 1;
    fs::write(file, &damaged).unwrap();
    let to = ground.directory.path().join("restored");
    let restored = Backup::open(ground.backup())
        .unwrap()
        .restore(&target(&to, None), &|_, _| {});
    assert!(
        matches!(restored, Err(BackupError::Damaged { at: 256, .. })),
        "{restored:?}"
    );
    assert!(!to.exists());
    // What it ends with is what the next run builds on.
    damaged.clone_from(&whole);
    damaged[whole.len() - 10] ^= 1;
    fs::write(file, &damaged).unwrap();
    ground.grow(1);
    assert!(matches!(ground.add(), Err(BackupError::Damaged { .. })));
    fs::write(file, whole).unwrap();
    // The restore that was broken off begins anew.
    ground.restored("restored", None);
    damaged.clone_from(&fs::read(file).unwrap());
    damaged[HEADER + 100] ^= 1;
    fs::write(file, damaged).unwrap();
    assert_eq!(ground.add().unwrap().added, 1);
    assert!(matches!(ground.check(), Err(BackupError::Damaged { .. })));
}

#[test]
fn a_backup_is_restored_up_to_the_last_position_before_its_damage_and_no_further() {
    let mut ground = Ground::backed_up(2);
    for _ in 0..2 {
        ground.grow(2);
        ground.add().unwrap();
    }
    let whole_log = log(&ground.store, Position(6));
    let all = files(&ground.backup());
    let peaks = fs::metadata(&all[1]).unwrap().len() - 20;
    // The second commit of a file, the peaks at its end, and the header of a file.
    for (file, at, sound) in [
        (&all[1], u64::try_from(HEADER).unwrap() + 700, 3),
        (&all[1], peaks, 4),
        (&all[2], 20, 4),
    ] {
        let whole = fs::read(file).unwrap();
        let mut damaged = whole.clone();
        damaged[usize::try_from(at).unwrap()] ^= 1;
        fs::write(file, damaged).unwrap();
        let backup = Backup::open(ground.backup()).unwrap();
        assert_eq!(
            backup.sound_until().unwrap().position,
            Position(sound),
            "byte {at}"
        );
        let to = ground.directory.path().join("restored");
        for until in [None, Some(Position(sound + 1)), Some(Position(6))] {
            let restored = backup.restore(&target(&to, until), &|_, _| {});
            assert!(
                matches!(restored, Err(BackupError::Damaged { .. })),
                "byte {at}, until {until:?}: {restored:?}"
            );
        }
        let until = Some(Position(sound));
        let restored = backup.restore(&target(&to, until), &|_, _| {}).unwrap();
        assert_eq!(restored.behind.is_some(), *file == all[1], "{restored:?}");
        let store = open(&to, ground.clock.clone());
        let length = usize::try_from(sound).unwrap();
        assert_eq!(log(&store, Position(sound)), whole_log[..length]);
        drop(store);
        fs::remove_dir_all(&to).unwrap();
        fs::write(file, whole).unwrap();
    }
    assert_eq!(Backup::open(ground.backup()).unwrap().sound_until(), None);
}

#[test]
fn commits_that_lead_to_another_root_are_not_restored_up_to_any_position_of_their_file() {
    let mut ground = Ground::backed_up(2);
    ground.grow(3);
    ground.add().unwrap();
    let file = &files(&ground.backup())[1];
    let mut bytes = fs::read(file).unwrap();
    // The last byte of a stamp's moment, and the checksum of its commit made right.
    let length: [u8; 4] = bytes[HEADER..HEADER + 4].try_into().unwrap();
    let end = HEADER + 8 + u32::from_le_bytes(length) as usize;
    bytes[HEADER + 16] ^= 1;
    let crc = crc32c::crc32c(&(HEADER as u64).to_le_bytes());
    let crc = crc32c::crc32c_append(crc, &length);
    let crc = crc32c::crc32c_append(crc, &bytes[HEADER + 8..end]);
    bytes[HEADER + 4..HEADER + 8].copy_from_slice(&crc.to_le_bytes());
    fs::write(file, bytes).unwrap();
    let backup = Backup::open(ground.backup()).unwrap();
    assert_eq!(backup.sound_until().unwrap().position, Position(2));
    for until in 3..=5 {
        let to = ground.directory.path().join("restored");
        let target = target(&to, Some(Position(until)));
        let restored = backup.restore(&target, &|_, _| {});
        assert!(
            matches!(restored, Err(BackupError::Damaged { .. })),
            "{restored:?}"
        );
    }
}

#[test]
fn a_missing_file_is_named_by_its_positions() {
    let mut ground = Ground::backed_up(3);
    for _ in 0..2 {
        ground.grow(3);
        ground.add().unwrap();
    }
    let all = files(&ground.backup());
    fs::remove_file(&all[1]).unwrap();
    match ground.check() {
        Err(BackupError::Gap { after, next, .. }) => assert_eq!((after.0, next.0), (3, 7)),
        other => panic!("{other:?}"),
    }
    fs::remove_file(&all[0]).unwrap();
    assert!(matches!(ground.check(), Err(BackupError::Gap { .. })));
}

#[test]
fn a_file_under_another_s_name_is_found() {
    let mut ground = Ground::backed_up(3);
    ground.grow(3);
    ground.add().unwrap();
    let all = files(&ground.backup());
    fs::copy(&all[0], &all[1]).unwrap();
    let (found, _) = place(&ground);
    assert_eq!(found, all[1].display().to_string());
}

/// The header's checksum is made right again, so that what is behind it is reached.
fn seal(bytes: &mut [u8]) {
    if let Some(header) = bytes.get_mut(..HEADER) {
        let crc = crc32c::crc32c(&header[..HEADER - 4]);
        header[HEADER - 4..].copy_from_slice(&crc.to_le_bytes());
    }
}

#[test]
fn whatever_stands_in_a_file_it_is_refused_without_a_panic() {
    let ground = Ground::backed_up(2);
    let file = &files(&ground.backup())[0];
    let whole = fs::read(file).unwrap();
    let mut random = Random::seeded(11);
    for round in 0..3_000 {
        let mut bytes = whole.clone();
        for _ in 0..=random.below(4) {
            let at = usize::try_from(random.below(bytes.len() as u64)).unwrap();
            match random.below(3) {
                0 => bytes[at] = random.bytes::<1>()[0],
                1 => bytes.truncate(at.max(1)),
                _ => {
                    let extreme = [[0xff; 8], [0; 8], random.bytes()];
                    let number = extreme[usize::try_from(random.below(3)).unwrap()];
                    let end = bytes.len().min(at + 8);
                    bytes[at..end].copy_from_slice(&number[..end - at]);
                }
            }
        }
        seal(&mut bytes);
        fs::write(file, &bytes).unwrap();
        let checked = ground.check();
        assert_eq!(
            checked.is_ok(),
            bytes == whole,
            "round {round}: {checked:?}"
        );
    }
}
