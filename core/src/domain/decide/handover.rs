//! Passing a case on.

use super::super::catalogue::participation_case;
use super::super::command::Command;
use super::super::context::{Changes, Context};
use super::super::event::{HandedOver, HandoverAccepted, HandoverRefused};
use super::super::refusal::Refusal;
use super::super::standing::answers_for;
use super::super::stop::Stop;
use super::permit::Permit;
use super::{Matter, text_of};
use crate::ids::AuthorityId;
use crate::record::Personal;

pub(super) fn decide(
    matter: &Matter<'_>,
    permit: &Permit,
    command: &Command,
    context: &mut Context<'_>,
) -> Result<Changes, Stop> {
    let case = matter.case;
    match command {
        Command::HandOver { to, reason } => hand_over(matter, permit, *to, reason, context),
        Command::AcceptHandover => {
            let by = asked(matter, permit, context)?;
            let from = case.responsible;
            if answers_for(context.catalogue, by, from, context.acting_on()) {
                return Err(responsible_already(by, context));
            }
            let changes = Changes::of(case).responsible(by);
            changes.event(HandoverAccepted { from, by })
        }
        Command::RefuseHandover { reason } => {
            // Who has asked can take it back: else an office that doesn't answer holds up the case.
            let by = match permit {
                Permit::Official {
                    authority,
                    responsible: true,
                    ..
                } if case.handover.is_some() => *authority,
                _ => asked(matter, permit, context)?,
            };
            let reason = Personal::new(case.slot, text_of("reason", reason)?);
            Changes::of(case).event(HandoverRefused { by, reason })
        }
        _ => Err(Refusal::not_found().into()),
    }
}

fn hand_over(
    matter: &Matter<'_>,
    permit: &Permit,
    to: AuthorityId,
    reason: &str,
    context: &mut Context<'_>,
) -> Result<Changes, Stop> {
    let (case, today) = (matter.case, context.today());
    permit.responsible(case, context)?;
    not_waiting(matter, context)?;
    super::parties::exists(to, context)?;
    context.guard(participation_case());
    if answers_for(context.catalogue, to, case.responsible, today) {
        return Err(responsible_already(to, context));
    }
    if !context.catalogue.takes_part(case.service, to, today) {
        let name = context.catalogue.authority_name(to, today);
        let said = format!("{name} doesn't take part in this service on {today}");
        return Err(Refusal::new("not-taking-part", said)
            .with("authority", to)
            .into());
    }
    let reason = Personal::new(case.slot, text_of("reason", reason)?);
    Changes::of(case).event(HandedOver { to, reason })
}

fn responsible_already(authority: AuthorityId, context: &Context<'_>) -> Stop {
    let name = context.catalogue.authority_name(authority, context.today());
    let said = format!("{name} is responsible already; choose another authority");
    let refusal = Refusal::new("responsible-already", said);
    refusal.with("authority", authority).into()
}

/// While another authority is asked to take the case, nothing is decided that would bind it.
pub(super) fn not_waiting(matter: &Matter<'_>, context: &Context<'_>) -> Result<(), Stop> {
    let Some(to) = matter.case.handover else {
        return Ok(());
    };
    let name = context.catalogue.authority_name(to, context.today());
    let said = format!("{name} was asked to take this case; wait for its answer");
    Err(Refusal::new("handover-waiting", said)
        .with("authority", to)
        .with("name", name)
        .into())
}

/// The authority of the actor, if it was asked to take the case.
fn asked(matter: &Matter<'_>, permit: &Permit, context: &Context<'_>) -> Result<AuthorityId, Stop> {
    let (_, authority) = permit.official()?;
    let today = context.acting_on();
    match matter.case.handover {
        Some(to) if answers_for(context.catalogue, authority, to, today) => Ok(authority),
        Some(to) => {
            let name = context.catalogue.authority_name(to, today);
            let said = format!("{name} was asked to take this case; only it can answer");
            Err(Refusal::new("handover-to-another", said)
                .with("authority", to)
                .into())
        }
        None => {
            let said = "nobody wants to pass this case on; there is nothing to answer";
            Err(Refusal::new("handover-none", said).into())
        }
    }
}
