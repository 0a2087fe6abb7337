//! Appending: through our store, bare fjall, `SQLite` and the whole engine, in turn.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fjall::PersistMode;
use futures::stream::{self, StreamExt};
use kanzlei_core::ports::{EventStore, Prepared};
use kanzlei_core::record::RecordRef;
use kanzlei_projections::Runner;
use kanzlei_store::{FjallEventStore, FjallViewStore, Options, SyncPolicy, SystemClock};

use super::Bench;
use super::material::{Material, ports, vault};
use crate::Outcome;
use crate::callers::{Clock, Lap, together};
use crate::measure::{median, percentile};
use crate::mix::{Shift, TownHall};
use crate::peers::{BareFjall, Group, Rows, Sink, Sqlite};
use crate::report::Row;

/// Opens our store, as it is released.
///
/// # Errors
/// If the disk fails.
pub fn open(directory: &Path, sync: SyncPolicy) -> Outcome<FjallEventStore> {
    let options = Options::new(sync, Arc::new(SystemClock));
    Ok(FjallEventStore::open(directory, options)?)
}

/// Not synced, for what is there before a measurement.
const UNSYNCED: SyncPolicy = SyncPolicy::Buffered {
    every: std::time::Duration::from_secs(1),
};

/// Why there is no town hall.
const CLOSED: &str = "the town hall is closed";

/// All that take part, each with the same resident data.
struct Field {
    ours: Arc<FjallEventStore>,
    bare: Arc<Group<BareFjall>>,
    sqlite: Arc<Group<Sqlite>>,
    hall: Option<TownHall>,
    views: PathBuf,
}

impl Field {
    async fn ready(bench: &Bench<'_>, material: &Material) -> Outcome<Self> {
        let ours = bench.directory.join("ours");
        let store = open(&ours, UNSYNCED)?;
        let mut appends = stream::iter(&material.before)
            .map(|commit| store.append(commit))
            .buffered(256);
        while let Some(appended) = appends.next().await {
            appended?;
        }
        drop(appends);
        store.close()?;

        let bare = BareFjall::create(&bench.directory.join("bare"))?;
        let mut sqlite = Sqlite::create(&bench.directory.join("sqlite"))?;
        let mut next = 1;
        for group in material.before.chunks(256) {
            let records: Vec<_> = group.iter().map(|commit| commit.record.clone()).collect();
            bare.write_as(PersistMode::Buffer, next, &records)?;
            sqlite.write(next, &rows(group)?)?;
            next += u64::try_from(group.len())?;
        }
        Ok(Self {
            ours: Arc::new(open(&ours, SyncPolicy::EachGroup)?),
            bare: Arc::new(Group::start(bare, next)),
            sqlite: Arc::new(Group::start(sqlite, next)),
            views: bench.directory.join("views"),
            hall: Some(hall(bench).await?),
        })
    }

    async fn lap(&mut self, who: Who, shift: Shift, commits: Vec<Vec<Prepared>>) -> Outcome<Lap> {
        match who {
            Who::Ours => ours(&self.ours, commits).await,
            Who::Bare => bare(&self.bare, commits).await,
            Who::Sqlite => sqlite(&self.sqlite, commits).await,
            Who::Alone => self.work(shift).await,
            Who::Engine => {
                let log = Arc::clone(self.hall.as_ref().ok_or(CLOSED)?.store());
                let runner = runner(&self.views, &log)?;
                caught_up(&runner, log.as_ref()).await?;
                let lap = self.work(shift).await?;
                // What the views still have to do isn't to disturb the next.
                caught_up(&runner, log.as_ref()).await?;
                Ok(lap)
            }
        }
    }

    /// A shift through the engine, whose cache is empty.
    async fn work(&mut self, shift: Shift) -> Outcome<Lap> {
        let hall = self.hall.take().ok_or(CLOSED)?;
        let ports = hall.engine().ports().clone();
        let hall = Arc::new(hall.reopened(|| Ok(ports)).await?);
        let (lap, _) = hall.work(shift).await?;
        self.hall = Arc::into_inner(hall);
        Ok(lap)
    }
}

/// The standard views of a log, kept current.
///
/// # Errors
/// If the disk fails.
pub fn runner(directory: &Path, log: &Arc<dyn EventStore>) -> Outcome<Runner> {
    let views = Arc::new(FjallViewStore::open(directory)?);
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

/// A town hall on our store, with its older cases.
async fn hall(bench: &Bench<'_>) -> Outcome<TownHall> {
    let directory = bench.directory.join("engine");
    let vault = vault()?;
    let store = open(&directory, UNSYNCED)?;
    let mut hall = TownHall::founded(ports(Arc::new(store), Arc::clone(&vault))).await?;
    hall.grow_old(bench.size.old_cases()).await?;
    let synced = || {
        let store = open(&directory, SyncPolicy::EachGroup)?;
        Ok(ports(Arc::new(store), vault))
    };
    hall.reopened(synced).await
}

fn rows(commits: &[Prepared]) -> Outcome<Vec<Rows>> {
    let row = |commit: &Prepared| Ok(Rows::of(&RecordRef::parse(commit.record.bytes())?));
    commits.iter().map(row).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Ours,
    Bare,
    Sqlite,
    Alone,
    Engine,
}

const ALL: [(Who, &str); 5] = [
    (Who::Ours, "store"),
    (Who::Bare, "bare fjall"),
    (Who::Sqlite, "SQLite"),
    (Who::Alone, "engine alone"),
    (Who::Engine, "whole engine"),
];

async fn ours(store: &Arc<FjallEventStore>, commits: Vec<Vec<Prepared>>) -> Outcome<Lap> {
    let callers = commits.into_iter().map(|commits| {
        let store = Arc::clone(store);
        move |mut clock: Clock| async move {
            for commit in &commits {
                clock.time(store.append(commit)).await?;
            }
            Ok((clock, ()))
        }
    });
    Ok(together(callers).await?.0)
}

async fn bare(group: &Arc<Group<BareFjall>>, commits: Vec<Vec<Prepared>>) -> Outcome<Lap> {
    let callers = commits.into_iter().map(|commits| {
        let group = Arc::clone(group);
        move |mut clock: Clock| async move {
            for commit in &commits {
                let record = commit.record.clone();
                let size = record.bytes().len();
                clock.time(group.append(record, size)).await?;
            }
            Ok((clock, ()))
        }
    });
    Ok(together(callers).await?.0)
}

async fn sqlite(group: &Arc<Group<Sqlite>>, commits: Vec<Vec<Prepared>>) -> Outcome<Lap> {
    let commits: Outcome<Vec<_>> = commits.iter().map(|commits| rows(commits)).collect();
    let callers = commits?.into_iter().map(|commits| {
        let group = Arc::clone(group);
        move |mut clock: Clock| async move {
            for rows in commits {
                let size = rows.size;
                clock.time(group.append(rows, size)).await?;
            }
            Ok((clock, ()))
        }
    });
    Ok(together(callers).await?.0)
}

/// What was measured, and the stores with all that was written, to be read.
pub struct Appended {
    /// The comparisons.
    pub rows: Vec<Row>,
    /// How long single calls took, a line each.
    pub latencies: Vec<String>,
    /// Our store.
    pub ours: Arc<FjallEventStore>,
    /// Bare fjall.
    pub bare: BareFjall,
}

/// Measures all, in turn.
///
/// # Errors
/// If a store fails.
pub async fn run(bench: &Bench<'_>, mut material: Material) -> Outcome<Appended> {
    let mut field = Field::ready(bench, &material).await?;
    let mut figures: Vec<(Shift, Who, Lap)> = Vec::new();
    let mut made = std::mem::take(&mut material.shifts).into_iter();
    for _ in 0..bench.size.repeats {
        for shift in &bench.size.shifts {
            let commits = made.next().unwrap_or_default();
            for (who, _) in ALL {
                let lap = field.lap(who, *shift, commits.clone()).await?;
                figures.push((*shift, who, lap));
            }
        }
    }
    let bare = Arc::into_inner(field.bare).ok_or("bare fjall is in use")?;
    Ok(Appended {
        rows: bench
            .size
            .shifts
            .iter()
            .flat_map(|shift| compared(&figures, *shift))
            .collect(),
        latencies: bench
            .size
            .shifts
            .iter()
            .flat_map(|shift| latencies(&figures, *shift))
            .collect(),
        ours: field.ours,
        bare: bare.end()?,
    })
}

fn laps(figures: &[(Shift, Who, Lap)], shift: Shift, who: Who) -> impl Iterator<Item = &Lap> {
    figures
        .iter()
        .filter(move |(of, by, _)| of.callers == shift.callers && *by == who)
        .map(|(_, _, lap)| lap)
}

fn compared(figures: &[(Shift, Who, Lap)], shift: Shift) -> Vec<Row> {
    const UNIT: &str = "commands/s";
    let rates = |who| -> Vec<f64> { laps(figures, shift, who).map(Lap::rate).collect() };
    let callers = shift.callers;
    let many = callers > 1;
    let by_callers = |few: f64, more: f64| many.then_some(if callers < 256 { few } else { more });
    let (store, alone, engine) = (rates(Who::Ours), rates(Who::Alone), rates(Who::Engine));
    let (bare, sqlite) = (rates(Who::Bare), rates(Who::Sqlite));
    let plural = if many { "callers" } else { "caller" };
    let through_store = format!("append through the store, {callers} {plural}");
    let through_engine = format!("command through the engine, {callers} {plural}");
    let without_views = format!("the same with no views, {callers} {plural}");
    vec![
        Row::of(
            through_store.clone(),
            UNIT,
            &store,
            "bare fjall",
            &bare,
            many.then_some(0.7),
        ),
        Row::of(
            through_store,
            UNIT,
            &store,
            "SQLite",
            &sqlite,
            by_callers(1.3, 1.8),
        ),
        Row::of(
            through_engine,
            UNIT,
            &engine,
            "SQLite",
            &sqlite,
            by_callers(1.0, 1.5),
        ),
        Row::of(without_views, UNIT, &alone, "SQLite", &sqlite, None),
    ]
}

fn latencies(figures: &[(Shift, Who, Lap)], shift: Shift) -> Vec<String> {
    let line = |(who, name): &(Who, &str)| {
        let at = |share| {
            let laps = laps(figures, shift, *who);
            let figures = laps.map(|lap| percentile(&lap.calls, share).as_secs_f64() * 1e3);
            median(figures.collect())
        };
        let (half, most, nearly_all) = (at(0.5), at(0.99), at(0.999));
        let computed = median(
            laps(figures, shift, *who)
                .map(Lap::micros_computed)
                .collect(),
        );
        format!(
            "{:>3} callers, {name:<12}  p50 {half:6.2} ms, p99 {most:6.2} ms, p99.9 {nearly_all:6.2} ms; \
             computed {computed:5.1} µs",
            shift.callers
        )
    };
    ALL.iter().map(line).collect()
}
