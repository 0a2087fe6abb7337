//! The register's file: a table that people maintain, and the bytes that are published in the log.
//!
//! A line is a row, because no value of it can hold a line break; so a forgotten quotation mark
//! spoils one line, and not all that follow. Within a line, quoting is that of RFC 4180. Lines that
//! are empty or begin with `#` are passed over.

use std::fmt::Display;

use super::{Authority, Level, Register, RegisterError, RegisterFault, RegisterProblem};
use crate::{AuthorityId, Date};

const HEADER: &str = "id,name,level,part_of,from,until,district,residents,succeeded_by";
const COLUMNS: usize = 9;

impl Register {
    /// Reads a register from its file: UTF-8, these columns in this order, one row a line.
    ///
    /// ```text
    /// id,name,level,part_of,from,until,district,residents,succeeded_by
    /// 1130,Gettnau,municipality,10003,,2020-12-31,,,1151
    /// ```
    ///
    /// Dates are written `2020-12-31`; `from` is the first day and `until` the last one, each empty
    /// where it is open. An empty cell is a value that isn't there.
    ///
    /// # Errors
    /// With everything that is wrong in the file, each with its line: what can't be read, and what
    /// [`Register::new`] refuses (references between rows only once every line can be read).
    pub fn from_csv(text: &str) -> Result<Self, RegisterError> {
        // Spreadsheets put a byte order mark before UTF-8.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let mut problems = Vec::new();
        let (line, header) = lines.next().unwrap_or((1, ""));
        if header != HEADER {
            problems.push(RegisterProblem {
                line: Some(line),
                fault: RegisterFault::Header { wanted: HEADER },
            });
            return Err(RegisterError::new(problems));
        }
        let mut rows = Vec::new();
        // One more than allowed is read, so that the check says so.
        for (line, text) in lines.take(Self::ROWS_MAX + 1) {
            match read_row(text) {
                Ok(row) => rows.push((Some(line), row)),
                Err(faults) => problems.extend(faults.into_iter().map(|fault| RegisterProblem {
                    line: Some(line),
                    fault,
                })),
            }
        }
        Self::checked(rows, problems)
    }

    /// The register's one canonical file: what [`Register::from_csv`] reads, sorted, quoted only
    /// where it must be, lines ended by LF. Equal registers give equal bytes, which is what makes
    /// their hash a name for them.
    pub fn to_csv(&self) -> String {
        let mut text = format!("{HEADER}\n");
        for row in &self.rows {
            let cells = [
                row.id.to_string(),
                quoted(&row.name),
                row.level.to_string(),
                optional(row.part_of),
                optional(row.from),
                optional(row.until),
                row.district.as_deref().map(quoted).unwrap_or_default(),
                optional(row.residents),
                optional(row.succeeded_by),
            ];
            text.push_str(&cells.join(","));
            text.push('\n');
        }
        text
    }
}

fn optional<T: Display>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

/// The cells of a line, or nothing if its quotation marks aren't right.
fn split(line: &str) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let mut cell = String::new();
        if let Some(mut inside) = rest.strip_prefix('"') {
            loop {
                let (before, after) = inside.split_once('"')?;
                cell.push_str(before);
                let Some(more) = after.strip_prefix('"') else {
                    rest = after;
                    break;
                };
                cell.push('"');
                inside = more;
            }
        } else {
            let (plain, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
            if plain.contains('"') {
                return None;
            }
            cell.push_str(plain);
            rest = after;
        }
        cells.push(cell);
        if rest.is_empty() {
            return Some(cells);
        }
        rest = rest.strip_prefix(',')?;
    }
}

fn read_row(line: &str) -> Result<Authority, Vec<RegisterFault>> {
    let cells = split(line).ok_or_else(|| vec![RegisterFault::Quotes])?;
    let found = cells.len();
    let Ok(
        [
            id,
            name,
            level,
            part_of,
            from,
            until,
            district,
            residents,
            succeeded_by,
        ],
    ) = <[String; COLUMNS]>::try_from(cells)
    else {
        let wanted = COLUMNS;
        return Err(vec![RegisterFault::Cells { found, wanted }]);
    };
    let mut faults = Vec::new();
    let id = required("id", &id, NUMBER, number, &mut faults);
    let level = required(
        "level",
        &level,
        LEVEL,
        |text| text.parse().ok(),
        &mut faults,
    );
    let part_of = cell("part_of", &part_of, NUMBER, number, &mut faults);
    let from = cell("from", &from, DATE, date, &mut faults);
    let until = cell("until", &until, DATE, date, &mut faults);
    let residents = cell("residents", &residents, NUMBER, number, &mut faults);
    let succeeded_by = cell("succeeded_by", &succeeded_by, NUMBER, number, &mut faults);
    let (Some(id), Some::<Level>(level), true) = (id, level, faults.is_empty()) else {
        return Err(faults);
    };
    Ok(Authority {
        id: AuthorityId(id),
        name,
        level,
        part_of: part_of.map(AuthorityId),
        from,
        until,
        district: Some(district).filter(|text| !text.is_empty()),
        residents,
        succeeded_by: succeeded_by.map(AuthorityId),
    })
}

const NUMBER: &str = "a number of digits only, below 4294967296";
const DATE: &str = "a date such as 2026-01-05";
const LEVEL: &str = "a level such as municipality (a–z, 0–9 and “-”)";

fn number(text: &str) -> Option<u32> {
    // `parse` alone would take a sign.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn date(text: &str) -> Option<Date> {
    text.parse().ok()
}

fn required<T>(
    column: &'static str,
    text: &str,
    wanted: &'static str,
    read: impl Fn(&str) -> Option<T>,
    faults: &mut Vec<RegisterFault>,
) -> Option<T> {
    let value = read(text);
    if value.is_none() {
        let given = text.chars().take(64).collect();
        faults.push(RegisterFault::Cell {
            column,
            given,
            wanted,
        });
    }
    value
}

/// A cell that may be empty.
fn cell<T>(
    column: &'static str,
    text: &str,
    wanted: &'static str,
    read: impl Fn(&str) -> Option<T>,
    faults: &mut Vec<RegisterFault>,
) -> Option<T> {
    if text.is_empty() {
        return None;
    }
    required(column, text, wanted, read, faults)
}
