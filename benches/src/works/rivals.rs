//! Rivals from the package registry: event stores that run inside a process. Each has a program of its
//! own below `benches/rivals/`, since what they need clashes, and is asked in turns.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use kanzlei_bench_harness::commit::Writing;
use kanzlei_bench_harness::rival::{Answer, Ask, MARK};

use super::append::Laps;
use super::contenders::{Contender, Shares};
use super::names::{OURS, appending};
use crate::Outcome;
use crate::callers::Figures;
use crate::measure::median;
use crate::mix::Shift;
use crate::peers::as_events;
use crate::report::Row;

/// Of the fastest that is durable when it answers.
const GOAL: f64 = 1.5;

/// Where `cargo xtask bench --rivals` builds them, seen from where this program is.
const BUILT: &str = "../rivals/release";

/// What the programs of rivals are called.
const PROGRAM: &str = "rival-";

/// All that were built.
#[derive(Default)]
pub struct Rivals(Vec<Rival>);

impl Rivals {
    /// Starts each, in a folder of its own.
    ///
    /// # Errors
    /// If none was built, or one doesn't start.
    pub fn started(folder: &Path) -> Outcome<Self> {
        let program = std::env::current_exe()?;
        let built = program.parent().ok_or("the program stands nowhere")?;
        let mut programs = Vec::new();
        for entry in std::fs::read_dir(built.join(BUILT))? {
            let path = entry?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let runs = path.extension().unwrap_or_default() == std::env::consts::EXE_EXTENSION;
            if name.starts_with(PROGRAM) && runs {
                programs.push(path);
            }
        }
        if programs.is_empty() {
            return Err("no rival is built; `cargo xtask bench --rivals` does it".into());
        }
        programs.sort();
        let start = |path: &PathBuf| Rival::started(path, folder);
        Ok(Self(programs.iter().map(start).collect::<Outcome<_>>()?))
    }

    /// Whether there are some.
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Fills each from this file. Who can't be filled is left out, and that is said.
    #[must_use]
    pub fn filled(self, feed: &Path) -> Self {
        let mut all = Vec::new();
        for mut rival in self.0 {
            eprintln!("filling {}", rival.label);
            match rival.fill(feed) {
                Ok(()) => all.push(rival),
                Err(error) => eprintln!("{} is left out: {error}", rival.label),
            }
        }
        Self(all)
    }

    /// Each as one who appends.
    pub fn contenders(&self, folder: &Path) -> impl Iterator<Item = Box<dyn Contender>> {
        let feed = folder.join("shift");
        self.0.iter().map(move |rival| -> Box<dyn Contender> {
            Box::new(Appending {
                label: rival.label.clone(),
                process: Arc::clone(&rival.process),
                feed: feed.clone(),
            })
        })
    }

    /// The bytes on disk of each, once it was filled.
    pub fn on_disk(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0
            .iter()
            .map(|rival| (rival.label.as_str(), rival.on_disk))
    }

    /// Asks each the same; gives who and how often a second.
    ///
    /// # Errors
    /// If one can't do it.
    pub fn read(&self, ask: &Ask) -> Outcome<Vec<(&str, f64)>> {
        let mut read = Vec::new();
        for rival in &self.0 {
            match rival.process()?.asked(ask)? {
                Answer::Read { rate, events } if events > 0 => {
                    read.push((rival.label.as_str(), rate));
                }
                Answer::Nothing => {}
                other => return Err(format!("{}: {other:?}", rival.label).into()),
            }
        }
        Ok(read)
    }

    /// The rows of appending with so many callers.
    pub fn appended(&self, laps: &Laps, callers: usize) -> Vec<Row> {
        let rates = |name: &str| laps.of(callers, name, |lap| lap.rate);
        let durable = self.0.iter().filter(|rival| rival.durable);
        let fastest = durable
            .map(|rival| median(rates(&rival.label)))
            .fold(0.0, f64::max);
        let rows = self.0.iter().map(|rival| {
            let theirs = rates(&rival.label);
            let is_fastest = rival.durable && median(theirs.clone()) >= fastest;
            let goal = (is_fastest && callers > 1).then_some(GOAL);
            Row::of(
                appending(callers),
                "commands/s",
                &rates(OURS),
                rival.label.as_str(),
                &theirs,
                goal,
            )
        });
        rows.collect()
    }
}

/// A rival's process.
struct Rival {
    label: String,
    durable: bool,
    on_disk: u64,
    process: Arc<Mutex<Process>>,
}

impl Rival {
    fn started(program: &Path, folder: &Path) -> Outcome<Self> {
        let name = program.file_stem().unwrap_or_default();
        let folder = folder.join(name);
        std::fs::create_dir_all(&folder)?;
        let mut process = Process::started(program, &folder)?;
        let Answer::Name {
            name,
            sync,
            durable,
        } = process.asked(&Ask::Name)?
        else {
            return Err(format!("{} doesn't say what it is", program.display()).into());
        };
        Ok(Self {
            label: format!("{name}: {sync}"),
            durable,
            on_disk: 0,
            process: Arc::new(Mutex::new(process)),
        })
    }

    fn fill(&mut self, feed: &Path) -> Outcome {
        let filled = self.process()?.asked(&Ask::Fill(feed.to_owned()))?;
        match filled {
            Answer::Filled(bytes) => self.on_disk = bytes,
            Answer::Failed(why) => return Err(why.into()),
            other => return Err(format!("{other:?}").into()),
        }
        Ok(())
    }

    fn process(&self) -> Outcome<std::sync::MutexGuard<'_, Process>> {
        let panicked = |_| format!("{} was being asked when that failed", self.label);
        Ok(self.process.lock().map_err(panicked)?)
    }
}

struct Process {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

impl Process {
    fn started(program: &Path, folder: &Path) -> Outcome<Self> {
        let mut child = Command::new(program)
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let from = child.stdout.take().ok_or("a rival says nothing")?;
        Ok(Self {
            to: child.stdin.take(),
            from: BufReader::new(from),
            child,
        })
    }

    fn asked(&mut self, ask: &Ask) -> Outcome<Answer> {
        let to = self.to.as_mut().ok_or("a rival isn't asked any more")?;
        writeln!(to, "{}", serde_json::to_string(ask)?)?;
        to.flush()?;
        let mut line = String::new();
        loop {
            line.clear();
            if self.from.read_line(&mut line)? == 0 {
                return Err("its process has ended".into());
            }
            if let Some(answer) = line.strip_prefix(MARK) {
                return Ok(serde_json::from_str(answer)?);
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A rival whose input ends closes its store, and then itself; its folder goes after that.
        drop(self.to.take());
        let _ = self.child.wait();
    }
}

/// A rival as one who appends.
struct Appending {
    label: String,
    process: Arc<Mutex<Process>>,
    feed: PathBuf,
}

#[async_trait]
impl Contender for Appending {
    fn name(&self) -> &str {
        &self.label
    }

    async fn lap(&mut self, shift: Shift, shares: &Shares) -> Outcome<Figures> {
        let mut feed = Writing::begin(&self.feed)?;
        for commit in shares.iter().flatten() {
            feed.add(&as_events(&commit.record.read()))?;
        }
        feed.end()?;
        let ask = Ask::Append {
            feed: self.feed.clone(),
            callers: shift.callers,
        };
        let mut process = self.process.lock().map_err(|_| "it is being asked")?;
        match process.asked(&ask)? {
            Answer::Appended(figures) => Ok(figures),
            other => Err(format!("{}: {other:?}", self.label).into()),
        }
    }
}
