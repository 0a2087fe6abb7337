//! The figures of the overview, in words: what was left out is said to be left out.

use std::collections::BTreeMap;

use kanzlei::AuthorityId;
use kanzlei::projections::{Figures, ServiceFigures};

use super::named::{lasting, whole};
use crate::web::tiles::{Figure, Scale};
use crate::web::words::Words;

/// What the map is coloured by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    /// How long half of the closed cases took at most.
    Median,
    /// How many cases.
    Cases,
    /// How many open cases.
    Open,
}

impl Measure {
    /// All, with the word in addresses and the key of their names.
    pub const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Median, "median", "measure-median"),
        (Self::Cases, "cases", "measure-cases"),
        (Self::Open, "open", "measure-open"),
    ];

    /// The one that an address asks for; the median if it asks for none.
    pub fn asked(word: Option<&str>) -> Self {
        let mut all = Self::ALL.iter();
        all.find(|one| Some(one.1) == word)
            .map_or(Self::Median, |one| one.0)
    }

    /// What is known of some cases.
    pub fn of(self, figures: &Figures) -> Figure {
        match self {
            Self::Cases => Figure::Known(figures.cases),
            Self::Open => figures.open.map_or(Figure::Small, Figure::Known),
            Self::Median => match (figures.median_hours, figures.closed) {
                (Some(hours), _) => Figure::Known(whole(hours / 24.0)),
                (None, Some(0)) => Figure::None,
                (None, _) => Figure::Small,
            },
        }
    }

    /// The scale for these figures.
    pub fn scale(self, figures: impl Iterator<Item = Figure>) -> Scale {
        let known = figures.filter_map(|figure| match figure {
            Figure::Known(value) => Some(value),
            _ => None,
        });
        if self == Self::Median {
            return Scale::of_days(known);
        }
        Scale::of_counts(known.max().unwrap_or(0))
    }

    /// A value with its unit.
    pub fn said(self, words: Words, value: u64) -> String {
        match self {
            Self::Median => words.t1("lasting-days", "days", value),
            Self::Cases => words.t1("counted-cases", "cases", value),
            Self::Open => words.t1("counted-open", "cases", value),
        }
    }
}

/// The figures of each authority in a service, and what one knows of those that aren't there.
pub struct ByAuthority<'a> {
    known: BTreeMap<AuthorityId, &'a Figures>,
    others: bool,
}

impl<'a> ByAuthority<'a> {
    /// Those of this service; none if it has too few cases.
    pub fn of(service: Option<&'a ServiceFigures>) -> Self {
        let rows = service.map_or(&[][..], |service| &service.authorities);
        Self {
            known: rows
                .iter()
                .map(|row| (row.authority, &row.figures))
                .collect(),
            others: service.is_none_or(|service| service.others.is_some()),
        }
    }

    /// What is known of an authority. One without a row has no case, or was left out: which of the
    /// two is known only where nobody was left out.
    pub fn figure(&self, authority: AuthorityId, measure: Measure, takes_part: bool) -> Figure {
        match self.known.get(&authority) {
            Some(figures) => measure.of(figures),
            None if self.others && takes_part => Figure::Small,
            None => Figure::None,
        }
    }
}

/// The cells of a row: cases, open, closed, withdrawn, median.
pub fn cells(words: Words, figures: &Figures) -> Vec<String> {
    let count =
        |count: Option<u64>| count.map_or_else(|| words.t("left-out"), |count| words.number(count));
    let median = match (figures.median_hours, figures.closed) {
        (Some(hours), _) => lasting(words, hours),
        (None, Some(0)) => "–".to_owned(),
        (None, _) => words.t("left-out"),
    };
    vec![
        words.number(figures.cases),
        count(figures.open),
        count(figures.closed),
        count(figures.withdrawn),
        median,
    ]
}

/// The keys of the headings of these cells.
pub const HEADINGS: [&str; 5] = [
    "figure-cases",
    "figure-open",
    "figure-closed",
    "figure-withdrawn",
    "figure-median",
];

#[cfg(test)]
mod tests {
    use super::*;
    use kanzlei::Language;
    use kanzlei::projections::AuthorityFigures;

    fn figures(cases: u64, closed: Option<u64>, median_hours: Option<f64>) -> Figures {
        Figures {
            cases,
            closed,
            median_hours,
            ..Figures::default()
        }
    }

    #[test]
    fn what_was_left_out_is_never_a_number() {
        let left_out = figures(7, None, None);
        assert_eq!(Measure::Median.of(&left_out), Figure::Small);
        assert_eq!(Measure::Open.of(&left_out), Figure::Small);
        let cells = cells(Words::of(Language::De), &left_out);
        assert_eq!(
            cells,
            [
                "7",
                "ausgelassen",
                "ausgelassen",
                "ausgelassen",
                "ausgelassen"
            ]
        );
    }

    #[test]
    fn nothing_closed_is_no_median_and_not_left_out() {
        assert_eq!(Measure::Median.of(&figures(7, Some(0), None)), Figure::None);
        let half = figures(9, Some(4), Some(60.0));
        assert_eq!(Measure::Median.of(&half), Figure::Known(3));
    }

    #[test]
    fn who_has_no_row_was_perhaps_left_out_where_somebody_was() {
        let (emmen, kriens) = (AuthorityId(1024), AuthorityId(1059));
        let mut service = ServiceFigures {
            service: None,
            total: figures(20, None, None),
            authorities: vec![AuthorityFigures {
                authority: emmen,
                figures: figures(18, None, None),
            }],
            others: Some(figures(2, None, None)),
        };
        let figure = |service: &ServiceFigures, id, takes_part| {
            ByAuthority::of(Some(service)).figure(id, Measure::Cases, takes_part)
        };
        assert_eq!(figure(&service, emmen, true), Figure::Known(18));
        assert_eq!(figure(&service, kriens, true), Figure::Small);
        assert_eq!(figure(&service, kriens, false), Figure::None);
        service.others = None;
        assert_eq!(figure(&service, kriens, true), Figure::None);
        // A service that isn't there at all has too few cases to say where.
        assert_eq!(
            ByAuthority::of(None).figure(kriens, Measure::Cases, true),
            Figure::Small
        );
    }
}
