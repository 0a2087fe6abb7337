//! What the installation knows: services in their editions, the register, who takes part. It is
//! folded from administrative cases, so it has versions, actors and proofs like everything else.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::code::Code;
use super::event::{Event, ParticipationState, TypedEvent};
use super::publication::{DEFINITION_MAX, unpack};
use super::register::Register;
use super::service::Service;
use crate::ids::{AuthorityId, CaseId, KeySlot, ServiceKey, Version};
use crate::record::{EventRef, Hash};
use crate::time::Date;

/// The name of the service whose cases hold the editions of a service.
pub const EDITIONS: &str = "kanzlei-editions";
/// The name of the service whose one case is the installation.
pub const INSTALLATION: &str = "kanzlei-installation";
/// The name of the service whose one case holds the register.
pub const REGISTER: &str = "kanzlei-register";
/// The name of the service whose one case holds who takes part.
pub const PARTICIPATION: &str = "kanzlei-participation";

/// Whether a service is one of the built-in administrative ones.
pub fn is_administrative(service: ServiceKey) -> bool {
    [INSTALLATION, EDITIONS, REGISTER, PARTICIPATION]
        .iter()
        .any(|name| ServiceKey::of(name) == service)
}

/// The case that holds the editions of the service with this name.
pub fn editions_case(service: &Code) -> CaseId {
    CaseId::administrative(&format!("{EDITIONS} {service}"))
}

/// The case that holds the register.
pub fn register_case() -> CaseId {
    CaseId::administrative(REGISTER)
}

/// The case that holds who takes part.
pub fn participation_case() -> CaseId {
    CaseId::administrative(PARTICIPATION)
}

/// A definition that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the definition published by event {version} of case {case} can't be read: {why}")]
pub struct CatalogueError {
    /// The administrative case.
    pub case: CaseId,
    /// The event.
    pub version: Version,
    /// What is wrong.
    pub why: String,
}

/// An edition of a service, as it was published.
#[derive(Debug, Clone)]
pub struct Edition {
    /// Its number, from 1.
    pub number: u32,
    /// SHA-256 of its definition.
    pub definition: Hash,
    /// The service.
    pub service: Arc<Service>,
}

/// What the installation knows.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    names: BTreeMap<ServiceKey, Code>,
    editions: BTreeMap<ServiceKey, Vec<Edition>>,
    register: Option<Arc<Register>>,
    register_edition: u32,
    participation: BTreeMap<(ServiceKey, AuthorityId), Vec<(Date, ParticipationState)>>,
    chunks: BTreeMap<CaseId, Vec<u8>>,
    versions: BTreeMap<CaseId, Version>,
    nobody: Option<KeySlot>,
}

#[cfg(feature = "testing")]
impl Catalogue {
    /// A catalogue of these services, as if the first edition of each had been published.
    pub fn with_services(services: impl IntoIterator<Item = Service>) -> Self {
        let mut catalogue = Self::default();
        for service in services {
            let key = service.key();
            catalogue.names.insert(key, service.name.clone());
            let edition = Edition {
                number: 1,
                definition: Hash::of(&[&service.definition()]),
                service: Arc::new(service),
            };
            catalogue.editions.insert(key, vec![edition]);
        }
        catalogue
    }

    pub(crate) fn set_register(&mut self, register: Register) {
        self.register = Some(Arc::new(register));
    }
}

impl Catalogue {
    /// The services that the installation knows, by key.
    pub fn services(&self) -> impl Iterator<Item = (ServiceKey, &Code)> {
        self.names.iter().map(|(key, name)| (*key, name))
    }

    /// The name of a service.
    pub fn name(&self, service: ServiceKey) -> Option<&Code> {
        self.names.get(&service)
    }

    /// All editions of a service, in order.
    pub fn editions(&self, service: ServiceKey) -> &[Edition] {
        self.editions.get(&service).map_or(&[], Vec::as_slice)
    }

    /// The edition with this number.
    pub fn edition(&self, service: ServiceKey, number: u32) -> Option<&Edition> {
        let at = usize::try_from(number.checked_sub(1)?).ok()?;
        self.editions(service).get(at)
    }

    /// The edition under which a case can be opened on that day: the newest that is valid then.
    pub fn in_force(&self, service: ServiceKey, on: Date) -> Option<&Edition> {
        let mut newest_first = self.editions(service).iter().rev();
        newest_first.find(|edition| edition.service.is_valid_on(on))
    }

    /// The editions under which cases can be opened on that day, by the services' names.
    pub fn offered(&self, on: Date) -> impl Iterator<Item = &Edition> {
        let mut names: Vec<(&Code, ServiceKey)> =
            self.names.iter().map(|(key, name)| (name, *key)).collect();
        names.sort_unstable();
        let keys = names.into_iter().map(|(_, key)| key);
        keys.filter_map(move |key| self.in_force(key, on))
    }

    /// The register.
    pub fn register(&self) -> Option<&Register> {
        self.register.as_deref()
    }

    /// How often the register was published.
    pub const fn register_edition(&self) -> u32 {
        self.register_edition
    }

    /// What an authority does in a service on that day; `None` if nothing was said about it.
    pub fn participation(
        &self,
        service: ServiceKey,
        authority: AuthorityId,
        on: Date,
    ) -> Option<ParticipationState> {
        let line = self.participation.get(&(service, authority))?;
        let mut latest_first = line.iter().rev();
        latest_first
            .find(|(from, _)| *from <= on)
            .map(|(_, state)| *state)
    }

    /// Whether an authority takes part in a service on that day. Once some authority was said to
    /// join a service, only who joined takes part; in any other everybody does who wasn't said to
    /// have suspended it or left.
    pub fn takes_part(&self, service: ServiceKey, authority: AuthorityId, on: Date) -> bool {
        match self.participation(service, authority, on) {
            Some(state) => state == ParticipationState::Live,
            None => !self.is_joined(service),
        }
    }

    /// Whether only who joined takes part in a service.
    pub fn is_joined(&self, service: ServiceKey) -> bool {
        let mut lines = self.participants(service);
        lines.any(|(_, line)| first_of(line).is_some_and(|(_, state)| state.joins()))
    }

    /// Whether it would be so, were this said of an authority as well.
    pub(super) fn would_be_joined(
        &self,
        service: ServiceKey,
        authority: AuthorityId,
        said: (Date, ParticipationState),
    ) -> bool {
        let mut others = self
            .participants(service)
            .filter(|(of, _)| *of != authority);
        let own = self.participation.get(&(service, authority));
        let first = own.and_then(|line| first_of(line));
        let first = *first.filter(|(from, _)| *from < said.0).unwrap_or(&said);
        first.1.joins()
            || others.any(|(_, line)| first_of(line).is_some_and(|(_, state)| state.joins()))
    }

    /// Who takes part in a service, with the time line of each.
    pub fn participants(
        &self,
        service: ServiceKey,
    ) -> impl Iterator<Item = (AuthorityId, &[(Date, ParticipationState)])> {
        let bounds = (service, AuthorityId(0))..=(service, AuthorityId(u32::MAX));
        let lines = self.participation.range(bounds);
        lines.map(|((_, authority), line)| (*authority, line.as_slice()))
    }

    /// How an authority is called on that day: its name, or its number where the register has none.
    pub fn authority_name(&self, authority: AuthorityId, on: Date) -> String {
        if authority == AuthorityId::INSTALLATION {
            return "the installation".to_owned();
        }
        let known = self
            .register()
            .and_then(|register| register.authority(authority, on));
        known.map_or_else(
            || format!("authority {authority}"),
            |known| known.name.clone(),
        )
    }

    /// Who answers for an authority on that day: itself, or who took over from it.
    pub fn current(&self, authority: AuthorityId, on: Date) -> AuthorityId {
        let current = self
            .register()
            .and_then(|register| register.current(authority, on));
        current.unwrap_or(authority)
    }

    /// A slot under which nothing about anybody is sealed: that of an administrative case.
    pub fn slot_of_nobody(&self) -> KeySlot {
        self.nobody.unwrap_or(KeySlot(0))
    }

    /// How far an administrative case has been taken in.
    pub fn version(&self, case: CaseId) -> Version {
        self.versions.get(&case).copied().unwrap_or_default()
    }

    /// Takes in an event of an administrative case; others change nothing.
    ///
    /// # Errors
    /// If a definition that is published can't be unpacked or read, or isn't what its hash says.
    pub fn apply(&mut self, case: CaseId, event: &EventRef<'_>) -> Result<(), CatalogueError> {
        let wrong = |why: String| CatalogueError {
            case,
            version: event.version,
            why,
        };
        self.versions.insert(case, event.version);
        match Event::decode(event).map_err(|error| wrong(error.to_string()))? {
            // The first one, so that a key that was fetched for a decision stays the right one.
            Some(Event::CaseOpened(opened)) => {
                self.nobody.get_or_insert(opened.slot);
            }
            Some(Event::ServiceNamed(named)) => {
                let key = ServiceKey::of(named.name.as_str());
                self.names.insert(key, named.name);
            }
            Some(Event::DefinitionChunk(chunk)) => {
                let chunks = self.chunks.entry(case).or_default();
                if chunk.first {
                    chunks.clear();
                }
                if chunks.len() <= DEFINITION_MAX {
                    chunks.extend_from_slice(&chunk.bytes);
                }
            }
            Some(Event::EditionPublished(published)) => {
                let bytes = self.unpack(case, published.definition).map_err(wrong)?;
                let service = Service::from_definition(&bytes);
                let service = service.map_err(|error| wrong(error.to_string()))?;
                self.editions
                    .entry(service.key())
                    .or_default()
                    .push(Edition {
                        number: published.edition,
                        definition: published.definition,
                        service: Arc::new(service),
                    });
            }
            Some(Event::RegisterPublished(published)) => {
                let bytes = self.unpack(case, published.definition).map_err(wrong)?;
                let text = String::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
                let register = Register::from_csv(&text);
                let register = register.map_err(|error| wrong(error.to_string()))?;
                self.register = Some(Arc::new(register));
                self.register_edition = published.edition;
            }
            Some(Event::ParticipationSet(set)) => {
                let line = self
                    .participation
                    .entry((set.service, set.authority))
                    .or_default();
                line.push((set.from, set.state));
                // Stable: of two statements for one day the later one counts.
                line.sort_by_key(|(from, _)| *from);
            }
            _ => {}
        }
        Ok(())
    }

    /// The pieces of a definition that were laid down and not published yet.
    pub(super) fn staged(&self, case: CaseId) -> &[u8] {
        self.chunks.get(&case).map_or(&[], Vec::as_slice)
    }

    fn unpack(&mut self, case: CaseId, expected: Hash) -> Result<Vec<u8>, String> {
        let bytes = unpack(&self.chunks.remove(&case).unwrap_or_default())?;
        if Hash::of(&[&bytes]) != expected {
            return Err("it isn't what its hash says".to_owned());
        }
        Ok(bytes)
    }
}

/// What was said of an authority first. Of several statements for one day the last one counts, and comes last.
fn first_of(line: &[(Date, ParticipationState)]) -> Option<&(Date, ParticipationState)> {
    let (day, _) = line.first()?;
    line.iter().take_while(|(from, _)| from == day).last()
}
