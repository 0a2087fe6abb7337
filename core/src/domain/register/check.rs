//! What makes rows a register, and what to say when they don't.

use std::fmt;

use super::{Authority, Register};
use crate::{AuthorityId, Date};

/// One thing that is wrong with a register.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterFault {
    /// The first line isn't the list of columns.
    #[error("the first line must be “{wanted}”")]
    Header {
        /// The columns as they must stand there.
        wanted: &'static str,
    },
    /// A line with too few or too many cells.
    #[error("{found} cells instead of {wanted}")]
    Cells {
        /// How many there are.
        found: usize,
        /// How many there must be.
        wanted: usize,
    },
    /// A quotation mark that isn't closed, or stands in the middle of a cell.
    #[error("a quoted cell must begin and end with \", and a \" in it is written twice")]
    Quotes,
    /// A cell that can't be read.
    #[error("{column}: “{given}” is not {wanted}")]
    Cell {
        /// The column's name.
        column: &'static str,
        /// What stands there, shortened.
        given: String,
        /// What may stand there.
        wanted: &'static str,
    },
    /// More rows than a register may have.
    #[error("more than {max} rows")]
    TooMany {
        /// The limit.
        max: usize,
    },
    /// A number that its level doesn't have.
    #[error("authority {id}: a municipality has a number from 1 to 9999, any other from 10000")]
    Number {
        /// The number.
        id: AuthorityId,
    },
    /// A name or district that is empty, too long, or has spaces around it or control characters.
    #[error(
        "authority {id}: {column} must be 1 to {max} bytes of text on one line, without spaces around it"
    )]
    Text {
        /// Whose.
        id: AuthorityId,
        /// `name` or `district`.
        column: &'static str,
        /// The limit in bytes of UTF-8.
        max: usize,
    },
    /// A period that ends before it begins.
    #[error("authority {id} begins on {from} and ends before, on {until}")]
    Period {
        /// Whose.
        id: AuthorityId,
        /// The first day.
        from: Date,
        /// The last day.
        until: Date,
    },
    /// Two rows of one authority for the same day.
    #[error("authority {id}: this row overlaps an earlier one; rows of one number must not")]
    Overlap {
        /// Whose.
        id: AuthorityId,
    },
    /// It is part of an authority that doesn't exist on its first day.
    #[error("authority {id} is part of {part_of}, which doesn't exist on this row's first day")]
    PartOfUnknown {
        /// Whose row.
        id: AuthorityId,
        /// The one that is missing.
        part_of: AuthorityId,
    },
    /// Going up by `part_of` doesn't end.
    #[error("authority {id} is part of itself, or of more than {max} others in a row")]
    PartOfCircle {
        /// Whose row.
        id: AuthorityId,
        /// The limit.
        max: usize,
    },
    /// It has a successor, but no end.
    #[error("authority {id} is succeeded by {successor}, but its last day is missing")]
    SuccessorTooEarly {
        /// Whose row.
        id: AuthorityId,
        /// The successor.
        successor: AuthorityId,
    },
    /// It has a successor, although it exists on the day that one takes over.
    #[error("authority {id} is succeeded by {successor}, but goes on itself on {on}")]
    SuccessorNeedless {
        /// Whose row.
        id: AuthorityId,
        /// The successor.
        successor: AuthorityId,
        /// The day on which that one would take over.
        on: Date,
    },
    /// The successor doesn't exist on the day it takes over: unknown, ended, or not begun. So
    /// successions never go in a circle.
    #[error("authority {id} is succeeded by {successor}, which doesn't exist on {on}")]
    SuccessorUnknown {
        /// Whose row.
        id: AuthorityId,
        /// The successor.
        successor: AuthorityId,
        /// The day on which it would take over.
        on: Date,
    },
}

/// A fault and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterProblem {
    /// The line of the file, from 1; `None` if the register didn't come from a file.
    pub line: Option<usize>,
    /// What is wrong there.
    pub fault: RegisterFault,
}

impl fmt::Display for RegisterProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        self.fault.fmt(f)
    }
}

/// A register that isn't one, with every reason, in order of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterError {
    problems: Vec<RegisterProblem>,
}

impl RegisterError {
    pub(super) fn new(mut problems: Vec<RegisterProblem>) -> Self {
        problems.sort_by_key(|problem| problem.line);
        Self { problems }
    }

    /// Everything that must be corrected; at least one.
    pub fn problems(&self) -> &[RegisterProblem] {
        &self.problems
    }
}

/// One problem a line.
impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            let end_of_last = if at == 0 { "" } else { "\n" };
            write!(f, "{end_of_last}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for RegisterError {}

/// Adds what is wrong with the register's rows, which are sorted; `lines` says where each stands.
pub(super) fn check(
    register: &Register,
    lines: &[Option<usize>],
    problems: &mut Vec<RegisterProblem>,
) {
    // Where a line couldn't be read, every row that refers to it would seem wrong too.
    let is_whole = problems.is_empty();
    if register.rows.len() > Register::ROWS_MAX {
        let max = Register::ROWS_MAX;
        let fault = RegisterFault::TooMany { max };
        problems.push(RegisterProblem { line: None, fault });
    }
    // Whose rows came last, and the latest day that any of them covers.
    let mut covered: Option<(AuthorityId, i32)> = None;
    for (row, line) in register.rows.iter().zip(lines) {
        let mut faults = row_faults(row);
        let before = covered.filter(|(id, _)| *id == row.id).map(|(_, day)| day);
        if before.is_some_and(|day| row.begins() <= day) {
            faults.push(RegisterFault::Overlap { id: row.id });
        }
        covered = Some((row.id, row.ends().max(before.unwrap_or(i32::MIN))));
        if is_whole {
            faults.extend(part_of_fault(register, row));
            faults.extend(succession_fault(register, row));
        }
        problems.extend(
            faults
                .into_iter()
                .map(|fault| RegisterProblem { line: *line, fault }),
        );
    }
}

fn row_faults(row: &Authority) -> Vec<RegisterFault> {
    /// Of a name or district, in bytes; the longest name of a municipality has 36.
    const TEXT_MAX: usize = 200;
    let id = row.id;
    let mut faults = Vec::new();
    let numbers = if row.is_municipality() {
        1..=9_999
    } else {
        10_000..=u32::MAX
    };
    if !numbers.contains(&id.0) {
        faults.push(RegisterFault::Number { id });
    }
    let is_text = |text: &str| {
        (1..=TEXT_MAX).contains(&text.len())
            && text.trim() == text
            && !text.contains(char::is_control)
    };
    let texts = [
        ("name", Some(&row.name)),
        ("district", row.district.as_ref()),
    ];
    for (column, text) in texts {
        if text.is_some_and(|text| !is_text(text)) {
            let max = TEXT_MAX;
            faults.push(RegisterFault::Text { id, column, max });
        }
    }
    if let (Some(from), Some(until)) = (row.from, row.until)
        && until < from
    {
        faults.push(RegisterFault::Period { id, from, until });
    }
    faults
}

fn part_of_fault(register: &Register, row: &Authority) -> Option<RegisterFault> {
    let (id, day) = (row.id, row.begins());
    let part_of = row.part_of?;
    let Some(mut above) = register.row(part_of, day) else {
        return Some(RegisterFault::PartOfUnknown { id, part_of });
    };
    // A circle closes on the first day of one of its rows, so it is enough to look on that day.
    for _ in 1..Register::TIERS_MAX {
        above = register.row(above.part_of?, day)?;
    }
    above.part_of?;
    let max = Register::TIERS_MAX;
    Some(RegisterFault::PartOfCircle { id, max })
}

fn succession_fault(register: &Register, row: &Authority) -> Option<RegisterFault> {
    let id = row.id;
    let successor = row.succeeded_by?;
    let Some(last) = row.until else {
        return Some(RegisterFault::SuccessorTooEarly { id, successor });
    };
    let on = last.plus_days(1);
    if register.exists(id, on) {
        return Some(RegisterFault::SuccessorNeedless { id, successor, on });
    }
    if !register.exists(successor, on) {
        return Some(RegisterFault::SuccessorUnknown { id, successor, on });
    }
    None
}
