//! The process: what happens in the cases of a service, in which order and how long it takes.
//!
//! Of cases that were taken over from another system what that system recorded counts, and nothing
//! that happened since; of the others the kernel's events. A ledger is a service and which of the
//! two.
//!
//! ```text
//! p service authority case    how the case has gone so far, by the authority responsible
//! c service case              under which authority that stands
//! a ledger activity           how often an activity happened
//! b ledger activity           how many cases began with it
//! ```

mod course;

use kanzlei_core::domain::event::{Event, kind_name};
use kanzlei_core::record::{Hash, PartRef};
use kanzlei_core::{AuthorityId, ServiceKey, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::ProjectionError;
use crate::key::{Fields, Key};
use crate::projection::{Interest, PartInLog, Projection};
use crate::views::{Views, hex};

pub(crate) use self::course::{Course, Happening, Lasting};

/// The view's name.
pub const NAME: &str = "process";
const REVISION: u32 = 4;
/// The oldest revision whose rows are like these.
pub(crate) const OLDEST: u32 = 4;

const CASE: u8 = b'p';
const AUTHORITY: u8 = b'c';
pub(crate) const ACTIVITY: u8 = b'a';
pub(crate) const BEGUN: u8 = b'b';

/// The kind of `CaseTakenOver`.
const TAKEN_OVER: u16 = 0x0c00;

/// Projects the [process](self).
#[derive(Debug, Clone, Copy, Default)]
pub struct Process;

/// The cases of a service that were taken over, or those that weren't.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Ledger {
    pub service: ServiceKey,
    pub taken_over: bool,
}

impl Ledger {
    pub fn lane(self, kind: u8) -> Key {
        Key::of(kind)
            .service(self.service)
            .u8(self.taken_over.into())
    }
}

/// What happened, as it stands in keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Activity {
    /// What another system recorded: an index into the activities of an edition of the service.
    Recorded(u32, u16),
    /// An event of the kernel's, and the phase that was entered.
    Happened(u16, String),
}

impl Activity {
    fn bytes(&self) -> Result<Vec<u8>, ProjectionError> {
        postcard::to_stdvec(self).map_err(|error| ProjectionError::Own(error.to_string()))
    }
}

/// The name of a kernel's event and the phase that was entered.
pub(crate) fn happened(kind: u16, phase: &str) -> String {
    let name = kind_name(kind).unwrap_or("Unknown");
    if phase.is_empty() {
        name.to_owned()
    } else {
        format!("{name}:{phase}")
    }
}

/// The cases of a service, or all; where it isn't given it follows, and then the authority responsible and the case.
pub(crate) fn cases(service: Option<ServiceKey>) -> Key {
    service.map_or(Key::of(CASE), |service| Key::of(CASE).service(service))
}

/// The service and the authority of a key of [`cases`].
pub(crate) fn place_of(key: &[u8]) -> Result<(ServiceKey, AuthorityId), ProjectionError> {
    let mut fields = Fields(key.get(1..).unwrap_or_default());
    let place = fields.service().zip(fields.authority());
    place.ok_or_else(|| damaged(key))
}

fn damaged(key: &[u8]) -> ProjectionError {
    ProjectionError::Row { key: hex(key) }
}

/// A case.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct CaseRow {
    pub course: Course,
    pub taken_over: bool,
    /// How it has gone; nothing before something happened that counts.
    pub gone: Option<Gone>,
}

/// How a case has gone so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Gone {
    pub first: Timestamp,
    pub last: Timestamp,
    /// The bytes of its last activity.
    pub end: Vec<u8>,
    /// A hash of its activities in their order.
    pub variant: [u8; 16],
}

impl Gone {
    /// From the first to the last event, in microseconds.
    pub fn duration(&self) -> i64 {
        self.last.micros().saturating_sub(self.first.micros())
    }
}

/// The variant after one more activity: bounded, however long a case becomes.
fn variant(before: Option<[u8; 16]>, activity: &[u8]) -> [u8; 16] {
    let hash = Hash::of(&[&before.unwrap_or_default(), activity]);
    let mut variant = [0; 16];
    for (to, from) in variant.iter_mut().zip(hash.as_bytes()) {
        *to = *from;
    }
    variant
}

impl Projection for Process {
    fn name(&self) -> &'static str {
        NAME
    }

    fn revision(&self) -> u32 {
        REVISION
    }

    fn interest(&self) -> Interest {
        Interest::in_cases()
    }

    fn by_case(&self) -> bool {
        true
    }

    fn apply(&self, part: &PartInLog<'_>, views: &mut Views<'_>) -> Result<(), ProjectionError> {
        let (key, mut row) = taken(&part.part, views)?;
        // Whether a case was taken over shows in the commit that opens it.
        if part.part.first.0 == 1 {
            row.taken_over = part.events().any(|event| event.kind == TAKEN_OVER);
        }
        let ledger = Ledger {
            service: part.part.service,
            taken_over: row.taken_over,
        };
        for event in part.decoded() {
            let (event, Some(decoded)) = event? else {
                continue;
            };
            row.course.take_in(&decoded, event.occurred);
            let Some(activity) = row.activity(event.kind, &decoded) else {
                continue;
            };
            let activity = activity.bytes()?;
            if row.gone.is_none() {
                views.count(ledger.lane(BEGUN).bytes(&activity).as_slice(), 1);
            }
            views.count(ledger.lane(ACTIVITY).bytes(&activity).as_slice(), 1);
            row.go_on(activity, event.occurred);
        }
        views.write(key.as_slice(), &row)
    }
}

/// A case up to a part, and the key under which it stands from there on. Mostly the authority is the one before.
fn taken(part: &PartRef<'_>, views: &mut Views<'_>) -> Result<(Key, CaseRow), ProjectionError> {
    let (service, case) = (part.service, part.case);
    let place = |authority| cases(Some(service)).authority(authority).case(case);
    let now = place(part.authority);
    if let Some(row) = views.read(now.as_slice())? {
        return Ok((now, row));
    }
    let under = Key::of(AUTHORITY).service(service).case(case);
    let before: Option<AuthorityId> = views.read(under.as_slice())?;
    views.write(under.as_slice(), &part.authority)?;
    let Some(before) = before.map(place) else {
        return Ok((now, CaseRow::default()));
    };
    let row = views.read(before.as_slice())?;
    let row = row.ok_or_else(|| damaged(before.as_slice()))?;
    views.remove(before.as_slice());
    Ok((now, row))
}

impl CaseRow {
    /// The activity that an event is, if it counts.
    fn activity(&self, kind: u16, event: &Event) -> Option<Activity> {
        match event {
            Event::ActivityRecorded(done) => self
                .taken_over
                .then_some(Activity::Recorded(self.course.edition, done.activity)),
            _ if self.taken_over => None,
            Event::PhaseEntered(entered) => {
                let phase = entered.phase.as_str().to_owned();
                Some(Activity::Happened(kind, phase))
            }
            _ => Some(Activity::Happened(kind, String::new())),
        }
    }

    fn go_on(&mut self, activity: Vec<u8>, at: Timestamp) {
        let before = self.gone.take();
        let first = before.as_ref().map_or(at, |gone| gone.first.min(at));
        let last = before.as_ref().map_or(at, |gone| gone.last.max(at));
        self.gone = Some(Gone {
            first,
            last,
            variant: variant(before.map(|gone| gone.variant), &activity),
            end: activity,
        });
    }
}
