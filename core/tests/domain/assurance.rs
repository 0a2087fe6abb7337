//! How surely it must be known who hands in a form, and who acts in a case.

use kanzlei_core::record::Assurance;
use kanzlei_core::testing::Scenario;
use kanzlei_core::{Actor, Command, PersonId};

use super::shed::{anna, clerk, on_trial, service, submit};

const LEVELS: [Assurance; 4] = [
    Assurance::NONE,
    Assurance::LOW,
    Assurance::SUBSTANTIAL,
    Assurance::HIGH,
];

fn hello() -> Command {
    Command::SendMessage {
        internal: false,
        text: "Hello".into(),
    }
}

fn submitted(read: Assurance) -> Scenario {
    on_trial(service().assurance_to_read(read)).given(&anna(), submit())
}

#[test]
fn a_form_is_taken_from_who_is_known_surely_enough() {
    for needed in LEVELS {
        for given in LEVELS {
            let case = on_trial(service().assurance_to_submit(needed));
            let outcome = case.when(&anna().with_assurance(given), submit());
            if given >= needed {
                assert!(outcome.refusal().is_none(), "{given} for {needed}");
                continue;
            }
            let refusal = outcome.refusal().unwrap().clone();
            let arguments = [("needed", needed.to_string()), ("given", given.to_string())];
            assert_eq!(refusal.code, "assurance-too-low");
            assert_eq!(refusal.arguments, arguments);
            assert!(refusal.message.contains("stronger"), "{refusal}");
        }
    }
}

#[test]
fn who_is_not_known_surely_enough_does_nothing_in_a_case() {
    for actor in [anna(), clerk()] {
        for needed in LEVELS {
            for given in LEVELS {
                let known = actor.clone().with_assurance(given);
                let outcome = submitted(needed).when(&known, hello());
                let refused = outcome.refusal().map(|refusal| refusal.code);
                let wanted = (given < needed).then_some("assurance-too-low");
                assert_eq!(refused, wanted, "{actor:?}: {given} for {needed}");
            }
        }
    }
}

/// Whose business the case isn't learns nothing about it from the assurance that it needs.
#[test]
fn a_stranger_is_told_the_same_whatever_the_assurance() {
    let beat = Actor::resident(PersonId::from_bytes([2; 16]), "Beat");
    for needed in LEVELS {
        submitted(needed)
            .when(&beat, hello())
            .then_refused("case-not-found");
    }
}

#[test]
fn who_has_not_signed_in_at_all_is_told_so_first() {
    let case = on_trial(service().assurance_to_submit(Assurance::HIGH));
    case.when(&Actor::anonymous(), submit())
        .then_refused("sign-in-first");
}
