//! Whatever is done to the file: an error that names document and frame, and never wrong bytes.

use super::*;
use proptest::prelude::*;

/// A document on the disk, to be changed.
struct Victim {
    ground: Ground,
    documents: Documents,
    uploaded: Uploaded,
    plain: Vec<u8>,
    sealed: Vec<u8>,
}

fn victim(length: usize) -> Victim {
    let ground = Ground::new();
    let documents = ground.open();
    let plain = pdf(length);
    let uploaded = upload(&documents, "anna", &plain).unwrap();
    let sealed = std::fs::read(ground.place(uploaded.digest)).unwrap();
    Victim {
        ground,
        documents,
        uploaded,
        plain,
        sealed,
    }
}

impl Victim {
    /// Puts other bytes in its place and reads them: the error, after which frames came nothing but
    /// right ones.
    fn reads(&self, changed: &[u8]) -> DocumentsError {
        std::fs::write(self.ground.place(self.uploaded.digest), changed).unwrap();
        let (digest, slot) = (self.uploaded.digest, self.uploaded.slot);
        let mut reader = match block_on(self.documents.read(digest, slot)) {
            Ok(reader) => reader,
            Err(error) => return error,
        };
        let mut given = 0;
        loop {
            match reader.next().expect("a changed document read to its end") {
                Ok(frame) => {
                    assert_eq!(&frame[..], &self.plain[given..given + frame.len()]);
                    given += frame.len();
                }
                Err(error) => {
                    assert!(reader.next().is_none());
                    return error;
                }
            }
        }
    }

    fn damaged_in(&self, changed: &[u8]) -> u32 {
        match self.reads(changed) {
            DocumentsError::Damaged { digest, frame, .. } => {
                assert_eq!(digest, self.uploaded.digest);
                frame
            }
            DocumentsError::Newer { .. } => 0,
            other => panic!("{other}"),
        }
    }
}

#[test]
fn every_changed_bit_of_a_small_document_is_seen() {
    let victim = victim(60);
    for bit in 0..victim.sealed.len() * 8 {
        let mut changed = victim.sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(victim.damaged_in(&changed), 0);
    }
}

#[test]
fn every_shorter_document_is_seen_and_every_longer_one() {
    let victim = victim(60);
    for length in 0..victim.sealed.len() {
        assert_eq!(victim.damaged_in(&victim.sealed[..length]), 0);
    }
    for more in [1, 16, 17, FRAME + 16] {
        let longer = [victim.sealed.clone(), vec![0; more]].concat();
        assert_eq!(victim.damaged_in(&longer), 0);
    }
}

#[test]
fn frames_that_are_cut_off_swapped_or_repeated_are_seen_where_they_are() {
    let victim = victim(3 * FRAME + 10);
    let (header, frames) = victim.sealed.split_at(16);
    let frames: Vec<&[u8]> = frames.chunks(FRAME + 16).collect();
    assert_eq!(frames.len(), 4);
    let of = |order: &[usize]| {
        let chosen = order.iter().map(|at| frames[*at]);
        let mut file = header.to_vec();
        chosen.for_each(|frame| file.extend(frame));
        victim.damaged_in(&file)
    };
    assert_eq!(of(&[0, 1, 2]), 2, "without the last");
    assert_eq!(of(&[0]), 0);
    assert_eq!(of(&[0, 2, 1, 3]), 1);
    assert_eq!(of(&[0, 1, 1, 3]), 2);
    assert_eq!(of(&[0, 1, 2, 2, 3]), 3);
    assert_eq!(of(&[3]), 0);
    assert_eq!(of(&[0, 1, 3]), 2);
    for length in (0..4).map(|frames| 16 + frames * (FRAME + 16)) {
        for length in [length, length + 1, length + 15, length + 16, length + 17] {
            if length < victim.sealed.len() {
                victim.damaged_in(&victim.sealed[..length]);
            }
        }
    }
}

#[test]
fn another_document_in_its_place_is_seen() {
    let victim = victim(100);
    let other = upload(&victim.documents, "anna", &pdf(100)).unwrap();
    assert_ne!(
        other.digest, victim.uploaded.digest,
        "the same document twice"
    );
    let other = std::fs::read(victim.ground.place(other.digest)).unwrap();
    assert_eq!(victim.damaged_in(&other), 0);
}

#[test]
fn erased_missing_and_newer_are_three_different_answers() {
    let victim = victim(100);
    let mut newer = victim.sealed.clone();
    newer[7] = b'2';
    let error = victim.reads(&newer);
    assert!(
        matches!(error, DocumentsError::Newer { found: 2, .. }),
        "{error}"
    );
    std::fs::remove_file(victim.ground.place(victim.uploaded.digest)).unwrap();
    let error = read(&victim.documents, &victim.uploaded).unwrap_err();
    assert!(matches!(error, DocumentsError::Missing { .. }), "{error}");
    let (digest, slot) = (victim.uploaded.digest, victim.uploaded.slot);
    for _ in 0..2 {
        block_on(victim.documents.erase(digest, slot)).unwrap();
        let error = victim.reads(&victim.sealed);
        assert!(matches!(error, DocumentsError::Erased { .. }), "{error}");
    }
    assert!(!victim.ground.place(digest).exists() || !victim.ground.is_alive(slot));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_stands_in_the_file_it_is_an_error(
        bytes in proptest::collection::vec(any::<u8>(), 0..300), begins_right in any::<bool>(),
    ) {
        let victim = victim(100);
        let file = if begins_right {
            [&victim.sealed[..16], &bytes].concat()
        } else {
            bytes
        };
        victim.damaged_in(&file);
    }
}
