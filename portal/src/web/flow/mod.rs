//! The picture of a process: steps from top to bottom, between them how long cases wait, at the right
//! the ways past steps, at the left the ways back. It is computed here and drawn by a template.
//!
//! ```text
//!      ┌──────────────────────┐
//!      │ Submitted      1 204 │
//!      └─┬────────────────────┘─╮
//!   ╭→   ┃▬▬▬▬▬▬▬▬ 4 days        │   a bar: the median wait; a line: as thick as cases are many
//!   │  ┌─┴────────────────────┐ │
//!   ╰──│ Review         1 180 │ │
//!      └─┬────────────────────┘ │
//!        ┃▬ 1 day               │
//!      ┌─┴────────────────────┐ │
//!      │ Decision       1 204 │←╯
//!      └──────────────────────┘
//! ```

// Places in a picture, and cases as people count them.
#![allow(clippy::cast_precision_loss)]

mod lanes;
mod order;
mod text;

use lanes::{Laned, lanes};
pub use order::order;

/// What happens in a process, and what after what.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Flow {
    /// The steps, in any order.
    pub steps: Vec<Step>,
    /// What happens after what, by places in `steps`.
    pub links: Vec<Link>,
}

/// A step.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// What it is called.
    pub label: String,
    /// In how many cases it happens.
    pub cases: u64,
    /// The same, as it is written.
    pub count: String,
}

/// A step after another.
#[derive(Clone, PartialEq, Debug)]
pub struct Link {
    /// What was before.
    pub from: usize,
    /// What comes next.
    pub to: usize,
    /// In how many cases.
    pub cases: u64,
    /// How long it takes, if that is known: the median.
    pub hours: Option<f64>,
    /// The same, as it is written.
    pub wait: String,
}

/// Steps in a picture, at most: more are no picture.
pub const STEPS_MAX: usize = 24;
/// Of so many cases one takes a way that is taken often.
pub const OFTEN: u64 = 10;
/// Ways past steps or back, at most: what fewest cases take is left to the table.
const LANES_MAX: usize = 4;

const SIZE: f64 = 16.0;
const LINE: f64 = 20.0;
const BOX: f64 = 52.0;
const GAP: f64 = 36.0;
const LANE: f64 = 14.0;
const PAD: f64 = 12.0;
const STROKE: f64 = 8.0;

/// A picture in so many units.
#[derive(Clone, PartialEq, Debug)]
pub struct Drawing {
    /// How wide.
    pub width: f64,
    /// How high.
    pub height: f64,
    /// The steps.
    pub boxes: Vec<Boxed>,
    /// The ways from a step to the one below it.
    pub waits: Vec<Wait>,
    /// The ways past steps and back.
    pub arcs: Vec<Arc>,
}

/// A step as it is drawn.
#[derive(Clone, PartialEq, Debug)]
pub struct Boxed {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// How wide.
    pub width: f64,
    /// How high.
    pub height: f64,
    /// How wide the part is that shows in how many of the cases it happens.
    pub filled: f64,
    /// The lines of its label, each with its base line.
    pub lines: Vec<(f64, String)>,
    /// Where labels begin.
    pub text: f64,
    /// Where the count ends.
    pub end: f64,
    /// The count's base line.
    pub base: f64,
    /// The count.
    pub count: String,
}

/// The way from a step to the one below it.
#[derive(Clone, PartialEq, Debug)]
pub struct Wait {
    /// The line's place from the left.
    pub x: f64,
    /// Where it begins.
    pub y: f64,
    /// Where it ends.
    pub end: f64,
    /// How thick it is.
    pub stroke: f64,
    /// Where the bar begins.
    pub bar: f64,
    /// The bar's top.
    pub top: f64,
    /// How long the bar is.
    pub length: f64,
    /// Where the words begin.
    pub text: f64,
    /// Their base line.
    pub base: f64,
    /// How long one waits.
    pub wait: String,
    /// Whether one waits nowhere longer on a way that is taken often.
    pub longest: bool,
}

/// A way past steps, or back.
#[derive(Clone, PartialEq, Debug)]
pub struct Arc {
    /// The path of its line.
    pub path: String,
    /// The path of the arrow's head.
    pub head: String,
    /// How thick it is.
    pub stroke: f64,
    /// Whether it leads back.
    pub back: bool,
}

/// Draws a process so wide. Steps beyond [`STEPS_MAX`] that fewest cases meet are left out, with what
/// leads to them.
pub fn draw(flow: &Flow, width: f64) -> Drawing {
    let flow = ordered(flow);
    let (right, left) = lanes(&flow.links, LANES_MAX);
    let side = |lanes: &[Laned]| {
        let deepest = lanes.iter().map(|(lane, _)| lane + 1).max().unwrap_or(0);
        deepest as f64 * LANE + if deepest > 0 { LANE } else { 1.0 }
    };
    let (from, to) = (side(&left), width - side(&right));
    let most = flow.steps.iter().map(|step| step.cases).max().unwrap_or(1);
    let share = |cases: u64| cases as f64 / most.max(1) as f64;
    let stroke = |cases: u64| (share(cases) * STROKE).max(1.5);
    let top = |at: usize| 1.0 + at as f64 * (BOX + GAP);
    let boxes = flow.steps.iter().enumerate();
    let boxes = boxes.map(|(at, step)| boxed(step, from, to, top(at), share(step.cases)));
    let arc = |lanes: &[Laned], back: bool| -> Vec<Arc> {
        let arcs = lanes.iter().map(|(lane, link)| {
            let depth = (*lane as f64 + 1.0) * LANE;
            let (edge, x) = if back {
                (from, from - depth - 2.0)
            } else {
                (to, to + depth + 2.0)
            };
            let middle = |at: usize, by: f64| top(at) + BOX / 2.0 + by;
            // What leaves a step leaves it below what comes in.
            bent(
                edge,
                x,
                middle(link.from, LANE),
                middle(link.to, -LANE),
                stroke(link.cases),
                back,
            )
        });
        arcs.collect()
    };
    let mut arcs = arc(&right, false);
    arcs.extend(arc(&left, true));
    let count = flow.steps.len();
    Drawing {
        width,
        height: top(count) - GAP + 1.0,
        boxes: boxes.collect(),
        waits: waits(&flow, from, to, top, stroke),
        arcs,
    }
}

/// The steps as they stand below each other, and the links between them.
fn ordered(flow: &Flow) -> Flow {
    let mut often: Vec<usize> = (0..flow.steps.len()).collect();
    often.sort_by_key(|at| std::cmp::Reverse(flow.steps.get(*at).map(|step| step.cases)));
    often.truncate(STEPS_MAX);
    often.sort_unstable();
    let place = |of: &[usize], step: usize| of.iter().position(|one| *one == step);
    let links = flow.links.iter().filter_map(|link| {
        Some((
            place(&often, link.from)?,
            place(&often, link.to)?,
            link.cases,
        ))
    });
    let links: Vec<(usize, usize, u64)> = links.collect();
    let order = order::order(often.len(), &links);
    let order = order.iter().filter_map(|at| often.get(*at).copied());
    let order: Vec<usize> = order.collect();
    let links = flow.links.iter().filter_map(|link| {
        Some(Link {
            from: place(&order, link.from)?,
            to: place(&order, link.to)?,
            ..link.clone()
        })
    });
    Flow {
        links: links.collect(),
        steps: order
            .iter()
            .filter_map(|at| flow.steps.get(*at).cloned())
            .collect(),
    }
}

fn boxed(step: &Step, from: f64, to: f64, top: f64, share: f64) -> Boxed {
    let width = to - from;
    let count = text::width(&step.count, SIZE);
    let room = width - 3.0 * PAD - count;
    let lines = text::wrap(&step.label, SIZE, room, 2);
    let first = if lines.len() == 1 {
        BOX / 2.0 + 5.5
    } else {
        BOX / 2.0 - LINE / 2.0 + 5.5
    };
    let lines = lines.into_iter().enumerate();
    let lines = lines.map(|(at, line)| (top + first + at as f64 * LINE, line));
    Boxed {
        x: from,
        y: top,
        width,
        height: BOX,
        filled: width * share,
        lines: lines.collect(),
        text: from + PAD,
        end: to - PAD,
        base: top + BOX / 2.0 + 5.5,
        count: step.count.clone(),
    }
}

fn waits(
    flow: &Flow,
    from: f64,
    to: f64,
    top: impl Fn(usize) -> f64,
    stroke: impl Fn(u64) -> f64,
) -> Vec<Wait> {
    let next: Vec<&Link> = flow
        .links
        .iter()
        .filter(|link| link.to == link.from + 1)
        .collect();
    let most = flow.steps.iter().map(|step| step.cases).max();
    let often = |link: &Link| link.cases.saturating_mul(OFTEN) >= most.unwrap_or(0);
    let hours = |link: &Link| link.hours.unwrap_or(0.0);
    let all = next.iter().map(|link| hours(link)).fold(0.0, f64::max);
    let frequent = next.iter().filter(|link| often(link));
    let longest = frequent.map(|link| hours(link)).fold(0.0, f64::max);
    let words = next
        .iter()
        .map(|link| text::width(&link.wait, SIZE))
        .fold(0.0, f64::max);
    let x = from + PAD + STROKE / 2.0;
    let bar = x + STROKE + PAD;
    let room = (to - bar - words - PAD).max(PAD);
    let wait = |link: &&Link| {
        let y = top(link.from) + BOX;
        let hours = hours(link);
        let length = if all > 0.0 { hours / all * room } else { 0.0 };
        let length = if hours > 0.0 { length.max(2.0) } else { 0.0 };
        Wait {
            x,
            y,
            end: y + GAP,
            stroke: stroke(link.cases),
            bar,
            top: y + GAP / 2.0 - 6.0,
            length,
            text: bar + length + if length > 0.0 { 8.0 } else { 0.0 },
            base: y + GAP / 2.0 + 5.5,
            wait: link.wait.clone(),
            longest: longest > 0.0 && often(link) && hours >= longest,
        }
    };
    next.iter().map(wait).collect()
}

/// A line out of a box at one height, along a lane, and into a box at another.
fn bent(edge: f64, lane: f64, from: f64, to: f64, stroke: f64, back: bool) -> Arc {
    let out = if back { -1.0 } else { 1.0 };
    let round = 8.0;
    let down = if to > from { round } else { -round };
    let head = 4.0 + stroke / 2.0;
    // The line ends where the arrow's head begins.
    let end = edge + out * head * 1.4;
    let turn = lane - out * round;
    Arc {
        path: format!(
            "M{edge:.1} {from:.1}H{turn:.1}Q{lane:.1} {from:.1} {lane:.1} {:.1}V{:.1}Q{lane:.1} \
             {to:.1} {turn:.1} {to:.1}H{end:.1}",
            from + down,
            to - down,
        ),
        head: format!(
            "M{edge:.1} {to:.1}L{:.1} {:.1}V{:.1}z",
            edge + out * head * 1.6,
            to - head,
            to + head
        ),
        stroke,
        back,
    }
}

#[cfg(test)]
mod tests;
