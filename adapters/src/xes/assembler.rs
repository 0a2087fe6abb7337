//! Puts elements together to traces, events and attributes, by a stack of its own.

use std::collections::VecDeque;

use super::attribute::{Attribute, Kind, XesValue};
use super::error::{Place, XesError, shortened};
use super::item::{Event, Item, Trace};
use super::tag::Tag;
use super::{MAX_ATTRIBUTE_BYTES, MAX_ATTRIBUTE_DEPTH, MAX_ELEMENT_DEPTH};

/// What an attribute counts beside its text.
const ATTRIBUTE_OVERHEAD: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Prolog,
    Log,
    Trace,
    Event,
    Epilog,
}

/// An element that is open below a trace or an event.
enum Open {
    Attribute(Attribute),
    /// The `values` of the list before it.
    Values,
}

pub(super) struct Assembler {
    within: Within,
    /// Elements open.
    depth: usize,
    /// The depth of the element whose inside is passed over.
    skipped: Option<usize>,
    open: Vec<Open>,
    trace: Trace,
    /// Whether the trace's start was given out.
    trace_given: bool,
    trace_bytes: usize,
    event: Event,
    event_bytes: usize,
    log_name: Option<String>,
    ready: VecDeque<Item>,
}

impl Assembler {
    pub(super) fn new() -> Self {
        let (at, attributes) = (Place::START, Vec::new());
        Self {
            within: Within::Prolog,
            depth: 0,
            skipped: None,
            open: Vec::new(),
            trace: Trace {
                at,
                attributes: Vec::new(),
            },
            trace_given: false,
            trace_bytes: 0,
            event: Event { at, attributes },
            event_bytes: 0,
            log_name: None,
            ready: VecDeque::new(),
        }
    }

    pub(super) fn log_name(&self) -> Option<&str> {
        self.log_name.as_deref()
    }

    /// The next item that is complete.
    pub(super) fn take(&mut self) -> Option<Item> {
        self.ready.pop_front()
    }

    /// An element begins, and with an empty tag ends too. `at` says where, if it is asked.
    pub(super) fn start(
        &mut self,
        tag: Tag<'_>,
        at: impl FnOnce() -> Place,
    ) -> Result<(), XesError> {
        let (name, empty) = (tag.name, tag.empty);
        self.depth += 1;
        if self.depth > MAX_ELEMENT_DEPTH {
            let what = "elements stand too deep in each other";
            return Err(XesError::limit(what, MAX_ELEMENT_DEPTH));
        }
        if self.skipped.is_some() {
            self.depth -= usize::from(empty);
            return Ok(());
        }
        // Whatever its prefix: logs declare the namespace, or another one, or none.
        let colon = name.bytes().rposition(|byte| byte == b':');
        let element = colon.map_or(name, |colon| name.get(colon + 1..).unwrap_or(name));
        match self.within {
            Within::Prolog if element == "log" => self.within = Within::Log,
            Within::Prolog => {
                let what = format!(
                    "this is <{}>, and not the <log> of an event log",
                    shortened(name)
                );
                return Err(XesError::not_xes(what));
            }
            Within::Epilog => return Err(XesError::xml("after </log> nothing may follow")),
            Within::Log => self.start_in_log(element, tag, at)?,
            Within::Trace if self.open.is_empty() && element == "event" => self.start_event(at()),
            Within::Trace | Within::Event => self.start_attribute(element, tag)?,
        }
        if empty {
            self.end();
        }
        Ok(())
    }

    fn start_in_log(
        &mut self,
        element: &str,
        tag: Tag<'_>,
        at: impl FnOnce() -> Place,
    ) -> Result<(), XesError> {
        match element {
            "trace" => {
                self.within = Within::Trace;
                self.trace.at = at();
                self.trace_given = false;
                self.trace_bytes = 0;
            }
            "event" => {
                let what = "this event stands outside of a trace and so belongs to no case";
                return Err(XesError::not_xes(what));
            }
            _ => {
                if element == "string" && tag.key.as_deref() == Some("concept:name") {
                    self.log_name = tag.value.map(std::borrow::Cow::into_owned);
                }
                self.skipped = Some(self.depth);
            }
        }
        Ok(())
    }

    fn start_event(&mut self, at: Place) {
        self.give_trace();
        self.within = Within::Event;
        self.event.at = at;
        self.event_bytes = 0;
    }

    fn start_attribute(&mut self, element: &str, tag: Tag<'_>) -> Result<(), XesError> {
        if self.open.len() >= MAX_ATTRIBUTE_DEPTH {
            let what = "attributes stand too deep in each other";
            return Err(XesError::limit(what, MAX_ATTRIBUTE_DEPTH));
        }
        if element == "values" && self.list().is_some() {
            self.open.push(Open::Values);
            return Ok(());
        }
        let kind = match Kind::of(element) {
            Some(kind) => kind,
            // A type of a later standard, or a writer's own: the text is kept.
            None if tag.key.is_some() && tag.value.is_some() => Kind::String,
            None => {
                let what = format!("<{}> has no place here", shortened(element));
                return Err(XesError::not_xes(what));
            }
        };
        let Some(key) = tag.key else {
            let what = format!("this <{element}> has no key");
            return Err(XesError::not_xes(what));
        };
        self.weigh(key.len() + tag.value.as_ref().map_or(0, |text| text.len()))?;
        let value = kind.read(&key, tag.value)?;
        self.open.push(Open::Attribute(Attribute {
            key: key.into_owned(),
            value,
            children: Vec::new(),
        }));
        Ok(())
    }

    fn weigh(&mut self, bytes: usize) -> Result<(), XesError> {
        let (sum, what) = if self.within == Within::Event {
            (&mut self.event_bytes, "an event's attributes are too large")
        } else {
            (&mut self.trace_bytes, "a trace's attributes are too large")
        };
        *sum += bytes + ATTRIBUTE_OVERHEAD;
        if *sum > MAX_ATTRIBUTE_BYTES {
            return Err(XesError::limit(what, MAX_ATTRIBUTE_BYTES));
        }
        Ok(())
    }

    /// What the innermost list holds, if that is what is open.
    fn list(&mut self) -> Option<&mut Vec<Attribute>> {
        match self.open.last_mut()? {
            Open::Attribute(Attribute {
                value: XesValue::List(items),
                ..
            }) => Some(items),
            _ => None,
        }
    }

    /// The innermost element ends; that the names agree the parser has checked.
    pub(super) fn end(&mut self) {
        self.depth -= 1;
        if let Some(depth) = self.skipped {
            self.skipped = Some(depth).filter(|depth| *depth <= self.depth);
            return;
        }
        match (self.open.pop(), self.within) {
            (Some(Open::Attribute(attribute)), _) => self.attach(attribute),
            (Some(Open::Values), _) => {}
            (None, Within::Event) => {
                let (at, attributes) = (self.event.at, std::mem::take(&mut self.event.attributes));
                self.ready.push_back(Item::Event(Event { at, attributes }));
                self.within = Within::Trace;
            }
            (None, Within::Trace) => {
                self.give_trace();
                let late = std::mem::take(&mut self.trace.attributes);
                self.ready.push_back(Item::TraceEnd(late));
                self.within = Within::Log;
            }
            (None, _) => self.within = Within::Epilog,
        }
    }

    /// Puts a complete attribute where it belongs.
    fn attach(&mut self, attribute: Attribute) {
        let to = match self.open.pop() {
            None if self.within == Within::Event => &mut self.event.attributes,
            None => &mut self.trace.attributes,
            Some(Open::Values) => {
                if let Some(items) = self.list() {
                    items.push(attribute);
                }
                self.open.push(Open::Values);
                return;
            }
            Some(Open::Attribute(mut parent)) => {
                parent.children.push(attribute);
                self.open.push(Open::Attribute(parent));
                return;
            }
        };
        to.push(attribute);
    }

    fn give_trace(&mut self) {
        if !self.trace_given {
            let (at, attributes) = (self.trace.at, std::mem::take(&mut self.trace.attributes));
            self.ready
                .push_back(Item::TraceStart(Trace { at, attributes }));
            self.trace_given = true;
        }
    }

    /// Text between tags: in an event log only blanks.
    pub(super) fn text(&self, text: &str) -> Result<(), XesError> {
        let blank = text
            .bytes()
            .all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        match self.within {
            _ if blank || self.skipped.is_some() => Ok(()),
            Within::Prolog | Within::Epilog => {
                Err(XesError::xml("outside of <log> no text may stand"))
            }
            _ => {
                let what = "text between tags has no place in an event log";
                Err(XesError::not_xes(what))
            }
        }
    }

    /// The file ends.
    pub(super) fn finish(&self) -> Result<(), XesError> {
        match self.within {
            Within::Epilog => Ok(()),
            Within::Prolog => Err(XesError::not_xes("there is no <log> in this file")),
            _ => {
                let what = format!("the file ends with {} elements still open", self.depth);
                Err(XesError::xml(what))
            }
        }
    }
}
