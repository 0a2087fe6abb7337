//! Kills a process that works, again and again on one folder, and checks what it leaves.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use kanzlei_store::conformance::Random;

use crate::caller::Work;
use crate::check::{Checked, check};
use crate::mend::nothing_to_mend;
use crate::told::{Line, Told};
use crate::{Failure, Outcome, PANICKED, ensure, folder};

/// Processes that are killed on one folder, before another is begun: with the log grows what is to
/// be checked.
const LIFE: u32 = 8;
/// Callers of a process.
const CALLERS: u32 = 24;
/// One life in so many writes texts so long that tables are flushed and journals change.
const HEAVY: u64 = 4;
/// The longest text of such a life, and of another.
const TEXT_MAX_HEAVY: u64 = 30_000;
const TEXT_MAX: u64 = 120;
/// After one kill of so many nobody looks before the next process begins.
const UNCHECKED_ONE_OF: u64 = 2;
/// Of a hundred kills so many come while the installation is being opened, if it is a new one, and
/// otherwise.
const EARLY_NEW: u64 = 60;
const EARLY: u64 = 15;
/// Opening takes about as long, in microseconds.
const OPENING: u64 = 40_000;
/// The signal of a kill. One that ends itself, as when memory is wrong, has another.
const KILL: i32 = 9;
/// A process has said at most so many lines when it is killed.
const LINES_MAX: u64 = 900;

/// When a process is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// So long after it was started.
    After(Duration),
    /// When it has said so many lines, and after a while more.
    Said(u64, Duration),
}

/// Kills, in as many rounds as are wanted.
#[derive(Debug)]
pub struct Killing {
    /// The program that works: this package's.
    pub program: PathBuf,
    /// The seed of everything.
    pub seed: u64,
}

/// What came of all rounds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Killed {
    /// How many processes were killed.
    pub rounds: u32,
    /// How many of them before they had opened the installation.
    pub early: u32,
    /// Commits that were acknowledged.
    pub acknowledged: usize,
    /// Commits in the logs.
    pub commits: usize,
}

impl Killing {
    /// Runs so many rounds; `told` is called after each.
    ///
    /// # Errors
    /// What was lost, with the seed and the folder that shows it, which is kept.
    pub fn run(&self, rounds: u32, told: &mut dyn FnMut(usize)) -> Outcome<Killed> {
        let mut killed = Killed::default();
        let mut life = 0;
        while killed.rounds < rounds {
            let folder = folder::new()?;
            let seed = self.seed.wrapping_add(life);
            let before = killed.rounds as usize;
            let lived = self.live(folder.path(), seed, rounds - killed.rounds, &mut |round| {
                told(before + round);
            });
            let lived = lived.map_err(|why| {
                let kept = folder.keep();
                format!("{why}\n  seed {seed}, and {} shows it", kept.display())
            })?;
            killed = Killed {
                rounds: killed.rounds + lived.rounds,
                early: killed.early + lived.early,
                acknowledged: killed.acknowledged + lived.acknowledged,
                commits: killed.commits + lived.commits,
            };
            life += 1;
        }
        Ok(killed)
    }

    /// Kills processes on one folder.
    fn live(
        &self,
        folder: &Path,
        seed: u64,
        rounds: u32,
        told: &mut dyn FnMut(usize),
    ) -> Outcome<Killed> {
        let mut random = Random::seeded(seed);
        let text_max = if random.below(HEAVY) == 0 {
            TEXT_MAX_HEAVY
        } else {
            TEXT_MAX
        };
        let (mut heard, mut one) = (Told::default(), Killed::default());
        for round in 0..rounds.min(LIFE) {
            let work = Work {
                seed,
                round,
                callers: CALLERS,
                text_max,
                steps: None,
                compacts: round % 2 == 1,
            };
            let moment = moment(&mut random, heard.begun.is_empty());
            let opened = self.kill(folder, work, moment, &mut heard)?;
            one.rounds += 1;
            one.early += u32::from(!opened);
            // The next process finds what this one left, as it is, and may be killed while it mends that.
            let last = one.rounds == rounds.min(LIFE);
            if last || random.below(UNCHECKED_ONE_OF) > 0 {
                let Checked {
                    commits,
                    acknowledged,
                } = nothing_to_mend(folder)
                    .and_then(|()| check(folder, &heard, text_max))
                    .map_err(|why| format!("after round {round}, killed {moment:?}: {why}"))?;
                (one.acknowledged, one.commits) = (acknowledged, commits);
            }
            told(one.rounds as usize);
        }
        Ok(one)
    }

    /// Lets a process work, kills it at this moment, and hears what it said. Whether it had opened
    /// the installation.
    fn kill(&self, folder: &Path, work: Work, moment: Moment, heard: &mut Told) -> Outcome<bool> {
        let mut child = self.start(folder, work)?;
        let said = child.stdout.take().ok_or("a process without a pipe")?;
        let mut lines = BufReader::new(said);
        let mut whole = Vec::new();
        match moment {
            Moment::After(time) => {
                thread::sleep(time);
                child.kill()?;
            }
            Moment::Said(count, time) => {
                for _ in 0..count {
                    if lines.read_until(b'\n', &mut whole)? == 0 {
                        break;
                    }
                }
                let killer = thread::spawn(move || {
                    thread::sleep(time);
                    child.kill().map(|()| child)
                });
                // What it still says until it dies was acknowledged too.
                lines.read_to_end(&mut whole)?;
                child = killer.join().map_err(|_| "the killer panicked")??;
            }
        }
        lines.read_to_end(&mut whole)?;
        let ended = child.wait()?;
        let words = last_words(&mut child);
        let killed = ended.signal() == Some(KILL) && !words.contains(PANICKED);
        ensure(killed, || {
            format!("the process ended by itself, {ended}: {words}")
        })?;
        hear(&whole, work, heard)
    }

    fn start(&self, folder: &Path, work: Work) -> Outcome<Child> {
        Ok(Command::new(&self.program)
            .args(crate::caller::words(folder, work))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?)
    }
}

fn last_words(child: &mut Child) -> String {
    let mut words = String::new();
    if let Some(pipe) = &mut child.stderr {
        // What it says is told if it can be.
        let _ = pipe.read_to_string(&mut words);
    }
    words
}

/// Takes in whole lines; one that a kill cut off was never said. Whether the installation was opened.
///
/// # Errors
/// If a step failed, or what was said says nothing.
pub fn hear(said: &[u8], work: Work, heard: &mut Told) -> Outcome<bool> {
    let said = std::str::from_utf8(said).map_err(Failure::from)?;
    let whole = said.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let mut opened = false;
    for line in whole.lines() {
        let line = Line::read(line)?;
        opened |= line == Line::Open;
        if let Line::Failed(caller, step, why) = &line {
            return Err(format!("step {step} of caller {caller} failed: {why}").into());
        }
        heard.hear(work.seed, work.round, line)?;
    }
    Ok(opened)
}

fn moment(random: &mut Random, new: bool) -> Moment {
    let early = if new { EARLY_NEW } else { EARLY };
    if random.below(100) < early {
        Moment::After(Duration::from_micros(random.below(OPENING)))
    } else {
        let more = Duration::from_micros(random.below(3_000));
        Moment::Said(1 + random.below(LINES_MAX), more)
    }
}
