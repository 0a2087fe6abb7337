//! Texts in the languages.

use super::reader::{Node, Reader, Table};
use crate::domain::label::{Labels, Language};

/// Stands where a text couldn't be read.
pub(super) const UNREADABLE: &str = "unreadable";

pub(super) fn labels_of(reader: &mut Reader, table: &Table<'_>) -> Labels {
    let labels = reader.required(table, "labels", labels);
    labels.unwrap_or_else(|| Labels::de(UNREADABLE))
}

pub(super) fn labels<'a>(reader: &mut Reader, path: &str, node: &'a Node<'a>) -> Option<Labels> {
    let table = reader.table(path, node, &Language::ALL.map(Language::code))?;
    let german = reader.required(&table, Language::De.code(), Reader::text);
    let mut labels = Labels::de(german.unwrap_or_else(|| UNREADABLE.to_owned()));
    for language in [Language::Fr, Language::It, Language::En] {
        if let Some(text) = reader.optional(&table, language.code(), Reader::text) {
            labels = labels.with(language, text);
        }
    }
    Some(labels)
}
