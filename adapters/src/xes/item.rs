//! What a log consists of.

use super::attribute::Attribute;
use super::error::Place;

/// One step through a log, in document order.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A trace begins. Its events follow, then its end.
    TraceStart(Trace),
    /// An event of the trace that began last.
    Event(Event),
    /// The trace ends. Here are those of its attributes that stand after its first event: the
    /// standard has them all before it, some writers don't.
    TraceEnd(Vec<Attribute>),
}

/// The beginning of a trace: the events of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Where its start tag begins.
    pub at: Place,
    /// Its attributes that stand before its first event.
    pub attributes: Vec<Attribute>,
}

/// An event as the log has it, with all its attributes in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Where its start tag begins.
    pub at: Place,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
}
