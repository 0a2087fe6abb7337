//! The bytes of a commit, from a store that may be damaged or hostile.

use kanzlei_core::record::{Page, PageMemory, RecordRef, Stamp, extract_part, join_parts};
use kanzlei_core::{Position, Timestamp};

/// What is read as a record is whole in itself; so are its parts, and they give it back. What is framed like
/// one is on its page whatever it holds, and a whole record is framed like one.
pub fn check(input: &[u8]) {
    holds(input);
    // A right checksum lets everything behind it be reached.
    if let Some((front, covered)) = input.split_at_checked(16) {
        let checksum = crc32c::crc32c(covered).to_le_bytes();
        holds(&[&front[..12], &checksum, covered].concat());
    }
}

fn holds(bytes: &[u8]) {
    if RecordRef::is_framed(bytes) {
        is_on_its_page(bytes);
    }
    let Ok(record) = RecordRef::parse(bytes) else {
        return;
    };
    let hashes = record.hashes();
    assert_eq!(hashes.parts.len(), usize::from(record.part_count()));
    for part in record.parts() {
        assert_eq!(part.events().count(), usize::from(part.event_count()));
        let values: usize = part.events().map(|event| event.values().count()).sum();
        assert_eq!(values, part.values().count());
    }
    assert_eq!(record.is_whole(), RecordRef::is_framed(bytes));
    if !record.is_whole() {
        return;
    }
    let shares: Vec<Vec<u8>> = (0..record.part_count())
        .map(|index| extract_part(&record, index).expect("each part can be taken out"))
        .collect();
    let shares: Vec<RecordRef<'_>> = shares
        .iter()
        .map(|share| RecordRef::parse(share).expect("a part is a record"))
        .collect();
    for share in &shares {
        assert_eq!(share.hashes(), hashes);
    }
    let joined = join_parts(&shares).expect("all parts are there");
    assert_eq!(joined, bytes);
}

fn is_on_its_page(record: &[u8]) {
    let stamp = Stamp {
        position: Position(1),
        recorded: Timestamp::from_micros(0),
    };
    let stamped = [&stamp.to_bytes(), record].concat();
    let all = 0..stamped.len();
    let page = Page::of(PageMemory {
        bytes: stamped,
        commits: vec![all],
    });
    let commits: Vec<_> = page.commits().map(|commit| commit.record).collect();
    assert_eq!(commits.len(), 1);
    assert_eq!(commits[0].as_bytes(), record);
}
