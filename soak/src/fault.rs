//! Lets the disk fail under an installation at work: full, broken, not to be written, or without files
//! to open. Callers are told so, and of nothing that isn't durable.
//!
//! Every other process begins on what one before left that was killed or lost its power, so that the disk fails while
//! that is put right, too. What a killed one hadn't synced still isn't, whatever the next one makes of it:
//!
//! ```text
//! process ─► killed: all that it did, synced or not ────┐
//!         └► power lost: an image, all of it for certain ┴► process on a disk that fails ─► checks
//! ```

use std::fmt;
use std::path::PathBuf;

use kanzlei_store::conformance::Random;

use crate::caller::Work;
use crate::check::check;
use crate::disk::{Disk, Loses};
use crate::folder;
use crate::told::Told;
use crate::trace::{Heard, Op};
use crate::tracer::{Fault, Tracer};
use crate::{Outcome, PANICKED, ensure};

/// Callers of the process, how many steps each would take, and the longest text.
const CALLERS: u32 = 8;
const STEPS: u32 = 60;
const TEXT_MAX: u64 = 400;
/// A fault comes after at most so many calls of its kind.
const AFTER: u64 = 120;
/// The same of a process that fills segments, which one of so many does.
const TEXT_MAX_LARGE: u64 = 12_000;
const AFTER_LARGE: u64 = 1_200;
const LARGE_ONE_OF: u64 = 4;
/// With one process of so many the disk may fail while the installation is made and opened.
const EARLY_ONE_OF: u64 = 4;
/// The disk may fail while what a kill or a power loss left is opened, which takes about as many calls of a kind.
const OPENING: u64 = 32;

/// What became of the process before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// There was none.
    Nothing,
    Killed,
    PowerLost,
}

const BEFORE: [Before; 4] = [
    Before::Nothing,
    Before::Nothing,
    Before::Killed,
    Before::PowerLost,
];
/// One process that is interrupted of so many compacts.
const COMPACTS_ONE_OF: u64 = 2;

/// What fails, and which words of an answer say so.
type Way = (&'static str, &'static str, i32, &'static [&'static str]);
const FULL: &[&str] = &["No space left on device", "no room left"];
const BROKEN: &[&str] = &["Input/output error"];
const READ_ONLY: &[&str] = &["Read-only file system"];
const WAYS: [Way; 5] = [
    ("the disk is full", "wn", 28, FULL),
    ("writing fails", "w", 5, BROKEN),
    ("syncing fails", "s", 5, BROKEN),
    ("the folder can't be written", "wn", 30, READ_ONLY),
    ("no file can be opened", "on", 24, &["Too many open files"]),
];
/// What fjall's own threads meet they keep to themselves: it is called this, whatever it was.
const UNTOLD: &str = "it couldn't write to the disk, which is full or fails, or open a file";

/// Lets disks fail as often as is wanted.
#[derive(Debug)]
pub struct Failing<'a> {
    /// Makes calls fail.
    pub tracer: &'a Tracer,
    /// The program that works: this package's.
    pub program: PathBuf,
    /// The seed of everything.
    pub seed: u64,
}

/// What came of all faults.
#[derive(Debug, Clone, Copy, Default)]
pub struct Failed {
    /// How many processes were let work.
    pub faults: usize,
    /// How many of them said that they can't go on.
    pub refused: usize,
    /// How many began on what another left that was killed or lost its power.
    pub interrupted: usize,
    /// Under how many of these the disk failed before they had opened it.
    pub recovering: usize,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            faults,
            refused,
            interrupted,
            recovering,
        } = self;
        write!(
            f,
            "{faults} processes, {refused} of them refused to go on; {interrupted} began on what a kill or a power loss \
             left, and under {recovering} of these the disk failed while they opened it"
        )
    }
}

impl Failing<'_> {
    /// Lets so many processes work on a disk that fails; `told` is called after each.
    ///
    /// # Errors
    /// Which of them said something wrong, and the folder that shows it, which is kept.
    pub fn run(&self, faults: usize, told: &mut dyn FnMut(usize)) -> Outcome<Failed> {
        // How much chance a process takes is up to its threads: what fails isn't to be.
        let mut plan = Random::seeded(self.seed);
        let mut random = Random::seeded(!self.seed);
        let mut failed = Failed::default();
        for number in 0..faults {
            let planned = Planned::draw(&mut plan);
            let work = Work {
                seed: self.seed.wrapping_add(number as u64),
                round: 0,
                callers: CALLERS,
                text_max: planned.text_max,
                steps: Some(STEPS),
                compacts: false,
            };
            let ground = match planned.before {
                Before::Nothing => Ground {
                    folder: folder::new()?,
                    work,
                    disk: Disk::new(Loses::Any),
                    heard: Heard::new(work.seed),
                },
                Before::Killed | Before::PowerLost => {
                    self.interrupted(work, &planned, &mut random)?
                }
            };
            let (refused, opening) = self.fail(&ground, &planned, &mut random).map_err(|why| {
                let kept = ground.folder.keep();
                let Planned {
                    what,
                    before,
                    fault,
                    ..
                } = &planned;
                format!(
                    "{what}, {fault:?}, before {before:?}: {why}\n  {} shows it",
                    kept.display()
                )
            })?;
            let interrupted = planned.before != Before::Nothing;
            failed.faults += 1;
            failed.refused += usize::from(refused);
            failed.interrupted += usize::from(interrupted);
            failed.recovering += usize::from(interrupted && opening);
            told(failed.faults);
        }
        Ok(failed)
    }

    /// Lets a process work until it is killed or its power goes, for another to go on with what it left.
    fn interrupted(&self, work: Work, planned: &Planned, random: &mut Random) -> Outcome<Ground> {
        let earlier = Work {
            compacts: planned.compacts,
            ..work
        };
        let scratch = folder::new()?;
        let traced = self.tracer.well(&self.program, scratch.path(), earlier)?;
        let until = random.below(traced.ops.len() as u64 + 1) as usize;
        let (mut disk, mut heard) = (Disk::new(Loses::Any), Heard::new(work.seed));
        for op in traced.ops.get(..until).unwrap_or_default() {
            disk.apply(op);
            heard.take(op)?;
        }
        let folder = folder::new()?;
        if planned.before == Before::Killed {
            disk.whole().put(folder.path())?;
            disk.is_in(folder.path())?;
        } else {
            let image = disk.cut_off(random);
            image.put(folder.path())?;
            disk = Disk::holding(image, folder.path(), Loses::Any)?;
        }
        Ok(Ground {
            folder,
            work: Work { round: 1, ..work },
            disk,
            heard: heard.next(),
        })
    }

    /// Whether the process noticed, and whether the disk failed before it had opened the installation.
    fn fail(
        &self,
        ground: &Ground,
        Planned { fault, said, .. }: &Planned,
        random: &mut Random,
    ) -> Outcome<(bool, bool)> {
        let Ground { folder, work, .. } = ground;
        let traced = self
            .tracer
            .run(&self.program, folder.path(), *work, Some(fault))?;
        let well = matches!(traced.code, Some(0 | 1)) && !traced.complaints.contains(PANICKED);
        ensure(well, || {
            format!("it ended with {:?}: {}", traced.code, traced.complaints)
        })?;
        let ops = &traced.ops;
        let told = ground.heard(ops)?;
        let stopped = told.failed.iter().map(|(_, _, why)| why.as_str());
        let said_so = stopped.chain([traced.complaints.as_str()]);
        let named = said_so.filter(|why| !why.is_empty()).collect::<Vec<_>>();
        for why in &named {
            let mut words = said.iter().chain([&UNTOLD]);
            ensure(words.any(|said| why.contains(said)), || {
                format!("“{why}” says none of {said:?}")
            })?;
        }
        // As it is after the process, and as it is if the power goes, too, some time after the first call that failed.
        let first = ops.iter().position(|op| matches!(op, Op::Refused { .. }));
        let opened = ops.iter().position(|op| matches!(op, Op::Said(_)));
        let opening = first.is_some_and(|first| opened.is_none_or(|opened| first < opened));
        let refused = first.is_some() && !named.is_empty();
        let first = first.unwrap_or(ops.len());
        let until = first + random.below((ops.len() - first) as u64 + 1) as usize;
        for until in [until, ops.len()] {
            let ops = ops.get(..until).unwrap_or(ops);
            let image = folder::new()?;
            let mut disk = ground.disk.clone();
            for op in ops {
                disk.apply(op);
            }
            disk.cut_off(random).put(image.path())?;
            check(image.path(), &ground.heard(ops)?, work.text_max)
                .map_err(|why| format!("without power after {until} calls: {why}"))?;
        }
        check(folder.path(), &told, work.text_max)?;
        Ok((refused, opening))
    }
}

/// What is to happen, whatever chance the processes take.
struct Planned {
    what: &'static str,
    before: Before,
    compacts: bool,
    text_max: u64,
    fault: Fault,
    said: &'static [&'static str],
}

impl Planned {
    fn draw(plan: &mut Random) -> Self {
        let (what, calls, errno, said) = plan.pick(&WAYS);
        let before = plan.pick(&BEFORE);
        let (text_max, after) = if plan.below(LARGE_ONE_OF) == 0 {
            (TEXT_MAX_LARGE, AFTER_LARGE)
        } else {
            (TEXT_MAX, AFTER)
        };
        let (early, after) = if before == Before::Nothing {
            (plan.below(EARLY_ONE_OF) == 0, after)
        } else {
            (true, plan.pick(&[OPENING, after]))
        };
        Self {
            what,
            before,
            compacts: plan.below(COMPACTS_ONE_OF) == 0,
            text_max,
            fault: Fault {
                calls: format!("{calls}{}", if early { "e" } else { "" }),
                errno,
                after: plan.below(after),
                times: plan.pick(&[1, 3, u32::MAX >> 1]),
            },
            said,
        }
    }
}

/// What a process begins on, and what it is to do there.
struct Ground {
    folder: tempfile::TempDir,
    work: Work,
    /// What is on its disk, and what isn't for certain.
    disk: Disk,
    /// What was said before.
    heard: Heard,
}

impl Ground {
    /// What was said up to the end of these calls.
    fn heard(&self, ops: &[Op]) -> Outcome<Told> {
        let mut heard = self.heard.clone();
        for op in ops {
            heard.take(op)?;
        }
        Ok(heard.told)
    }
}
