//! Who does what: who is overloaded, and what nobody does.

use askama::Template;
use axum::response::Response;
use kanzlei::projections::OfficialLoad;

use super::colleagues::named;
use super::desk::days_since;
use super::list::{List, Tab};
use crate::web::chart::{Bar, Chart, bars};
use crate::web::page::{Frame, May, Pages};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;

pub(super) fn pages() -> Pages {
    Pages::new().get("/work", May::Office, show)
}

struct Row {
    name: String,
    address: String,
    claimed: String,
    assigned: String,
    all: String,
    oldest: String,
}

#[derive(Template)]
#[template(path = "office/work.html")]
struct Page {
    frame: Frame,
    finding: String,
    chart: Option<Chart>,
    rows: Vec<Row>,
    unassigned: String,
    waits: Option<String>,
    open: String,
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let workload = visit.session.workload().await?;
    let words = visit.words;
    let me = visit.session.actor().official_id();
    let row = |load: &OfficialLoad| {
        let tab = if Some(load.official) == me {
            Tab::Mine
        } else {
            Tab::Of(load.official)
        };
        Row {
            name: named(words, load.official, me),
            address: format!("/inbox?{}", List::default().of(tab).query()),
            claimed: words.number(load.claimed),
            assigned: words.number(load.assigned),
            all: words.number(load.claimed + load.assigned),
            oldest: words.t1("inbox-days", "days", days_since(load.oldest, visit.today())),
        }
    };
    let bar = |load: &OfficialLoad| {
        let all = load.claimed + load.assigned;
        #[allow(clippy::cast_precision_loss)] // Tasks of one person.
        Bar {
            label: named(words, load.official, me),
            value: Some(all as f64),
            said: words.number(all),
        }
    };
    let most = workload.officials.first();
    let finding = most.map_or_else(
        || words.t("work-nobody"),
        |most| {
            let count = i64::try_from(most.claimed + most.assigned).unwrap_or(i64::MAX);
            let name = named(words, most.official, me);
            if Some(most.official) == me {
                words.t1("work-finding-you", "count", count)
            } else {
                words.t2("work-finding", ("who", name), ("count", count))
            }
        },
    );
    let all: Vec<Bar> = workload.officials.iter().map(bar).collect();
    let waits = workload.oldest_unassigned.map(|oldest| {
        let days = days_since(oldest, visit.today());
        words.t1("work-waits", "days", days)
    });
    visit.show(&Page {
        frame: visit.frame(words.t("work-title")),
        chart: (all.len() > 1).then(|| bars(&finding, &all)),
        finding,
        rows: workload.officials.iter().map(row).collect(),
        unassigned: words.t1(
            "work-unassigned",
            "count",
            i64::try_from(workload.unassigned).unwrap_or(i64::MAX),
        ),
        waits,
        open: format!("/inbox?{}", List::default().query()),
    })
}
