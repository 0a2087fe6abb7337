//! Handing in a form: a case begins.

use super::super::actor::Who;
use super::super::catalogue::{Edition, editions_case, participation_case, register_case};
use super::super::code::Code;
use super::super::context::{Changes, Context};
use super::super::event::{AuthorityInvolved, CaseOpened, PartyAdded, PartyDetails, Submitted};
use super::super::form::{Form, Value};
use super::super::number::PartyId;
use super::super::refusal::Refusal;
use super::super::service::{Competence, Service, known_surely};
use super::super::standing::answers_for;
use super::super::stop::Stop;
use super::{task, text_of};
use crate::ids::{AuthorityId, ServiceKey};
use crate::record::Personal;

/// The first party of every case.
const APPLICANT: PartyId = PartyId(1);

pub(super) fn submit(
    service: &Code,
    form: &Form,
    applicant: Option<&PartyDetails>,
    context: &mut Context<'_>,
) -> Result<Changes, Stop> {
    context.guard(editions_case(service));
    let edition = edition_in_force(service, context)?;
    let service = edition.service.as_ref();
    if matches!(context.actor.who, Who::Person { .. } | Who::Official { .. }) {
        known_surely(context.actor, service.assurance.submit)?;
    }
    let form = &without_blanks(form);
    let problems = context.forms.check(service, form);
    if !problems.is_empty() {
        return Err(Refusal::form(problems).into());
    }
    context.guard(register_case());
    context.guard(participation_case());
    let responsible = competent(service, &service.competence, form, context)?;
    let responsible = responsible.ok_or_else(|| nobody_competent(service))?;
    takes_part(service, responsible, context)?;
    let details = applicant_details(applicant, responsible, context)?;

    let (case_slot, party_slot) = (context.slot()?, context.slot()?);
    let (plain, personal) = split(service, form);
    let role = Code::new("applicant").map_err(|error| Refusal::new("code", error.to_string()))?;
    let own = context.actor.person().map(|_| party_slot);
    let opened = CaseOpened {
        slot: case_slot,
        edition: edition.number,
        definition: edition.definition,
        parent: None,
    };
    let mut changes = Changes::opening(context.case_id(), service.key(), responsible, opened)?
        .acting(own)
        .event(PartyAdded {
            party: APPLICANT,
            role,
            slot: party_slot,
            details: Personal::new(party_slot, details),
        })?
        .event(Submitted {
            party: APPLICANT,
            plain,
            personal: Personal::new(party_slot, personal),
        })?;
    for involved in &service.involved {
        let authority = competent(service, involved, form, context)?;
        let other = authority.filter(|authority| *authority != responsible);
        changes = changes.event_if(other.map(|authority| AuthorityInvolved { authority }))?;
    }
    match service.phases.first() {
        Some(first) => task::enter_phase(changes, service, &first.code, responsible, 1),
        None => Ok(changes),
    }
}

pub(super) fn edition_in_force<'a>(
    name: &Code,
    context: &Context<'a>,
) -> Result<&'a Edition, Stop> {
    let key = ServiceKey::of(name.as_str());
    let today = context.today();
    if let Some(edition) = context.catalogue.in_force(key, today) {
        return Ok(edition);
    }
    let refusal = if context.catalogue.editions(key).is_empty() {
        let known = super::list(context.catalogue.services().map(|(_, name)| name));
        let said = format!("there is no service {name}; there are: {known}");
        Refusal::new("service-unknown", said)
    } else {
        let said = format!("the service {name} is not offered on {today}");
        Refusal::new("service-not-valid", said).with("day", today)
    };
    Err(refusal.with("service", name).into())
}

/// The authority that a rule names for this form: today's, if the one named has merged since.
fn competent(
    service: &Service,
    competence: &Competence,
    form: &Form,
    context: &Context<'_>,
) -> Result<Option<AuthorityId>, Stop> {
    let (named, field) = match competence {
        Competence::Fixed(authority) => (*authority, None),
        Competence::MunicipalityOf(field) => match form.get(field.as_str()) {
            Some(Value::Authority(authority)) => (*authority, Some(field)),
            _ => return Ok(None),
        },
    };
    let today = context.today();
    let current = context.catalogue.current(named, today);
    let exists = match context.catalogue.register() {
        Some(register) => register.exists(current, today),
        None => true,
    };
    if exists {
        return Ok(Some(current));
    }
    let said = format!(
        "authority {named}, which the service {} names, doesn't exist on {today}; see the register",
        service.name
    );
    let refusal = Refusal::new("authority-unknown", said).with("authority", named);
    Err(match field {
        Some(field) => refusal.at(field.clone()).into(),
        None => refusal.into(),
    })
}

/// A form without the fields that were left alone: browsers send blanks for them.
fn without_blanks(form: &Form) -> Form {
    let blank = |value: &Value| matches!(value, Value::Text(text) if text.trim().is_empty());
    let filled = form.iter().filter(|(_, value)| !blank(value));
    filled
        .map(|(field, value)| (field.clone(), value.clone()))
        .collect()
}

fn nobody_competent(service: &Service) -> Refusal {
    let said = format!(
        "nobody is responsible: fill in the field that says which municipality the request to {} \
         is for",
        service.name
    );
    Refusal::new("authority-missing", said)
}

fn takes_part(
    service: &Service,
    authority: AuthorityId,
    context: &Context<'_>,
) -> Result<(), Stop> {
    let today = context.today();
    if context
        .catalogue
        .takes_part(service.key(), authority, today)
    {
        return Ok(());
    }
    let name = context.catalogue.authority_name(authority, today);
    let said = format!(
        "{name} doesn't take part in {} on {today}; go to its counter instead",
        service.name
    );
    let refusal = Refusal::new("not-taking-part", said).with("authority", authority);
    Err(refusal
        .with("name", name)
        .with("service", &service.name)
        .into())
}

/// Who asks: a person for themselves, or somebody at an official's counter.
fn applicant_details(
    given: Option<&PartyDetails>,
    responsible: AuthorityId,
    context: &Context<'_>,
) -> Result<PartyDetails, Stop> {
    match (&context.actor.who, given) {
        (Who::Person { id, name }, None) => Ok(PartyDetails {
            person: Some(*id),
            name: name.clone(),
        }),
        (Who::Person { .. }, Some(_)) => {
            let said = "you can hand in a form for yourself only";
            Err(Refusal::new("not-for-others", said).into())
        }
        (Who::Official { authority, .. }, Some(details)) => {
            let today = context.acting_on();
            if answers_for(context.catalogue, *authority, responsible, today) {
                text_of("applicant's name", &details.name)?;
                return Ok(details.clone());
            }
            let name = context.catalogue.authority_name(responsible, today);
            let said = format!("this request is for {name}; only its counter can take it");
            let refusal = Refusal::new("not-responsible", said);
            Err(refusal
                .with("responsible", responsible)
                .with("name", name)
                .into())
        }
        (Who::Official { .. }, None) => {
            let said = "say for whom you hand in this form";
            Err(Refusal::new("applicant-missing", said).into())
        }
        (Who::Installation, _) => {
            let said = "who operates the installation makes no requests: residents make them, or \
                        officials for whoever comes to their counter";
            Err(Refusal::new("not-for-operators", said).into())
        }
        (Who::Anonymous, _) => {
            let said = "sign in first: a request needs somebody who makes it";
            Err(Refusal::new("sign-in-first", said).into())
        }
    }
}

/// Parts a form into what its service declares plain and what is sealed.
fn split(service: &Service, form: &Form) -> (Form, Form) {
    let is_plain = |code: &Code| {
        let field = service.field(code.as_str());
        field.is_some_and(|field| !field.is_personal())
    };
    let fields = form
        .iter()
        .map(|(code, value)| (code.clone(), value.clone()));
    let (plain, personal): (Vec<_>, Vec<_>) = fields.partition(|(code, _)| is_plain(code));
    (plain.into_iter().collect(), personal.into_iter().collect())
}
