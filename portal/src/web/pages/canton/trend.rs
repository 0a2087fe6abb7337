//! How many cases come in and end, month by month: as a chart and as a table.

use kanzlei::Trend;
use kanzlei::projections::Month;

use super::named::{self, Named};
use crate::web::chart::{Chart, Series, lines};
use crate::web::table::{Cell, Table};
use crate::web::words::Words;

/// `11.2026`; in English `Nov 2026`.
fn month(words: Words, first: kanzlei::Date) -> String {
    let day = words.short_date(first);
    let rest = day
        .split_once(['.', '\u{a0}'])
        .map(|(_, rest)| rest.to_owned());
    rest.unwrap_or(day)
}

/// Lines over the whole months.
#[allow(clippy::cast_precision_loss)] // Cases as people count them.
pub fn chart(words: Words, trend: &Trend, service: Option<&Named>) -> Chart {
    // The present month isn't over: beside the others it would look like a fall.
    let whole = trend
        .months
        .split_last()
        .map_or(&[][..], |(_, whole)| whole);
    let places: Vec<String> = whole.iter().map(|one| month(words, one.first)).collect();
    let series = |key: &str, value: fn(&Month) -> Option<u64>| Series {
        label: words.t(key),
        values: whole
            .iter()
            .map(|one| value(one).map(|cases| cases as f64))
            .collect(),
    };
    let mut series = vec![
        series("trend-opened", |one| one.opened),
        series("trend-ended", |one| one.ended),
    ];
    series.retain(|one| one.values.iter().any(Option::is_some));
    let finding = finding(words, trend, service);
    lines(&finding, &places, &series, |value| {
        words.number(named::whole(value))
    })
}

/// What the last whole month says beside the same month a year before.
pub fn finding(words: Words, trend: &Trend, service: Option<&Named>) -> String {
    let name = service.map_or_else(
        || words.t("canton-all-services"),
        |one| one.label.text.clone(),
    );
    let whole = trend.months.len().checked_sub(2);
    let last = whole.and_then(|at| trend.months.get(at));
    let opened = last.and_then(|month| Some((month.first, month.opened?)));
    let Some((first, opened)) = opened else {
        return words.t1("trend-none", "service", name.as_str());
    };
    let month = month(words, first);
    words.text(
        "trend-finding",
        &[
            ("service", name.as_str().into()),
            ("month", month.as_str().into()),
            ("cases", opened.into()),
        ],
    )
}

/// The months, the newest first.
pub fn by_month(words: Words, trend: &Trend) -> Table {
    type Column = (&'static str, fn(&Month) -> Option<u64>);
    let columns: [Column; 3] = [
        ("trend-opened", |one| one.opened),
        ("trend-ended", |one| one.ended),
        ("trend-open", |one| one.open),
    ];
    // A column of which nothing is known would say the same words in each row.
    let known = |(_, value): &&Column| trend.months.iter().any(|one| value(one).is_some());
    let columns: Vec<&Column> = columns.iter().filter(known).collect();
    let table = Table::new(words.t("trend-table")).texts(words.t("word-month"));
    let heads = columns.iter();
    let mut table = heads.fold(table, |table, (key, _)| table.figures(words.t(key)));
    let mut months = trend.months.iter().rev();
    let present = months.next().map(|one| (one, words.t("trend-so-far")));
    let past = months.map(|one| (one, String::new()));
    for (one, remark) in present.into_iter().chain(past) {
        let name = format!("{} {remark}", month(words, one.first));
        let mut row = vec![Cell::text(name.trim())];
        row.extend(columns.iter().map(|(_, value)| {
            let cases = value(one).map(|cases| words.number(cases));
            Cell::figure(cases.unwrap_or_else(|| words.t("left-out")))
        }));
        table.row(row);
    }
    table
}
