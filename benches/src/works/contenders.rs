//! Who takes part in appending, each in the same terms: here are the callers' commits, do it.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use kanzlei_bench_harness::callers::each_its_share;
use kanzlei_bench_harness::group::{Group, Sink};
use kanzlei_core::ports::{EventStore, Prepared};
use kanzlei_store::FjallEventStore;
use tokio::sync::Mutex;

use super::engine::Works;
use crate::Outcome;
use crate::callers::Figures;
use crate::mix::Shift;
use crate::peers::BareLog;

/// What each caller appends, one after the other.
pub type Shares = [Vec<Prepared>];

/// One who appends.
#[async_trait]
pub trait Contender: Send {
    /// What it is called in the table.
    fn name(&self) -> &str;

    /// Whether it takes part when there are so many callers.
    fn takes_part(&self, callers: usize) -> bool {
        let _ = callers;
        true
    }

    /// Lets the callers of a shift do their work.
    ///
    /// # Errors
    /// If a store fails.
    async fn lap(&mut self, shift: Shift, shares: &Shares) -> Outcome<Figures>;
}

/// Our store.
pub struct Store {
    /// What this one is called.
    pub name: &'static str,
    /// Itself.
    pub store: Arc<FjallEventStore>,
}

#[async_trait]
impl Contender for Store {
    fn name(&self) -> &str {
        self.name
    }

    async fn lap(&mut self, _: Shift, shares: &Shares) -> Outcome<Figures> {
        let store = Arc::clone(&self.store);
        let append = move |commit: Prepared| {
            let store = Arc::clone(&store);
            async move {
                store.append(&commit).await?;
                Ok(())
            }
        };
        each_its_share(shares.to_vec(), append).await
    }
}

/// A peer behind the group writer.
pub struct Grouped<S: Sink> {
    /// What it is called.
    pub name: &'static str,
    /// Itself.
    pub group: Arc<Group<S>>,
    /// A commit in its terms: made before the clock runs.
    pub item: fn(&Prepared) -> Outcome<S::Item>,
    /// The fewest callers for whom it is worth a row.
    pub callers_min: usize,
}

#[async_trait]
impl<S: Sink> Contender for Grouped<S> {
    fn name(&self) -> &str {
        self.name
    }

    fn takes_part(&self, callers: usize) -> bool {
        callers >= self.callers_min
    }

    async fn lap(&mut self, _: Shift, shares: &Shares) -> Outcome<Figures> {
        grouped(&self.group, shares, self.item).await
    }
}

async fn grouped<S: Sink>(
    group: &Arc<Group<S>>,
    shares: &Shares,
    item: fn(&Prepared) -> Outcome<S::Item>,
) -> Outcome<Figures> {
    let sized = |commit: &Prepared| Ok((item(commit)?, commit.record.bytes().len()));
    let shares = shares.iter().map(|share| share.iter().map(sized).collect());
    let group = Arc::clone(group);
    let append = move |(item, size)| {
        let group = Arc::clone(&group);
        async move {
            group.append(item, size).await?;
            Ok(())
        }
    };
    each_its_share(shares.collect::<Outcome<_>>()?, append).await
}

/// The machine's limit: the group writer on a file of zeros, or for one caller no writer at all.
pub struct Limit {
    /// What it is called.
    pub name: &'static str,
    /// Where its file may be.
    pub file: PathBuf,
    /// Whether it has a group writer: with one caller it hasn't.
    pub grouped: bool,
}

#[async_trait]
impl Contender for Limit {
    fn name(&self) -> &str {
        self.name
    }

    fn takes_part(&self, callers: usize) -> bool {
        self.grouped == (callers > 1)
    }

    async fn lap(&mut self, _: Shift, shares: &Shares) -> Outcome<Figures> {
        let records = shares.iter().flatten().map(|commit| commit.record.bytes());
        let log = BareLog::zeroed(&self.file, records.map(|bytes| bytes.len()).sum())?;
        if self.grouped {
            let group = Arc::new(Group::start(log, 1));
            let item = |commit: &Prepared| Ok(Arc::clone(commit.record.bytes()));
            let figures = grouped(&group, shares, item).await?;
            let group = Arc::into_inner(group).ok_or("a caller isn't done")?;
            group.end()?;
            return Ok(figures);
        }
        let log = Arc::new(Mutex::new(log));
        let append = move |commit: Prepared| {
            let log = Arc::clone(&log);
            async move { log.lock().await.append(commit.record.bytes()) }
        };
        each_its_share(shares.to_vec(), append).await
    }
}

/// The whole engine, which makes its commits itself.
pub struct Engine {
    /// What it is called.
    pub name: &'static str,
    /// Where it works.
    pub works: Works,
    /// Where the views are that are kept current meanwhile, if they are.
    pub views: Option<PathBuf>,
}

#[async_trait]
impl Contender for Engine {
    fn name(&self) -> &str {
        self.name
    }

    async fn lap(&mut self, shift: Shift, _: &Shares) -> Outcome<Figures> {
        match &self.views {
            None => self.works.work(shift).await,
            Some(views) => self.works.work_with_views(shift, views).await,
        }
    }
}
