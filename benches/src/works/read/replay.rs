//! The log in its order on one thread: all of it, and one kind of its events in five.

use std::collections::HashMap;
use std::hint::black_box;

use kanzlei_bench_harness::rival::Ask;
use kanzlei_core::CaseId;
use kanzlei_core::domain::event::Event;
use kanzlei_core::domain::{Case, TypedEvent};
use kanzlei_core::ports::EventStore;
use kanzlei_core::record::{Hash, Page};
use kanzlei_projections::Interest;

use super::pages::{Samples, decoded, each_page, in_memory, seen};
use super::timed;
use crate::Outcome;
use crate::peers::{Sqlite, Stored};
use crate::report::Row;
use crate::works::Bench;
use crate::works::field::Peers;
use crate::works::names::SQLITE_READ;

/// A kind that is one event in five of the mix.
const ONE_IN_FIVE: u16 = 0x0200;

/// Everybody's rates, repeat by repeat.
#[derive(Default)]
struct Rates {
    plain: Vec<f64>,
    folded: Vec<f64>,
    kind: Vec<f64>,
    raw: Vec<f64>,
    memory: Vec<f64>,
    sqlite: Vec<f64>,
    sqlite_kind: Vec<f64>,
    rivals: Vec<(String, Vec<f64>)>,
}

/// Reads all of the log, page by page as a projection's runner does: looked at, decoded, decoded
/// and folded into its cases, and one kind decoded; beside it the same from memory, from `SQLite`,
/// and from rivals, who decode nothing.
///
/// # Errors
/// If a store can't be read.
pub fn replay(bench: &Bench<'_>, store: &dyn EventStore, peers: &Peers) -> Outcome<Vec<Row>> {
    let pages = in_memory(store)?;
    let samples = Samples::of(&pages);
    let interest = Interest::in_cases().of_kinds([ONE_IN_FIVE..=ONE_IN_FIVE]);
    let mut rates = Rates::default();
    for _ in 0..bench.size.repeats {
        rates.plain.push(timed(|| each_page(store, decoded))?);
        let sqlite = || from_sqlite(&peers.sqlite, &samples, None);
        rates.sqlite.push(timed(sqlite)?);
        let mut cases = HashMap::new();
        let folding = || each_page(store, |page| fold(page, &mut cases));
        rates.folded.push(timed(folding)?);
        // Dropping them is no part of a replay, nor is putting in order what that freed: whoever allocates next does it.
        drop(cases);
        each_page(store, decoded)?;
        rates
            .memory
            .push(timed(|| pages.iter().map(decoded).sum())?);
        rates
            .kind
            .push(timed(|| each_page(store, |page| of_kind(page, &interest)))?);
        let sqlite = || from_sqlite(&peers.sqlite, &samples, Some(ONE_IN_FIVE));
        rates.sqlite_kind.push(timed(sqlite)?);
        rates
            .raw
            .push(timed(|| each_page(store, |page| Ok(seen(page))))?);
        for (index, (name, rate)) in peers.rivals.read(&Ask::Replay)?.into_iter().enumerate() {
            match rates.rivals.get_mut(index) {
                Some((_, all)) => all.push(rate),
                None => rates.rivals.push((name.to_owned(), vec![rate])),
            }
        }
    }
    Ok(rows(&rates))
}

fn rows(rates: &Rates) -> Vec<Row> {
    let row =
        |work, ours, peer: &str, theirs, goal| Row::of(work, "events/s", ours, peer, theirs, goal);
    let memory = "decoding from memory";
    let of_five = "replay the log, one kind of five decoded";
    let mut rows = vec![
        row(
            "replay the log, decoded",
            &rates.plain,
            memory,
            &rates.memory,
            Some(0.8),
        ),
        row(
            "replay the log, decoded",
            &rates.plain,
            SQLITE_READ,
            &rates.sqlite,
            Some(1.1),
        ),
        row(
            of_five,
            &rates.kind,
            SQLITE_READ,
            &rates.sqlite_kind,
            Some(4.0),
        ),
        row(
            "replay the log, decoded and folded",
            &rates.folded,
            memory,
            &rates.memory,
            Some(0.4),
        ),
    ];
    let rivals = rates.rivals.iter();
    rows.extend(rivals.map(|(name, rates_of_it)| {
        row(
            "replay the log, undecoded",
            &rates.raw,
            name,
            rates_of_it,
            None,
        )
    }));
    rows
}

/// Decodes all rows, or those of a kind; gives how many events were passed over for it.
fn from_sqlite(sqlite: &Sqlite, samples: &Samples<'_>, kind: Option<u16>) -> Outcome<usize> {
    let mut count = 0;
    let each = |row: Stored<'_>| {
        black_box(samples.decode(row)?);
        count += 1;
        Ok(())
    };
    match kind {
        None => sqlite.replay(each)?,
        Some(kind) => {
            sqlite.of_kind(kind, each)?;
            count = sqlite.count()?;
        }
    }
    Ok(count)
}

/// Decodes what an interest takes; gives how many events were passed over for it.
fn of_kind(page: &Page, interest: &Interest) -> Outcome<usize> {
    let mut count = 0;
    for part in page.commits().flat_map(|commit| commit.record.parts()) {
        count += usize::from(part.event_count());
        if !interest.takes(&part) {
            continue;
        }
        for event in part.events().filter(|event| event.kind == ONE_IN_FIVE) {
            black_box(Event::decode(&event)?);
        }
    }
    Ok(count)
}

fn fold(page: &Page, cases: &mut HashMap<CaseId, Case>) -> Outcome<usize> {
    let mut count = 0;
    for commit in page.commits() {
        for part in commit.record.parts() {
            let case = cases
                .entry(part.case)
                .or_insert_with(|| Case::new(part.case, part.service));
            case.fold(&part, Hash::ZERO, None)?;
            count += usize::from(part.event_count());
        }
    }
    Ok(count)
}
