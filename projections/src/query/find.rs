//! Finding a case by what people say or copy: its reference, its id, or how its id begins.

use kanzlei_core::domain::{Standing, Who};
use kanzlei_core::ports::{Row, ViewSnapshot};
use kanzlei_core::{CaseId, Reference};

use super::cases::row;
use super::{Asked, Operator, QueryError, Setting};
use crate::key::{Key, end_of};
use crate::worklist::{self, CaseHead, case_at_end, case_prefix, reference_lane};

/// Cases that are found at once, at most: of more, the text says too little.
const FOUND_MAX: usize = 20;
/// How many hexadecimal digits of an id must be given.
const DIGITS_MIN: usize = 4;

impl Asked<'_> {
    /// The cases with this reference or id, or whose id begins so (at least four digits), that the
    /// actor may see as an authority, as overseer of a service with open outlines, or as everybody
    /// may. At most twenty. A party finds the own cases with
    /// [`own_cases`](Asked::own_cases).
    ///
    /// # Errors
    /// If the view can't be read.
    pub fn find(&self, text: &str) -> Result<Vec<CaseId>, QueryError> {
        let snapshot = self.setting.views.open(worklist::NAME, worklist::OLDEST)?;
        let mut found = Vec::new();
        for case in candidates(&*snapshot, text)? {
            let row = row(&*snapshot, case)?;
            if row.is_some_and(|row| self.may_know(&row.head)) {
                found.push(case);
            }
        }
        Ok(found)
    }

    /// Whether the actor may know that there is this case, other than as a party.
    fn may_know(&self, case: &CaseHead) -> bool {
        let Setting { catalogue, .. } = self.setting;
        let edition = catalogue.edition(case.service, case.edition);
        let disclosure = edition.map(|edition| &edition.service.disclosure);
        let standing = match &self.actor.who {
            Who::Official { .. } => self.official().ok().and_then(|who| who.standing(case)),
            _ => None,
        };
        let by_standing = match standing {
            Some(Standing::Oversight) => disclosure.is_some_and(|known| known.outline.open),
            Some(_) => true,
            None => false,
        };
        by_standing || disclosure.is_some_and(|known| known.public.open)
    }
}

impl Operator<'_> {
    /// The cases with this reference or id, or whose id begins so (at least four digits); at most
    /// twenty.
    ///
    /// # Errors
    /// If the view can't be read.
    pub fn find(&self, text: &str) -> Result<Vec<CaseId>, QueryError> {
        let snapshot = self.0.views.open(worklist::NAME, worklist::OLDEST)?;
        candidates(&*snapshot, text)
    }
}

fn candidates(snapshot: &dyn ViewSnapshot, text: &str) -> Result<Vec<CaseId>, QueryError> {
    let text = text.trim();
    let mut found = Vec::new();
    if let Ok(reference) = text.parse::<Reference>() {
        found.extend(with_prefix(snapshot, &reference_lane(reference))?);
    }
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let hexadecimal = digits.chars().all(|c| c.is_ascii_hexdigit());
    if hexadecimal && (DIGITS_MIN..=32).contains(&digits.len()) {
        found.extend(beginning(snapshot, &digits)?);
    }
    found.sort_unstable();
    found.dedup();
    found.truncate(FOUND_MAX);
    Ok(found)
}

/// The cases whose ids begin with these hexadecimal digits.
fn beginning(snapshot: &dyn ViewSnapshot, digits: &str) -> Result<Vec<CaseId>, QueryError> {
    let nibbles: Vec<u8> = digits
        .chars()
        .filter_map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let whole: Vec<u8> = nibbles
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | nibble))
        .collect();
    let half = nibbles.chunks_exact(2).remainder().first();
    let prefixes: Vec<Key> = match half {
        None => vec![case_prefix(&whole)],
        Some(high) => (0..16)
            .map(|low| case_prefix(&whole).u8(high << 4 | low))
            .collect(),
    };
    let mut found = Vec::new();
    for prefix in prefixes {
        found.extend(with_prefix(snapshot, &prefix)?);
    }
    Ok(found)
}

fn with_prefix(snapshot: &dyn ViewSnapshot, prefix: &Key) -> Result<Vec<CaseId>, QueryError> {
    let end = end_of(prefix.as_slice());
    let between = (
        std::ops::Bound::Included(prefix.as_slice()),
        end.as_ref().map(Vec::as_slice),
    );
    let rows = snapshot.range(between, false, FOUND_MAX)?;
    let case = |row: &Row| case_at_end(&row.key);
    Ok(rows.iter().filter_map(case).collect())
}
