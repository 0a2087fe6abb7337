//! `overview`: figures by service and authority.

use std::path::Path;

use clap::Args;
use futures::executor::block_on;
use kanzlei::projections::{Figures, ServiceFigures};
use kanzlei::{Kanzlei, Overview};

use crate::failure::Failure;
use crate::installation;
use crate::output::{Output, figure, number, table};
use crate::viewer::{Viewer, clerk, overseer};
use crate::words::duration;

/// Figures by service and authority, as the canton's overseer sees them: small ones are left out.
#[derive(Debug, Args)]
pub struct Figured {
    /// `official:NUMBER`: the exact figures of that authority. `canton`: the canton's overseer.
    #[arg(long = "as", value_name = "WHO", default_value = "canton")]
    viewer: Viewer,
}

pub fn run(store: &Path, out: &mut Output, figured: &Figured) -> Result<(), Failure> {
    let kanzlei = installation::open(store)?;
    block_on(kanzlei.up_to_date())?;
    let overview = seen(&kanzlei, figured.viewer)?;
    if out.json {
        return out.value(&overview);
    }
    for service in &overview.services {
        lines(&kanzlei, out, service)?;
    }
    if overview.threshold > 0 {
        out.line(format_args!(
            "– was left out: it rests on fewer than {}",
            overview.threshold
        ))?;
    }
    Ok(())
}

/// The figures that somebody sees.
pub fn seen(kanzlei: &Kanzlei, viewer: Viewer) -> Result<Overview, Failure> {
    let actor = match viewer {
        Viewer::Party(_) => {
            return Err(Failure::usage(
                "a party sees no figures: official:NUMBER or canton does",
            ));
        }
        Viewer::Official(authority) => clerk(authority)?,
        Viewer::Canton => overseer(kanzlei)?,
    };
    Ok(block_on(kanzlei.act_as(actor).overview())?)
}

fn lines(kanzlei: &Kanzlei, out: &mut Output, service: &ServiceFigures) -> Result<(), Failure> {
    let (catalogue, today) = (kanzlei.catalogue(), kanzlei.today());
    let name = service.service.as_ref().map_or("?", |name| name.as_str());
    let mut shown = table(&[name, "Cases", "Open", "Closed", "Withdrawn", "Median"]);
    row(&mut shown, "all".to_owned(), &service.total);
    for one in &service.authorities {
        row(
            &mut shown,
            catalogue.authority_name(one.authority, today),
            &one.figures,
        );
    }
    if let Some(others) = &service.others {
        row(&mut shown, "others".to_owned(), others);
    }
    out.table(&shown)?;
    out.line("")
}

fn row(shown: &mut comfy_table::Table, name: String, figures: &Figures) {
    shown.add_row(vec![
        name.into(),
        number(figures.cases),
        figure(figures.open),
        figure(figures.closed),
        figure(figures.withdrawn),
        figure(figures.median_hours.map(|hours| duration(hours * 3_600.0))),
    ]);
}
