//! A table: as a page shows it, and as a file for a spreadsheet, from the same cells. So a file says
//! exactly what its page says, and nothing more.

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::parts::Status;
use super::trouble::Trouble;
use super::words::Label;

/// A table with figures, as a template shows it: `{{ table }}`.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/table.html")]
pub struct Table {
    caption: String,
    heads: Vec<Head>,
    rows: Vec<Vec<Cell>>,
    id: &'static str,
}

impl askama::filters::HtmlSafe for Table {}

/// The heading of a column.
#[derive(Clone, Debug)]
struct Head {
    text: String,
    right: bool,
    /// Where the table is sorted by this column, and whether it is: `ascending`, `descending`, `none`.
    sort: Option<(String, &'static str)>,
}

/// A cell.
#[derive(Clone, Debug)]
pub struct Cell {
    text: Label,
    href: Option<String>,
    right: bool,
    status: Option<Status>,
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::label(Label::plain(text))
    }

    /// A text that may be in another language than the page.
    pub const fn label(text: Label) -> Self {
        Self {
            text,
            href: None,
            right: false,
            status: None,
        }
    }

    /// A figure: it stands at the right.
    pub fn figure(text: impl Into<String>) -> Self {
        Self {
            right: true,
            ..Self::text(text)
        }
    }

    /// A status; in a file only its word.
    pub fn status(status: Status, word: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            ..Self::text(word)
        }
    }

    /// The same, leading somewhere.
    #[must_use]
    pub fn to(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }
}

impl Table {
    /// A table with this caption and no column yet.
    pub fn new(caption: impl Into<String>) -> Self {
        Self {
            caption: caption.into(),
            heads: Vec::new(),
            rows: Vec::new(),
            id: "",
        }
    }

    /// The same, to which a link on the page can lead.
    #[must_use]
    pub const fn with_id(mut self, id: &'static str) -> Self {
        self.id = id;
        self
    }

    /// The same with a column of texts.
    #[must_use]
    pub fn texts(mut self, heading: impl Into<String>) -> Self {
        self.heads.push(Head {
            text: heading.into(),
            right: false,
            sort: None,
        });
        self
    }

    /// The same with a column of figures.
    #[must_use]
    pub fn figures(mut self, heading: impl Into<String>) -> Self {
        self.heads.push(Head {
            text: heading.into(),
            right: true,
            sort: None,
        });
        self
    }

    /// The same, where the last column is a link that sorts by it: `sorted` is how it is now.
    #[must_use]
    pub fn sorted(mut self, href: impl Into<String>, sorted: &'static str) -> Self {
        if let Some(head) = self.heads.last_mut() {
            head.sort = Some((href.into(), sorted));
        }
        self
    }

    /// Adds a row; its first cell is its heading.
    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as a file of that name.
    ///
    /// # Errors
    /// None that can happen: it is written into memory.
    pub fn file(&self, name: &str) -> Result<Response, Trouble> {
        let mut writer = csv::WriterBuilder::new().from_writer(MARK.as_bytes().to_vec());
        let heads = self.heads.iter().map(|head| plain(&head.text));
        writer.write_record(heads).map_err(Trouble::broken)?;
        for row in &self.rows {
            let cells = row.iter().map(|cell| plain(&cell.text.text));
            writer.write_record(cells).map_err(Trouble::broken)?;
        }
        let mut response = writer
            .into_inner()
            .map_err(Trouble::broken)?
            .into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("text/csv; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, kind);
        let attachment = format!("attachment; filename=\"{name}.csv\"");
        if let Ok(attachment) = attachment.parse() {
            headers.insert(header::CONTENT_DISPOSITION, attachment);
        }
        Ok(response)
    }
}

/// What tells a spreadsheet that the text is UTF-8.
const MARK: &str = "\u{feff}";

/// A cell that no spreadsheet takes for a formula, with blanks that it can read in numbers.
fn plain(cell: &str) -> String {
    let grouped = cell
        .chars()
        .all(|one| one.is_ascii_digit() || one == '\u{202f}');
    let cell: String = if grouped {
        cell.chars().filter(char::is_ascii_digit).collect()
    } else {
        cell.replace('\u{a0}', " ")
    };
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula && cell.parse::<f64>().is_err() {
        return format!("'{cell}");
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new("Gemeinden & Fälle")
            .texts("Gemeinde")
            .figures("Fälle");
        table.row(vec![
            Cell::text("=a,\"b\"<i>").to("/canton/register/1"),
            Cell::figure("1\u{202f}204"),
        ]);
        table
    }

    #[test]
    fn a_page_shows_it_with_headings_and_nothing_typed_becomes_markup() {
        let shown = table().to_string();
        assert!(
            shown.contains("<caption>Gemeinden &#38; Fälle</caption>"),
            "{shown}"
        );
        assert!(shown.contains("<th scope=\"col\" class=\"figures\">Fälle</th>"));
        let first =
            "<th scope=\"row\"><a href=\"/canton/register/1\">=a,&#34;b&#34;&#60;i&#62;</a></th>";
        assert!(shown.contains(first), "{shown}");
    }

    #[tokio::test]
    async fn a_file_says_the_same_and_no_cell_is_a_formula() {
        let response = table().file("name").unwrap();
        let bytes = axum::body::to_bytes(response.into_body(), 999)
            .await
            .unwrap();
        let expected = "\u{feff}Gemeinde,Fälle\n\"'=a,\"\"b\"\"<i>\",1204\n";
        assert_eq!(bytes, expected.as_bytes());
        assert_eq!(plain("-3"), "-3");
    }
}
