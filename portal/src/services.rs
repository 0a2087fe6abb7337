//! `services`: what the installation offers.

use std::path::Path;

use kanzlei::core::domain::Catalogue;
use kanzlei::{Date, Language, ServiceKey};
use serde::Serialize;

use crate::failure::Failure;
use crate::installation;
use crate::output::{Output, number, table};

/// A service in its newest edition.
#[derive(Serialize)]
struct Offered {
    service: String,
    label: String,
    edition: u32,
    valid_from: Date,
    valid_until: Option<Date>,
    definition: String,
    phases: Vec<String>,
    participants: Option<usize>,
}

pub fn run(store: &Path, out: &mut Output) -> Result<(), Failure> {
    let kanzlei = installation::open(store)?;
    let catalogue = kanzlei.catalogue();
    let offered: Vec<Offered> = catalogue
        .services()
        .filter_map(|(key, _)| offered(&catalogue, key))
        .collect();
    if out.json {
        return out.list(offered.into_iter().map(Ok));
    }
    let mut shown = table(&[
        "Service",
        "",
        "Edition",
        "Valid from",
        "Phases",
        "Taking part",
    ]);
    for one in offered {
        let participants = one.participants.map(|count| count.to_string());
        shown.add_row(vec![
            one.service.into(),
            one.label.into(),
            number(one.edition),
            one.valid_from.to_string().into(),
            one.phases.join(" → ").into(),
            number(participants.unwrap_or_else(|| "all".to_owned())),
        ]);
    }
    out.table(&shown)
}

fn offered(catalogue: &Catalogue, key: ServiceKey) -> Option<Offered> {
    let edition = catalogue.editions(key).last()?;
    let service = &edition.service;
    let participants = catalogue.participants(key).count();
    Some(Offered {
        service: service.name.to_string(),
        label: service.labels.get(Language::En).to_owned(),
        edition: edition.number,
        valid_from: service.valid_from,
        valid_until: service.valid_until,
        definition: edition.definition.to_string(),
        phases: service
            .phases
            .iter()
            .map(|phase| phase.code.to_string())
            .collect(),
        participants: (participants > 0).then_some(participants),
    })
}
