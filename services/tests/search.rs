//! What residents type, and what they mean by it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use kanzlei_core::domain::{Catalogue, Found};
use kanzlei_core::{Date, Language};
use kanzlei_services as services;

const CERTIFICATE: &str = "certificate-of-residence";
const MOVE: &str = "move-of-residence";
const BUILDING: &str = "building-application";
const SCHOOL: &str = "school-enrolment";
const DOG: &str = "dog-registration";

fn catalogue() -> Catalogue {
    Catalogue::with_services([
        services::certificate_of_residence().unwrap(),
        services::move_of_residence().unwrap(),
        services::building_application().unwrap(),
        services::school_enrolment().unwrap(),
        services::dog_registration().unwrap(),
    ])
}

fn today() -> Date {
    Date::new(2026, 11, 26).unwrap()
}

fn names(found: &Found<'_>) -> Vec<String> {
    let services = found.services.iter();
    services
        .map(|edition| edition.service.name.to_string())
        .collect()
}

/// What is typed, and the service that must come first.
const TYPED: &[(&str, &str)] = &[
    // German
    ("Umzug", MOVE),
    ("umziehen", MOVE),
    ("Ich ziehe um, was muss ich machen", MOVE),
    ("zügeln", MOVE),
    ("zuegeln", MOVE),
    ("ZÜGELN", MOVE),
    ("zugeln", MOVE),
    ("Adressänderung", MOVE),
    ("adressaenderung melden", MOVE),
    ("neue Adresse", MOVE),
    ("neue wohnung", MOVE),
    ("Wohnungswechsel", MOVE),
    ("wegzug nach Emmen", MOVE),
    ("umzihen", MOVE),
    ("Adresswechsl", MOVE),
    ("Baugesuch", BUILDING),
    ("Baubewilligung", BUILDING),
    ("Baubewiligung", BUILDING),
    ("Gartenhaus bauen", BUILDING),
    ("Wärmepumpe", BUILDING),
    ("waermepumpe", BUILDING),
    ("Solar", BUILDING),
    ("Photovoltaikanlage", BUILDING),
    ("Haus umbauen", BUILDING),
    ("Garage", BUILDING),
    ("Zaun", BUILDING),
    ("Kindergarten", SCHOOL),
    ("Kind in der Schule anmelden", SCHOOL),
    ("Schulanmeldung", SCHOOL),
    ("Schule", SCHOOL),
    ("schul", SCHOOL),
    ("Einschulung meiner Tochter", SCHOOL),
    ("Primarschulhaus", SCHOOL),
    ("Hund", DOG),
    ("Hund anmelden", DOG),
    ("Hunde", DOG),
    ("Hundehaltung", DOG),
    ("Welpen", DOG),
    ("Haustier", DOG),
    ("Wohnsitzbestätigung", CERTIFICATE),
    ("wohnsitzbestaetigung", CERTIFICATE),
    ("Wohnsitzbescheinigung", CERTIFICATE),
    ("Bestätigung Wohnsitz", CERTIFICATE),
    ("Nachweis, dass ich hier wohne", CERTIFICATE),
    ("Meldebestätigung", CERTIFICATE),
    // French
    ("déménagement", MOVE),
    ("demenager", MOVE),
    ("changement d’adresse", MOVE),
    ("permis de construire", BUILDING),
    ("panneaux solaires", BUILDING),
    ("inscrire mon enfant à l’école", SCHOOL),
    ("ecole", SCHOOL),
    ("chien", DOG),
    ("attestation de domicile", CERTIFICATE),
    // Italian
    ("trasloco", MOVE),
    ("cambio di indirizzo", MOVE),
    ("licenza edilizia", BUILDING),
    ("iscrizione a scuola", SCHOOL),
    ("cane", DOG),
    ("certificato di domicilio", CERTIFICATE),
    // English
    ("moving house", MOVE),
    ("change of address", MOVE),
    ("building permit", BUILDING),
    ("planning permision", BUILDING),
    ("enrol my child in school", SCHOOL),
    ("kindergarden", SCHOOL),
    ("register my dog", DOG),
    ("puppy", DOG),
    ("proof of residence", CERTIFICATE),
];

#[test]
fn what_a_resident_types_finds_what_they_mean() {
    let catalogue = catalogue();
    let mut wrong = Vec::new();
    // Whatever language the page is in.
    for language in Language::ALL {
        for (typed, wanted) in TYPED {
            let found = catalogue.search(typed, language, today());
            if found.is_guess || names(&found)[0] != *wanted {
                wrong.push((language, typed, names(&found), found.is_guess));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_says_nothing_about_the_others_finds_one_alone() {
    for (typed, wanted) in [
        ("Baugesuch", BUILDING),
        ("Welpe", DOG),
        ("Einschulung", SCHOOL),
    ] {
        let found = catalogue();
        let found = found.search(typed, Language::De, today());
        assert_eq!(names(&found), [wanted], "{typed}");
    }
}

#[test]
fn what_nothing_has_is_answered_with_the_three_nearest() {
    let catalogue = catalogue();
    for typed in ["Fischereipatent", "xyzzy", "Pass"] {
        let found = catalogue.search(typed, Language::De, today());
        assert!(
            found.is_guess && found.services.len() == 3,
            "{typed}: {:?}",
            names(&found)
        );
    }
}

#[test]
fn no_words_are_everything_by_its_name_in_the_language_that_is_read() {
    let catalogue = catalogue();
    for language in Language::ALL {
        for typed in ["", "   ", "?!", "🐟"] {
            let found = catalogue.search(typed, language, today());
            let shown: Vec<&str> = found
                .services
                .iter()
                .map(|edition| edition.service.labels.get(language))
                .collect();
            let mut sorted = shown.clone();
            sorted.sort_by_key(|name| name.to_lowercase());
            assert!(
                !found.is_guess && shown.len() == 5 && shown == sorted,
                "{shown:?}"
            );
        }
    }
}

#[test]
fn what_is_not_offered_today_is_not_found() {
    let early = Date::new(2023, 12, 31).unwrap();
    let found = catalogue();
    let found = found.search("Hund", Language::De, early);
    assert!(found.services.is_empty());
}

#[test]
fn a_long_question_is_read_as_far_as_it_makes_sense() {
    let catalogue = catalogue();
    let long = format!("Hund {}", "anmelden ".repeat(10_000));
    assert_eq!(
        names(&catalogue.search(&long, Language::De, today()))[0],
        DOG
    );
}
