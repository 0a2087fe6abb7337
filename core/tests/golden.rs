//! Bytes on disk are a contract: every kind and whole records, as they were first written.
//!
//! A kind's bytes never change. A changed struct is a new schema with a new line here; the old line
//! stays and must still be read. `KANZLEI_BLESS=1` writes lines that are missing, and no others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use kanzlei_core::domain::event::*;
use kanzlei_core::domain::{DocumentId, PartyId, RequestId, TaskId};
use kanzlei_core::record::{
    Acting, Assurance, Cause, Channel, Encoded, EventDraft, Hash, Head, Key, KeyState, Keyring,
    PartDraft, Personal, Record, RecordRef, extract_part,
};
use kanzlei_core::{
    AuthorityId, CaseId, Code, CommandId, Date, Form, KeySlot, LogId, OfficialId, PersonId,
    ServiceKey, Timestamp, Value, Version,
};

const CASE: KeySlot = KeySlot(300);
const PARTY: KeySlot = KeySlot(301);
const DOCUMENT: KeySlot = KeySlot(302);

fn code(text: &str) -> Code {
    Code::new(text).unwrap()
}

fn text(slot: KeySlot, text: &str) -> Personal<String> {
    Personal::new(slot, text.to_owned())
}

fn every_value() -> Form {
    let fields: [(&str, Value); 6] = [
        ("a-text", "Grüezi".into()),
        ("b-integer", (-7).into()),
        ("c-date", Value::Date(Date::new(2026, 2, 28).unwrap())),
        ("d-boolean", true.into()),
        ("e-choice", code("yes").into()),
        ("f-authority", AuthorityId(1061).into()),
    ];
    fields
        .into_iter()
        .map(|(field, value)| (code(field), value))
        .collect()
}

/// Every kind, each with every optional part there and not there.
// One table; a line a kind.
#[allow(clippy::too_many_lines)]
fn samples() -> Vec<Event> {
    let official = OfficialId::from_bytes([0x0f; 16]);
    let authority = AuthorityId(1061);
    let hash = Hash::from_bytes([0xab; 32]);
    let person = PersonId::from_bytes([0xce; 16]);
    let party = |person| {
        let name = "Anna Muster".to_owned();
        Event::from(PartyAdded {
            party: PartyId(1),
            role: code("applicant"),
            slot: PARTY,
            details: Personal::new(PARTY, PartyDetails { person, name }),
        })
    };
    let participation = |state| {
        let service = ServiceKey(0x0102_0304_0506_0708);
        let from = Date::new(2025, 1, 1).unwrap();
        Event::from(ParticipationSet {
            service,
            authority,
            state,
            from,
        })
    };
    let opened = |parent| {
        let (slot, edition, definition) = (CASE, 3, hash);
        Event::from(CaseOpened {
            slot,
            edition,
            definition,
            parent,
        })
    };
    let details = DocumentDetails {
        name: "plan.pdf".into(),
        media_type: "application/pdf".into(),
        length: 1_234_567,
    };
    vec![
        LogCreated {
            log: LogId::from_bytes([1; 16]),
            format: 1,
            hash: 1,
            cipher: 1,
        }
        .into(),
        ServiceNamed {
            name: code("dog-registration"),
        }
        .into(),
        DefinitionChunk {
            first: true,
            bytes: vec![1, 2, 3],
        }
        .into(),
        EditionPublished {
            edition: 2,
            definition: hash,
        }
        .into(),
        RegisterPublished {
            edition: 2,
            definition: hash,
        }
        .into(),
        participation(ParticipationState::Planned),
        participation(ParticipationState::Live),
        participation(ParticipationState::Suspended),
        participation(ParticipationState::Left),
        opened(None),
        opened(Some(CaseId::from_bytes([2; 16]))),
        party(None),
        party(Some(person)),
        Submitted {
            party: PartyId(1),
            plain: every_value(),
            personal: Personal::new(PARTY, every_value()),
        }
        .into(),
        PhaseEntered {
            phase: code("review"),
        }
        .into(),
        AuthorityInvolved { authority }.into(),
        AuthorityNoLongerInvolved { authority }.into(),
        DecisionIssued {
            outcome: code("granted"),
            grounds: text(CASE, "grounds"),
        }
        .into(),
        Closed {}.into(),
        Withdrawn {
            party: PartyId(1),
            reason: text(PARTY, "reason"),
        }
        .into(),
        Reopened {
            reason: text(CASE, "reason"),
        }
        .into(),
        TaskAdded {
            task: TaskId(300),
            kind: code("check"),
            authority,
        }
        .into(),
        TaskAssigned {
            task: TaskId(1),
            to: official,
        }
        .into(),
        TaskClaimed {
            task: TaskId(1),
            by: official,
        }
        .into(),
        TaskReleased { task: TaskId(1) }.into(),
        TaskCompleted { task: TaskId(1) }.into(),
        InformationRequested {
            request: RequestId(1),
            of: PartyId(1),
            text: text(CASE, "since when?"),
        }
        .into(),
        InformationProvided {
            request: RequestId(1),
            text: text(PARTY, "May"),
        }
        .into(),
        MessageSent {
            internal: false,
            text: text(CASE, "hello"),
        }
        .into(),
        MessageSent {
            internal: true,
            text: text(CASE, "note"),
        }
        .into(),
        DocumentReferenced {
            document: DocumentId(1),
            kind: code("plan"),
            slot: DOCUMENT,
            digest: hash,
            details: Personal::new(DOCUMENT, details),
        }
        .into(),
        HandedOver {
            to: authority,
            reason: text(CASE, "reason"),
        }
        .into(),
        HandoverAccepted {
            from: AuthorityId(1059),
            by: authority,
        }
        .into(),
        HandoverRefused {
            by: authority,
            reason: text(CASE, "reason"),
        }
        .into(),
        CaseTakenOver {
            details: text(CASE, "{}"),
        }
        .into(),
        ActivityRecorded {
            activity: 300,
            details: text(CASE, "{}"),
        }
        .into(),
    ]
}

fn golden(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")).join(name)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn bless() -> bool {
    std::env::var_os("KANZLEI_BLESS").is_some()
}

fn line(event: &Event) -> (String, String) {
    let Encoded { body, values } = event.encode().unwrap();
    let name = kind_name(event.kind()).unwrap();
    let key = format!("{:#06x} {} {name}", event.kind(), event.schema());
    let values: Vec<String> = values
        .iter()
        .map(|value| format!("{}:{}", value.slot.0, hex(&value.plain)))
        .collect();
    (key, format!("{} [{}]", hex(&body), values.join(" ")))
}

#[test]
fn the_bytes_of_every_kind_are_as_they_were() {
    let path = golden("events.txt");
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let now: Vec<String> = samples()
        .iter()
        .map(|event| {
            let (key, bytes) = line(event);
            format!("{key} {bytes}")
        })
        .collect();
    let mut schemas = BTreeMap::new();
    for event in samples() {
        schemas.insert(event.kind(), event.schema());
    }
    for (kind, schema, name) in Event::KINDS {
        assert_eq!(
            schemas.get(kind),
            Some(schema),
            "{name} has no sample of its newest schema"
        );
    }
    if bless() {
        let mut lines: Vec<String> = known.lines().map(str::to_owned).collect();
        lines.extend(
            now.iter()
                .filter(|line| !known.lines().any(|old| old == *line))
                .cloned(),
        );
        std::fs::write(&path, lines.join("\n") + "\n").unwrap();
        return;
    }
    for line in &now {
        let what = line.split(' ').take(3).collect::<Vec<_>>().join(" ");
        assert!(
            known.lines().any(|old| old == line),
            "the bytes of {what} have changed: {line}"
        );
    }
    // Each schema's bytes are what they were, so a line that nobody writes is an older schema.
    let current = |line: &&str| {
        let mut words = line.split(' ');
        let kind = u16::from_str_radix(&words.next().unwrap()[2..], 16).unwrap();
        schemas.get(&kind).map(ToString::to_string).as_deref() == words.next()
    };
    assert_eq!(
        known.lines().filter(current).count(),
        now.len(),
        "a line of today's is missing"
    );
}

fn head(everything: bool) -> Head {
    Head {
        command: CommandId::from_bytes([0xc0; 16]),
        acting: if everything {
            Acting::Official(OfficialId::from_bytes([0x0f; 16]), AuthorityId(1061))
        } else {
            Acting::Party(PARTY)
        },
        assurance: Assurance::SUBSTANTIAL,
        channel: Channel::COUNTER,
        fingerprint: [0xf1; 16],
        cause: everything.then_some(Cause {
            command: CommandId::from_bytes([0xca; 16]),
            event: 2,
        }),
        acting_for: everything.then_some(PARTY),
        mandate: everything.then_some(Version(9)),
    }
}

fn keys() -> Keyring {
    let key = |slot: KeySlot| {
        (
            slot,
            KeyState::Alive(Key::from_bytes([slot.0.to_le_bytes()[0]; 32])),
        )
    };
    [CASE, PARTY, DOCUMENT].into_iter().map(key).collect()
}

fn write(head: &Head, parts: &[&[Event]]) -> Record {
    let parts: Vec<PartDraft> = parts
        .iter()
        .zip(1_u8..)
        .map(|(events, number)| PartDraft {
            case: CaseId::from_bytes([number; 16]),
            service: ServiceKey(u64::from(number)),
            authority: AuthorityId(1061),
            first: Version(u32::from(number)),
            previous: Hash::of(&[&[number]]),
            events: events
                .iter()
                .zip(0..)
                .map(|(event, at)| EventDraft {
                    kind: event.kind(),
                    schema: event.schema(),
                    occurred: Timestamp::from_micros(1_767_600_000_000_000 + at),
                    encoded: event.encode().unwrap(),
                })
                .collect(),
        })
        .collect();
    let mut salt = 0_u8;
    Record::write(head, &parts, &keys(), &mut || {
        salt += 1;
        [salt; 16]
    })
    .unwrap()
}

fn pinned(name: &str, bytes: &[u8]) {
    let path = golden(name);
    if bless() && !path.exists() {
        std::fs::write(&path, bytes).unwrap();
    }
    let known = std::fs::read(&path).unwrap();
    assert!(
        known == bytes,
        "{name} is written differently: {}",
        hex(bytes)
    );
}

#[test]
fn whole_records_are_as_they_were() {
    let all = samples();
    let (first, second) = all.split_at(20);
    pinned(
        "record-small.bin",
        write(&head(false), &[&all[13..14]]).bytes(),
    );
    let large = write(&head(true), &[first, second]);
    pinned("record-large.bin", large.bytes());
    let read = RecordRef::parse(large.bytes()).unwrap();
    pinned("record-large-part-1.bin", &extract_part(&read, 1).unwrap());
    let hashes = read.hashes();
    assert_eq!(
        hashes.content.to_string(),
        std::fs::read_to_string(golden("record-large.hash"))
            .unwrap_or_default()
            .trim(),
        "the content hash"
    );
}

#[test]
fn old_records_open_for_ever() {
    let bytes = std::fs::read(golden("record-large.bin")).unwrap();
    let read = RecordRef::parse(&bytes).unwrap();
    assert_eq!(*read.head(), head(true));
    let events = read.parts().flat_map(|part| part.events());
    let mut seen = 0;
    for (event, wanted) in events.zip(samples()) {
        let found = Event::decode(&event).unwrap().unwrap();
        assert_eq!(format!("{found:?}"), format!("{wanted:?}"));
        assert_eq!(line(&opened(found)), line(&wanted));
        seen += 1;
    }
    assert_eq!(seen, samples().len());
}

/// The same event with its values plain again, so that all of it can be compared.
fn opened(event: Event) -> Event {
    let keys = keys();
    let mut event = event;
    match &mut event {
        Event::PartyAdded(event) => plain(&mut event.details, &keys),
        Event::Submitted(event) => plain(&mut event.personal, &keys),
        Event::DecisionIssued(event) => plain(&mut event.grounds, &keys),
        Event::Withdrawn(event) => plain(&mut event.reason, &keys),
        Event::Reopened(event) => plain(&mut event.reason, &keys),
        Event::InformationRequested(event) => plain(&mut event.text, &keys),
        Event::InformationProvided(event) => plain(&mut event.text, &keys),
        Event::MessageSent(event) => plain(&mut event.text, &keys),
        Event::DocumentReferenced(event) => plain(&mut event.details, &keys),
        Event::HandedOver(event) => plain(&mut event.reason, &keys),
        Event::HandoverRefused(event) => plain(&mut event.reason, &keys),
        Event::CaseTakenOver(event) => plain(&mut event.details, &keys),
        Event::ActivityRecorded(event) => plain(&mut event.details, &keys),
        _ => {}
    }
    event
}

fn plain<T: serde::de::DeserializeOwned + Clone>(value: &mut Personal<T>, keys: &Keyring) {
    *value = Personal::new(value.slot(), value.open(keys).unwrap());
}
