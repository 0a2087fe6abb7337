//! The demo: the same seed, the same cases, whatever comes between.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::hand::{CASES, command, copy, done, figures, run};

/// Every kind of event that the demo is to have.
const KINDS: [&str; 23] = [
    "CaseOpened",
    "PartyAdded",
    "Submitted",
    "PhaseEntered",
    "AuthorityInvolved",
    "AuthorityNoLongerInvolved",
    "DecisionIssued",
    "Closed",
    "Withdrawn",
    "Reopened",
    "TaskAdded",
    "TaskAssigned",
    "TaskClaimed",
    "TaskReleased",
    "TaskCompleted",
    "InformationRequested",
    "InformationProvided",
    "MessageSent",
    "DocumentReferenced",
    "HandedOver",
    "HandoverAccepted",
    "HandoverRefused",
    "ParticipationSet",
];

#[test]
fn the_same_seed_adds_nothing_and_more_adds_so_many() {
    let store = copy();
    let before = done(store.path(), &["verify", "--json"]).json();
    let again = done(store.path(), &["demo", "--cases", CASES, "--json"]).json();
    assert_eq!(again["commands"]["accepted"], 0);
    assert_eq!(again["commands"]["opened"], 0);
    assert!(again["commands"]["refused"].as_u64().unwrap() > 0);
    assert_eq!(done(store.path(), &["verify", "--json"]).json(), before);

    let more = done(store.path(), &["demo", "--more", "7", "--json"]).json();
    assert_eq!(more["commands"]["opened"], 7);
    let cases = done(store.path(), &["cases", "--json"]).json();
    assert_eq!(cases.as_array().unwrap().len(), 67);
    // Fewer than there are: nothing is taken away, nothing is added.
    let fewer = done(store.path(), &["demo", "--cases", "5", "--json"]).json();
    assert_eq!(fewer["commands"]["accepted"], 0);
}

#[test]
fn a_killed_demo_run_again_ends_with_the_same_figures() {
    let undisturbed = figures(copy().path());
    for lines in 1..4 {
        let store = tempfile::tempdir().unwrap();
        let arguments = ["demo", "--cases", CASES];
        let mut child = command(store.path(), &arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let told = BufReader::new(child.stderr.take().unwrap()).lines();
        assert_eq!(told.take(lines).count(), lines);
        child.kill().unwrap();
        child.wait().unwrap();

        let again = done(store.path(), &["demo", "--cases", CASES, "--json"]).json();
        assert!(
            again["commands"]["accepted"].as_u64().unwrap() > 0,
            "it was over: {again}"
        );
        assert_eq!(figures(store.path()), undisturbed);
        assert_eq!(run(store.path(), &["verify"]).code, 0);
    }
}

#[test]
fn an_interrupted_demo_ends_cleanly_and_is_completed_later() {
    let store = tempfile::tempdir().unwrap();
    let mut child = command(store.path(), &["demo", "--cases", "100000"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The handler is set before the store is made, so that the signal meets it.
    while !store.path().join("log/witness").exists() {
        std::thread::yield_now();
    }
    let pid = child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status()
        .unwrap();
    assert!(sent.success());
    let code = child.wait().unwrap().code();
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains("what was done is kept"), "{said}");
    assert_eq!(run(store.path(), &["verify"]).code, 0);
}

#[test]
fn every_kind_of_event_occurs_and_a_third_of_the_cases_is_open() {
    let store = tempfile::tempdir().unwrap();
    done(store.path(), &["demo", "--cases", "400"]);
    let log = done(store.path(), &["log", "--json"]).json();
    let parts = log
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|one| one["parts"].as_array().unwrap());
    let events = parts.flat_map(|part| part["events"].as_array().unwrap());
    let seen: BTreeSet<&str> = events.map(|event| event.as_str().unwrap()).collect();
    for kind in KINDS {
        assert!(seen.contains(kind), "no {kind}");
    }
    let count = |arguments: &[&str]| {
        done(store.path(), arguments)
            .json()
            .as_array()
            .unwrap()
            .len()
    };
    let open = count(&["cases", "--status", "open", "--json"]);
    assert!((100..=170).contains(&open), "{open} of 400 are open");
    assert!(count(&["cases", "--status", "withdrawn", "--json"]) > 0);
    assert_eq!(count(&["services", "--json"]), 5);
    let cases = done(store.path(), &["cases", "--json"]).json();
    let cases = cases.as_array().unwrap();
    // A move leaves the municipality of departure involved.
    let concerned = cases.iter().flat_map(|case| {
        let involved = case["involved"].as_array().unwrap().iter();
        involved
            .chain([&case["responsible"]])
            .map(|id| id.as_u64().unwrap())
    });
    let municipalities: BTreeSet<u64> = concerned.filter(|id| *id < 10_000).collect();
    assert_eq!(municipalities.len(), 79);
}

#[test]
fn another_seed_tells_something_else() {
    let store = tempfile::tempdir().unwrap();
    done(store.path(), &["demo", "--cases", CASES, "--seed", "2"]);
    assert_ne!(figures(store.path()), figures(copy().path()));
    done(store.path(), &["demo", "--cases", CASES]);
    let cases = done(store.path(), &["cases", "--json"]).json();
    assert_eq!(cases.as_array().unwrap().len(), 120);
}
