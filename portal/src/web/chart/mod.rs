//! Charts as SVG, drawn from figures alone: each for a wide and for a narrow page, of which the style
//! sheet shows one. A chart's title is what it finds; its figures stand in a table right after it.
//!
//! ```
//! use kanzlei_portal::web::chart::{Bar, bars};
//!
//! let bar = Bar { label: "Emmen".into(), value: Some(6.0), said: "6 Tage".into() };
//! let chart = bars("Emmen braucht 6 Tage.", &[bar]).to_string();
//! assert!(chart.contains("<title>Emmen braucht 6 Tage.</title>"));
//! ```

mod bars;
mod lines;
mod svg;

use std::fmt;

pub use bars::{Bar, bars};
pub use lines::{Series, lines};
use svg::Svg;

/// The width, in units of a pixel, for pages with room, and for narrow ones.
const WIDTHS: [f64; 2] = [640.0, 320.0];

/// A chart, as a template shows it: `{{ chart }}`.
#[derive(Clone, PartialEq, Debug)]
pub struct Chart {
    large: String,
    slim: String,
}

impl Chart {
    /// Draws for each width.
    fn drawn(draw: impl Fn(f64) -> Svg) -> Self {
        let [large, slim] = WIDTHS;
        Self {
            large: draw(large).finished("large"),
            slim: draw(slim).finished("slim"),
        }
    }
}

impl fmt::Display for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<div class=\"chart\">{}{}</div>", self.large, self.slim)
    }
}

impl askama::filters::HtmlSafe for Chart {}

/// The end of a scale from 0 that holds this value, and how far its marks are apart: 1, 2 or 5
/// times a power of ten, two to five marks.
fn scale(most: f64) -> (f64, f64) {
    if most <= 0.0 || !most.is_finite() {
        return (1.0, 1.0);
    }
    let mut step = 10_f64.powf(most.log10().floor()) / 10.0;
    for times in [2.0, 2.5, 2.0].iter().cycle() {
        if most / step <= 4.0 {
            break;
        }
        step *= times;
    }
    ((most / step).ceil() * step, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_ends_at_a_round_number_no_less_than_the_most() {
        for (most, end, step) in [
            (0.0, 1.0, 1.0),
            (1.0, 1.0, 0.5),
            (7.0, 8.0, 2.0),
            (10.0, 10.0, 5.0),
            (64.0, 80.0, 20.0),
            (1_204.0, 1_500.0, 500.0),
        ] {
            let (found, apart) = scale(most);
            assert!((found - end).abs() < 1e-9, "{most}: to {found}");
            assert!((apart - step).abs() < 1e-9, "{most}: by {apart}");
        }
        for most in 1..5_000 {
            let most = f64::from(most);
            let (end, step) = scale(most);
            assert!(end >= most && end < most + step, "{most}: {end} by {step}");
            assert!(
                (2.0..=4.5).contains(&(end / step)),
                "{most}: {end} by {step}"
            );
        }
    }
}
