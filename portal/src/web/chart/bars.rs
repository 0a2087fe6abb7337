//! Bars from left to right, each under its label, its value at the end.

use super::Chart;
use super::svg::{Anchor, LETTER, Svg, fitted, width_of};

/// A bar.
#[derive(Clone, PartialEq, Debug)]
pub struct Bar {
    /// What it is about.
    pub label: String,
    /// How long it is, from 0; `None` if that was left out.
    pub value: Option<f64>,
    /// The value in words, or what is said instead of it.
    pub said: String,
}

/// Bars in a chart, at most: more are a table.
pub const BARS_MAX: usize = 30;

const ROW: f64 = 52.0;
const HEIGHT: f64 = 18.0;
const PAD: f64 = 8.0;

/// Draws bars with a title that says what they find. Those beyond `BARS_MAX` are left to the table.
pub fn bars(finding: &str, bars: &[Bar]) -> Chart {
    Chart::drawn(|width| draw(finding, bars, width))
}

fn draw(finding: &str, bars: &[Bar], width: f64) -> Svg {
    let bars = bars.get(..BARS_MAX).unwrap_or(bars);
    #[allow(clippy::cast_precision_loss)] // At most `BARS_MAX`.
    let mut svg = Svg::new(finding, width, bars.len() as f64 * ROW + 1.0);
    let values = bars.iter().filter_map(|bar| bar.value);
    let most = values.fold(0.0, f64::max);
    let said = bars.iter().map(|bar| width_of(&bar.said));
    let room = said.fold(0.0, f64::max).min(width / 2.0);
    let longest = width - room - PAD - 2.0;
    let mut top = 0.0;
    for bar in bars {
        let label = fitted(&bar.label, width);
        svg.text(0.0, top + LETTER, Anchor::Start, &label);
        let value = bar.value.unwrap_or(0.0).max(0.0);
        let length = if most > 0.0 {
            value / most * longest
        } else {
            0.0
        };
        let y = top + LETTER + PAD;
        svg.axis((0.0, y - 2.0), (0.0, y + HEIGHT + 2.0), "axis");
        if bar.value.is_some() {
            svg.bar(0.0, y, length.max(1.0), HEIGHT, 1);
        }
        let base = y + HEIGHT - 3.0;
        svg.text(
            length + PAD,
            base,
            Anchor::Start,
            &fitted(&bar.said, width / 2.0),
        );
        top += ROW;
    }
    svg
}
