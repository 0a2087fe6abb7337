//! The commits that all who append are given, made once for all.

use std::sync::Arc;

use kanzlei_core::engine::Ports;
use kanzlei_core::ports::{EventStore, KeyVault, Prepared};
use kanzlei_core::record::Record;
use kanzlei_core::{CaseId, Position};
use kanzlei_store::{MemoryEventStore, MemoryKeyVault, SystemClock, SystemEntropy};

use super::Bench;
use crate::Outcome;
use crate::mix::TownHall;

/// Bytes of a page of the log.
const PAGE: usize = 1024 * 1024;

/// The commits that the mix makes.
pub struct Material {
    /// All that is there before a measurement.
    pub before: Vec<Prepared>,
    /// Cases of 20 events.
    pub long_cases: Vec<CaseId>,
    /// Each shift's, caller by caller.
    pub shifts: Vec<Vec<Vec<Prepared>>>,
}

impl Material {
    /// Lets an engine in memory work the mix.
    ///
    /// # Errors
    /// If it can't.
    pub async fn made(bench: &Bench<'_>) -> Outcome<Self> {
        let store = Arc::new(MemoryEventStore::new(Arc::new(SystemClock)));
        let mut hall = TownHall::founded(ports(store, vault()?)).await?;
        hall.grow_old(bench.size.old_cases()).await?;
        let long_cases = hall.long_cases(bench.size.long_cases).await?;
        let before = everything(hall.store().as_ref()).await?;
        let hall = Arc::new(hall);
        let mut shifts = Vec::new();
        for _ in 0..bench.size.repeats {
            for shift in &bench.size.shifts {
                let (_, receipts) = hall.work(*shift).await?;
                let mut callers = Vec::new();
                for receipts in &receipts {
                    callers.push(hall.commits(receipts).await?);
                }
                shifts.push(callers);
            }
        }
        Ok(Self {
            before,
            long_cases,
            shifts,
        })
    }
}

async fn everything(store: &dyn EventStore) -> Outcome<Vec<Prepared>> {
    let mut all = Vec::new();
    let mut after = Position::START;
    loop {
        let page = store.log(after, PAGE).await?;
        for commit in page.commits() {
            let record = Record::from_bytes(commit.record.as_bytes().into())?;
            let guards = [].into();
            all.push(Prepared { record, guards });
        }
        after = page.through();
        if !page.more() {
            return Ok(all);
        }
    }
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
