//! The whole engine on our store, with the standard views kept current and without.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use indicatif::ProgressBar;
use kanzlei_core::ports::EventStore;
use kanzlei_projections::Runner;
use kanzlei_store::{FjallViewStore, SyncPolicy};
use tokio::sync::Mutex;

use super::Bench;
use super::alone::open;
use super::material::{ports, vault};
use crate::Outcome;
use crate::callers::Figures;
use crate::mix::{Shift, TownHall};

/// Not synced, for what is there before a measurement.
pub(super) const UNSYNCED: SyncPolicy = SyncPolicy::Buffered {
    every: Duration::from_secs(1),
};

/// Events of each open case when a measurement begins, about.
const EVENTS_OF_A_CASE: usize = 10;

/// Why there is no town hall.
const CLOSED: &str = "the town hall is closed";

/// A town hall on our store, where shifts are worked. A clone is the same.
#[derive(Clone)]
pub struct Works(Arc<Mutex<Option<TownHall>>>);

impl Works {
    /// Founds it, with open cases.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn founded(bench: &Bench<'_>) -> Outcome<Self> {
        let folder = bench.directory.join("engine");
        let vault = vault()?;
        let store = open(&folder, UNSYNCED)?;
        let hall = TownHall::founded(ports(Arc::new(store), Arc::clone(&vault))).await?;
        // Some places are free now and then.
        let open_cases = bench.size.open_cases_needed() * 5 / 4;
        let events = open_cases * EVENTS_OF_A_CASE;
        let silent = ProgressBar::hidden();
        let (hall, _) = hall.lives_on(open_cases, events, 0, &silent).await?;
        let synced = || {
            let store = open(&folder, SyncPolicy::EachGroup)?;
            Ok(ports(Arc::new(store), vault))
        };
        let hall = hall.reopened(synced).await?;
        Ok(Self(Arc::new(Mutex::new(Some(hall)))))
    }

    /// A shift through the engine, whose cache is empty.
    pub(super) async fn work(&self, shift: Shift) -> Outcome<Figures> {
        let mut place = self.0.lock().await;
        let hall = place.take().ok_or(CLOSED)?;
        let ports = hall.engine().ports().clone();
        let hall = Arc::new(hall.reopened(|| Ok(ports)).await?);
        let (lap, _) = hall.work(shift).await?;
        *place = Arc::into_inner(hall);
        Ok(lap.figures())
    }

    /// The same while the standard views are kept current.
    pub(super) async fn work_with_views(&self, shift: Shift, views: &Path) -> Outcome<Figures> {
        let log = {
            let place = self.0.lock().await;
            Arc::clone(place.as_ref().ok_or(CLOSED)?.store())
        };
        let runner = runner(views, &log)?;
        caught_up(&runner, log.as_ref()).await?;
        let figures = self.work(shift).await?;
        // What the views still have to do isn't to disturb the next.
        caught_up(&runner, log.as_ref()).await?;
        Ok(figures)
    }
}

/// The standard views of a log, kept current.
///
/// # Errors
/// If the disk fails.
pub fn runner(folder: &Path, log: &Arc<dyn EventStore>) -> Outcome<Runner> {
    let views = Arc::new(FjallViewStore::open(PathBuf::from(folder))?);
    let runner = Runner::builder(Arc::clone(log), views);
    Ok(runner.standard().start()?)
}

/// Waits until all views have read the log.
///
/// # Errors
/// If one has stopped.
pub async fn caught_up(runner: &Runner, log: &dyn EventStore) -> Outcome {
    let end = log.watermark().now();
    for view in runner.status() {
        runner.caught_up(view.name, end).await?;
    }
    Ok(())
}
