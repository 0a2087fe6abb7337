//! Two editions side by side: whatever differs is named, and nothing else is.

use std::collections::BTreeMap;

use kanzlei_core::domain::{Change, ChangeKind, Difference};
use kanzlei_core::{Code, FieldKind, Labels, Language, Privacy, Service};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

use super::everything;
use super::generate::service;

fn named(difference: &Difference) -> Vec<(String, ChangeKind)> {
    let name = |change: &Change| (change.path.join("."), change.kind);
    difference.changes.iter().map(name).collect()
}

#[test]
fn each_kind_of_change_is_named_where_it_is() {
    let old = everything();
    let mut new = old.clone();
    let gone = new.fields.remove(0).code;
    let mut field = new.fields[0].clone();
    field.code = Code::new("brand-new").unwrap();
    new.fields.push(field);
    new.phases.swap(0, 1);
    new.labels = new.labels.clone().with(Language::De, "Anders");
    new.disclosure.public.open = !new.disclosure.public.open;
    new.oversight.clear();
    new.valid_until = None;
    let found = named(&old.difference_to(&new));
    for expected in [
        (format!("fields.{gone}"), ChangeKind::Removed),
        ("fields.brand-new".to_owned(), ChangeKind::Added),
        ("phases".to_owned(), ChangeKind::Reordered),
        ("labels.de".to_owned(), ChangeKind::Changed),
        ("disclosure.public.open".to_owned(), ChangeKind::Changed),
        ("oversight".to_owned(), ChangeKind::Removed),
        ("valid-until".to_owned(), ChangeKind::Removed),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
}

#[test]
fn a_field_of_another_type_is_one_change_and_a_choice_is_named_by_its_code() {
    let old = everything();
    let choice = |field: &&mut kanzlei_core::Field| matches!(field.kind, FieldKind::Choice { .. });
    let mut new = old.clone();
    let field = new.fields.iter_mut().find(choice).unwrap();
    let code = field.code.clone();
    let FieldKind::Choice { choices } = &mut field.kind else {
        panic!("no choice")
    };
    choices[0].labels = Labels::de("Neu benannt");
    let first = choices[0].code.clone();
    let found = named(&old.difference_to(&new));
    let expected = format!("fields.{code}.kind.choice.choices.{first}.labels.de");
    assert!(
        found.contains(&(expected, ChangeKind::Changed)),
        "{found:?}"
    );

    let mut new = old.clone();
    let field = new.fields.iter_mut().find(choice).unwrap();
    field.kind = FieldKind::Text { max_length: 9 };
    field.privacy = Privacy::Personal;
    let found = named(&old.difference_to(&new));
    let kinds: Vec<_> = found
        .iter()
        .filter(|(path, _)| path.contains(".kind"))
        .collect();
    assert_eq!(
        kinds,
        [&(format!("fields.{code}.kind"), ChangeKind::Changed)]
    );
}

/// Every value of a definition by its place; items of a list by their codes, or by themselves.
fn leaves(value: &Value) -> BTreeMap<Vec<String>, String> {
    let mut leaves = BTreeMap::new();
    let mut left = vec![(Vec::new(), value.clone())];
    while let Some((path, value)) = left.pop() {
        let at = |name: &str| [path.as_slice(), &[name.to_owned()]].concat();
        match value {
            Value::Object(members) => {
                left.extend(
                    members
                        .iter()
                        .map(|(name, value)| (at(name), value.clone())),
                );
            }
            Value::Array(items) => {
                for item in items {
                    let code = item.get("code").and_then(Value::as_str).map(str::to_owned);
                    match code {
                        Some(code) => left.push((at(&code), item)),
                        None => {
                            leaves.insert(at(&item.to_string()), String::new());
                        }
                    }
                }
            }
            Value::Null => {}
            leaf => {
                leaves.insert(path, leaf.to_string());
            }
        }
    }
    leaves
}

/// Every list of codes by its place.
fn orders(value: &Value) -> BTreeMap<Vec<String>, Vec<String>> {
    let mut orders = BTreeMap::new();
    let mut left = vec![(Vec::new(), value.clone())];
    while let Some((path, value)) = left.pop() {
        let at = |name: &str| [path.as_slice(), &[name.to_owned()]].concat();
        match value {
            Value::Object(members) => {
                left.extend(
                    members
                        .iter()
                        .map(|(name, value)| (at(name), value.clone())),
                );
            }
            Value::Array(items) => {
                let codes = items.iter().filter_map(|item| item.get("code")?.as_str());
                orders.insert(path.clone(), codes.map(str::to_owned).collect());
                left.extend(items.iter().filter_map(|item| {
                    let code = item.get("code")?.as_str()?;
                    Some((at(code), item.clone()))
                }));
            }
            _ => {}
        }
    }
    orders
}

/// What an oracle that knows nothing of services finds different.
fn check(old: &Service, new: &Service) {
    let difference = old.difference_to(new);
    assert_eq!(difference.is_empty(), old.definition() == new.definition());
    let (before, after) = (
        serde_json::to_value(old).unwrap(),
        serde_json::to_value(new).unwrap(),
    );
    let (old_leaves, new_leaves) = (leaves(&before), leaves(&after));
    let differs = |path: &Vec<String>| old_leaves.get(path) != new_leaves.get(path);
    for path in old_leaves
        .keys()
        .chain(new_leaves.keys())
        .filter(|path| differs(path))
    {
        let names = |change: &Change| path.starts_with(&change.path);
        assert!(difference.changes.iter().any(names), "{path:?} isn't named");
    }
    let (old_orders, new_orders) = (orders(&before), orders(&after));
    for change in &difference.changes {
        assert_ne!(change.before, change.after);
        if change.kind == ChangeKind::Reordered {
            assert_ne!(old_orders.get(&change.path), new_orders.get(&change.path));
            continue;
        }
        let mut all = old_leaves.keys().chain(new_leaves.keys());
        let some = all.any(|path| path.starts_with(&change.path) && differs(path));
        assert!(some, "{change:?} is no change");
    }
}

/// Changes one leaf of a definition; `None` if what comes out is no service.
fn nudge(service: &Service, at: Index) -> Option<Service> {
    let mut value = serde_json::to_value(service).unwrap();
    let mut pointers = Vec::new();
    let mut left = vec![(String::new(), value.clone())];
    while let Some((pointer, value)) = left.pop() {
        match value {
            Value::Object(members) => left.extend(
                members
                    .into_iter()
                    .map(|(name, value)| (format!("{pointer}/{name}"), value)),
            ),
            Value::Array(items) => left.extend(
                items
                    .into_iter()
                    .enumerate()
                    .map(|(n, value)| (format!("{pointer}/{n}"), value)),
            ),
            _ => pointers.push(pointer),
        }
    }
    let leaf = value.pointer_mut(at.get::<String>(&pointers)).unwrap();
    *leaf = match &*leaf {
        Value::Bool(yes) => Value::Bool(!yes),
        Value::Number(number) => Value::from(number.as_i64()?.checked_add(1)?),
        Value::String(text) => Value::String(format!("{text}x")),
        _ => Value::String("x".to_owned()),
    };
    serde_json::from_value(value).ok()
}

proptest! {
    #[test]
    fn a_service_doesn_t_differ_from_itself(one in service()) {
        prop_assert!(one.difference_to(&one).is_empty());
    }

    #[test]
    fn whatever_differs_between_two_services_is_named(old in service(), new in service()) {
        check(&old, &new);
    }

    #[test]
    fn every_leaf_that_changes_is_named(old in service(), at: Index) {
        let new = nudge(&old, at);
        prop_assume!(new.is_some());
        let new = new.unwrap();
        prop_assert!(!old.difference_to(&new).is_empty());
        check(&old, &new);
        check(&new, &old);
    }

    #[test]
    fn an_order_that_changes_is_named(old in service(), a: Index, b: Index) {
        let mut new = old.clone();
        let (a, b) = (a.index(new.phases.len()), b.index(new.phases.len()));
        new.phases.swap(a, b);
        let found = named(&old.difference_to(&new));
        let expected: &[_] = &[("phases".to_owned(), ChangeKind::Reordered)];
        prop_assert_eq!(found.as_slice(), if a == b { &[] } else { expected });
    }
}
