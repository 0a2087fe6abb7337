//! What the installation decides: definitions and participation, as administrative cases. What an
//! authority takes part in its own stewards may say, too.

use super::super::actor::{Actor, Who};
use super::super::catalogue::{
    EDITIONS, INSTALLATION, PARTICIPATION, REGISTER, editions_case, participation_case,
    register_case,
};
use super::super::code::Code;
use super::super::command::{Command, Piece};
use super::super::context::{CaseChanges, Changes, Context};
use super::super::event::{
    CaseOpened, DefinitionChunk, EditionPublished, Event, LogCreated, ParticipationSet,
    RegisterPublished, ServiceNamed,
};
use super::super::publication::{DEFINITION_MAX, unpack};
use super::super::refusal::Refusal;
use super::super::register::Register;
use super::super::service::Service;
use super::super::standing::answers_for;
use super::super::stop::Stop;
use crate::ids::{AuthorityId, CaseId, LogId, ServiceKey, Version};
use crate::record::Hash;

pub(super) fn decide(command: &Command, context: &mut Context<'_>) -> Result<Changes, Stop> {
    if context.actor.who != Who::Installation {
        by_steward(command, context)?;
    }
    match command {
        Command::StageDefinition { service, piece } => {
            let (case, of) = match service {
                Some(service) => (editions_case(service), EDITIONS),
                None => (register_case(), REGISTER),
            };
            if !piece.first {
                fits(context.catalogue.staged(case).len() + piece.bytes.len())?;
            }
            administrative(case, of, context)?.event(DefinitionChunk::from(piece.clone()))
        }
        Command::PublishEdition { service, piece } => publish_edition(service, piece, context),
        Command::PublishRegister { piece } => publish_register(piece, context),
        Command::SetParticipation {
            service,
            authority,
            state,
            from,
        } => {
            let service_key = known_service(service, context)?;
            super::parties::exists(*authority, context)?;
            context.guard(register_case());
            let event = ParticipationSet {
                service: service_key,
                authority: *authority,
                state: *state,
                from: *from,
            };
            administrative(participation_case(), PARTICIPATION, context)?.event(event)
        }
        _ => Err(Refusal::not_found().into()),
    }
}

/// What somebody else than who operates the installation may do: say, as a steward of an authority,
/// whether that authority takes part in a service.
fn by_steward(command: &Command, context: &Context<'_>) -> Result<(), Stop> {
    let Command::SetParticipation {
        service,
        authority: of,
        state,
        from,
    } = command
    else {
        let said = "only who operates the installation can do this";
        return Err(Refusal::new("operators-only", said).into());
    };
    let today = context.today();
    let steward = matches!(&context.actor.who, Who::Official { authority, role, .. }
        if *role == Actor::STEWARD && answers_for(context.catalogue, *authority, *of, today));
    if !steward {
        let said = "whether an authority takes part is said by a steward of that authority, or by \
                    who operates the installation";
        return Err(Refusal::new("stewards-only", said).into());
    }
    let (catalogue, key) = (context.catalogue, ServiceKey::of(service.as_str()));
    let after = catalogue.would_be_joined(key, *of, (*from, *state));
    if catalogue.is_joined(key) == after {
        return Ok(());
    }
    let said = format!(
        "this would decide for all others too whether they take part in {service}: once somebody \
         joins it, only who joins does; who operates the installation can say so"
    );
    let refusal = Refusal::new("participation-of-all", said);
    Err(refusal.with("service", service).into())
}

/// The commit with which a log begins.
///
/// # Errors
/// None that can happen; the event holds nothing personal.
pub fn publish_genesis(log: LogId) -> Result<Changes, Stop> {
    let installation = ServiceKey::of(INSTALLATION);
    Changes::empty(
        CaseId::INSTALLATION,
        installation,
        AuthorityId::INSTALLATION,
    )
    .event(LogCreated {
        log,
        format: 1,
        hash: 1,
        cipher: 1,
    })
}

/// An administrative case: it begins with its first change.
fn administrative(case: CaseId, service: &str, context: &mut Context<'_>) -> Result<Changes, Stop> {
    let key = ServiceKey::of(service);
    let mut changes = CaseChanges::opening(case, key, AuthorityId::INSTALLATION);
    // It is decided on what the catalogue has of the case, and not on the case itself.
    context.guard(case);
    changes.opens = context.catalogue.version(case) == Version::NONE;
    if changes.opens {
        changes.open(CaseOpened {
            slot: context.slot()?,
            edition: 0,
            definition: Hash::ZERO,
            parent: None,
        })?;
    }
    Ok(Changes::from(changes))
}

fn known_service(name: &Code, context: &Context<'_>) -> Result<ServiceKey, Stop> {
    let key = ServiceKey::of(name.as_str());
    if context.catalogue.editions(key).is_empty() {
        let known = super::list(context.catalogue.services().map(|(_, name)| name));
        let said = format!("there is no service {name}; there are: {known}");
        return Err(Refusal::new("service-unknown", said)
            .with("service", name)
            .into());
    }
    Ok(key)
}

/// The whole definition of which this is the last piece.
fn complete(case: CaseId, piece: &Piece, context: &Context<'_>) -> Result<Vec<u8>, Stop> {
    let mut packed = Vec::new();
    if !piece.first {
        packed.extend_from_slice(context.catalogue.staged(case));
    }
    packed.extend_from_slice(&piece.bytes);
    unpack(&packed).map_err(|error| {
        let said = format!("the definition can't be unpacked: {error}; publish it from its start");
        Refusal::new("definition-invalid", said).into()
    })
}

fn publish_edition(name: &Code, piece: &Piece, context: &mut Context<'_>) -> Result<Changes, Stop> {
    let case = editions_case(name);
    let definition = complete(case, piece, context)?;
    let service = Service::from_definition(&definition).map_err(|error| {
        let said = format!("this is not the definition of a service: {error}");
        Refusal::new("definition-invalid", said)
    })?;
    if service.name != *name || service.definition() != definition {
        let said = format!("this is not the definition of {name} as this release writes it");
        return Err(Refusal::new("definition-invalid", said).into());
    }
    if let Err(problems) = service.check() {
        let said = format!(
            "the service {} can't be published: {problems}",
            service.name
        );
        return Err(Refusal::new("definition-invalid", said).into());
    }
    let key = service.key();
    let other = context
        .catalogue
        .name(key)
        .filter(|known| **known != service.name);
    if let Some(other) = other {
        let said = format!(
            "the service {} would stand in the log like {other}; choose another name",
            service.name
        );
        return Err(Refusal::new("service-key-taken", said)
            .with("service", other)
            .into());
    }
    let editions = context.catalogue.editions(key);
    let hash = Hash::of(&[&definition]);
    if let Some(last) = editions.last().filter(|last| last.definition == hash) {
        let said = format!(
            "this is edition {} of {} already",
            last.number, service.name
        );
        return Err(Refusal::new("edition-published", said)
            .with("edition", last.number)
            .into());
    }
    let number = u32::try_from(editions.len() + 1).unwrap_or(u32::MAX);
    let changes = administrative(case, EDITIONS, context)?
        .event(DefinitionChunk::from(piece.clone()))?
        .event(EditionPublished {
            edition: number,
            definition: hash,
        })?;
    if context.catalogue.name(key).is_some() {
        return Ok(changes);
    }
    let installation = ServiceKey::of(INSTALLATION);
    let nobody = AuthorityId::INSTALLATION;
    let mut named = CaseChanges::opening(CaseId::INSTALLATION, installation, nobody);
    named.opens = false;
    named.push::<Event>(&ServiceNamed { name: service.name }.into())?;
    Ok(changes.along(named))
}

fn publish_register(piece: &Piece, context: &mut Context<'_>) -> Result<Changes, Stop> {
    let invalid = |error: String| {
        let said = format!("this register can't be published: {error}");
        Refusal::new("register-invalid", said)
    };
    let definition = complete(register_case(), piece, context)?;
    let text = String::from_utf8(definition).map_err(|error| invalid(error.to_string()))?;
    let register = Register::from_csv(&text).map_err(|error| invalid(error.to_string()))?;
    if context.catalogue.register() == Some(&register) {
        let said = "this register is in force already";
        return Err(Refusal::new("register-published", said).into());
    }
    administrative(register_case(), REGISTER, context)?
        .event(DefinitionChunk::from(piece.clone()))?
        .event(RegisterPublished {
            edition: context.catalogue.register_edition().saturating_add(1),
            definition: Hash::of(&[text.as_bytes()]),
        })
}

fn fits(length: usize) -> Result<(), Stop> {
    if length > DEFINITION_MAX {
        let said =
            format!("a definition of {length} bytes is too long; {DEFINITION_MAX} are allowed");
        return Err(Refusal::new("definition-too-long", said)
            .with("limit", DEFINITION_MAX)
            .into());
    }
    Ok(())
}
