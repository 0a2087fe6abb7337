//! From what the view knows to the figures that are shown.

use std::collections::{BTreeMap, BTreeSet};

use kanzlei_core::domain::Status;
use kanzlei_core::{AuthorityId, Code};

use super::shown::{AuthorityFigures, Figures, ServiceFigures, Share};
use crate::median::Median;
use crate::overview::suppress::{Line, publish};
use crate::overview::{State, Tally};

const STATUSES: [Status; 3] = [Status::Open, Status::Closed, Status::Withdrawn];

/// The figures of a service; `None` if it has too few cases for any.
pub(super) fn service_figures(
    service: Option<Code>,
    authorities: &BTreeMap<AuthorityId, Tally>,
    threshold: u64,
) -> Option<ServiceFigures> {
    let tallies: Vec<&Tally> = authorities.values().collect();
    let names: Vec<AuthorityId> = authorities.keys().copied().collect();
    let cells: Vec<Vec<u64>> = tallies.iter().map(|tally| by_status(tally)).collect();
    let table = publish(&cells, threshold)?;
    let mut groups: Vec<Group> = table
        .rows
        .iter()
        .zip(&table.cells)
        .map(|(line, cells)| {
            let columns = table.columns.iter().zip(cells.iter().copied());
            Group::new(line.total, together(&tallies, &line.of), columns)
        })
        .collect();
    let everything: Vec<usize> = (0..tallies.len()).collect();
    let sums = table.columns.iter().map(|line| (line, Some(line.total)));
    let mut total = Group::new(table.total, together(&tallies, &everything), sums);
    for share in [PHASES, OUTCOMES] {
        share.fill(&mut groups, &mut total, threshold);
    }
    let mut figures = ServiceFigures {
        service,
        total: total.figures,
        authorities: Vec::new(),
        others: None,
    };
    for (line, group) in table.rows.iter().zip(groups) {
        let name = line.of.first().and_then(|at| names.get(*at));
        match name {
            Some(authority) if !line.others => figures.authorities.push(AuthorityFigures {
                authority: *authority,
                figures: group.figures,
            }),
            _ => figures.others = Some(group.figures),
        }
    }
    Some(figures)
}

fn by_status(tally: &Tally) -> Vec<u64> {
    let count = |status| {
        let states = tally.states.iter();
        let fits = states.filter(move |(state, _)| state.status == status);
        fits.map(|(_, cases)| cases).sum()
    };
    STATUSES.map(count).to_vec()
}

fn together(tallies: &[&Tally], of: &[usize]) -> Tally {
    let mut sum = Tally::default();
    for tally in of.iter().filter_map(|at| tallies.get(*at)) {
        sum.add(tally);
    }
    sum
}

/// Some cases: what is known of them, and what of that is shown.
struct Group {
    tally: Tally,
    figures: Figures,
}

impl Group {
    fn new<'a>(
        cases: u64,
        tally: Tally,
        columns: impl Iterator<Item = (&'a Line, Option<u64>)>,
    ) -> Self {
        // A column without any case isn't in the table.
        let mut shown = [Some(0); 3];
        for (line, cell) in columns {
            for at in &line.of {
                if let Some(shown) = shown.get_mut(*at) {
                    *shown = cell.filter(|_| !line.others);
                }
            }
        }
        let [open, closed, withdrawn] = shown;
        let lasting = closed.filter(|closed| *closed > 0);
        #[allow(clippy::cast_precision_loss)] // Figures for people.
        let mean = |closed| tally.micros as f64 / closed as f64 / 3.6e9;
        let figures = Figures {
            cases,
            open,
            closed,
            withdrawn,
            median_hours: lasting.and_then(|_| median(&tally.hours)),
            mean_hours: lasting.map(mean),
            first: tally.opened.map(|(first, _)| first.date_utc()),
            last: tally.opened.map(|(_, last)| last.date_utc()),
            ..Figures::default()
        };
        Self { tally, figures }
    }
}

fn median(hours: &BTreeMap<u64, u64>) -> Option<f64> {
    let mut median = Median::of(hours.values().sum());
    for (hours, cases) in hours {
        median.take(i64::try_from(*hours).unwrap_or(i64::MAX), *cases);
    }
    median.found()
}

/// What the cases of one status are divided into.
struct Division {
    status: Status,
    code: fn(&State) -> Option<&Code>,
    whole: fn(&Figures) -> Option<u64>,
    shares: fn(&mut Figures) -> &mut Vec<Share>,
}

const PHASES: Division = Division {
    status: Status::Open,
    code: |state| state.phase.as_ref(),
    whole: |figures| figures.open,
    shares: |figures| &mut figures.phases,
};

const OUTCOMES: Division = Division {
    status: Status::Closed,
    code: |state| state.outcome.as_ref(),
    whole: |figures| figures.closed,
    shares: |figures| &mut figures.outcomes,
};

impl Division {
    /// Divides the cases of a status where their number is shown. Those of all other groups are a
    /// row of the table too, because it follows from the sums.
    fn fill(&self, groups: &mut [Group], total: &mut Group, threshold: u64) {
        let codes: BTreeSet<Option<Code>> = self.counts(&total.tally).into_keys().collect();
        let codes: Vec<Option<Code>> = codes.into_iter().collect();
        let left_out = || -> Vec<Share> {
            let shares = codes.iter().cloned();
            shares.map(|code| Share { code, cases: None }).collect()
        };
        for figures in groups.iter_mut().map(|group| &mut group.figures) {
            if (self.whole)(figures) != Some(0) {
                *(self.shares)(figures) = left_out();
            }
        }
        *(self.shares)(&mut total.figures) = left_out();
        if (self.whole)(&total.figures).is_none() {
            return;
        }
        let known = |group: &Group| (self.whole)(&group.figures).is_some();
        let cells = |group: &Group| -> Vec<u64> {
            let counts = self.counts(&group.tally);
            let count = |code| counts.get(code).copied().unwrap_or(0);
            codes.iter().map(count).collect()
        };
        let mut table: Vec<Vec<u64>> = Vec::new();
        let mut rest = vec![0; codes.len()];
        for group in &*groups {
            if known(group) {
                table.push(cells(group));
            } else {
                table.push(vec![0; codes.len()]);
                let counts = rest.iter_mut().zip(cells(group));
                counts.for_each(|(sum, count)| *sum += count);
            }
        }
        table.push(rest);
        let Some(published) = publish(&table, threshold) else {
            return;
        };
        let set = |shares: &mut [Share], cells: Vec<Option<u64>>| {
            for share in shares.iter_mut() {
                share.cases = Some(0);
            }
            for (line, cell) in published.columns.iter().zip(cells) {
                for at in &line.of {
                    if let Some(share) = shares.get_mut(*at) {
                        share.cases = cell.filter(|_| !line.others);
                    }
                }
            }
        };
        for (line, cells) in published.rows.iter().zip(&published.cells) {
            let at = line.of.first().filter(|_| !line.others);
            if let Some(group) = at.and_then(|at| groups.get_mut(*at)) {
                set((self.shares)(&mut group.figures), cells.clone());
            }
        }
        let sums = published.columns.iter().map(|line| Some(line.total));
        set((self.shares)(&mut total.figures), sums.collect());
    }

    fn counts(&self, tally: &Tally) -> BTreeMap<Option<Code>, u64> {
        let mut counts = BTreeMap::new();
        for (state, cases) in &tally.states {
            if state.status == self.status {
                *counts.entry((self.code)(state).cloned()).or_default() += cases;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(states: &[(Status, Option<&str>, u64)]) -> Tally {
        let state = |(status, phase, cases): &(Status, Option<&str>, u64)| {
            let state = State {
                status: *status,
                phase: phase.map(|phase| Code::new(phase).unwrap()),
                outcome: None,
            };
            (state, *cases)
        };
        Tally {
            states: states.iter().map(state).collect(),
            ..Tally::default()
        }
    }

    fn shown(shares: &[Share]) -> Vec<Option<u64>> {
        shares.iter().map(|share| share.cases).collect()
    }

    #[test]
    fn phases_don_t_give_away_those_of_authorities_whose_open_cases_are_left_out() {
        use Status::{Closed, Open};
        let (x, y) = (Some("x"), Some("y"));
        let authorities = BTreeMap::from([
            (AuthorityId(1), tally(&[(Open, x, 10), (Closed, x, 30)])),
            (
                AuthorityId(2),
                tally(&[(Open, x, 1), (Open, y, 1), (Closed, x, 10)]),
            ),
            (AuthorityId(3), tally(&[(Open, y, 3), (Closed, x, 20)])),
        ]);
        let figures = service_figures(None, &authorities, 3).unwrap();
        let of = |at: usize| &figures.authorities[at].figures;
        assert_eq!((of(0).open, of(1).open, of(2).open), (Some(10), None, None));
        assert_eq!(figures.total.open, Some(15));
        assert_eq!(shown(&figures.total.phases), [Some(11), Some(4)]);
        // 11 - 10 would say that one open case of the other two is in phase x.
        assert_eq!(shown(&of(0).phases), [None, None]);
        assert_eq!(shown(&of(1).phases), [None, None]);

        let exact = service_figures(None, &authorities, 0).unwrap();
        assert_eq!(
            shown(&exact.authorities[0].figures.phases),
            [Some(10), Some(0)]
        );
        assert_eq!(
            shown(&exact.authorities[1].figures.phases),
            [Some(1), Some(1)]
        );
    }
}
