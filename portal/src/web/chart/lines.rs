//! One or two lines over time, from 0, each with its label at its end.

use super::svg::{Anchor, LETTER, Svg, fitted, width_of};
use super::{Chart, scale};

/// A line.
#[derive(Clone, PartialEq, Debug)]
pub struct Series {
    /// What it shows.
    pub label: String,
    /// Its values, one for each place; `None` was left out, and is a gap.
    pub values: Vec<Option<f64>>,
}

const HEIGHT: f64 = 260.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 32.0;
const PAD: f64 = 8.0;
/// Lines in a chart, at most: more can't be told apart by dashes and two colours.
const SERIES_MAX: usize = 2;

/// Draws lines over places in time with a title that says what they find; `said` writes a value at
/// the scale. Of more than two lines the first two are drawn.
pub fn lines(
    finding: &str,
    places: &[String],
    series: &[Series],
    said: impl Fn(f64) -> String,
) -> Chart {
    let series = series.get(..SERIES_MAX).unwrap_or(series);
    Chart::drawn(|width| draw(finding, places, series, &said, width))
}

/// Where things are in the picture.
struct Ground {
    left: f64,
    right: f64,
    most: f64,
    last: f64,
}

impl Ground {
    #[allow(clippy::cast_precision_loss)] // Some dozens.
    fn x(&self, place: usize) -> f64 {
        self.left + (self.right - self.left) * place as f64 / self.last
    }

    fn y(&self, value: f64) -> f64 {
        let height = HEIGHT - TOP - BOTTOM;
        TOP + height - height * (value / self.most).clamp(0.0, 1.0)
    }
}

fn draw(
    finding: &str,
    places: &[String],
    series: &[Series],
    said: &impl Fn(f64) -> String,
    width: f64,
) -> Svg {
    let mut svg = Svg::new(finding, width, HEIGHT + legend_height(series));
    let values = series.iter().flat_map(|one| one.values.iter().flatten());
    let (most, step) = scale(values.copied().fold(0.0, f64::max));
    #[allow(clippy::cast_precision_loss)] // Some dozens.
    let ground = Ground {
        left: width_of(&said(most)) + PAD,
        right: width - PAD,
        most,
        last: places.len().saturating_sub(1).max(1) as f64,
    };
    let mut mark = 0.0;
    while mark <= most + step / 2.0 {
        let y = ground.y(mark);
        let class = if mark > 0.0 { "grid" } else { "axis" };
        svg.axis((ground.left, y), (ground.right, y), class);
        let base = y + LETTER / 3.0;
        svg.text(ground.left - PAD, base, Anchor::End, &said(mark));
        mark += step;
    }
    under(&mut svg, places, &ground);
    for (number, one) in series.iter().enumerate() {
        for run in runs(&one.values) {
            let points = run
                .into_iter()
                .map(|(at, value)| (ground.x(at), ground.y(value)));
            svg.curve(&points.collect::<Vec<_>>(), number + 1);
        }
    }
    legend(&mut svg, series, width);
    svg
}

/// What stands under the axis: the first place, the last, and what has room between.
fn under(svg: &mut Svg, places: &[String], ground: &Ground) {
    let base = HEIGHT - PAD;
    let widest = places
        .iter()
        .map(|place| width_of(place))
        .fold(0.0, f64::max)
        + PAD;
    let Some(last) = places.len().checked_sub(1) else {
        return;
    };
    let each = (1..last).find(|each| ground.x(*each) - ground.x(0) >= widest * 1.5);
    let each = each.unwrap_or(last).max(1);
    for (at, place) in places.iter().enumerate() {
        let (x, anchor) = match at {
            0 => (ground.left, Anchor::Start),
            at if at == last => (ground.right, Anchor::End),
            at => (ground.x(at), Anchor::Middle),
        };
        if at == 0 || at == last || at % each == 0 && last - at >= each {
            svg.text(x, base, anchor, place);
        }
    }
}

fn legend_height(series: &[Series]) -> f64 {
    let rows = if series.len() > 1 {
        series.iter()
    } else {
        [].iter()
    };
    rows.map(|_| LETTER + PAD).sum()
}

/// Which line is which, where there are two: a piece of each and its label.
fn legend(svg: &mut Svg, series: &[Series], width: f64) {
    if series.len() < 2 {
        return;
    }
    let mut base = HEIGHT + LETTER;
    for (number, one) in series.iter().enumerate() {
        let y = base - LETTER / 3.0;
        svg.curve(&[(0.0, y), (40.0, y)], number + 1);
        svg.text(
            40.0 + PAD,
            base,
            Anchor::Start,
            &fitted(&one.label, width - 48.0),
        );
        base += LETTER + PAD;
    }
}

/// The values that follow each other, each with its place.
fn runs(values: &[Option<f64>]) -> Vec<Vec<(usize, f64)>> {
    let mut runs: Vec<Vec<(usize, f64)>> = Vec::new();
    let mut run = Vec::new();
    for (at, value) in values.iter().enumerate() {
        match value {
            Some(value) => run.push((at, *value)),
            None => runs.push(std::mem::take(&mut run)),
        }
    }
    runs.push(run);
    runs.retain(|run| !run.is_empty());
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_is_a_gap() {
        let (some, none) = (Some(1.0), None);
        assert_eq!(runs(&[]).len(), 0);
        assert_eq!(runs(&[none, none]).len(), 0);
        let found = runs(&[some, some, none, none, some]);
        let places = |run: &Vec<(usize, f64)>| run.iter().map(|(at, _)| *at).collect::<Vec<_>>();
        assert_eq!(
            found.iter().map(places).collect::<Vec<_>>(),
            [vec![0, 1], vec![4]]
        );
    }
}
