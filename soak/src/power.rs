//! Cuts the power: of a process' trace, images are made that a disk may be left with at any moment,
//! and each is opened and checked against what had been acknowledged by then.

use std::path::{Path, PathBuf};

use kanzlei_store::conformance::Random;

use crate::caller::Work;
use crate::check::check;
use crate::disk::{Disk, Image, Loses};
use crate::folder;
use crate::mend::nothing_to_mend;
use crate::told::Told;
use crate::trace::{Heard, Op};
use crate::tracer::{Traced, Tracer};
use crate::{Outcome, ensure};

/// What a process does, and what one does that writes so much that its log settles.
const SMALL: Work = Work {
    seed: 0,
    round: 0,
    callers: 6,
    text_max: 900,
    steps: Some(24),
    compacts: false,
};
const LARGE: Work = Work {
    text_max: 40_000,
    steps: Some(36),
    ..SMALL
};
/// One process of so many writes much, and one of so many compacts meanwhile.
const LARGE_ONE_OF: usize = 3;
const COMPACTS_ONE_OF: u64 = 2;
/// Images that are made of one trace: another trace has other moments.
const IMAGES: usize = 80;
/// Of one image of so many a process goes on, so many steps, until its power is cut, too.
const AGAIN_ONE_OF: usize = 8;
const STEPS_AGAIN: u32 = 4;

/// Cuts the power as often as is wanted.
#[derive(Debug)]
pub struct Cutting<'a> {
    /// Follows what the process does.
    pub tracer: &'a Tracer,
    /// The program that works: this package's.
    pub program: PathBuf,
    /// The seed of everything.
    pub seed: u64,
}

/// What came of all images.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cut {
    /// How many images were opened.
    pub images: usize,
    /// Of how many traces.
    pub traces: usize,
    /// How many images are of a moment at which the process compacted.
    pub compacting: usize,
    /// How many are of a process that went on with an image.
    pub again: usize,
    /// How many commits the traced processes were told of.
    pub acknowledged: usize,
}

impl Cutting<'_> {
    /// Checks so many images; `told` is called after each.
    ///
    /// # Errors
    /// What was lost, with the seed and the image that shows it, which is kept.
    pub fn run(&self, images: usize, told: &mut dyn FnMut(usize)) -> Outcome<Cut> {
        let mut cut = Cut::default();
        while cut.images < images {
            let seed = self.seed.wrapping_add(cut.traces as u64);
            let loses = if cut.traces.is_multiple_of(2) {
                Loses::Any
            } else {
                Loses::TheLast
            };
            let mut random = Random::seeded(seed);
            let large = cut.traces % LARGE_ONE_OF == 1;
            let work = work(seed, large, &mut random);
            let (traced, acknowledged) = self.trace(work)?;
            let wanted = IMAGES.min(images - cut.images);
            let mut moments = Moments::new(self, &traced.ops, loses, work, random, wanted);
            while let Some(number) = moments.next()? {
                told(cut.images + number);
            }
            cut.images += wanted;
            cut.traces += 1;
            cut.compacting += moments.compacting;
            cut.again += moments.again;
            cut.acknowledged += acknowledged;
        }
        Ok(cut)
    }

    /// Lets a process work, and makes sure that what it did was followed: its trace gives the
    /// folder that it has left.
    fn trace(&self, work: Work) -> Outcome<(Traced, usize)> {
        let folder = folder::new()?;
        let traced = self.tracer.well(&self.program, folder.path(), work)?;
        let again = folder::new()?;
        let mut disk = Disk::new(Loses::Any);
        traced.ops.iter().for_each(|op| disk.apply(op));
        disk.whole().put(again.path())?;
        folder::same(folder.path(), again.path())?;
        let mut heard = Heard::new(work.seed);
        traced.ops.iter().try_for_each(|op| heard.take(op))?;
        let Told { failed, done, .. } = &heard.told;
        ensure(failed.is_empty(), || format!("steps failed: {failed:?}"))?;
        let acknowledged = done.len();
        Ok((traced, acknowledged))
    }
}

/// What the process with this seed does.
fn work(seed: u64, large: bool, random: &mut Random) -> Work {
    let compacts = random.below(COMPACTS_ONE_OF) == 0;
    Work {
        seed,
        compacts,
        ..if large { LARGE } else { SMALL }
    }
}

/// The moments of a trace at which the power goes.
struct Moments<'a> {
    cutting: &'a Cutting<'a>,
    ops: &'a [Op],
    done: usize,
    disk: Disk,
    heard: Heard,
    work: Work,
    random: Random,
    made: usize,
    compacting: usize,
    again: usize,
    wanted: usize,
    loses: Loses,
}

impl<'a> Moments<'a> {
    fn new(
        cutting: &'a Cutting<'a>,
        ops: &'a [Op],
        loses: Loses,
        work: Work,
        random: Random,
        wanted: usize,
    ) -> Self {
        Self {
            cutting,
            ops,
            done: 0,
            disk: Disk::new(loses),
            heard: Heard::new(work.seed),
            work,
            random,
            made: 0,
            compacting: 0,
            again: 0,
            wanted,
            loses,
        }
    }

    /// Goes on to the next moment and checks an image of it: how many there were.
    fn next(&mut self) -> Outcome<Option<usize>> {
        if self.made == self.wanted {
            return Ok(None);
        }
        // All over the trace, and each somewhere in its part of it.
        let (from, to) = (self.part(self.made), self.part(self.made + 1));
        let until = from + self.random.below((to - from).max(1) as u64) as usize;
        for op in self.ops.get(self.done..until).unwrap_or_default() {
            self.disk.apply(op);
            self.heard.take(op)?;
        }
        self.done = self.done.max(until);
        let folder = folder::new()?;
        let image = self.disk.cut_off(&mut self.random);
        image.put(folder.path())?;
        let before = folder::new()?;
        folder::copy(folder.path(), before.path())?;
        let again = self.made.is_multiple_of(AGAIN_ONE_OF);
        let sound = if again {
            self.goes_on(image, folder.path())
        } else {
            self.is_sound(folder.path(), &self.heard)
        };
        sound.map_err(|why| {
            let (seed, op, loses) = (self.work.seed, self.done, self.loses);
            let compacting = if self.heard.compacting {
                "compacting, "
            } else {
                ""
            };
            format!(
                "{why}\n  seed {seed}, {compacting}cut off after {op} calls, on a disk that loses \
                 {loses:?}; {} is what it left",
                before.keep().display()
            )
        })?;
        self.made += 1;
        self.again += usize::from(again);
        self.compacting += usize::from(self.heard.compacting);
        Ok(Some(self.made))
    }

    fn is_sound(&self, folder: &Path, heard: &Heard) -> Outcome {
        nothing_to_mend(folder)
            .and_then(|()| check(folder, &heard.told, self.work.text_max))
            .map(drop)
    }

    /// Lets a process go on with an image, mending what the power loss left, and cuts its power, too.
    fn goes_on(&mut self, image: Image, folder: &Path) -> Outcome {
        let work = Work {
            round: 1,
            steps: Some(STEPS_AGAIN),
            compacts: false,
            ..self.work
        };
        let mut disk = Disk::holding(image, folder, self.loses)?;
        let traced = self
            .cutting
            .tracer
            .well(&self.cutting.program, folder, work)?;
        let until = self.random.below(traced.ops.len() as u64 + 1) as usize;
        let mut heard = self.heard.next();
        for op in traced.ops.get(..until).unwrap_or_default() {
            disk.apply(op);
            heard.take(op)?;
        }
        let failed = &heard.told.failed;
        ensure(failed.is_empty(), || {
            format!("steps after a power loss failed: {failed:?}")
        })?;
        let folder = folder::new()?;
        disk.cut_off(&mut self.random).put(folder.path())?;
        let sound = self.is_sound(folder.path(), &heard);
        sound.map_err(|why| format!("{why}, after {until} calls of a process that went on").into())
    }

    fn part(&self, number: usize) -> usize {
        self.ops.len() * number / self.wanted.max(1)
    }
}
