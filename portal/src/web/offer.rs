//! What is offered today, as pages show it: services by name, municipalities to choose from.

use std::sync::Arc;

use kanzlei::core::domain::{Catalogue, Competence, Edition, is_administrative};
use kanzlei::{AuthorityId, Date, Service, ServiceKey};

use super::visit::Visit;

/// What is offered on a day.
pub struct Offer {
    /// What the installation knows.
    pub catalogue: Arc<Catalogue>,
    /// The day.
    pub today: Date,
}

impl Offer {
    /// What is offered today.
    pub fn of(visit: &Visit) -> Self {
        Self {
            catalogue: visit.site.kanzlei.catalogue(),
            today: visit.day_in_force(),
        }
    }

    /// The edition of each service in force, by its name in the visitor's language.
    pub fn services(&self, visit: &Visit) -> Vec<&Edition> {
        let mut offered: Vec<&Edition> = self.catalogue.offered(self.today).collect();
        let language = visit.words.language();
        offered.sort_by_key(|one| one.service.labels.get(language).to_lowercase());
        offered
    }

    /// The edition in force of the service with this name.
    pub fn service(&self, name: &str) -> Option<&Edition> {
        let edition = self.catalogue.in_force(ServiceKey::of(name), self.today)?;
        (edition.service.name == name && !is_administrative(edition.service.key()))
            .then_some(edition)
    }

    /// Today's municipalities, by name: number and name.
    pub fn municipalities(&self) -> Vec<(u32, String)> {
        let register = self.catalogue.register();
        let all = register.map_or_else(Vec::new, |register| {
            let all = register.all_on(self.today);
            let all = all.filter(|one| one.is_municipality());
            all.map(|one| (one.id.0, one.name.clone())).collect()
        });
        let mut sorted = all;
        sorted.sort_by_key(|(_, name)| sorting(name));
        sorted
    }

    /// The municipality that the address names, if there is one with that number.
    pub fn municipality(&self, visit: &Visit) -> Option<(u32, String)> {
        let number: u32 = visit.asked("municipality")?.parse().ok()?;
        let mut all = self.municipalities().into_iter();
        all.find(|(id, _)| *id == number)
    }

    /// Whether a municipality takes part in a service.
    pub fn takes_part(&self, service: &Service, municipality: u32) -> bool {
        let id = AuthorityId(municipality);
        self.catalogue.takes_part(service.key(), id, self.today)
    }

    /// What an authority is called today.
    pub fn name(&self, authority: AuthorityId) -> String {
        self.catalogue.authority_name(authority, self.today)
    }
}

/// A name as a reader sorts it: umlauts beside their vowels.
fn sorting(name: &str) -> String {
    let plain = |letter: char| match letter {
        'ä' | 'à' | 'â' => 'a',
        'ö' | 'ô' => 'o',
        'ü' | 'ù' | 'û' => 'u',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        other => other,
    };
    name.to_lowercase().chars().map(plain).collect()
}

/// Whether a municipality decides who is responsible for a case of this service.
pub const fn is_municipal(service: &Service) -> bool {
    matches!(service.competence, Competence::MunicipalityOf(_))
}
