//! What is wrong in a service file, shown as rustc shows it.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

/// So many are shown; whoever has more mends these first.
const SHOWN_MAX: usize = 100;
/// A longer line is named but not shown, in bytes.
const LINE_BYTES_MAX: usize = 2_000;

/// A mistake in a service file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServiceFileError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, and what is allowed instead.
    pub message: String,
    /// The line's text, and the bytes of it that are meant.
    excerpt: Option<(String, Range<usize>)>,
}

/// All mistakes in a service file, in the order of the file; at least one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServiceFileErrors {
    name: String,
    errors: Vec<ServiceFileError>,
    left_out: usize,
}

impl ServiceFileErrors {
    /// From the mistakes as byte ranges in the text.
    pub(super) fn new(text: &str, mut problems: Vec<(Range<usize>, String)>) -> Self {
        problems.sort_by_key(|(span, _)| span.start);
        problems.dedup();
        let left_out = problems.len().saturating_sub(SHOWN_MAX);
        problems.truncate(SHOWN_MAX);
        let errors = problems.into_iter();
        Self {
            name: "service file".to_owned(),
            errors: errors
                .map(|(span, said)| ServiceFileError::new(text, span, said))
                .collect(),
            left_out,
        }
    }

    /// The same, shown with the file's name.
    #[must_use]
    pub fn in_file(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The mistakes, up to a hundred.
    pub fn errors(&self) -> &[ServiceFileError] {
        &self.errors
    }
}

impl ServiceFileError {
    fn new(text: &str, span: Range<usize>, message: String) -> Self {
        let start = text.floor_char_boundary(span.start);
        let (before, after) = text.split_at(start);
        let line = before.matches('\n').count() + 1;
        let before = before.rsplit('\n').next().unwrap_or_default();
        let after = after.split('\n').next().unwrap_or_default();
        let end = text.floor_char_boundary(span.end).saturating_sub(start);
        let end = before.len() + end.min(after.len());
        let is_shown = before.len() + after.len() <= LINE_BYTES_MAX;
        Self {
            line,
            column: before.chars().count() + 1,
            message,
            excerpt: is_shown.then(|| (format!("{before}{after}"), before.len()..end)),
        }
    }

    fn shown(&self, file: &str) -> String {
        let title = Level::ERROR.primary_title(self.message.as_str());
        let group = match &self.excerpt {
            Some((text, mark)) => title.element(
                Snippet::source(text.as_str())
                    .path(file)
                    .line_start(self.line)
                    .annotation(AnnotationKind::Primary.span(mark.clone())),
            ),
            None => title.element(Origin::path(file).line(self.line).char_column(self.column)),
        };
        Renderer::plain().render(&[group])
    }
}

impl fmt::Display for ServiceFileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in &self.errors {
            writeln!(f, "{}\n", error.shown(&self.name))?;
        }
        let count = self.errors.len() + self.left_out;
        let mistakes = if count == 1 { "mistake" } else { "mistakes" };
        write!(f, "{}: {count} {mistakes}", self.name)?;
        if self.left_out > 0 {
            write!(f, ", {} of them not shown", self.left_out)?;
        }
        Ok(())
    }
}

impl std::error::Error for ServiceFileErrors {}
