//! The register: which authorities there are on a day, and one of them with its history.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kanzlei::core::domain::Authority;
use kanzlei::{AuthorityId, Date};

use super::figures::{HEADINGS, cells};
use super::named::{self, Choice, base};
use super::participation::state_status;
use crate::web::page::{Frame, May, Pages};
use crate::web::table::{Cell, Table};
use crate::web::trouble::Trouble;
use crate::web::visit::{Side, Visit};
use crate::web::words::Label;

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/canton/register", May::Canton, list)
        .get("/operator/register", May::Operator, list)
        .get("/canton/register.csv", May::Canton, list_file)
        .get("/operator/register.csv", May::Operator, list_file)
        .get("/canton/register/{id}", May::Canton, one)
        .get("/operator/register/{id}", May::Operator, one)
}

#[derive(Template)]
#[template(path = "canton/register.html")]
struct List {
    frame: Frame,
    base: &'static str,
    lead: String,
    day: [String; 3],
    wrong: Option<String>,
    levels: Vec<Choice>,
    sought: String,
    authorities: Table,
    query: String,
}

/// The day that somebody asked for: `None` if what they typed is none.
fn asked_day(visit: &Visit) -> Option<Date> {
    let part = |name| visit.asked(name).map(str::to_owned);
    match (part("day"), part("month"), part("year")) {
        (None, None, None) => Some(visit.today()),
        (Some(day), Some(month), Some(year)) => {
            Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
        }
        _ => None,
    }
}

/// The authorities in force on that day that were asked for.
fn found(visit: &Visit, day: Date) -> Table {
    let words = visit.words;
    let base = base(visit.side);
    let caption = words.t1("register-table", "day", words.date(day).as_str());
    let mut table = Table::new(caption)
        .texts(words.t("word-authority"))
        .figures(words.t("register-number"))
        .texts(words.t("register-level"))
        .texts(words.t("register-district"))
        .figures(words.t("register-residents"))
        .texts(words.t("register-part-of"))
        .texts(words.t("register-since"));
    let catalogue = visit.site.kanzlei.catalogue();
    let level = visit.asked("level");
    let sought = visit.asked("q").unwrap_or_default().to_lowercase();
    let fits = |row: &&Authority| {
        level.is_none_or(|level| row.level == level) && row.name.to_lowercase().contains(&sought)
    };
    let register = catalogue.register();
    let rows = register.into_iter().flat_map(|all| all.all_on(day));
    let mut rows: Vec<&Authority> = rows.filter(fits).collect();
    rows.sort_by_cached_key(|row| row.name.to_lowercase());
    for row in rows {
        let part_of = row.part_of.map(|id| catalogue.authority_name(id, day));
        table.row(vec![
            Cell::text(row.name.clone()).to(format!("{base}/register/{}", row.id)),
            Cell::figure(row.id.to_string()),
            Cell::text(named::level(words, row.level.as_str())),
            Cell::text(row.district.clone().unwrap_or_default()),
            Cell::figure(
                row.residents
                    .map_or_else(String::new, |count| words.number(count)),
            ),
            Cell::text(part_of.unwrap_or_default()),
            Cell::text(
                row.from
                    .map_or_else(|| "–".to_owned(), |from| words.short_date(from)),
            ),
        ]);
    }
    table
}

async fn list(visit: Visit) -> Result<Response, Trouble> {
    let words = visit.words;
    let typed = asked_day(&visit);
    let day = typed.unwrap_or_else(|| visit.today());
    let catalogue = visit.site.kanzlei.catalogue();
    let register = catalogue.register();
    let rows = register.map_or(&[][..], |all| all.rows());
    let mut known: Vec<&str> = rows.iter().map(|row| row.level.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    let chosen = visit.asked("level");
    let choice = |value: &str, text: String| Choice {
        value: value.to_owned(),
        label: Label::plain(text),
        chosen: chosen.unwrap_or_default() == value,
    };
    let first = choice("", words.t("register-all-levels"));
    let levels = known
        .iter()
        .map(|level| choice(level, named::level(words, level)));
    let lead = words.t1(
        "register-lead",
        "edition",
        i64::from(catalogue.register_edition()),
    );
    let (year, month, number) = day.ymd();
    let parts = [number.to_string(), month.to_string(), year.to_string()];
    let names = ["day", "month", "year"];
    let typed_part = |name: &str| visit.asked(name).unwrap_or_default().to_owned();
    let wrong = typed.is_none().then(|| words.t("register-wrong-day"));
    let encoded = |name: &str| crate::web::headers::encoded(&typed_part(name));
    let query =
        ["day", "month", "year", "level", "q"].map(|name| format!("{name}={}", encoded(name)));
    visit.show(&List {
        frame: visit
            .frame(words.t("register-title"))
            .failed(wrong.is_some()),
        base: base(visit.side),
        lead,
        day: if wrong.is_some() {
            names.map(typed_part)
        } else {
            parts
        },
        wrong,
        levels: std::iter::once(first).chain(levels).collect(),
        sought: visit.asked("q").unwrap_or_default().to_owned(),
        authorities: found(&visit, day),
        query: query.join("&"),
    })
}

async fn list_file(visit: Visit) -> Result<Response, Trouble> {
    let day = asked_day(&visit).ok_or(Trouble::NotFound)?;
    found(&visit, day).file("register")
}

#[derive(Template)]
#[template(path = "canton/authority.html")]
struct One {
    frame: Frame,
    facts: Vec<(String, String)>,
    history: Table,
    takes_over: Vec<String>,
    services: Table,
    figures: Option<Table>,
    left_out: Option<String>,
}

async fn one(visit: Visit, Path(id): Path<u32>) -> Result<Response, Trouble> {
    let words = visit.words;
    let id = AuthorityId(id);
    let catalogue = visit.site.kanzlei.catalogue();
    let register = catalogue.register().ok_or(Trouble::NotFound)?;
    let rows: Vec<&Authority> = register.rows().iter().filter(|row| row.id == id).collect();
    let today = visit.today();
    let latest = rows
        .iter()
        .rev()
        .find(|row| row.from.is_none_or(|from| from <= today));
    let latest = latest.or(rows.last()).ok_or(Trouble::NotFound)?;
    let predecessors = register.successions().filter(|one| one.new == id);
    let takes_over = predecessors.map(|one| {
        let name = catalogue.authority_name(one.old, one.on.plus_days(-1));
        let day = words.date(one.on);
        words.t2(
            "register-took-over",
            ("name", name.as_str()),
            ("day", day.as_str()),
        )
    });
    let overseer = visit.side == Side::Canton;
    let (figures, left_out) = if overseer {
        let (table, threshold) = figures(&visit, id).await?;
        let said = words.t1("canton-left-out", "threshold", threshold);
        (Some(table), Some(said))
    } else {
        (None, None)
    };
    visit.show(&One {
        frame: visit
            .frame(latest.name.clone())
            .back(format!("{}/register", base(visit.side)), "register-title"),
        facts: facts(&visit, latest),
        history: history(&visit, &rows),
        takes_over: takes_over.collect(),
        services: takes_part(&visit, id),
        figures,
        left_out,
    })
}

fn facts(visit: &Visit, row: &Authority) -> Vec<(String, String)> {
    let words = visit.words;
    let today = visit.today();
    let mut facts = vec![
        (words.t("register-number"), row.id.to_string()),
        (
            words.t("register-level"),
            named::level(words, row.level.as_str()),
        ),
    ];
    let mut fact = |key: &str, value: Option<String>| {
        facts.extend(value.map(|value| (words.t(key), value)));
    };
    fact(
        "register-part-of",
        row.part_of.map(|id| visit.authority_name(id, today)),
    );
    fact("register-district", row.district.clone());
    fact(
        "register-residents",
        row.residents.map(|count| words.number(count)),
    );
    let successor = row.succeeded_by.filter(|_| !row.is_in_force(today));
    fact(
        "register-successor",
        successor.map(|id| visit.authority_name(id, today)),
    );
    facts
}

fn history(visit: &Visit, rows: &[&Authority]) -> Table {
    let words = visit.words;
    let mut table = Table::new(words.t("register-history"))
        .texts(words.t("register-name"))
        .texts(words.t("register-since"))
        .texts(words.t("register-until"));
    let day = |day: Option<Date>| day.map_or_else(|| "–".to_owned(), |day| words.short_date(day));
    for row in rows {
        table.row(vec![
            Cell::text(row.name.clone()),
            Cell::text(day(row.from)),
            Cell::text(day(row.until)),
        ]);
    }
    table
}

fn takes_part(visit: &Visit, id: AuthorityId) -> Table {
    let words = visit.words;
    let base = base(visit.side);
    let catalogue = visit.site.kanzlei.catalogue();
    let mut table = Table::new(words.t("register-participation"))
        .texts(words.t("word-service"))
        .texts(words.t("participation-state"));
    for service in named::services(visit) {
        let (status, word) = state_status(visit, &catalogue, service.key, id);
        table.row(vec![
            Cell::label(service.label).to(format!("{base}/participation/{}", service.code)),
            Cell::status(status, word),
        ]);
    }
    table
}

/// The figures of an authority, service by service, and below which they are left out.
async fn figures(visit: &Visit, id: AuthorityId) -> Result<(Table, u64), Trouble> {
    let words = visit.words;
    let overview = visit.session.overview().await?;
    let table = Table::new(words.t("register-figures")).texts(words.t("word-service"));
    let mut table = HEADINGS
        .iter()
        .fold(table, |table, key| table.figures(words.t(key)));
    for service in named::services(visit) {
        let mut all = overview.services.iter();
        let found = all.find(|one| {
            let code = one.service.as_ref();
            code.is_some_and(|code| *code == service.code.as_str())
        });
        let mut rows = found.into_iter().flat_map(|one| &one.authorities);
        let own = rows.find(|row| row.authority == id);
        let none_left_out = found.is_some_and(|one| one.others.is_none());
        let mut row = vec![Cell::label(service.label)];
        match own {
            Some(own) => row.extend(cells(words, &own.figures).into_iter().map(Cell::figure)),
            None if none_left_out => row.extend(["0", "0", "0", "0", "–"].map(Cell::figure)),
            None => row.extend(HEADINGS.map(|_| Cell::figure(words.t("left-out")))),
        }
        table.row(row);
    }
    Ok((table, overview.threshold))
}
