//! Records: against a log that another program wrote, and as laws over random records.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use kanzlei_core::record::{
    Acting, Assurance, Cause, Channel, Encoded, EventDraft, Frontier, Hash, Head, Key, KeyState,
    Keyring, PartDraft, PlainValue, Record, RecordError, RecordRef, Stamp, WriteError,
    extract_part, join_parts, leaf_hash, limits,
};
use kanzlei_core::{
    AuthorityId, CaseId, CommandId, KeySlot, OfficialId, ServiceKey, Timestamp, Version,
};
use proptest::prelude::*;

/// A file of the data that is shared beside the checkout; skips loudly where it is missing.
fn shared(path: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("KANZLEI_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")),
        PathBuf::from,
    );
    let file = root.join(path);
    match std::fs::read(&file) {
        Ok(bytes) => Some(bytes),
        Err(error) if std::env::var_os("CI").is_some() => panic!("{}: {error}", file.display()),
        Err(_) => {
            eprintln!("SKIPPED: {} is missing", file.display());
            None
        }
    }
}

/// Splits a raw log into stamps and records by the lengths in the frames alone.
fn split(mut log: &[u8]) -> Vec<(Stamp, &[u8])> {
    let mut commits = Vec::new();
    while let Some((stamp, rest)) = Stamp::split(log) {
        let length = |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().unwrap()) as usize;
        let (record, rest) = rest.split_at(16 + length(4) + length(8));
        commits.push((stamp, record));
        log = rest;
    }
    commits
}

#[test]
fn a_log_of_another_program_has_the_published_root() {
    let Some(log) = shared("data/format/prototype.rawlog") else {
        return;
    };
    let mut tree = Frontier::default();
    let mut tips: BTreeMap<CaseId, (Version, Hash)> = BTreeMap::new();
    let (mut events, mut values, mut double) = (0, 0, 0);
    for (stamp, bytes) in split(&log) {
        let record = RecordRef::parse(bytes).unwrap();
        let hashes = record.hashes();
        for (part, hash) in record.parts().zip(&hashes.parts) {
            let (version, before) = tips.get(&part.case).copied().unwrap_or_default();
            assert_eq!((part.first, part.previous), (version.next(), before));
            tips.insert(part.case, (part.last(), *hash));
            events += part.events().count();
            values += part.values().count();
        }
        double += usize::from(record.part_count() == 2);
        tree.push(leaf_hash(stamp, hashes.content));
    }
    assert_eq!(
        (tree.size(), events, values, double, tips.len()),
        (677, 2_031, 677, 77, 377)
    );
    assert_eq!(
        tree.root().to_string(),
        "dbad77a346704f433d732744fa3ccf80d63322bbc9ffec68e0bcf71ff521551d"
    );
}

#[test]
fn every_flipped_bit_is_seen() {
    let Some(log) = shared("data/format/prototype.rawlog") else {
        return;
    };
    let commits = split(&log);
    let several = commits
        .iter()
        .filter(|(_, record)| RecordRef::parse(record).unwrap().part_count() > 1);
    for (stamp, record) in commits.iter().take(5).chain(several.take(5)) {
        for bit in 0..record.len() * 8 {
            let mut damaged = record.to_vec();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(RecordRef::parse(&damaged).is_err(), "{stamp:?}, bit {bit}");
        }
    }
}

const KEYS: u64 = 6;

fn keys() -> Keyring {
    let key = |slot: u64| KeyState::Alive(Key::from_bytes([u8::try_from(slot).unwrap(); 32]));
    (0..KEYS).map(|slot| (KeySlot(slot), key(slot))).collect()
}

fn salts() -> impl FnMut() -> [u8; 16] {
    let mut next = 0_u128;
    move || {
        next += 1;
        next.to_le_bytes()
    }
}

fn head() -> impl Strategy<Value = Head> {
    let acting = prop_oneof![
        Just(Acting::Installation),
        any::<u64>().prop_map(|slot| Acting::Party(KeySlot(slot))),
        (any::<[u8; 16]>(), any::<u32>())
            .prop_map(|(id, at)| Acting::Official(OfficialId::from_bytes(id), AuthorityId(at))),
    ];
    let cause = proptest::option::of((any::<[u8; 16]>(), any::<u16>()));
    let rest = (
        proptest::option::of(any::<u64>()),
        proptest::option::of(any::<u32>()),
    );
    (
        any::<[u8; 16]>(),
        acting,
        any::<(u8, u8)>(),
        any::<[u8; 16]>(),
        cause,
        rest,
    )
        .prop_map(
            |(command, acting, (assurance, channel), fingerprint, cause, (acting_for, mandate))| {
                Head {
                    command: CommandId::from_bytes(command),
                    acting,
                    assurance: Assurance(assurance),
                    channel: Channel(channel),
                    fingerprint,
                    cause: cause.map(|(command, event)| Cause {
                        command: CommandId::from_bytes(command),
                        event,
                    }),
                    acting_for: acting_for.map(KeySlot),
                    mandate: mandate.map(Version),
                }
            },
        )
}

prop_compose! {
    fn event()(
        kind in any::<u16>(), schema in any::<u8>(), occurred in any::<i64>(),
        body in proptest::collection::vec(any::<u8>(), 0..40),
        values in proptest::collection::vec((0..KEYS, proptest::collection::vec(any::<u8>(), 0..30)), 0..4),
    ) -> (u16, u8, i64, Vec<u8>, Vec<(u64, Vec<u8>)>) {
        (kind, schema, occurred, body, values)
    }
}

type Drafted = (u16, u8, i64, Vec<u8>, Vec<(u64, Vec<u8>)>);

fn drafts(parts: &[Vec<Drafted>]) -> Vec<PartDraft> {
    let draft = |event: &Drafted| EventDraft {
        kind: event.0,
        schema: event.1,
        occurred: Timestamp::from_micros(event.2),
        encoded: Encoded {
            body: event.3.clone(),
            values: event
                .4
                .iter()
                .map(|(slot, plain)| PlainValue {
                    slot: KeySlot(*slot),
                    plain: plain.clone().into(),
                })
                .collect(),
        },
    };
    parts
        .iter()
        .enumerate()
        .map(|(index, events)| PartDraft {
            case: CaseId::from_bytes([u8::try_from(index).unwrap(); 16]),
            service: ServiceKey(index as u64),
            authority: AuthorityId(1061),
            first: Version(1 + u32::try_from(index).unwrap()),
            previous: Hash::of(&[&[u8::try_from(index).unwrap()]]),
            events: events.iter().map(draft).collect(),
        })
        .collect()
}

proptest! {
    #[test]
    fn what_is_written_reads_back_whole_and_in_parts(
        head in head(),
        parts in proptest::collection::vec(proptest::collection::vec(event(), 1..5), 1..5),
    ) {
        let record = Record::write(&head, &drafts(&parts), &keys(), &mut salts()).unwrap();
        let read = RecordRef::parse(record.bytes()).unwrap();
        prop_assert_eq!(read.head(), &head);
        for ((part, wanted), index) in read.parts().zip(&parts).zip(0_u32..) {
            prop_assert_eq!(part.first, Version(1 + index));
            for (event, wanted) in part.events().zip(wanted) {
                prop_assert_eq!((event.kind, event.schema), (wanted.0, wanted.1));
                prop_assert_eq!((event.occurred.micros(), event.body), (wanted.2, &wanted.3[..]));
                let values: Vec<_> = event.values().collect();
                prop_assert_eq!(values.len(), wanted.4.len());
                for (value, (slot, plain)) in values.iter().zip(&wanted.4) {
                    prop_assert_eq!(value.slot, KeySlot(*slot));
                    prop_assert_eq!(value.sealed.len(), plain.len() + 32);
                }
            }
        }
        let own = record.read();
        prop_assert_eq!((own.as_bytes(), own.head()), (read.as_bytes(), read.head()));
        prop_assert_eq!(own.hashes(), read.hashes());
        prop_assert_eq!(format!("{own:?}"), format!("{read:?}"));
        prop_assert_eq!(extract_part(&own, 0), extract_part(&read, 0));
        let shares: Vec<Vec<u8>> = (0..read.part_count())
            .map(|index| extract_part(&read, index).unwrap()).collect();
        let shares: Vec<RecordRef<'_>> =
            shares.iter().map(|bytes| RecordRef::parse(bytes).unwrap()).collect();
        for (share, index) in shares.iter().zip(0..) {
            prop_assert_eq!(share.hashes(), read.hashes());
            let part = share.parts().next().unwrap();
            prop_assert_eq!(part.index, index);
            let whole = read.parts().nth(usize::from(index)).unwrap();
            prop_assert_eq!(format!("{part:?}"), format!("{whole:?}"));
            prop_assert!(part.values().map(|v| v.sealed).eq(whole.values().map(|v| v.sealed)));
        }
        prop_assert_eq!(join_parts(&shares).unwrap(), record.bytes().to_vec());
        if shares.len() > 1 {
            prop_assert!(join_parts(&shares[1..]).is_err());
            prop_assert!(Record::from_bytes(Arc::from(shares[0].as_bytes())).is_err());
        }
    }

    #[test]
    fn no_bytes_panic_and_no_truncation_passes(
        head in head(), events in proptest::collection::vec(event(), 1..4),
        noise in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..8),
    ) {
        let record = Record::write(&head, &drafts(&[events]), &keys(), &mut salts()).unwrap();
        let bytes = record.bytes();
        for end in 0..bytes.len() {
            prop_assert!(RecordRef::parse(&bytes[..end]).is_err());
        }
        let mut damaged = bytes.to_vec();
        for (at, by) in noise {
            let at = usize::from(at) % damaged.len();
            damaged[at] ^= by;
        }
        // With a right checksum, so that the lengths behind it are reached.
        let checksum = crc32c::crc32c(&damaged[16..]);
        damaged[12..16].copy_from_slice(&checksum.to_le_bytes());
        if let Ok(record) = RecordRef::parse(&damaged) {
            let events: usize = record.parts().map(|part| part.events().count()).sum();
            let announced: usize = record.parts().map(|part| usize::from(part.event_count())).sum();
            prop_assert_eq!(events, announced);
        }
    }
}

#[test]
fn limits_are_kept_when_writing() {
    let head = Head {
        command: CommandId::from_bytes([1; 16]),
        acting: Acting::Installation,
        assurance: Assurance::NONE,
        channel: Channel::SYSTEM,
        fingerprint: [0; 16],
        cause: None,
        acting_for: None,
        mandate: None,
    };
    let plain = |body: usize, values: usize| -> Drafted {
        (1, 1, 0, vec![0; body], vec![(1, Vec::new()); values])
    };
    let write =
        |parts: &[Vec<Drafted>]| Record::write(&head, &drafts(parts), &keys(), &mut salts());
    let refused = |parts: &[Vec<Drafted>], wanted: &str| match write(parts) {
        Err(WriteError::Record(RecordError::Limit { what, .. })) => assert_eq!(what, wanted),
        other => panic!("{other:?}"),
    };
    assert!(write(&vec![vec![plain(1, 0)]; limits::PARTS_MAX]).is_ok());
    refused(&vec![vec![plain(1, 0)]; limits::PARTS_MAX + 1], "cases");
    assert!(write(&[vec![plain(1, 1); limits::EVENTS_MAX]]).is_ok());
    refused(&[vec![plain(1, 0); limits::EVENTS_MAX + 1]], "events");
    refused(&[vec![plain(1, 0); 200], vec![plain(1, 0); 200]], "events");
    refused(&[vec![plain(1, 256)]], "personal values in an event");
    refused(&[vec![plain(1, 200), plain(1, 100)]], "personal values");
    refused(&[vec![plain(limits::BODY_MAX + 1, 0)]], "bytes in a body");
    let rest = limits::RECORD_MAX - 16 - 60 - 72 - 2 * 16 - limits::BODY_MAX;
    assert!(write(&[vec![plain(limits::BODY_MAX, 0), plain(rest, 0)]]).is_ok());
    refused(
        &[vec![plain(limits::BODY_MAX, 0), plain(rest + 1, 0)]],
        "bytes",
    );
    assert!(matches!(
        Record::write(
            &head,
            &drafts(&[vec![(1, 1, 0, vec![], vec![(99, vec![])])]]),
            &keys(),
            &mut salts()
        ),
        Err(WriteError::NoKey { slot: KeySlot(99) })
    ));
    assert!(write(&[vec![]]).is_err() && write(&[]).is_err());
}

#[test]
fn a_head_that_says_what_none_says_is_refused_by_name() {
    let golden = include_bytes!("golden/record-small.bin");
    // Where it stands in the content, and what it says then.
    let refused = |at: usize, says: u8| {
        let mut bytes = golden.to_vec();
        bytes[16 + at] = says;
        let checksum = crc32c::crc32c(&bytes[16..]);
        bytes[12..16].copy_from_slice(&checksum.to_le_bytes());
        match RecordRef::parse(&bytes) {
            Err(RecordError::Field { what, .. }) => what,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(0, 8), "head's flags");
    assert_eq!(refused(6, 1), "cause's event without a cause");
    assert_eq!(refused(3, 0), "actor", "an installation with an id");
    assert_eq!(
        refused(39, 1),
        "actor",
        "a party's slot of more than 64 bits"
    );
}
