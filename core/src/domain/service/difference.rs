//! What differs between two editions of a service. It is taken from their definitions as they are
//! written, so a new part of a service is compared without a line here.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Service;

/// What differs between two editions of a service, in the order of the definition.
///
/// ```
/// use kanzlei_core::domain::{ChangeKind, Service};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let old = Service::from_toml(include_str!("../../../../services/services/dog-registration.toml"))?;
/// let mut new = old.clone();
/// new.documents[0].required = !new.documents[0].required;
///
/// let difference = old.difference_to(&new);
/// let [change] = difference.changes.as_slice() else { panic!() };
/// assert_eq!(change.kind, ChangeKind::Changed);
/// assert_eq!(change.path, ["documents", new.documents[0].code.as_str(), "required"]);
/// assert_eq!(change.after, Some(new.documents[0].required.into()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Difference {
    /// Each change; none where both editions say the same.
    pub changes: Vec<Change>,
}

/// One change from an old edition to a new one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// Where: members of the definition, and codes in lists of what has a code, from the service
    /// down, such as `fields`, `purpose`, `labels`, `fr`.
    pub path: Vec<String>,
    /// What happened there.
    pub kind: ChangeKind,
    /// What the old edition says there, as in its definition; of a new order, the codes in theirs.
    pub before: Option<Value>,
    /// What the new edition says there.
    pub after: Option<Value>,
}

/// What happened at a place of a definition.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// Only the new edition says something there.
    Added,
    /// Only the old edition does.
    Removed,
    /// Both do, and not the same.
    Changed,
    /// What both have in a list comes in another order.
    Reordered,
}

impl Service {
    /// What differs in a newer edition of this service.
    pub fn difference_to(&self, newer: &Self) -> Difference {
        // Writing plain structs with text keys has no way to fail.
        let value = |service| serde_json::to_value(service).unwrap_or_default();
        let mut walk = Walk {
            left: vec![(Vec::new(), value(self), value(newer))],
            changes: Vec::new(),
        };
        while let Some((path, before, after)) = walk.left.pop() {
            walk.compare(path, before, after);
        }
        Difference {
            changes: walk.changes,
        }
    }
}

impl Difference {
    /// Whether both editions say the same.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// Two values at the same place.
type Pair = (Vec<String>, Value, Value);

/// A walk through two definitions side by side, the next place last.
struct Walk {
    left: Vec<Pair>,
    changes: Vec<Change>,
}

impl Walk {
    fn compare(&mut self, path: Vec<String>, before: Value, after: Value) {
        match (before, after) {
            (before, after) if before == after => {}
            (Value::Object(before), Value::Object(after)) if !is_other_variant(&before, &after) => {
                self.members(&path, before, after);
            }
            // A list that is left out of a definition is one in which nothing is.
            (Value::Array(before), Value::Array(after)) => self.list(&path, before, after),
            (Value::Array(before), Value::Null) => self.list(&path, before, Vec::new()),
            (Value::Null, Value::Array(after)) => self.list(&path, Vec::new(), after),
            (before, after) => self.note(path, before, after),
        }
    }

    fn note(&mut self, path: Vec<String>, before: Value, after: Value) {
        let kind = match (&before, &after) {
            (Value::Null, _) => ChangeKind::Added,
            (_, Value::Null) => ChangeKind::Removed,
            _ => ChangeKind::Changed,
        };
        let said = |value: Value| (!value.is_null()).then_some(value);
        self.changes.push(Change {
            path,
            kind,
            before: said(before),
            after: said(after),
        });
    }

    fn members(
        &mut self,
        path: &[String],
        mut before: Map<String, Value>,
        after: Map<String, Value>,
    ) {
        let mut pairs: Vec<Pair> = Vec::new();
        let mut pair = |name: String, before, after| {
            let mut path = path.to_vec();
            path.push(name);
            pairs.push((path, before, after));
        };
        for (name, after) in after {
            let before = before.remove(&name).unwrap_or_default();
            pair(name, before, after);
        }
        for (name, before) in before {
            pair(name, before, Value::Null);
        }
        self.left.extend(pairs.into_iter().rev());
    }

    /// Lists of what has a code are compared by code, others by what is in them.
    fn list(&mut self, path: &[String], before: Vec<Value>, after: Vec<Value>) {
        let (Some(old), Some(new)) = (codes(&before), codes(&after)) else {
            self.note_items(path, before, after);
            return;
        };
        let both: BTreeSet<&String> = {
            let new: BTreeSet<&String> = new.iter().collect();
            old.iter().filter(|code| new.contains(*code)).collect()
        };
        let common = |codes: &[String]| -> Vec<Value> {
            let codes = codes.iter().filter(|code| both.contains(*code));
            codes.cloned().map(Value::String).collect()
        };
        self.note_order(path, common(&old), common(&new));
        let keyed = |codes: Vec<String>, items: Vec<Value>| codes.into_iter().zip(items).collect();
        self.members(path, keyed(old, before), keyed(new, after));
    }

    fn note_items(&mut self, path: &[String], before: Vec<Value>, after: Vec<Value>) {
        let mut before: Vec<(Value, bool)> = before.into_iter().map(|old| (old, false)).collect();
        let mut common = Vec::new();
        let mut added = Vec::new();
        for item in after {
            match before.iter_mut().find(|(old, kept)| !kept && *old == item) {
                Some((_, kept)) => {
                    *kept = true;
                    common.push(item);
                }
                None => added.push(item),
            }
        }
        let (kept, gone): (Vec<_>, Vec<_>) = before.into_iter().partition(|(_, kept)| *kept);
        self.note_order(path, kept.into_iter().map(|(old, _)| old).collect(), common);
        for (item, _) in gone {
            self.note(path.to_vec(), item, Value::Null);
        }
        for item in added {
            self.note(path.to_vec(), Value::Null, item);
        }
    }

    fn note_order(&mut self, path: &[String], before: Vec<Value>, after: Vec<Value>) {
        if before != after {
            self.changes.push(Change {
                path: path.to_vec(),
                kind: ChangeKind::Reordered,
                before: Some(Value::Array(before)),
                after: Some(Value::Array(after)),
            });
        }
    }
}

/// Whether two objects are variants of an enum: one member, named after the variant.
fn is_other_variant(before: &Map<String, Value>, after: &Map<String, Value>) -> bool {
    let only = |object: &Map<String, Value>| object.keys().next().cloned();
    before.len() == 1 && after.len() == 1 && only(before) != only(after)
}

/// The codes of a list's items, if each has one of its own.
fn codes(items: &[Value]) -> Option<Vec<String>> {
    let code = |item: &Value| Some(item.get("code")?.as_str()?.to_owned());
    let codes: Vec<String> = items.iter().map(code).collect::<Option<_>>()?;
    let different: BTreeSet<&String> = codes.iter().collect();
    (different.len() == codes.len()).then_some(codes)
}
