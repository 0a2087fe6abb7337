//! The published real logs give their published figures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;

use kanzlei_adapters::xes::{Item, Mapping, XesReader};

/// The folder with data that isn't part of the project, or nothing, said loudly.
fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("KANZLEI_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")),
        PathBuf::from,
    );
    if folder.join("data/logs").is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "no data in {}",
        folder.display()
    );
    eprintln!(
        "SKIPPED: real logs, there is no data in {}",
        folder.display()
    );
    None
}

/// Cases, events, activities, first and last event, as one reads them off the file.
fn figures(file: File) -> (usize, usize, usize, String, String) {
    let mapping = Mapping::default();
    let (mut cases, mut activities, mut times) = (0, BTreeSet::new(), Vec::new());
    for item in XesReader::new(file).unwrap() {
        match item.unwrap() {
            Item::TraceStart(trace) => {
                assert!(mapping.case_name(&trace.attributes).is_some());
                cases += 1;
            }
            Item::Event(event) => {
                activities.insert(mapping.activity(&event).unwrap().into_owned());
                times.push(mapping.time(&event).unwrap());
            }
            Item::TraceEnd(late) => assert!(late.is_empty()),
        }
    }
    let (first, last) = (times.iter().min().unwrap(), times.iter().max().unwrap());
    let (first, last) = (first.to_string(), last.to_string());
    (cases, times.len(), activities.len(), first, last)
}

#[test]
fn the_real_logs_have_their_published_figures() {
    let Some(shared) = shared() else { return };
    for (name, cases, events, activities, first, last) in [
        (
            "receipt",
            1_434,
            8_577,
            27,
            "2010-10-02T07:20:39.266Z",
            "2012-01-23T14:42:54.644Z",
        ),
        (
            "bpic2013_closed",
            1_487,
            6_660,
            4,
            "2006-01-11T14:49:42Z",
            "2012-05-31T21:49:06Z",
        ),
        (
            "roadtraffic100traces",
            100,
            390,
            10,
            "2000-03-14T23:00:00Z",
            "2013-04-23T22:00:00Z",
        ),
        (
            "running-example",
            6,
            42,
            8,
            "2010-12-30T10:02:00Z",
            "2011-01-24T13:56:00Z",
        ),
    ] {
        let file = File::open(shared.join(format!("data/logs/{name}.xes.gz"))).unwrap();
        let wanted = (cases, events, activities, first.to_owned(), last.to_owned());
        assert_eq!(figures(file), wanted, "{name}");
    }
}
