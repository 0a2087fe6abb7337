//! Service files.

use kanzlei_core::record::Assurance;
use kanzlei_core::{Language, Service};

use super::{EVERYTHING, everything};

/// (line, column, message) of each mistake.
fn mistakes(text: &str) -> Vec<(usize, usize, String)> {
    let errors = Service::from_toml(text).unwrap_err();
    let errors = errors.errors().iter();
    errors
        .map(|error| (error.line, error.column, error.message.clone()))
        .collect()
}

/// The file with one line changed; the mistake must be the only one, on that line.
fn only_mistake(line: &str, instead: &str) -> (usize, String) {
    assert_eq!(EVERYTHING.matches(line).count(), 1, "{line}");
    let at = EVERYTHING.lines().position(|known| known == line).unwrap() + 1;
    let found = mistakes(&EVERYTHING.replace(line, instead));
    let [(line, column, message)] = found.as_slice() else {
        panic!("one mistake was wanted, not {found:?}");
    };
    assert_eq!(*line, at, "{message}");
    (*column, message.clone())
}

#[test]
fn five_mistakes_of_five_kinds_are_shown_at_once_each_in_its_place() {
    let text = include_str!("../../../fuzz/seeds/service/five-mistakes.toml");
    let found = mistakes(text);
    let found: Vec<(usize, usize, &str)> = found
        .iter()
        .map(|(line, column, message)| (*line, *column, message.as_str()))
        .collect();
    let no_code = "“wäters” is not a code (lower-case letters a to z, digits and hyphens, beginning \
                   with a letter or digit, at most 64 characters)";
    let wanted = [
        (2, 34, "there is no key `rm` here; known are de, fr, it, en"),
        (13, 9, "there is no phase “reveiw”"),
        (
            19,
            12,
            "this must be true or false, without quotes; it is a text in quotes",
        ),
        (24, 8, "this isn't known; perhaps “text”"),
        (30, 22, no_code),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn a_mistake_looks_as_rustc_would_show_it() {
    let text = EVERYTHING.replace("phase = \"review\"", "phase = \"prüfung\"");
    let text = text.replace("\"prüfung\"", "\"pruefung\" # für später");
    let shown = Service::from_toml(&text)
        .unwrap_err()
        .in_file("fishing.toml")
        .to_string();
    let wanted = r#"
error: there is no phase “pruefung”
  --> fishing.toml:20:9
   |
20 | phase = "pruefung" # für später
   |         ^^^^^^^^^^

fishing.toml: 1 mistake"#;
    assert_eq!(format!("\n{shown}"), wanted);
}

/// A line of the file, what stands there instead, and in which column what must be said.
type Slip = (&'static str, &'static str, usize, &'static str);

const SLIPS: &[Slip] = &[
    (
        "name = \"fishing-licence\"",
        "name = \"Fishing\"",
        8,
        "is not a code",
    ),
    (
        "valid-from = 2026-01-01",
        "valid-from = 2026-02-30",
        14,
        "invalid date",
    ),
    (
        "valid-from = 2026-01-01",
        "valid-from = \"2026-01-01\"",
        14,
        "a date without quotes",
    ),
    (
        "valid-until = 2029-12-31",
        "valid-until = 2025-12-31",
        15,
        "before the first",
    ),
    (
        "valid-until = 2029-12-31",
        "valid-untill = 2029-12-31",
        1,
        "perhaps `valid-until`",
    ),
    (
        "competence = { municipality-of = \"municipality\" }",
        "competence = { municipality-of = \"x\" }",
        14,
        "there is no field “x”",
    ),
    (
        "competence = { municipality-of = \"municipality\" }",
        "competence = { municipality-of = \"waters\" }",
        14,
        "must be of type municipality",
    ),
    (
        "competence = { municipality-of = \"municipality\" }",
        "competence = { municipality-of = \"municipality\", authority = 1 }",
        14,
        "{ authority = NUMBER } or",
    ),
    (
        "involved = [{ authority = 20001 }, { municipality-of = \"second-home\" }]",
        "involved = [{ authority = 20001 }, { authority = 20_001 }]",
        36,
        "responsible or involved already",
    ),
    (
        "code = \"decision\"",
        "code = \"review\"",
        8,
        "used twice in phases",
    ),
    (
        "labels = { de = \"Entscheid\" }",
        "labels = { fr = \"Décision\" }",
        10,
        "`de` is missing",
    ),
    (
        "labels = { de = \"Prüfen\" }",
        "labels = { de = \" \" }",
        17,
        "text is missing",
    ),
    (
        "labels = { de = \"Prüfen\" }",
        "labels = \"Prüfen\"",
        10,
        "a table of keys and values",
    ),
    (
        "max-length = 200",
        "max-length = 0",
        14,
        "1 to 50000 characters",
    ),
    (
        "max-length = 200",
        "max-length = -1",
        14,
        "from 0 to 4294967295",
    ),
    (
        "max-length = 200",
        "max-length = 200.0",
        14,
        "a number with a fraction",
    ),
    (
        "max-length = 200",
        "max-lenght = 200\nmax-length = 200",
        1,
        "perhaps `max-length`",
    ),
    (
        "max = 9_223_372_036_854_775_807",
        "max = -2",
        7,
        "below the smallest",
    ),
    (
        "max = 9_223_372_036_854_775_807",
        "max = 9223372036854775808",
        7,
        "too many digits",
    ),
    (
        "plain = \"describes a way of fishing\"",
        "plain = \"\"",
        9,
        "text is missing",
    ),
    (
        "fields = [\"waters\", \"duration\"]",
        "fields = [\"waters\", \"x\"]",
        21,
        "no field “x”",
    ),
    (
        "fields = [\"waters\", \"duration\"]",
        "fields = \"everything\"",
        10,
        "a list",
    ),
    (
        "basis = \"Amtshilfe\"",
        "basis = \"\"",
        9,
        "text is missing",
    ),
    ("basis = \"Aufsicht\"", "basis = \"\"", 9, "text is missing"),
];

/// Every kind of mistake alone, so that none is shown twice or in the wrong place.
#[test]
fn each_mistake_is_the_only_one() {
    for (line, instead, column, message) in SLIPS {
        let found = only_mistake(line, instead);
        assert!(found.1.contains(message), "{instead}: {found:?}");
        assert_eq!(found.0, *column, "{instead}: {found:?}");
    }
}

#[test]
fn what_is_missing_is_said_where_it_belongs() {
    let text = "name = \"a\"\n\n[[phases]]\nlabels = { de = \"P\" }\n";
    let found = mistakes(text);
    let missing: Vec<&str> = found
        .iter()
        .map(|(_, _, message)| message.as_str())
        .collect();
    let wanted = ["labels", "valid-from", "competence", "disclosure", "code"];
    let wanted = wanted.map(|key| format!("`{key}` is missing"));
    let mut sorted = (missing.clone(), wanted.to_vec());
    sorted.0.sort_unstable();
    sorted.1.sort_unstable();
    assert_eq!(sorted.0, sorted.1);
    assert_eq!(found.last().map(|last| last.0), Some(3));
}

#[test]
fn a_syntax_error_is_not_followed_by_what_it_only_seems_to_break() {
    let text = EVERYTHING.replace("code = \"review\"", "code = \"review");
    let found = mistakes(&text);
    assert!(found.iter().all(|(line, ..)| *line == 10), "{found:?}");
    let text = EVERYTHING.replace("name = \"fishing-licence\"", "name = ");
    assert_eq!(mistakes(&text).len(), 1);
    let text = EVERYTHING.replace("[disclosure.file]", "[disclosure.file");
    let found = mistakes(&text);
    assert!(found.iter().all(|(line, ..)| *line == 93), "{found:?}");
}

/// What can't be read has no place in the service's lists, and what follows it moves up.
#[test]
fn an_entry_that_cannot_be_read_displaces_nothing() {
    let text = EVERYTHING.replace("code = \"second-home\"", "code = \"second home\"");
    let text = text.replace("max-length = 200", "max-length = 0");
    let lines: Vec<usize> = mistakes(&text).iter().map(|(line, ..)| *line).collect();
    // That the involved municipality's field isn't there only follows from the first.
    assert_eq!(lines, [43, 51]);
}

#[test]
fn syntax_and_sense_are_shown_together() {
    let text = EVERYTHING.replace("name = \"fishing-licence\"", "name = ");
    let text = text.replace("max-length = 200", "max-length = \"200\"");
    let lines: Vec<usize> = mistakes(&text).iter().map(|(line, ..)| *line).collect();
    assert_eq!(lines, [2, 51]);
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let text = format!("\u{feff}{}", EVERYTHING.replace('\n', "\r\n"));
    assert_eq!(Service::from_toml(&text).unwrap(), everything());
    let found = mistakes("\u{feff}phases = 1");
    let wrong = found
        .iter()
        .find(|(.., message)| message.contains("a list"));
    assert_eq!(wrong.unwrap().1, 10);
    let text = text.replace("max-length = 200", "max-length = 0");
    assert_eq!((mistakes(&text)[0].0, mistakes(&text)[0].1), (51, 14));
}

#[test]
fn hostile_files_are_answered_shortly() {
    let nested = format!("name = {}", "[".repeat(100_000));
    let large = "#".repeat(4 * 1024 * 1024 + 1);
    let many = "x = 1 1\n".repeat(100_000);
    let long = format!("phases = [{}]", "1, ".repeat(100_000));
    for text in [&nested, &large, &many, &long] {
        let errors = Service::from_toml(text).unwrap_err();
        assert!((1..=100).contains(&errors.errors().len()));
        assert!(errors.to_string().len() < 100_000);
    }
    assert!(mistakes(&large)[0].2.contains("at most 4194304 are read"));
    assert!(
        mistakes(&long)
            .iter()
            .any(|(.., message)| message.contains("there are 100000"))
    );
}

#[test]
fn the_assurance_that_is_needed_is_read_and_a_slip_is_understood() {
    let with = |line: &str| format!("assurance = {line}\n{EVERYTHING}");
    let read = Service::from_toml(&with("{ submit = \"high\" }")).unwrap();
    let wanted = (Assurance::HIGH, Assurance::NONE);
    assert_eq!((read.assurance.submit, read.assurance.read), wanted);
    let slips = [
        ("{ read = \"substancial\" }", 22, "perhaps “substantial”"),
        (
            "{ read = \"eidas\" }",
            22,
            "known are none, low, substantial, high",
        ),
        ("{ reed = \"low\" }", 15, "perhaps `read`"),
        ("{ read = 1 }", 22, "this must be a text in quotes"),
        ("\"low\"", 13, "this must be a table"),
    ];
    for (line, column, said) in slips {
        let found = mistakes(&with(line));
        let [(1, at, message)] = found.as_slice() else {
            panic!("{line}: {found:?}");
        };
        assert!(
            *at == column && message.contains(said),
            "{line}: {at}: {message}"
        );
    }
}

#[test]
fn what_people_want_to_know_is_read_and_a_slip_is_understood() {
    let with = |about: &str| format!("about = {{ {about} }}\n{EVERYTHING}");
    let category = "category = { code = \"animals\", labels = { de = \"Tiere\" } }";
    let good = format!(
        "summary = {{ de = \"Fischen\" }}, {category}, keywords = {{ fr = [\"pêche\"] }}, \
         duration-days = 5"
    );
    let about = Service::from_toml(&with(&good)).unwrap().about.unwrap();
    assert_eq!(about.category.code, "animals");
    assert_eq!(about.keywords[&Language::Fr], ["pêche"]);
    assert_eq!((about.duration_days, about.cost), (Some(5), None));
    let slips = [
        (
            "duration-days = 5",
            "duration-day = 5",
            "perhaps `duration-days`",
        ),
        ("duration-days = 5", "duration-days = -5", "from 0 to"),
        ("summary =", "sumary =", "perhaps `summary`"),
        ("fr = [", "fe = [", "no key `fe`"),
        ("[\"pêche\"]", "\"pêche\"", "this must be a list"),
        ("\"animals\"", "\"Animals\"", "is not a code"),
    ];
    for (right, wrong, said) in slips {
        let found = mistakes(&with(&good.replace(right, wrong)));
        let on_the_line = found.iter().all(|(line, _, _)| *line == 1);
        let is_said = found.iter().any(|(_, _, message)| message.contains(said));
        assert!(on_the_line && is_said, "{wrong}: {found:?}");
    }
}
