//! Lets the disk fail under an installation at work: full, broken, not to be written, or without files
//! to open. Callers are told so, and of nothing that isn't durable.

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
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { faults, refused } = self;
        write!(f, "{faults} processes, {refused} of them refused to go on")
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
            let (what, calls, errno, said) = plan.pick(&WAYS);
            let large = plan.below(LARGE_ONE_OF) == 0;
            let early = if plan.below(EARLY_ONE_OF) == 0 {
                "e"
            } else {
                ""
            };
            let fault = Fault {
                calls: format!("{calls}{early}"),
                errno,
                after: plan.below(if large { AFTER_LARGE } else { AFTER }),
                times: plan.pick(&[1, 3, u32::MAX >> 1]),
            };
            let folder = folder::new()?;
            let work = Work {
                seed: self.seed.wrapping_add(number as u64),
                round: 0,
                callers: CALLERS,
                text_max: if large { TEXT_MAX_LARGE } else { TEXT_MAX },
                steps: Some(STEPS),
                compacts: false,
            };
            let outcome = self.fail(&folder, work, &fault, said, &mut random);
            failed.refused += usize::from(outcome.map_err(|why| {
                let kept = folder.keep();
                format!("{what}, {fault:?}: {why}\n  {} shows it", kept.display())
            })?);
            failed.faults += 1;
            told(failed.faults);
        }
        Ok(failed)
    }

    /// Whether the process noticed.
    fn fail(
        &self,
        folder: &tempfile::TempDir,
        work: Work,
        fault: &Fault,
        said: &[&str],
        random: &mut Random,
    ) -> Outcome<bool> {
        let (seed, text_max) = (work.seed, work.text_max);
        let traced = self
            .tracer
            .run(&self.program, folder.path(), work, Some(fault))?;
        let well = matches!(traced.code, Some(0 | 1)) && !traced.complaints.contains(PANICKED);
        ensure(well, || {
            format!("it ended with {:?}: {}", traced.code, traced.complaints)
        })?;
        let told = heard(&traced.ops, seed)?;
        let refused = traced.ops.iter().any(|op| matches!(op, Op::Refused { .. }));
        let stopped = told.failed.iter().map(|(_, _, why)| why.as_str());
        let said_so = stopped.chain([traced.complaints.as_str()]);
        let named = said_so.filter(|why| !why.is_empty()).collect::<Vec<_>>();
        for why in &named {
            ensure(said.iter().any(|said| why.contains(said)), || {
                format!("“{why}” says none of {said:?}")
            })?;
        }
        // As it is after the process, and as it is if the power goes, too, some time after the first call that failed.
        let ops = &traced.ops;
        let first = ops.iter().position(|op| matches!(op, Op::Refused { .. }));
        let first = first.unwrap_or(ops.len());
        let until = first + random.below((ops.len() - first) as u64 + 1) as usize;
        for until in [until, ops.len()] {
            let ops = ops.get(..until).unwrap_or(ops);
            let image = folder::new()?;
            let mut disk = Disk::new(Loses::Any);
            for op in ops {
                disk.apply(op);
            }
            disk.cut_off(random).put(image.path())?;
            check(image.path(), &heard(ops, seed)?, text_max)
                .map_err(|why| format!("without power after {until} calls: {why}"))?;
        }
        check(folder.path(), &told, text_max)?;
        Ok(refused && !named.is_empty())
    }
}

fn heard(ops: &[Op], seed: u64) -> Outcome<Told> {
    let mut heard = Heard::new(seed);
    for op in ops {
        heard.take(op)?;
    }
    Ok(heard.told)
}
