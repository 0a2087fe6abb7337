//! Forms against the rules of their fields.

use std::collections::BTreeSet;

use kanzlei_core::{
    AuthorityId, Code, Date, Field, FieldKind, FieldRules, Form, FormCheck, Service, Value,
};
use proptest::prelude::*;
use proptest::sample::Index;

use super::{everything, generate};

fn good() -> Form {
    let filled = [
        ("municipality", Value::Authority(AuthorityId(1061))),
        ("rods", Value::Integer(2)),
        ("waters", Value::Text("Rotsee".to_owned())),
        ("from", Value::Date(Date::new(2026, 5, 1).unwrap())),
        ("boat", Value::Boolean(false)),
        ("duration", Value::choice("day").unwrap()),
    ];
    filled
        .into_iter()
        .map(|(field, value)| (Code::new(field).unwrap(), value))
        .collect()
}

#[test]
fn a_good_form_passes() {
    assert_eq!(FieldRules.check(&everything(), &good()), []);
}

#[test]
fn each_rule_says_which_field_and_what_is_allowed() {
    let cases: [(&str, Option<Value>, &str, &str); 9] = [
        (
            "rods",
            None,
            "field-required",
            "field “rods” must be filled in",
        ),
        (
            "rods",
            Some("2".into()),
            "field-type",
            "field “rods” must be a whole number",
        ),
        (
            "rods",
            Some(Value::Integer(-2)),
            "field-range",
            "field “rods” must be a whole number from -1 to 9223372036854775807",
        ),
        (
            "waters",
            Some("ä".repeat(201).into()),
            "field-length",
            "field “waters” may have at most 200 characters",
        ),
        (
            "duration",
            Some(Value::choice("week").unwrap()),
            "field-choice",
            "field “duration” must be one of: day, year",
        ),
        (
            "municipality",
            Some(AuthorityId(20_001).into()),
            "field-municipality",
            "field “municipality” must be a municipality, by its BFS number from 1 to 9999",
        ),
        (
            "boat",
            Some("ja".into()),
            "field-type",
            "field “boat” must be yes or no",
        ),
        (
            "from",
            Some(Value::Boolean(true)),
            "field-type",
            "field “from” must be a date",
        ),
        (
            "nets",
            Some(Value::Integer(1)),
            "field-unknown",
            "field “nets” is not a field of this service; leave it out",
        ),
    ];
    for (field, value, code, message) in cases {
        let mut form = good();
        form.remove(field);
        if let Some(value) = value {
            form.insert(Code::new(field).unwrap(), value);
        }
        let problems = FieldRules.check(&everything(), &form);
        let [problem] = problems.as_slice() else {
            panic!("{field}: {problems:?}")
        };
        let found = (
            problem.field.as_str(),
            problem.code,
            problem.message.as_str(),
        );
        assert_eq!(found, (field, code, message));
    }
}

#[test]
fn blanks_are_nothing() {
    let form = good().with("waters", " \n").unwrap();
    assert_eq!(FieldRules.check(&everything(), &form), []);
    let mut service = everything();
    service.fields[2].required = true;
    assert_eq!(FieldRules.check(&service, &form)[0].code, "field-required");
}

#[test]
fn no_problem_repeats_what_was_typed() {
    let secret = "Zwyssig";
    let mut form: Form = good()
        .iter()
        .map(|(code, _)| (code.clone(), secret.into()))
        .collect();
    form.insert(Code::new("x").unwrap(), secret.into());
    form.insert(Code::new("waters").unwrap(), secret.repeat(100).into());
    form.insert(Code::new("rods").unwrap(), Value::Integer(-756_123));
    let shown = format!("{:?}", FieldRules.check(&everything(), &form));
    assert!(!shown.contains(secret) && !shown.contains("756"), "{shown}");
}

/// Values around every limit, of the field's own type and of others.
fn values(field: &Field, number: i64, pick: Index) -> Vec<Value> {
    let near = match &field.kind {
        FieldKind::Text { max_length } => {
            let most = usize::try_from(*max_length).unwrap();
            vec![
                "é".repeat(most).into(),
                "é".repeat(most + 1).into(),
                "".into(),
                "\t ".into(),
            ]
        }
        FieldKind::Integer { min, max } => [
            min.checked_sub(1),
            Some(*min),
            Some(*max),
            max.checked_add(1),
        ]
        .into_iter()
        .flatten()
        .map(Value::Integer)
        .collect(),
        FieldKind::Choice { choices } => vec![
            Value::Choice(pick.get(choices).code.clone()),
            Value::choice("not-offered").unwrap(),
        ],
        FieldKind::Municipality => [0, 1, 9_999, 10_000]
            .map(|n| Value::Authority(AuthorityId(n)))
            .into(),
        FieldKind::Date | FieldKind::Boolean => Vec::new(),
    };
    let any = [
        number.into(),
        "x".into(),
        true.into(),
        Date::from_days(0).unwrap().into(),
    ];
    near.into_iter().chain(any).collect()
}

fn filled() -> impl Strategy<Value = (Service, Form)> {
    let picks = proptest::collection::vec((any::<Index>(), any::<Index>(), any::<bool>()), 8);
    (generate::service(), picks, any::<i64>(), any::<bool>()).prop_map(
        |(service, picks, number, strange)| {
            let mut form = Form::new();
            for (field, (pick, choice, fill)) in service.fields.iter().zip(picks) {
                if fill {
                    let value = pick.get(&values(field, number, choice)).clone();
                    form.insert(field.code.clone(), value);
                }
            }
            if strange {
                form.insert(Code::new("not-a-field").unwrap(), number.into());
            }
            (service, form)
        },
    )
}

/// Whether this value is right, said once more and differently: by what must hold, not by what
/// may be wrong.
fn is_right(field: &Field, value: &Value) -> bool {
    match value {
        Value::Text(text) => match field.kind {
            FieldKind::Text { max_length } => {
                text.trim().is_empty()
                    || text.char_indices().count() as u64 <= u64::from(max_length)
            }
            _ => text.trim().is_empty(),
        },
        Value::Integer(number) => {
            matches!(field.kind, FieldKind::Integer { min, max } if *number >= min && *number <= max)
        }
        Value::Date(_) => field.kind == FieldKind::Date,
        Value::Boolean(_) => field.kind == FieldKind::Boolean,
        Value::Choice(code) => match &field.kind {
            FieldKind::Choice { choices } => choices
                .iter()
                .map(|choice| &choice.code)
                .collect::<BTreeSet<_>>()
                .contains(code),
            _ => false,
        },
        Value::Authority(authority) => {
            field.kind == FieldKind::Municipality && authority.0 != 0 && authority.0 < 10_000
        }
    }
}

proptest! {
    #[test]
    fn the_rules_find_what_an_oracle_finds((service, form) in filled()) {
        let mut wanted = BTreeSet::new();
        for field in &service.fields {
            let value = form.get(field.code.as_str());
            let is_blank = matches!(value, Some(Value::Text(text)) if text.trim().is_empty());
            let is_missing = field.required && (value.is_none() || is_blank);
            if is_missing || value.is_some_and(|value| !is_right(field, value)) {
                wanted.insert(field.code.clone());
            }
        }
        for (code, _) in &form {
            if !service.fields.iter().any(|field| field.code == *code) {
                wanted.insert(code.clone());
            }
        }
        let problems = FieldRules.check(&service, &form);
        let found: BTreeSet<Code> = problems.iter().map(|problem| problem.field.clone()).collect();
        prop_assert_eq!(problems.len(), found.len(), "one problem a field");
        prop_assert_eq!(found, wanted);
    }
}
