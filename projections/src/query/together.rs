//! All services together, by authority. A sum over services is made of what is shown of each, and
//! of nothing else: of a sum over everything one could subtract what is shown.

use std::collections::BTreeMap;

use kanzlei_core::AuthorityId;

use super::shown::{AuthorityFigures, Figures, ServiceFigures};
use crate::median::Spread;
use crate::overview::Tally;

/// What is shown of an authority, over several services.
#[derive(Default)]
pub(super) struct Together(BTreeMap<AuthorityId, Sum>);

struct Sum {
    figures: Figures,
    /// How long the closed cases took whose number is shown, and how many they are.
    hours: Spread,
    micros: i128,
}

impl Together {
    /// Adds a service.
    pub fn add(&mut self, shown: &ServiceFigures, known: &BTreeMap<AuthorityId, Tally>) {
        for one in &shown.authorities {
            let sum = self.0.entry(one.authority).or_insert_with(Sum::nothing);
            sum.add(&one.figures, known.get(&one.authority));
        }
    }

    pub fn figures(self) -> Vec<AuthorityFigures> {
        let sums = self.0.into_iter();
        sums.map(|(authority, sum)| AuthorityFigures {
            authority,
            figures: sum.figures(),
        })
        .collect()
    }
}

impl Sum {
    fn nothing() -> Self {
        let figures = Figures {
            open: Some(0),
            closed: Some(0),
            withdrawn: Some(0),
            ..Figures::default()
        };
        Self {
            figures,
            hours: Spread::default(),
            micros: 0,
        }
    }

    fn add(&mut self, shown: &Figures, known: Option<&Tally>) {
        let both = |one: Option<u64>, other: Option<u64>| Some(one? + other?);
        let sum = &mut self.figures;
        sum.cases += shown.cases;
        sum.open = both(sum.open, shown.open);
        sum.closed = both(sum.closed, shown.closed);
        sum.withdrawn = both(sum.withdrawn, shown.withdrawn);
        sum.first = sum
            .first
            .map_or(shown.first, |own| shown.first.map(|other| own.min(other)));
        sum.last = sum.last.max(shown.last);
        let closed = known.filter(|_| shown.closed.is_some());
        for (hours, cases) in closed.iter().flat_map(|tally| &tally.hours) {
            let hours = i64::try_from(*hours).unwrap_or(i64::MAX);
            self.hours.add_times(hours, *cases);
        }
        self.micros += closed.map_or(0, |tally| tally.micros);
    }

    #[allow(clippy::cast_precision_loss)] // Figures for people.
    fn figures(self) -> Figures {
        let closed = self.hours.count();
        let mean = self.micros as f64 / closed.max(1) as f64 / 3.6e9;
        Figures {
            median_hours: self.hours.median(),
            mean_hours: (closed > 0).then_some(mean),
            ..self.figures
        }
    }
}
