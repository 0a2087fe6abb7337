//! The commits that all are given, made once for all by an engine in memory: what is there before a
//! measurement, and what is appended in it.
//!
//! What is there is made in stretches, each by an engine of its own and handed on as it is made, so
//! that ten million events need the memory of one. A stretch has cases of its own.

use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use kanzlei_core::engine::Ports;
use kanzlei_core::ports::{EventStore, KeyVault, Prepared};
use kanzlei_core::record::Record;
use kanzlei_core::{CaseId, Position};
use kanzlei_store::{MemoryEventStore, MemoryKeyVault, SystemClock, SystemEntropy};

use super::Bench;
use crate::Outcome;
use crate::mix::TownHall;

/// Bytes of a page of the log, and so of what is handed on at a time.
const PAGE: usize = 256 * 1024;

/// The commits that the mix makes.
pub struct Material {
    /// Cases of 20 events among what was there before.
    pub ended: Vec<CaseId>,
    /// Each shift's, caller by caller.
    pub shifts: Vec<Vec<Vec<Prepared>>>,
}

/// Takes in what is there before a measurement.
pub trait Filled {
    /// Takes the next commits; `last` says that they are of the first commits of all or of the last
    /// stretch, which together make a log that is as the whole one and shorter.
    ///
    /// # Errors
    /// If a disk fails.
    fn take(&mut self, commits: &[Prepared], last: bool) -> Outcome;
}

impl Material {
    /// Lets engines in memory work the mix.
    ///
    /// # Errors
    /// If they can't, or `filled` can't take it.
    pub async fn made(bench: &Bench<'_>, filled: &mut impl Filled) -> Outcome<Self> {
        let size = &bench.size;
        let bar = bar(size.resident_events())?;
        let (mut ended, mut working) = (Vec::new(), None);
        for stretch in 0..size.stretches {
            let hall = TownHall::founded(in_memory()?).await?;
            let founded = hall.store().watermark().now();
            let (hall, mut lived) = hall
                .lives_on(size.open_cases, size.stretch_events, stretch as u64, &bar)
                .await?;
            ended.append(&mut lived.ended);
            let last = stretch + 1 == size.stretches;
            if stretch == 0 {
                hand_on(&hall, Position::START, founded, &mut |commits| {
                    filled.take(commits, true)
                })
                .await?;
            }
            let end = hall.store().watermark().now();
            hand_on(&hall, founded, end, &mut |commits| {
                bar.inc(commits.iter().map(events).sum());
                filled.take(commits, last)
            })
            .await?;
            working = Some(hall);
        }
        bar.finish_and_clear();
        let hall = Arc::new(working.ok_or("there is no stretch")?);
        let mut shifts = Vec::new();
        for shift in (0..size.repeats).flat_map(|_| &size.shifts) {
            let (_, receipts) = hall.work(*shift).await?;
            let mut callers = Vec::new();
            for receipts in &receipts {
                callers.push(hall.commits(receipts).await?);
            }
            shifts.push(callers);
        }
        Ok(Self { ended, shifts })
    }
}

/// Hands on what stands after a position and up to another.
async fn hand_on(
    hall: &TownHall,
    mut after: Position,
    end: Position,
    take: &mut dyn FnMut(&[Prepared]) -> Outcome,
) -> Outcome {
    while after < end {
        let page = hall.store().log(after, PAGE).await?;
        let commits = page
            .commits()
            .take_while(|commit| commit.stamp.position <= end);
        let commits = commits.map(|commit| {
            let record = Record::from_bytes(commit.record.as_bytes().into())?;
            let guards = [].into();
            Ok(Prepared { record, guards })
        });
        take(&commits.collect::<Outcome<Vec<_>>>()?)?;
        after = page.through();
    }
    Ok(())
}

fn events(commit: &Prepared) -> u64 {
    let parts = commit.record.parts().iter();
    parts
        .map(|part| u64::from(part.last.0 - part.expected.0))
        .sum()
}

/// Each event is made, and then taken in.
fn bar(events: usize) -> Outcome<ProgressBar> {
    let bar = ProgressBar::new(2 * u64::try_from(events)?);
    let style = "{bar:40} {percent:>3} %  {elapsed}  making what is there before, and storing it";
    bar.set_style(ProgressStyle::with_template(style)?);
    Ok(bar)
}

fn in_memory() -> Outcome<Ports> {
    let store = MemoryEventStore::new(Arc::new(SystemClock));
    Ok(ports(Arc::new(store), vault()?))
}

/// An empty vault.
pub(super) fn vault() -> Outcome<Arc<dyn KeyVault>> {
    Ok(Arc::new(MemoryKeyVault::new(Arc::new(SystemEntropy))?))
}

/// Ports on the machine's clock and entropy.
pub(super) fn ports(store: Arc<dyn EventStore>, vault: Arc<dyn KeyVault>) -> Ports {
    Ports {
        store,
        vault,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    }
}
