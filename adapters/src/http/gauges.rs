//! Figures that are read when somebody asks for them: of the store, the views, the work and the
//! streams.

use std::fmt::Write;

use kanzlei::projections::SMALL_FIGURE;
use kanzlei::store::Histogram;

use super::api::Api;

/// All of them in Prometheus' text format.
pub(super) fn render(api: &Api) -> String {
    let mut to = String::new();
    gauge(&mut to, "kanzlei_streams", "Event streams that are open.");
    line(&mut to, "kanzlei_streams", "", api.news().streams());
    views(api, &mut to);
    store(api, &mut to);
    work(api, &mut to);
    to
}

fn head(to: &mut String, name: &str, kind: &str, help: &str) {
    // Writing to a string doesn't fail.
    let _ = write!(to, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
}

fn gauge(to: &mut String, name: &str, help: &str) {
    head(to, name, "gauge", help);
}

fn line(to: &mut String, name: &str, labels: &str, value: impl std::fmt::Display) {
    let _ = writeln!(to, "{name}{labels} {value}");
}

fn views(api: &Api, to: &mut String) {
    let views = api.kanzlei().runner().status();
    let name = "kanzlei_view_lag";
    gauge(to, name, "Places of the log that a view hasn't read yet.");
    for view in &views {
        let lag = view.watermark.0.saturating_sub(view.position.0);
        line(to, name, &format!("{{view=\"{}\"}}", view.name), lag);
    }
    let name = "kanzlei_view_stopped";
    gauge(to, name, "Whether a view has stopped.");
    for view in &views {
        let labels = format!("{{view=\"{}\"}}", view.name);
        line(to, name, &labels, u8::from(view.stopped));
    }
}

fn store(api: &Api, to: &mut String) {
    let Some(figures) = api.kanzlei().append_figures() else {
        return;
    };
    for (name, help, value) in [
        (
            "kanzlei_store_commits_total",
            "Commits that were written.",
            figures.commits,
        ),
        (
            "kanzlei_store_groups_total",
            "Groups of commits.",
            figures.groups,
        ),
        (
            "kanzlei_store_events_total",
            "Events that were written.",
            figures.events,
        ),
        (
            "kanzlei_store_bytes_total",
            "Bytes of their records.",
            figures.bytes,
        ),
    ] {
        head(to, name, "counter", help);
        line(to, name, "", value);
    }
    let help = "Seconds from an append to its answer.";
    histogram(
        to,
        ("kanzlei_append_seconds", help),
        &figures.latency_micros,
        1e-6,
    );
    let help = "Commits that were written together.";
    histogram(
        to,
        ("kanzlei_group_commits", help),
        &figures.group_commits,
        1.0,
    );
}

#[allow(clippy::cast_precision_loss)] // Figures for people.
fn histogram(to: &mut String, (name, help): (&str, &str), of: &Histogram, unit: f64) {
    head(to, name, "histogram", help);
    let mut so_far = 0;
    let bounds = of
        .bounds
        .iter()
        .map(|bound| (*bound as f64 * unit).to_string());
    let bounds = bounds.chain(std::iter::once("+Inf".to_owned()));
    for (bound, count) in bounds.zip(&of.counts) {
        so_far += count;
        line(
            to,
            &format!("{name}_bucket"),
            &format!("{{le=\"{bound}\"}}"),
            so_far,
        );
    }
    line(to, &format!("{name}_sum"), "", of.sum as f64 * unit);
    line(to, &format!("{name}_count"), "", so_far);
}

fn work(api: &Api, to: &mut String) {
    let (catalogue, today) = (api.kanzlei().catalogue(), api.kanzlei().today());
    let operator = api.kanzlei().queries().operate(&catalogue, today);
    // A view that can't be read says so in its own figures.
    let Ok(overview) = operator.overview() else {
        return;
    };
    let name = "kanzlei_open_cases";
    gauge(
        to,
        name,
        "Cases of a service in which something is to be done; small figures are left out.",
    );
    for service in overview.services {
        let (Some(code), Some(open)) = (service.service, service.total.open) else {
            continue;
        };
        // Whoever can read figures here may be anybody, so small ones are left out as they are for
        // an overseer; and none, which would be told from few.
        if open < SMALL_FIGURE {
            continue;
        }
        line(to, name, &format!("{{service=\"{code}\"}}"), open);
    }
}
