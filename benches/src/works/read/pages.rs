//! Pages of the log, and what is done with their events.

use std::collections::HashMap;
use std::hint::black_box;

use futures::executor::block_on;
use kanzlei_core::domain::TypedEvent;
use kanzlei_core::domain::event::Event;
use kanzlei_core::ports::EventStore;
use kanzlei_core::record::{EventRef, Page};
use kanzlei_core::{Position, Timestamp, Version};

use super::PAGE;
use crate::Outcome;
use crate::peers::Stored;

/// Bytes that are decoded from memory: more than any cache of a processor has room for (some have 480 MiB), and not all
/// that a large run has.
const IN_MEMORY: usize = 1024 * 1024 * 1024;

/// Pages from the beginning of the log, in memory.
///
/// # Errors
/// If the store can't be read.
pub fn in_memory(store: &dyn EventStore) -> Outcome<Vec<Page>> {
    let (mut pages, mut after, mut bytes) = (Vec::new(), Position::START, 0);
    loop {
        let page = block_on(store.log(after, PAGE))?;
        let more = page.more();
        after = page.through();
        bytes += page.size();
        pages.push(page);
        if !more || bytes > IN_MEMORY {
            return Ok(pages);
        }
    }
}

/// Reads the whole log; gives the sum of what was done on each page.
///
/// # Errors
/// If the store can't be read, or the work fails.
pub fn each_page(
    store: &dyn EventStore,
    mut work: impl FnMut(&Page) -> Outcome<usize>,
) -> Outcome<usize> {
    let (mut after, mut count) = (Position::START, 0);
    loop {
        let page = block_on(store.log(after, PAGE))?;
        count += work(&page)?;
        after = page.through();
        if !page.more() {
            return Ok(count);
        }
    }
}

/// The events of a page.
pub fn events(page: &Page) -> impl Iterator<Item = EventRef<'_>> {
    let parts = page.commits().flat_map(|commit| commit.record.parts());
    parts.flat_map(|part| part.events())
}

/// Decodes all events; gives how many there were.
///
/// # Errors
/// If one can't be decoded.
pub fn decoded(page: &Page) -> Outcome<usize> {
    let mut count = 0;
    for event in events(page) {
        black_box(Event::decode(&event)?);
        count += 1;
    }
    Ok(count)
}

/// Looks at all events without decoding them; gives how many there were.
pub fn seen(page: &Page) -> usize {
    let mut count = 0;
    for event in events(page) {
        black_box(event.body);
        count += 1;
    }
    count
}

/// How many events there are.
pub fn counted(page: &Page) -> usize {
    let parts = page.commits().flat_map(|commit| commit.record.parts());
    parts.map(|part| usize::from(part.event_count())).sum()
}

/// An event of each kind. A peer's rows are decoded with them by the very code that decodes ours:
/// the body is the row's, and of sealed values, which only the engine's records give out, those of
/// the sample are taken, which are as many.
pub struct Samples<'a>(HashMap<u16, EventRef<'a>>);

impl<'a> Samples<'a> {
    /// Finds one of each kind.
    pub fn of(pages: &'a [Page]) -> Self {
        let all = pages.iter().flat_map(events);
        Self(all.map(|event| (event.kind, event)).collect())
    }

    /// Decodes a row.
    ///
    /// # Errors
    /// If it can't be decoded.
    pub fn decode(&self, row: Stored<'_>) -> Outcome<Option<Event>> {
        let sample = self.0.get(&row.kind).ok_or("a kind without a sample")?;
        let mut event: EventRef<'_> = sample.clone();
        event.body = row.body;
        event.version = Version(row.version);
        event.occurred = Timestamp::from_micros(row.occurred);
        black_box(row.rest);
        Ok(Event::decode(&event)?)
    }
}
