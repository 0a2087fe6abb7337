//! Whether the office is on time: what was found, a chart, the figures; and as a file.

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kanzlei::projections::{Month, ServiceStatistics, Statistics, Trend};
use kanzlei::{Code, ServiceKey};

use crate::web::chart::{Bar, Chart, Series, bars, lines};
use crate::web::offer::Offer;
use crate::web::page::{Frame, May, Pages};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::{Label, Words};

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/statistics", May::Office, show)
        .get("/statistics.csv", May::Office, file)
}

/// The days within which a case is quick; who looks can choose.
const WITHIN: [u32; 5] = [5, 10, 20, 30, 60];
const WITHIN_DEFAULT: u32 = 10;
/// The last twelve months, and the present one so far.
const MONTHS: usize = 13;

struct Row {
    service: Label,
    cases: String,
    open: String,
    closed: String,
    median: String,
    slow: String,
    within: String,
    outcomes: Vec<(Label, String)>,
}

struct MonthRow {
    name: String,
    opened: String,
    ended: String,
    open: String,
}

#[derive(Template)]
#[template(path = "office/statistics.html")]
struct Page {
    frame: Frame,
    finding: String,
    choices: Vec<(u32, bool)>,
    rows: Vec<Row>,
    durations: Option<Chart>,
    durations_finding: String,
    total: Row,
    within: i64,
    months_finding: String,
    months_chart: Chart,
    months: Vec<MonthRow>,
    csv: String,
}

fn within(visit: &Visit) -> u32 {
    let asked = visit.asked("within").and_then(|text| text.parse().ok());
    asked
        .filter(|days| WITHIN.contains(days))
        .unwrap_or(WITHIN_DEFAULT)
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let within = within(&visit);
    let statistics = visit.session.statistics(within).await?;
    let trend = visit.session.trend(None, MONTHS).await?;
    let (words, offer) = (visit.words, Offer::of(&visit));
    let row = |one: &ServiceStatistics| row(words, &offer, one);
    let total = &statistics.total;
    let finding = match total.within_share {
        Some(share) => words.t2(
            "statistics-finding",
            ("share", words.percent(share)),
            ("days", i64::from(within)),
        ),
        None => words.t("statistics-none"),
    };
    let (durations_finding, durations) = durations(words, &offer, &statistics);
    let (months_finding, months_chart) = months(words, &trend);
    let authority = offer.name(visit.authority()?);
    visit.show(&Page {
        frame: visit
            .frame(words.t1("statistics-title", "authority", authority))
            .wide(),
        finding,
        choices: WITHIN.iter().map(|days| (*days, *days == within)).collect(),
        rows: statistics.services.iter().map(row).collect(),
        total: row(total),
        durations,
        durations_finding,
        within: i64::from(within),
        months_finding,
        months_chart,
        months: trend
            .months
            .iter()
            .enumerate()
            .map(|(at, month)| MonthRow {
                name: if at + 1 == trend.months.len() {
                    words.t1("statistics-so-far", "month", words.month(month.first))
                } else {
                    words.month(month.first)
                },
                opened: figure(words, month.opened),
                ended: figure(words, month.ended),
                open: figure(words, month.open),
            })
            .collect(),
        csv: format!("/statistics.csv?within={within}"),
    })
}

fn figure(words: Words, figure: Option<u64>) -> String {
    figure.map_or_else(|| words.t("figure-small"), |figure| words.number(figure))
}

fn days(words: Words, days: Option<f64>) -> String {
    match days {
        None => words.t("figure-none"),
        Some(days) if days < 1.0 => words.t("figure-under-a-day"),
        Some(days) => words.decimal(days, 1),
    }
}

fn row(words: Words, offer: &Offer, one: &ServiceStatistics) -> Row {
    let edition = one.service.as_ref().and_then(|code| newest(offer, code));
    let outcome = |code: Option<&Code>| {
        let known = code.and_then(|code| edition?.outcome(code.as_str()));
        known.map_or_else(
            || {
                let text = code.map_or_else(|| words.t("outcome-none"), ToString::to_string);
                Label::plain(text)
            },
            |outcome| words.label(&outcome.labels),
        )
    };
    Row {
        service: edition.map_or_else(
            || Label::plain(words.t("statistics-all")),
            |service| words.label(&service.labels),
        ),
        cases: words.number(one.cases),
        open: words.number(one.open),
        closed: words.number(one.closed),
        median: days(words, one.median_days),
        slow: days(words, one.p90_days),
        within: one
            .within_share
            .map_or_else(|| words.t("figure-none"), |share| words.percent(share)),
        outcomes: one
            .outcomes
            .iter()
            .filter(|_| edition.is_some())
            .map(|share| (outcome(share.code.as_ref()), figure(words, share.cases)))
            .collect(),
    }
}

/// The newest edition of a service: its cases may be older.
fn newest<'a>(offer: &'a Offer, service: &Code) -> Option<&'a kanzlei::Service> {
    let editions = offer.catalogue.editions(ServiceKey::of(service.as_str()));
    editions.last().map(|edition| edition.service.as_ref())
}

/// How long cases take, service by service.
fn durations(words: Words, offer: &Offer, all: &Statistics) -> (String, Option<Chart>) {
    let mut known: Vec<(String, f64)> = Vec::new();
    for one in &all.services {
        let service = one.service.as_ref().and_then(|code| newest(offer, code));
        if let (Some(service), Some(days)) = (service, one.median_days) {
            known.push((words.label(&service.labels).text, days));
        }
    }
    known.sort_by(|a, b| b.1.total_cmp(&a.1));
    let Some((slowest, longest)) = known.first() else {
        return (words.t("statistics-none"), None);
    };
    let finding = words.t2(
        "statistics-slowest",
        ("service", slowest.as_str()),
        ("days", days(words, Some(*longest))),
    );
    let bar = |(label, value): &(String, f64)| Bar {
        label: label.clone(),
        value: Some(*value),
        said: words.t1("figure-days", "days", days(words, Some(*value))),
    };
    let drawn: Vec<Bar> = known.iter().map(bar).collect();
    let chart = bars(&finding, &drawn);
    (finding, Some(chart))
}

/// What came in and what went out, month by month.
fn months(words: Words, trend: &Trend) -> (String, Chart) {
    let whole = whole(trend);
    let sum = |figure: fn(&Month) -> Option<u64>| whole.iter().filter_map(figure).sum::<u64>();
    let (opened, ended) = (sum(|month| month.opened), sum(|month| month.ended));
    let key = match opened.cmp(&ended) {
        std::cmp::Ordering::Greater => "statistics-more",
        std::cmp::Ordering::Less => "statistics-fewer",
        std::cmp::Ordering::Equal => "statistics-as-many",
    };
    let finding = words.t2(
        key,
        ("opened", words.number(opened)),
        ("ended", words.number(ended)),
    );
    let series = |key: &str, figure: fn(&Month) -> Option<u64>| {
        #[allow(clippy::cast_precision_loss)] // Cases of a month.
        let value = |month| figure(month).map(|count| count as f64);
        Series {
            label: words.t(key),
            values: whole.iter().map(value).collect(),
        }
    };
    let places: Vec<String> = whole
        .iter()
        .map(|month| words.short_month(month.first))
        .collect();
    let both = [
        series("statistics-opened", |month| month.opened),
        series("statistics-ended", |month| month.ended),
    ];
    let chart = lines(&finding, &places, &both, |value| words.decimal(value, 0));
    (finding, chart)
}

/// The months that are over: the present one would look like a fall.
fn whole(trend: &Trend) -> &[Month] {
    let before = trend.months.len().saturating_sub(1);
    trend.months.get(..before).unwrap_or_default()
}

/// The same figures as on the page, for a spreadsheet.
async fn file(visit: Visit) -> Result<Response, Trouble> {
    let within = within(&visit);
    let statistics = visit.session.statistics(within).await?;
    let (words, offer) = (visit.words, Offer::of(&visit));
    let mut rows = csv::Writer::from_writer(Vec::new());
    let within_head = words.t1("statistics-within", "days", i64::from(within));
    let head = [
        words.t("statistics-service"),
        words.t("statistics-cases"),
        words.t("status-open"),
        words.t("status-closed"),
        words.t("status-withdrawn"),
        words.t("statistics-median"),
        words.t("statistics-p90"),
        within_head,
    ];
    rows.write_record(&head).map_err(Trouble::broken)?;
    let plain = |days: Option<f64>| days.map_or_else(String::new, |days| format!("{days:.2}"));
    for one in statistics.services.iter().chain([&statistics.total]) {
        let service = one.service.as_ref().and_then(|code| newest(&offer, code));
        let name = service.map_or_else(
            || words.t("statistics-all"),
            |service| words.label(&service.labels).text,
        );
        let record = [
            name,
            one.cases.to_string(),
            one.open.to_string(),
            one.closed.to_string(),
            one.withdrawn.to_string(),
            plain(one.median_days),
            plain(one.p90_days),
            one.within.to_string(),
        ];
        rows.write_record(&record).map_err(Trouble::broken)?;
    }
    let bytes = rows.into_inner().map_err(Trouble::broken)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"statistics.csv\"",
        ),
    ];
    Ok((headers, bytes).into_response())
}
