//! The script that checks forms and the engine agree, on thousands of things that people could type.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use kanzlei::core::domain::{Choice, Field, Privacy};
use kanzlei::{Code, FieldKind, Labels, Service};
use kanzlei_portal::web::form::{Rule, Typed, read};
use proptest::prelude::{Just, Strategy, any};
use proptest::prop_oneof;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// Reads a line with rule and values each, and writes the code of what is wrong.
const SCRIPT: &str = r#"
const fs = require("fs");
(0, eval)(fs.readFileSync(process.env.CHECK, "utf8"));
for (const line of fs.readFileSync(0, "utf8").split("\n").filter((line) => line !== "")) {
  const [rule, values] = JSON.parse(line);
  console.log(globalThis.kanzleiCheck(rule, values));
}
"#;

fn kinds() -> Vec<FieldKind> {
    let choice = |code: &str| Choice {
        code: Code::new(code).unwrap(),
        labels: Labels::de(code),
    };
    vec![
        FieldKind::Text { max_length: 5 },
        FieldKind::Text { max_length: 200 },
        FieldKind::Integer { min: 1, max: 30 },
        FieldKind::Integer {
            min: -1_000,
            max: 9_007_199_254_740_993,
        },
        FieldKind::Integer {
            min: i64::MIN,
            max: i64::MAX,
        },
        FieldKind::Date,
        FieldKind::Boolean,
        FieldKind::Choice {
            choices: vec![choice("rented"), choice("owned")],
        },
        FieldKind::Municipality,
    ]
}

/// What could be typed, near enough to what is right to be right at times.
fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        any::<String>(),
        "[ \u{a0}\u{2009}\u{85}\u{feff}\t\r\n]{0,3}[0-9]{0,5}[ \u{a0}\u{202f}'’.–-]{0,2}[0-9]{0,4}[.–—-]{0,3}",
        "[-−–+]?[0-9]{1,3}([.'’ ][0-9]{3}){0,6}(\\.[–-]{1,2})?",
        "[0-9]{17,22}",
        "0?[0-9]{1,2}\\.?",
        "(1[0-9]|20)[0-9]{2}",
        "(yes|no|rented|owned|Yes|on)",
        " {0,2}(yes|no|rented|owned) {0,2}",
        "\\PC{0,7}",
        "[äöü🏠e\u{301}]{0,7}",
        "a{195,205}",
    ]
}

/// The parts of a date: mostly a day that there is, or nearly.
fn day() -> impl Strategy<Value = (String, String, String)> {
    prop_oneof![
        3 => ("(0?[1-9]|[12][0-9]|3[01])\\.?", " ?(0?[1-9]|1[0-3])", "(1[089]|20)[0-9]{2} ?"),
        1 => ("(28|29|30)", "0?2", "(1900|2000|2023|2024|2100)"),
        1 => (typed(), typed(), typed()),
    ]
}

fn field(kind: FieldKind, required: bool) -> Field {
    Field {
        code: Code::new("field").unwrap(),
        labels: Labels::de("Feld"),
        kind,
        required,
        privacy: Privacy::Personal,
    }
}

/// What the server says of these values: a browser sends lines ended by CR and LF.
fn on_the_server(service: &Service, field: &Field, values: &[String]) -> String {
    let mut typed = Typed::new();
    if field.kind == FieldKind::Date {
        for (part, value) in ["day", "month", "year"].into_iter().zip(values) {
            typed.insert(format!("field_{part}"), value.clone());
        }
    } else {
        typed.insert("field".to_owned(), values[0].clone());
    }
    let (_, wrong) = read(service, &[field], &typed);
    wrong
        .first()
        .map_or_else(String::new, |one| one.code.to_owned())
}

#[test]
fn the_script_on_the_page_and_the_engine_say_the_same() {
    if Command::new("node").arg("--version").output().is_err() {
        assert!(
            std::env::var_os("CI").is_none(),
            "CI needs node for this test"
        );
        eprintln!("SKIPPED: there is no node, so the script that checks forms was not tried");
        return;
    }
    let mut runner = TestRunner::deterministic();
    let (value, date) = (typed(), day());
    let (mut lines, mut expected) = (String::new(), Vec::new());
    for kind in kinds() {
        for required in [true, false] {
            let field = field(kind.clone(), required);
            let mut service = kanzlei::services::certificate_of_residence().unwrap();
            service.fields = vec![field.clone()];
            for _ in 0..800 {
                let values = if field.kind == FieldKind::Date {
                    let (day, month, year) = date.new_tree(&mut runner).unwrap().current();
                    vec![day, month, year]
                } else {
                    vec![value.new_tree(&mut runner).unwrap().current()]
                };
                let rule = Rule::of(&field);
                lines += &serde_json::to_string(&(rule, &values)).unwrap();
                lines.push('\n');
                let said = on_the_server(&service, &field, &values);
                expected.push((said, field.kind.name(), values));
            }
        }
    }
    let said = by_script(&lines);
    assert_eq!(said.len(), expected.len());
    let mut seen: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for (script, (server, kind, values)) in said.iter().zip(&expected) {
        assert_eq!(script, server, "{kind} {values:?}");
        *seen.entry((*kind, server.as_str())).or_default() += 1;
    }
    // Each answer came up often enough to mean something.
    for (kind, code) in [
        ("text", ""),
        ("text", "field-length"),
        ("integer", ""),
        ("integer", "field-range"),
        ("integer", "field-type"),
        ("date", ""),
        ("date", "field-date"),
        ("boolean", ""),
        ("choice", ""),
        ("choice", "field-choice"),
        ("municipality", ""),
        ("municipality", "field-municipality"),
        ("integer", "field-required"),
    ] {
        assert!(
            seen.get(&(kind, code)).is_some_and(|count| *count >= 5),
            "{kind} {code}: {seen:?}"
        );
    }
}

fn by_script(lines: &str) -> Vec<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/assets/check.js");
    let mut node = Command::new("node")
        .args(["-e", SCRIPT])
        .env("CHECK", script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = node.stdin.take().unwrap();
    let lines = lines.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).unwrap());
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}
