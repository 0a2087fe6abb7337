//! What a resident, a municipality and the canton now see. Every figure comes out of the views.

use futures::executor::block_on;
use kanzlei::projections::{Figures, ServiceStats};
use kanzlei::{Answer, AuthorityId, CaseId, Error, InboxFilter, Kanzlei, Overview};
use owo_colors::OwoColorize;
use serde::Serialize;

use super::load::Tally;
use super::people::Person;
use super::script::{SHOWN, SHOWN_FROM, SHOWN_TO};
use crate::failure::Failure;
use crate::output::{Output, figure, number, table};
use crate::show::{answers, page};
use crate::viewer::Viewer;
use crate::{inbox, overview};

/// How many lines of a list are shown.
const LINES: usize = 5;

#[derive(Serialize)]
struct Shown {
    seed: u64,
    commands: Tally,
    /// A move from one municipality to another, to be looked at from all sides.
    moved: Option<CaseId>,
    /// As process mining has them.
    services: Vec<ServiceStats>,
    /// As the canton's overseer sees them.
    canton: Overview,
}

pub fn run(
    out: &mut Output,
    kanzlei: &Kanzlei,
    tally: &Tally,
    seed: u64,
    moved: Option<CaseId>,
) -> Result<(), Failure> {
    let catalogue = kanzlei.catalogue();
    let operator = kanzlei.queries().operate(&catalogue, kanzlei.today());
    let services = operator.stats(None).map_err(Error::from)?;
    let canton = overview::seen(kanzlei, Viewer::Canton)?;
    if out.json {
        return out.value(&Shown {
            seed,
            commands: *tally,
            moved,
            services,
            canton,
        });
    }
    let (cases, events) = services.iter().fold((0, 0), |(cases, events), one| {
        (cases + one.cases, events + one.events)
    });
    out.line(format_args!("{cases} cases with {events} events"))?;
    out.line(format_args!(
        "  this run: {} commands accepted, {} answered before, {} refused; {} cases opened",
        tally.accepted, tally.repeated, tally.refused, tally.opened
    ))?;
    resident(out, kanzlei, seed)?;
    municipality(out, kanzlei, SHOWN_FROM)?;
    heading(out, "The canton, small figures left out")?;
    figures(out, &canton)?;
    if let Some(case) = moved {
        sides(out, kanzlei, case)?;
    }
    out.line("\nGo on with `kanzlei cases`, `show`, `inbox`, `overview`, `stats`, `log`, `verify`.")
}

fn heading(out: &mut Output, text: &str) -> Result<(), Failure> {
    out.line(format_args!("\n{}", text.bold()))
}

fn resident(out: &mut Output, kanzlei: &Kanzlei, seed: u64) -> Result<(), Failure> {
    let person = Person::of(seed, SHOWN);
    heading(out, &format!("A resident, {}: my cases", person.name))?;
    let session = kanzlei.act_as(person.actor());
    let mut shown = table(&["Reference", "Service", "Status", "Authority"]);
    let mut cases = block_on(session.my_cases())?;
    cases.dedup_by_key(|involvement| involvement.case);
    for involvement in cases {
        for answer in block_on(session.case(involvement.case))? {
            // The demonstration's people sign in surely enough for what they hand in.
            let Some(outline) = answer.outline() else {
                continue;
            };
            shown.add_row(vec![
                outline.reference.to_string(),
                outline.service.to_string(),
                format!("{:?}", outline.status).to_lowercase(),
                kanzlei
                    .catalogue()
                    .authority_name(outline.responsible, kanzlei.today()),
            ]);
        }
    }
    out.table(&shown)
}

fn municipality(out: &mut Output, kanzlei: &Kanzlei, id: AuthorityId) -> Result<(), Failure> {
    let name = kanzlei.catalogue().authority_name(id, kanzlei.today());
    let items = inbox::items(kanzlei, id, &InboxFilter::default(), usize::MAX)?;
    heading(
        out,
        &format!("A municipality, {name}: {} tasks, the oldest", items.len()),
    )?;
    inbox::lines(kanzlei, out, items.get(..LINES).unwrap_or(&items))?;
    figures(out, &overview::seen(kanzlei, Viewer::Official(id))?)
}

fn figures(out: &mut Output, overview: &Overview) -> Result<(), Failure> {
    let mut shown = table(&["Service", "Cases", "Open", "Closed", "Withdrawn"]);
    for one in &overview.services {
        let Figures {
            cases,
            open,
            closed,
            withdrawn,
            ..
        } = &one.total;
        shown.add_row(vec![
            one.service
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default()
                .into(),
            number(cases),
            figure(*open),
            figure(*closed),
            figure(*withdrawn),
        ]);
    }
    out.table(&shown)
}

/// The same move as each of them sees it.
fn sides(out: &mut Output, kanzlei: &Kanzlei, case: CaseId) -> Result<(), Failure> {
    let party = kanzlei::PartyId(1);
    let sides = [
        ("The same move, to the resident", Viewer::Party(party)),
        (
            "to the municipality of departure",
            Viewer::Official(SHOWN_FROM),
        ),
        ("to the municipality of arrival", Viewer::Official(SHOWN_TO)),
        ("to the canton’s overseer", Viewer::Canton),
    ];
    for (to, viewer) in sides {
        heading(out, to)?;
        let answers: Vec<Answer> = answers(kanzlei, case, Some(viewer))?;
        // To the resident in full.
        let last = if matches!(viewer, Viewer::Party(_)) {
            usize::MAX
        } else {
            LINES
        };
        for answer in &answers {
            page(kanzlei, out, answer, last)?;
        }
    }
    Ok(())
}
