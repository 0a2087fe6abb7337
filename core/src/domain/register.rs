//! The register of authorities: who exists on a day, and who answers for whom.
//!
//! It is historised as eCH-0071 is: an authority that is renamed has several rows with one id, one
//! that is merged ends and names its successor. Nothing is ever taken out, because a case of ten
//! years ago still names who was responsible then.
//!
//! ```text
//!   1057 Honau   ──────────────┐ until 2024-12-31, succeeded by 1065
//!   1065 Root    ──────────────┴──────────────▶
//!                              └ from here on `current(1057)` is 1065
//! ```

mod check;
mod csv;

use serde::Serialize;

use crate::domain::Code;
use crate::domain::spelling::fold;
use crate::{AuthorityId, Date};

pub use check::{RegisterError, RegisterFault, RegisterProblem};

/// A tier of the state: `municipality`, `canton`, `office`, `district`, `federation` or whatever
/// an installation needs. Data, not code: only the numbering of municipalities depends on it.
pub type Level = Code;

/// An authority over a period in which nothing about it changed: a row of the register.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Authority {
    /// Its number. Several rows may share it, with periods that don't overlap.
    pub id: AuthorityId,
    /// Its official name in this period.
    pub name: String,
    /// Its tier of the state.
    pub level: Level,
    /// The authority that it belongs to: a municipality to its canton, an office to whose it is.
    pub part_of: Option<AuthorityId>,
    /// Its first day; `None` is since before the register begins.
    pub from: Option<Date>,
    /// Its last day in force, inclusive; `None` is still in force.
    pub until: Option<Date>,
    /// The electoral district, as text: it handles no cases.
    pub district: Option<String>,
    /// Permanent residents, of the latest count that the register's author had.
    pub residents: Option<u32>,
    /// Who answers for it from the day after `until`.
    pub succeeded_by: Option<AuthorityId>,
}

impl Authority {
    /// The level whose authorities are numbered by the Federal Statistical Office (eCH-0007).
    pub const MUNICIPALITY: &'static str = "municipality";

    /// Whether it is a municipality, and its number therefore a BFS number.
    pub fn is_municipality(&self) -> bool {
        self.level == Self::MUNICIPALITY
    }

    fn begins(&self) -> i32 {
        self.from.map_or(i32::MIN, Date::days)
    }

    fn ends(&self) -> i32 {
        self.until.map_or(i32::MAX, Date::days)
    }

    /// Whether this row says what is so on that day.
    pub fn is_in_force(&self, on: Date) -> bool {
        (self.begins()..=self.ends()).contains(&on.days())
    }
}

/// One authority took over from another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Succession {
    /// The first day on which the new one answers.
    pub on: Date,
    /// The one that ended the day before.
    pub old: AuthorityId,
    /// The one that answers for it.
    pub new: AuthorityId,
}

/// The historised list of authorities. Every question names a day.
///
/// ```
/// use kanzlei_core::{AuthorityId, Date, Register};
///
/// let register = Register::from_csv(
///     "id,name,level,part_of,from,until,district,residents,succeeded_by\n\
///      1057,Honau,municipality,10003,,2024-12-31,Luzern-Land,414,1065\n\
///      1065,Root,municipality,10003,,,Luzern-Land,5335,\n\
///      10003,Kanton Luzern,canton,,,,,,\n",
/// )?;
/// let (honau, root) = (AuthorityId(1057), AuthorityId(1065));
/// let (before, after) = (Date::new(2024, 12, 31)?, Date::new(2025, 1, 1)?);
///
/// assert_eq!(register.current(honau, before), Some(honau));
/// assert_eq!(register.current(honau, after), Some(root));
/// assert!(!register.exists(honau, after));
/// assert_eq!(register.find("root", after)[0].id, root);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Register {
    /// By id, then by first day: a binary search needs no further index.
    rows: Vec<Authority>,
    /// Folded names, sorted, with the row that bears them.
    names: Vec<(String, usize)>,
}

impl Register {
    /// More rows are refused; Switzerland has some 2,800 since 2010.
    pub const ROWS_MAX: usize = 100_000;
    /// How far up `part_of` leads at most: enough for an office of a quarter of a city of a
    /// district of a canton of the federation. What goes further goes in a circle.
    pub const TIERS_MAX: usize = 8;

    /// A register of these rows, in any order.
    ///
    /// # Errors
    /// With everything that is wrong: numbers that don't fit the level, empty or unprintable
    /// texts, periods that end before they begin or overlap, a `part_of` that doesn't exist on the
    /// row's first day or leads in a circle, a successor that doesn't exist on the day it takes
    /// over or follows one that goes on.
    pub fn new(authorities: Vec<Authority>) -> Result<Self, RegisterError> {
        let rows = authorities.into_iter().map(|row| (None, row)).collect();
        Self::checked(rows, Vec::new())
    }

    fn checked(
        mut numbered: Vec<(Option<usize>, Authority)>,
        mut problems: Vec<RegisterProblem>,
    ) -> Result<Self, RegisterError> {
        numbered.sort_by_key(|(_, row)| (row.id, row.begins()));
        let (lines, rows): (Vec<_>, Vec<_>) = numbered.into_iter().unzip();
        let names = name_index(&rows);
        let register = Self { rows, names };
        check::check(&register, &lines, &mut problems);
        if problems.is_empty() {
            return Ok(register);
        }
        Err(RegisterError::new(problems))
    }

    /// The authority as it is on that day, if it exists then.
    pub fn authority(&self, id: AuthorityId, on: Date) -> Option<&Authority> {
        self.row(id, on.days())
    }

    /// Whether it exists on that day.
    pub fn exists(&self, id: AuthorityId, on: Date) -> bool {
        self.authority(id, on).is_some()
    }

    /// Its level on that day.
    pub fn level_on(&self, id: AuthorityId, on: Date) -> Option<&Level> {
        self.authority(id, on).map(|row| &row.level)
    }

    /// Who answers for it on that day: itself while it is in force, afterwards who took over, and
    /// whoever took over from that one. Nobody, if it hasn't begun or ended without a successor.
    pub fn current(&self, id: AuthorityId, on: Date) -> Option<AuthorityId> {
        let mut row = self.latest(id, on.days())?;
        // A successor is in force on the day it takes over, so it ends later than who it follows:
        // the walk is over after as many steps as there are rows, at the latest.
        for _ in 0..self.rows.len() {
            let Some(last) = row.until.filter(|last| *last < on) else {
                return Some(row.id);
            };
            let next = row.succeeded_by.unwrap_or(row.id);
            row = self.authority(next, last.plus_days(1))?;
        }
        None
    }

    /// The authorities in force on that day that somebody may mean: the one with this number, else
    /// those with exactly this name, else those whose name is the same when case, accents, umlauts
    /// (ü, ue, u) and a suffix such as “ (LU)” don't count. Sorted by id; several, if it is
    /// ambiguous.
    pub fn find(&self, name_or_number: &str, on: Date) -> Vec<&Authority> {
        let wanted = name_or_number.trim();
        if let Ok(number) = wanted.parse() {
            return self
                .authority(AuthorityId(number), on)
                .into_iter()
                .collect();
        }
        let key = fold(wanted);
        let first = self.names.partition_point(|(name, _)| *name < key);
        let mut found: Vec<&Authority> = self
            .names
            .iter()
            .skip(first)
            .take_while(|(name, _)| *name == key)
            .filter_map(|(_, at)| self.rows.get(*at))
            .filter(|row| row.is_in_force(on))
            .collect();
        if found.iter().any(|row| row.name == wanted) {
            found.retain(|row| row.name == wanted);
        }
        found
    }

    /// The authorities in force on that day, by id.
    pub fn all_on(&self, on: Date) -> impl Iterator<Item = &Authority> {
        self.rows.iter().filter(move |row| row.is_in_force(on))
    }

    /// Every row, by id and first day.
    pub fn rows(&self) -> &[Authority] {
        &self.rows
    }

    /// Every succession, by the id of who ended.
    pub fn successions(&self) -> impl Iterator<Item = Succession> {
        self.rows.iter().filter_map(|row| {
            Some(Succession {
                on: row.until?.plus_days(1),
                old: row.id,
                new: row.succeeded_by?,
            })
        })
    }

    /// The row with the latest first day up to that one, whether or not it has ended since.
    fn latest(&self, id: AuthorityId, day: i32) -> Option<&Authority> {
        let after = self
            .rows
            .partition_point(|row| (row.id, row.begins()) <= (id, day));
        let row = self.rows.get(after.checked_sub(1)?)?;
        (row.id == id).then_some(row)
    }

    fn row(&self, id: AuthorityId, day: i32) -> Option<&Authority> {
        self.latest(id, day).filter(|row| day <= row.ends())
    }
}

/// Each name folded, and without its suffix if it has one. Sorted, so rows come by id.
fn name_index(rows: &[Authority]) -> Vec<(String, usize)> {
    let mut names = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        names.push((fold(&row.name), at));
        if let Some((stem, _)) = row.name.strip_suffix(')').and_then(|n| n.rsplit_once(" (")) {
            names.push((fold(stem), at));
        }
    }
    names.sort_unstable();
    names
}
