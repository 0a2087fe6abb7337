//! `stats`: how the cases of each service go.

use std::path::Path;

use clap::Args;
use futures::executor::block_on;
use kanzlei::Error;

use crate::cases::service;
use crate::failure::Failure;
use crate::installation;
use crate::log::second;
use crate::output::{Output, number, table};
use crate::words::duration;

/// How the cases of each service go: figures as process mining has them.
#[derive(Debug, Args)]
pub struct Stats {
    /// Those of this service.
    #[arg(long)]
    service: Option<String>,
}

pub fn run(store: &Path, out: &mut Output, stats: &Stats) -> Result<(), Failure> {
    let kanzlei = installation::open(store)?;
    block_on(kanzlei.up_to_date())?;
    let catalogue = kanzlei.catalogue();
    let service = service(&catalogue, stats.service.as_deref())?;
    let operator = kanzlei.queries().operate(&catalogue, kanzlei.today());
    let figures = operator.stats(service).map_err(Error::from)?;
    if out.json {
        return out.list(figures.into_iter().map(Ok));
    }
    let mut shown = table(&[
        "Service",
        "Cases",
        "Events",
        "Activities",
        "Variants",
        "First",
        "Last",
        "Median",
        "Mean",
    ]);
    for one in figures {
        let name = one.service.map(|name| name.to_string()).unwrap_or_default();
        shown.add_row(vec![
            if one.taken_over {
                format!("{name} (taken over)")
            } else {
                name
            }
            .into(),
            number(one.cases),
            number(one.events),
            number(one.activities),
            number(one.variants),
            second(one.first).into(),
            second(one.last).into(),
            number(duration(one.median_seconds)),
            number(duration(one.mean_seconds)),
        ]);
    }
    out.table(&shown)
}
