//! What a service file says to people before they begin.

use super::labels::{UNREADABLE, labels, labels_of};
use super::reader::{Node, Reader};
use crate::domain::label::{Labels, Language};
use crate::domain::service::check::KEYWORDS_MAX;
use crate::domain::service::{About, Category};

pub(super) fn about<'a>(reader: &mut Reader, path: &str, node: &'a Node<'a>) -> Option<About> {
    const KEYS: [&str; 6] = [
        "summary",
        "category",
        "keywords",
        "cost",
        "duration-days",
        "needs",
    ];
    let table = reader.table(path, node, &KEYS)?;
    let summary = reader.required(&table, "summary", labels);
    let category = reader.required(&table, "category", category);
    let mut about = About::new(summary.unwrap_or_else(|| Labels::de(UNREADABLE)), category?);
    reader.optional(&table, "keywords", |reader, path, node| {
        let table = reader.table(path, node, &Language::ALL.map(Language::code))?;
        for language in Language::ALL
            .into_iter()
            .filter(|one| table.has(one.code()))
        {
            let words = reader.list(&table, (language.code(), KEYWORDS_MAX), Reader::text);
            about.keywords.insert(language, words);
        }
        Some(())
    });
    about.cost = reader.optional(&table, "cost", labels);
    about.duration_days = reader.optional(&table, "duration-days", Reader::number);
    about.needs = reader.optional(&table, "needs", labels);
    Some(about)
}

fn category<'a>(reader: &mut Reader, path: &str, node: &'a Node<'a>) -> Option<Category> {
    let table = reader.table(path, node, &["code", "labels"])?;
    let code = reader.required(&table, "code", Reader::code);
    let labels = labels_of(reader, &table);
    Some(Category {
        code: code?,
        labels,
    })
}
