//! The table of ratios, for people and for programs.

use comfy_table::Table;
use serde::Serialize;

use crate::measure::median;

/// One comparison. Figures are rates, so that a higher ratio is better.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What was done.
    pub work: String,
    /// How often we did it.
    pub ours: f64,
    /// Of what, in which time.
    pub unit: &'static str,
    /// Who else did it.
    pub peer: &'static str,
    /// How often they did it.
    pub theirs: f64,
    /// Ours by theirs.
    pub ratio: f64,
    /// What the ratio is to be at least, if that was set.
    pub goal: Option<f64>,
}

impl Row {
    /// Compares the medians of interleaved repeats.
    pub fn of(
        work: impl Into<String>,
        unit: &'static str,
        ours: &[f64],
        peer: &'static str,
        theirs: &[f64],
        goal: Option<f64>,
    ) -> Self {
        let (ours, theirs) = (median(ours.to_vec()), median(theirs.to_vec()));
        Self {
            work: work.into(),
            ours,
            unit,
            peer,
            theirs,
            ratio: ours / theirs,
            goal,
        }
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
        let goal = row
            .goal
            .map_or_else(String::new, |goal| format!("≥ {goal:.1}"));
        let met = row
            .goal
            .map_or("", |goal| if row.ratio >= goal { "yes" } else { "no" });
        table.add_row([
            row.work.clone(),
            short(row.ours),
            row.unit.to_owned(),
            row.peer.to_owned(),
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
        few => format!("{few:.0}"),
    }
}
