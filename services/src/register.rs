//! The authorities of the canton of Lucerne, and who takes part in the electronic move.
//!
//! Facts in files beside the code, read when they are asked for: an installation elsewhere brings
//! its own register, and nothing here is a default.

use kanzlei_core::{AuthorityId, Date, Register, RegisterError};

/// The canton of Lucerne. Its municipalities have their BFS numbers.
pub const CANTON: AuthorityId = AuthorityId(10_003);
/// The cantonal office that coordinates building permits.
pub const BUILDING: AuthorityId = AuthorityId(20_001);
/// The cantonal office for schools.
pub const SCHOOLS: AuthorityId = AuthorityId(20_002);
/// The cantonal veterinary service.
pub const VETERINARY: AuthorityId = AuthorityId(20_003);
/// The cantonal tax office.
pub const TAXES: AuthorityId = AuthorityId(20_004);

/// The authorities of the canton of Lucerne: every municipality since 2010, and the cantonal
/// offices that the ready-made services name.
///
/// ```
/// use kanzlei_core::{AuthorityId, Date};
///
/// let register = kanzlei_services::register::lucerne()?;
/// let honau = AuthorityId(1057);
/// let answers = register.current(honau, Date::new(2025, 1, 1)?);
/// assert_eq!(answers, Some(AuthorityId(1065))); // Root
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If the file that is compiled in isn't a register, which a test rules out.
pub fn lucerne() -> Result<Register, RegisterError> {
    Register::from_csv(include_str!("../register/lucerne.csv"))
}

/// A line of a list of participants that isn't `number,first day`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "line {line}: “{given}” is not an authority's number and its first day, such as 1061,2019-01-18"
)]
pub struct ParticipationError {
    line: usize,
    given: String,
}

/// Since when, at the latest, each municipality of the canton of Lucerne takes part in the
/// electronic move; `None`: it didn't yet on 1 October 2022, when this was last known.
///
/// # Errors
/// If the file that is compiled in isn't such a list, which a test rules out.
pub fn eumzug() -> Result<Vec<(AuthorityId, Option<Date>)>, ParticipationError> {
    participants(include_str!("../register/eumzug.csv"))
}

/// Reads lines `number,first day` below the line `id,from`; `#` begins a remark.
fn participants(text: &str) -> Result<Vec<(AuthorityId, Option<Date>)>, ParticipationError> {
    let read = |line: &str| {
        let (id, from) = line.split_once(',')?;
        let from = match from {
            "" => None,
            day => Some(day.parse().ok()?),
        };
        Some((AuthorityId(id.parse().ok()?), from))
    };
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.starts_with('#') && *line != "id,from")
        .map(|(line, text)| {
            read(text).ok_or_else(|| ParticipationError {
                line,
                given: text.chars().take(64).collect(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_line_is_named() {
        for wrong in ["1061", "x,", "1061,2019-13-01", ""] {
            let error = participants(&format!("# remark\nid,from\n1,\n{wrong}\n")).unwrap_err();
            assert_eq!(error.line, 4, "{wrong}");
        }
    }
}
