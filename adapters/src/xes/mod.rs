//! Event logs in IEEE XES (1849-2016), read as a stream and imported as cases.
//!
//! [`XesReader`] takes a file as it is, plain or packed with gzip, in any encoding that it declares,
//! and gives its traces and events in the order in which they stand there, one at a time: a log of
//! any length is read in bounded memory. [`Mapping`] says which attributes hold the activity, the
//! time and the case's name. [`Import`] makes cases of it.
//!
//! ```
//! use kanzlei_adapters::xes::{Item, Mapping, XesReader};
//!
//! let file = br#"<log><trace>
//!     <string key="concept:name" value="2026-17"/>
//!     <event>
//!         <string key="concept:name" value="register request"/>
//!         <date key="time:timestamp" value="2026-01-05T10:30:00+01:00"/>
//!     </event>
//! </trace></log>"#;
//!
//! let mapping = Mapping::default();
//! let mut log = XesReader::new(&file[..])?;
//! for item in &mut log {
//!     match item? {
//!         Item::TraceStart(trace) => {
//!             assert_eq!(mapping.case_name(&trace.attributes).as_deref(), Some("2026-17"));
//!         }
//!         Item::Event(event) => {
//!             assert_eq!(mapping.activity(&event)?, "register request");
//!             assert_eq!(mapping.time(&event)?.to_string(), "2026-01-05T09:30:00Z");
//!         }
//!         Item::TraceEnd(_) => {}
//!     }
//! }
//! assert!(log.content_digest().is_some());
//! # Ok::<(), kanzlei_adapters::xes::XesError>(())
//! ```
//!
//! # What it is strict about
//!
//! A file that isn't well-formed, an element that has no place where it stands and a value that
//! doesn't fit its type are errors that name line and column. A document type is refused, and with
//! it every entity but XML's own five. What a log says about itself (extensions, globals,
//! classifiers, its own attributes but its name) is passed over and need only be well-formed.

mod assembler;
mod attribute;
mod encoding;
mod error;
mod import;
mod item;
mod json;
mod mapping;
mod moment;
mod reader;
mod scan;
mod source;
mod tag;

pub use attribute::{Attribute, XesValue};
pub use error::{Place, XesError};
pub use import::{Import, ImportError, Imported, Pass, Progress};
pub use item::{Event, Item, Trace};
pub use mapping::{Mapping, MappingError, MappingProblem};
pub use reader::{
    MAX_ATTRIBUTE_BYTES, MAX_ATTRIBUTE_DEPTH, MAX_ELEMENT_DEPTH, MAX_TOKEN_BYTES, XesReader,
};

/// Reads the whole of `data` and asks the default mapping for each event's activity and time: what
/// the fuzz target runs, and an ordinary test on its corpus. Gives the numbers of traces and events.
///
/// # Errors
/// The first thing that is wrong with it.
#[doc(hidden)]
pub fn read_all_for_check(data: &[u8]) -> Result<(usize, usize), XesError> {
    let mapping = Mapping::default();
    let (mut traces, mut events) = (0, 0);
    for item in XesReader::new(data)? {
        match item? {
            Item::TraceStart(_) => traces += 1,
            Item::TraceEnd(_) => {}
            Item::Event(event) => {
                mapping.activity(&event)?;
                mapping.time(&event)?;
                events += 1;
            }
        }
    }
    Ok((traces, events))
}
