//! `demo`: an installation with the real authorities and two years of made-up cases.

mod acts;
mod calendar;
mod form;
mod load;
mod people;
mod random;
mod script;
mod show;
mod world;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use futures::executor::block_on;
use kanzlei::Kanzlei;
use signal_hook::consts::SIGINT;
use signal_hook::flag::{register, register_conditional_shutdown};

use crate::failure::{Failure, INTERRUPTED};
use crate::installation;
use crate::output::Output;
use crate::progress::Progress;
use load::Load;
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
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Add so many cases to those that there are.
    #[arg(long, value_name = "CASES", conflicts_with = "cases")]
    more: Option<u64>,
}

impl Default for Demo {
    fn default() -> Self {
        Self {
            cases: 3_000,
            seed: 1,
            more: None,
        }
    }
}

pub fn run(store: &Path, out: &mut Output, demo: &Demo) -> Result<(), Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    // The second time it ends at once: the store takes that well.
    register_conditional_shutdown(SIGINT, INTERRUPTED.into(), Arc::clone(&stop))?;
    register(SIGINT, Arc::clone(&stop))?;
    let world = World::new()?;
    let kanzlei = opened(store, &world)?;
    let load = Load {
        kanzlei: &kanzlei,
        world: &world,
        seed: demo.seed,
        stop: &stop,
        head: kanzlei.engine().ports().store.watermark().now(),
    };
    let begun = block_on(load.begun())?;
    let cases = demo
        .more
        .map_or(demo.cases.max(begun), |more| begun.saturating_add(more));
    let progress = Progress::new("cases", cases);
    let tally = load.run(cases, &progress)?;
    progress.finish();
    if stop.load(Ordering::Relaxed) {
        kanzlei.close()?;
        return Err(Failure::interrupted(
            "interrupted; what was done is kept, and the same command completes it",
        ));
    }
    block_on(kanzlei.up_to_date())?;
    let moved = block_on(load.case_of(script::SHOWN))?;
    show::run(out, &kanzlei, &tally, demo.seed, moved)?;
    Ok(kanzlei.close()?)
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
