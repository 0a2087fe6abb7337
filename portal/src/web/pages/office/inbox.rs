//! The inbox: what is to be done, by whom, since when.

use askama::Template;
use axum::response::Response;
use kanzlei::core::domain::Catalogue;
use kanzlei::{InboxItem, Language, QueryError, ServiceKey};

use super::colleagues::{Colleague, called, colleagues};
use super::desk::{address, days_since};
use super::list::{List, PAGE, Tab, phases as phases_of};
use crate::web::headers::encoded;
use crate::web::offer::Offer;
use crate::web::page::{Frame, May, Pages};
use crate::web::stronger;
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::Label;

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/inbox", May::Office, show)
        .get("/inbox/counts", May::Office, counts)
}

/// A tab with how many tasks it has.
pub(super) struct Counted {
    id: &'static str,
    address: String,
    text: String,
    count: String,
    here: bool,
}

/// A task in the list.
struct Row {
    pick: String,
    since: String,
    late: bool,
    moment: String,
    service: Label,
    reference: String,
    address: String,
    step: Label,
    phase: Label,
    with: String,
    mine: bool,
}

struct Choice {
    code: String,
    text: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "office/inbox.html")]
struct Page {
    frame: Frame,
    as_of: String,
    poll: String,
    here: String,
    tabs: Vec<Counted>,
    whose: String,
    services: Vec<Choice>,
    phases: Vec<Choice>,
    rows: Vec<Row>,
    newest_first: bool,
    sort: String,
    next: Option<String>,
    colleagues: Vec<Colleague>,
    key: String,
    query: String,
    filtered: bool,
    max: i64,
    of: Option<String>,
    stronger: Option<String>,
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let list = List::asked(&visit);
    let session = &visit.session;
    let filter = list.filter(session, visit.now);
    let page = match session.inbox(&filter, &list.paging()).await {
        // A cursor from elsewhere: the list begins again.
        Err(kanzlei::Error::Query(QueryError::Cursor)) => {
            let first = list.of(list.tab);
            session.inbox(&filter, &first.paging()).await?
        }
        page => page?,
    };
    let offer = Offer::of(&visit);
    let words = visit.words;
    let me = session.actor().official_id();
    let rows = page
        .items
        .iter()
        .map(|item| row(&visit, &offer, &list, item));
    let next = page.next.map(|cursor| {
        let after = Some(cursor.to_string());
        let next = List {
            after,
            ..list.clone()
        };
        format!("/inbox?{}", next.query())
    });
    let sorted = List {
        newest_first: !list.newest_first,
        ..list.of(list.tab)
    };
    let authority = visit.authority()?;
    let title = words.t1("inbox-title", "authority", offer.name(authority));
    visit.show(&Page {
        frame: visit.frame(title).wide(),
        as_of: words.t1("inbox-as-of", "time", words.time(visit.now)),
        poll: format!("/inbox/counts?{}", list.query()),
        here: format!("/inbox?{}", list.query()),
        tabs: tabs(&visit, &list).await?,
        whose: list.tab.name(),
        services: services(&visit, &offer, &list),
        phases: phases(&offer, &list, words.language()),
        rows: rows.collect(),
        newest_first: list.newest_first,
        sort: format!("/inbox?{}", sorted.query()),
        next,
        colleagues: colleagues(&visit).await?,
        key: visit.new_key()?.to_string(),
        query: list.query(),
        filtered: list.service.is_some() || list.phase.is_some() || list.tab != Tab::Open,
        max: i64::try_from(PAGE).unwrap_or(i64::MAX),
        of: match list.tab {
            Tab::Of(official) => Some(called(words, official, me)),
            _ => None,
        },
        stronger: stronger::for_lists(&visit),
    })
}

fn choice(code: &kanzlei::Code, text: &str, now: Option<&kanzlei::Code>) -> Choice {
    Choice {
        code: code.to_string(),
        text: text.to_owned(),
        chosen: now == Some(code),
    }
}

/// The services by which the list can be narrowed.
fn services(visit: &Visit, offer: &Offer, list: &List) -> Vec<Choice> {
    let language = visit.words.language();
    let all = offer.services(visit).into_iter();
    all.map(|edition| {
        let service = &edition.service;
        choice(
            &service.name,
            service.labels.get(language),
            list.service.as_ref(),
        )
    })
    .collect()
}

/// The phases by which it can be, once it is narrowed to a service.
fn phases(offer: &Offer, list: &List, language: Language) -> Vec<Choice> {
    let Some(service) = &list.service else {
        return Vec::new();
    };
    let known = offer.service(service.as_str());
    let label = |code: &kanzlei::Code| {
        let phase = known.and_then(|one| one.service.phase(code.as_str()));
        let label = phase.map_or(code.as_str(), |phase| phase.labels.get(language));
        choice(code, label, list.phase.as_ref())
    };
    let all = phases_of(&offer.catalogue, service, offer.today);
    all.iter().map(label).collect()
}

/// The tabs with their counts.
async fn tabs(visit: &Visit, list: &List) -> Result<Vec<Counted>, Trouble> {
    let filter = list.of(Tab::Long).filter(&visit.session, visit.now);
    let counts = visit.session.inbox_counts(&filter).await?;
    let words = visit.words;
    let tab = |tab: Tab, id, key: &str, count: u64| Counted {
        id,
        address: format!("/inbox?{}", list.of(tab).query()),
        text: words.t(key),
        count: words.number(count),
        here: list.tab == tab,
    };
    Ok(vec![
        tab(Tab::Open, "count-open", "inbox-open", counts.open),
        tab(Tab::Mine, "count-mine", "inbox-mine", counts.mine),
        tab(Tab::Long, "count-long", "inbox-long", counts.older),
        tab(Tab::All, "count-all", "inbox-all", counts.all),
    ])
}

/// What a script puts in the place of the counts, without touching what somebody is on.
#[derive(Template)]
#[template(path = "office/counts.html")]
struct Counts {
    as_of: String,
    tabs: Vec<Counted>,
}

async fn counts(visit: Visit) -> Result<Response, Trouble> {
    let list = List::asked(&visit);
    visit.show(&Counts {
        as_of: visit
            .words
            .t1("inbox-as-of", "time", visit.words.time(visit.now)),
        tabs: tabs(&visit, &list).await?,
    })
}

fn row(visit: &Visit, offer: &Offer, list: &List, item: &InboxItem) -> Row {
    let words = visit.words;
    let me = visit.session.actor().official_id();
    let days = days_since(item.added, visit.today());
    Row {
        pick: format!("{}.{}", item.case, item.task),
        since: words.t1("inbox-days", "days", days),
        late: days >= i64::from(super::list::LONG_DAYS),
        moment: words.moment(item.added),
        service: label(visit, &offer.catalogue, item, |service| {
            Some(&service.labels)
        }),
        reference: item.reference.to_string(),
        address: format!("{}?list={}", address(item.case), encoded(&list.query())),
        step: label(visit, &offer.catalogue, item, |service| {
            Some(&service.task(item.kind.as_str())?.labels)
        }),
        phase: label(visit, &offer.catalogue, item, |service| {
            Some(&service.phase(item.phase.as_ref()?.as_str())?.labels)
        }),
        with: item.official.map_or_else(
            || words.t("office-nobody"),
            |official| called(words, official, me),
        ),
        mine: item.official.is_some() && item.official == me,
    }
}

/// What the newest edition of a service calls a part of it.
fn label(
    visit: &Visit,
    catalogue: &Catalogue,
    item: &InboxItem,
    part: impl Fn(&kanzlei::Service) -> Option<&kanzlei::Labels>,
) -> Label {
    let name = item.service.as_ref().map_or("", kanzlei::Code::as_str);
    let editions = catalogue.editions(ServiceKey::of(name));
    let mut newest_first = editions.iter().rev();
    // A part that a newer edition has dropped is in an older one.
    let labels = newest_first.find_map(|edition| part(&edition.service));
    labels.map_or_else(|| Label::plain(""), |labels| visit.words.label(labels))
}
