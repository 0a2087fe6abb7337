//! What a process said of itself: one line for each thing that it was told, written in one piece.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use kanzlei::{CaseId, DraftId, Position, Version};

use crate::plan::Caller;
use crate::{Outcome, ensure};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// The installation is open.
    Open,
    /// It is about to be compacted.
    Compacting,
    /// It is.
    Compacted,
    /// A step is begun.
    Begun(u32, u32),
    /// The step of a caller is done, and this is its receipt.
    Done(u32, u32, Receipt),
    /// The draft of a caller's step is saved, under this id.
    Draft(u32, u32, DraftId),
    /// The applicant is about to be erased from a case.
    Erasing(CaseId),
    /// They are.
    Erased(CaseId),
    /// A step wasn't done, and why.
    Failed(u32, u32, String),
}

/// What a command was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// Where in the log.
    pub position: Position,
    /// Which case.
    pub case: CaseId,
    /// Its version afterwards.
    pub version: Version,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => write!(f, "open"),
            Self::Compacting => write!(f, "compacting"),
            Self::Compacted => write!(f, "compacted"),
            Self::Begun(caller, step) => write!(f, "begun {caller} {step}"),
            Self::Done(caller, step, receipt) => {
                let (position, case) = (receipt.position, receipt.case);
                write!(
                    f,
                    "done {caller} {step} {position} {case} {}",
                    receipt.version
                )
            }
            Self::Draft(caller, step, id) => write!(f, "draft {caller} {step} {id}"),
            Self::Erasing(case) => write!(f, "erasing {case}"),
            Self::Erased(case) => write!(f, "erased {case}"),
            Self::Failed(caller, step, why) => {
                write!(f, "failed {caller} {step} {}", why.replace('\n', " "))
            }
        }
    }
}

impl Line {
    /// Reads a whole line.
    ///
    /// # Errors
    /// If no process of ours says so.
    pub fn read(line: &str) -> Outcome<Self> {
        let wrong = || format!("“{line}” says nothing");
        let words: Vec<&str> = line.split(' ').collect();
        Ok(match words.as_slice() {
            ["open"] => Self::Open,
            ["compacting"] => Self::Compacting,
            ["compacted"] => Self::Compacted,
            ["begun", caller, step] => Self::Begun(caller.parse()?, step.parse()?),
            ["done", caller, step, position, case, version] => {
                let receipt = Receipt {
                    position: Position(position.parse()?),
                    case: case.parse()?,
                    version: Version(version.parse()?),
                };
                Self::Done(caller.parse()?, step.parse()?, receipt)
            }
            ["draft", caller, step, id] => {
                let id = DraftId::parse(id).ok_or_else(wrong)?;
                Self::Draft(caller.parse()?, step.parse()?, id)
            }
            ["erasing", case] => Self::Erasing(case.parse()?),
            ["erased", case] => Self::Erased(case.parse()?),
            ["failed", caller, step, why @ ..] => {
                Self::Failed(caller.parse()?, step.parse()?, why.join(" "))
            }
            _ => return Err(wrong().into()),
        })
    }
}

/// All that was said by the processes that have worked in a folder.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// By caller and step.
    pub done: BTreeMap<(Caller, u32), Receipt>,
    /// By caller and step.
    pub drafts: BTreeMap<(Caller, u32), DraftId>,
    /// Begun last, by each caller; done or not.
    pub begun: BTreeMap<Caller, u32>,
    /// Cases from which the applicant may be erased.
    pub erasing: BTreeSet<CaseId>,
    /// Cases from which they must be.
    pub erased: BTreeSet<CaseId>,
    /// What wasn't done, and why, in order.
    pub failed: Vec<(Caller, u32, String)>,
}

impl Told {
    /// Takes in what the process of this round said.
    ///
    /// # Errors
    /// If it said something twice.
    pub fn hear(&mut self, seed: u64, round: u32, line: Line) -> Outcome {
        let caller = |number| Caller {
            seed,
            round,
            number,
        };
        let said = line.to_string();
        let new = match line {
            Line::Open | Line::Compacting | Line::Compacted => true,
            Line::Begun(number, step) => {
                self.begun.insert(caller(number), step);
                true
            }
            Line::Done(number, step, receipt) => {
                let before = self.done.insert((caller(number), step), receipt);
                before.is_none()
            }
            Line::Draft(number, step, id) => {
                let before = self.drafts.insert((caller(number), step), id);
                before.is_none()
            }
            Line::Erasing(case) => self.erasing.insert(case),
            Line::Erased(case) => self.erased.insert(case),
            Line::Failed(number, step, why) => {
                self.failed.push((caller(number), step, why));
                true
            }
        };
        ensure(new, || format!("“{said}” was said twice"))
    }
}
