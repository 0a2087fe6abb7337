//! `demo`: an installation with the real authorities and two years of made-up cases.

mod acts;
mod calendar;
mod cast;
mod form;
mod load;
mod people;
mod random;
mod script;
mod show;
mod world;

use std::path::Path;

use clap::Args;
use futures::executor::block_on;
use kanzlei::{CaseId, Kanzlei};

use crate::failure::Failure;
use crate::installation;
use crate::interrupt::Interrupt;
use crate::output::Output;
use crate::progress::Progress;
pub use cast::cast;
use kanzlei_portal::mark::Mark;
use load::{Load, Tally};
use world::World;

/// Make a store with the authorities of the canton of Lucerne and two years of made-up cases.
///
/// The same seed adds nothing a second time, and completes what an interrupted run has begun.
#[derive(Debug, Clone, Args)]
pub struct Demo {
    /// How many cases there are to be.
    #[arg(long, default_value_t = 3_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    cases: u64,
    /// From which number the cases are drawn.
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// Add so many cases to those that there are.
    #[arg(long, value_name = "CASES", conflicts_with = "cases")]
    more: Option<u64>,
}

/// The seed of the usual demo.
pub const SEED: u64 = 1;

impl Default for Demo {
    fn default() -> Self {
        Self {
            cases: 3_000,
            seed: SEED,
            more: None,
        }
    }
}

impl Demo {
    /// The usual one, from this seed.
    pub fn of(seed: u64) -> Self {
        Self {
            seed,
            ..Self::default()
        }
    }
}

pub fn run(store: &Path, out: &mut Output, demo: &Demo) -> Result<(), Failure> {
    let filled = fill(store, demo, &Interrupt::listen()?)?;
    show::run(out, &filled.kanzlei, &filled.tally, demo.seed, filled.moved)?;
    Ok(filled.kanzlei.close()?)
}

/// An installation with the demo's cases.
pub struct Filled {
    pub kanzlei: Kanzlei,
    tally: Tally,
    moved: Option<CaseId>,
}

/// Fills the store, until it is filled or somebody wants it to end.
pub fn fill(store: &Path, demo: &Demo, interrupt: &Interrupt) -> Result<Filled, Failure> {
    let world = World::new()?;
    // Before anything is written where a log is missing.
    kanzlei::is_there(store)?;
    Mark::new_store(store, demo.seed).map_err(Failure::store)?;
    let kanzlei = opened(store, &world)?;
    let load = Load {
        kanzlei: &kanzlei,
        world: &world,
        seed: demo.seed,
        stop: interrupt.flag(),
        head: kanzlei.engine().ports().store.watermark().now(),
    };
    let begun = block_on(load.begun())?;
    let cases = demo
        .more
        .map_or(demo.cases.max(begun), |more| begun.saturating_add(more));
    let progress = Progress::new("cases", cases);
    let tally = load.run(cases, &progress)?;
    progress.finish();
    if interrupt.is_wanted() {
        kanzlei.close()?;
        return Err(Failure::interrupted(
            "interrupted; what was done is kept, and the same command completes it",
        ));
    }
    Mark::filled(store, demo.seed).map_err(Failure::store)?;
    block_on(kanzlei.up_to_date())?;
    let moved = block_on(load.case_of(script::SHOWN))?;
    Ok(Filled {
        kanzlei,
        tally,
        moved,
    })
}

/// The installation, with everything published.
fn opened(store: &Path, world: &World) -> Result<Kanzlei, Failure> {
    let mut opening = installation::opening(store)?.register(world.register.clone());
    for (_, service) in &world.services {
        opening = opening.service(service.clone());
    }
    let kanzlei = opening.start()?;
    block_on(world.set_participation(&kanzlei))?;
    Ok(kanzlei)
}
