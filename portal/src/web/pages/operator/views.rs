//! Projections: how far each has read, why one has stopped, and what helps.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kanzlei::projections::{ViewError, ViewStatus};

use crate::web::page::{Frame, May, Pages};
use crate::web::parts::{Sign, Status};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::{Label, Words};

pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/operator/views", May::Operator, show)
        .post("/operator/views/{view}/retry", May::Operator, retry)
        .get("/operator/views/{view}/rebuild", May::Operator, ask)
        .post("/operator/views/{view}/rebuild", May::Operator, rebuild)
}

#[derive(Template)]
#[template(path = "operator/views.html")]
struct Page {
    frame: Frame,
    lead: String,
    done: Option<String>,
    part: Rows,
}

/// The part that is fetched again and again.
#[derive(Template)]
#[template(path = "operator/views-rows.html")]
struct Rows {
    words: Words,
    as_of: String,
    views: Vec<View>,
}

impl askama::filters::HtmlSafe for Rows {}

struct View {
    name: &'static str,
    title: String,
    status: Status,
    read: String,
    lag: String,
    /// How much of the log it has read, from 0 to 100, while it is being built.
    progress: Option<u64>,
    why: Option<String>,
    can_retry: bool,
}

/// What each view is for, by its name.
fn title(words: Words, name: &str) -> String {
    match name {
        "worklist" => words.t("view-worklist"),
        "directory" => words.t("view-directory"),
        "overview" => words.t("view-overview"),
        "process" => words.t("view-process"),
        "moments" => words.t("view-moments"),
        other => other.to_owned(),
    }
}

/// How a view is, in a word.
pub(super) fn status(words: Words, view: &ViewStatus) -> Status {
    let (sign, key) = if view.stopped {
        (Sign::Refused, "view-stopped")
    } else if view.waiting.is_some() {
        (Sign::Overdue, "view-waiting")
    } else if view.building {
        (Sign::Running, "view-building")
    } else if lag(view) > 0 {
        (Sign::Running, "view-behind")
    } else {
        (Sign::Granted, "view-current")
    };
    Status::new(sign, Label::plain(words.t(key)))
}

/// By how many positions a view is behind the log.
pub(super) const fn lag(view: &ViewStatus) -> u64 {
    view.watermark.0.saturating_sub(view.position.0)
}

fn shown(words: Words, view: &ViewStatus) -> View {
    let failure = view.failure.as_ref().map(ToString::to_string);
    let share = view
        .position
        .0
        .saturating_mul(100)
        .checked_div(view.watermark.0);
    View {
        name: view.name,
        title: title(words, view.name),
        status: status(words, view),
        read: words.t2(
            "view-read",
            ("position", view.position.0),
            ("end", view.watermark.0),
        ),
        lag: words.number(lag(view)),
        progress: view.building.then_some(share.unwrap_or(100).min(100)),
        why: failure.or_else(|| view.waiting.clone()),
        can_retry: view.stopped,
    }
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let words = visit.words;
    let status = visit.site.kanzlei.runner().status();
    let part = Rows {
        words,
        as_of: words.t1("as-of", "when", words.time(visit.now).as_str()),
        views: status.iter().map(|view| shown(words, view)).collect(),
    };
    if visit.by_script {
        return visit.show(&part);
    }
    let stopped = status.iter().filter(|view| view.stopped).count();
    let stopped = i64::try_from(stopped).unwrap_or(i64::MAX);
    let known = |name: &str| status.iter().any(|view| view.name == name);
    let done = visit.asked("done").filter(|name| known(name));
    let done = done.map(|name| words.t1("view-done", "view", title(words, name).as_str()));
    visit.show(&Page {
        frame: visit.frame(words.t("views-title")),
        lead: words.t1("views-lead", "stopped", stopped),
        done,
        part,
    })
}

async fn retry(visit: Visit, Path(view): Path<String>) -> Result<Response, Trouble> {
    let runner = visit.site.kanzlei.runner();
    match runner.retry(&view) {
        Ok(()) => Ok(visit.to(&format!("/operator/views?done={view}"))),
        // The page says why.
        Err(ViewError::Stopped { .. }) => Ok(visit.to("/operator/views")),
        Err(_) => Err(Trouble::NotFound),
    }
}

#[derive(Template)]
#[template(path = "operator/rebuild.html")]
struct Ask {
    frame: Frame,
    title: String,
    action: String,
}

async fn ask(visit: Visit, Path(view): Path<String>) -> Result<Response, Trouble> {
    let words = visit.words;
    let status = visit.site.kanzlei.runner().status();
    let known = status.iter().any(|one| one.name == view);
    if !known {
        return Err(Trouble::NotFound);
    }
    visit.show(&Ask {
        frame: visit
            .frame(words.t("view-rebuild-title"))
            .back("/operator/views", "views-title"),
        title: title(words, &view),
        action: format!("/operator/views/{view}/rebuild"),
    })
}

async fn rebuild(visit: Visit, Path(view): Path<String>) -> Result<Response, Trouble> {
    let runner = visit.site.kanzlei.runner();
    runner.rebuild(&view).map_err(|_| Trouble::NotFound)?;
    Ok(visit.to(&format!("/operator/views?done={view}")))
}
