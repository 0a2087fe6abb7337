//! Finding a case by what people say or copy: its reference, its id, or how its id begins.

use std::collections::BTreeSet;
use std::ops::Bound;

use kanzlei_core::domain::{Standing, Who};
use kanzlei_core::ports::ViewSnapshot;
use kanzlei_core::{CaseId, Reference};

use super::cases::row;
use super::page::LOOKED_AT_MAX;
use super::{Asked, Operator, QueryError, Setting};
use crate::key::{Key, end_of};
use crate::worklist::{self, CaseHead, case_at_end, case_prefix, reference_lane};

/// Cases that are found at once, at most: of more, the text says too little.
const FOUND_MAX: usize = 20;
/// Rows that are read at once.
const READ: usize = 256;
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
        search(&*snapshot, text, &|case| {
            let row = row(&*snapshot, case)?;
            Ok(row.is_some_and(|row| self.may_know(&row.head)))
        })
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
        search(&*snapshot, text, &|_| Ok(true))
    }
}

/// The first cases that are meant and let through: those that aren't take nobody's place.
fn search(
    snapshot: &dyn ViewSnapshot,
    text: &str,
    lets_through: &dyn Fn(CaseId) -> Result<bool, QueryError>,
) -> Result<Vec<CaseId>, QueryError> {
    let (mut found, mut looked_at) = (BTreeSet::new(), 0);
    for prefix in meant(text.trim()) {
        let end = end_of(prefix.as_slice());
        let mut from = Bound::Included(prefix.into_vec());
        loop {
            let between = (
                from.as_ref().map(Vec::as_slice),
                end.as_ref().map(Vec::as_slice),
            );
            let rows = snapshot.range(between, false, READ)?;
            for case in rows.iter().filter_map(|row| case_at_end(&row.key)) {
                if found.len() == FOUND_MAX || looked_at == LOOKED_AT_MAX {
                    return Ok(found.into_iter().collect());
                }
                looked_at += 1;
                if !found.contains(&case) && lets_through(case)? {
                    found.insert(case);
                }
            }
            match rows.last() {
                Some(last) if rows.len() == READ => from = Bound::Excluded(last.key.clone()),
                _ => break,
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// How the keys of the rows begin that lead to what a text means.
fn meant(text: &str) -> Vec<Key> {
    let reference = text.parse::<Reference>().ok();
    let mut prefixes: Vec<Key> = reference.map(reference_lane).into_iter().collect();
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let hexadecimal = digits.chars().all(|c| c.is_ascii_hexdigit());
    if hexadecimal && (DIGITS_MIN..=32).contains(&digits.len()) {
        prefixes.extend(beginnings(&digits));
    }
    prefixes
}

/// Those of ids that begin with these hexadecimal digits.
fn beginnings(digits: &str) -> Vec<Key> {
    let nibbles: Vec<u8> = digits
        .chars()
        .filter_map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let whole: Vec<u8> = nibbles
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | nibble))
        .collect();
    match nibbles.chunks_exact(2).remainder().first() {
        None => vec![case_prefix(&whole)],
        Some(high) => (0..16)
            .map(|low| case_prefix(&whole).u8(high << 4 | low))
            .collect(),
    }
}
