//! The second pass: a trace becomes one commit, or several where it is long.

use std::cell::Cell;
use std::io::Read;
use std::mem;

use kanzlei_core::domain::Recorded;
use kanzlei_core::record::limits::{EVENTS_MAX, RECORD_MAX};

use super::super::item::{Event, Item};
use super::super::{Attribute, Mapping};
use super::check::Checked;
use super::details::{case_json, event_json};
use super::service::Target;
use super::{Import, ImportError, Pass, Progress, Teller, read};

// Where a trace is cut decides what each command says: these never change.

/// The events of one commit, beside those that open the case.
const HISTORY_MAX: usize = EVENTS_MAX - 2;
/// The bytes of one commit, beside its head and the event that opens the case.
const COMMIT_BYTES_MAX: usize = RECORD_MAX - 1024;
/// What an event takes in a record beside its JSON: header, value, body, salt, tag, lengths.
const AROUND_JSON: usize = 128;

/// The first commit of a trace, and where the others come from.
pub(super) struct Start {
    /// The trace's number in the file.
    pub(super) trace: u64,
    /// What is said of the case.
    pub(super) details: String,
    /// Its first events.
    pub(super) history: Vec<Recorded>,
    /// The further events, a commit at a time; nothing if these are all.
    pub(super) further: Option<flume::Receiver<Vec<Recorded>>>,
}

/// Where commits go.
pub(super) trait Sink {
    /// Takes the beginning of a trace.
    ///
    /// # Errors
    /// If it can't be imported, or nothing more is wanted.
    fn start(&mut self, start: Start) -> Result<(), Broken>;

    /// Whether nothing more is wanted.
    fn is_stopped(&self) -> bool;
}

/// A trace on its way.
#[derive(Default)]
struct Open {
    attributes: Vec<Attribute>,
    /// What the attributes say, once they are all there.
    details: String,
    /// Whether all events are waited for, to sort them.
    held: bool,
    waiting: Vec<Recorded>,
    /// The commit that is being filled, and its bytes.
    history: Vec<Recorded>,
    bytes: usize,
    begun: bool,
    further: Option<flume::Sender<Vec<Recorded>>>,
}

struct Cutter<'a, S> {
    mapping: &'a Mapping,
    checked: &'a Checked,
    target: &'a Target,
    sink: S,
    traces: u64,
    events: u64,
    open: Open,
}

/// Why the second pass ends early.
pub(super) enum Broken {
    /// By itself.
    Error(ImportError),
    /// Because of who takes the commits, and knows why.
    Stopped,
}

impl<E: Into<ImportError>> From<E> for Broken {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

impl Import {
    /// Reads the file again and gives its traces to `sink`.
    pub(super) fn cut<R: Read>(
        &self,
        file: R,
        checked: &Checked,
        target: &Target,
        sink: impl Sink,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), Broken> {
        let bytes = Cell::new(0);
        let mut teller = Teller {
            pass: Pass::Import,
            bytes: &bytes,
            told: 0,
            to: progress,
        };
        let mut log = read(file, &bytes)?;
        let mut cutter = Cutter {
            mapping: &self.mapping,
            checked,
            target,
            sink,
            traces: 0,
            events: 0,
            open: Open::default(),
        };
        for item in &mut log {
            cutter.take(item?)?;
            teller.tell(cutter.events);
        }
        let same = log.content_digest() == Some(checked.digest);
        if same {
            Ok(())
        } else {
            Err(ImportError::Changed.into())
        }
    }
}

impl<S: Sink> Cutter<'_, S> {
    fn take(&mut self, item: Item) -> Result<(), Broken> {
        match item {
            Item::TraceStart(trace) => {
                self.open = Open {
                    attributes: trace.attributes,
                    held: self.checked.held.contains(&self.traces),
                    ..Open::default()
                };
                if !self.open.held {
                    self.describe();
                }
            }
            Item::Event(event) => {
                self.events += 1;
                let recorded = self.recorded(&event)?;
                if self.open.held {
                    self.open.waiting.push(recorded);
                } else {
                    self.push(recorded)?;
                }
            }
            Item::TraceEnd(late) => {
                if self.open.held {
                    self.open.attributes.extend(late);
                    self.describe();
                }
                let mut waiting = mem::take(&mut self.open.waiting);
                // Stable: events of the same time keep the order of the file.
                waiting.sort_by_key(|recorded| recorded.at);
                for recorded in waiting {
                    self.push(recorded)?;
                }
                self.commit(true)?;
                self.traces += 1;
            }
        }
        Ok(())
    }

    fn recorded(&self, event: &Event) -> Result<Recorded, ImportError> {
        let activity = self.mapping.activity(event)?;
        let Some(number) = self.target.numbers.get(activity.as_ref()) else {
            return Err(ImportError::Changed);
        };
        Ok(Recorded {
            at: self.mapping.time(event)?,
            activity: *number,
            details: event_json(self.mapping, event),
        })
    }

    fn describe(&mut self) {
        self.open.details = case_json(self.mapping, &self.open.attributes);
        self.open.bytes = self.open.details.len() + AROUND_JSON;
    }

    /// Puts an event into the commit that is being filled, or into the next if that is full.
    fn push(&mut self, recorded: Recorded) -> Result<(), Broken> {
        let bytes = recorded.details.len() + AROUND_JSON;
        let full =
            self.open.history.len() >= HISTORY_MAX || self.open.bytes + bytes > COMMIT_BYTES_MAX;
        if full {
            self.commit(false)?;
        }
        self.open.bytes += bytes;
        self.open.history.push(recorded);
        Ok(())
    }

    fn commit(&mut self, last: bool) -> Result<(), Broken> {
        self.open.bytes = 0;
        let history = mem::take(&mut self.open.history);
        if self.open.begun {
            if self.sink.is_stopped() {
                return Err(Broken::Stopped);
            }
            // Nobody takes it if the case was erased since it was imported.
            let taken = self
                .open
                .further
                .as_ref()
                .map(|further| further.send(history));
            if last || matches!(taken, Some(Err(_))) {
                self.open.further = None;
            }
            return Ok(());
        }
        // One commit of a trace waits while another is on its way.
        let (to, from) = flume::bounded(1);
        let start = Start {
            trace: self.traces,
            details: mem::take(&mut self.open.details),
            history,
            further: (!last).then_some(from),
        };
        self.open.begun = true;
        self.open.further = (!last).then_some(to);
        self.sink.start(start)
    }
}
