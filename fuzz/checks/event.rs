//! Events that a damaged or hostile store gives.

use kanzlei_core::domain::event::{Event, TypedEvent};
use kanzlei_core::domain::{Case, Catalogue};
use kanzlei_core::record::RecordRef;

/// Whatever the bytes are, an event is read or not, and a case and the catalogue fold or say why
/// not; what is read has the kind and schema that it was read by.
pub fn check(input: &[u8]) {
    let Some((front, covered)) = input.split_at_checked(16) else {
        return;
    };
    // A right checksum lets everything behind it be reached.
    let checksum = crc32c::crc32c(covered).to_le_bytes();
    let bytes = [&front[..12], &checksum, covered].concat();
    let Ok(record) = RecordRef::parse(&bytes) else {
        return;
    };
    let hashes = record.hashes();
    for part in record.parts() {
        let mut catalogue = Catalogue::default();
        let mut readable = true;
        for event in part.events() {
            match Event::decode(&event) {
                Ok(Some(read)) => {
                    assert_eq!((read.kind(), read.schema()), (event.kind, event.schema));
                    assert!(!format!("{read:?}").is_empty());
                }
                Ok(None) => {}
                Err(_) => readable = false,
            }
            let _ = catalogue.apply(part.case, &event);
        }
        let mut case = Case::new(part.case, part.service);
        let folded = case.fold(&part, hashes.parts[usize::from(part.index)], None);
        // A case begins with version 1.
        assert_eq!(folded.is_ok(), readable && part.first.0 == 1);
        assert!(folded.is_err() || case.version == part.last());
    }
}
