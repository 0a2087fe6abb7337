//! How the installation is: whether it answers, how long its log is, what its views lag.

use askama::Template;
use axum::response::Response;
use kanzlei::core::ports::Durability;

use super::views::{lag, status};
use crate::web::page::{Frame, May, Pages};
use crate::web::parts::{Sign, Status};
use crate::web::table::{Cell, Table};
use crate::web::trouble::Trouble;
use crate::web::visit::Visit;
use crate::web::words::Label;

pub(super) fn pages() -> Pages {
    Pages::new().get("/operator", May::Operator, show)
}

#[derive(Template)]
#[template(path = "operator/home.html")]
struct Page {
    frame: Frame,
    health: Status,
    storage: Vec<(String, String)>,
    written: Vec<(String, String)>,
    views: Table,
    as_of: String,
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let words = visit.words;
    let kanzlei = &visit.site.kanzlei;
    let views = kanzlei.runner().status();
    let served = views
        .iter()
        .all(|view| view.serving.is_some() && !view.stopped);
    let (sign, key) = if served {
        (Sign::Granted, "health-ready")
    } else {
        (Sign::Refused, "health-not-ready")
    };
    let store = &kanzlei.engine().ports().store;
    let tree = store.tree().map_err(Trouble::broken)?;
    let durability = match store.durability() {
        Durability::Disk => "durability-disk",
        Durability::Quorum => "durability-quorum",
        Durability::Claimed => "durability-claimed",
        _ => "durability-unsynced",
    };
    let mut storage = vec![
        (
            words.t("storage-end"),
            words.number(store.watermark().now().0),
        ),
        (words.t("storage-durability"), words.t(durability)),
    ];
    if let Some(tree) = tree {
        storage.push((words.t("storage-commits"), words.number(tree.size)));
        storage.push((words.t("storage-root"), tree.root.to_string()));
    }
    let written = kanzlei.append_figures().map_or_else(Vec::new, |written| {
        let mean = written
            .write_micros
            .checked_div(written.groups)
            .unwrap_or(0);
        vec![
            (words.t("written-commits"), words.number(written.commits)),
            (words.t("written-events"), words.number(written.events)),
            (words.t("written-bytes"), words.number(written.bytes)),
            (words.t("written-groups"), words.number(written.groups)),
            (
                words.t("written-mean"),
                words.t1(
                    "written-millis",
                    "millis",
                    words.decimal(millis(mean), 1).as_str(),
                ),
            ),
        ]
    });
    let mut table = Table::new(words.t("views-title"))
        .texts(words.t("view-name"))
        .texts(words.t("view-status"))
        .figures(words.t("view-lag"));
    for view in &views {
        table.row(vec![
            Cell::text(view.name).to("/operator/views"),
            Cell::status(status(words, view), view.name),
            Cell::figure(words.number(lag(view))),
        ]);
    }
    visit.show(&Page {
        frame: visit.frame(words.t("operator-title")),
        health: Status::new(sign, Label::plain(words.t(key))),
        storage,
        written,
        views: table,
        as_of: words.t1("as-of", "when", words.time(visit.now).as_str()),
    })
}

#[allow(clippy::cast_precision_loss)] // A moment.
fn millis(micros: u64) -> f64 {
    micros as f64 / 1_000.0
}
