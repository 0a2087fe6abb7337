//! `inbox`: what an authority has to do.

use std::path::Path;

use clap::Args;
use futures::executor::block_on;
use kanzlei::{AuthorityId, Error, InboxFilter, InboxItem, Kanzlei, Paging, Whose};

use crate::cases::service;
use crate::failure::Failure;
use crate::installation;
use crate::output::{Output, number, table};
use crate::words::moment;

/// Tasks that are asked for at once.
const PAGE: usize = 500;

/// List what an authority has to do, the oldest first.
#[derive(Debug, Args)]
pub struct Inbox {
    /// The authority's number or name.
    authority: String,
    /// Only what nobody does yet.
    #[arg(long)]
    unassigned: bool,
    /// Only in cases of this service.
    #[arg(long)]
    service: Option<String>,
}

pub fn run(store: &Path, out: &mut Output, inbox: &Inbox) -> Result<(), Failure> {
    let kanzlei = installation::open(store)?;
    block_on(kanzlei.up_to_date())?;
    let authority = kanzlei.authority(&inbox.authority)?;
    let filter = InboxFilter {
        whose: if inbox.unassigned {
            Whose::Unassigned
        } else {
            Whose::All
        },
        service: service(&kanzlei.catalogue(), inbox.service.as_deref())?,
        ..InboxFilter::default()
    };
    let items = items(&kanzlei, authority, &filter, usize::MAX)?;
    if out.json {
        return out.list(items.into_iter().map(Ok));
    }
    lines(&kanzlei, out, &items)
}

/// The first so many items.
pub fn items(
    kanzlei: &Kanzlei,
    authority: AuthorityId,
    filter: &InboxFilter,
    most: usize,
) -> Result<Vec<InboxItem>, Failure> {
    let catalogue = kanzlei.catalogue();
    let operator = kanzlei.queries().operate(&catalogue, kanzlei.today());
    let mut paging = Paging::first(PAGE.min(most));
    let mut items = Vec::new();
    loop {
        let page = operator
            .inbox(authority, filter, &paging)
            .map_err(Error::from)?;
        items.extend(page.items);
        paging.after = page.next;
        if paging.after.is_none() || items.len() >= most {
            items.truncate(most);
            return Ok(items);
        }
    }
}

pub fn lines(kanzlei: &Kanzlei, out: &mut Output, items: &[InboxItem]) -> Result<(), Failure> {
    if items.is_empty() {
        return out.line("nothing to do");
    }
    let (catalogue, today) = (kanzlei.catalogue(), kanzlei.today());
    let mut shown = table(&[
        "Reference",
        "Service",
        "Task",
        "",
        "State",
        "Since",
        "Responsible",
    ]);
    for item in items {
        shown.add_row(vec![
            item.reference.to_string().into(),
            item.service
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default()
                .into(),
            number(item.task),
            item.kind.to_string().into(),
            format!("{:?}", item.state).to_lowercase().into(),
            moment(item.added).into(),
            catalogue.authority_name(item.responsible, today).into(),
        ]);
    }
    out.table(&shown)
}
