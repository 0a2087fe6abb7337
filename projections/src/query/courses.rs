//! The courses of cases that an official may have figures of: of a service that they oversee all,
//! of another those of their own authority.

use std::collections::BTreeMap;
use std::ops::Bound;

use kanzlei_core::domain::Status;
use kanzlei_core::ports::ViewSnapshot;
use kanzlei_core::{AuthorityId, ServiceKey};

use super::{Official, QueryError, Setting};
use crate::key::{Key, end_of};
use crate::overview::suppress::publish;
use crate::process::{self, CaseRow, Course};
use crate::scan::rows;
use crate::views::decode;

/// Microseconds of an hour: durations are counted in whole hours.
pub(super) const HOUR: i64 = 3_600_000_000;

/// Whose cases of a service an official has figures of.
pub(super) enum Reach {
    /// Everybody's, as who oversees the service: small figures are left out.
    All,
    /// Those of the own authority and of those it answers for: exactly.
    Own(Vec<AuthorityId>),
}

impl Official<'_> {
    pub(super) fn reach(self, service: ServiceKey) -> Reach {
        let edition = self.setting.edition(service);
        if edition.is_some_and(|edition| self.oversees(edition)) {
            Reach::All
        } else {
            Reach::Own(self.setting.answered_for(self.authority))
        }
    }

    /// Whether the official oversees one of these services, or another that the installation
    /// knows: figures of several services are then about those.
    pub(super) fn oversees_any(self, services: &[ServiceKey]) -> bool {
        let known = self
            .setting
            .catalogue
            .services()
            .map(|(service, _)| service);
        let mut all = known.chain(services.iter().copied());
        all.any(|service| matches!(self.reach(service), Reach::All))
    }
}

/// Where the cases of a service stand, by the authority responsible: what an overview says of them.
#[derive(Default)]
pub(super) struct Standing(BTreeMap<AuthorityId, [u64; 3]>);

const STATUSES: [Status; 3] = [Status::Open, Status::Closed, Status::Withdrawn];

impl Standing {
    pub fn count(&mut self, setting: Setting<'_>, authority: AuthorityId, status: Status) {
        let answers = setting.catalogue.current(authority, setting.on);
        let counts = self.0.entry(answers).or_default();
        for (count, of) in counts.iter_mut().zip(STATUSES) {
            *count += u64::from(of == status);
        }
    }

    /// The statuses of which an overview says how many cases of the service there are; none of
    /// them, if the service has too few cases.
    pub fn shown(&self, threshold: u64) -> Vec<Status> {
        let cells: Vec<Vec<u64>> = self.0.values().map(|counts| counts.to_vec()).collect();
        if cells.iter().flatten().all(|cases| *cases == 0) {
            return STATUSES.to_vec();
        }
        let Some(table) = publish(&cells, threshold) else {
            return Vec::new();
        };
        let put_together = table.columns.iter().filter(|line| line.others);
        let hidden: Vec<usize> = put_together.flat_map(|line| line.of.clone()).collect();
        let shown = STATUSES.into_iter().enumerate();
        shown
            .filter_map(|(at, status)| (!hidden.contains(&at)).then_some(status))
            .collect()
    }
}

/// The services that have cases.
pub(super) fn services(snapshot: &dyn ViewSnapshot) -> Result<Vec<ServiceKey>, QueryError> {
    let all = process::cases(None);
    let end = end_of(all.as_slice());
    let mut from = Bound::Included(all.into_vec());
    let mut services = Vec::new();
    loop {
        let between = (
            from.as_ref().map(Vec::as_slice),
            end.as_ref().map(Vec::as_slice),
        );
        let Some(row) = snapshot.range(between, false, 1)?.pop() else {
            return Ok(services);
        };
        let (service, _) = process::place_of(&row.key)?;
        services.push(service);
        // On to the first row of the next service.
        from = match end_of(process::cases(Some(service)).as_slice()) {
            Bound::Excluded(next) => Bound::Included(next),
            other => other,
        };
    }
}

/// Gives each course of a service within reach.
pub(super) fn each(
    snapshot: &dyn ViewSnapshot,
    service: ServiceKey,
    reach: &Reach,
    mut take: impl FnMut(AuthorityId, Course),
) -> Result<(), QueryError> {
    let lanes: Vec<Key> = match reach {
        Reach::All => vec![process::cases(Some(service))],
        Reach::Own(authorities) => {
            let lane = |authority| process::cases(Some(service)).authority(authority);
            authorities.iter().copied().map(lane).collect()
        }
    };
    for lane in lanes {
        rows(snapshot, &lane, |row| {
            let (_, authority) = process::place_of(&row.key)?;
            let case: CaseRow = decode(&row.key, &row.value)?;
            take(authority, case.course);
            Ok(())
        })?;
    }
    Ok(())
}
