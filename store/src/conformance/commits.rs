//! Valid commits for tests, made from a seed: the same every time.

use std::sync::Arc;

use kanzlei_core::ports::{Guard, Prepared};
use kanzlei_core::record::{
    Acting, Assurance, Channel, Encoded, EventDraft, Hash, Head, Key, KeyState, Keyring, PartDraft,
    PlainValue, Record, limits,
};
use kanzlei_core::{AuthorityId, CaseId, CommandId, KeySlot, ServiceKey, Timestamp, Version};

use super::random::Random;

/// When everything in these commits happens.
pub const BEGINNING: Timestamp = Timestamp::from_micros(1_767_600_000_000_000);

/// The slot under which all personal values of these commits are sealed.
const SLOT: KeySlot = KeySlot(1);

/// Where a case ends, as a test knows it: what the next commit on it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    /// The case.
    pub case: CaseId,
    /// Its last version; 0 if it doesn't exist yet.
    pub version: Version,
    /// The hash of its last part; zero if it doesn't exist yet.
    pub hash: Hash,
}

impl Tail {
    /// A case that doesn't exist yet.
    pub const fn new(case: CaseId) -> Self {
        Self {
            case,
            version: Version::NONE,
            hash: Hash::ZERO,
        }
    }

    /// A guard that this case still ends here.
    pub const fn guard(self) -> Guard {
        Guard {
            case: self.case,
            version: self.version,
        }
    }
}

/// Where the cases of a commit end after it, in its order.
pub fn tails(commit: &Prepared) -> Vec<Tail> {
    let parts = commit.record.parts().iter();
    parts
        .map(|part| Tail {
            case: part.case,
            version: part.last,
            hash: part.hash,
        })
        .collect()
}

/// The same commit, with these guards.
pub fn guarded(commit: &Prepared, guards: &[Guard]) -> Prepared {
    Prepared {
        record: commit.record.clone(),
        guards: Arc::from(guards),
    }
}

/// Makes valid commits.
///
/// ```
/// use kanzlei_store::conformance::commits::{Commits, tails};
///
/// let mut commits = Commits::seeded(7);
/// let case = commits.case();
/// let opening = commits.commit(&[case], 40);
/// let next = commits.commit(&tails(&opening), 40);
/// assert_eq!(next.record.parts()[0].expected, opening.record.parts()[0].last);
/// ```
#[derive(Debug, Clone)]
pub struct Commits(Random);

impl Commits {
    /// The maker with this seed.
    pub const fn seeded(seed: u64) -> Self {
        Self(Random::seeded(seed))
    }

    /// A case that doesn't exist yet.
    pub fn case(&mut self) -> Tail {
        Tail::new(CaseId::new(BEGINNING, self.0.bytes()))
    }

    /// So many cases that don't exist yet.
    pub fn cases(&mut self, count: usize) -> Vec<Tail> {
        (0..count).map(|_| self.case()).collect()
    }

    /// The id of a new command.
    pub fn command(&mut self) -> CommandId {
        CommandId::new(BEGINNING, self.0.bytes())
    }

    /// A commit of a new command on these cases (1 to 64): one to three events for each, the last
    /// with a body of `body` bytes, the first with a personal value.
    pub fn commit(&mut self, on: &[Tail], body: usize) -> Prepared {
        let command = self.command();
        self.answering(command, on, body)
    }

    /// A commit as [`commit`](Self::commit) makes it, under the id of this command.
    pub fn answering(&mut self, command: CommandId, on: &[Tail], body: usize) -> Prepared {
        let parts: Vec<PartDraft> = on
            .iter()
            .map(|tail| {
                let small = self.0.below(3);
                let mut events: Vec<_> = (0..small).map(|_| self.event(10)).collect();
                events.push(self.event(body));
                let plain = self.0.bytes::<12>().to_vec().into();
                let value = PlainValue { slot: SLOT, plain };
                if let Some(first) = events.first_mut() {
                    first.encoded.values.push(value);
                }
                part(*tail, events)
            })
            .collect();
        self.write(command, &parts)
    }

    /// A commit on one case whose record has exactly as many bytes as are allowed.
    pub fn largest(&mut self, on: Tail) -> Prepared {
        let command = self.command();
        let events = vec![self.event(0), self.event(0)];
        let empty = self.write(command, &[part(on, events)]);
        let room = limits::RECORD_MAX - empty.record.bytes().len();
        let events = vec![self.event(room / 2), self.event(room - room / 2)];
        self.write(command, &[part(on, events)])
    }

    /// What another process would append in the place of `commit`: another command on the same
    /// cases at the same versions.
    pub fn rival(&mut self, commit: &Prepared) -> Prepared {
        let parts = commit.record.parts().iter();
        let before: Vec<Tail> = parts
            .map(|part| Tail {
                case: part.case,
                version: part.expected,
                hash: part.previous,
            })
            .collect();
        self.commit(&before, 20)
    }

    /// An event of a kind that the kernel keeps free, with a body of so many bytes.
    fn event(&mut self, body: usize) -> EventDraft {
        let seed = self.0.bytes::<8>();
        EventDraft {
            kind: 0x8000,
            schema: 1,
            occurred: BEGINNING,
            encoded: Encoded {
                body: seed.into_iter().cycle().take(body).collect(),
                values: Vec::new(),
            },
        }
    }

    fn write(&mut self, command: CommandId, parts: &[PartDraft]) -> Prepared {
        let head = Head {
            command,
            acting: Acting::Installation,
            assurance: Assurance::NONE,
            channel: Channel::SYSTEM,
            fingerprint: self.0.bytes(),
            cause: None,
            acting_for: None,
            mandate: None,
        };
        let key = KeyState::Alive(Key::from_bytes([7; 32]));
        let keys = Keyring::from_iter([(SLOT, key)]);
        let record = Record::write(&head, parts, &keys, &mut || self.0.bytes())
            .expect("a test asked for a commit that the format doesn't allow");
        Prepared {
            record,
            guards: Arc::from([]),
        }
    }
}

fn part(on: Tail, events: Vec<EventDraft>) -> PartDraft {
    PartDraft {
        case: on.case,
        service: ServiceKey::of("conformance"),
        authority: AuthorityId::INSTALLATION,
        first: on.version.next(),
        previous: on.hash,
        events,
    }
}
