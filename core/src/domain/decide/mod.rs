//! Deciding: what a command makes happen, or why not. Pure: the same case, command and context
//! give the same answer.

mod administration;
mod exchange;
mod handover;
mod history;
mod offers;
mod outcome;
mod parties;
mod permit;
mod submit;
mod task;

use super::case::{Case, Status};
use super::command::Command;
use super::context::{CaseChanges, Changes, Context};
use super::refusal::Refusal;
use super::rules::AnyRules;
use super::service::Service;
use super::standing::not_there;
use super::stop::Stop;
use permit::Permit;

pub use administration::publish_genesis;
pub use offers::Offers;

/// The longest text that somebody may type into a message, a reason or grounds, in bytes.
pub const TEXT_MAX: usize = 64 * 1024;

/// What a decision on an existing case rests on.
struct Matter<'a> {
    case: &'a Case,
    service: &'a Service,
}

/// Decides a command. `case` is the one it is for; `None` if there is no such case, or if the
/// command opens one.
///
/// # Errors
/// A refusal, or what must be fetched before it can be decided.
pub fn decide(
    case: Option<&Case>,
    rules: Option<&dyn AnyRules>,
    command: &Command,
    context: &mut Context<'_>,
) -> Result<Changes, Stop> {
    match command {
        Command::Submit {
            service,
            form,
            applicant,
        } => return submit::submit(service, form, applicant.as_ref(), context),
        Command::TakeOver {
            service,
            details,
            history,
        } => return history::take_over(service, details, history, context),
        Command::StageDefinition { .. }
        | Command::PublishEdition { .. }
        | Command::PublishRegister { .. }
        | Command::SetParticipation { .. } => {
            return administration::decide(command, context);
        }
        _ => {}
    }
    let Some(case) = case else {
        let (actor, keys) = (context.actor, &context.supplies.keys);
        return Err(not_there(context.catalogue, actor, keys));
    };
    let edition = context.catalogue.edition(case.service, case.edition.0);
    let service = edition.map(|edition| edition.service.as_ref());
    let permit = permit::permit(case, service, context)?;
    if let Some(unreadable) = case.unreadable {
        return Err(newer(case, unreadable).into());
    }
    let service = service.ok_or_else(|| unknown_edition(case))?;
    let matter = Matter { case, service };
    standing_still(&matter, command)?;
    let changes = dispatch(&matter, &permit, rules, command, context)?;
    // A retry is told from another command by the commit's first case.
    let own = |one: &CaseChanges| one.case == case.id && !one.events.is_empty();
    if !changes.cases().first().is_some_and(own) {
        let said = "this would change nothing in the case, or another one before it";
        return Err(Refusal::new("nothing-to-do", said).into());
    }
    let acting = changes.acting_party().or_else(|| permit.slot(case));
    Ok(changes.acting(acting))
}

fn dispatch(
    matter: &Matter<'_>,
    permit: &Permit,
    rules: Option<&dyn AnyRules>,
    command: &Command,
    context: &mut Context<'_>,
) -> Result<Changes, Stop> {
    match command {
        Command::AddParty { .. }
        | Command::InvolveAuthority { .. }
        | Command::EndInvolvement { .. } => parties::decide(matter, permit, command, context),
        Command::EnterPhase { .. }
        | Command::AddTask { .. }
        | Command::AssignTask { .. }
        | Command::ClaimTask { .. }
        | Command::ReleaseTask { .. }
        | Command::CompleteTask { .. } => task::decide(matter, permit, command, context),
        Command::RequestInformation { .. }
        | Command::ProvideInformation { .. }
        | Command::SendMessage { .. }
        | Command::ReferenceDocument { .. } => exchange::decide(matter, permit, command, context),
        Command::HandOver { .. } | Command::AcceptHandover | Command::RefuseHandover { .. } => {
            handover::decide(matter, permit, command, context)
        }
        Command::AddHistory { history } => history::add(matter, permit, history),
        Command::Own { json } => match rules {
            Some(rules) => rules.decide(matter.case, permit.standing(), json, context),
            None => Err(no_own_rules(matter.service).into()),
        },
        _ => outcome::decide(matter, permit, command, context),
    }
}

/// A case that has ended stands still until it is taken up again.
fn standing_still(matter: &Matter<'_>, command: &Command) -> Result<(), Stop> {
    let reopens = matches!(command, Command::Reopen { .. });
    match at_rest(matter.case) {
        Some(_) if reopens && matter.case.status == Status::Closed => Ok(()),
        Some(ended) => Err(ended.with("command", command.name()).into()),
        None => Ok(()),
    }
}

/// Why nothing goes on in a case, if it has ended.
fn at_rest(case: &Case) -> Option<Refusal> {
    match case.status {
        Status::Open => None,
        Status::Closed => Some(Refusal::new(
            "case-closed",
            "this case is closed; the authority responsible can take it up again",
        )),
        Status::Withdrawn => Some(Refusal::new(
            "case-withdrawn",
            "this request was withdrawn; hand in a new one instead",
        )),
    }
}

fn newer(case: &Case, unreadable: super::case::Unreadable) -> Refusal {
    let said = format!(
        "{unreadable} of case {} was written by a newer release; use that release to work on it",
        case.id.reference()
    );
    Refusal::new("release-too-old", said)
        .with("version", unreadable.version)
        .with("kind", unreadable.kind)
        .with("schema", unreadable.schema)
}

fn unknown_edition(case: &Case) -> Refusal {
    let said = format!(
        "edition {} of this case's service is not known here; publish it first",
        case.edition.0
    );
    Refusal::new("edition-unknown", said).with("edition", case.edition.0)
}

fn no_own_rules(service: &Service) -> Refusal {
    let said = format!("the service {} has no commands of its own", service.name);
    Refusal::new("command-unknown", said).with("service", &service.name)
}

/// A text that somebody typed: it must say something, and not too much.
fn text_of(what: &'static str, text: &str) -> Result<String, Stop> {
    let text = text.trim();
    if text.is_empty() {
        let said = format!("the {what} is empty; write at least a word");
        return Err(Refusal::new("text-empty", said).with("text", what).into());
    }
    if text.len() > TEXT_MAX {
        let said = format!(
            "the {what} has {} bytes, and {TEXT_MAX} are allowed; add a document instead",
            text.len()
        );
        let refusal = Refusal::new("text-too-long", said).with("text", what);
        return Err(refusal.with("limit", TEXT_MAX).into());
    }
    Ok(text.to_owned())
}

/// More of something than a case can number.
fn too_many(what: &'static str) -> Stop {
    let said = format!("the case has too many {what}s; open a further case");
    Refusal::new("case-full", said).with("what", what).into()
}

/// The codes that a refusal lists as allowed.
fn list<'a>(codes: impl Iterator<Item = &'a super::code::Code>) -> String {
    let codes: Vec<&str> = codes.map(super::code::Code::as_str).collect();
    codes.join(", ")
}
