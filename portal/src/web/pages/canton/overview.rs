//! Overview: how many cases, how long they take and where, over all services that one oversees.

use askama::Template;
use axum::response::Response;
use kanzlei::projections::{AuthorityFigures, Figures, Overview, ServiceFigures};
use kanzlei::{AuthorityId, Trend};

use super::figures::{ByAuthority, HEADINGS, Measure, cells};
use super::named::{self, Choice, Named};
use super::trend;
use crate::web::chart::Chart;
use crate::web::page::{Frame, May, Pages};
use crate::web::table::{Cell, Table};
use crate::web::tiles::{District, Figure, Shade, districts};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::{Label, Words};

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/canton", May::Canton, show)
        .get("/canton/services.csv", May::Canton, services_file)
        .get(
            "/canton/municipalities.csv",
            May::Canton,
            municipalities_file,
        )
        .get("/canton/trend.csv", May::Canton, trend_file)
}

/// Months that one can choose, the first by default.
const MONTHS: [usize; 3] = [12, 24, 36];

#[derive(Template)]
#[template(path = "canton/overview.html")]
struct Page {
    frame: Frame,
    lead: String,
    left_out: String,
    services: Vec<Choice>,
    measures: Vec<Choice>,
    months: Vec<Choice>,
    by_service: Table,
    map: Option<Map>,
    chart: Chart,
    finding: String,
    by_month: Table,
    query: String,
}

/// The municipalities in a service.
struct Map {
    title: String,
    service: Label,
    districts: Vec<Vec<Spot>>,
    names: Vec<String>,
    legend: Vec<(&'static str, String)>,
    by_municipality: Option<Table>,
    listed: String,
    drawn: String,
}

/// A tile as it is read: a link with its name and value.
struct Spot {
    href: String,
    short: String,
    rest: String,
    class: &'static str,
    /// What is seen under the name.
    sign: String,
    /// What is read after it.
    unit: String,
}

/// What somebody asked to see.
struct Asked {
    service: Option<Named>,
    measure: Measure,
    months: usize,
    table: bool,
}

impl Asked {
    fn of(visit: &Visit) -> Result<Self, Trouble> {
        let service = visit.asked("service");
        let months = visit.asked("months").and_then(|months| months.parse().ok());
        Ok(Self {
            service: service
                .map(|code| named::service(visit, code))
                .transpose()?,
            measure: Measure::asked(visit.asked("figure")),
            months: months.filter(|one| MONTHS.contains(one)).unwrap_or(12),
            table: visit.asked("view") == Some("table"),
        })
    }

    fn code(&self) -> Option<&str> {
        self.service.as_ref().map(|one| one.code.as_str())
    }

    /// The query of the same page.
    fn query(&self) -> String {
        let all = Measure::ALL.iter();
        let word = all.clone().find(|one| one.0 == self.measure);
        format!(
            "service={}&figure={}&months={}",
            self.code().unwrap_or_default(),
            word.map_or("median", |one| one.1),
            self.months
        )
    }

    /// The service whose municipalities are shown: the one asked for, else the one with most cases.
    fn mapped(&self, visit: &Visit, overview: &Overview) -> Option<Named> {
        if self.service.is_some() {
            return self.service.clone();
        }
        let most = overview.services.iter().max_by_key(|one| one.total.cases)?;
        let code = most.service.as_ref()?;
        named::service(visit, code.as_str()).ok()
    }

    async fn trend(&self, visit: &Visit) -> Result<Trend, Trouble> {
        let key = self.service.as_ref().map(|one| one.key);
        Ok(visit.session.trend(key, self.months).await?)
    }
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let asked = Asked::of(&visit)?;
    let overview = visit.session.overview().await?;
    let trend = asked.trend(&visit).await?;
    let words = visit.words;
    let mapped = asked.mapped(&visit, &overview);
    let measures = Measure::ALL.map(|(measure, word, key)| Choice {
        value: word.to_owned(),
        label: Label::plain(words.t(key)),
        chosen: measure == asked.measure,
    });
    let months = MONTHS.map(|months| Choice {
        value: months.to_string(),
        label: Label::plain(words.t1("canton-months", "months", number(months))),
        chosen: months == asked.months,
    });
    visit.show(&Page {
        frame: visit.frame(words.t("canton-title")),
        lead: lead(words, &overview),
        left_out: words.t1("canton-left-out", "threshold", overview.threshold),
        services: named::service_choices(&visit, Some("canton-all-services"), asked.code()),
        measures: measures.into(),
        months: months.into(),
        by_service: by_service(&visit, &overview),
        map: mapped.map(|service| map(&visit, &asked, &overview, &service)),
        chart: trend::chart(words, &trend, asked.service.as_ref()),
        finding: trend::finding(words, &trend, asked.service.as_ref()),
        by_month: trend::by_month(words, &trend),
        query: asked.query(),
    })
}

async fn services_file(visit: Visit) -> Result<Response, Trouble> {
    let overview = visit.session.overview().await?;
    by_service(&visit, &overview).file("services")
}

async fn municipalities_file(visit: Visit) -> Result<Response, Trouble> {
    let asked = Asked::of(&visit)?;
    let overview = visit.session.overview().await?;
    let service = asked.mapped(&visit, &overview).ok_or(Trouble::NotFound)?;
    by_municipality(&visit, &asked, &overview, &service).file("municipalities")
}

async fn trend_file(visit: Visit) -> Result<Response, Trouble> {
    let trend = Asked::of(&visit)?.trend(&visit).await?;
    trend::by_month(visit.words, &trend).file("trend")
}

fn number(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

/// How many cases there are in how many services, and how many are open.
fn lead(words: Words, overview: &Overview) -> String {
    let cases: u64 = overview.services.iter().map(|one| one.total.cases).sum();
    let open = overview.services.iter().map(|one| one.total.open);
    let said = words.t2(
        "canton-lead",
        ("cases", cases),
        ("services", number(overview.services.len())),
    );
    match open.sum::<Option<u64>>() {
        Some(open) => format!("{said} {}", words.t1("canton-lead-open", "open", open)),
        None => said,
    }
}

fn headings(words: Words, first: String, caption: String) -> Table {
    let table = Table::new(caption).texts(first);
    let heads = HEADINGS.iter();
    heads.fold(table, |table, key| table.figures(words.t(key)))
}

fn figure_cells(words: Words, figures: &Figures) -> Vec<Cell> {
    cells(words, figures)
        .into_iter()
        .map(Cell::figure)
        .collect()
}

/// The figures of a service, if it has enough cases.
fn figures_of<'a>(overview: &'a Overview, service: &Named) -> Option<&'a ServiceFigures> {
    let mut all = overview.services.iter();
    all.find(|one| {
        one.service
            .as_ref()
            .is_some_and(|code| *code == service.code.as_str())
    })
}

fn by_service(visit: &Visit, overview: &Overview) -> Table {
    let words = visit.words;
    let caption = words.t("canton-by-service");
    let mut table = headings(words, words.t("word-service"), caption);
    for service in named::services(visit) {
        let first = Cell::label(service.label.clone());
        let mut row = vec![first.to(format!("/canton?service={}#map", service.code))];
        match figures_of(overview, &service) {
            Some(figures) => row.extend(figure_cells(words, &figures.total)),
            None => row.extend(HEADINGS.map(|_| Cell::figure(words.t("left-out")))),
        }
        table.row(row);
    }
    table
}

fn map(visit: &Visit, asked: &Asked, overview: &Overview, service: &Named) -> Map {
    let words = visit.words;
    let found = figures_of(overview, service);
    let by_authority = ByAuthority::of(found);
    let catalogue = visit.site.kanzlei.catalogue();
    let today = visit.today();
    let measure = asked.measure;
    let figure = |authority: AuthorityId| {
        let takes_part = catalogue.takes_part(service.key, authority, today);
        by_authority.figure(authority, measure, takes_part)
    };
    let register = catalogue.register();
    let municipalities = register.into_iter().flat_map(|all| all.all_on(today));
    let municipalities = municipalities.filter(|one| one.is_municipality());
    let scale = measure.scale(municipalities.map(|one| figure(one.id)));
    let districts = register.map(|all| districts(all, today, figure, &scale));
    let districts = districts.unwrap_or_default();
    let ranges = scale.classes().into_iter().map(|(shade, first, last)| {
        let range = match last {
            Some(last) if last == first => first.to_string(),
            Some(last) => format!("{first}–{last}"),
            None => format!("{first}+"),
        };
        (shade.class(), range)
    });
    let mut legend: Vec<(&'static str, String)> = ranges.collect();
    legend.push((
        Shade::Small.class(),
        words.t1("legend-small", "threshold", overview.threshold),
    ));
    legend.push((Shade::None.class(), words.t("legend-none")));
    let all = Measure::ALL.iter();
    let key = all
        .clone()
        .find(|one| one.0 == measure)
        .map_or("measure-median", |one| one.2);
    let measure = words.t(key);
    let query = asked.query();
    Map {
        title: words.t1("canton-map", "measure", measure.as_str()),
        service: service.label.clone(),
        names: districts
            .iter()
            .map(|district| district.name.clone())
            .collect(),
        districts: districts
            .iter()
            .map(|one| spots(words, asked.measure, one))
            .collect(),
        legend,
        by_municipality: asked
            .table
            .then(|| by_municipality(visit, asked, overview, service)),
        listed: format!("/canton?{query}&view=table#map"),
        drawn: format!("/canton?{query}#map"),
    }
}

fn spots(words: Words, measure: Measure, district: &District) -> Vec<Spot> {
    let spot = |tile: &crate::web::tiles::Tile| {
        let (sign, unit) = match tile.figure {
            Figure::Known(value) => (words.number(value), measure.said(words, value)),
            Figure::Small => ("▨".to_owned(), words.t("left-out")),
            Figure::None => ("–".to_owned(), words.t("legend-none")),
        };
        Spot {
            href: format!("/canton/register/{}", tile.authority),
            short: tile.short().to_owned(),
            rest: tile.rest().to_owned(),
            class: tile.shade.class(),
            // What is read begins with what is seen, or says what the sign means.
            unit: unit.strip_prefix(sign.as_str()).unwrap_or(&unit).to_owned(),
            sign,
        }
    };
    district.tiles.iter().map(spot).collect()
}

/// By what the table of municipalities can be sorted: the word in addresses.
const SORTS: [&str; 6] = ["name", "cases", "open", "closed", "withdrawn", "median"];

fn by_municipality(visit: &Visit, asked: &Asked, overview: &Overview, service: &Named) -> Table {
    let words = visit.words;
    let sort = visit.asked("sort").unwrap_or("name");
    let query = format!("{}&view=table", asked.query());
    let sorted = |word: &str| if word == sort { "descending" } else { "none" };
    let link = |word: &str| format!("/canton?{query}&sort={word}#map");
    let caption = words.t1(
        "canton-by-municipality",
        "service",
        service.label.text.as_str(),
    );
    let mut heads = SORTS.iter().zip(HEADINGS_WITH_NAME);
    let table = heads.next().map_or_else(
        || Table::new(caption.clone()),
        |(word, key)| {
            let sorted = if sort == *word { "ascending" } else { "none" };
            Table::new(caption.clone())
                .texts(words.t(key))
                .sorted(link(word), sorted)
        },
    );
    let mut table = heads.fold(table, |table, (word, key)| {
        table.figures(words.t(key)).sorted(link(word), sorted(word))
    });
    let Some(figures) = figures_of(overview, service) else {
        return table;
    };
    let mut rows: Vec<(String, &AuthorityFigures)> = figures
        .authorities
        .iter()
        .map(|row| (named::authority(visit, row.authority), row))
        .collect();
    rows.sort_by_cached_key(|(name, _)| name.to_lowercase());
    let by = |row: &AuthorityFigures| {
        let figures = &row.figures;
        let hours = figures.median_hours.map(named::whole);
        let figure = match sort {
            "cases" => Some(figures.cases),
            "open" => figures.open,
            "closed" => figures.closed,
            "withdrawn" => figures.withdrawn,
            "median" => hours,
            _ => None,
        };
        std::cmp::Reverse(figure)
    };
    // Stable: what is equal stays from A to Z.
    rows.sort_by_key(|(_, row)| by(row));
    for (name, row) in rows {
        let mut cells = vec![Cell::text(name).to(format!("/canton/register/{}", row.authority))];
        cells.extend(figure_cells(words, &row.figures));
        table.row(cells);
    }
    if let Some(others) = &figures.others {
        let mut cells = vec![Cell::text(words.t("canton-others"))];
        cells.extend(figure_cells(words, others));
        table.row(cells);
    }
    let mut cells = vec![Cell::text(words.t("canton-total"))];
    cells.extend(figure_cells(words, &figures.total));
    table.row(cells);
    table
}

const HEADINGS_WITH_NAME: [&str; 6] = [
    "word-authority",
    "figure-cases",
    "figure-open",
    "figure-closed",
    "figure-withdrawn",
    "figure-median",
];
