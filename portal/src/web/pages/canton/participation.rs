//! Participation: who takes part in which service, since when; and saying so, for who may.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kanzlei::core::domain::event::ParticipationState;
use kanzlei::core::domain::{Catalogue, Who, answers_for};
use kanzlei::{Actor, AuthorityId, Code, Command, Date, Order, ServiceKey};

use super::named::{self, Choice, Named, base};
use crate::web::page::{Frame, May, Pages};
use crate::web::parts::{Problems, Sign, Status};
use crate::web::posted::Posted;
use crate::web::table::{Cell, Table};
use crate::web::trouble::Trouble;
use crate::web::visit::{Side, Visit};
use crate::web::words::{Label, Words};

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/canton/participation", May::Canton, list)
        .get("/operator/participation", May::Operator, list)
        .get("/participation", May::Office, list)
        .get("/canton/participation/{service}", May::Canton, one)
        .get("/operator/participation/{service}", May::Operator, one)
        .get("/participation/{service}", May::Office, one)
        .get(
            "/canton/participation/{service}/file.csv",
            May::Canton,
            file,
        )
        .get(
            "/operator/participation/{service}/file.csv",
            May::Operator,
            file,
        )
        .post("/operator/participation/{service}", May::Operator, record)
        .post("/participation/{service}", May::Office, record)
}

/// The states, with the word in forms and the key of their names.
const STATES: [(ParticipationState, &str, &str); 4] = [
    (
        ParticipationState::Planned,
        "planned",
        "participation-planned",
    ),
    (ParticipationState::Live, "live", "participation-live"),
    (
        ParticipationState::Suspended,
        "suspended",
        "participation-suspended",
    ),
    (ParticipationState::Left, "left", "participation-left"),
];

fn word(words: Words, state: ParticipationState) -> String {
    let mut all = STATES.iter();
    let key = all
        .find(|one| one.0 == state)
        .map_or("participation-live", |one| one.2);
    words.t(key)
}

/// What an authority does in a service today, as a status and in words.
pub(super) fn state_status(
    visit: &Visit,
    catalogue: &Catalogue,
    service: ServiceKey,
    authority: AuthorityId,
) -> (Status, String) {
    let words = visit.words;
    let today = visit.today();
    let (sign, word) = match catalogue.participation(service, authority, today) {
        Some(state) => (sign(state), word(words, state)),
        None if catalogue.takes_part(service, authority, today) => {
            (Sign::Granted, words.t("participation-live"))
        }
        None => (Sign::Closed, words.t("participation-none")),
    };
    (Status::new(sign, Label::plain(word.clone())), word)
}

const fn sign(state: ParticipationState) -> Sign {
    match state {
        ParticipationState::Planned => Sign::Draft,
        ParticipationState::Live => Sign::Granted,
        ParticipationState::Suspended => Sign::Overdue,
        ParticipationState::Left => Sign::Closed,
    }
}

/// The municipalities that there are today: whoever may take part in most services.
fn municipalities(visit: &Visit, catalogue: &Catalogue) -> Vec<(AuthorityId, String)> {
    let register = catalogue.register();
    let rows = register
        .into_iter()
        .flat_map(|all| all.all_on(visit.today()));
    let rows = rows.filter(|row| row.is_municipality());
    let mut named: Vec<(AuthorityId, String)> =
        rows.map(|row| (row.id, row.name.clone())).collect();
    named.sort_by_cached_key(|(_, name)| name.to_lowercase());
    named
}

/// The municipalities, and every other authority of which something was said.
fn concerned(
    visit: &Visit,
    catalogue: &Catalogue,
    service: ServiceKey,
) -> Vec<(AuthorityId, String)> {
    let mut all = municipalities(visit, catalogue);
    for (id, _) in catalogue.participants(service) {
        if all.iter().all(|(known, _)| *known != id) {
            all.push((id, named::authority(visit, id)));
        }
    }
    all
}

#[derive(Template)]
#[template(path = "canton/participation.html")]
struct List {
    frame: Frame,
    services: Table,
}

async fn list(visit: Visit) -> Result<Response, Trouble> {
    let words = visit.words;
    let base = base(visit.side);
    let catalogue = visit.site.kanzlei.catalogue();
    let table = Table::new(words.t("participation-table")).texts(words.t("word-service"));
    let mut table = STATES
        .iter()
        .fold(table, |table, one| table.figures(words.t(one.2)));
    let today = visit.today();
    for service in named::services(&visit) {
        let all = concerned(&visit, &catalogue, service.key);
        let state = |id| {
            let said = catalogue.participation(service.key, id, today);
            let takes_part = catalogue.takes_part(service.key, id, today);
            said.or(takes_part.then_some(ParticipationState::Live))
        };
        let states: Vec<_> = all.iter().map(|(id, _)| state(*id)).collect();
        let address = format!("{base}/participation/{}", service.code);
        let mut row = vec![Cell::label(service.label).to(address)];
        for (wanted, ..) in STATES {
            let count = states
                .iter()
                .filter(|state| **state == Some(wanted))
                .count();
            row.push(Cell::figure(count.to_string()));
        }
        table.row(row);
    }
    visit.show(&List {
        frame: visit.frame(words.t("participation-title")),
        services: table,
    })
}

#[derive(Template)]
#[template(path = "canton/participation-service.html")]
struct One {
    frame: Frame,
    lead: String,
    authorities: Table,
    file: Option<String>,
    recorded: Option<String>,
    form: Option<Form>,
    problems: Problems,
}

/// The form of who may say something.
struct Form {
    action: String,
    key: String,
    authorities: Vec<Choice>,
    states: Vec<Choice>,
    day: [String; 3],
}

async fn one(visit: Visit, Path(code): Path<String>) -> Result<Response, Trouble> {
    shown(&visit, &code, Problems::none(visit.words), None)
}

async fn file(visit: Visit, Path(code): Path<String>) -> Result<Response, Trouble> {
    let service = named::service(&visit, &code)?;
    authorities(&visit, &service).file("participation")
}

fn authorities(visit: &Visit, service: &Named) -> Table {
    let words = visit.words;
    let base = base(visit.side);
    let catalogue = visit.site.kanzlei.catalogue();
    let caption = words.t1("participation-of", "service", service.label.text.as_str());
    let mut table = Table::new(caption)
        .texts(words.t("word-authority"))
        .texts(words.t("participation-state"))
        .texts(words.t("participation-history"));
    for (id, name) in concerned(visit, &catalogue, service.key) {
        let mut lines = catalogue.participants(service.key);
        let line = lines
            .find(|(one, _)| *one == id)
            .map_or(&[][..], |(_, line)| line);
        let history = line.iter().rev().map(|(from, state)| {
            let (day, state) = (words.short_date(*from), word(words, *state));
            words.t2(
                "participation-from",
                ("state", state.as_str()),
                ("day", day.as_str()),
            )
        });
        let (status, word) = state_status(visit, &catalogue, service.key, id);
        let first = Cell::text(name);
        let first = if visit.side == Side::Office {
            first
        } else {
            first.to(format!("{base}/register/{id}"))
        };
        let history = history.collect::<Vec<_>>().join("; ");
        table.row(vec![first, Cell::status(status, word), Cell::text(history)]);
    }
    table
}

/// For whom the visitor may say whether they take part.
fn speaks_for(visit: &Visit, service: ServiceKey) -> Vec<(AuthorityId, String)> {
    let catalogue = visit.site.kanzlei.catalogue();
    let all = concerned(visit, &catalogue, service);
    match &visit.session.actor().who {
        Who::Installation => all,
        Who::Official {
            authority, role, ..
        } if *role == Actor::STEWARD => {
            let today = visit.today();
            let own = |id: AuthorityId| answers_for(&catalogue, *authority, id, today);
            all.into_iter().filter(|(id, _)| own(*id)).collect()
        }
        _ => Vec::new(),
    }
}

fn form(visit: &Visit, service: &Named, typed: Option<&Posted>) -> Result<Option<Form>, Trouble> {
    let authorities = speaks_for(visit, service.key);
    if authorities.is_empty() {
        return Ok(None);
    }
    let words = visit.words;
    let chosen = |name| typed.and_then(|typed| typed.get(name)).unwrap_or_default();
    let authorities = authorities.into_iter().map(|(id, name)| Choice {
        value: id.to_string(),
        label: Label::plain(name),
        chosen: chosen("authority") == id.to_string(),
    });
    let states = STATES.iter().map(|(_, value, key)| Choice {
        value: (*value).to_owned(),
        label: Label::plain(words.t(key)),
        chosen: chosen("state") == *value,
    });
    let (year, month, day) = visit.today().ymd();
    let today = [day.to_string(), month.to_string(), year.to_string()];
    let day = match typed {
        Some(typed) => ["day", "month", "year"].map(|name| typed.raw(name).to_owned()),
        None => today,
    };
    Ok(Some(Form {
        action: format!("{}/participation/{}", base(visit.side), service.code),
        key: visit.new_key()?.to_string(),
        authorities: authorities.collect(),
        states: states.collect(),
        day,
    }))
}

fn shown(
    visit: &Visit,
    code: &str,
    problems: Problems,
    typed: Option<&Posted>,
) -> Result<Response, Trouble> {
    let words = visit.words;
    let service = named::service(visit, code)?;
    let base = base(visit.side);
    let catalogue = visit.site.kanzlei.catalogue();
    // Of an authority of which nothing was said.
    let all = catalogue.takes_part(service.key, AuthorityId(u32::MAX), visit.today());
    let lead = if all {
        "participation-all"
    } else {
        "participation-joined"
    };
    let recorded = visit
        .asked("recorded")
        .and_then(|id| id.parse().ok())
        .map(|id| {
            let id = AuthorityId(id);
            let name = named::authority(visit, id);
            words.t1("participation-recorded", "authority", name.as_str())
        });
    visit.show(&One {
        frame: visit
            .frame(service.label.text.clone())
            .back(format!("{base}/participation"), "participation-title")
            .failed(!problems.is_empty()),
        lead: words.t(lead),
        authorities: authorities(visit, &service),
        file: (visit.side != Side::Office).then(|| format!("{base}/participation/{code}/file.csv")),
        recorded,
        form: form(visit, &service, typed)?,
        problems,
    })
}

async fn record(
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Trouble> {
    let words = visit.words;
    let service = named::service(&visit, &code)?;
    let mut problems = Problems::none(words);
    let state = posted.get("state");
    let state = STATES
        .iter()
        .find(|one| Some(one.1) == state)
        .map(|one| one.0);
    let authority = posted
        .get("authority")
        .and_then(|id| id.parse().ok())
        .map(AuthorityId);
    let from = day(&posted);
    for (missing, field, key) in [
        (
            authority.is_none(),
            "authority",
            "participation-no-authority",
        ),
        (state.is_none(), "state", "participation-no-state"),
        (from.is_none(), "day", "participation-no-day"),
    ] {
        if missing {
            problems.add(field, Label::plain(words.t(key)));
        }
    }
    let (Some(authority), Some(state), Some(from)) = (authority, state, from) else {
        return shown(&visit, &code, problems, Some(&posted));
    };
    let command = Command::SetParticipation {
        service: Code::new(&service.code).map_err(Trouble::broken)?,
        authority,
        state,
        from,
    };
    match visit
        .session
        .send(Order::new(posted.key()?, None, command))
        .await
    {
        Ok(_) => {
            let base = base(visit.side);
            Ok(visit.to(&format!("{base}/participation/{code}?recorded={authority}")))
        }
        Err(error) => match Trouble::from(error) {
            Trouble::Refused(refusal) => {
                let problems = Problems::refused(words, &refusal);
                shown(&visit, &code, problems, Some(&posted))
            }
            trouble => Err(trouble),
        },
    }
}

fn day(posted: &Posted) -> Option<Date> {
    let day = posted.get("day")?.parse().ok()?;
    let month = posted.get("month")?.parse().ok()?;
    Date::new(posted.get("year")?.parse().ok()?, month, day).ok()
}
