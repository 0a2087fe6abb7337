//! Logs become cases: read back from the engine's log, decoded and opened.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "xes_import/office.rs"]
mod office;
#[path = "xes_import/shared.rs"]
mod shared;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use kanzlei_adapters::xes::{Import, ImportError, Mapping, Pass, XesError};
use kanzlei_core::engine::EngineError;
use kanzlei_core::{AuthorityId, Code};
use office::{Office, event, log, trace};

/// Two traces of the same name, one without, events out of order and at equal times.
fn small() -> String {
    let date = "<date key='due' value='2026-02-01T00:00:00+01:00'/><int key='n' value='7'/>";
    let anna = "<string key='org:resource' value='Anna'/>";
    log(
        "Building permits",
        &[
            trace(
                "17",
                &[
                    event("register", "2026-01-05T10:00:00Z", anna),
                    event("decide", "2026-01-07T10:00:00Z", ""),
                    event("check", "2026-01-06T10:00:00Z", date),
                    event("pay", "2026-01-07T10:00:00Z", ""),
                ],
            ),
            trace("17", &[event("register", "2026-01-05T10:00:00Z", "")]),
            "<trace><string key='city' value='Horw'/></trace>".to_owned(),
        ],
    )
}

#[test]
fn a_trace_becomes_a_case_with_its_events_in_the_order_of_their_time() {
    let office = Office::new();
    let imported = office.import("x.xes", &small()).unwrap();
    assert_eq!(imported.service, Code::new("building-permits").unwrap());
    assert_eq!(
        (imported.cases, imported.events, imported.activities),
        (3, 5, 4)
    );
    assert_eq!((imported.new_cases, imported.new_events), (3, 5));
    assert_eq!(office.commits_of(&imported.service), 3);

    let mut cases = office.cases(&imported.service);
    // After the first, traces come as they are ready.
    cases[1..].sort_by_key(|case| case.history.is_empty());
    let anna = r#"{"org:resource":"Anna"}"#;
    let due = r#"{"due":{"date":"2026-01-31T23:00:00Z"},"n":7}"#;
    assert_eq!(cases.len(), 3);
    assert_eq!(cases[0].details, r#"{"name":"17","attributes":{}}"#);
    let wanted = [
        ("2026-01-05T10:00:00Z", "register", anna),
        ("2026-01-06T10:00:00Z", "check", due),
        ("2026-01-07T10:00:00Z", "decide", "{}"),
        ("2026-01-07T10:00:00Z", "pay", "{}"),
    ];
    let wanted =
        wanted.map(|(at, what, said)| (at.parse().unwrap(), what.to_owned(), said.to_owned()));
    assert_eq!(cases[0].history, wanted);
    assert_eq!(cases[1].details, cases[0].details);
    assert_eq!(cases[2].details, r#"{"attributes":{"city":"Horw"}}"#);
    assert!(cases[2].history.is_empty());
    assert!(
        cases
            .iter()
            .all(|case| case.responsible == AuthorityId::INSTALLATION)
    );
}

#[test]
fn nothing_personal_stands_readable_in_the_log() {
    let office = Office::new();
    office.import("x.xes", &small()).unwrap();
    let bytes = office.bytes();
    for said in ["Anna", "Horw", "\"17\"", "2026-01-31"] {
        let found = bytes
            .windows(said.len())
            .any(|some| some == said.as_bytes());
        assert!(!found, "{said}");
    }
}

#[test]
fn the_same_content_adds_nothing_packed_or_not_under_any_name_and_as_any_service() {
    let office = Office::new();
    let nameless = small().replace("Building permits", "");
    let first = office.import("one.xes", &nameless).unwrap();
    assert_eq!(first.service, Code::new("one").unwrap());
    let before = office.bytes();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(nameless.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    for (name, bytes) in [("one.xes", nameless.as_bytes()), ("two.xes.gz", &packed)] {
        let again = office.import(name, bytes).unwrap();
        assert_eq!((again.new_cases, again.new_events), (0, 0));
        assert_eq!((again.service, again.cases), (first.service.clone(), 3));
    }
    let other = office.importer().service(Code::new("other").unwrap());
    let again = other
        .run("x", || Ok(nameless.as_bytes()), &mut |_| {})
        .unwrap();
    assert_eq!(again.service, first.service);
    assert!(before == office.bytes());
    assert!(office.editions("two").is_empty() && office.editions("other").is_empty());
}

#[test]
fn an_import_killed_between_any_two_commits_is_completed_by_the_next() {
    let untroubled = Office::new();
    let log = long(600);
    let service = untroubled.import("x.xes", &log).unwrap().service;
    let wanted = untroubled.cases(&service);
    let commits = untroubled.appends();
    for after in 0..commits {
        let office = Office::new();
        office.fail_after(after);
        let failed = office.import("x.xes", &log);
        assert!(
            matches!(failed, Err(ImportError::Engine(EngineError::Closed(_)))),
            "{failed:?}"
        );
        office.fail_after(usize::MAX);
        let office = office.restarted();
        // Once a single case is there, the import is found again under any name.
        let name = if after < 2 { "x.xes" } else { "y.xes" };
        let imported = office.import(name, &log).unwrap();
        assert_eq!(imported.service, service, "after {after}");
        assert_eq!(
            office.sorted_cases(&service),
            sorted(&wanted),
            "after {after}"
        );
        assert_eq!(office.editions("x").len(), 1);
        assert_eq!(office.import("x.xes", &log).unwrap().new_events, 0);
    }
}

fn sorted(cases: &[office::Case]) -> Vec<office::Case> {
    let mut cases = cases.to_vec();
    cases.sort();
    cases
}

/// A case of many events beside small ones.
fn long(events: usize) -> String {
    let second = |n: usize| {
        format!(
            "2026-01-05T{:02}:{:02}:{:02}Z",
            n / 3600,
            n / 60 % 60,
            n % 60
        )
    };
    let many: Vec<String> = (0..events)
        .map(|n| event("tick", &second(n), &format!("<int key='n' value='{n}'/>")))
        .collect();
    let mut shuffled = many.clone();
    shuffled.reverse();
    let few = |name| trace(name, &many[..3]);
    log(
        "",
        &[
            few("a"),
            trace("sorted", &many),
            few("b"),
            trace("reversed", &shuffled),
            few("c"),
        ],
    )
}

#[test]
fn a_long_case_is_cut_into_commits_and_keeps_its_order() {
    let office = Office::new();
    let imported = office.import("x.xes", &long(600)).unwrap();
    // 254 + 256 + 90 events, once in their order and once to be sorted.
    assert_eq!(office.commits_of(&imported.service), 3 + 2 * 3);
    let cases = office.sorted_cases(&imported.service);
    let mut long = cases.iter().filter(|case| case.history.len() == 600);
    let (one, other) = (long.next().unwrap(), long.next().unwrap());
    assert_eq!(one.history, other.history);
    let numbers: Vec<String> = (0..600).map(|n| format!("{{\"n\":{n}}}")).collect();
    let read: Vec<String> = one.history.iter().map(|event| event.2.clone()).collect();
    assert_eq!(read, numbers);
}

#[test]
fn large_events_are_cut_by_bytes_and_too_large_ones_refused_with_their_place() {
    let office = Office::new();
    let note = |text: &str| format!("<string key='note' value='{text}'/>");
    let large = event("a", "2026-01-05T10:00:00Z", &note(&"x".repeat(190_000)));
    let city = "<string key='city' value='".to_owned() + &"y".repeat(190_000) + "'/>";
    let trace_of = |events: &str| format!("<trace>{city}{events}</trace>");
    let log_of = |trace: String| log("", &[trace]);
    let imported = office
        .import("x", &log_of(trace_of(&large.repeat(5))))
        .unwrap();
    assert_eq!(office.cases(&imported.service)[0].history.len(), 5);
    assert_eq!(office.commits_of(&imported.service), 3);

    // Three of these are just too much for one commit.
    let third = event("a", "2026-01-05T10:00:00Z", &note(&"x".repeat(175_060)));
    let imported = office.import("z", &log("", &[trace("1", &[third.repeat(3)])]));
    let service = imported.unwrap().service;
    assert_eq!(office.commits_of(&service), 2);

    // It fits the reader's limit, and not a sealed value once each quote is escaped.
    let quotes = event(
        "a",
        "2026-01-05T10:00:00Z",
        &note(&"&quot;".repeat(150_000)),
    );
    let before = office.bytes();
    let refused = office.import("y", &log_of(trace_of(&quotes))).unwrap_err();
    assert!(matches!(&refused, ImportError::Log(XesError::Limit { at, .. }) if at.line == 2));
    assert!(
        refused
            .to_string()
            .contains("an event's attributes are too long"),
        "{refused}"
    );
    assert!(before == office.bytes());
}

#[test]
fn attributes_after_the_events_belong_to_the_case() {
    let office = Office::new();
    let late = trace("1", &[event("a", "2026-01-05T10:00:00Z", "")])
        .replace("</trace>", "<string key='city' value='Horw'/></trace>");
    let imported = office.import("x", &log("", &[late])).unwrap();
    let cases = office.cases(&imported.service);
    assert_eq!(
        cases[0].details,
        r#"{"name":"1","attributes":{"city":"Horw"}}"#
    );
}

#[test]
fn a_file_with_a_mistake_leaves_the_log_as_it_was() {
    let office = Office::new();
    office.import("x", &small()).unwrap();
    let before = office.bytes();
    let sound = log("", &[trace("1", &[event("a", "2026-01-05T10:00:00Z", "")])]);
    for (broken, line) in [
        (sound.replace("2026-01-05T10", "2026-01-05T25"), 3),
        (sound.replace("</trace>", "</trac>"), 4),
        (sound.replace("</log>", ""), 6),
        (sound.replace("time:timestamp", "time"), 3),
    ] {
        match office.import("x", &broken) {
            Err(ImportError::Log(error)) => assert_eq!(error.at().line, line, "{error}"),
            other => panic!("{other:?}"),
        }
        assert!(before == office.bytes());
    }
}

#[test]
fn two_logs_of_one_service_share_its_activities() {
    let office = Office::new();
    let at = "2026-01-05T10:00:00Z";
    let one = log(
        "permits",
        &[trace("1", &[event("a", at, ""), event("b", at, "")])],
    );
    let other = log(
        "permits",
        &[trace("1", &[event("c", at, ""), event("b", at, "")])],
    );
    let service = office.import("x", &one).unwrap().service;
    assert_eq!(office.import("x", &other).unwrap().new_cases, 1);
    let activities = |number: usize| {
        office.editions("permits")[number]
            .service
            .activities
            .clone()
    };
    assert_eq!(activities(0), ["a", "b"]);
    assert_eq!(activities(1), ["a", "b", "c"]);
    let cases = office.cases(&service);
    assert_eq!(cases[1].history[0].1, "c");
    assert_eq!(cases[1].history[1].1, "b");
    // Of what is known already there is no further edition.
    assert_eq!(
        office
            .import("x", &one.replace("'1'", "'2'"))
            .unwrap()
            .new_cases,
        1
    );
    assert_eq!(office.editions("permits").len(), 2);
}

#[test]
fn an_authority_is_responsible_if_the_register_has_it() {
    let office = Office::new();
    let with = |number| office.importer().authority(AuthorityId(number));
    let bytes = small().into_bytes();
    let imported = with(1061)
        .run("x", || Ok(bytes.as_slice()), &mut |_| {})
        .unwrap();
    let responsible = office.cases(&imported.service)[0].responsible;
    assert_eq!(responsible, AuthorityId(1061));
    // A further log goes to the same one.
    office
        .import("x", &small().replace("'17'", "'18'"))
        .unwrap();
    let cases = office.cases(&imported.service);
    assert!(cases.len() == 6 && cases.iter().all(|case| case.responsible == responsible));
}

#[test]
fn another_mapping_of_the_same_content_is_refused_and_changes_nothing() {
    let office = Office::new();
    office.import("x", &small()).unwrap();
    let before = office.bytes();
    for mapping in [
        "activity = ['org:resource']",
        "activity = ['concept:name', 'time:timestamp']",
        "case = 'city'",
    ] {
        let mapping = Mapping::from_toml(mapping).unwrap();
        let import = Import::new(&office.engine, mapping);
        let bytes = small().into_bytes();
        let refused = import.run("x", || Ok(bytes.as_slice()), &mut |_| {});
        assert!(
            matches!(
                refused,
                Err(ImportError::ImportedOtherwise(_) | ImportError::Log(_))
            ),
            "{refused:?}"
        );
        assert!(before == office.bytes());
    }
}

#[test]
fn a_service_with_cases_of_its_own_is_left_alone() {
    let office = Office::new();
    let before = office.bytes();
    for name in ["dog-registration", "kanzlei-editions"] {
        let refused = office.import(name, &small().replace("Building permits", name));
        assert!(
            matches!(refused, Err(ImportError::ServiceTaken(_))),
            "{refused:?}"
        );
    }
    assert!(before == office.bytes());
}

#[test]
fn an_activity_for_each_event_is_refused_and_the_mapping_named() {
    let office = Office::new();
    let before = office.bytes();
    let events: Vec<String> = (0..65_536)
        .map(|n| event(&format!("a{n}"), "2026-01-05T10:00:00Z", ""))
        .collect();
    let refused = office
        .import("x", &log("", &[trace("1", &events)]))
        .unwrap_err();
    let said = refused.to_string();
    assert!(
        said.contains("65535") && said.contains("concept:name"),
        "{said}"
    );
    assert!(before == office.bytes());
    let imported = office
        .import("x", &log("", &[trace("1", &events[1..])]))
        .unwrap();
    assert_eq!(imported.activities, 65_535);
    assert_eq!(
        office.cases(&imported.service)[0].history[65_534].1,
        "a65535"
    );
}

#[test]
fn an_erased_case_stays_erased_and_the_others_are_completed() {
    let office = Office::new();
    let log = long(600);
    let service = office.import("x", &log).unwrap().service;
    office.erase(&service);
    let again = office.import("x", &log).unwrap();
    assert_eq!((again.new_cases, again.new_events), (0, 0));
}

#[test]
fn progress_is_told_of_both_passes() {
    let office = Office::new();
    let bytes = long(600).into_bytes();
    let mut told = Vec::new();
    let import = office.importer();
    import
        .run("x", || Ok(bytes.as_slice()), &mut |progress| {
            told.push(progress);
        })
        .unwrap();
    let passes: Vec<Pass> = told.iter().map(|progress| progress.pass).collect();
    assert!(passes.is_sorted_by_key(|pass| *pass == Pass::Import));
    for pass in [Pass::Check, Pass::Import] {
        let of_pass: Vec<_> = told
            .iter()
            .filter(|progress| progress.pass == pass)
            .collect();
        assert_eq!(of_pass.last().unwrap().bytes, bytes.len() as u64);
        assert!(of_pass.is_sorted_by_key(|progress| (progress.bytes, progress.events)));
    }
}

#[test]
fn a_file_that_changes_between_the_passes_is_reported() {
    let office = Office::new();
    let passes = std::cell::Cell::new(0);
    let open = || {
        passes.set(passes.get() + 1);
        let other = small()
            .replace("Anna", "Anne")
            .replace("'Horw'", "'Kriens'");
        let text = if passes.get() == 1 { small() } else { other };
        Ok(std::io::Cursor::new(text))
    };
    let changed = office.importer().run("x", open, &mut |_| {});
    assert!(matches!(changed, Err(ImportError::Changed)), "{changed:?}");
}

#[test]
fn the_real_logs_are_in_the_log_as_published() {
    let Some(shared) = shared::folder() else {
        return;
    };
    for (name, cases, events, activities) in [
        ("receipt", 1_434, 8_577, 27),
        ("bpic2013_closed", 1_487, 6_660, 4),
        ("roadtraffic100traces", 100, 390, 10),
        ("running-example", 6, 42, 8),
    ] {
        let office = Office::new();
        let file = shared.join(format!("data/logs/{name}.xes.gz"));
        let imported = office.importer().file(&file, &mut |_| {}).unwrap();
        let read = office.cases(&imported.service);
        let history = || read.iter().flat_map(|case| &case.history);
        let different: std::collections::BTreeSet<_> = history().map(|event| &event.1).collect();
        assert_eq!(
            (read.len(), history().count(), different.len()),
            (cases, events, activities)
        );
        for case in &read {
            assert!(case.history.is_sorted_by_key(|event| event.0));
        }
    }
}
