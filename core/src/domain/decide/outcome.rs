//! How a case ends: decided, closed, withdrawn, taken up again.

use super::super::case::{Case, Status};
use super::super::code::Code;
use super::super::command::Command;
use super::super::context::{Changes, Context};
use super::super::event::{Closed, DecisionIssued, Reopened, Withdrawn};
use super::super::number::PartyId;
use super::super::refusal::Refusal;
use super::super::stop::Stop;
use super::handover::not_waiting;
use super::permit::Permit;
use super::{Matter, list, text_of};
use crate::ids::KeySlot;
use crate::record::Personal;

pub(super) fn decide(
    matter: &Matter<'_>,
    permit: &Permit,
    command: &Command,
    context: &mut Context<'_>,
) -> Result<Changes, Stop> {
    let case = matter.case;
    match command {
        Command::IssueDecision { outcome, grounds } => {
            permit.responsible(case, context)?;
            not_waiting(matter, context)?;
            issue(matter, outcome, grounds)
        }
        Command::Close => {
            permit.responsible(case, context)?;
            not_waiting(matter, context)?;
            close(matter)
        }
        Command::Withdraw { reason } => withdraw(matter, permit, reason),
        Command::Reopen { reason } => {
            permit.responsible(case, context)?;
            if case.status == Status::Open {
                let said = "this case is open; there is nothing to take up again";
                return Err(Refusal::new("case-open", said).into());
            }
            let reason = Personal::new(case.slot, text_of("reason", reason)?);
            Changes::of(case).event(Reopened { reason })
        }
        _ => Err(Refusal::not_found().into()),
    }
}

fn issue(matter: &Matter<'_>, outcome: &Code, grounds: &str) -> Result<Changes, Stop> {
    let (case, service) = (matter.case, matter.service);
    if service.outcome(outcome.as_str()).is_none() {
        let known = list(service.outcomes.iter().map(|outcome| &outcome.code));
        let said = format!(
            "a decision on {} can't be {outcome}; it can be: {known}",
            service.name
        );
        let refusal = Refusal::new("outcome-unknown", said);
        return Err(refusal
            .with("outcome", outcome)
            .with("allowed", known)
            .into());
    }
    if let Some(decision) = &case.decision {
        let said =
            format!("this case is decided already ({decision}); close it and reopen it first");
        return Err(Refusal::new("decided-already", said)
            .with("outcome", decision)
            .into());
    }
    let grounds = Personal::new(case.slot, text_of("grounds", grounds)?);
    Changes::of(case).event(DecisionIssued {
        outcome: outcome.clone(),
        grounds,
    })
}

fn close(matter: &Matter<'_>) -> Result<Changes, Stop> {
    let (case, service) = (matter.case, matter.service);
    if case.decision.is_none() && !service.outcomes.is_empty() {
        let said = "this case isn't decided; issue the decision before you close it";
        return Err(Refusal::new("not-decided", said).into());
    }
    let open: Vec<String> = case.open_tasks().map(|(id, _)| id.to_string()).collect();
    if !open.is_empty() {
        let open = open.join(", ");
        let said = format!("there is work left: complete the tasks {open} first");
        return Err(Refusal::new("tasks-open", said).with("tasks", open).into());
    }
    Changes::of(case).event(Closed {})
}

fn withdraw(matter: &Matter<'_>, permit: &Permit, reason: &str) -> Result<Changes, Stop> {
    let case = matter.case;
    let (party, slot) = withdrawable(case, permit.parties()?)?;
    let reason = Personal::new(slot, text_of("reason", reason)?);
    Ok(Changes::of(case)
        .event(Withdrawn { party, reason })?
        .acting(Some(slot)))
}

/// As which of these parties somebody may take the request back, and its slot.
pub(super) fn withdrawable(
    case: &Case,
    parties: &[PartyId],
) -> Result<(PartyId, KeySlot), Refusal> {
    let applicant = parties.iter().find_map(|party| {
        let known = case.parties.get(party)?;
        (known.role == "applicant").then_some((*party, known.slot))
    });
    let Some(applicant) = applicant else {
        let said = "only who made the request can take it back";
        return Err(Refusal::new("applicants-only", said));
    };
    match &case.decision {
        Some(decision) => {
            let said = format!("this case is decided ({decision}); a decision can't be taken back");
            Err(Refusal::new("decided-already", said).with("outcome", decision))
        }
        None => Ok(applicant),
    }
}
