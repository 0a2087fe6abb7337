//! The bytes of a commit, from a store that may be damaged or hostile.

use kanzlei_core::record::{RecordRef, extract_part, join_parts};

/// What is read as a record is whole in itself; so are its parts, and they give it back.
pub fn check(input: &[u8]) {
    holds(input);
    // A right checksum lets everything behind it be reached.
    if let Some((front, covered)) = input.split_at_checked(16) {
        let checksum = crc32c::crc32c(covered).to_le_bytes();
        holds(&[&front[..12], &checksum, covered].concat());
    }
}

fn holds(bytes: &[u8]) {
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
