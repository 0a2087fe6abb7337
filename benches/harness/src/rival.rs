//! A rival: a store of events that somebody else made, in a process of its own, which is asked over
//! its input and answers over its output, a line of JSON each.
//!
//! It works only while it is asked, so that the asker decides who has the machine to itself.

use std::future::Future;
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use futures::stream::{self, StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;

use crate::callers::{self, Figures};
use crate::commit::{self, Commit};
use crate::{Outcome, disk};

/// What stands before each answer: some rivals talk to the same output.
pub const MARK: &str = "answer: ";

/// When a rival's appends are to be on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synced {
    /// When they are answered: what is measured.
    Each,
    /// At the latest when the rival is closed: what is there before a measurement.
    Later,
}

/// A store of events, as its makers mean it to be used.
pub trait Rival: Sized + Send + Sync + 'static {
    /// Its name and version.
    const NAME: &'static str;
    /// What an append's answer promises, and by which setting.
    const SYNC: &'static str;
    /// Whether that is that it is on disk.
    const DURABLE: bool;
    /// Whether it is an event store, and not a database that one could be built on.
    const EVENT_STORE: bool = true;
    /// Whether it finds the events of a case without passing through all others.
    const BY_CASE: bool = true;
    /// Calls at once when it is filled: one, if it doesn't keep their order.
    const FILLERS: usize = 256;

    /// What is handed to it. Made by the caller, outside what is timed.
    type Item: Send + 'static;

    /// Opens it in this folder.
    ///
    /// # Errors
    /// If it can't be opened.
    fn open(folder: &Path, synced: Synced) -> impl Future<Output = Outcome<Self>> + Send;

    /// A commit in its own terms.
    ///
    /// # Errors
    /// If it has none for it.
    fn item(commit: Commit) -> Outcome<Self::Item>;

    /// Appends a commit, all of it or nothing.
    ///
    /// # Errors
    /// If it can't.
    fn append(&self, item: Self::Item) -> impl Future<Output = Outcome> + Send;

    /// Reads all events in the order of the log, and tells the bytes of each.
    ///
    /// # Errors
    /// If it can't be read.
    fn replay(&self, each: &mut (dyn FnMut(&[u8]) + Send)) -> impl Future<Output = Outcome> + Send;

    /// Reads the events of a case in their order, and tells the bytes of each.
    ///
    /// # Errors
    /// If it can't be read.
    fn load(
        &self,
        case: [u8; 16],
        each: &mut (dyn FnMut(&[u8]) + Send),
    ) -> impl Future<Output = Outcome> + Send {
        let _ = (case, each);
        async { Err("it doesn't read by case".into()) }
    }

    /// Closes it.
    ///
    /// # Errors
    /// If what was promised doesn't hold.
    fn close(self) -> impl Future<Output = Outcome> + Send {
        async {
            drop(self);
            Ok(())
        }
    }
}

/// What a rival is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// To say what it is.
    Name,
    /// To take in the commits of a file, however synced.
    Fill(PathBuf),
    /// To append the commits of a file, so many callers an equal share each, durably.
    Append {
        /// The file.
        feed: PathBuf,
        /// How many.
        callers: usize,
    },
    /// To read everything.
    Replay,
    /// To read these cases.
    Load(Vec<[u8; 16]>),
}

/// What it answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// What it is.
    Name {
        /// Name and version.
        name: String,
        /// What an append's answer promises.
        sync: String,
        /// Whether it is an event store whose answer says that an append is on disk.
        durable: bool,
    },
    /// The bytes on disk after that.
    Filled(u64),
    /// How that went.
    Appended(Figures),
    /// So many events, and how many a second.
    Read {
        /// Events.
        events: u64,
        /// What was asked for, a second: events of a replay, cases of loads.
        rate: f64,
    },
    /// It has nothing of the kind.
    Nothing,
    /// Why it can't.
    Failed(String),
}

/// The program of a rival: its folder is the only argument.
pub fn main<R: Rival>() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!(
            "{}: give it a folder; `cargo xtask bench --rivals` does",
            R::NAME
        );
        return ExitCode::FAILURE;
    };
    match serve::<R>(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", R::NAME);
            ExitCode::FAILURE
        }
    }
}

fn serve<R: Rival>(folder: &Path) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let mut served = Served::<R> {
        folder: folder.to_owned(),
        rival: None,
    };
    for line in std::io::stdin().lock().lines() {
        let ask = serde_json::from_str(&line?)?;
        let answered = served.answer(&runtime, ask);
        let answer = answered.unwrap_or_else(|error| Answer::Failed(error.to_string()));
        println!("{MARK}{}", serde_json::to_string(&answer)?);
        std::io::stdout().flush()?;
    }
    served.close(&runtime)
}

struct Served<R> {
    folder: PathBuf,
    rival: Option<Arc<R>>,
}

impl<R: Rival> Served<R> {
    fn answer(&mut self, runtime: &Runtime, ask: Ask) -> Outcome<Answer> {
        match ask {
            Ask::Name => Ok(Answer::Name {
                name: R::NAME.to_owned(),
                sync: R::SYNC.to_owned(),
                durable: R::DURABLE && R::EVENT_STORE,
            }),
            Ask::Fill(feed) => {
                runtime.block_on(fill::<R>(&self.folder, &feed))?;
                disk::at_rest(&self.folder)?;
                Ok(Answer::Filled(disk::taken(&self.folder)?))
            }
            Ask::Append { feed, callers } => {
                let rival = self.open(runtime)?;
                let items: Outcome<Vec<_>> = commit::commits(&feed)?
                    .map(|commit| R::item(commit?))
                    .collect();
                let lap = runtime.block_on(append(&rival, items?, callers))?;
                Ok(Answer::Appended(lap))
            }
            Ask::Replay => {
                let rival = self.open(runtime)?;
                let (mut events, begun) = (0, Instant::now());
                runtime.block_on(rival.replay(&mut |bytes| {
                    black_box(bytes);
                    events += 1;
                }))?;
                let rate = rate(events, begun);
                Ok(Answer::Read { events, rate })
            }
            Ask::Load(_) if !R::BY_CASE => Ok(Answer::Nothing),
            Ask::Load(cases) => {
                let rival = self.open(runtime)?;
                let (count, mut events) = (u64::try_from(cases.len())?, 0);
                let begun = Instant::now();
                for case in cases {
                    runtime.block_on(rival.load(case, &mut |bytes| {
                        black_box(bytes);
                        events += 1;
                    }))?;
                }
                let rate = rate(count, begun);
                Ok(Answer::Read { events, rate })
            }
        }
    }

    fn open(&mut self, runtime: &Runtime) -> Outcome<Arc<R>> {
        if let Some(rival) = &self.rival {
            return Ok(Arc::clone(rival));
        }
        let opened = Arc::new(runtime.block_on(R::open(&self.folder, Synced::Each))?);
        Ok(Arc::clone(self.rival.insert(opened)))
    }

    fn close(self, runtime: &Runtime) -> Outcome {
        match self.rival.and_then(Arc::into_inner) {
            Some(rival) => runtime.block_on(rival.close()),
            None => Ok(()),
        }
    }
}

#[allow(clippy::cast_precision_loss)]
fn rate(count: u64, begun: Instant) -> f64 {
    count as f64 / begun.elapsed().as_secs_f64()
}

async fn fill<R: Rival>(folder: &Path, feed: &Path) -> Outcome {
    let rival = R::open(folder, Synced::Later).await?;
    let filling = stream::iter(commit::commits(feed)?)
        .map(|commit| async { rival.append(R::item(commit?)?).await })
        .buffered(R::FILLERS);
    filling.try_for_each(|()| async { Ok(()) }).await?;
    rival.close().await
}

async fn append<R: Rival>(rival: &Arc<R>, items: Vec<R::Item>, callers: usize) -> Outcome<Figures> {
    let share = items.len().div_ceil(callers.max(1));
    let mut items = items.into_iter();
    let shares = (0..callers).map(|_| items.by_ref().take(share).collect());
    let rival = Arc::clone(rival);
    let append = move |item| {
        let rival = Arc::clone(&rival);
        async move { rival.append(item).await }
    };
    callers::each_its_share(shares.collect(), append).await
}
