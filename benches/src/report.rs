//! The table of ratios, for people and for programs.

use comfy_table::Table;
use serde::Serialize;

use crate::measure::median;

/// One comparison. Figures are rates, so that a higher ratio is better, unless the goal is a most.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What was done.
    pub work: String,
    /// How often we did it, or how much it was.
    pub ours: f64,
    /// Of what, in which time.
    pub unit: &'static str,
    /// Who else did it.
    pub peer: String,
    /// How often they did it, or how much it was.
    pub theirs: f64,
    /// Ours by theirs.
    pub ratio: f64,
    /// What the ratio is to be at least, or at most, if that was set.
    pub goal: Option<f64>,
    /// Whether less is better: the goal is what the ratio is to be at most.
    pub at_most: bool,
}

impl Row {
    /// Compares the medians of interleaved repeats.
    pub fn of(
        work: impl Into<String>,
        unit: &'static str,
        ours: &[f64],
        peer: impl Into<String>,
        theirs: &[f64],
        goal: Option<f64>,
    ) -> Self {
        let (ours, theirs) = (median(ours.to_vec()), median(theirs.to_vec()));
        Self {
            work: work.into(),
            ours,
            unit,
            peer: peer.into(),
            theirs,
            ratio: ours / theirs,
            goal,
            at_most: false,
        }
    }

    /// Compares what is better the less it is.
    pub fn at_most(
        work: impl Into<String>,
        unit: &'static str,
        ours: f64,
        peer: impl Into<String>,
        theirs: f64,
        goal: Option<f64>,
    ) -> Self {
        Self {
            at_most: true,
            ..Self::of(work, unit, &[ours], peer, &[theirs], goal)
        }
    }

    fn goal_and_met(&self) -> (String, &'static str) {
        let Some(goal) = self.goal else {
            let direction = if self.at_most { "less is better" } else { "" };
            return (direction.to_owned(), "");
        };
        let (sign, met) = if self.at_most {
            ('≤', self.ratio <= goal)
        } else {
            ('≥', self.ratio >= goal)
        };
        (format!("{sign} {goal}"), if met { "yes" } else { "no" })
    }
}

/// The rows as a table.
pub fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::UTF8_FULL_CONDENSED);
    table.set_header([
        "work", "ours", "unit", "peer", "theirs", "ratio", "goal", "met",
    ]);
    for row in rows {
        let (goal, met) = row.goal_and_met();
        table.add_row([
            row.work.clone(),
            short(row.ours),
            row.unit.to_owned(),
            row.peer.clone(),
            short(row.theirs),
            format!("{:.2}", row.ratio),
            goal,
            met.to_owned(),
        ]);
    }
    table
}

/// A figure to three digits: more would be noise.
fn short(figure: f64) -> String {
    match figure {
        millions if millions >= 1e6 => format!("{:.2} M", millions / 1e6),
        thousands if thousands >= 1e3 => format!("{:.1} k", thousands / 1e3),
        few if few >= 10.0 => format!("{few:.0}"),
        fewer => format!("{fewer:.2}"),
    }
}
