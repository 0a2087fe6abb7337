//! The first pass: everything is checked, and what the second must know is collected.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::io::Read;

use kanzlei_core::Timestamp;
use kanzlei_core::record::limits::PLAINTEXT_MAX;

use super::super::error::{Place, XesError};
use super::super::item::{Event, Item};
use super::super::{Attribute, json};
use super::details::{case_json, event_json};
use super::{Import, ImportError, Pass, Progress, Teller, read};

/// An event holds its activity as a number of 16 bits.
pub(super) const ACTIVITIES_MAX: usize = 65_535;
/// All names must fit a service's definition, in which they may be twice as long.
const NAMES_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The longest JSON that is sealed as one value: its length stands before it.
const JSON_MAX: usize = PLAINTEXT_MAX - 8;

/// What is known of a log after it was checked.
#[derive(Default)]
pub(super) struct Checked {
    /// SHA-256 of the unpacked bytes.
    pub(super) digest: [u8; 32],
    pub(super) log_name: Option<String>,
    pub(super) cases: u64,
    pub(super) events: u64,
    /// The different activities, in the order in which they come.
    pub(super) activities: Vec<String>,
    /// The traces, by number, that can only be imported once they were read whole.
    pub(super) held: HashSet<u64>,
}

/// A log that is being checked.
#[derive(Default)]
struct Check {
    checked: Checked,
    numbers: HashMap<String, usize>,
    names_bytes: usize,
    /// The trace that began last.
    at: Option<Place>,
    attributes: Vec<Attribute>,
    latest: Option<Timestamp>,
}

impl Import {
    /// Reads the file whole.
    pub(super) fn check<R: Read>(
        &self,
        file: R,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Checked, ImportError> {
        let bytes = Cell::new(0);
        let mut teller = Teller {
            pass: Pass::Check,
            bytes: &bytes,
            told: 0,
            to: progress,
        };
        let mut log = read(file, &bytes)?;
        let mut check = Check::default();
        for item in &mut log {
            self.check_item(&mut check, item?)?;
            teller.tell(check.checked.events);
        }
        let mut checked = check.checked;
        checked.digest = log.content_digest().unwrap_or_default();
        checked.log_name = log.log_name().map(str::to_owned);
        Ok(checked)
    }

    fn check_item(&self, check: &mut Check, item: Item) -> Result<(), ImportError> {
        match item {
            Item::TraceStart(trace) => {
                check.at = Some(trace.at);
                check.attributes = trace.attributes;
                check.latest = None;
            }
            Item::Event(event) => self.check_event(check, &event)?,
            Item::TraceEnd(late) => {
                let number = check.checked.cases;
                if !late.is_empty() {
                    check.checked.held.insert(number);
                    check.attributes.extend(late);
                }
                let attributes = &check.attributes;
                // The name is said once more.
                let bytes_max = 2 * json::bytes_max(attributes);
                let written = || case_json(&self.mapping, attributes).len();
                if bytes_max > JSON_MAX && written() > JSON_MAX {
                    return Err(too_long("a trace's attributes are too long", check.at).into());
                }
                check.checked.cases += 1;
            }
        }
        Ok(())
    }

    fn check_event(&self, check: &mut Check, event: &Event) -> Result<(), ImportError> {
        let time = self.mapping.time(event)?;
        if check.latest.is_some_and(|latest| time < latest) {
            check.checked.held.insert(check.checked.cases);
        }
        check.latest = Some(time);
        let activity = self.mapping.activity(event)?;
        if !check.numbers.contains_key(activity.as_ref()) {
            check.names_bytes += activity.len();
            let known = check.numbers.len();
            if known >= ACTIVITIES_MAX || check.names_bytes > NAMES_BYTES_MAX {
                return Err(ImportError::Activities {
                    keys: self.mapping.activity_keys().join(" and "),
                    bytes_max: NAMES_BYTES_MAX,
                });
            }
            check.checked.activities.push(activity.clone().into_owned());
            check.numbers.insert(activity.into_owned(), known);
        }
        let bytes_max = json::bytes_max(&event.attributes);
        let written = || event_json(&self.mapping, event).len();
        if bytes_max > JSON_MAX && written() > JSON_MAX {
            return Err(too_long("an event's attributes are too long", Some(event.at)).into());
        }
        check.checked.events += 1;
        Ok(())
    }
}

fn too_long(what: &'static str, at: Option<Place>) -> XesError {
    XesError::limit(what, JSON_MAX).moved(at.unwrap_or(Place::START))
}
