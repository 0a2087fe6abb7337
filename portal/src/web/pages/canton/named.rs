//! How services, authorities and lengths of time are called on the canton's and the operator's pages.

use kanzlei::core::domain::Edition;
use kanzlei::{AuthorityId, Service, ServiceKey};

use crate::web::trouble::Trouble;
use crate::web::visit::{Side, Visit};
use crate::web::words::{Label, Words};

/// A service as pages name it.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its code, as it stands in addresses.
    pub code: String,
    /// Its name.
    pub label: Label,
    /// Its key.
    pub key: ServiceKey,
}

/// An entry of a list to choose from.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: Label,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// The newest edition in force today; else the newest.
pub fn edition(visit: &Visit, key: ServiceKey) -> Option<Edition> {
    let catalogue = visit.site.kanzlei.catalogue();
    let newest = || catalogue.editions(key).last();
    catalogue
        .in_force(key, visit.today())
        .or_else(newest)
        .cloned()
}

/// All services, by their names.
pub fn services(visit: &Visit) -> Vec<Named> {
    let catalogue = visit.site.kanzlei.catalogue();
    let named = catalogue.services().filter_map(|(key, name)| {
        let edition = edition(visit, key)?;
        Some(Named {
            code: name.as_str().to_owned(),
            label: visit.words.label(&edition.service.labels),
            key,
        })
    });
    let mut named: Vec<Named> = named.collect();
    named.sort_by_cached_key(|one| one.label.text.to_lowercase());
    named
}

/// The service that has this code.
///
/// # Errors
/// If there is none.
pub fn service(visit: &Visit, code: &str) -> Result<Named, Trouble> {
    let mut all = services(visit).into_iter();
    all.find(|one| one.code == code).ok_or(Trouble::NotFound)
}

/// The services to choose from, after a first entry that stands for all of them.
pub fn service_choices(visit: &Visit, all: Option<&str>, chosen: Option<&str>) -> Vec<Choice> {
    let first = all.map(|key| Choice {
        value: String::new(),
        label: Label::plain(visit.words.t(key)),
        chosen: chosen.is_none(),
    });
    let services = services(visit).into_iter().map(|one| Choice {
        chosen: chosen == Some(one.code.as_str()),
        value: one.code,
        label: one.label,
    });
    first.into_iter().chain(services).collect()
}

/// Where the pages of this side are.
pub const fn base(side: Side) -> &'static str {
    match side {
        Side::Canton => "/canton",
        Side::Operator => "/operator",
        _ => "",
    }
}

/// What an authority is called today.
pub fn authority(visit: &Visit, id: AuthorityId) -> String {
    visit.authority_name(id, visit.today())
}

/// A length of time in the unit in which one thinks of it.
pub fn lasting(words: Words, hours: f64) -> String {
    if hours < 1.0 {
        words.t("lasting-below-hour")
    } else if hours < 48.0 {
        words.t1("lasting-hours", "hours", whole(hours))
    } else {
        words.t1("lasting-days", "days", whole(hours / 24.0))
    }
}

/// The whole number next to a figure that is no less than nothing.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of hours or days.
pub fn whole(figure: f64) -> u64 {
    figure.max(0.0).round() as u64
}

/// The label of a phase, or its code where no edition in force has it.
pub fn phase(words: Words, service: Option<&Service>, code: &str) -> Label {
    let phase = service.and_then(|service| service.phase(code));
    phase.map_or_else(|| Label::plain(code), |phase| words.label(&phase.labels))
}

/// The label of a kind of task, or its code.
pub fn task(words: Words, service: Option<&Service>, code: &str) -> Label {
    let task = service.and_then(|service| service.task(code));
    task.map_or_else(|| Label::plain(code), |task| words.label(&task.labels))
}

/// The level of an authority in words, or as the register calls it.
pub fn level(words: Words, code: &str) -> String {
    match code {
        "municipality" => words.t("level-municipality"),
        "canton" => words.t("level-canton"),
        "office" => words.t("level-office"),
        other => other.to_owned(),
    }
}
