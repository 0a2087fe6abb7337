//! The service as which a log is imported.

use std::collections::HashMap;

use futures::executor::block_on;
use kanzlei_core::domain::{Edition, is_administrative, publish_edition};
use kanzlei_core::ports::Read;
use kanzlei_core::{
    Actor, AuthorityId, Code, CommandId, Competence, Disclosure, Labels, Service, Timestamp,
    Version,
};

use super::check::Checked;
use super::{Import, ImportError};

/// The service's one phase, which no imported case enters.
const PHASE: &str = "imported";

/// Where the cases go.
pub(super) struct Target {
    pub(super) service: Code,
    /// Whether an import of this content has begun before.
    pub(super) begun: bool,
    /// The number of each activity.
    pub(super) numbers: HashMap<String, u16>,
}

impl Import {
    /// Publishes the service's edition, unless the one in force has all activities already.
    pub(super) fn target(&self, checked: &Checked, wanted: Code) -> Result<Target, ImportError> {
        let first = block_on(self.command_id(&checked.digest, 0, 0))?;
        if let Some(service) = block_on(self.imported_before(first))? {
            let known = self.in_force(&service);
            let known = known.map_or_else(Vec::new, |edition| edition.service.activities.clone());
            let target = target(service, true, &known);
            let has = |activity: &String| target.numbers.contains_key(activity);
            return if checked.activities.iter().all(has) {
                Ok(target)
            } else {
                Err(ImportError::ImportedOtherwise(target.service))
            };
        }
        let service = self.edition_for(checked, wanted)?;
        let in_force = self.in_force(&service.name);
        if in_force.is_none_or(|edition| *edition.service != service) {
            let operator = self.engine.act_as(Actor::installation());
            for command in publish_edition(&service) {
                block_on(operator.administer(command))?;
            }
        }
        Ok(target(service.name, false, &service.activities))
    }

    /// The service as whose cases this content is there already.
    async fn imported_before(&self, first: CommandId) -> Result<Option<Code>, ImportError> {
        let store = &self.engine.ports().store;
        let answered = store.answered(first).await?;
        let Some((case, _)) = answered.and_then(|answer| answer.cases.first().copied()) else {
            return Ok(None);
        };
        let page = store.case(case, Version::NONE, 1, Read::Fresh).await?;
        let commit = page.commits().next();
        let service = commit.and_then(|commit| Some(commit.record.parts().next()?.service));
        let catalogue = self.engine.catalogue();
        Ok(service.and_then(|service| catalogue.name(service).cloned()))
    }

    /// The edition with this log's activities after those that are there already.
    fn edition_for(&self, checked: &Checked, name: Code) -> Result<Service, ImportError> {
        let known = self.in_force(&name);
        let mut authority = AuthorityId::INSTALLATION;
        let mut activities = Vec::new();
        if let Some(edition) = known {
            let Competence::Fixed(responsible) = edition.service.competence else {
                return Err(ImportError::ServiceTaken(name));
            };
            activities.clone_from(&edition.service.activities);
            if *edition.service != imported(&name, responsible, activities.clone())? {
                return Err(ImportError::ServiceTaken(name));
            }
            authority = responsible;
        }
        if let Some(wanted) = self.authority {
            self.exists(wanted)?;
            authority = wanted;
        }
        let numbers = target(name.clone(), false, &activities).numbers;
        let fresh = checked.activities.iter();
        activities.extend(fresh.filter(|one| !numbers.contains_key(*one)).cloned());
        if activities.len() > super::check::ACTIVITIES_MAX {
            return Err(ImportError::ServiceFull(name));
        }
        imported(&name, authority, activities)
    }

    fn in_force(&self, name: &Code) -> Option<Edition> {
        let catalogue = self.engine.catalogue();
        let newest = catalogue.editions(kanzlei_core::ServiceKey::of(name.as_str()));
        newest.last().cloned()
    }

    fn exists(&self, authority: AuthorityId) -> Result<(), ImportError> {
        let catalogue = self.engine.catalogue();
        let today = self.engine.ports().clock.now().date_utc();
        let known = catalogue.register();
        if authority == AuthorityId::INSTALLATION
            || known.is_none_or(|register| register.exists(authority, today))
        {
            return Ok(());
        }
        Err(ImportError::Authority(authority))
    }
}

fn target(service: Code, begun: bool, activities: &[String]) -> Target {
    let numbers = (0..).zip(activities);
    let numbers = numbers.map(|(number, name)| (name.clone(), number));
    Target {
        service,
        begun,
        numbers: numbers.collect(),
    }
}

/// A service that exists for the cases of logs. The same name, authority and activities give the
/// same one.
fn imported(
    name: &Code,
    authority: AuthorityId,
    activities: Vec<String>,
) -> Result<Service, ImportError> {
    let (year, month, day) = Timestamp::default().date_utc().ymd();
    let built = Service::builder(name.as_str(), Labels::de(name.as_str()))
        .valid_from(year, month, day)
        .authority(authority)
        .phase(PHASE, Labels::de("Übernommen"))
        .disclosure(Disclosure::narrow("Aus einem anderen System übernommen"))
        .build();
    let full = |_| ImportError::ServiceFull(name.clone());
    let mut service = built.map_err(full)?;
    service.activities = activities;
    // All else about it is fixed: what can be wrong is the length of the whole.
    service.check().map_err(full)?;
    if is_administrative(service.key()) {
        return Err(ImportError::ServiceTaken(service.name));
    }
    Ok(service)
}
