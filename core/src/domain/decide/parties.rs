//! Parties and involved authorities.

use super::super::case::next_number;
use super::super::catalogue::register_case;
use super::super::command::Command;
use super::super::context::{Changes, Context};
use super::super::event::{AuthorityInvolved, AuthorityNoLongerInvolved, PartyAdded};
use super::super::number::PartyId;
use super::super::refusal::Refusal;
use super::super::standing::answers_for;
use super::super::stop::Stop;
use super::permit::Permit;
use super::{Matter, text_of, too_many};
use crate::ids::AuthorityId;
use crate::record::Personal;

/// What a party can be. The role stands readable in the log for ever, so nobody types it.
const ROLES: [&str; 4] = ["applicant", "representative", "objector", "third-party"];

pub(super) fn decide(
    matter: &Matter<'_>,
    permit: &Permit,
    command: &Command,
    context: &mut Context<'_>,
) -> Result<Changes, Stop> {
    let case = matter.case;
    permit.responsible(case, context)?;
    match command {
        Command::AddParty { role, details } => {
            if !ROLES.contains(&role.as_str()) {
                let allowed = ROLES.join(", ");
                let said = format!("there is no such role of a party; there are: {allowed}");
                let refusal = Refusal::new("role-unknown", said);
                return Err(refusal.with("allowed", allowed).into());
            }
            text_of("party's name", &details.name)?;
            let number = next_number(&case.parties, |party| party.0);
            let party = PartyId(number.ok_or_else(|| too_many("party"))?);
            let slot = context.slot()?;
            Changes::of(case).event(PartyAdded {
                party,
                role: role.clone(),
                slot,
                details: Personal::new(slot, details.clone()),
            })
        }
        Command::InvolveAuthority { authority } => involve(matter, *authority, context),
        Command::EndInvolvement { authority } => end(matter, *authority, context),
        _ => Err(Refusal::not_found().into()),
    }
}

/// The authority is in the register today.
pub(super) fn exists(authority: AuthorityId, context: &mut Context<'_>) -> Result<(), Stop> {
    context.guard(register_case());
    let today = context.today();
    let known = context.catalogue.register();
    if known.is_none_or(|register| register.exists(authority, today)) {
        return Ok(());
    }
    let current = context.catalogue.current(authority, today);
    let said = if current == authority {
        format!("there is no authority {authority} in the register on {today}")
    } else {
        let name = context.catalogue.authority_name(current, today);
        format!("authority {authority} doesn't exist on {today}; {name} ({current}) answers for it")
    };
    Err(Refusal::new("authority-unknown", said)
        .with("authority", authority)
        .into())
}

fn involve(
    matter: &Matter<'_>,
    authority: AuthorityId,
    context: &mut Context<'_>,
) -> Result<Changes, Stop> {
    exists(authority, context)?;
    let today = context.today();
    let works = |one: AuthorityId| answers_for(context.catalogue, authority, one, today);
    if matter.case.concerned().any(works) {
        let name = context.catalogue.authority_name(authority, context.today());
        let said = format!("{name} works on this case already");
        return Err(Refusal::new("authority-involved", said)
            .with("authority", authority)
            .into());
    }
    Changes::of(matter.case).event(AuthorityInvolved { authority })
}

fn end(
    matter: &Matter<'_>,
    authority: AuthorityId,
    context: &Context<'_>,
) -> Result<Changes, Stop> {
    let today = context.today();
    let name = context.catalogue.authority_name(authority, today);
    let involved = &matter.case.involved;
    let mut by_another_name = involved.iter().copied();
    let known = involved.get(&authority).copied();
    let known = known.or_else(|| {
        by_another_name.find(|one| answers_for(context.catalogue, authority, *one, today))
    });
    let Some(authority) = known else {
        let said = format!("{name} isn't involved in this case");
        let refusal = Refusal::new("authority-not-involved", said);
        return Err(refusal
            .with("authority", authority)
            .with("name", name)
            .into());
    };
    let mut open = matter.case.open_tasks();
    if let Some((task, _)) = open.find(|(_, task)| task.authority == authority) {
        let said = format!("{name} still has task {task} to do; it must be completed first");
        let refusal = Refusal::new("tasks-open", said);
        return Err(refusal
            .with("task", task)
            .with("authority", authority)
            .into());
    }
    Changes::of(matter.case).event(AuthorityNoLongerInvolved { authority })
}
