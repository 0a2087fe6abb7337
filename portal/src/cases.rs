//! `cases`: a list of cases.

use std::path::Path;

use clap::{Args, ValueEnum};
use futures::executor::block_on;
use kanzlei::core::domain::Catalogue;
use kanzlei::projections::Operator;
use kanzlei::{CaseFilter, CaseSummary, Error, Kanzlei, Paging, ServiceKey, Status};

use crate::failure::Failure;
use crate::installation;
use crate::output::{Output, table};
use crate::words::moment;

/// Cases that are asked for at once.
const PAGE: usize = 500;

/// List cases, the oldest first.
#[derive(Debug, Args)]
pub struct Cases {
    /// Those of this service.
    #[arg(long)]
    service: Option<String>,
    /// Those for which this authority is responsible (number or name).
    #[arg(long)]
    authority: Option<String>,
    /// Those that are so far in their life.
    #[arg(long)]
    status: Option<Life>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Life {
    Open,
    Closed,
    Withdrawn,
}

impl From<Life> for Status {
    fn from(life: Life) -> Self {
        match life {
            Life::Open => Self::Open,
            Life::Closed => Self::Closed,
            Life::Withdrawn => Self::Withdrawn,
        }
    }
}

pub fn run(store: &Path, out: &mut Output, cases: &Cases) -> Result<(), Failure> {
    let kanzlei = installation::open(store)?;
    block_on(kanzlei.up_to_date())?;
    let catalogue = kanzlei.catalogue();
    let authority = cases
        .authority
        .as_deref()
        .map(|name| kanzlei.authority(name))
        .transpose()?;
    let filter = CaseFilter {
        service: service(&catalogue, cases.service.as_deref())?,
        authority,
        status: cases.status.map(Status::from),
        phase: None,
    };
    let operator = kanzlei.queries().operate(&catalogue, kanzlei.today());
    let list = list(operator, &filter);
    if out.json {
        return out.list(list);
    }
    lines(&kanzlei, out, list)
}

/// The service with this name, if one was given.
pub fn service(catalogue: &Catalogue, name: Option<&str>) -> Result<Option<ServiceKey>, Failure> {
    let Some(name) = name else {
        return Ok(None);
    };
    let mut services = catalogue.services();
    if let Some((key, _)) = services.find(|(_, known)| **known == *name) {
        return Ok(Some(key));
    }
    let known: Vec<&str> = catalogue
        .services()
        .map(|(_, name)| name.as_str())
        .collect();
    let known = known.join(", ");
    Err(Failure::refused(format!(
        "there is no service {name}; there are: {known}"
    )))
}

/// All pages, one after another, as they are read.
fn list<'a>(
    operator: Operator<'a>,
    filter: &'a CaseFilter,
) -> impl Iterator<Item = Result<CaseSummary, Failure>> + 'a {
    let mut paging = Some(Paging::first(PAGE));
    let pages = std::iter::from_fn(move || {
        let asked = paging.take()?;
        let page = operator.cases(filter, &asked);
        if let Ok(page) = &page {
            let next = page.next.clone();
            paging = next.map(|next| Paging {
                after: Some(next),
                ..asked
            });
        }
        Some(page)
    });
    pages.flat_map(|page| match page {
        Ok(page) => page.items.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(Error::from(error).into())],
    })
}

fn lines(
    kanzlei: &Kanzlei,
    out: &mut Output,
    mut list: impl Iterator<Item = Result<CaseSummary, Failure>>,
) -> Result<(), Failure> {
    let (catalogue, today) = (kanzlei.catalogue(), kanzlei.today());
    let mut any = false;
    loop {
        // A table for each page: widths are known, and a long list begins at once.
        let mut shown = table(&[
            "Reference",
            "Service",
            "Status",
            "Phase",
            "Responsible",
            "Opened",
        ]);
        for case in list.by_ref().take(PAGE) {
            let case = case?;
            let status = format!("{:?}", case.status).to_lowercase();
            shown.add_row(vec![
                case.reference.to_string(),
                case.service
                    .map(|name| name.to_string())
                    .unwrap_or_default(),
                status,
                case.phase
                    .map(|phase| phase.to_string())
                    .unwrap_or_default(),
                catalogue.authority_name(case.responsible, today),
                moment(case.opened),
            ]);
        }
        if shown.is_empty() {
            return if any { Ok(()) } else { out.line("no cases") };
        }
        any = true;
        out.table(&shown)?;
    }
}
