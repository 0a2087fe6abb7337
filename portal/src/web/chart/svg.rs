//! An SVG as it is written: shapes with classes, so that the style sheet colours them in the light and
//! in the dark; texts escaped.

use std::fmt::Write as _;

/// The height of letters; the style sheet says the same.
pub(super) const LETTER: f64 = 16.0;
/// How wide a letter is, at most, on average: what is estimated so has room.
const LETTER_WIDTH: f64 = 0.6 * LETTER;

/// How wide a text is, at most.
#[allow(clippy::cast_precision_loss)] // A text of a chart.
pub(super) fn width_of(text: &str) -> f64 {
    text.chars().count() as f64 * LETTER_WIDTH
}

/// A text, cut to a width.
pub(super) fn fitted(text: &str, width: f64) -> String {
    if width_of(text) <= width {
        return text.to_owned();
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let letters = (width / LETTER_WIDTH).max(2.0) as usize;
    let mut cut: String = text.chars().take(letters - 1).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // XML allows no other control characters, not even escaped.
            control if control.is_control() => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}

/// To which side of its place a text extends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// An SVG that is being written.
pub(super) struct Svg {
    title: String,
    width: f64,
    height: f64,
    body: String,
}

impl Svg {
    pub fn new(title: &str, width: f64, height: f64) -> Self {
        Self {
            title: escaped(title),
            width,
            height,
            body: String::new(),
        }
    }

    pub fn text(&mut self, x: f64, y: f64, anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escaped(text);
        let _ = write!(
            self.body,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
        );
    }

    pub fn bar(&mut self, x: f64, y: f64, width: f64, height: f64, series: usize) {
        let _ = write!(
            self.body,
            "<rect class=\"series-{series}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" \
             height=\"{height:.1}\"/>"
        );
    }

    pub fn axis(&mut self, from: (f64, f64), to: (f64, f64), class: &'static str) {
        let ((x, y), (to_x, to_y)) = (from, to);
        let _ = write!(
            self.body,
            "<path class=\"{class}\" d=\"M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}\"/>"
        );
    }

    /// A line through points; one without neighbours is a dot.
    pub fn curve(&mut self, points: &[(f64, f64)], series: usize) {
        if let [(x, y)] = points {
            let _ = write!(
                self.body,
                "<circle class=\"series-{series}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>"
            );
            return;
        }
        let mut path = String::new();
        for (at, (x, y)) in points.iter().enumerate() {
            let to = if at == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{to}{x:.1} {y:.1}");
        }
        let _ = write!(
            self.body,
            "<path class=\"curve series-{series}\" d=\"{path}\"/>"
        );
    }

    pub fn finished(self, class: &str) -> String {
        let Self {
            title,
            width,
            height,
            body,
        } = self;
        format!(
            "<svg role=\"img\" class=\"{class}\" viewBox=\"0 0 {width:.0} {height:.0}\" \
             xmlns=\"http://www.w3.org/2000/svg\"><title>{title}</title>{body}</svg>"
        )
    }
}
