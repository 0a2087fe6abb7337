//! Taking over cases from another system.

use super::super::actor::Who;
use super::super::catalogue::editions_case;
use super::super::code::Code;
use super::super::command::Recorded;
use super::super::context::{Changes, Context};
use super::super::event::{ActivityRecorded, CaseOpened, CaseTakenOver};
use super::super::refusal::Refusal;
use super::super::service::{Competence, Service};
use super::super::stop::Stop;
use super::Matter;
use super::permit::Permit;
use crate::ids::KeySlot;
use crate::record::Personal;

pub(super) fn take_over(
    name: &Code,
    details: &str,
    history: &[Recorded],
    context: &mut Context<'_>,
) -> Result<Changes, Stop> {
    if context.actor.who != Who::Installation {
        return Err(operators_only());
    }
    context.guard(editions_case(name));
    let edition = super::submit::edition_in_force(name, context)?;
    let service = edition.service.as_ref();
    let Competence::Fixed(responsible) = service.competence else {
        let said = format!("cases of {name} are not taken over: it has no fixed authority");
        return Err(Refusal::new("authority-missing", said)
            .with("service", name)
            .into());
    };
    let slot = context.slot()?;
    let opened = CaseOpened {
        slot,
        edition: edition.number,
        definition: edition.definition,
        parent: None,
    };
    let changes = Changes::opening(context.case_id(), service.key(), responsible, opened)?.event(
        CaseTakenOver {
            details: Personal::new(slot, details.to_owned()),
        },
    )?;
    record(changes, service, slot, history)
}

pub(super) fn add(
    matter: &Matter<'_>,
    permit: &Permit,
    history: &[Recorded],
) -> Result<Changes, Stop> {
    if !matches!(permit, Permit::Installation) {
        return Err(operators_only());
    }
    let case = matter.case;
    record(Changes::of(case), matter.service, case.slot, history)
}

fn operators_only() -> Stop {
    let said = "only who operates the installation can take over cases";
    Refusal::new("operators-only", said).into()
}

fn record(
    mut changes: Changes,
    service: &Service,
    slot: KeySlot,
    history: &[Recorded],
) -> Result<Changes, Stop> {
    for recorded in history {
        let known = service.activities.len();
        if usize::from(recorded.activity) >= known {
            let said = format!("the service {} has {known} activities", service.name);
            let refusal = Refusal::new("activity-unknown", said);
            return Err(refusal.with("activity", recorded.activity).into());
        }
        let details = Personal::new(slot, recorded.details.clone());
        changes = changes.event_at(
            recorded.at,
            ActivityRecorded {
                activity: recorded.activity,
                details,
            },
        )?;
    }
    Ok(changes)
}
