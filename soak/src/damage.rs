//! Damages one file of a small installation at one place, again and again: a bit that flips, an end
//! that is lost. Each is found with its place, or changes nothing of what is read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kanzlei::Position;
use kanzlei_store::conformance::Random;

use crate::caller::{self, Work};
use crate::check::check;
use crate::folder;
use crate::harm::Harm;
use crate::kill::hear;
use crate::mend::{mend, readable};
use crate::spared::Groups;
use crate::told::Told;
use crate::{Outcome, PANICKED, ensure, town};

/// What a small installation was worked on, and one that is large enough for its log to have settled.
const SMALL: Work = Work {
    seed: 0,
    round: 0,
    callers: 2,
    text_max: 200,
    steps: Some(14),
    compacts: false,
};
const SETTLED: Work = Work {
    callers: 8,
    text_max: 40_000,
    steps: Some(300),
    ..SMALL
};
/// Of a hundred harms so many cut a file off, and of the others so many hit what was never written.
const CUTS: u64 = 25;
const HOLES: u64 = 5;
/// Whoever takes longer to look at a damaged installation hangs.
const PATIENCE: Duration = Duration::from_mins(1);
const GLANCE: Duration = Duration::from_millis(2);
/// More that is wrong isn't looked for.
const WRONG_MAX: usize = 8;

/// Damages as often as is wanted.
#[derive(Debug)]
pub struct Damaging {
    /// The program that works: this package's.
    pub program: PathBuf,
    /// The seed of everything.
    pub seed: u64,
    /// Whether the installation is one whose log has settled, which takes longer.
    pub settled: bool,
}

/// What came of all harms.
#[derive(Debug, Clone, Default)]
pub struct Damaged {
    /// How many were found, by the file's name in the installation.
    pub found: BTreeMap<String, usize>,
    /// How many changed nothing of what is read, likewise.
    pub harmless: BTreeMap<String, usize>,
}

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files: BTreeSet<&String> = self.found.keys().chain(self.harmless.keys()).collect();
        for file in files {
            let count = |of: &BTreeMap<String, usize>| of.get(file).copied().unwrap_or(0);
            let (found, harmless) = (count(&self.found), count(&self.harmless));
            write!(f, "\n  {file}: {found} found, {harmless} without effect")?;
        }
        Ok(())
    }
}

/// An installation as it was before.
struct Sound {
    folder: tempfile::TempDir,
    told: Told,
    text_max: u64,
    records: BTreeMap<Position, String>,
    groups: Groups,
    /// Each file, and where what was written to it ends.
    files: Vec<(String, u64)>,
}

impl Damaging {
    /// Does so many harms, each to a copy; `told` is called after each.
    ///
    /// # Errors
    /// Which harm was neither found nor harmless, and the folder that shows it, which is kept.
    pub fn run(&self, harms: usize, told: &mut dyn FnMut(usize)) -> Outcome<Damaged> {
        let sound = self.sound()?;
        let mut random = Random::seeded(self.seed);
        let (mut damaged, mut wrong) = (Damaged::default(), Vec::new());
        for number in 1..=harms {
            let place = random.below(sound.files.len() as u64) as usize;
            let (file, end) = sound.files.get(place).ok_or("there are no files")?;
            let copy = folder::new()?;
            folder::copy(sound.folder.path(), copy.path())?;
            let path = copy.path().join(file);
            let harm = harm(&path, *end, &mut random)?;
            let before = folder::new()?;
            folder::copy(copy.path(), before.path())?;
            let judged =
                judge(&self.program, copy.path(), &sound, (file, harm)).and_then(|found| {
                    if found && (file.contains("segments/") || file.ends_with("witness")) {
                        mend(copy.path(), &sound.records)?;
                    }
                    Ok(found)
                });
            match judged {
                Ok(true) => *damaged.found.entry(general(file)).or_default() += 1,
                Ok(false) => *damaged.harmless.entry(general(file)).or_default() += 1,
                Err(why) => {
                    let kept = before.keep();
                    wrong.push(format!(
                        "{file}, {harm}: {why}\n  {} shows it",
                        kept.display()
                    ));
                }
            }
            if wrong.len() == WRONG_MAX {
                break;
            }
            told(number);
        }
        ensure(wrong.is_empty(), || wrong.join("\n"))?;
        Ok(damaged)
    }

    /// Lets a process work to its end, and remembers what it left.
    fn sound(&self) -> Outcome<Sound> {
        let folder = folder::new()?;
        let work = Work {
            seed: self.seed,
            ..if self.settled { SETTLED } else { SMALL }
        };
        let ended = Command::new(&self.program)
            .args(caller::words(folder.path(), work))
            .stdin(Stdio::null())
            .output()?;
        ensure(ended.status.success(), || {
            String::from_utf8_lossy(&ended.stderr).into_owned()
        })?;
        let mut told = Told::default();
        hear(&ended.stdout, work, &mut told)?;
        // Checked once as it is, so that whatever is wrong afterwards comes from the harm.
        check(folder.path(), &told, work.text_max)?;
        let ground = town::opening(folder.path())?.ground()?;
        let records = readable(ground.ports.store.as_ref());
        drop(ground);
        let files = folder::files(folder.path())?.into_iter().map(|file| {
            let end = folder::written(&folder.path().join(&file))?;
            Ok((file, end))
        });
        // Locks are empty, and stay so.
        let files = files.filter(|file| file.as_ref().is_ok_and(|(_, end)| *end > 0));
        let files: Vec<(String, u64)> = files.collect::<Outcome<_>>()?;
        let names = files.iter().map(|(name, _)| name.as_str());
        Ok(Sound {
            groups: Groups::of(folder.path(), names, records.keys())?,
            files,
            folder,
            told,
            text_max: work.text_max,
            records,
        })
    }
}

/// A file's name without what is different in each installation.
fn general(file: &str) -> String {
    let parts = file.split('/');
    let parts = parts.map(|part| if part.len() > 16 { "…" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Does something to a file, of which the first bytes up to `end` were written.
fn harm(path: &Path, end: u64, random: &mut Random) -> Outcome<Harm> {
    let file = File::options().read(true).write(true).open(path)?;
    let length = file.metadata()?.len();
    if random.below(100) < CUTS {
        let at = random.below(end);
        file.set_len(at)?;
        return Ok(Harm::Cut { at });
    }
    let at = if random.below(100) < HOLES {
        random.below(length)
    } else {
        random.below(end)
    };
    let bit = random.below(8) as u32;
    let mut byte = [0];
    file.read_exact_at(&mut byte, at)?;
    let [byte] = byte;
    file.write_all_at(&[byte ^ (1 << bit)], at)?;
    Ok(Harm::Flip { at, bit })
}

/// What stands in a message about a file: its name, or what it holds.
fn holds(file: &str) -> &'static [&'static str] {
    let (first, rest) = file.split_once('/').unwrap_or((file, ""));
    match (first, rest.split('/').next().unwrap_or_default()) {
        ("log", "segments") => &[".seg", "position"],
        ("log", "index") => &["index", "position", "case"],
        ("log", "witness") => &["witness"],
        ("vault", _) => &["vault", "slot"],
        ("drafts", _) => &["draft"],
        ("documents", _) => &["document"],
        ("views", _) => &["view"],
        ("installation.key", _) => &["installation"],
        _ => &[""],
    }
}

/// Whether the harm of a file was found, which a message says then; if not, all must be as it was. What of the log
/// wasn't harmed is read in any case.
fn judge(
    program: &Path,
    folder: &Path,
    sound: &Sound,
    (file, harm): (&str, Harm),
) -> Outcome<bool> {
    let said = looked_at(program, folder)?;
    let (mut found, mut named) = (false, false);
    let mut read = BTreeSet::new();
    for line in said.lines() {
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        named |=
            words.first() != Some(&"commit") && holds(file).iter().any(|what| line.contains(what));
        match words.as_slice() {
            ["commit", position, hash] => {
                let position = Position(position.parse()?);
                let before = sound.records.get(&position);
                ensure(before.is_some_and(|before| before == hash), || {
                    format!("another commit is given at position {position}")
                })?;
                read.insert(position);
            }
            ["found", ..] => found = true,
            ["unreadable", ..] => {
                found = true;
                ensure(says_where(line, folder), || {
                    format!("“{line}” doesn't say where")
                })?;
            }
            _ => return Err(format!("“{line}”?").into()),
        }
    }
    ensure(!found || named, || {
        format!("nothing of what is found is about it: {said}")
    })?;
    if let Some(loss) = sound.groups.loss(file, harm) {
        loss.is_all(&sound.records, &read)?;
    }
    if !found {
        let checked = check(folder, &sound.told, sound.text_max);
        checked.map_err(|why| format!("verifying finds nothing, and yet: {why}"))?;
    }
    Ok(found)
}

/// Lets a process of its own look at a damaged installation: it may be torn down by it, or hang.
fn looked_at(program: &Path, folder: &Path) -> Outcome<String> {
    let mut child = Command::new(program)
        .arg("look")
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let said = std::thread::spawn(move || whole(out));
    let complained = std::thread::spawn(move || whole(err));
    let begun = Instant::now();
    let ended = loop {
        match child.try_wait()? {
            Some(ended) => break ended,
            None if begun.elapsed() > PATIENCE => {
                child.kill()?;
                child.wait()?;
                return Err("it hangs".into());
            }
            None => std::thread::sleep(GLANCE),
        }
    };
    let complained = complained.join().map_err(|_| "a thread panicked")??;
    let well = ended.success() && !complained.contains(PANICKED);
    ensure(well, || {
        let end = ended.to_string();
        format!(
            "it doesn't end well ({end}): {}",
            complained.lines().take(3).collect::<Vec<_>>().join(" ")
        )
    })?;
    said.join().map_err(|_| "a thread panicked")?
}

fn whole(pipe: Option<impl Read>) -> Outcome<String> {
    let mut all = String::new();
    pipe.ok_or("there is no pipe")?.read_to_string(&mut all)?;
    Ok(all)
}

/// Whether a message tells a person where to look.
fn says_where(said: &str, folder: &Path) -> bool {
    said.contains(&folder.display().to_string())
        || ["position", "`witness`", "view", "slot", "document"]
            .iter()
            .any(|place| said.contains(place))
}

/// Looks at an installation as `kanzlei verify` does, and says what is found and what can be read.
///
/// # Errors
/// If it can't be said.
pub fn look(folder: &Path) -> Outcome {
    let one_line = |what: &dyn fmt::Display| what.to_string().replace('\n', " ");
    let ground = match town::opening(folder)?.ground() {
        Ok(ground) => ground,
        Err(error) => {
            println!("unreadable {}", one_line(&error));
            return Ok(());
        }
    };
    for (position, hash) in readable(ground.ports.store.as_ref()) {
        println!("commit {position} {hash}");
    }
    match ground.verify(&|| {}) {
        Err(error) => println!("unreadable {}", one_line(&error)),
        Ok(verified) => {
            for finding in verified.findings {
                println!("found {}: {}", finding.place, one_line(&finding.what));
            }
        }
    }
    Ok(())
}
