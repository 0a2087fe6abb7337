//! What the demo is about: the real authorities, five services, and how many people live where.

use kanzlei::core::domain::event::ParticipationState;
use kanzlei::{
    Actor, AuthorityId, Code, Command, Date, Kanzlei, Register, Service, ServiceKey, services,
};

use super::Failure;
use super::calendar::years;

pub const MOVE: &str = "move-of-residence";
pub const BUILD: &str = "building-application";

/// The definitions from which cases are drawn.
pub struct World {
    pub register: Register,
    /// With how many cases in a hundred are of each.
    pub services: Vec<(u64, Service)>,
    /// The municipalities, by residents.
    pub municipalities: Vec<(u64, AuthorityId)>,
    /// Who takes part in the move, since when.
    movers: Vec<(AuthorityId, Date)>,
    pub first: Date,
    pub last: Date,
}

impl World {
    pub fn new() -> Result<Self, Failure> {
        let register = services::register::lucerne()?;
        let (first, last) = years().ok_or_else(|| Failure::broken("the demo's calendar"))?;
        let weighed = register.all_on(last).filter(|one| one.is_municipality());
        let municipalities = weighed
            .map(|one| (u64::from(one.residents.unwrap_or(1)), one.id))
            .collect();
        let movers = services::register::eumzug()?;
        Ok(Self {
            municipalities,
            movers: movers
                .into_iter()
                .filter(|(id, _)| register.exists(*id, last))
                .filter_map(|(id, from)| Some((id, from?)))
                .collect(),
            services: vec![
                (38, services::move_of_residence()?),
                (22, services::certificate_of_residence()?),
                (16, services::dog_registration()?),
                (12, services::school_enrolment()?),
                (12, services::building_application()?),
            ],
            register,
            first,
            last,
        })
    }

    pub fn service(&self, name: &str) -> Option<&Service> {
        let mut services = self.services.iter().map(|(_, service)| service);
        services.find(|service| service.name == *name)
    }

    /// Whether a municipality takes part in a service all the time.
    pub fn takes_part(&self, service: &str, municipality: AuthorityId) -> bool {
        let mut movers = self.movers.iter();
        service != MOVE || movers.any(|(id, from)| *id == municipality && *from <= self.first)
    }

    /// Says who takes part in the move, unless that is said already.
    pub async fn set_participation(&self, kanzlei: &Kanzlei) -> Result<(), Failure> {
        let operator = kanzlei.act_as(Actor::installation());
        let known = kanzlei.catalogue();
        for (authority, from) in &self.movers {
            let live = (*from, ParticipationState::Live);
            let mut lines = known.participants(ServiceKey::of(MOVE));
            if lines.any(|(id, line)| id == *authority && line.contains(&live)) {
                continue;
            }
            let command = Command::SetParticipation {
                service: Code::new(MOVE)?,
                authority: *authority,
                state: ParticipationState::Live,
                from: *from,
            };
            operator.administer(command).await?;
        }
        Ok(())
    }
}
